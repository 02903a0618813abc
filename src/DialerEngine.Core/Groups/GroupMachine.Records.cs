using DialerEngine.Core.Campaigns;

namespace DialerEngine.Core.Groups;

/// <summary>The buffer: records are fetched ahead and wait here for their dial.</summary>
public sealed partial class GroupMachine
{
    private const int DryWaitFirstMs = 500;
    private const int DryWaitMaxMs = 15_000;
    private const int UnfinishedWaitMs = 20;
    private const double FastSeconds = 2;
    private const long WarmUpTicks = 30 * TimeSpan.TicksPerSecond;
    private const long MaxBufferedTicks = 10 * TimeSpan.TicksPerMinute;
    private readonly CallRecord[] _ring;
    private readonly CallRecord[] _spare;
    private readonly long[] _ringSince;
    private readonly long[] _dryUntil;
    private readonly int[] _dryWaitMs;
    private int _ringHead;
    private int _ringCount;
    private int _spareCount;
    private bool _fetching;
    private bool _storeUp = true;
    private int _fetchList;
    private int _fetchAsked;
    private bool _fetchesAhead;
    private bool _listsChanged;
    private double _dialRate;
    private bool _rateKnown;
    private long _rateSince;
    private long _rateIntents;
    private long _intents;
    private long _firstIntent;

    /// <summary>
    /// Records that the buffer is filled up to: what the group dials in <see cref="CampaignGroupOptions.RecordBufferSeconds"/>, between its two
    /// sizes times the agents logged in. A group that dials faster than that keeps two seconds of dialling.
    /// </summary>
    private int BufferTarget()
    {
        var agents = Math.Max(1, _loggedIn);
        var least = (long)_options.MinRecordBufferSize * agents;
        var most = Math.Max((long)_options.OptRecordBufferSize * agents, (long)(_dialRate * FastSeconds));
        var wanted = _rateKnown ? (long)Math.Ceiling(_dialRate * _options.RecordBufferSeconds) : most;
        return (int)Math.Clamp(Math.Clamp(wanted, least, most), 1, _ring.Length - Tray.Capacity);
    }

    /// <summary>Measures dials per second: up at once, down slowly, so that a lull does not let the buffer run dry.</summary>
    private void MeasureDialRate()
    {
        var elapsed = _now.Ticks - _rateSince;
        if (elapsed < TimeSpan.TicksPerSecond)
        {
            return;
        }

        var rate = (_intents - _rateIntents) * (double)TimeSpan.TicksPerSecond / elapsed;
        _dialRate = rate >= _dialRate ? rate : _dialRate + ((rate - _dialRate) * 0.05);
        _rateKnown |= _state == CampaignGroupState.Running && _intents > 0 && _now.Ticks - _firstIntent > WarmUpTicks;
        _rateSince = _now.Ticks;
        _rateIntents = _intents;
    }

    /// <summary>Asks for records when the buffer is below two thirds of its target: list after list by weight, leaving out lists that were found empty lately.</summary>
    private void Refill()
    {
        MeasureDialRate();
        var target = BufferTarget();
        if (_fetching || !_fetchesAhead || _state is not (CampaignGroupState.Active or CampaignGroupState.Running) || _ringCount * 3 >= target * 2)
        {
            return;
        }

        // Entries of returned records must be on their way out first: their number has a bound.
        var index = _awaitingCount <= 2 * _sessions.Length ? NextList(out var weights) : NoList(out weights);
        if (index < 0)
        {
            return;
        }

        // A list's share of the round, rounded up: small rounds still reach every list.
        var wanted = target - _ringCount;
        var share = (((long)wanted * _lists[index].Weight) + weights - 1) / weights;
        _fetching = true;
        _listsChanged = false;
        _fetchList = index;
        _fetchAsked = (int)Math.Clamp(share, 1, Math.Min(Tray.Capacity, wanted));
        ref var effect = ref Emit(EffectKind.Fetch);
        effect.Detail = _fetchAsked;
        effect.Number = index;
    }

