using System.Text.RegularExpressions;
using System.Xml.Linq;
using DialerEngine.Adapters.Simulated.Pacing;
using DialerEngine.Adapters.Simulated.Simulation;
using DialerEngine.Host.Simulation;
using DialerEngine.Pacing;

namespace DialerEngine.Host.Tests.Simulation;

public sealed partial class ShiftRunnerTests
{
    [Fact]
    public void One_seed_is_one_run_to_the_last_byte_but_the_wall_time()
    {
        string Json(long seed) => WallTime().Replace(ComparisonJson.Write([ComparisonRow.Run("a", Sample("shared-trunk", "hours=0.5"), ComparisonRow.Engine, seed, 2)], seed), "");
        Assert.Equal(Json(3), Json(3));
        Assert.NotEqual(Json(3), Json(4));
    }

    [Theory]
    [InlineData("small-shop", "hours=1")]
    [InlineData("parallel-groups", "hours=0.3")]
    [InlineData("trunk-outage", "hours=0.4;changes=[{\"atHours\":0.1,\"down\":true},{\"atHours\":0.2,\"down\":false}]")]
    [InlineData("ramp-up", "hours=0.4")]
    [InlineData("false-positives", "hours=0.3;network.hangUp={\"law\":\"exponential\",\"mean\":2}")]
    public void After_the_shift_every_record_is_in_one_place_and_every_line_is_free(string name, string settings)
    {
        var scenario = Sample(name, settings);
        var runner = new ShiftRunner(scenario, 5);
        var run = runner.Run();
        Assert.Null(run.Refusal);
        Assert.True(run.All.Dials > 20, $"only {run.All.Dials} dials");
        Assert.True(runner.Drain(), "the groups never came to rest");

        for (var list = 0; list < scenario.Lists.Count; list++)
        {
            var (taken, back, finished, _) = runner.World.Books(list);
            Assert.Equal(taken, back + finished);
        }

        for (var trunk = 0; trunk < scenario.Trunks.Count; trunk++)
        {
            Assert.Equal(0, runner.Trunks.InUse(trunk));
        }
    }

    [Fact]
    public void A_list_is_dialled_to_its_end()
    {
        var runner = new ShiftRunner(Sample("small-shop", "hours=3;lists[0].records=200"), 1);
        runner.Run();
        Assert.Equal(200, runner.World.Books(0).Finished);
    }

    [Fact]
    public void The_figures_are_those_that_the_bench_gives_for_the_same_model()
    {
        var bench = Enumerable.Range(1, 3).Average(s => new PacingBench(BenchScenarios.Named("stationary", 20)! with { Hours = 3 }, new PredictivePacer(new PacingSettings { Goal = 3 }), s).Run().Utilisation);
        var row = ComparisonRow.Run("base", Sample("base-20", "hours=3"), ComparisonRow.Engine, 1, 3);
        Assert.InRange(row.Of(-1, r => r.Utilisation).Mean, bench - 0.012, bench + 0.012);
    }

    [Fact]
    public void Predictive_dialling_keeps_the_cap_and_beats_the_others()
    {
        var scenario = Sample("base-20", "hours=3");
        var ours = ComparisonRow.Run("base", scenario, ComparisonRow.Engine, 11, 3);
        Assert.InRange(ours.Of(-1, r => r.Abandonment).Mean, 0.015, 0.0305);
        foreach (var policy in new[] { "progressive", "adaptive", "erlang" })
        {
            var theirs = ComparisonRow.Run("base", scenario, policy, 11, 1);
            Assert.True(theirs.Of(-1, r => r.Utilisation).Mean < ours.Of(-1, r => r.Utilisation).Mean - 0.03, policy);
        }
    }

    [Fact]
    public void Progressive_dialling_abandons_nobody_and_keeps_agents_busy_as_the_arithmetic_says()
    {
        var row = ComparisonRow.Run("base", Sample("base-20", "hours=3;dialMode=\"Progressive\""), ComparisonRow.Engine, 1, 2);
        Assert.Equal(0, row.Of(-1, r => r.Abandonment).Mean);
        Assert.InRange(row.Of(-1, r => r.Utilisation).Mean, 0.68, 0.73);
    }

