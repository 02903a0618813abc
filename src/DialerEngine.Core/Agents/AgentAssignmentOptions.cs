namespace DialerEngine.Core;

/// <summary>
/// How a campaign group takes part in the automatic assignment of agents who work for several groups. Names and defaults of the first four are those of Outbound
/// Contact Server (OCS Option Descriptions: agent-assignment, -max-num, -min-num, -priority); it names the others too, their times are ours.
/// </summary>
public sealed record AgentAssignmentOptions
{
    /// <summary><c>agent-assignment</c>: the group takes part.</summary>
    public bool Enabled { get; init; }

    /// <summary><c>agent-assignment-min-num</c>: with fewer agents the group is understaffed. 0: always understaffed, it takes whoever is to be had; -1: always staffed.</summary>
    public int MinAgents { get; init; }

    /// <summary><c>agent-assignment-max-num</c>: most agents of the group; 0 for no limit.</summary>
    public int MaxAgents { get; init; }

    /// <summary><c>agent-assignment-priority</c>: a group of a higher number is staffed first. Default 1.</summary>
    public int Priority { get; init; } = 1;

    /// <summary><c>agent-reassignment-if-waiting-ports</c>: without a free line for <see cref="WaitingPortsMs"/> the group lets its agents go.</summary>
    public bool IfWaitingPorts { get; init; }

    /// <summary><c>agent-reassignment-if-waiting-ports-timeout</c>, ms.</summary>
    public int WaitingPortsMs { get; init; } = 60_000;

    /// <summary><c>agent-reassignment-if-waiting-records</c>: without a record to dial for <see cref="WaitingRecordsMs"/> the group lets its agents go.</summary>
    public bool IfWaitingRecords { get; init; }

    /// <summary><c>agent-reassignment-if-waiting-records-timeout</c>, ms.</summary>
    public int WaitingRecordsMs { get; init; } = 60_000;
}
