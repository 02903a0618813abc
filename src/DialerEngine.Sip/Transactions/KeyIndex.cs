namespace DialerEngine.Sip.Transactions;

/// <summary>
/// Finds slots by a 64-bit keyed hash: chained buckets over arrays that double with the number of entries. The keys are hashes with our own
/// secret, so chains stay short whatever arrives.
/// </summary>
internal sealed class KeyIndex
{
    private int[] _heads;
    private int[] _next;
    private ulong[] _keys;

    public KeyIndex(int initial = 1024)
    {
        _heads = new int[initial];
        Array.Fill(_heads, -1);
        _next = new int[initial];
        _keys = new ulong[initial];
    }

    /// <summary>Entries held.</summary>
    public int Count { get; private set; }

    public void Add(ulong key, int slot)
    {
        if (slot >= _next.Length)
        {
            var length = Math.Max(slot + 1, _next.Length * 2);
            Array.Resize(ref _next, length);
            Array.Resize(ref _keys, length);
        }

        if (Count >= _heads.Length)
        {
            Rehash();
        }

        _keys[slot] = key;
        ref var head = ref Head(key);
        _next[slot] = head;
        head = slot;
        Count++;
    }

    public void Remove(ulong key, int slot)
    {
        ref var link = ref Head(key);
        while (link >= 0)
        {
            if (link == slot)
            {
                link = _next[slot];
                Count--;
                return;
            }

            link = ref _next[link];
        }
    }

    /// <summary>First slot with a key, or -1.</summary>
    public int First(ulong key) => Match(Head(key), key);

    /// <summary>The next slot with the same key, or -1.</summary>
    public int Next(ulong key, int slot) => Match(_next[slot], key);

    private int Match(int slot, ulong key)
    {
        while (slot >= 0 && _keys[slot] != key)
        {
            slot = _next[slot];
        }

        return slot;
    }

    private ref int Head(ulong key) => ref _heads[(int)(key & (ulong)(_heads.Length - 1))];

    private void Rehash()
    {
        var old = _heads;
        _heads = new int[old.Length * 2];
        Array.Fill(_heads, -1);
        foreach (var first in old)
        {
            var slot = first;
            while (slot >= 0)
            {
                var next = _next[slot];
                ref var head = ref Head(_keys[slot]);
                _next[slot] = head;
                head = slot;
                slot = next;
            }
        }
    }
}
