namespace DialerEngine.Adapters.Simulated.Pacing;

/// <summary>The scenarios by name: steady models, days that change, and disturbed ones.</summary>
public static class BenchScenarios
{
    /// <summary>All names that <see cref="Named"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "base", "exp", "bimodal", "heavy", "fixed", "lowhit", "hit3", "hit80", "noamd", "long", "falsepositives", "machinepeople",
        "chances", "readytime", "readytimes2", "patience05", "patience5", "cps", "delay05", "delay1", "delay3", "losses",
        "stationary", "hitdip", "hitrise", "lists", "lunch", "third", "blocks", "talk", "ring", "ringgrow", "outage", "double", "grow",
    ];

    /// <summary>A scenario for a number of agents, or null for an unknown name.</summary>
    public static BenchScenario? Named(string name, int agents)
    {
        var steady = new BenchScenario { Name = name, Agents = agents, WarmUpMinutes = 20, DecideOnEvents = agents < 300 };
        return Steady(name, steady) ?? Changing(name, steady with { WarmUpMinutes = 0 }, agents);
    }

    private static BenchScenario? Steady(string name, BenchScenario steady) => name switch
    {
        "base" => steady,
        "exp" => steady with { Shape = TalkShape.Exponential },
        "bimodal" => steady with { Shape = TalkShape.Bimodal },
        "heavy" => steady with { Shape = TalkShape.HeavyTailed },
        "fixed" => steady with { Shape = TalkShape.Fixed },
        "lowhit" => steady with { Live = 0.12, Machine = 0.30, NoAnswer = 0.45 },
        "hit3" => steady with { Live = 0.03, Machine = 0.35, NoAnswer = 0.50 },
        "hit80" => steady with { Live = 0.80 },
        "noamd" => steady with { Detection = false, Machine = 0.02 },
        "long" => steady with { TalkMean = 240, WrapMean = 40 },
        "falsepositives" => steady with { FalsePositives = 0.03 },
        "machinepeople" => steady with { MachinesAsPeople = 0.03 },
        "chances" => steady with { KnownChances = true },
        "readytime" => steady with { ReadyTimes = true },
        "readytimes2" => steady with { ReadyTimes = true, ReadyTimeError = 2 },
        "patience05" => steady with { Patience = 0.5 },
        "patience5" => steady with { Patience = 5 },
        "cps" => steady with { CallsPerSecond = steady.Agents / 10.0 },
        "delay05" => steady with { EventDelay = 0.5 },
        "delay1" => steady with { EventDelay = 1 },
        "delay3" => steady with { EventDelay = 3 },
        "losses" => steady with { EventsLost = 0.002, EventsTwice = 0.02 },
        _ => null,
    };

    private static BenchScenario? Changing(string name, BenchScenario day, int agents) => name switch
    {
        "stationary" => day,
        "hitdip" => day with { Changes = [Live(3, 0.12), Live(6, 0.30)] },
        "hitrise" => day with { Live = 0.12, Changes = [Live(4, 0.40)] },
        "double" => day with { Live = 0.20, Changes = [.. Enumerable.Range(1, 4).Select(i => Live(4 + (i / 240.0), 0.20 + (0.05 * i)))] },
        "lists" => day with { Live = 0.12, Changes = [.. Enumerable.Range(1, 15).Select(i => Live(i * 0.5, i % 2 == 1 ? 0.40 : 0.12))] },
        "lunch" => day with { Changes = [People(4, agents * 4 / 10), People(5, agents)] },
        "third" => day with { Changes = [People(4, agents * 2 / 3)] },
        "blocks" => day with { Changes = [.. Enumerable.Range(1, 11).Select(i => People(i * 2 / 3.0, i % 2 == 1 ? agents * 7 / 10 : agents))] },
        "talk" => day with { Changes = [Talk(3, 60), Talk(6, 180)] },
        "ring" => day with { Changes = [Ring(4, 14)] },
        "ringgrow" => day with { Changes = [.. Enumerable.Range(1, 12).Select(i => Ring(1 + (i * 0.5), 8 + i))] },
        "outage" => day with { Changes = [Outage(4, true), Outage(4 + (1 / 6.0), false)] },
        "grow" => day with { Agents = Math.Max(1, agents / 20), Changes = [.. Enumerable.Range(1, 10).Select(i => People(i * 0.5, Math.Max(1, agents * i / 10)))] },
        _ => null,
    };

    private static BenchChange Live(double at, double share) => new() { AtHours = at, Live = share };

    private static BenchChange People(double at, int agents) => new() { AtHours = at, Agents = agents };

    private static BenchChange Talk(double at, double mean) => new() { AtHours = at, TalkMean = mean };

    private static BenchChange Ring(double at, double mean) => new() { AtHours = at, RingMean = mean };

    private static BenchChange Outage(double at, bool dead) => new() { AtHours = at, Outage = dead };
}
