using System.CommandLine;
using System.Globalization;
using DialerEngine.Adapters.Simulated.Pacing;
using DialerEngine.Core;
using DialerEngine.Core.Pacing;
using DialerEngine.Pacing;

namespace DialerEngine.Host.Verbs;

/// <summary><c>pacing bench</c>: runs pacers against named scenarios of the bench in virtual time and prints a table.</summary>
internal static class PacingBenchTable
{
    private static readonly string[] Policies = ["predictive", "smallgroup", "progressive", "ratio", "adaptive", "erlang"];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var scenarios = new Option<string>("--scenarios") { Description = "Names, with commas, or all: " + string.Join(' ', BenchScenarios.Names), DefaultValueFactory = _ => "base" };
        var agents = new Option<string>("--agents") { Description = "Numbers of agents, with commas.", DefaultValueFactory = _ => "5,10,20,50,100" };
        var hours = new Option<double>("--hours") { Description = "Hours of each run, 0.1 to 240.", DefaultValueFactory = _ => 8 };
        var seeds = new Option<int>("--seeds") { Description = "Runs of each point, 1 to 1000.", DefaultValueFactory = _ => 4 };
        var firstSeed = new Option<long>("--first-seed") { Description = "Seed of the first run.", DefaultValueFactory = _ => 1 };
        var optimize = new Option<string>("--optimize-by") { Description = "What the predictive policy optimises: OverdialRate BusyFactor WaitTime DistributionTime MaximumGain.", DefaultValueFactory = _ => "OverdialRate" };
        var cap = new Option<double>("--cap") { Description = "Abandonment cap in percent for goals other than OverdialRate.", DefaultValueFactory = _ => 3 };
        var policies = new Option<string>("--policies") { Description = "Names, with commas: " + string.Join(' ', Policies), DefaultValueFactory = _ => "predictive" };
        var goal = new Option<double>("--goal") { Description = "Goal of --optimize-by: percent, or seconds for the times, or calls for the gain.", DefaultValueFactory = _ => 3 };
        var command = new Command("bench", "Runs pacers against scenarios in virtual time and prints utilisation and abandonment.")
        {
            scenarios, agents, hours, seeds, firstSeed, policies, goal, optimize, cap,
        };
        command.SetAction(result => Run(
            result.GetValue(scenarios)!,
            result.GetValue(agents)!,
            result.GetValue(policies)!,
            new Size(result.GetValue(hours), result.GetValue(seeds), result.GetValue(firstSeed), Settings(result.GetValue(optimize)!, result.GetValue(goal), result.GetValue(cap))),
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string scenarios, string agents, string policies, Size size, TextWriter output, TextWriter error)
    {
        var names = scenarios == "all" ? BenchScenarios.Names : scenarios.Split(',');
        var groups = new List<int>();
        foreach (var text in agents.Split(','))
        {
            if (!int.TryParse(text, CultureInfo.InvariantCulture, out var n) || n is < 1 or > 5000)
            {
                error.WriteLine($"--agents: \"{text}\" is not a number of agents from 1 to 5000.");
                return 2;
            }

            groups.Add(n);
        }

        var wrong = names.FirstOrDefault(n => BenchScenarios.Named(n, 1) is null) is { } name ? $"--scenarios: \"{name}\" is not one of: {string.Join(' ', BenchScenarios.Names)}."
            : policies.Split(',').FirstOrDefault(p => !Policies.Contains(p)) is { } policy ? $"--policies: \"{policy}\" is not one of: {string.Join(' ', Policies)}."
            : size.Hours is not (>= 0.1 and <= 240) ? "--hours: must lie between 0.1 and 240."
            : size.Seeds is < 1 or > 1000 ? "--seeds: must lie between 1 and 1000."
            : size.Settings is null ? "--optimize-by: must be one of OverdialRate, BusyFactor, WaitTime, DistributionTime, MaximumGain."
            : string.Join(" ", size.Settings.Faults()) is { Length: > 0 } fault ? "--goal: " + fault : null;
        if (wrong is not null)
        {
            error.WriteLine(wrong);
            return 2;
        }

        output.WriteLine("| scenario | agents | policy | utilisation | abandoned | whole run | runs above cap | worst 30 min | by chance | agent waits | person waits | lines mean/max | dials/person | people |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var scenario in names)
        {
            foreach (var n in groups)
            {
                foreach (var policy2 in policies.Split(','))
                {
                    output.WriteLine(Row(BenchScenarios.Named(scenario, n)! with { Hours = size.Hours, Cap = size.CapPercent / 100 }, policy2, size));
                }
            }
        }

        return 0;
    }

    private static string Row(BenchScenario scenario, string policy, Size size)
    {
        var runs = new List<BenchResult>();
        for (var s = 0; s < size.Seeds; s++)
        {
            runs.Add(new PacingBench(scenario, Pacer(policy, scenario, size), size.FirstSeed + s).Run());
        }

        var above = runs.Count(r => r.AbandonedFromStart > size.CapPercent / 100 * r.ReachedFromStart);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {scenario.Name} | {scenario.Agents} | {policy} | {runs.Average(r => r.Utilisation):F4} ± {Interval(runs, r => r.Utilisation):F4} | {runs.Average(r => r.Abandonment) * 100:F2}% ± {Interval(runs, r => r.Abandonment) * 100:F2} | {runs.Average(WholeRun) * 100:F2}% | {above}/{runs.Count} | {runs.Average(r => r.WorstHalfHour) * 100:F1}% | {runs.Average(r => r.WorstHalfHourByChance) * 100:F1}% | {runs.Average(r => r.MeanIdle):F1} s | {runs.Average(r => r.MeanWait):F2} s | {runs.Average(r => r.MeanLines):F0}/{runs.Max(r => r.MaxLines)} | {runs.Average(r => (double)r.Dials / Math.Max(1, r.ReachedFromStart)):F2} | {runs.Average(r => r.Reached):F0} |");
    }

    private static double WholeRun(BenchResult run) => (double)run.AbandonedFromStart / Math.Max(1, run.ReachedFromStart);

    // Half the width of the 95 % interval over seeds; 2 stands for the quantile of the t-distribution, which is 2.0 to 2.4 here.
    private static double Interval(List<BenchResult> runs, Func<BenchResult, double> figure)
    {
        if (runs.Count < 2)
        {
            return 0;
        }

        var mean = runs.Average(figure);
        return 2 * Math.Sqrt(runs.Sum(r => Math.Pow(figure(r) - mean, 2)) / (runs.Count - 1) / runs.Count);
    }

    private static IPacer Pacer(string policy, BenchScenario scenario, Size size) => policy switch
    {
        "progressive" => new ProgressivePacer(),
        "ratio" => new Adapters.Simulated.Pacing.Policies.FixedRatioPacer(2),
        "adaptive" => new Adapters.Simulated.Pacing.Policies.AdaptiveLevelPacer(size.CapPercent / 100),
        "erlang" => new Adapters.Simulated.Pacing.Policies.ErlangPacer(size.CapPercent / 100, scenario.Live, scenario.TalkMean + scenario.WrapMean),
        "smallgroup" => new GroupPacer(size.Settings! with { Algorithm = PredictiveAlgorithm.SmallGroup, SmallGroupSize = 5000, PatienceSeconds = scenario.Patience }),
        _ => new GroupPacer(size.Settings! with { PatienceSeconds = scenario.Patience }),
    };

    private static PacingSettings? Settings(string optimizeBy, double goal, double cap) =>
        Enum.TryParse<OptimizeBy>(optimizeBy, ignoreCase: true, out var by) && Enum.IsDefined(by)
            ? new PacingSettings { OptimizeBy = by, Goal = goal, MaxOverdialPercent = cap }
            : null;

    private sealed record Size(double Hours, int Seeds, long FirstSeed, PacingSettings? Settings)
    {
        public double CapPercent => Settings is null ? 0 : Settings.OptimizeBy == OptimizeBy.OverdialRate ? Settings.Goal : Settings.MaxOverdialPercent;
    }
}
