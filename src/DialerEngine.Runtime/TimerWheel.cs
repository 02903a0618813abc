using DialerEngine.Core;

namespace DialerEngine.Runtime;

/// <summary>
/// Hashed timing wheel: 4,096 slots of 10 ms, one turn is 41 s, longer timers stay in their slot for more turns. Fixed memory, starting and
/// stopping cost the same whatever the number of timers. Owned by one loop.
/// </summary>
public sealed class TimerWheel : ITimers
{
    public const int SlotCount = 4096;
    public const int TickMs = 10;

    /// <summary>Late time is made up in steps of this many ticks a call, so that a stopped clock does not release everything at once.</summary>
    public const int MaxTicksPerAdvance = 100;

    private readonly int[] _head = new int[SlotCount];
    private readonly Node[] _nodes;
    private readonly ulong[] _fired;
    private int _free;
    private long _tick = -1;

    private struct Node
    {
        public int Next;
        public int Previous;
        public int Slot;
        public int Generation;
        public bool Running;
        public long DueTick;
        public ulong Payload;
    }

    /// <param name="capacity">Timers that may run at one time.</param>
    public TimerWheel(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _nodes = new Node[capacity];
        _fired = new ulong[capacity];
        Array.Fill(_head, -1);
        for (var i = 0; i < capacity; i++)
        {
            _nodes[i].Next = i + 1 < capacity ? i + 1 : -1;
            _nodes[i].Generation = 1;
        }
    }

    /// <summary>Timers running now.</summary>
    public int Count { get; private set; }

    /// <summary>How far the wheel is behind the clock it was last shown, ms.</summary>
    public long LagMs { get; private set; }

    /// <summary>Shows the wheel its first moment: what happens before the first <see cref="Advance"/> may start timers too.</summary>
    public void Begin(in Moment now)
    {
        if (_tick < 0)
        {
            _tick = TickOf(now);
        }
    }

    public TimerHandle Start(long delayMs, ulong payload)
    {
        Invariant.That(_free >= 0);
        Invariant.That(_tick >= 0);
        var index = _free;
        ref var node = ref _nodes[index];
        Invariant.That(!node.Running);
        _free = node.Next;
        node.Running = true;
        node.DueTick = _tick + Math.Max(1, (delayMs + TickMs - 1) / TickMs);
        node.Slot = (int)(node.DueTick & (SlotCount - 1));
        node.Payload = payload;
        node.Previous = -1;
        node.Next = _head[node.Slot];
        if (node.Next >= 0) { _nodes[node.Next].Previous = index; }
        _head[node.Slot] = index;
        Count++;
        return new TimerHandle(index, node.Generation);
    }

    public bool Cancel(TimerHandle handle)
    {
        if ((uint)handle.Index >= (uint)_nodes.Length || _nodes[handle.Index].Generation != handle.Generation || !_nodes[handle.Index].Running)
        {
            return false;
        }

        Unlink(handle.Index);
        return true;
    }

    /// <summary>Turns the wheel towards the moment and gives the payloads of the timers that are due, in slot order. Valid until the next call.</summary>
    public ReadOnlySpan<ulong> Advance(in Moment now)
    {
        Begin(now);
        var target = TickOf(now);
        var count = 0;
        for (var steps = 0; _tick < target && steps < MaxTicksPerAdvance; steps++)
        {
            if (Count == 0)
            {
                _tick = target;
                break;
            }

            _tick++;
            var index = _head[(int)(_tick & (SlotCount - 1))];
            while (index >= 0)
            {
                var next = _nodes[index].Next;
                if (_nodes[index].DueTick <= _tick)
                {
                    _fired[count++] = _nodes[index].Payload;
                    Unlink(index);
                }

                index = next;
            }
        }

        LagMs = (target - _tick) * TickMs;
        return _fired.AsSpan(0, count);
    }

    private static long TickOf(in Moment now) => now.Ticks / (TickMs * Moment.TicksPerMillisecond);

    private void Unlink(int index)
    {
        ref var node = ref _nodes[index];
        if (node.Previous >= 0) { _nodes[node.Previous].Next = node.Next; } else { _head[node.Slot] = node.Next; }
        if (node.Next >= 0) { _nodes[node.Next].Previous = node.Previous; }
        node.Running = false;
        node.Generation = (node.Generation % int.MaxValue) + 1;
        node.Next = _free;
        _free = index;
        Count--;
    }
}
