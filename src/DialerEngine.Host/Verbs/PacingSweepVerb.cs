using System.CommandLine;
using System.Globalization;
using System.Text;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Simulation;

namespace DialerEngine.Host.Verbs;

/// <summary><c>pacing sweep</c>: one scenario over goals and dial modes: what each point of abandonment buys.</summary>
internal static class PacingSweepVerb
{
    public static Command Create()
    {
        var scenario = new Option<string>("--scenario") { Description = "Scenario file; samples/scenarios has some.", HelpName = "FILE", Required = true };
        var goals = new Option<string>("--goals") { Description = "Goals (optimizeGoal), with commas.", DefaultValueFactory = _ => "1,2,3,5" };
        var modes = new Option<string>("--modes") { Description = "Dial modes, with commas, e.g. Predictive,Progressive.", DefaultValueFactory = _ => "Predictive" };
        var set = new Option<string?>("--set") { Description = "Settings laid over the scenario first, e.g. \"hours=2;teams[0].agents=30\".", HelpName = "KEY=VALUE" };
        var seed = new Option<int?>("--seed") { Description = "Seed of the first run; the file's where it is not given." };
        var seeds = new Option<int?>("--seeds") { Description = "Runs of each point, 1 to 1000." };
        var csv = new Option<string?>("--csv") { Description = "Writes the points into this file.", HelpName = "FILE.csv" };
        var plot = new Option<string?>("--plot") { Description = "Draws utilisation against abandonment into this file (SVG).", HelpName = "FILE.svg" };
        var command = new Command("sweep", "Runs a scenario with every goal in every dial mode and prints a table.") { scenario, goals, modes, set, seed, seeds, csv, plot };
        command.SetAction(parsed =>
        {
            var file = ScenarioFile.Open(parsed.GetValue(scenario)!);
            var before = parsed.GetValue(set) is { } laid ? laid + ";" : "";
            var own = file.ReadWith(before);
            var points = new List<(string Mode, int Goal, ComparisonRow Row)>();
            var wanted = Goals(parsed.GetValue(goals)!);
            foreach (var mode in Modes(parsed.GetValue(modes)!))
            {
                // Modes that do not look ahead have no goal: one point each.
                var predictive = ScenarioTable.Modes[mode] is Core.DialMode.Predict or Core.DialMode.PredictAndSeize or Core.DialMode.PredictGVP;
                foreach (var goal in predictive ? wanted : wanted.Take(1))
                {
                    var text = goal.ToString(CultureInfo.InvariantCulture);
                    var label = predictive ? $"{mode} {text}" : mode;
                    var variant = file.ReadWith($"{before}dialMode=\"{mode}\";optimizeGoal={text}");
                    points.Add((mode, goal, ComparisonRow.Run(label, variant, ComparisonRow.Engine, parsed.GetValue(seed) ?? own.Seed, parsed.GetValue(seeds) ?? own.Seeds)));
                }
            }

            Print(points, own.Name, parsed.GetValue(csv), parsed.GetValue(plot), parsed.InvocationConfiguration.Output);
            return ExitCode.Done;
        });
        return command;
    }

    private static List<int> Goals(string given)
    {
        var goals = new List<int>();
        foreach (var text in given.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var goal))
            {
                throw new CommandFailedException($"--goals: \"{text}\" is not a whole number", ExitCode.Wrong);
            }

            goals.Add(goal);
        }

        return goals.Count > 0 ? goals : throw new CommandFailedException("--goals: names no goal", ExitCode.Wrong);
    }

    private static List<string> Modes(string given)
    {
        var modes = new List<string>();
        foreach (var text in given.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            modes.Add(PacingServeConfigure.TryMode(text, out var mode) && ScenarioTable.Modes.FirstOrDefault(m => m.Value == mode).Key is { } name
                ? name
                : throw new CommandFailedException(
                    $"--modes: \"{text}\" is not one of {string.Join(", ", ScenarioTable.Modes.Keys)}{Configuration.DidYouMean.Ask(text, ScenarioTable.Modes.Keys)}", ExitCode.Wrong));
        }

        return modes.Count > 0 ? modes : throw new CommandFailedException("--modes: names no mode", ExitCode.Wrong);
    }

    private static void Print(List<(string Mode, int Goal, ComparisonRow Row)> points, string name, string? csv, string? plot, TextWriter output)
    {
        ComparisonTable.Write(output, [.. points.Select(p => p.Row)]);
        if (csv is not null)
        {
            PacingSimulateVerb.WriteFile("--csv", csv, Csv(points));
        }

        if (plot is null)
        {
            return;
        }

        var lines = points.GroupBy(p => p.Mode).Select((g, i) => new SvgLine(
            g.Key, SvgChart.Colors[i % SvgChart.Colors.Count], [.. g.Select(p => (p.Row.Of(-1, r => r.Abandonment).Mean * 100, p.Row.Of(-1, r => r.Utilisation).Mean * 100))]));
        PacingSimulateVerb.WriteFile("--plot", plot, SvgChart.Write($"{name}: what abandonment buys", [new SvgPanel("Utilisation", "%", [.. lines], MarkPoints: true) { XUnit = "abandoned, % of the people reached" }]));
    }

    private static string Csv(List<(string Mode, int Goal, ComparisonRow Row)> points)
    {
        var text = new StringBuilder("mode,goal,utilisation,utilisationHalf95,abandonment,abandonmentHalf95,meanIdleSeconds,linesMean,dialsPerSecond,runs,runsAboveCap,worstHalfHour,noiseFloor\n");
        foreach (var (mode, goal, row) in points)
        {
            var (u, a) = (row.Of(-1, r => r.Utilisation), row.Of(-1, r => r.Abandonment));
            text.Append(CultureInfo.InvariantCulture, $"{mode},{goal},{u.Mean:F5},{u.Half:F5},{a.Mean:F5},{a.Half:F5},{row.Of(-1, r => r.MeanIdle).Mean:F2},{row.Of(-1, r => r.MeanLines).Mean:F2},{row.Of(-1, r => r.DialsPerSecond).Mean:F3},{row.Runs.Count},{row.AboveCap(-1)},{row.Of(-1, r => r.WorstHalfHour).Mean:F5},{row.Of(-1, r => r.NoiseFloor).Mean:F5}\n");
        }

        return text.ToString();
    }
}
