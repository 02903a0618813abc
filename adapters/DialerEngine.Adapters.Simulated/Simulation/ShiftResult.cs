namespace DialerEngine.Adapters.Simulated.Simulation;

/// <summary>What one run of a scenario gave, for one campaign group or for all together. Shares lie between 0 and 1, times are seconds.</summary>
public sealed record ShiftResult
{
    /// <summary>Talk and wrap over the time that agents were logged in and not on a break.</summary>
    public required double Utilisation { get; init; }

    /// <summary>People who found an agent, and people who found none in time, from the start.</summary>
    public required long Connected { get; init; }

    public required long Abandoned { get; init; }

    /// <summary>Abandoned over people reached (connected and abandoned), from the start.</summary>
    public double Abandonment => Connected + Abandoned == 0 ? 0 : (double)Abandoned / (Connected + Abandoned);

    /// <summary>Highest abandonment within any 30 minutes with at least 100 people, and how many people those were.</summary>
    public required double WorstHalfHour { get; init; }

    public required int WorstHalfHourPeople { get; init; }

    /// <summary>What the worst of the run's half hours would be, at the cap, by chance alone.</summary>
    public required double NoiseFloor { get; init; }

    /// <summary>Mean time that connected people had waited.</summary>
    public required double MeanWait { get; init; }

    /// <summary>Mean time that an agent waits between calls.</summary>
    public required double MeanIdle { get; init; }

    public required double MeanLines { get; init; }

    public required int MaxLines { get; init; }

    /// <summary>Dials a second: over the run, and in the busiest second.</summary>
    public required double DialsPerSecond { get; init; }

    public required int MaxDialsPerSecond { get; init; }

    public required long Dials { get; init; }

    /// <summary>Decisions asked of the pacer.</summary>
    public required long Decisions { get; init; }

    public required ShiftSeries Series { get; init; }
}

/// <summary>The course of a run in equal steps.</summary>
public sealed record ShiftSeries
{
    /// <summary>Length of a step, seconds.</summary>
    public required double StepSeconds { get; init; }

    /// <summary>Utilisation in each step; not a number where nobody was logged in.</summary>
    public required double[] Utilisation { get; init; }

    /// <summary>Mean number of ready agents without a call.</summary>
    public required double[] IdleAgents { get; init; }

    /// <summary>Mean number of agents logged in and not on a break.</summary>
    public required double[] StaffedAgents { get; init; }

    public required double[] DialsPerSecond { get; init; }

    public required double[] Lines { get; init; }

    /// <summary>Abandonment of the half hour that ends with the step; not a number where it has fewer than 20 people.</summary>
    public required double[] Abandonment { get; init; }

    /// <summary>Abandonment since the start.</summary>
    public required double[] AbandonmentSoFar { get; init; }
}
