using System.CommandLine;
using DialerEngine.Adapters.Simulated.Simulation;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Simulation;

namespace DialerEngine.Host.Verbs;

/// <summary><c>pacing simulate</c>: rehearses a shift with the engine's own loop and pacers in virtual time.</summary>
internal static class PacingSimulateVerb
{
    public static Command Create()
    {
        var scenario = new Option<string>("--scenario") { Description = "Scenario file; samples/scenarios has some.", HelpName = "FILE", Required = true };
        var seed = new Option<int?>("--seed") { Description = "Seed of the first run; the file's where it is not given." };
        var seeds = new Option<int?>("--seeds") { Description = "Runs, each with the next seed, 1 to 1000; from two on with 95 % intervals." };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object in place of the table." };
        var plot = new Option<string?>("--plot") { Description = "Draws the course of the runs into this file (SVG).", HelpName = "FILE.svg" };
        var settings = new Option<string[]>("--settings") { Description = "Files, with commas, whose settings are laid over the scenario; each is a row of its own.", HelpName = "A.json,B.json" };
        var set = new Option<string[]>("--set") { Description = "Settings laid over the scenario, e.g. optimizeGoal=1 or \"hours=2;teams[0].agents=30\"; given more than once, each is a row of its own.", HelpName = "KEY=VALUE" };
        var policy = new Option<string[]>("--policy")
        {
            Description = "Another policy beside the engine, as a row of its own: progressive, ratio (or ratio:1.8), adaptive, erlang.",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("simulate", "Rehearses a shift: the engine's own loop and pacer in virtual time, with agents, customers and trunks of a scenario file.")
        {
            scenario, seed, seeds, json, plot, settings, set, policy,
        };
        command.SetAction(parsed =>
        {
            var file = ScenarioFile.Open(parsed.GetValue(scenario)!);
            var variants = Variants(file, parsed.GetValue(settings) ?? [], parsed.GetValue(set) ?? []);
            var policies = CheckPolicies(parsed.GetValue(policy) ?? []);
            var rows = new List<ComparisonRow>();
            var first = parsed.GetValue(seed) ?? variants[0].Scenario.Seed;
            var count = parsed.GetValue(seeds) ?? variants[0].Scenario.Seeds;
            if (count is < 1 or > 1_000 || first < 0)
            {
                throw new CommandFailedException("--seeds must be 1 to 1000, and --seed not negative", ExitCode.Wrong);
            }

            foreach (var (name, variant) in variants)
            {
                foreach (var taken in policies.Prepend(ComparisonRow.Engine))
                {
                    rows.Add(ComparisonRow.Run(name, variant, taken, first, count));
                }
            }

            Print(rows, first, parsed.GetValue(json), parsed.GetValue(plot), parsed.InvocationConfiguration.Output);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The names given, or a clear error for one that is no policy.</summary>
    internal static List<string> CheckPolicies(IEnumerable<string> given)
    {
        var policies = given.SelectMany(p => p.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct().ToList();
        return policies.Find(p => !ShiftRunner.IsPolicy(p)) is { } wrong
            ? throw new CommandFailedException(
                $"--policy: \"{wrong}\" is not one of {string.Join(", ", ShiftRunner.Policies)} or ratio:NUMBER{Configuration.DidYouMean.Ask(wrong, ShiftRunner.Policies)}", ExitCode.Wrong)
            : policies;
    }

    /// <summary>Writes a plot, or says in a sentence why not.</summary>
    internal static void WriteFile(string option, string file, string text)
    {
        try
        {
            File.WriteAllText(file, text);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CommandFailedException($"{option} {file}: cannot be written: {fault.Message}");
        }
    }

    private static List<(string Name, Scenario Scenario)> Variants(ScenarioFile file, string[] files, string[] sets)
    {
        var variants = new List<(string, Scenario)>();
        foreach (var path in files.SelectMany(f => f.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            variants.Add((Path.GetFileNameWithoutExtension(path), file.ReadWithFile(path)));
        }

        foreach (var set in sets)
        {
            variants.Add((set, file.ReadWith(set)));
        }

        if (variants.Count == 0)
        {
            var scenario = file.Read();
            variants.Add((scenario.Name, scenario));
        }

        return variants;
    }

    private static void Print(List<ComparisonRow> rows, long seed, bool json, string? plot, TextWriter output)
    {
        if (plot is not null)
        {
            WriteFile("--plot", plot, ShiftPlot.Write(rows));
        }

        if (json)
        {
            output.WriteLine(ComparisonJson.Write(rows, seed));
            return;
        }

        ComparisonTable.Write(output, rows);
    }
}
