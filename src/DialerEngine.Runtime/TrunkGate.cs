using System.Collections.Concurrent;
using DialerEngine.Core;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Runtime;

/// <summary>Limits of one trunk.</summary>
/// <param name="Name">Name in the configuration.</param>
/// <param name="MaxCalls">Calls in progress at most.</param>
/// <param name="MaxCallsPerSecond">Call starts a second at most, spread evenly; a burst of a quarter second's worth is let through.</param>
public sealed record TrunkLimits(string Name, int MaxCalls, double MaxCallsPerSecond);

/// <summary>
/// The trunks' limits, shared by all groups. Lock-free: lines are a counter, starts per second one time stamp (the earliest moment at
/// which the next start is in time: the generic cell rate algorithm, ITU-T I.371), each moved by compare-and-swap. Where groups
/// compete, <see cref="TrunkShares"/> says whose turn it is.
/// </summary>
public sealed class TrunkGate : ITrunkGate
{
    /// <summary>Trunk faults in a row that pause a trunk.</summary>
    public const int FaultsToPause = 3;

    private const int FirstPauseMs = 2_000;
    private const int LongestPauseMs = 60_000;
    private readonly Trunk[] _trunks;
    private readonly ConcurrentDictionary<int, int> _slots = new();
    private readonly int _maxGroups;

    /// <param name="trunks">Limits, in the order of the engine's trunk table.</param>
    /// <param name="maxGroups">Campaign groups that shares are kept for; further ones take what is left.</param>
    public TrunkGate(IReadOnlyList<TrunkLimits> trunks, int maxGroups = 512)
    {
        _maxGroups = maxGroups;
        _trunks = [.. trunks.Select(t => new Trunk(t, maxGroups))];
    }

    public void Want(GroupId group, ReadOnlySpan<int> trunks, int calls, int agentsWaiting, in Moment now)
    {
        var slot = SlotOf(group);
        foreach (var index in trunks)
        {
            _trunks[index].Shares.Want(slot, calls, agentsWaiting, now.Ticks);
        }
    }

    public int TryTake(GroupId group, ReadOnlySpan<int> trunks, in Moment now, out TrunkRefusal refusal)
    {
        refusal = TrunkRefusal.NoLine;
        var slot = SlotOf(group);
        foreach (var index in trunks)
        {
            var trunk = _trunks[index];
            if (trunk.Down || Volatile.Read(ref trunk.PausedUntil) > now.Ticks)
            {
                refusal = Worse(refusal, TrunkRefusal.Down);
                continue;
            }

            if (!trunk.Shares.MayTakeLine(slot, Volatile.Read(ref trunk.InUse), now.Ticks))
            {
                refusal = Worse(refusal, TrunkRefusal.Share);
                continue;
            }

            if (Interlocked.Increment(ref trunk.InUse) > trunk.Limits.MaxCalls)
            {
                Interlocked.Decrement(ref trunk.InUse);
                trunk.Shares.LineRefused(slot, now.Ticks);
                continue;
            }

            var mayStart = trunk.Shares.MayStart(slot, now.Ticks);
            if (mayStart && trunk.TryTakeStart(now.Ticks))
            {
                trunk.Shares.Took(slot);
                refusal = TrunkRefusal.None;
                return index;
            }

            Interlocked.Decrement(ref trunk.InUse);
            trunk.Shares.StartRefused(slot, now.Ticks);
            refusal = mayStart ? TrunkRefusal.Rate : Worse(refusal, TrunkRefusal.Share);
        }

        return -1;
    }

    public void Release(GroupId group, int trunk)
    {
        _trunks[trunk].Shares.Released(SlotOf(group));
        var left = Interlocked.Decrement(ref _trunks[trunk].InUse);
        Invariant.That(left >= 0);
    }

    public void Report(int trunk, bool fault, int retryAfterMs, in Moment now)
    {
        var state = _trunks[trunk];
        if (!fault)
        {
            Volatile.Write(ref state.FaultsInARow, 0);
            return;
        }

        var faults = Interlocked.Increment(ref state.FaultsInARow);
        var pauseMs = Math.Min(retryAfterMs, LongestPauseMs);
        if (faults >= FaultsToPause)
        {
            pauseMs = Math.Max(pauseMs, (int)Math.Min(LongestPauseMs, (long)FirstPauseMs << Math.Min(faults - FaultsToPause, 6)));
        }

        if (pauseMs > 0)
        {
            Volatile.Write(ref state.PausedUntil, now.Ticks + (pauseMs * Moment.TicksPerMillisecond));
        }
    }

    public int FreeLines(ReadOnlySpan<int> trunks)
    {
        var free = 0;
        foreach (var index in trunks)
        {
            free += Math.Max(0, _trunks[index].Limits.MaxCalls - Volatile.Read(ref _trunks[index].InUse));
        }

        return free;
    }

    /// <summary>Says that a trunk's far end does not answer at all (or answers again); decided by whoever watches it.</summary>
    public void SetDown(int trunk, bool down) => _trunks[trunk].Down = down;

    /// <summary>New limits for a trunk, by its index. Calls beyond them go on; new ones wait until there are fewer.</summary>
    public void SetLimits(int trunk, TrunkLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _trunks[trunk].SetLimits(limits);
    }

    /// <summary>Limits of a trunk as they are now.</summary>
    public TrunkLimits LimitsOf(int trunk) => _trunks[trunk].Limits;

    /// <summary>Calls in progress on a trunk.</summary>
    public int InUse(int trunk) => Volatile.Read(ref _trunks[trunk].InUse);

    private int SlotOf(GroupId group)
    {
        if (_slots.TryGetValue(group.Value, out var slot))
        {
            return slot;
        }

        lock (_slots)
        {
            return _slots.GetOrAdd(group.Value, _slots.Count < _maxGroups ? _slots.Count : -1);
        }
    }

    private static TrunkRefusal Worse(TrunkRefusal known, TrunkRefusal heard) => known == TrunkRefusal.Rate ? known : heard;

    private sealed class Trunk(TrunkLimits limits, int maxGroups)
    {
        public TrunkShares Shares { get; } = new(limits.MaxCalls, maxGroups);

        private long _interval = IntervalOf(limits);
        private volatile TrunkLimits _limits = limits;
        private readonly long _tolerance = Math.Max(0, TimeSpan.TicksPerSecond / 4);
        private long _due;

        public TrunkLimits Limits => _limits;

        public int InUse;
        public int FaultsInARow;
        public long PausedUntil;
        public volatile bool Down;

        public void SetLimits(TrunkLimits next)
        {
            _limits = next;
            Volatile.Write(ref _interval, IntervalOf(next));
            Shares.SetLines(next.MaxCalls);
        }

        private static long IntervalOf(TrunkLimits limits) => (long)(TimeSpan.TicksPerSecond / Math.Max(0.001, limits.MaxCallsPerSecond));

        public bool TryTakeStart(long now)
        {
            while (true)
            {
                var due = Volatile.Read(ref _due);
                if (due > now + _tolerance)
                {
                    return false;
                }

                // A trunk long unused has saved no starts beyond the tolerance.
                if (Interlocked.CompareExchange(ref _due, Math.Max(due, now) + Volatile.Read(ref _interval), due) == due)
                {
                    return true;
                }
            }
        }
    }
}
