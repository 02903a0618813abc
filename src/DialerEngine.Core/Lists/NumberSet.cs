using System.Diagnostics.CodeAnalysis;

namespace DialerEngine.Core.Lists;

/// <summary>
/// The numbers of a file and the row where each was seen first: open addressing over the digits' value, 12 octets a slot, so that
/// ten million numbers take a few hundred megabytes and no object each.
/// </summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "Nobody enumerates it.")]
public sealed class NumberSet
{
    /// <summary>Most numbers in one set. A longer file is split.</summary>
    public const int MaxCount = 50_000_000;

    private ulong[] _keys = new ulong[1024];
    private int[] _rows = new int[1024];

    public int Count { get; private set; }

    public bool IsFull => Count >= MaxCount;

    /// <summary>Adds a number's key (never 0). False when it is there already; then <paramref name="firstRow"/> says where it was seen.</summary>
    public bool TryAdd(ulong key, int row, out int firstRow)
    {
        Invariant.That(key != 0);
        Invariant.That(!IsFull);
        if (Count >= _keys.Length / 5 * 3)
        {
            Grow();
        }

        var slot = Find(_keys, key);
        if (_keys[slot] == key)
        {
            firstRow = _rows[slot];
            return false;
        }

        _keys[slot] = key;
        _rows[slot] = row;
        Count++;
        firstRow = row;
        return true;
    }

    private void Grow()
    {
        var keys = new ulong[_keys.Length * 2];
        var rows = new int[keys.Length];
        for (var i = 0; i < _keys.Length; i++)
        {
            if (_keys[i] != 0)
            {
                var slot = Find(keys, _keys[i]);
                keys[slot] = _keys[i];
                rows[slot] = _rows[i];
            }
        }

        _keys = keys;
        _rows = rows;
    }

    private static int Find(ulong[] keys, ulong key)
    {
        // Fibonacci hashing: the high bits of the product are well mixed even for consecutive numbers.
        var mask = keys.Length - 1;
        var slot = (int)((key * 0x9E3779B97F4A7C15UL) >> 32) & mask;
        while (keys[slot] != 0 && keys[slot] != key)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }
}
