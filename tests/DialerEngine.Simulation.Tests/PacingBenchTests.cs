using DialerEngine.Adapters.Simulated.Pacing;
using DialerEngine.Adapters.Simulated.Pacing.Policies;
using DialerEngine.Core.Pacing;
using DialerEngine.Pacing;

namespace DialerEngine.Simulation.Tests;

public sealed class PacingBenchTests
{
    [Fact]
    public void One_seed_is_one_run()
    {
        var scenario = BenchScenarios.Named("stationary", 10)! with { Hours = 1 };
        Assert.Equal(Run(scenario, Predictive(), 5), Run(scenario, Predictive(), 5));
        Assert.NotEqual(Run(scenario, Predictive(), 5), Run(scenario, Predictive(), 6));
    }

    [Fact]
    public void Progressive_dialling_abandons_nobody_and_keeps_agents_busy_as_the_arithmetic_says()
    {
        // A connect costs 2.33 failed dials of 20.4 s and one answer of 11.7 s: 59.3 s idle for 140 s busy, 0.70.
        var result = Run(BenchScenarios.Named("base", 20)! with { Hours = 8 }, new ProgressivePacer(), 3);
        Assert.Equal(0, result.AbandonedFromStart);
        Assert.InRange(result.Utilisation, 0.68, 0.73);
    }

    [Theory]
    [InlineData(5, 0.77)]
    [InlineData(20, 0.87)]
    [InlineData(100, 0.945)]
    public void Predictive_dialling_keeps_the_cap_and_reaches_its_utilisation_from_a_cold_start(int agents, double least)
    {
        var results = Enumerable.Range(1, 3).Select(s => Run(BenchScenarios.Named("stationary", agents)! with { Hours = 8 }, Predictive(), s)).ToArray();
        Assert.InRange(results.Average(r => r.Abandonment), 0.02, 0.0305);
        Assert.True(results.Average(r => r.Utilisation) > least, $"utilisation {results.Average(r => r.Utilisation):F4}");
    }

    [Theory]
    [InlineData("hitrise")]
    [InlineData("lists")]
    [InlineData("third")]
    [InlineData("ring")]
    [InlineData("outage")]
    public void The_cap_holds_through_jumps(string name)
    {
        var results = Enumerable.Range(1, 2).Select(s => Run(BenchScenarios.Named(name, 20)! with { Hours = 8 }, Predictive(), s)).ToArray();
        Assert.True(results.Average(r => r.Abandonment) < 0.0315, $"{name}: {results.Average(r => r.Abandonment):P2}");
        Assert.True(results.Max(r => r.WorstHalfHour) < 0.12, $"{name}: worst {results.Max(r => r.WorstHalfHour):P1}");
        Assert.True(results.Average(r => r.Utilisation) > 0.79, $"{name}: utilisation {results.Average(r => r.Utilisation):F4}");
    }

    [Fact]
    public void A_thousand_agents_starting_at_once_do_not_burst()
    {
        var result = Run(BenchScenarios.Named("stationary", 1000)! with { Hours = 0.5 }, Predictive(), 2);
        Assert.True(result.Abandonment <= 0.032, $"{result.Abandonment:P2}");
        Assert.True(result.Utilisation > 0.94, $"{result.Utilisation:F4}");
    }

    [Fact]
    public void Known_chances_and_announced_ready_times_are_worth_something()
    {
        double U(string name) => Enumerable.Range(1, 3).Average(s => Run(BenchScenarios.Named(name, 10)! with { Hours = 12 }, Predictive(), s).Utilisation);
        var plain = U("base");
        Assert.True(U("readytime") > plain + 0.01);
        Assert.True(U("chances") > plain + 0.003);
    }

    [Fact]
    public void Policies_of_others_do_worse()
    {
        var scenario = BenchScenarios.Named("base", 20)! with { Hours = 6 };
        var ours = Run(scenario, Predictive(), 4);
        foreach (var other in new IPacer[] { new AdaptiveLevelPacer(0.03), new ErlangPacer(0.03, 0.3, 140), new ProgressivePacer() })
        {
            var theirs = Run(scenario, other, 4);
            Assert.True(theirs.Utilisation < ours.Utilisation - 0.03, $"{other.GetType().Name}: {theirs.Utilisation:F4} at {theirs.Abandonment:P2}");
        }
    }

    [Fact]
    public void A_busy_factor_is_met_when_the_cap_allows_it()
    {
        var pacer = new PredictivePacer(new PacingSettings { OptimizeBy = Core.OptimizeBy.BusyFactor, Goal = 80 });
        var result = Run(BenchScenarios.Named("base", 50)! with { Hours = 5, WarmUpMinutes = 60 }, pacer, 8);
        Assert.InRange(result.Utilisation, 0.76, 0.84);
        Assert.True(result.Abandonment < 0.03);
    }

    [Theory]
    [InlineData("base", 0.5, true)]
    [InlineData("base", 1, false)]
    [InlineData("base", 0.13, true)]
    [InlineData("noamd", 1, false)]
    [InlineData("noamd", 0.37, true)]
    public void The_hit_ratio_is_learned_without_bias_whatever_the_rhythm_of_the_questions(string name, double tick, bool onEvents)
    {
        var scenario = BenchScenarios.Named(name, 50)! with { Hours = 4, TickSeconds = tick, DecideOnEvents = onEvents };
        double sum = 0, count = 0;
        new PacingBench(scenario, Predictive(), 9)
        {
            Decided = (at, _, decision) =>
            {
                if (at > 3600)
                {
                    sum += decision.Inputs.HitRatio;
                    count++;
                }
            },
        }.Run();
        Assert.InRange(sum / count, 0.285, 0.315);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(50)]
    public void Runs_of_two_thousand_people_and_more_end_within_the_cap(int agents)
    {
        var results = Enumerable.Range(101, 8).Select(s => Run(BenchScenarios.Named("stationary", agents)! with { Hours = 8, TickSeconds = 1, DecideOnEvents = false }, Predictive(), s)).ToArray();
        Assert.True(results.Count(r => r.AbandonedFromStart > 0.03 * r.ReachedFromStart) <= 1, string.Join(" ", results.Select(r => $"{r.Abandonment:P2}")));
        Assert.True(results.Average(r => r.Abandonment) > 0.027, "the budget is hardly spent");
    }

    private static PredictivePacer Predictive() => new(new PacingSettings { Goal = 3 });

    private static BenchResult Run(BenchScenario scenario, IPacer pacer, long seed) => new PacingBench(scenario, pacer, seed).Run();
}
