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

/// <summary>The scenarios by name.</summary>
public static class BenchScenarios
{
    /// <summary>All names that <see cref="Named"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "base", "exp", "bimodal", "lowhit", "noamd", "long", "falsepositives", "chances", "readytime",
        "stationary", "hitdip", "hitrise", "lists", "lunch", "third", "blocks", "talk", "ring", "outage", "double",
    ];

    /// <summary>A scenario for a number of agents, or null for an unknown name.</summary>
    public static BenchScenario? Named(string name, int agents)
    {
        var steady = new BenchScenario { Name = name, Agents = agents, WarmUpMinutes = 20, DecideOnEvents = agents < 300 };
        var day = steady with { WarmUpMinutes = 0 };
        return name switch
        {
            "base" => steady,
            "exp" => steady with { Shape = TalkShape.Exponential },
            "bimodal" => steady with { Shape = TalkShape.Bimodal },
            "lowhit" => steady with { Live = 0.12, Machine = 0.30, NoAnswer = 0.45 },
            "noamd" => steady with { Detection = false, Machine = 0.02 },
            "long" => steady with { TalkMean = 240, WrapMean = 40 },
            "falsepositives" => steady with { FalsePositives = 0.03 },
            "chances" => steady with { KnownChances = true },
            "readytime" => steady with { ReadyTimes = true },
            "stationary" => day,
            "hitdip" => day with { Changes = [Live(3, 0.12), Live(6, 0.30)] },
            "hitrise" => day with { Live = 0.12, Changes = [Live(4, 0.40)] },
            "double" => day with { Live = 0.20, Changes = [Live(4, 0.40)] },
            "lists" => day with { Live = 0.12, Changes = [.. Enumerable.Range(1, 15).Select(i => Live(i * 0.5, i % 2 == 1 ? 0.40 : 0.12))] },
            "lunch" => day with { Changes = [People(4, agents * 4 / 10), People(5, agents)] },
            "third" => day with { Changes = [People(4, agents * 2 / 3)] },
            "blocks" => day with { Changes = [.. Enumerable.Range(1, 11).Select(i => People(i * 2 / 3.0, i % 2 == 1 ? agents * 7 / 10 : agents))] },
            "talk" => day with { Changes = [Talk(3, 60), Talk(6, 180)] },
            "ring" => day with { Changes = [new BenchChange { AtHours = 4, RingMean = 14 }] },
            "outage" => day with { Changes = [Outage(4, true), Outage(4 + (1 / 6.0), false)] },
            _ => null,
        };
    }

    private static BenchChange Live(double at, double share) => new() { AtHours = at, Live = share };

    private static BenchChange People(double at, int agents) => new() { AtHours = at, Agents = agents };

    private static BenchChange Talk(double at, double mean) => new() { AtHours = at, TalkMean = mean };

    private static BenchChange Outage(double at, bool dead) => new() { AtHours = at, Outage = dead };
}
