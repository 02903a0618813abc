namespace DialerEngine.Adapters.Simulated.Pacing;

/// <summary>How long talks and wraps are spread around their means.</summary>
public enum TalkShape
{
    /// <summary>Lognormal; coefficient of variation 0.9 for talk, 0.7 for wrap.</summary>
    LogNormal,

    /// <summary>Exponential.</summary>
    Exponential,

    /// <summary>55 % short (lognormal, 0.21 of the mean) and 45 % long ones (1.97 of the mean).</summary>
    Bimodal,

    /// <summary>Pareto (Lomax) talks with a tail of power 2.2, two hours at most; wrap lognormal.</summary>
    HeavyTailed,

    /// <summary>Every talk and every wrap as long as its mean.</summary>
    Fixed,
}

/// <summary>Something that changes while a scenario runs; what is null stays as it was.</summary>
public sealed record BenchChange
{
    /// <summary>When, hours from the start.</summary>
    public required double AtHours { get; init; }

    /// <summary>Share of dials answered by a person.</summary>
    public double? Live { get; init; }

    /// <summary>Mean talk, seconds.</summary>
    public double? TalkMean { get; init; }

    /// <summary>Mean of a live answer's delay beyond 2.5 s, seconds.</summary>
    public double? RingMean { get; init; }

    /// <summary>Agents wanted: more log in at once, fewer leave as they finish their calls.</summary>
    public int? Agents { get; init; }

    /// <summary>True while every dial fails after a second.</summary>
    public bool? Outage { get; init; }
}

/// <summary>
/// A shift for the bench: a process of events with people, machines, failures and agents. Defaults are the base model; times in
/// seconds.
/// </summary>
public sealed record BenchScenario
{
    public string Name { get; init; } = "base";

    /// <summary>Agents logged in at the start, 1 to 5,000.</summary>
    public int Agents { get; init; } = 20;

    public double Hours { get; init; } = 8;

    /// <summary>Minutes at the start that the figures leave out.</summary>
    public double WarmUpMinutes { get; init; }

    /// <summary>Share of dials answered by a person.</summary>
    public double Live { get; init; } = 0.30;

    /// <summary>Shares of the dials that no person answers, in proportion: machine, no answer, busy, special information tone.</summary>
    public double Machine { get; init; } = 0.25;

    public double NoAnswer { get; init; } = 0.33;

    public double Busy { get; init; } = 0.07;

    public double Sit { get; init; } = 0.05;

    /// <summary>Mean of a live answer's delay beyond 2.5 s.</summary>
    public double RingMean { get; init; } = 8;

    /// <summary>False without detection of machines: a person is known at once.</summary>
    public bool Detection { get; init; } = true;

    /// <summary>Share of people taken for machines.</summary>
    public double FalsePositives { get; init; }

    public TalkShape Shape { get; init; }

    public double TalkMean { get; init; } = 120;

    public double WrapMean { get; init; } = 20;

    /// <summary>How long a person waits for an agent.</summary>
    public double Patience { get; init; } = 2;

    /// <summary>True when each record's chance of a person is drawn from Beta(1.5, 3.5) and told to the pacer.</summary>
    public bool KnownChances { get; init; }

    /// <summary>True when agents announce in after-call work when they will be ready, without error.</summary>
    public bool ReadyTimes { get; init; }

    /// <summary>Largest error of an announced ready time, seconds either way.</summary>
    public double ReadyTimeError { get; init; }

    /// <summary>Share of answering machines taken for people; they keep an agent for ten seconds.</summary>
    public double MachinesAsPeople { get; init; }

    /// <summary>How late the pacer hears of everything but its own dials, seconds.</summary>
    public double EventDelay { get; init; }

    /// <summary>Share of events that never reach the pacer.</summary>
    public double EventsLost { get; init; }

    /// <summary>Share of events that reach the pacer twice.</summary>
    public double EventsTwice { get; init; }

    /// <summary>Most dials a second, 0 for no limit.</summary>
    public double CallsPerSecond { get; init; }

    /// <summary>Lines.</summary>
    public int Lines { get; init; } = 100_000;

    /// <summary>Seconds between decisions.</summary>
    public double TickSeconds { get; init; } = 0.5;

    /// <summary>True when the pacer is also asked at each end of a dial and each release of an agent.</summary>
    public bool DecideOnEvents { get; init; } = true;

    /// <summary>Cap by which seconds above it are counted.</summary>
    public double Cap { get; init; } = 0.03;

    /// <summary>Changes in order of time.</summary>
    public IReadOnlyList<BenchChange> Changes { get; init; } = [];
}
