using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Groups;

/// <summary>
/// Pre-dial validation ahead of pacing: records leave the buffer some dials before they are needed, are asked about, and wait here with their
/// answer. The stock is sized to the dial rate and to the time that answers take; an answer that grows old is asked for again.
/// </summary>
public sealed partial class GroupMachine
{
    private const int MostInValidation = 500;

    /// <summary>Time constant of the dial rate that the stock is sized to, s.</summary>
    private const double RateSeconds = 10;

    /// <summary>Marks a journal entry of this part among those that await their commit; sessions count from 0, others use -1.</summary>
    private const int RefusalMark = -2;

    private static readonly string[] ContactColumns = ["customer_id", "postal_code", "region_code", "country_code"];
    private int[] _contactColumns = [];
    private Checked[] _checks = [];
    private Refused[] _refused = [];
    private int _refusedHead;
    private int[] _freeChecks = [];
    private int[] _allowed = [];
    private int _freeCheckCount;
    private int _allowedHead;
    private int _allowedCount;
    private int _askedCount;
    private int _refusalsAwaiting;
    private long _checkUse;
    private double _answerSeconds = 0.1;
    private double _checkRate;
    private long _checkRateTicks;
    private bool _suspended;

    private struct Checked
    {
        public CallRecord? Record;
        public AttemptId Attempt;
        public long Number;
        public long AskedTicks;
        public long AskedAt;
        public long AllowedTicks;
        public bool IsCallback;
    }

    /// <summary>A record that was refused and whose new state waits for the journal, in the order of their entries.</summary>
    private struct Refused
    {
        public ListId List;
        public RecordId Record;
        public RecordType Type;
        public CallResult Result;
        public bool IsReady;
        public bool EndsChain;
        public bool IsAgentError;

        /// <summary>When the record, or the next one of its chain, is due, Unix seconds; 0 where none is.</summary>
        public long NextAt;
    }

    /// <summary>Questions asked, positive and negative answers, and positive ones that grew too old to be used.</summary>
    public (long Asked, long Allowed, long Refused, long Expired) ValidationCounts { get; private set; }

    private int RecordsInValidation => _askedCount + _allowedCount;

    private int DialableRecords => _options.PreDialValidation ? _allowedCount : _ringCount;

    private HoldBack HoldBackOfRecords => DialableRecords > 0 ? HoldBack.None
        : _options.PreDialValidation && (_ringCount > 0 || _askedCount > 0) ? HoldBack.AwaitingValidation : HoldBack.NoRecords;

    /// <summary>The question of an effect of kind <see cref="EffectKind.Validate"/>; valid until the next step.</summary>
    public PreDialQuestion QuestionOf(long number)
    {
        ref var check = ref _checks[number % _checks.Length];
        Invariant.That(check.Number == number);
        return new PreDialQuestion
        {
            Number = number,
            Record = check.Record!,
            List = ListOf(check.Record!),
            Attempt = check.Attempt,
            DialMode = _mode,
            AskedAt = check.AskedAt,
        };
    }

    /// <summary>Makes the stock's places; returns how many records they can hold.</summary>
    private int PrepareValidation(int bufferCapacity)
    {
        _contactColumns = new int[_lists.Length * ContactColumns.Length];
        for (var i = 0; i < _contactColumns.Length; i++)
        {
            var fields = _lists[i / ContactColumns.Length].List.UserFields;
            _contactColumns[i] = -1;
            for (var field = 0; field < fields.Count; field++)
            {
                if (string.Equals(fields[field].Name, ContactColumns[i % ContactColumns.Length], StringComparison.OrdinalIgnoreCase))
                {
                    _contactColumns[i] = field;
                }
            }
        }

        if (!_options.PreDialValidation)
        {
            return 0;
        }

        var places = Math.Min(MostInValidation, bufferCapacity);
        _checks = new Checked[places];
        _refused = new Refused[3 * places];
        _freeChecks = new int[places];
        _allowed = new int[places];
        for (var i = 0; i < places; i++)
        {
            _freeChecks[_freeCheckCount++] = places - 1 - i;
        }

        return places;
    }

    /// <summary>Asks about as many records as will be wanted while an answer is under way; asks again where an answer is too old.</summary>
    private void AskAhead()
    {
        if (!_options.PreDialValidation || _state != CampaignGroupState.Running)
        {
            return;
        }

        var oldest = _now.Ticks - (_options.ValidationMaxAgeMs * Moment.TicksPerMillisecond);
        while (_allowedCount > 0 && _checks[_allowed[_allowedHead]].AllowedTicks < oldest)
        {
            var slot = TakeAllowed();
            ValidationCounts = ValidationCounts with { Expired = ValidationCounts.Expired + 1 };
            Ask(slot);
        }

        if (_suspended || !_journalUp || _loggedIn == 0)
        {
            return;
        }

        var wanted = 2 + ReadyForCalls + (int)Math.Ceiling(CurrentDialRate() * ((1.5 * _answerSeconds) + 1));
        while (_ringCount > 0 && RecordsInValidation < wanted && _freeCheckCount > 0 && _askedCount + _refusalsAwaiting < 2 * _checks.Length)
        {
            var slot = _freeChecks[--_freeCheckCount];
            ref var check = ref _checks[slot];
            check.Record = PopRecord();
            check.Attempt = _ids.NextAttempt();
            Ask(slot);
        }
    }

