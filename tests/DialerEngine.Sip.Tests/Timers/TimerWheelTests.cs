using DialerEngine.Sip.Timers;

namespace DialerEngine.Sip.Tests.Timers;

public sealed class TimerWheelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_timer_fires_once_at_its_tick_unless_it_was_cancelled(int seed)
    {
        var random = new Random(seed);
        var target = new Recorder();
        var wheel = new TimerWheel(20_000, 0);
        var due = new Dictionary<ulong, long>();
        var handles = new List<(TimerHandle Handle, ulong Payload)>();
        for (long now = 0; now < 200_000; now += 10)
        {
            target.Now = now;
            wheel.Advance(now, target);
            for (var i = 0; i < random.Next(3); i++)
            {
                var delay = random.Next(0, 120_000);
                var payload = (ulong)(due.Count + 1);
                Assert.True(wheel.TryStart(now, delay, payload, out var handle));
                due.Add(payload, Math.Max(now + 10, (now + delay + 9) / 10 * 10));
                handles.Add((handle, payload));
            }

            if (handles.Count > 0 && random.Next(4) == 0)
            {
                var pick = handles[random.Next(handles.Count)];
                if (wheel.Cancel(pick.Handle))
                {
                    Assert.False(target.Fired.ContainsKey(pick.Payload), $"seed {seed}: timer {pick.Payload} was cancelled after it fired");
                    due.Remove(pick.Payload);
                    due.Add(pick.Payload, -1);
                }
            }
        }

        for (long now = 200_000; now <= 400_000; now += 10)
        {
            target.Now = now;
            wheel.Advance(now, target);
        }

        Assert.Equal(0, wheel.Count);
        foreach (var (payload, at) in due)
        {
            var fired = target.Fired.TryGetValue(payload, out var moment) ? moment : -1;
            Assert.True(fired == at, $"seed {seed}: timer {payload} fired at {fired}, was due at {at}");
        }
    }

    [Fact]
    public void A_stale_handle_cancels_nothing()
    {
        var wheel = new TimerWheel(4, 0);
        Assert.True(wheel.TryStart(0, 100, 1, out var first));
        Assert.True(wheel.Cancel(first));
        Assert.True(wheel.TryStart(0, 100, 2, out var second));
        Assert.Equal(first.Index, second.Index);
        Assert.False(wheel.Cancel(first));
        Assert.Equal(1, wheel.Count);
    }

    [Fact]
    public void A_full_wheel_refuses_a_timer()
    {
        var wheel = new TimerWheel(2, 0);
        Assert.True(wheel.TryStart(0, 10, 1, out _));
        Assert.True(wheel.TryStart(0, 10, 2, out var second));
        Assert.False(wheel.TryStart(0, 10, 3, out _));
        Assert.True(wheel.Cancel(second));
        Assert.True(wheel.TryStart(0, 10, 3, out _));
    }

    [Fact]
    public void A_timer_cancelled_by_another_of_the_same_tick_does_not_fire()
    {
        var wheel = new TimerWheel(4, 0);
        var target = new Canceller(wheel);
        wheel.TryStart(0, 50, 1, out var a);
        wheel.TryStart(0, 50, 2, out var b);
        target.Handles = [a, b];
        wheel.Advance(100, target);
        Assert.Equal(1, target.Count);
        Assert.Equal(0, wheel.Count);
    }

    private sealed class Recorder : ITimerTarget
    {
        public Dictionary<ulong, long> Fired { get; } = [];

        public long Now { get; set; }

        public void OnTimer(ulong payload) => Fired.Add(payload, Now);
    }

    private sealed class Canceller(TimerWheel wheel) : ITimerTarget
    {
        public TimerHandle[] Handles { get; set; } = [];

        public int Count { get; private set; }

        public void OnTimer(ulong payload)
        {
            Count++;
            foreach (var handle in Handles)
            {
                wheel.Cancel(handle);
            }
        }
    }
}
