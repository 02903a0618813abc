using DialerEngine.Core.CallerId;
using DialerEngine.Core.Compliance;

namespace DialerEngine.Core.Groups;

/// <summary>
/// The last look: do-not-call, the customer's clock and frequency. Asked when records come from their list, when one is intended, and once more
/// when its attempt is durable, right before the dial. A refused record goes back with the time of its next chance, or is finished.
/// </summary>
public sealed partial class GroupMachine
{
    /// <summary>A list whose records are refused is read again after this long, so that a list of sleepers is not turned over at full speed.</summary>
    private const int RefusedListWaitMs = 100;

    /// <summary>Marks of journal entries about records that are in no session.</summary>
    private const int HeldRecord = -3;
    private const int FinishedRecord = -4;

    private IDialGate? _dialGate;
    private ICallerIds? _callerIds;
    private long _refusedTicks = long.MinValue;

    /// <summary>Every entry that calls in progress and a full buffer can still need stays free.</summary>
    private bool HasRoomToRefuse =>
        _awaiting.Length - _awaitingCount > _ringCount + (3 * _sessions.Length) + 8 && _entries.Length - _entryCount > _ringCount + _sessions.Length + 8;

    private bool WaitsForRefusals
    {
        get
        {
            if (_dialGate is null || HasRoomToRefuse)
            {
                return false;
            }

            _holdBack |= HoldBack.JournalUnavailable;
            return true;
        }
    }

    private HoldBack RuleHoldBack =>
        _ringCount == 0 && _refusedTicks != long.MinValue && _now.Ticks - _refusedTicks < TimeSpan.TicksPerMinute ? HoldBack.Rules : HoldBack.None;

    /// <summary>Leaves records out of the buffer that must never be called, or not before a known time.</summary>
    private bool TryScrub(CallRecord record)
    {
        if (_dialGate is null || !HasRoomToRefuse)
        {
            return false;
        }

        var verdict = _dialGate.Check(record, ListOf(record), _now.UnixSeconds);
        if (verdict.Outcome == RuleOutcome.Dial)
        {
            return false;
        }

        _dryUntil[_fetchList] = Math.Max(_dryUntil[_fetchList], _now.Ticks + (RefusedListWaitMs * Moment.TicksPerMillisecond));
        AppendRefusal(record, verdict);
        GiveBack(record);
        return true;
    }

    /// <summary>Books the attempt of a session that has its record and trunk. False where a rule refuses: then the session is free again.</summary>
    private bool TryAdmit(CallSession session)
    {
        if (_dialGate is not null)
        {
            var verdict = _dialGate.TryAdmit(session.Record!, session.List!, _now.UnixSeconds, out var ticket);
            if (verdict.Outcome != RuleOutcome.Dial)
            {
                Decline(session, verdict);
                return false;
            }

            session.Ticket = ticket;
        }

        session.CallerId = _callerIds?.Choose(session.Record!, session.List!, _now.UnixSeconds) ?? new CallerIdChoice(_definition.Campaign.CpnDigits);
        return true;
    }

    /// <summary>Gives a session's line back and sends its record where the verdict says; the session is free again.</summary>
    private void Decline(CallSession session, in RuleVerdict verdict)
    {
        _gate.Release(_definition.Id, session.Trunk);
        _rateTokens += 1;
        AppendRefusal(session.Record!, verdict);
        session.CallOver = true;
        session.State = CallState.Finishing;
        FreeSession(session);
    }

    /// <summary>What the rules say at the moment of the dial about an attempt that was admitted when it was intended.</summary>
    private bool IsRefusedAtLast(CallSession session)
    {
        if (_dialGate is null)
        {
            return false;
        }

        session.Refusal = _dialGate.Recheck(session.Record!, session.List!, _now.UnixSeconds);
        return session.Refusal.Outcome != RuleOutcome.Dial;
    }

    /// <summary>The state of a record whose attempt is taken back: Ready, or what the rule that refused it says.</summary>
    private void MarkWithdrawn(CallSession session)
    {
        if (session.Wishes.DisposedByOthers)
        {
            MarkWithdrawnByOthers(session);
        }
        else if (session.Refusal.Outcome == RuleOutcome.Dial)
        {
            session.Record!.RecordStatus = RecordStatus.Ready;
        }
        else
        {
            Mark(session.Record!, session.Refusal);
        }

        _dialGate?.Withdraw(session.Ticket);
        session.Ticket = default;
    }

    private void CountWithdrawn(CallSession session) => CountPlaced(
        session.Wishes.DisposedByOthers || session.Refusal.Outcome == RuleOutcome.Never ? FinishedRecord : HeldRecord);

    /// <summary>The person is free for other calls, and the attempt counts.</summary>
    private void CloseTicket(CallSession session)
    {
        if (session.Ticket != default)
        {
            _dialGate!.Close(session.Ticket, session.Times.Abandoned != 0);
            session.Ticket = default;
        }
    }

    private void CountPlaced(int marker)
    {
        if (marker == FinishedRecord)
        {
            Counters.RecordsFinished++;
        }
        else
        {
            Counters.RecordsReturned++;
        }
    }

    private void Mark(CallRecord record, in RuleVerdict verdict)
    {
        Counters.CountRefused(verdict.Reason);
        _refusedTicks = _now.Ticks;
        if (verdict.Outcome == RuleOutcome.Hold)
        {
            record.RecordStatus = RecordStatus.Ready;
            record.DialScheduledTime = Math.Max(verdict.UntilUnixSeconds, _now.UnixSeconds + 1);
            return;
        }

        record.RecordStatus = RecordStatus.Updated;
        record.DialScheduledTime = 0;
        if (verdict.Reason == RuleReason.DoNotCall)
        {
            record.RecordType = RecordType.NoCall;
            record.CallResult = CallResult.DoNotCall;
        }
    }

    private void AppendRefusal(CallRecord record, in RuleVerdict verdict)
    {
        Mark(record, verdict);
        ref var entry = ref Append(JournalEntryKind.RecordUpdated, verdict.Outcome == RuleOutcome.Hold ? HeldRecord : FinishedRecord);
        entry.List = record.List;
        entry.Record = record.Id;
        entry.Phone = record.ContactInfo;
        entry.Rule = verdict.Reason;
        entry.RecordType = record.RecordType;
        entry.RecordStatus = record.RecordStatus;
        entry.RecordResult = record.CallResult;
        entry.Attempts = record.Attempts;
        entry.DialScheduledTime = record.DialScheduledTime;
        entry.CallTime = record.CallTime;
    }

    private string ExplainNoRecords()
    {
        if (!RuleHoldBack.HasFlag(HoldBack.Rules))
        {
            return "no record is ready: the lists are done or nothing is due";
        }

        var rules = string.Join(", ", Counters.RefusedByName().Select(r => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{r.Key} {r.Value}")));
        return $"no record may be dialled now; refused since the start by rule: {rules}";
    }
}