    [Fact]
    public void A_dead_trunk_is_seen_in_the_dials_and_a_closed_list_in_their_end()
    {
        var series = Run("trunk-outage", "hours=1;changes=[{\"atHours\":0.4,\"down\":true},{\"atHours\":0.6,\"down\":false}]").All.Series;
        Assert.True(Mean(series.Utilisation, 28, 36) < Mean(series.Utilisation, 15, 24) - 0.1);
        Assert.True(Mean(series.Utilisation, 48, 60) > 0.7);

        var closed = Run("base-20", "hours=1;changes=[{\"atHours\":0.5,\"open\":false}]").All.Series;
        Assert.True(Mean(closed.DialsPerSecond, 10, 30) > 0.2);
        Assert.Equal(0, Mean(closed.DialsPerSecond, 40, 60));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_was_dialled_in_vain_over_a_dead_trunk_is_dialled_again_without_a_burst(long seed)
    {
        // With seed 3 more than 200 second attempts met the dead trunk: they must not pass for records that nobody answers.
        var run = Run(
            "trunk-outage",
            "hours=1.5;teams[0].agents=100;trunks[0].lines=2500;trunks[0].callsPerSecond=250;"
                + "changes=[{\"atHours\":0.5,\"trunk\":\"carrier\",\"down\":true},{\"atHours\":0.6667,\"trunk\":\"carrier\",\"down\":false}]",
            seed).All;
        Assert.InRange(run.WorstHalfHour, 0, 0.06);
        Assert.InRange(run.Utilisation, 0.84, 0.9);
    }

    [Fact]
    public void Agents_come_go_and_take_their_breaks_when_the_scenario_says()
    {
        var series = Run("base-20", "hours=1;changes=[{\"atHours\":0.5,\"agents\":8}]").All.Series;
        Assert.Equal(20, Mean(series.StaffedAgents, 5, 30), 6);
        Assert.Equal(8, Mean(series.StaffedAgents, 50, 60), 6);

        var lunch = Run("lunch", "hours=1.5;teams[0].breaks=[{\"at\":\"09:30\",\"minutes\":30,\"share\":0.5}]").All.Series;
        Assert.Equal(10, Mean(lunch.StaffedAgents, 50, 59), 1);
        Assert.Equal(20, Mean(lunch.StaffedAgents, 70, 90), 6);

        var ramp = Run("ramp-up", "hours=1").All.Series;
        Assert.InRange(Mean(ramp.StaffedAgents, 29, 31), 45, 55);
    }

    [Fact]
    public void Talk_hit_ratio_and_dial_mode_change_when_the_scenario_says()
    {
        var talk = Run("talk-shift", "hours=1;changes=[{\"atHours\":0.5,\"talk\":30}]").All;
        Assert.True(Mean(talk.Series.DialsPerSecond, 40, 60) > 1.5 * Mean(talk.Series.DialsPerSecond, 10, 30));

        var hit = Run("base-20", "hours=1;changes=[{\"atHours\":0.5,\"answerChance\":0.9}]").All;
        Assert.True(Mean(hit.Series.DialsPerSecond, 40, 60) < 0.6 * Mean(hit.Series.DialsPerSecond, 10, 30));

        var mode = Run("base-20", "hours=2;changes=[{\"atHours\":1,\"dialMode\":\"Progressive\"}]").All;
        Assert.True(Mean(mode.Series.Utilisation, 75, 120) < Mean(mode.Series.Utilisation, 20, 60) - 0.08);
    }

    [Fact]
    public void Announced_ready_times_are_worth_something()
    {
        double U(string name) => ComparisonRow.Run(name, Sample(name, "hours=4;teams[0].agents=10"), ComparisonRow.Engine, 1, 3).Of(-1, r => r.Utilisation).Mean;
        Assert.True(U("ready-times") > U("base-20") + 0.005);
    }

    [Fact]
    public void Groups_on_one_trunk_never_have_more_calls_than_lines()
    {
        var run = Run("shared-trunk", "hours=0.5;trunks[0].lines=40");
        Assert.InRange(run.All.MaxLines, 30, 40);
        Assert.Equal(3, run.Groups.Count);
        Assert.Equal(run.All.Dials, run.Groups.Sum(g => g.Dials));
        Assert.Equal(run.All.Connected, run.Groups.Sum(g => g.Connected));
    }

    [Fact]
    public void A_call_costs_no_allocation_once_warm()
    {
        long Allocated(double hours)
        {
            var runner = new ShiftRunner(Sample("base-50", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"hours={hours}")), 1);
            var before = GC.GetAllocatedBytesForCurrentThread();
            runner.Run();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // What is left is a number for each new record of an endless list (until they come round), and the plot's steps. What calls cost they cost every time;
        // code that a busy machine has not optimised yet allocates where optimised code does not.
        var perHour = long.MaxValue;
        for (var attempt = 0; attempt < 3 && perHour >= 4_000 * 120; attempt++)
        {
            perHour = Math.Min(perHour, Allocated(2) - Allocated(1));
        }

        Assert.True(perHour < 4_000 * 120, $"{perHour} bytes in an hour of some 3,800 calls");
    }

    [Fact]
    public void Plots_are_well_formed_and_name_what_they_show()
    {
        var row = ComparisonRow.Run("a <b> & c", Sample("lunch", "hours=0.2;name=\"a <b> & c\""), ComparisonRow.Engine, 1, 2);
        var other = ComparisonRow.Run("x", Sample("lunch", "hours=0.2"), "progressive", 1, 1);
        var svg = XDocument.Parse(ShiftPlot.Write([row, other]));
        var texts = svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value).ToList();
        Assert.Contains("a <b> & c: mean of 2 runs", texts);
        Assert.Contains("Idle agents (agents)", texts);
        Assert.Contains("cap 3 %", texts);
        Assert.Contains("x, progressive", texts);
        Assert.Contains("09:00", texts);
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 12.706)]
    [InlineData(9, 2.262)]
    [InlineData(60, 2.000)]
    public void Intervals_are_those_of_students_t(int freedom, double quantile) => Assert.Equal(quantile, Estimate.Quantile(freedom), 2);

    [GeneratedRegex("\"wallSeconds\":[0-9.]+")]
    private static partial Regex WallTime();

    private static double Mean(double[] values, int from, int to) => values[from..to].Where(double.IsFinite).Average();

    private static ShiftRun Run(string name, string settings, long seed = 1) => new ShiftRunner(Sample(name, settings), seed).Run();

    private static Scenario Sample(string name, string settings)
    {
        // A shorter shift must not have changes after its end.
        var own = settings.Contains("changes", StringComparison.Ordinal) ? settings : settings + ";changes=[]";
        return ScenarioFile.Open(Repository.PathOf("samples", "scenarios", name + ".json")).ReadWith(own);
    }
}
