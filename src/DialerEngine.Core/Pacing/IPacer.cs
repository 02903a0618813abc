namespace DialerEngine.Core.Pacing;

/// <summary>What happened to an agent or a call, as pacing needs to know it.</summary>
public enum PacingEventKind : byte
{
    AgentReady,
    AgentBusy,
    AgentAfterCallWork,
    AgentNotReady,
    AgentLoggedOut,
    AgentReadyTime,
    CallDialing,
    CallAnswered,
    CallPerson,
    CallConnected,
    CallAbandoned,
    CallFailed,
    CallReleased,
}

/// <summary>One event for a pacer.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Subject">Agent number or call slot: stable while the agent is logged in or the call lives.</param>
/// <param name="Other">The agent's number for <see cref="PacingEventKind.CallConnected"/>, CALL_RESULT for <see cref="PacingEventKind.CallFailed"/>, seconds for <see cref="PacingEventKind.AgentReadyTime"/>.</param>
public readonly record struct PacingEvent(PacingEventKind Kind, int Subject, int Other = 0);

/// <summary>Counts at the moment of a decision.</summary>
public struct PacingSituation
{
    public Moment Now;

    /// <summary>Agents who are ready and have no call.</summary>
    public int ReadyAgents;

    /// <summary>Agents logged in.</summary>
    public int LoggedInAgents;

    /// <summary>Calls on their way that have reached nobody yet (intended, dialled, ringing, being listened to).</summary>
    public int PendingCalls;

    /// <summary>People who answered and have no agent yet. (An agent whose phone rings for a person is not ready any more.)</summary>
    public int WaitingPersons;

    /// <summary>Calls that may be started without passing a limit of lines.</summary>
    public int FreeLines;

    /// <summary>Records at hand.</summary>
    public int AvailableRecords;
}

/// <summary>Why a pacer wants what it wants.</summary>
public enum PacingReason : byte
{
    None,
    OneDialForEachReadyAgent,
    NoReadyAgent,
    EveryReadyAgentHasADialUnderWay,
    NoFreeLine,
    NoRecords,
    NotRunning,
    BudgetSpent,
    ExpectedAnswersMeetExpectedAgents,
    WarmUp,
}

/// <summary>How many calls to place now, and why.</summary>
public readonly record struct PacingDecision(int Dial, PacingReason Reason);

/// <summary>Decides how many calls to place. One pacer serves one campaign group and is called on its loop only.</summary>
public interface IPacer
{
    /// <summary>Learns from an event. Called in the order in which things happened.</summary>
    void Observe(in Moment now, in PacingEvent happened);

    /// <summary>Says how many calls to place at this moment, never negative and never above lines or records.</summary>
    PacingDecision Decide(in PacingSituation situation);
}
