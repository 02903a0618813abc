namespace DialerEngine.Core.Compliance;

/// <summary>One part of the book of attempts: a table of people, each with a list of attempts, latest first.</summary>
internal sealed class AttemptStripe(FrequencyLimits limits, int capacity)
{
    private const long Day = 86_400;

    /// <summary>A person with a call in progress is looked at again after this long.</summary>
    private const long OpenWaitSeconds = 60;

    private readonly Lock _gate = new();
    private readonly long _horizon = limits.HorizonSeconds;
    private volatile FrequencyLimits _limits = limits;
    private ulong[] _keys = new ulong[64];
    private int[] _heads = NewHeads(64);
    private Entry[] _entries = new Entry[64];
    private int _people;
    private int _free = -1;
    private int _used;

    [Flags]
    private enum Mark : byte
    {
        None = 0,
        Open = 1,
        Abandoned = 2,
    }

    public int Count { get; private set; }

    /// <summary>Other limits from now on, that look no further back than the first ones did.</summary>
    public void SetLimits(FrequencyLimits next) => _limits = next;

    public RuleVerdict Check(ulong key, long now)
    {
        lock (_gate)
        {
            return Judge(Head(key), now);
        }
    }

    public RuleVerdict TryOpen(ulong key, long now)
    {
        lock (_gate)
        {
            var verdict = Judge(Head(key), now);
            if (verdict.Outcome != RuleOutcome.Dial)
            {
                return verdict;
            }

            return Insert(key, now, now, Mark.Open) ? RuleVerdict.Dial : RuleVerdict.HoldUntil(RuleReason.HistoryFull, now + OpenWaitSeconds);
        }
    }

    public bool Load(ulong key, long at, bool abandoned)
    {
        lock (_gate)
        {
            return Insert(key, at, at, abandoned ? Mark.Abandoned : Mark.None);
        }
    }

    public void Remove(ulong key, long at)
    {
        lock (_gate)
        {
            var slot = Find(key);
            if (_keys[slot] != key)
            {
                return;
            }

            var previous = -1;
            for (var i = _heads[slot]; i >= 0; previous = i, i = _entries[i].Next)
            {
                if (_entries[i].At == at && (_entries[i].Marks & Mark.Open) != 0)
                {
                    Unlink(slot, previous, i);
                    return;
                }
            }
        }
    }

    public void Close(ulong key, long at, bool abandoned)
    {
        lock (_gate)
        {
            var previous = -1;
            var slot = Find(key);
            for (var i = _keys[slot] == key ? _heads[slot] : -1; i >= 0; previous = i, i = _entries[i].Next)
            {
                ref var entry = ref _entries[i];
                if (entry.At == at && (entry.Marks & Mark.Open) != 0)
                {
                    entry.Marks = abandoned ? Mark.Abandoned : Mark.None;
                    if (_horizon == 0)
                    {
                        // No limit looks back: only calls in progress are kept.
                        Unlink(slot, previous, i);
                    }

                    return;
                }
            }
        }
    }

    private static int[] NewHeads(int size)
    {
        var heads = new int[size];
        Array.Fill(heads, -1);
        return heads;
    }

    private int Head(ulong key)
    {
        var slot = Find(key);
        return _keys[slot] == key ? _heads[slot] : -1;
    }

    /// <summary>The longest of the waits that the limits ask for.</summary>
    private RuleVerdict Judge(int head, long now)
    {
        var verdict = RuleVerdict.Dial;
        var number = 0;
        for (var i = head; i >= 0; i = _entries[i].Next)
        {
            ref var entry = ref _entries[i];
            number++;
            if ((entry.Marks & Mark.Open) != 0)
            {
                Longer(ref verdict, RuleReason.OpenAttempt, now + OpenWaitSeconds, now);
            }

            if ((entry.Marks & Mark.Abandoned) != 0 && _limits.AbandonedHoldSeconds > 0)
            {
                Longer(ref verdict, RuleReason.AbandonedBefore, entry.At + _limits.AbandonedHoldSeconds, now);
            }

            if (number == 1 && _limits.MinimumGapSeconds > 0)
            {
                Longer(ref verdict, RuleReason.MinimumGap, entry.At + _limits.MinimumGapSeconds, now);
            }

            // The Nth latest attempt leaves its window then: until it does there are N in it.
            if (number == _limits.PerDay) { Longer(ref verdict, RuleReason.DailyCap, entry.At + Day, now); }
            if (number == _limits.PerWeek) { Longer(ref verdict, RuleReason.WeeklyCap, entry.At + (7 * Day), now); }
            if (number == _limits.PerMonth) { Longer(ref verdict, RuleReason.MonthlyCap, entry.At + (30 * Day), now); }
        }

        return verdict;
    }

