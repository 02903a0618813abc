using DialerEngine.Core;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Runtime.Tests;

public sealed class TrunkGateTests
{
    private static readonly GroupId One = new(1);

    [Fact]
    public void Never_more_calls_than_lines()
    {
        var gate = new TrunkGate([new TrunkLimits("a", 3, 1_000)]);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(0, gate.TryTake(One, [0], At(0), out _));
        }

        Assert.Equal(-1, gate.TryTake(One, [0], At(0), out var refusal));
        Assert.Equal(TrunkRefusal.NoLine, refusal);
        Assert.Equal(0, gate.FreeLines([0]));
        gate.Release(One, 0);
        Assert.Equal(0, gate.TryTake(One, [0], At(0), out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(50)]
    public void Starts_keep_to_the_rate_over_any_second_but_for_a_quarter_seconds_burst(int rate)
    {
        var gate = new TrunkGate([new TrunkLimits("a", 1_000_000, rate)]);
        var starts = new List<int>();
        for (var ms = 0; ms < 20_000; ms += 5)
        {
            while (gate.TryTake(One, [0], At(ms), out _) == 0)
            {
                starts.Add(ms);
            }
        }

        var most = starts.Max(s => starts.Count(t => t >= s && t < s + 1_000));
        Assert.InRange(most, rate, rate + (rate / 4) + 1);
        Assert.InRange(starts.Count, 20 * rate, (20 * rate) + (rate / 4) + 1);
    }

    [Fact]
    public void The_next_trunk_is_taken_when_the_first_is_full()
    {
        var gate = new TrunkGate([new TrunkLimits("a", 1, 1_000), new TrunkLimits("b", 1, 1_000)]);
        Assert.Equal(0, gate.TryTake(One, [0, 1], At(0), out _));
        Assert.Equal(1, gate.TryTake(One, [0, 1], At(0), out _));
        Assert.Equal(-1, gate.TryTake(One, [0, 1], At(0), out _));
    }

    [Fact]
    public void Three_faults_in_a_row_pause_a_trunk_and_a_good_call_forgives()
    {
        var gate = new TrunkGate([new TrunkLimits("a", 10, 1_000)]);
        gate.Report(0, true, 0, At(0));
        gate.Report(0, true, 0, At(0));
        gate.Report(0, false, 0, At(0));
        gate.Report(0, true, 0, At(0));
        gate.Report(0, true, 0, At(0));
        Assert.Equal(0, gate.TryTake(One, [0], At(1), out _));
        gate.Report(0, true, 0, At(1));
        Assert.Equal(-1, gate.TryTake(One, [0], At(2), out var refusal));
        Assert.Equal(TrunkRefusal.Down, refusal);
        Assert.Equal(0, gate.TryTake(One, [0], At(2_002), out _));
    }

    [Fact]
    public void Retry_after_pauses_at_once()
    {
        var gate = new TrunkGate([new TrunkLimits("a", 10, 1_000)]);
        gate.Report(0, true, 5_000, At(0));
        Assert.Equal(-1, gate.TryTake(One, [0], At(4_999), out _));
        Assert.Equal(0, gate.TryTake(One, [0], At(5_000), out _));
    }

    [Fact]
    public void A_trunk_that_is_down_takes_nothing()
    {
        var gate = new TrunkGate([new TrunkLimits("a", 10, 1_000)]);
        gate.SetDown(0, true);
        Assert.Equal(-1, gate.TryTake(One, [0], At(0), out _));
        gate.SetDown(0, false);
        Assert.Equal(0, gate.TryTake(One, [0], At(0), out _));
    }

    [Fact]
    public async Task Many_groups_at_once_never_take_a_line_too_many()
    {
        var gate = new TrunkGate([new TrunkLimits("a", 7, 1_000_000)]);
        var worst = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (gate.TryTake(One, [0], At(i), out TrunkRefusal _) == 0)
                {
                    InterlockedMax(ref worst, Math.Min(gate.InUse(0), 7));
                    gate.Release(One, 0);
                }
            }
        })));
        Assert.Equal(0, gate.InUse(0));
        Assert.InRange(worst, 1, 7);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }

    private static Moment At(long ms) => new(ms * Moment.TicksPerMillisecond, default);
}
