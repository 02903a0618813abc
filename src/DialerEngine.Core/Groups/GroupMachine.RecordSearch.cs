using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Ports;

namespace DialerEngine.Core.Groups;

/// <summary>
/// Records that somebody outside cancelled or put on do-not-call by number or customer. They are final in their lists before the group hears of it; what the
/// group still writes about them changes nothing there. So dropping one needs no journal entry.
/// </summary>
public sealed partial class GroupMachine
{
    /// <summary>Questions that wait for a fetch to end, at most.</summary>
    private const int MostSearches = 256;

    private readonly List<RecordSearch> _searches = [];

    private void OnRecordSearch(RecordSearch search)
    {
        if (_fetching && _searches.Count >= MostSearches)
        {
            EmitFound(search, answered: false);
            return;
        }

        search.Found += new RecordsFound(DropFromBuffer(search) + DropFromCallbacks(search) + DropFromValidation(search), 0) + MarkSessions(search);
        if (_fetching)
        {
            // The tray is with the store: what comes in it is looked through before the answer.
            _searches.Add(search);
            return;
        }

        EmitFound(search, answered: true);
    }

    /// <summary>A fetch has ended and its records are in the buffer: now the waiting questions can be answered.</summary>
    private void AnswerSearches()
    {
        foreach (var search in _searches)
        {
            search.Found += new RecordsFound(DropFromBuffer(search) + DropFromCallbacks(search), 0);
            EmitFound(search, answered: true);
        }

        _searches.Clear();
    }

    private int DropFromBuffer(RecordSearch search)
    {
        var dropped = 0;
        for (var left = _ringCount; left > 0; left--)
        {
            var since = _ringSince[_ringHead];
            var record = PopRecord();
            if (search.Names(record))
            {
                Drop(record);
                dropped++;
            }
            else
            {
                PushRecord(record);
                _ringSince[(_ringHead + _ringCount - 1) % _ring.Length] = since;
            }
        }

        return dropped;
    }

    private int DropFromCallbacks(RecordSearch search)
    {
        var dropped = 0;
        for (var i = _heldCount - 1; i >= 0; i--)
        {
            if (search.Names(_held[i]))
            {
                Drop(TakeHeld(i));
                dropped++;
            }
        }

        return dropped;
    }

    private int DropFromValidation(RecordSearch search)
    {
        var dropped = 0;
        for (var left = _allowedCount; left > 0; left--)
        {
            var slot = TakeAllowed();
            if (search.Names(_checks[slot].Record!))
            {
                Drop(_checks[slot].Record!);
                FreeCheck(slot);
                dropped++;
            }
            else
            {
                _allowed[(_allowedHead + _allowedCount++) % _allowed.Length] = slot;
            }
        }

        for (var slot = 0; slot < _checks.Length; slot++)
        {
            // What is not allowed is still asked about; the answer that comes finds nothing.
            if (_checks[slot].Record is { } record && search.Names(record))
            {
                Drop(record);
                FreeCheck(slot);
                _askedCount--;
                dropped++;
            }
        }

        return dropped;
    }

    private RecordsFound MarkSessions(RecordSearch search)
    {
        var found = default(RecordsFound);
        foreach (var session in _sessions)
        {
            if (session.State is CallState.Free or CallState.Finishing || !search.Names(session.Record!))
            {
                continue;
            }

            found += session.Agent == default ? new RecordsFound(1, 0) : new RecordsFound(0, 1);
            if (session.Wishes.Disposal is null or RecordRequestKind.Reject || search.Kind == DisposalKind.DoNotCall)
            {
                MarkDisposed(session, search);
            }
        }

        return found;
    }

    /// <summary>The record's end is known; its call goes on where somebody talks, else it is ended.</summary>
    private void MarkDisposed(CallSession session, RecordSearch search)
    {
        session.Wishes.Disposal = search.Kind == DisposalKind.DoNotCall ? RecordRequestKind.DoNotCall : RecordRequestKind.Cancel;
        session.Wishes.WholeChain = search.WholeChain;
        session.Wishes.DisposedByOthers = true;
        if (session.Agent != default && session.Agent != search.Asker)
        {
            EmitCall(EffectKind.RecordCanceled, session, search.WholeChain ? 1 : 0);
        }

        if (session.State == CallState.CallingAgent)
        {
            EndAgentsCall(session, session.Result);
        }
        else if (session is { State: CallState.OnDesktop, Wishes.Offered: true })
        {
            // Nobody has dialled it yet, and nobody is to.
            Finish(session, session.Result);
        }
        else if (session.State is CallState.Dialing or CallState.Ringing or CallState.Listening)
        {
            ReleaseCall(session);
        }
    }

    /// <summary>True for a request that a record takes although others have disposed of it: its agent is done with it.</summary>
    private static bool StillTakes(CallSession session, RecordRequestKind request) =>
        session.Wishes.Disposal is null || (session.Wishes.DisposedByOthers && request == RecordRequestKind.MarkProcessed);

    private void Drop(CallRecord record)
    {
        Counters.RecordsFinished++;
        GiveBack(record);
    }

    /// <summary>The state of a record whose attempt is taken back because others disposed of the record.</summary>
    private static void MarkWithdrawnByOthers(CallSession session)
    {
        var record = session.Record!;
        var fate = FateByDisposal(record, session.Wishes.Disposal!.Value, session.Wishes.WholeChain);
        record.RecordType = fate.Type;
        record.RecordStatus = fate.Status;
        record.CallResult = ResultByFate(fate, record.CallResult);
        record.DialScheduledTime = 0;
    }

    private void EmitFound(RecordSearch search, bool answered)
    {
        ref var effect = ref Emit(EffectKind.RecordsFound);
        effect.Reference = search;
        effect.Detail = answered ? 1 : 0;
    }
}
