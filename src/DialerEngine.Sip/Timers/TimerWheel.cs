using System.Diagnostics;

namespace DialerEngine.Sip.Timers;

/// <summary>What a <see cref="TimerWheel"/> calls when a timer is due.</summary>
internal interface ITimerTarget
{
    /// <summary>A timer fired. The payload is the one it was started with.</summary>
    void OnTimer(ulong payload);
}

/// <summary>Names one running timer. A handle of a timer that fired or was cancelled names nothing: the generation has moved on.</summary>
internal readonly record struct TimerHandle(int Index, int Generation)
{
    public static readonly TimerHandle None = new(-1, 0);
}

/// <summary>
/// Hashed timing wheel: 4,096 slots of 10 ms, one turn is 41 s; longer timers wait for their turn. Starting, cancelling and firing cost
/// the same however many timers run. Grows by pages up to its capacity and never shrinks; beyond the capacity a start is refused.
/// </summary>
internal sealed class TimerWheel
{
    public const int TickMs = 10;
    private const int SlotCount = 4096;
    private const int FiringList = SlotCount;
    private const int PageBits = 12;
    private const int PageSize = 1 << PageBits;
    private readonly int[] _heads = new int[SlotCount + 1];
    private readonly Node[]?[] _pages;
    private readonly int _capacity;
    private int _allocated;
    private int _free = -1;
    private long _tick;

    public TimerWheel(int capacity, long nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _capacity = capacity;
        _pages = new Node[]?[(capacity + PageSize - 1) >> PageBits];
        _tick = nowMs / TickMs;
        Array.Fill(_heads, -1);
    }

    private struct Node
    {
        public int Next;
        public int Previous;
        public int Slot;
        public int Generation;
        public long DueTick;
        public ulong Payload;
    }

    /// <summary>Timers that are running.</summary>
    public int Count { get; private set; }

    /// <summary>Starts a timer. It fires at the first tick at or after the delay; at the earliest with the next tick.</summary>
    /// <returns>False if the wheel is full.</returns>
    public bool TryStart(long nowMs, long delayMs, ulong payload, out TimerHandle handle)
    {
        if (!TryTake(out var index))
        {
            handle = TimerHandle.None;
            return false;
        }

        ref var node = ref At(index);
        node.DueTick = Math.Max(_tick + 1, (nowMs + Math.Max(0, delayMs) + TickMs - 1) / TickMs);
        node.Payload = payload;
        Link(index, (int)(node.DueTick & (SlotCount - 1)));
        Count++;
        handle = new TimerHandle(index, node.Generation);
        return true;
    }

    /// <summary>Stops a timer; harmless if it has fired or was cancelled before.</summary>
    public bool Cancel(TimerHandle handle)
    {
        if ((uint)handle.Index >= (uint)_allocated || At(handle.Index).Generation != handle.Generation)
        {
            return false;
        }

        Release(handle.Index);
        return true;
    }

    /// <summary>Moves the wheel to a moment and fires what is due, in order of ticks.</summary>
    public void Advance(long nowMs, ITimerTarget target)
    {
        var last = nowMs / TickMs;
        while (_tick < last)
        {
            if (Count == 0)
            {
                _tick = last;
                return;
            }

            _tick++;
            CollectDue();
            while (_heads[FiringList] >= 0)
            {
                var index = _heads[FiringList];
                var payload = At(index).Payload;
                Release(index);
                target.OnTimer(payload);
            }
        }
    }

    private void CollectDue()
    {
        var index = _heads[(int)(_tick & (SlotCount - 1))];
        while (index >= 0)
        {
            ref var node = ref At(index);
            var next = node.Next;
            if (node.DueTick <= _tick)
            {
                Unlink(index);
                Link(index, FiringList);
            }

            index = next;
        }
    }

    private bool TryTake(out int index)
    {
        if (_free >= 0)
        {
            index = _free;
            _free = At(index).Next;
            return true;
        }

        if (_allocated >= _capacity)
        {
            index = -1;
            return false;
        }

        index = _allocated++;
        ref var page = ref _pages[index >> PageBits];
        page ??= new Node[PageSize];
        page[index & (PageSize - 1)].Generation = 1;
        return true;
    }

    private void Release(int index)
    {
        Unlink(index);
        ref var node = ref At(index);
        node.Generation++;
        node.Next = _free;
        _free = index;
        Count--;
        Debug.Assert(Count >= 0, "a timer was released twice");
    }

    private void Link(int index, int slot)
    {
        ref var node = ref At(index);
        node.Slot = slot;
        node.Previous = -1;
        node.Next = _heads[slot];
        if (node.Next >= 0)
        {
            At(node.Next).Previous = index;
        }

        _heads[slot] = index;
    }

    private void Unlink(int index)
    {
        ref var node = ref At(index);
        if (node.Previous >= 0)
        {
            At(node.Previous).Next = node.Next;
        }
        else
        {
            _heads[node.Slot] = node.Next;
        }

        if (node.Next >= 0)
        {
            At(node.Next).Previous = node.Previous;
        }
    }

    private ref Node At(int index) => ref _pages[index >> PageBits]![index & (PageSize - 1)];
}
