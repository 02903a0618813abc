using DialerEngine.Pacing.Laws;
using DialerEngine.Pacing.Lookahead;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Pacing.Tests;

public sealed class LookaheadTests
{
    [Fact]
    public void With_hundreds_of_idle_agents_a_single_dial_is_no_risk()
    {
        // One call that may be a person, as skew as a sum can be, and three hundred agents.
        Assert.Equal(0, NormalLookahead.AtMostZero(299.7, 0.21, -0.084));
        Assert.True(NormalLookahead.AtMostZero(1, 0.21, -0.084) > NormalLookahead.AtMostZero(2, 0.21, -0.084));
    }

    [Fact]
    public void The_exact_risk_is_that_of_all_ways_it_can_come()
    {
        // One look-ahead for all cases: nothing of a case may be left in the next.
        var exact = new ExactLookahead();
        var cases = Gen.Choose(-2, 4).SelectMany(ready => Gen.Choose(0, 8).SelectMany(n => Gen.Choose(1, 99).ListOf(n)).SelectMany(agents => Gen.Choose(0, 8).SelectMany(n => Gen.Choose(1, 99).ListOf(n)).Select(calls => (ready, agents, calls))));
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var agents = c.agents.Select(p => p / 100.0).ToArray();
            var calls = c.calls.Select(p => p / 100.0).ToArray();
            var mass = Row(1.0 / Horizon.Points);
            exact.Begin(c.ready, agents.Length, mass);
            foreach (var p in agents)
            {
                exact.AddAgent(Row(p));
            }

            exact.AgentsComplete();
            foreach (var p in calls)
            {
                exact.AddCall(Row(p));
            }

            return Math.Abs(exact.Risk(mass) - Enumerated(c.ready, agents, calls)) < 1e-9;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(1, 24, 30)]
    [InlineData(3, 26, 40)]
    [InlineData(0, 30, 20)]
    public void The_normal_risk_is_near_the_exact_one_where_both_apply(int ready, int busy, int pending)
    {
        var mass = Row(1.0 / Horizon.Points);
        var exact = new ExactLookahead();
        exact.Begin(ready, busy, mass);
        Forecast free = new(), answers = new();
        for (var i = 0; i < busy; i++)
        {
            var p = 0.1 + (0.2 * i / busy);
            exact.AddAgent(Row(p));
            free.Add(Row(p), 1, 1, 1);
        }

        exact.AgentsComplete();
        for (var i = 0; i < pending; i++)
        {
            var p = 0.05 + (0.15 * i / pending);
            exact.AddCall(Row(p));
            answers.Add(Row(1), p, p * p, p * p * p);
        }

        var normal = new NormalLookahead();
        normal.Begin(ready, free, answers);
        Assert.Equal(exact.Risk(mass), normal.Risk(0, mass), 0.012);
    }

    [Fact]
    public void Cumulants_of_many_equal_events_are_those_of_the_binomial()
    {
        var forecast = new Forecast();
        forecast.Add(Row(0.2), 50, 50, 50);
        Assert.Equal(10, forecast.Mean[3], 9);
        Assert.Equal(8, forecast.Variance[3], 9);
        Assert.Equal(8 * 0.6, forecast.Third[3], 9);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.841344746)]
    [InlineData(-1.959963985, 0.025)]
    [InlineData(-3, 0.001349898)]
    public void The_normal_distribution_is_that_of_the_tables(double z, double value)
    {
        Assert.Equal(value, NormalLookahead.NormalCdf(z), 1e-7);
    }

    private static double[] Row(double value) => [.. Enumerable.Repeat(value, Horizon.Points)];

    private static double Enumerated(int ready, double[] agents, double[] calls)
    {
        var risk = 0.0;
        for (var a = 0; a < 1 << agents.Length; a++)
        {
            for (var c = 0; c < 1 << calls.Length; c++)
            {
                if (ready + int.PopCount(a) <= int.PopCount(c))
                {
                    risk += Chance(a, agents) * Chance(c, calls);
                }
            }
        }

        return risk;
    }

    private static double Chance(int which, double[] chances)
    {
        var product = 1.0;
        for (var i = 0; i < chances.Length; i++)
        {
            product *= (which >> i & 1) == 1 ? chances[i] : 1 - chances[i];
        }

        return product;
    }
}
