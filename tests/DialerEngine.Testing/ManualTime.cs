using System.Diagnostics;

namespace DialerEngine.Testing;

/// <summary>A clock that moves when told to. Its timestamps tick in sevenths of a tick, to catch whoever assumes a frequency.</summary>
public sealed class ManualTime : TimeProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond * 7;

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _elapsed.Ticks * 7;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero) + _elapsed;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Waits until somebody waits for the clock, then moves it. Where everything may come to its end while it waits, <paramref name="done"/> says so: then
    /// the clock stays.
    /// </summary>
    /// <exception cref="TimeoutException">Nobody waits for the clock, after two minutes of the machine's own time: the test would never end.</exception>
    public async Task AdvanceWhenTimersWaitAsync(TimeSpan by, Func<bool>? done = null)
    {
        var since = Stopwatch.GetTimestamp();
        while (!HasTimers())
        {
            if (done?.Invoke() == true)
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(since) > Patience)
            {
                throw new TimeoutException("nobody waits for the clock");
            }

            await Task.Yield();
        }

        Advance(by);
    }

    /// <summary>
    /// Moves the clock in steps until a task is done; every step waits for somebody to wait for the clock. The clock may run ahead of who
    /// waits: what is to be shown by it is that something did not come earlier.
    /// </summary>
    public async Task AdvanceUntilAsync(Task done, TimeSpan step)
    {
        var since = Stopwatch.GetTimestamp();
        while (!done.IsCompleted)
        {
            if (HasTimers())
            {
                Advance(step);
                since = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetElapsedTime(since) > Patience)
            {
                throw new TimeoutException("nobody waits for the clock, and the task is not done");
            }

            await Task.Yield();
        }

        await done;
    }

    public TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
            {
                return _elapsed;
            }
        }
    }

    private bool HasTimers()
    {
        lock (_gate)
        {
            return _timers.Count > 0;
        }
    }

    private void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_gate)
        {
            _elapsed += by;
            due = [.. _timers.Where(t => t.Due <= _elapsed)];
            _timers.RemoveAll(due.Contains);
        }

        foreach (var timer in due)
        {
            timer.Fire();
        }
    }

    private sealed class ManualTimer(ManualTime owner, Action fire) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._gate)
            {
                owner._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = owner._elapsed + dueTime;
                    owner._timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