    private void OnFetchCompleted(int count)
    {
        Invariant.That(_fetching);
        Invariant.That(count >= 0 && count <= Tray.Capacity);
        _fetching = false;
        _storeUp = true;
        var wasForCallbacks = EndCallbackFetch();
        if (!wasForCallbacks)
        {
            Charge(_fetchList, count);
        }

        if (wasForCallbacks)
        {
            // Whether a list has callbacks says nothing about its other records.
        }
        else if (count < _fetchAsked && !_listsChanged)
        {
            // A store that stopped half-way goes on at once; one that has nothing more is left alone for a while, longer each time.
            _dryWaitMs[_fetchList] = Tray.IsUnfinished ? UnfinishedWaitMs
                : count > 0 ? DryWaitFirstMs
                : Math.Clamp(_dryWaitMs[_fetchList] * 2, DryWaitFirstMs, DryWaitMaxMs);
            _dryUntil[_fetchList] = _now.Ticks + (_dryWaitMs[_fetchList] * Moment.TicksPerMillisecond);
        }
        else
        {
            _dryWaitMs[_fetchList] = 0;
        }

        var isReading = _fetchesAhead && _state is CampaignGroupState.Active or CampaignGroupState.Running;
        for (var i = 0; i < count; i++)
        {
            var record = Tray.Exchange(i, TakeSpare());
            Invariant.That(record.RecordStatus == RecordStatus.Retrieved);
            Counters.RecordsTaken++;
            if ((!_listsChanged || _lists[IndexOfList(record.List)].IsActive) && TryHold(record))
            {
                continue;
            }

            if (_listsChanged && !IsWanted(record))
            {
                ReturnRecord(record, "list changed");
            }
            else if (!TryScrub(record))
            {
                PushRecord(record);
            }
        }

        Tray.Count = 0;
        Tray.IsUnfinished = false;
        AnswerSearches();
        if (!isReading)
        {
            ReturnBuffer();
        }
    }

    /// <summary>True when every list that is switched on gave fewer records than were asked for when it was read last, and no reading is under way.</summary>
    private bool AreListsDry
    {
        get
        {
            if (_fetching)
            {
                return false;
            }

            for (var i = 0; i < _lists.Length; i++)
            {
                if (_lists[i].IsActive && _dryWaitMs[i] < DryWaitFirstMs)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Records that have waited so long that what was true when they were fetched may not be true any more go back; the list gives them again.</summary>
    private void ReturnOldRecords()
    {
        while (_ringCount > 0 && _now.Ticks - _ringSince[_ringHead] > MaxBufferedTicks && _awaitingCount <= 2 * _sessions.Length)
        {
            ReturnRecord(PopRecord(), "too long in the buffer");
        }
    }

    /// <summary>A record of the list becomes due at a known time: a list that was found empty is looked at then.</summary>
    private void LookAgain(ListId list, int delayMs)
    {
        for (var i = 0; i < _lists.Length; i++)
        {
            if (_lists[i].List.Id == list)
            {
                _dryWaitMs[i] = 0;
                _dryUntil[i] = Math.Min(_dryUntil[i], _now.Ticks + (delayMs * Moment.TicksPerMillisecond));
            }
        }
    }

    private void OnFetchFailed()
    {
        Invariant.That(_fetching);
        _fetching = false;
        EndCallbackFetch();
        _storeUp = false;
        Tray.Count = 0;
        _dryUntil[_fetchList] = _now.Ticks + (DryWaitFirstMs * 2 * Moment.TicksPerMillisecond);
        AnswerSearches();
    }

    /// <summary>Puts every buffered record back to its list.</summary>
    private void ReturnBuffer()
    {
        ReturnCallbacks();
        ReturnAssured(null, "group stopped");
        TakeBackFromValidation();
        while (_ringCount > 0)
        {
            ReturnRecord(PopRecord(), "group stopped");
        }
    }

    private void ReturnRecord(CallRecord record, string reason)
    {
        AppendReturned(record, reason);
        GiveBack(record);
    }

    private void AppendReturned(CallRecord record, string reason)
    {
        ref var entry = ref Append(JournalEntryKind.RecordReturned, -1);
        entry.List = record.List;
        entry.Record = record.Id;
        entry.RecordType = record.RecordType;
        entry.RecordStatus = RecordStatus.Ready;
        entry.RecordResult = record.CallResult;
        entry.DialScheduledTime = record.DialScheduledTime;
        entry.Reason = reason;
    }

    private void PushRecord(CallRecord record)
    {
        Invariant.That(_ringCount < _ring.Length);
        var slot = (_ringHead + _ringCount++) % _ring.Length;
        _ring[slot] = record;
        _ringSince[slot] = _now.Ticks;
    }

    private void PushFront(CallRecord record)
    {
        Invariant.That(_ringCount < _ring.Length);
        _ringHead = (_ringHead + _ring.Length - 1) % _ring.Length;
        _ring[_ringHead] = record;
        _ringSince[_ringHead] = _now.Ticks;
        _ringCount++;
    }

    private CallRecord PopRecord()
    {
        Invariant.That(_ringCount > 0);
        var record = _ring[_ringHead];
        _ringHead = (_ringHead + 1) % _ring.Length;
        _ringCount--;
        return record;
    }

    private CallRecord TakeSpare()
    {
        Invariant.That(_spareCount > 0);
        return _spare[--_spareCount];
    }

    private void GiveBack(CallRecord record)
    {
        record.Clear();
        Invariant.That(_spareCount < _spare.Length);
        _spare[_spareCount++] = record;
    }

    private CallingListDefinition ListOf(CallRecord record)
    {
        foreach (var list in _lists)
        {
            if (list.List.Id == record.List)
            {
                return list.List;
            }
        }

        throw new InvariantBrokenException($"record of list {record.List} that campaign {_definition.Campaign.Name} does not have");
    }
}
