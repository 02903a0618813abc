using DialerEngine.Core;
using DialerEngine.Core.Campaigns;

namespace DialerEngine.Adapters.Simulated.Simulation;

/// <summary>A shift to rehearse: agents, lists, network, trunks, campaign groups, and what changes while it runs. Times are seconds from the beginning.</summary>
public sealed record Scenario
{
    public required string Name { get; init; }

    /// <summary>Length of the shift, seconds.</summary>
    public double Seconds { get; init; } = 8 * 3_600;

    /// <summary>Beginning that utilisation, waiting and lines leave out; abandonment counts from the start.</summary>
    public double WarmUpSeconds { get; init; }

    /// <summary>Time of day at the beginning, seconds from midnight.</summary>
    public double StartOfDay { get; init; } = 9 * 3_600;

    /// <summary>Seed of the first run.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Runs, each with the next seed.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Time between two looks at the clock, ms.</summary>
    public int TickMs { get; init; } = 100;

    public required IReadOnlyList<ScenarioTrunk> Trunks { get; init; }

    public required IReadOnlyList<ScenarioTeam> Teams { get; init; }

    public required IReadOnlyList<ScenarioList> Lists { get; init; }

    public required IReadOnlyList<ScenarioGroup> Groups { get; init; }

    public required ScenarioNetwork Network { get; init; }

    /// <summary>What changes, in order of time.</summary>
    public IReadOnlyList<ScenarioChange> Changes { get; init; } = [];

    /// <summary>Most agents that a team ever has.</summary>
    public int MostAgents(int team) => Changes.Where(c => c.Team is null || c.Team == team).Select(c => c.Agents ?? 0).Append(Teams[team].Agents).Max();
}

/// <summary>A trunk: lines and starts a second.</summary>
public sealed record ScenarioTrunk(string Name, int Lines, double CallsPerSecond);

/// <summary>A team of agents.</summary>
public sealed record ScenarioTeam
{
    public required string Name { get; init; }

    public required int Agents { get; init; }

    /// <summary>When they log in, and over how many seconds, one after the other.</summary>
    public double LoginAt { get; init; }

    public double LoginOver { get; init; }

    /// <summary>When they leave, each after the call in hand; infinite for never.</summary>
    public double LogoutAt { get; init; } = double.PositiveInfinity;

    public IReadOnlyList<ScenarioBreak> Breaks { get; init; } = [];

    public required Law Talk { get; init; }

    public required Law Wrap { get; init; }

    /// <summary>From the delivery to the connected agent.</summary>
    public required Law Connect { get; init; }

    /// <summary>Share of calls after which the agent goes not ready, and for how long.</summary>
    public double PauseShare { get; init; }

    public required Law Pause { get; init; }

    /// <summary>Share of after-call works in which the agent announces the rest of it (GSW_READY_TIME).</summary>
    public double ReadyTimeShare { get; init; }

    /// <summary>Spread of such announcements: coefficient of variation around the truth.</summary>
    public double ReadyTimeError { get; init; }
}

/// <summary>A break: a share of the team is not ready for a while, each after the call in hand.</summary>
public sealed record ScenarioBreak(double At, double Seconds, double Share);

/// <summary>What becomes of dials that no person answers: weights, and one for a person's chance above them.</summary>
public sealed record ScenarioMix(double Machine, double NoAnswer, double Busy, double Sit, double Congestion)
{
    public double Sum => Machine + NoAnswer + Busy + Sit + Congestion;
}

/// <summary>A calling list with its own laws.</summary>
public sealed record ScenarioList
{
    public required string Name { get; init; }

    /// <summary>Records; 0 for a list that never ends.</summary>
    public int Records { get; init; }

    /// <summary>Chance that a dial is answered by a person.</summary>
    public double Person { get; init; } = 0.30;

    /// <summary>When above 0, records differ: the chance of each is drawn from a Beta law with this sum of its two shapes and the mean <see cref="Person"/>.</summary>
    public double BetaSum { get; init; }

    public required ScenarioMix Mix { get; init; }

    /// <summary>Ringing until a person (a machine) answers; null for the network's.</summary>
    public Law? PersonAnswer { get; init; }

    public Law? MachineAnswer { get; init; }

    /// <summary>Talk with people of this list; null for the team's.</summary>
    public Law? Talk { get; init; }

    /// <summary>False while the list gives no records.</summary>
    public bool Open { get; init; } = true;

    public int Weight { get; init; } = 1;
}

/// <summary>How the network behaves.</summary>
public sealed record ScenarioNetwork
{
    public required Law PersonAnswer { get; init; }

    public required Law MachineAnswer { get; init; }

    /// <summary>From the answer to the verdict that it is a person (a machine).</summary>
    public required Law PersonDetection { get; init; }

    public required Law MachineDetection { get; init; }

    public required Law Busy { get; init; }

    public required Law Sit { get; init; }

    public required Law Congestion { get; init; }

    /// <summary>Share of people taken for machines and hung up on; share of machines taken for people.</summary>
    public double PersonAsMachine { get; init; }

    public double MachineAsPerson { get; init; }

    /// <summary>Time that an agent needs to end a call with a machine.</summary>
    public required Law MachineTalk { get; init; }

    /// <summary>How late the engine hears of everything that the network knows.</summary>
    public required Law EventDelay { get; init; }

    /// <summary>How long people stay on the line without an agent; null for as long as the engine lets them.</summary>
    public Law? HangUp { get; init; }
}

/// <summary>A campaign group of the scenario: settings by their configuration names, with lists, teams and trunks.</summary>
public sealed record ScenarioGroup
{
    public required string Name { get; init; }

    public required IReadOnlyList<int> Lists { get; init; }

    public required IReadOnlyList<int> Teams { get; init; }

    public required IReadOnlyList<int> Trunks { get; init; }

    public DialMode Mode { get; init; } = DialMode.Predict;

    public OptimizeBy OptimizeBy { get; init; } = OptimizeBy.OverdialRate;

    public int Goal { get; init; } = 3;

    public required CampaignGroupOptions Options { get; init; }

    /// <summary>Abandonment that the plots and the noise floor are held against, as a share.</summary>
    public double Cap => OptimizeBy == OptimizeBy.OverdialRate ? Goal / 100.0 : Options.MaxOverdialPercent / 100;
}

/// <summary>Something that changes; what is null stays as it was. Without a name it is for all lists, teams, trunks or groups.</summary>
public sealed record ScenarioChange
{
    public required double At { get; init; }

    public int? List { get; init; }

    public double? Person { get; init; }

    public ScenarioMix? Mix { get; init; }

    public bool? Open { get; init; }

    public Law? PersonAnswer { get; init; }

    public Law? MachineAnswer { get; init; }

    public int? Team { get; init; }

    /// <summary>Agents wanted: more log in at once, fewer leave as they finish their calls.</summary>
    public int? Agents { get; init; }

    public Law? Talk { get; init; }

    public Law? Wrap { get; init; }

    public int? Trunk { get; init; }

    /// <summary>True while every call over the trunk fails with congestion.</summary>
    public bool? Down { get; init; }

    public int? Group { get; init; }

    public DialMode? Mode { get; init; }

    /// <summary>True starts dialling, false stops it.</summary>
    public bool? Dialing { get; init; }
}
