namespace DialerEngine.Core.Groups;

/// <summary>The buffer: records are fetched ahead and wait here for their dial.</summary>
public sealed partial class GroupMachine
{
    private const int DryWaitFirstMs = 500;
    private const int DryWaitMaxMs = 15_000;
    private readonly CallRecord[] _ring;
    private readonly CallRecord[] _spare;
    private readonly long[] _dryUntil;
    private readonly int[] _dryWaitMs;
    private int _ringHead;
    private int _ringCount;
    private int _spareCount;
    private bool _fetching;
    private bool _storeUp = true;
    private int _fetchList;
    private int _fetchAsked;
    private int _nextList;

    private int BufferTarget(int perAgent) => Math.Clamp(perAgent * Math.Max(1, _loggedIn), 1, _ring.Length - Tray.Capacity);

    /// <summary>Asks for records when the buffer is below its minimum: list after list by weight, leaving out lists that were found empty lately.</summary>
    private void Refill()
    {
        if (_fetching || _state is not (CampaignGroupState.Active or CampaignGroupState.Running) || _ringCount >= BufferTarget(_options.MinRecordBufferSize))
        {
            return;
        }

        var lists = _lists;
        var weights = 0;
        foreach (var list in lists)
        {
            weights += list.Weight;
        }

        var wanted = BufferTarget(_options.OptRecordBufferSize) - _ringCount;
        for (var i = 0; i < lists.Length; i++)
        {
            var index = (_nextList + i) % lists.Length;
            if (_dryUntil[index] > _now.Ticks)
            {
                continue;
            }

            // A list's share of the round, rounded up: small rounds still reach every list.
            var share = ((wanted * lists[index].Weight) + weights - 1) / weights;
            _fetching = true;
            _fetchList = index;
            _fetchAsked = Math.Clamp(share, 1, Math.Min(Tray.Capacity, wanted));
            _nextList = (index + 1) % lists.Length;
            ref var effect = ref Emit(EffectKind.Fetch);
            effect.Detail = _fetchAsked;
            effect.Number = index;
            return;
        }
    }

    private void OnFetchCompleted(int count)
    {
        Invariant.That(_fetching);
        Invariant.That(count >= 0 && count <= Tray.Capacity);
        _fetching = false;
        _storeUp = true;
        if (count < _fetchAsked)
        {
            _dryWaitMs[_fetchList] = count > 0 ? DryWaitFirstMs : Math.Clamp(_dryWaitMs[_fetchList] * 2, DryWaitFirstMs, DryWaitMaxMs);
            _dryUntil[_fetchList] = _now.Ticks + (_dryWaitMs[_fetchList] * Moment.TicksPerMillisecond);
        }
        else
        {
            _dryWaitMs[_fetchList] = 0;
        }

        for (var i = 0; i < count; i++)
        {
            var record = Tray.Exchange(i, TakeSpare());
            Invariant.That(record.RecordStatus == RecordStatus.Retrieved);
            Counters.RecordsTaken++;
            if (!TryScrub(record))
            {
                PushRecord(record);
            }
        }

        Tray.Count = 0;
        if (_state is not (CampaignGroupState.Active or CampaignGroupState.Running))
        {
            ReturnBuffer();
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
        _storeUp = false;
        Tray.Count = 0;
        _dryUntil[_fetchList] = _now.Ticks + (DryWaitFirstMs * 2 * Moment.TicksPerMillisecond);
    }

    /// <summary>Puts every buffered record back to its list.</summary>
    private void ReturnBuffer()
    {
        while (_ringCount > 0)
        {
            var record = PopRecord();
            ref var entry = ref Append(JournalEntryKind.RecordReturned, -1);
            entry.List = record.List;
            entry.Record = record.Id;
            entry.RecordType = record.RecordType;
            entry.RecordStatus = RecordStatus.Ready;
            GiveBack(record);
        }
    }

    private void PushRecord(CallRecord record)
    {
        Invariant.That(_ringCount < _ring.Length);
        _ring[(_ringHead + _ringCount++) % _ring.Length] = record;
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
