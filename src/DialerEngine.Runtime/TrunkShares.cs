using DialerEngine.Core;

namespace DialerEngine.Runtime;

/// <summary>
/// Who may take what is short on one trunk. Lines are shared max-min fair by weight (nobody gets more than it needs, what one does not need goes to the
/// others in proportion to their weights); starts per second go round by start-time fair queueing (P. Goyal, H. Vin, H. Cheng, 1996). A group's
/// weight is one more than the agents who wait for its calls, so no group is starved. Nothing is kept free for a group that does not ask, and a need that was not told
/// lately is forgotten. Lock-free: each group's loop writes its own entry and reads the others'; a race costs at most one start out of turn.
/// </summary>
internal sealed class TrunkShares(int lines, int maxGroups)
{
    /// <summary>How long a refused need is remembered: loops ask again every 20 ms.</summary>
    private const long MemoryTicks = 250 * Moment.TicksPerMillisecond;

    private readonly Need[] _needs = new Need[maxGroups];
    private volatile int _lines = lines;
    private int _used;
    private double _virtualTime;

    private struct Need
    {
        public int InUse;
        public int Wanted;
        public int Weight;
        public long LineUntil;
        public long StartUntil;

        /// <summary>Virtual moment at which the group's last start is paid for.</summary>
        public double Finish;
    }

    /// <summary>The trunk has another number of lines from now on.</summary>
    public void SetLines(int count) => _lines = count;

    public void Want(int slot, int calls, int agentsWaiting, long now)
    {
        if (slot < 0)
        {
            return;
        }

        ref var need = ref Mine(slot);
        need.Weight = 1 + Math.Max(0, agentsWaiting);
        Volatile.Write(ref need.Wanted, Math.Max(0, calls));
        Volatile.Write(ref need.LineUntil, calls > 0 ? now + MemoryTicks : 0);
    }

    /// <summary>True when the group may take a line: there are enough for all who ask, or it has less than its share.</summary>
    public bool MayTakeLine(int slot, int inUse, long now)
    {
        if (slot < 0)
        {
            return true;
        }

        var others = 0;
        ref var mine = ref Mine(slot);
        var used = Volatile.Read(ref _used);
        for (var i = 0; i < used; i++)
        {
            others += i != slot ? Wanted(i, now) : 0;
        }

        if (others == 0 || _lines - inUse > others || Volatile.Read(ref mine.InUse) < ShareOf(slot, used, now))
        {
            return true;
        }

        LineRefused(slot, now);
        return false;
    }

    public void LineRefused(int slot, long now)
    {
        if (slot >= 0)
        {
            ref var need = ref Mine(slot);
            Volatile.Write(ref need.LineUntil, now + MemoryTicks);
            Volatile.Write(ref need.StartUntil, 0);
        }
    }

    /// <summary>True when no other group that waits for a start is before this one in turn.</summary>
    public bool MayStart(int slot, long now)
    {
        if (slot < 0)
        {
            return true;
        }

        var clock = Volatile.Read(ref _virtualTime);
        var turn = Math.Max(clock, Volatile.Read(ref _needs[slot].Finish));
        var used = Volatile.Read(ref _used);
        for (var i = 0; i < used; i++)
        {
            if (i != slot && Volatile.Read(ref _needs[i].StartUntil) > now && Math.Max(clock, Volatile.Read(ref _needs[i].Finish)) < turn)
            {
                return false;
            }
        }

        return true;
    }

    public void StartRefused(int slot, long now)
    {
        if (slot >= 0)
        {
            Volatile.Write(ref Mine(slot).StartUntil, now + MemoryTicks);
        }
    }

    public void Took(int slot)
    {
        if (slot < 0)
        {
            return;
        }

        ref var need = ref Mine(slot);
        Interlocked.Increment(ref need.InUse);
        var turn = Math.Max(Volatile.Read(ref _virtualTime), need.Finish);
        Volatile.Write(ref _virtualTime, turn);
        Volatile.Write(ref need.Finish, turn + (1.0 / Math.Max(1, need.Weight)));
        Volatile.Write(ref need.Wanted, Math.Max(0, need.Wanted - 1));
        Volatile.Write(ref need.StartUntil, 0);
    }

    public void Released(int slot)
    {
        if (slot >= 0)
        {
            var left = Interlocked.Decrement(ref _needs[slot].InUse);
            Invariant.That(left >= 0);
        }
    }

    /// <summary>Lines of the group's share: max-min fair in whole lines; what whole lines leave over goes to whoever started least lately.</summary>
    private int ShareOf(int slot, int used, long now)
    {
        // Those who need less than their part of what is left are satisfied one after the other; the rest share by weight.
        Span<bool> satisfied = stackalloc bool[used];
        double left = _lines;
        double weights = 0;
        for (var i = 0; i < used; i++)
        {
            weights += Competes(i, slot, now) ? WeightOf(i) : 0;
            left -= Competes(i, slot, now) ? 0 : Volatile.Read(ref _needs[i].InUse);
            satisfied[i] = !Competes(i, slot, now);
        }

        for (var changed = true; changed && weights > 0;)
        {
            changed = false;
            for (var i = 0; i < used; i++)
            {
                var demand = DemandOf(i, slot, now);
                if (!satisfied[i] && demand * weights <= left * WeightOf(i))
                {
                    if (i == slot)
                    {
                        return demand;
                    }

                    satisfied[i] = true;
                    left -= demand;
                    weights -= WeightOf(i);
                    changed = true;
                }
            }
        }

        var part = Math.Max(0, left) * WeightOf(slot) / weights;
        var over = Math.Max(0, left);
        var before = 0;
        for (var i = 0; i < used; i++)
        {
            if (!satisfied[i])
            {
                over -= Math.Floor(Math.Max(0, left) * WeightOf(i) / weights);
                before += i != slot && (_needs[i].Finish, i).CompareTo((_needs[slot].Finish, slot)) < 0 ? 1 : 0;
            }
        }

        return (int)Math.Floor(part) + (before < Math.Round(over) ? 1 : 0);
    }

    private bool Competes(int i, int slot, long now) => i == slot || Wanted(i, now) > 0;

    private int DemandOf(int i, int slot, long now) =>
        Volatile.Read(ref _needs[i].InUse) + (i == slot ? Math.Max(1, Volatile.Read(ref _needs[i].Wanted)) : Wanted(i, now));

    private int Wanted(int i, long now) => Volatile.Read(ref _needs[i].LineUntil) > now ? Volatile.Read(ref _needs[i].Wanted) : 0;

    private int WeightOf(int i) => Math.Max(1, Volatile.Read(ref _needs[i].Weight));

    private ref Need Mine(int slot)
    {
        var used = Volatile.Read(ref _used);
        while (used <= slot)
        {
            Interlocked.CompareExchange(ref _used, slot + 1, used);
            used = Volatile.Read(ref _used);
        }

        return ref _needs[slot];
    }
}
