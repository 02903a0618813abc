namespace DialerEngine.Core.Compliance;

/// <summary>
/// Changes since the last merge: open addressing, one writer at a time, any number of readers without a lock. Numbers are never taken out;
/// a removal is a state.
/// </summary>
internal sealed class NumberDelta
{
    /// <summary>State: taken off the list.</summary>
    public const uint Removed = 0;

    /// <summary>State: on the list for good. Any other state is the Unix second at which it ends.</summary>
    public const uint Permanent = uint.MaxValue;

    private Table _table;

    public NumberDelta(int capacity = 1024) => _table = new Table((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, capacity)));

    public int Count { get; private set; }

    /// <summary>Sets a number's state. Writers take turns.</summary>
    public void Set(ulong key, uint state)
    {
        var table = _table;
        var slot = table.Find(key);
        if (table.Keys[slot] == key)
        {
            Volatile.Write(ref table.States[slot], state);
            return;
        }

        if (Count >= table.Keys.Length / 5 * 3)
        {
            table = table.Doubled();
            slot = table.Find(key);
            Volatile.Write(ref _table, table);
        }

        // The state is there before the key that leads to it.
        table.States[slot] = state;
        Volatile.Write(ref table.Keys[slot], key);
        Count++;
    }

    /// <summary>Reads a number's state; false where it has not changed.</summary>
    public bool TryGet(ulong key, out uint state)
    {
        var table = Volatile.Read(ref _table);
        var slot = table.Find(key);
        if (Volatile.Read(ref table.Keys[slot]) == key)
        {
            state = Volatile.Read(ref table.States[slot]);
            return true;
        }

        state = 0;
        return false;
    }

    /// <summary>All changes by segment and, within it, in rising order; the spread numbers' segment starts in <paramref name="starts"/>.</summary>
    public (ulong Low, uint State)[] Sorted(Span<int> starts)
    {
        var table = _table;
        starts.Clear();
        foreach (var key in table.Keys)
        {
            if (key != 0)
            {
                starts[(int)(NumberKey.Spread(key) >> NumberSegment.LowBits) + 1]++;
            }
        }

        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        var sorted = new (ulong Low, uint State)[starts[^1]];
        Span<int> next = stackalloc int[NumberSegment.Count256];
        starts[..NumberSegment.Count256].CopyTo(next);
        for (var i = 0; i < table.Keys.Length; i++)
        {
            if (table.Keys[i] != 0)
            {
                var spread = NumberKey.Spread(table.Keys[i]);
                sorted[next[(int)(spread >> NumberSegment.LowBits)]++] = (spread & ((1UL << NumberSegment.LowBits) - 1), table.States[i]);
            }
        }

        for (var i = 0; i < NumberSegment.Count256; i++)
        {
            sorted.AsSpan(starts[i], starts[i + 1] - starts[i]).Sort(static (a, b) => a.Low.CompareTo(b.Low));
        }

        return sorted;
    }

    private sealed class Table(int size)
    {
        public readonly ulong[] Keys = new ulong[size];
        public readonly uint[] States = new uint[size];

        /// <summary>The key's slot, or the empty one where it belongs.</summary>
        public int Find(ulong key)
        {
            var mask = Keys.Length - 1;
            var slot = (int)((key * 0x9E3779B97F4A7C15UL) >> 32) & mask;
            while (true)
            {
                var found = Volatile.Read(ref Keys[slot]);
                if (found == 0 || found == key)
                {
                    return slot;
                }

                slot = (slot + 1) & mask;
            }
        }

        public Table Doubled()
        {
            var larger = new Table(Keys.Length * 2);
            for (var i = 0; i < Keys.Length; i++)
            {
                if (Keys[i] != 0)
                {
                    var slot = larger.Find(Keys[i]);
                    larger.Keys[slot] = Keys[i];
                    larger.States[slot] = States[i];
                }
            }

            return larger;
        }
    }
}
