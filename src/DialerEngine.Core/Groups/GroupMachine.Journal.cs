namespace DialerEngine.Core.Groups;

/// <summary>Durable before visible: what waits for the journal, and what follows when it has committed.</summary>
public sealed partial class GroupMachine
{
    private readonly Awaited[] _awaiting;
    private int _awaitingHead;
    private int _awaitingCount;
    private long _sequence;
    private bool _journalUp = true;

    private struct Awaited
    {
        public long Sequence;
        public JournalEntryKind Kind;
        public int Session;
    }

    /// <summary>Adds an entry and remembers whom its commit concerns.</summary>
    private ref JournalEntry Append(JournalEntryKind kind, int session)
    {
        Invariant.That(_entryCount < _entries.Length);
        Invariant.That(_awaitingCount < _awaiting.Length);
        ref var entry = ref _entries[_entryCount++];
        entry = default;
        entry.Kind = kind;
        entry.Group = _definition.Id;
        entry.Sequence = ++_sequence;
        entry.CampaignId = _definition.Campaign.Id;
        entry.ApplicationId = _definition.ApplicationId;
        entry.At = _now.UnixMs;
        _awaiting[(_awaitingHead + _awaitingCount++) & (_awaiting.Length - 1)] = new Awaited { Sequence = _sequence, Kind = kind, Session = session };
        return ref entry;
    }

    /// <summary>Adds an entry about a session's attempt, filled with what is known of it.</summary>
    private ref JournalEntry AppendAttempt(JournalEntryKind kind, CallSession session)
    {
        if (kind == JournalEntryKind.AttemptStarted)
        {
            ReadZone(session);
        }

        ref var entry = ref Append(kind, session.Index);
        var record = session.Record!;
        entry.Attempt = session.Attempt;
        entry.List = record.List;
        entry.Record = record.Id;
        entry.Phone = record.ContactInfo;
        entry.RecordHandle = session.RecordHandle;
        entry.Times = session.Times;
        entry.ReachedAt = session.ReachedAt;
        entry.Result = session.Result;
        entry.EndedBy = session.Outcome.EndedBy;
        entry.NetworkCode = session.Outcome.NetworkCode;
        entry.Q850Cause = session.Outcome.Q850Cause;
        entry.NetworkPhrase = session.Outcome.NetworkPhrase;
        entry.NetworkReasons = session.Outcome.NetworkReasons;
        entry.Trunk = TrunkName(session.Trunk);
        entry.AgentLoginId = LoginIdOf(session.Agent);
        entry.RecordType = record.RecordType;
        entry.RecordStatus = record.RecordStatus;
        entry.RecordResult = record.CallResult;
        entry.Attempts = record.Attempts;
        entry.DialScheduledTime = record.DialScheduledTime;
        entry.CallTime = record.CallTime;
        FillFacts(ref entry, record);
        entry.Facts.CallerId = session.CallerId.Digits;
        entry.Facts.CallerIdSet = session.CallerId.Set;
        return ref entry;
    }

    /// <summary>What time it is for the customer, for the desktop.</summary>
    private void ReadZone(CallSession session)
    {
        session.ZoneName = _clock.ZoneNameOf(session.Record!);
        session.ZoneOffsetSeconds = (int)_clock.OffsetAt(session.Record!, _now.Wall).TotalSeconds;
    }

    /// <summary>The last entry's commit concerns no session any more.</summary>
    private void AwaitForNobody() => _awaiting[(_awaitingHead + _awaitingCount - 1) & (_awaiting.Length - 1)].Session = -1;

    /// <summary>A call may be on a trunk that the group does not have any more.</summary>
    private string? TrunkName(int trunk) => _trunkNames.GetValueOrDefault(trunk);

    private void OnJournalCommitted(long sequence)
    {
        Invariant.That(sequence <= _sequence);
        _journalUp = true;
        while (_awaitingCount > 0)
        {
            ref var awaited = ref _awaiting[_awaitingHead];
            if (awaited.Sequence > sequence)
            {
                return;
            }

            var kind = awaited.Kind;
            var index = awaited.Session;
            _awaitingHead = (_awaitingHead + 1) & (_awaiting.Length - 1);
            _awaitingCount--;
            switch (kind)
            {
                case JournalEntryKind.AttemptStarted: IntentDurable(_sessions[index]); break;
                case JournalEntryKind.AttemptFinished: ResultDurable(_sessions[index]); break;
                case JournalEntryKind.AttemptWithdrawn when index >= 0: WithdrawalDurable(_sessions[index]); break;
                case JournalEntryKind.AttemptWithdrawn: Counters.Withdrawn++; break;
                case JournalEntryKind.RecordUpdated when index >= 0: RecordStateDurable(_sessions[index]); break;
                case JournalEntryKind.RecordUpdated when index is HeldRecord or FinishedRecord: CountPlaced(index); break;
                case JournalEntryKind.RecordUpdated: RefusalDurable(index); break;
                case JournalEntryKind.RecordReturned: Counters.RecordsReturned++; break;
            }
        }
    }
}