    private static void Longer(ref RuleVerdict verdict, RuleReason reason, long until, long now)
    {
        if (until > now && until > verdict.UntilUnixSeconds)
        {
            verdict = RuleVerdict.HoldUntil(reason, until);
        }
    }

    private bool Insert(ulong key, long at, long now, Mark marks)
    {
        if (Count >= capacity)
        {
            Sweep(now);
            if (Count >= capacity)
            {
                return false;
            }
        }

        if (_people >= _keys.Length / 5 * 3)
        {
            Sweep(now);
            if (_people >= _keys.Length / 5 * 2)
            {
                Rehash(_keys.Length * 2);
            }
        }

        var slot = Find(key);
        if (_keys[slot] != key)
        {
            _keys[slot] = key;
            _heads[slot] = -1;
            _people++;
        }

        DropOld(slot, now);
        var index = Take();
        var previous = -1;
        var next = _heads[slot];
        while (next >= 0 && _entries[next].At > at)
        {
            previous = next;
            next = _entries[next].Next;
        }

        _entries[index] = new Entry { Seconds = (uint)Math.Clamp(at, 0, uint.MaxValue), Next = next, Marks = marks };
        if (previous < 0) { _heads[slot] = index; } else { _entries[previous].Next = index; }
        Count++;
        return true;
    }

    private int Take()
    {
        if (_free >= 0)
        {
            var index = _free;
            _free = _entries[index].Next;
            return index;
        }

        if (_used == _entries.Length)
        {
            Array.Resize(ref _entries, _entries.Length * 2);
        }

        return _used++;
    }

    private void Unlink(int slot, int previous, int index)
    {
        if (previous < 0) { _heads[slot] = _entries[index].Next; } else { _entries[previous].Next = _entries[index].Next; }
        _entries[index].Next = _free;
        _free = index;
        Count--;
    }

    /// <summary>Takes out what no limit looks at any more. Calls in progress stay.</summary>
    private void DropOld(int slot, long now)
    {
        var previous = -1;
        for (var i = _heads[slot]; i >= 0;)
        {
            var next = _entries[i].Next;
            if (_entries[i].At + _horizon <= now && (_entries[i].Marks & Mark.Open) == 0)
            {
                Unlink(slot, previous, i);
            }
            else
            {
                previous = i;
            }

            i = next;
        }
    }

    private void Sweep(long now)
    {
        for (var slot = 0; slot < _keys.Length; slot++)
        {
            if (_keys[slot] != 0)
            {
                DropOld(slot, now);
            }
        }

        Rehash(_keys.Length);
    }

    /// <summary>Builds the table of people again, without those who have no attempts.</summary>
    private void Rehash(int size)
    {
        var keys = _keys;
        var heads = _heads;
        _keys = new ulong[size];
        _heads = NewHeads(size);
        _people = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] != 0 && heads[i] >= 0)
            {
                var slot = Find(keys[i]);
                _keys[slot] = keys[i];
                _heads[slot] = heads[i];
                _people++;
            }
        }
    }

    private int Find(ulong key)
    {
        var mask = _keys.Length - 1;
        var slot = (int)((key * 0xD6E8FEB86659FD93UL) >> 32) & mask;
        while (_keys[slot] != 0 && _keys[slot] != key)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private struct Entry
    {
        public uint Seconds;
        public int Next;
        public Mark Marks;

        public readonly long At => Seconds;
    }
}