    private void Ask(int slot)
    {
        ref var check = ref _checks[slot];
        check.Number = (++_checkUse * _checks.Length) + slot;
        check.AskedTicks = _now.Ticks;
        check.AskedAt = _now.UnixMs;
        _askedCount++;
        ValidationCounts = ValidationCounts with { Asked = ValidationCounts.Asked + 1 };
        ref var effect = ref Emit(EffectKind.Validate);
        effect.Number = check.Number;
    }

    /// <summary>An answer. One to a question that is no longer open (its record went back to the list) changes nothing.</summary>
    private void OnValidated(long number, PreDialVerdict verdict, PreDialRefusal? refusal)
    {
        if (_checks.Length == 0 || number <= 0)
        {
            return;
        }

        var slot = (int)(number % _checks.Length);
        ref var check = ref _checks[slot];
        if (check.Number != number || check.Record is null)
        {
            return;
        }

        _askedCount--;
        if (check.IsCallback)
        {
            OnCallbackValidated(slot, verdict, refusal);
            return;
        }

        _answerSeconds += 0.1 * (((_now.Ticks - check.AskedTicks) / (double)TimeSpan.TicksPerSecond) - _answerSeconds);
        if (verdict == PreDialVerdict.Allowed)
        {
            // The number is used up: a second answer to the same question finds nothing.
            check.Number = 0;
            check.AllowedTicks = _now.Ticks;
            _allowed[(_allowedHead + _allowedCount++) % _allowed.Length] = slot;
            ValidationCounts = ValidationCounts with { Allowed = ValidationCounts.Allowed + 1 };
            return;
        }

        ValidationCounts = ValidationCounts with { Refused = ValidationCounts.Refused + 1 };
        Refuse(ref check, refusal ?? new PreDialRefusal(CallResult.GeneralError, null, null));
        FreeCheck(slot);
    }

    /// <summary>
    /// The refusal's result is treated as any other one (ocs: "409: do not dial, try treatments"); without a treatment the record is done. The attempt that was
    /// not made is reported as complete and counts as none.
    /// </summary>
    private void Refuse(ref Checked check, PreDialRefusal refusal)
    {
        var record = check.Record!;
        var fate = Treat(record, refusal.Result, AgentTreatment.None);
        record.CallResult = refusal.Result;
        record.CallTime = _now.UnixSeconds;
        Invariant.That(_refusalsAwaiting < _refused.Length);
        _refused[(_refusedHead + _refusalsAwaiting++) % _refused.Length] = new Refused
        {
            List = record.List,
            Record = record.Id,
            Type = fate.Type,
            Result = refusal.Result,
            IsReady = fate.Status == RecordStatus.Ready,
            EndsChain = EndsChain(record, fate),
            IsAgentError = fate.Status == RecordStatus.AgentError,
            NextAt = fate.Status == RecordStatus.Ready ? fate.Schedule : fate.ChainAt,
        };
        ref var entry = ref Append(JournalEntryKind.RecordUpdated, RefusalMark);
        entry.Attempt = check.Attempt;
        entry.List = record.List;
        entry.Record = record.Id;
        entry.Phone = record.ContactInfo;
        entry.Times.StartProcessing = check.AskedAt;
        entry.Times.CompleteProcessing = _now.UnixMs;
        entry.Result = refusal.Result;
        entry.RecordResult = record.CallResult;
        entry.Attempts = record.Attempts;
        entry.CallTime = record.CallTime;
        ApplyFate(record, fate, ref entry);
        FillFacts(ref entry, record);
        entry.Facts.BlockingRule = refusal.BlockingRule;
        entry.Reason = refusal.BlockingRule ?? (fate.Treatment is null ? "refused" : fate.Rule);
        entry.Actor = "pre-dial validation";
        entry.Facts.BlockingRuleType = refusal.BlockingRuleType;
        GiveBack(record);
    }

