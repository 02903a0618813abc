using DialerEngine.Core.Desktop;

namespace DialerEngine.Core.Groups;

/// <summary>
/// Chains on a desktop: an agent asks for the other records of the record's chain and gets each with a handle of its own. All of them leave the desktop
/// together: with the first that is processed, rejected, cancelled as a chain or left behind, the untouched ones go back to their list just before its
/// result, whose word about the chain then includes them; those that were dialled or changed are finished just after it.
/// </summary>
public sealed partial class GroupMachine
{
    private int _chainFetches;

    /// <summary>Answered once a chain: asked again, the request is ignored (desktop protocol, Chained Records).</summary>
    private void OnChainedRecordRequest(DesktopRequest request)
    {
        if (OwnRecord(request) is not { Wishes.Redial: null } session)
        {
            EmitReply(request, DesktopError.RecordNotFound, CallHandle.None);
            return;
        }

        if (session.Wishes.ChainAsked)
        {
            return;
        }

        session.Wishes.ChainAsked = true;
        AcceptPushed(session);
        _chainFetches++;
        var record = session.Record!;
        Emit(EffectKind.TakeChain).Reference = new ChainFetch
        {
            RecordHandle = session.RecordHandle,
            List = record.List,
            ChainId = record.ChainId,
            Record = record.Id,
            Request = request,
        };
    }

    private void OnChainTaken(ChainFetch chain)
    {
        _chainFetches--;
        Invariant.That(_chainFetches >= 0);
        Invariant.That(chain.Tray.Count >= 0 && chain.Tray.Count <= chain.Tray.Capacity);
        Counters.RecordsTaken += chain.Tray.Count;
        var session = FindRecord(chain.RecordHandle) is { DesktopDone: false } holder && holder.Agent == chain.Request.Agent ? holder : null;
        var seat = _seats[_seatByAgent[chain.Request.Agent.Value]];
        var sent = 0;
        for (var i = 0; i < chain.Tray.Count; i++)
        {
            var record = chain.Tray.Exchange(i, TakeSpare());
            if (session is null || _freeSessionCount == 0)
            {
                ReturnRecord(record, "left the desktop");
                continue;
            }

            sent++;
            ShowMate(session, seat, record, chain.Request);
        }

        chain.Tray.Count = 0;
        if (session is null)
        {
            EmitReply(chain.Request, DesktopError.RecordNotFound, CallHandle.None);
            return;
        }

        session.Wishes.InChain = sent > 0;
        if (chain.Failed || (chain.Others == 0 && sent == 0))
        {
            session.Wishes.ChainAsked = !chain.Failed;
            EmitReply(chain.Request, chain.Failed ? DesktopError.DbError : DesktopError.ChainedRecordsNotFound, session.Handle);
            return;
        }

        EmitCall(EffectKind.ChainEnd, session);
        _effects[_effectCount - 1].Reference = chain.Request;
    }

    private void ShowMate(CallSession first, AgentSeat seat, CallRecord record, DesktopRequest request)
    {
        var mate = TakeSession();
        mate.Record = record;
        mate.Wishes.InChain = true;
        mate.Wishes.ChainAsked = true;
        mate.Wishes.Preview = first.Wishes.Preview;
        PutOnDesktop(mate, seat);
        EmitCall(EffectKind.ChainedRecord, mate);
        _effects[_effectCount - 1].Reference = request;
    }

    /// <summary>True where a record's end is the end of its whole chain on the desktop: not where it alone is cancelled or put on do-not-call.</summary>
    private static bool EndsDesktopChain(CallSession session) =>
        session.Wishes.InChain && (session.Wishes.WholeChain || session.Wishes.Disposal is null or Callbacks.RecordRequestKind.Reject);

    private static bool IsMate(CallSession session, CallSession other) =>
        !ReferenceEquals(session, other) && other.State is not (CallState.Free or CallState.Finishing) && other.Wishes.InChain && other.Agent == session.Agent
        && other.Record!.ChainId == session.Record!.ChainId && other.Record.List == session.Record.List;

    private void ReturnIdleMates(CallSession session)
    {
        if (!EndsDesktopChain(session))
        {
            return;
        }

        foreach (var mate in _sessions)
        {
            if (IsMate(session, mate) && mate is { State: CallState.OnDesktop, FieldUpdates: null, DesktopResult: null, Wishes: { Offered: true, CallbackTime: 0, Disposal: null } })
            {
                StopTimer(mate);
                if (_seatByAgent.TryGetValue(mate.Agent.Value, out var slot) && _seats[slot].OfferedCall == mate.Index)
                {
                    _seats[slot].OfferedCall = -1;
                }

                mate.State = CallState.Finishing;
                AppendReturned(mate.Record!, "chain done");
                FreeSession(mate);
            }
        }
    }

    private void FinishOtherMates(CallSession session)
    {
        if (!EndsDesktopChain(session))
        {
            return;
        }

        session.Wishes.InChain = false;
        foreach (var mate in _sessions)
        {
            if (IsMate(session, mate))
            {
                mate.Wishes.InChain = false;
                mate.Wishes.ChainDone = true;
                if (mate.Wishes.Disposal is null && session.Wishes.Disposal is { } disposal)
                {
                    mate.Wishes.Disposal = disposal;
                    mate.Wishes.WholeChain = false;
                }

                DesktopIsDone(mate);
            }
        }
    }

    private void OnRecordLookup(RecordLookup lookup)
    {
        lookup.Found = FindRecord(lookup.RecordHandle) is { DesktopDone: false } session && session.Agent == lookup.Agent
            ? new RecordAtHand(session.List!, session.Record!.ChainId) : null;
        Emit(EffectKind.RecordLookedUp).Reference = lookup;
    }
}
