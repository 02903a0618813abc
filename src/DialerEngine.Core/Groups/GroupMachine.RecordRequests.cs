using DialerEngine.Core.Callbacks;

namespace DialerEngine.Core.Groups;

/// <summary>Requests about records that the group holds: callbacks, cancelling, do-not-call, rejecting, being done.</summary>
public sealed partial class GroupMachine
{
    private const long FurthestCallbackSeconds = 5L * 366 * 86_400;

    private void OnRecordRequest(RecordRequest request)
    {
        if (FindRecord(request.RecordHandle) is not { DesktopDone: false } session || !StillTakes(session, request.Kind))
        {
            EmitRecordReply(request, RecordOutcome.RecordNotFound, CallHandle.None);
            return;
        }

        if (request.Agent != default && session.Agent != request.Agent)
        {
            EmitRecordReply(request, RecordOutcome.NotTheAgentsRecord, CallHandle.None);
            return;
        }

        var outcome = session.State == CallState.Intended ? RecordOutcome.TryAgain : request.Kind switch
        {
            RecordRequestKind.Reschedule => Reschedule(session, request),
            RecordRequestKind.MarkProcessed => MarkProcessed(session, request),
            RecordRequestKind.Reject => Reject(session),
            _ => Dispose(session, request),
        };
        if (outcome is { } known)
        {
            EmitRecordReply(request, known, session.Handle);
        }
    }

    /// <summary>Notes the callback in the record's row at once, so that no crash loses it. Null where the answer waits for the journal.</summary>
    private RecordOutcome? Reschedule(CallSession session, RecordRequest request)
    {
        var record = session.Record!;
        ref var wishes = ref session.Wishes;
        var type = request.CallbackType != RecordType.NoRecordType ? request.CallbackType
            : record.RecordType is RecordType.PersonalCallBack or RecordType.PersonalRescheduled ? RecordType.PersonalCallBack : RecordType.CampaignCallBack;
        if (type is not (RecordType.PersonalCallBack or RecordType.CampaignCallBack))
        {
            return RecordOutcome.InvalidCallbackType;
        }

        var time = request.CallbackLocalTime is { } local ? _clock.ToUnixSeconds(record, local) : request.CallbackTime;
        if (time <= _now.UnixSeconds || time > _now.UnixSeconds + FurthestCallbackSeconds)
        {
            return RecordOutcome.InvalidTime;
        }

        var agent = request.CallbackAgent ?? LoginIdOf(session.Agent);
        if (type == RecordType.PersonalCallBack && (agent is null || SeatOf(agent) is null))
        {
            return RecordOutcome.UnknownAgent;
        }

        if (wishes.Rescheduling is { } earlier)
        {
            // The newer word replaces the earlier one, which is not to wait for ever.
            EmitRecordReply(earlier, RecordOutcome.Done, session.Handle);
        }

        AcceptPushed(session);
        wishes.CallbackType = type;
        wishes.CallbackTime = time;
        wishes.CallbackAgent = agent;
        wishes.Rescheduling = request;
        ref var entry = ref AppendRecordState(record, session.Index);
        entry.RecordType = type;
        entry.RecordStatus = RecordStatus.Retrieved;
        entry.DialScheduledTime = time;
        entry.AgentLoginId = LoginIdOf(session.Agent);
        entry.CallbackAgent = agent;
        entry.Reason = "callback";
        return null;
    }

    private RecordOutcome? MarkProcessed(CallSession session, RecordRequest request)
    {
        if (session.State is not (CallState.Connected or CallState.Releasing or CallState.OnDesktop))
        {
            return RecordOutcome.NotAllowedNow;
        }

        session.DesktopDone = true;
        session.DesktopResult = request.Result ?? session.DesktopResult;
        session.FieldUpdates = MergedUpdates(session.FieldUpdates, request.FieldUpdates);
        session.Wishes.Treatment = request.Treatment;
        session.Wishes.Processing = request;
        FinishIfOnDesktop(session);
        return null;
    }

    private RecordOutcome? Reject(CallSession session)
    {
        if (session.State != CallState.OnDesktop || session.Times.AgentAnswered > 0)
        {
            return RecordOutcome.NotAllowedNow;
        }

        session.Wishes.Disposal = RecordRequestKind.Reject;
        FinishIfOnDesktop(session);
        return RecordOutcome.Done;
    }

    /// <summary>Cancel and do-not-call: the record is finished now, or when its call is over. A call that nobody answered yet is ended.</summary>
    private RecordOutcome? Dispose(CallSession session, RecordRequest request)
    {
        session.Wishes.Disposal = request.Kind;
        session.Wishes.WholeChain = request.WholeChain;
        session.DesktopDone = true;
        if (request.Kind == RecordRequestKind.DoNotCall)
        {
            session.DoNotCallSeconds = request.DurationSeconds;
            session.DoNotCallMessage = request.Message;
            EmitCall(EffectKind.DoNotCall, session, request.WholeChain ? 1 : 0);
        }

        FinishIfOnDesktop(session);
        if (session.Wishes.ByAgent)
        {
            GiveUpAgentsCall(session);
        }
        else if (session.State is CallState.Dialing or CallState.Ringing or CallState.Listening)
        {
            ReleaseCall(session);
        }

        return RecordOutcome.Done;
    }

    private void FinishIfOnDesktop(CallSession session)
    {
        if (session.State == CallState.OnDesktop)
        {
            Finish(session, session.Result);
        }
    }

    /// <summary>The state of a record is durable without an attempt's result: a callback was noted, or an offered record is finished.</summary>
    private void RecordStateDurable(CallSession session)
    {
        if (session.Wishes.Rescheduling is { } request)
        {
            session.Wishes.Rescheduling = null;
            EmitRecordReply(request, RecordOutcome.Done, session.Handle);
        }

        if (session is { State: CallState.Finishing, Wishes.Offered: true })
        {
            CountPlace(session.Record!);
            if (session.PendingReply is { } reply)
            {
                EmitReply(reply, Desktop.DesktopError.None, session.Handle);
            }

            FateDurable(session);
            FreeSession(session);
        }
    }

    private void CountPlace(CallRecord record)
    {
        if (record.RecordStatus == RecordStatus.Ready)
        {
            Counters.RecordsReturned++;
        }
        else
        {
            Counters.RecordsFinished++;
        }
    }

    /// <summary>An entry with a record's state, without an attempt.</summary>
    private ref JournalEntry AppendRecordState(CallRecord record, int session)
    {
        ref var entry = ref Append(JournalEntryKind.RecordUpdated, session);
        entry.List = record.List;
        entry.Record = record.Id;
        entry.Phone = record.ContactInfo;
        entry.RecordType = record.RecordType;
        entry.RecordStatus = record.RecordStatus;
        entry.RecordResult = record.CallResult;
        entry.Attempts = record.Attempts;
        entry.DialScheduledTime = record.DialScheduledTime;
        entry.CallTime = record.CallTime;
        return ref entry;
    }

    private void EmitRecordReply(RecordRequest request, RecordOutcome outcome, CallHandle call)
    {
        if (request.Origin is Desktop.DesktopRequest asked)
        {
            EmitReply(asked, DesktopErrorOf(asked.Kind, outcome), call);
            return;
        }

        ref var effect = ref Emit(EffectKind.RecordReply);
        effect.Agent = request.Agent;
        effect.Call = call;
        effect.Detail = (int)outcome;
        effect.Reference = request;
    }
}
