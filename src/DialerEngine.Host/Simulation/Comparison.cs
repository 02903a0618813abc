using DialerEngine.Adapters.Simulated.Simulation;

namespace DialerEngine.Host.Simulation;

/// <summary>One row of a comparison: a scenario under one policy, all its seeds.</summary>
internal sealed record ComparisonRow
{
    public required string Name { get; init; }

    public required string Policy { get; init; }

    public required Scenario Scenario { get; init; }

    /// <summary>The runs, one for each seed.</summary>
    public required IReadOnlyList<ShiftRun> Runs { get; init; }

    /// <summary>Time that the runs took together, seconds.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>Name of the engine's own pacers where policies are named.</summary>
    public const string Engine = "engine";

    /// <summary>The row's label: what tells it from the others.</summary>
    public string Label => Policy == Engine ? Name : $"{Name}, {Policy}";

    /// <summary>Runs whose whole abandonment is above the cap.</summary>
    public int AboveCap(int group) => Runs.Count(r => ResultOf(r, group).Abandonment > CapOf(group));

    /// <summary>Of a group, or of all together (-1).</summary>
    public Estimate Of(int group, Func<ShiftResult, double> figure) => Estimate.Of([.. Runs.Select(r => figure(ResultOf(r, group)))]);

    /// <summary>The highest of a figure among the runs.</summary>
    public double Most(int group, Func<ShiftResult, double> figure) => Runs.Max(r => figure(ResultOf(r, group)));

    public double CapOf(int group) => group < 0 ? Scenario.Groups.Min(g => g.Cap) : Scenario.Groups[group].Cap;

    private static ShiftResult ResultOf(ShiftRun run, int group) => group < 0 ? run.All : run.Groups[group];

    /// <summary>Runs all seeds of a scenario under a policy.</summary>
    /// <exception cref="Cli.CommandFailedException">A group could not be started.</exception>
    public static ComparisonRow Run(string name, Scenario scenario, string policy, long seed, int seeds)
    {
        var began = TimeProvider.System.GetTimestamp();
        var runs = new List<ShiftRun>();
        for (var s = 0; s < seeds; s++)
        {
            var run = new ShiftRunner(scenario, seed + s, policy == Engine ? null : policy).Run();
            if (run.Refusal is { } refusal)
            {
                throw new Cli.CommandFailedException($"{scenario.Name}: {refusal}");
            }

            runs.Add(run);
        }

        return new ComparisonRow
        {
            Name = name,
            Policy = policy,
            Scenario = scenario,
            Runs = runs,
            WallSeconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds,
        };
    }
}