    private void RefusalDurable(int mark)
    {
        if (mark != RefusalMark)
        {
            return;
        }

        var refused = _refused[_refusedHead];
        _refusedHead = (_refusedHead + 1) % _refused.Length;
        _refusalsAwaiting--;
        Counters.RecordsReturned += refused.IsReady ? 1 : 0;
        Counters.RecordsFinished += refused.IsReady ? 0 : 1;
        if (refused.NextAt > 0)
        {
            LookAgain(refused.List, (int)(Math.Clamp(refused.NextAt - _now.UnixSeconds, 0, LookAheadSeconds) * 1_000));
        }

        if (refused is { IsReady: true, NextAt: > 0 })
        {
            Counters.RecordsScheduled++;
            EmitRefused(RecordEventKind.RecordScheduled, refused);
        }
        else if (refused.IsAgentError)
        {
            Counters.AgentErrors++;
            EmitRefused(RecordEventKind.AgentError, refused);
        }

        if (refused.EndsChain)
        {
            Counters.LeadsProcessed++;
            EmitRefused(RecordEventKind.LeadProcessed, refused);
        }
    }

    private void EmitRefused(RecordEventKind kind, in Refused refused) =>
        Emit(EffectKind.RecordEvent).RecordEvent = new RecordEvent(kind, refused.List, refused.Record, refused.Type, refused.Result);

    /// <summary>A list was switched off or filtered anew: what is asked about or allowed of it and would not be taken any more goes back.</summary>
    private void ReturnFromValidation(CampaignList list)
    {
        for (var left = _allowedCount; left > 0; left--)
        {
            var slot = TakeAllowed();
            if (IsUnwanted(_checks[slot].Record!, list))
            {
                ReturnRecord(_checks[slot].Record!, "list changed");
                FreeCheck(slot);
            }
            else
            {
                _allowed[(_allowedHead + _allowedCount++) % _allowed.Length] = slot;
            }
        }

        for (var slot = 0; slot < _checks.Length; slot++)
        {
            // What is not allowed is still asked about; the answer that comes finds nothing. Callbacks go back from where they are held.
            if (_checks[slot] is { Record: { } record, IsCallback: false, Number: not 0 } && IsUnwanted(record, list))
            {
                ReturnRecord(record, "list changed");
                FreeCheck(slot);
                _askedCount--;
            }
        }
    }

    /// <summary>The next record to dial with the identity of its attempt: an allowed one where records are validated.</summary>
    private void TakeDialable(CallSession session)
    {
        if (!_options.PreDialValidation)
        {
            session.Record = PopRecord();
            session.Attempt = _ids.NextAttempt();
            session.Times.StartProcessing = _now.UnixMs;
            return;
        }

        _checkRate = CurrentDialRate() + (1 / RateSeconds);
        _checkRateTicks = _now.Ticks;
        var slot = TakeAllowed();
        ref var check = ref _checks[slot];
        session.Record = check.Record;
        session.Attempt = check.Attempt;
        session.Times.StartProcessing = check.AskedAt;
        FreeCheck(slot);
    }

    private double CurrentDialRate() => _checkRate * Math.Exp(-(_now.Ticks - _checkRateTicks) / (RateSeconds * TimeSpan.TicksPerSecond));

    private int TakeAllowed()
    {
        Invariant.That(_allowedCount > 0);
        var slot = _allowed[_allowedHead];
        _allowedHead = (_allowedHead + 1) % _allowed.Length;
        _allowedCount--;
        return slot;
    }

    private void FreeCheck(int slot)
    {
        _checks[slot] = default;
        _freeChecks[_freeCheckCount++] = slot;
    }

    /// <summary>Every record that is asked about or allowed goes back to its list; answers that still come find nothing.</summary>
    private void TakeBackFromValidation()
    {
        for (var slot = 0; slot < _checks.Length; slot++)
        {
            if (_checks[slot].Record is { } record)
            {
                Invariant.That(!_checks[slot].IsCallback);
                ReturnRecord(record, "group stopped");
                FreeCheck(slot);
            }
        }

        _allowedCount = 0;
        _askedCount = 0;
    }

    private void FillFacts(ref JournalEntry entry, CallRecord record)
    {
        if (!_options.SendHistory)
        {
            return;
        }

        ref var facts = ref entry.Facts;
        facts.Wanted = true;
        facts.DialMode = _mode;
        facts.PhoneType = record.PhoneType;
        facts.ChainId = record.ChainId;
        facts.ChainN = record.ChainN;
        facts.TimeZoneDbid = record.TimeZoneDbid;
        facts.TimeZoneName = _clock.ZoneNameOf(record);
        for (var i = 0; i < _lists.Length; i++)
        {
            if (_lists[i].List.Id == record.List)
            {
                var columns = _contactColumns.AsSpan(i * ContactColumns.Length, ContactColumns.Length);
                facts.CustomerId = FieldOf(record, columns[0]);
                facts.PostalCode = FieldOf(record, columns[1]);
                facts.RegionCode = FieldOf(record, columns[2]);
                facts.CountryCode = FieldOf(record, columns[3]);
                return;
            }
        }
    }

    private static object? FieldOf(CallRecord record, int field) => (uint)field < (uint)record.UserFields.Length ? record.UserFields[field] : null;
}
