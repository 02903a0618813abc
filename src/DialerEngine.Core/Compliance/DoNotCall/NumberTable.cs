using System.Numerics;

namespace DialerEngine.Core.Compliance;

/// <summary>
/// A short list of numbers, each with a state: open addressing, one writer at a time, any number of readers without a lock. Numbers are not taken
/// out; a removal is a state, forgotten when the table grows.
/// </summary>
internal sealed class NumberTable
{
    /// <summary>State: not on the list.</summary>
    public const uint Removed = 0;

    /// <summary>State: on the list for good. Any other state is the Unix second at which it ends.</summary>
    public const uint Permanent = uint.MaxValue;

    private const int FewestSlots = 64;
    private Slots _slots = new(FewestSlots);
    private int _used;

    /// <summary>Numbers on the list, ended ones too.</summary>
    public int Count { get; private set; }

    /// <summary>Octets that the arrays take.</summary>
    public long Octets => 12L * _slots.Keys.Length;

    /// <summary>Sets a number's state. Writers take turns.</summary>
    public void Set(ulong key, uint state)
    {
        var slots = _slots;
        var slot = slots.Find(key);
        if (slots.Keys[slot] == key)
        {
            Count += (state == Removed ? 0 : 1) - (slots.States[slot] == Removed ? 0 : 1);
            Volatile.Write(ref slots.States[slot], state);
            return;
        }

        if (state == Removed)
        {
            return;
        }

        if (_used >= slots.Keys.Length / 5 * 3)
        {
            slots = slots.Copy(Count * 4);
            slot = slots.Find(key);
            _used = Count;
            Volatile.Write(ref _slots, slots);
        }

        // The state is there before the key that leads to it.
        slots.States[slot] = state;
        Volatile.Write(ref slots.Keys[slot], key);
        _used++;
        Count++;
    }

    /// <summary>Reads a number's state; false where it was never on the list.</summary>
    public bool TryGet(ulong key, out uint state)
    {
        var slots = Volatile.Read(ref _slots);
        var slot = slots.Find(key);
        if (Volatile.Read(ref slots.Keys[slot]) == key)
        {
            state = Volatile.Read(ref slots.States[slot]);
            return true;
        }

        state = Removed;
        return false;
    }

    /// <summary>All numbers on the list with their states, in no order.</summary>
    public (ulong Key, uint State)[] ToArray()
    {
        var all = new (ulong, uint)[Count];
        var next = 0;
        for (var i = 0; i < _slots.Keys.Length; i++)
        {
            if (_slots.Keys[i] != 0 && _slots.States[i] != Removed)
            {
                all[next++] = (_slots.Keys[i], _slots.States[i]);
            }
        }

        return all;
    }

    private sealed class Slots(int size)
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

        /// <summary>The same numbers without the removed ones, in at least so many slots.</summary>
        public Slots Copy(int fewest)
        {
            var copy = new Slots((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(FewestSlots, fewest)));
            for (var i = 0; i < Keys.Length; i++)
            {
                if (Keys[i] != 0 && States[i] != Removed)
                {
                    var slot = copy.Find(Keys[i]);
                    copy.Keys[slot] = Keys[i];
                    copy.States[slot] = States[i];
                }
            }

            return copy;
        }
    }
}
