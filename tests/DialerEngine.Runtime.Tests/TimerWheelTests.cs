using DialerEngine.Core;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Runtime.Tests;

public sealed class TimerWheelTests
{
    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(10, 10)]
    [InlineData(11, 20)]
    [InlineData(41_000, 41_000)]
    [InlineData(3_600_000, 3_600_000)]
    public void A_timer_fires_at_its_tick_and_not_before(int delayMs, int firesMs)
    {
        var wheel = new TimerWheel(4);
        Turn(wheel, 0);
        wheel.Start(delayMs, 7);
        for (var ms = 0; ms < firesMs; ms += 10)
        {
            Assert.Empty(Turn(wheel, ms));
        }

        Assert.Equal([7UL], Turn(wheel, firesMs));
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void A_timer_may_be_started_before_the_first_turn()
    {
        var wheel = new TimerWheel(4);
        wheel.Begin(new Moment(5_000 * Moment.TicksPerMillisecond, default));
        wheel.Start(30, 9);
        Assert.Empty(Turn(wheel, 5_020));
        Assert.Equal([9UL], Turn(wheel, 5_030));
        wheel.Begin(new Moment(Moment.TicksPerMillisecond, default));
        wheel.Start(10, 8);
        Assert.Equal([8UL], Turn(wheel, 5_040));
    }

    [Fact]
    public void A_cancelled_timer_never_fires_and_its_handle_is_dead()
    {
        var wheel = new TimerWheel(4);
        Turn(wheel, 0);
        var handle = wheel.Start(50, 1);
        Assert.True(wheel.Cancel(handle));
        Assert.False(wheel.Cancel(handle));
        wheel.Start(50, 2);
        Assert.False(wheel.Cancel(handle));
        Assert.Equal([2UL], Turn(wheel, 50));
    }

    [Fact]
    public void Late_time_is_made_up_in_bounded_steps()
    {
        var wheel = new TimerWheel(4);
        Turn(wheel, 0);
        wheel.Start(5_000, 1);
        var now = new Moment(60_000 * Moment.TicksPerMillisecond, default);
        var turns = 0;
        while (wheel.Advance(now).Length == 0)
        {
            Assert.True(wheel.LagMs > 0);
            turns++;
        }

        Assert.Equal(4, turns);
    }

    [Fact]
    public void Running_out_of_timers_is_a_broken_invariant()
    {
        var wheel = new TimerWheel(1);
        Turn(wheel, 0);
        wheel.Start(10, 1);
        Assert.Throws<InvariantBrokenException>(() => wheel.Start(10, 2));
    }

    [Fact]
    public void Starting_stopping_and_firing_allocate_nothing()
    {
        var wheel = new TimerWheel(1_000);
        wheel.Advance(default);
        long fired = 0;
        void Round(int from)
        {
            for (var i = 0; i < 1_000; i++)
            {
                var handle = wheel.Start(i % 200, (ulong)i);
                if (i % 3 == 0)
                {
                    wheel.Cancel(handle);
                }
            }

            for (var tick = 1; tick <= 21; tick++)
            {
                fired += wheel.Advance(new Moment((from + (tick * 10)) * Moment.TicksPerMillisecond, default)).Length;
            }
        }

        Round(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Round(210);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(fired > 1_000);
    }

    /// <summary>Against a plain list of due times: the same timers fire, each once, none early, none late by more than a tick.</summary>
    [Fact]
    public void The_wheel_fires_what_a_plain_list_would()
    {
        var steps = Gen.Choose(0, 99).Two().ArrayOf(200).ToArbitrary();
        Prop.ForAll(steps, draws =>
        {
            var wheel = new TimerWheel(1_000);
            Turn(wheel, 0);
            var open = new Dictionary<ulong, (TimerHandle Handle, long Due)>();
            long now = 0;
            ulong next = 1;
            foreach (var (what, how) in draws)
            {
                if (what < 60)
                {
                    var delay = (how + 1) * (what % 7 == 0 ? 1_000 : 10);
                    open.Add(next, (wheel.Start(delay, next), now + delay));
                    next++;
                }
                else if (what < 75 && open.Count > 0)
                {
                    var victim = open.ElementAt(how % open.Count);
                    Assert.True(wheel.Cancel(victim.Value.Handle));
                    open.Remove(victim.Key);
                }
                else
                {
                    now += how * 10;
                    foreach (var payload in Turn(wheel, now))
                    {
                        Assert.True(open.Remove(payload, out var timer), "fired twice or after its cancel");
                        Assert.True(timer.Due <= now, "fired early");
                    }

                    Assert.DoesNotContain(open.Values, t => t.Due <= now);
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    private static ulong[] Turn(TimerWheel wheel, long ms)
    {
        var now = new Moment(ms * Moment.TicksPerMillisecond, default);
        var fired = wheel.Advance(now).ToArray().ToList();
        while (wheel.LagMs > 0)
        {
            fired.AddRange(wheel.Advance(now).ToArray());
        }

        return [.. fired];
    }
}
