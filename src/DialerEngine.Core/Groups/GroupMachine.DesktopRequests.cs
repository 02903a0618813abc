using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Desktop;

namespace DialerEngine.Core.Groups;

/// <summary>The desktop protocol's requests about a record by its handle, beside RecordProcessed.</summary>
public sealed partial class GroupMachine
{
    private void OnOtherDesktopRequest(DesktopRequest request)
    {
        if (!_seatByAgent.TryGetValue(request.Agent.Value, out var slot))
        {
            EmitReply(request, DesktopError.AgentNotFound, CallHandle.None);
            return;
        }

        switch (request.Kind)
        {
            case DesktopRequestKind.UpdateCallCompletionStats:
                OnUpdateCallCompletionStats(request);
                break;
            case DesktopRequestKind.RecordReschedule or DesktopRequestKind.ScheduledRecordReschedule:
                OnDesktopReschedule(request);
                break;
            case DesktopRequestKind.RecordReject:
                AskAboutRecord(request, RecordRequestKind.Reject);
                break;
            case DesktopRequestKind.RequestRecordCancel when request.RecordHandle > 0:
                AskAboutRecord(request, RecordRequestKind.Cancel);
                break;
            case DesktopRequestKind.DoNotCall when request.RecordHandle > 0:
                AskAboutRecord(request, RecordRequestKind.DoNotCall);
                break;
            case DesktopRequestKind.ChainedRecordRequest:
                OnChainedRecordRequest(request);
                break;
            default:
                OnSessionRequest(request, _seats[slot]);
                break;
        }
    }

    private void AskAboutRecord(DesktopRequest request, RecordRequestKind kind) => OnRecordRequest(new RecordRequest
    {
        Kind = kind,
        RecordHandle = request.RecordHandle,
        Agent = request.Agent,
        CallbackType = request.CallbackType,
        CallbackLocalTime = kind == RecordRequestKind.Reschedule ? request.CallbackTime : null,
        WholeChain = request.WholeChain,
        DurationSeconds = request.DurationSeconds,
        Message = request.Message,
        Origin = request,
    });

    /// <summary>The record that an agent asks about and may still change; null where there is none (errors 109 and 112).</summary>
    private CallSession? OwnRecord(DesktopRequest request) =>
        FindRecord(request.RecordHandle) is { DesktopDone: false, Wishes.Disposal: null } session && session.Agent == request.Agent ? session : null;

    /// <summary>Changes the record's fields; they are written with the record's result, whoever finishes it.</summary>
    private void OnUpdateCallCompletionStats(DesktopRequest request)
    {
        if (OwnRecord(request) is not { } session)
        {
            EmitReply(request, DesktopError.RecordNotFound, CallHandle.None);
            return;
        }

        if (!TryUpdatesFor(session, request, out var updates))
        {
            EmitReply(request, DesktopError.InvalidAttributeValue, session.Handle);
            return;
        }

        AcceptPushed(session);
        session.DesktopResult = request.CallResult ?? session.DesktopResult;
        session.FieldUpdates = MergedUpdates(session.FieldUpdates, updates);
        EmitReply(request, DesktopError.None, session.Handle);
    }

    /// <summary>A callback; the new number of a ScheduledRecordReschedule is written with the record.</summary>
    private void OnDesktopReschedule(DesktopRequest request)
    {
        if (request.Kind == DesktopRequestKind.ScheduledRecordReschedule && OwnRecord(request) is { } session)
        {
            if (!TryUpdatesFor(session, request, out var updates))
            {
                EmitReply(request, DesktopError.InvalidAttributeValue, session.Handle);
                return;
            }

            session.FieldUpdates = MergedUpdates(session.FieldUpdates, updates);
        }

        AskAboutRecord(request, RecordRequestKind.Reschedule);
    }

    /// <summary>What the request changes in this record; false where one of the values is none for its list.</summary>
    private static bool TryUpdatesFor(CallSession session, DesktopRequest request, out IReadOnlyList<KeyValuePair<string, object?>>? updates)
    {
        updates = request.FieldUpdates;
        return (request.FieldUpdatesByList is not { } byList || byList.TryGetValue(session.List!.Id, out updates)) && TrySettleNumber(session, ref updates);
    }

    /// <summary>
    /// A new number is stored as the list stores numbers (E.164), an address as it is. Desktops send back what they were shown: the record's own number is no change,
    /// whatever it looks like.
    /// </summary>
    private static bool TrySettleNumber(CallSession session, ref IReadOnlyList<KeyValuePair<string, object?>>? updates)
    {
        for (var i = 0; i < (updates?.Count ?? 0); i++)
        {
            if (updates![i] is not { Key: "contact_info", Value: string text } || text.Contains('@', StringComparison.Ordinal))
            {
                continue;
            }

            if (!TryReadNumber(text, session, out var number))
            {
                return false;
            }

            var settled = new List<KeyValuePair<string, object?>>(updates);
            if (number == session.Record!.ContactInfo)
            {
                settled.RemoveAt(i);
            }
            else
            {
                settled[i] = new("contact_info", number);
            }

            updates = settled;
            return true;
        }

        return true;
    }

    /// <summary>Changes of columns, the newer ones before the older ones of the same column.</summary>
    private static IReadOnlyList<KeyValuePair<string, object?>>? MergedUpdates(
        IReadOnlyList<KeyValuePair<string, object?>>? older,
        IReadOnlyList<KeyValuePair<string, object?>>? newer)
    {
        if (older is null or { Count: 0 } || newer is null or { Count: 0 })
        {
            return newer is null or { Count: 0 } ? older : newer;
        }

        var merged = new List<KeyValuePair<string, object?>>(newer);
        foreach (var update in older)
        {
            if (!merged.Exists(m => m.Key == update.Key))
            {
                merged.Add(update);
            }
        }

        return merged;
    }

    /// <summary>The desktop protocol's word for what became of a request about a record.</summary>
    private static DesktopError DesktopErrorOf(DesktopRequestKind kind, RecordOutcome outcome) => outcome switch
    {
        RecordOutcome.Done => DesktopError.None,
        RecordOutcome.RecordNotFound or RecordOutcome.NotTheAgentsRecord => DesktopError.RecordNotFound,
        RecordOutcome.InvalidTime => DesktopError.InvalidTime,
        RecordOutcome.InvalidCallbackType => DesktopError.InvalidAttributeValue,
        RecordOutcome.UnknownAgent => DesktopError.AgentNotFound,
        RecordOutcome.TryAgain => DesktopError.DbError,
        _ when kind is DesktopRequestKind.RecordReschedule or DesktopRequestKind.ScheduledRecordReschedule => DesktopError.ScheduledRecordNotFound,
        _ => DesktopError.InvalidRequest,
    };
}
