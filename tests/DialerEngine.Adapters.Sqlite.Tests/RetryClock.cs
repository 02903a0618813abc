namespace DialerEngine.Adapters.Sqlite.Tests;

/// <summary>A clock whose timers fire when the test says so; it keeps the delays that were asked for.</summary>
internal sealed class RetryClock : TimeProvider
{
    private readonly object _gate = new();
    private readonly List<TimeSpan> _delays = [];
    private Timer? _waiting;

    public IReadOnlyList<TimeSpan> Delays
    {
        get
        {
            lock (_gate)
            {
                return [.. _delays];
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _delays.Add(dueTime);
            _waiting = new Timer(this, callback, state);
            Monitor.PulseAll(_gate);
            return _waiting;
        }
    }

    /// <summary>Waits until somebody waits for the time to pass.</summary>
    public void WaitUntilWaiting()
    {
        lock (_gate)
        {
            while (_waiting is null)
            {
                Assert.True(Monitor.Wait(_gate, TimeSpan.FromSeconds(60)), "nobody waits for a retry");
            }
        }
    }

    /// <summary>Waits until somebody waits, and lets the time pass.</summary>
    public void FireNext()
    {
        Timer timer;
        lock (_gate)
        {
            WaitUntilWaiting();
            timer = _waiting!;
            _waiting = null;
        }

        timer.Fire();
    }

    private sealed class Timer(RetryClock clock, TimerCallback callback, object? state) : ITimer
    {
        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._waiting = clock._waiting == this ? null : clock._waiting;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
