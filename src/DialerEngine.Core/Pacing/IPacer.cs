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
/// <param name="Other">For <see cref="PacingEventKind.CallDialing"/> the kind of record (see <see cref="RecordKinds"/>), 0 where there is none; the agent's number for <see cref="PacingEventKind.CallConnected"/>, CALL_RESULT for <see cref="PacingEventKind.CallFailed"/>, whole seconds for <see cref="PacingEventKind.AgentReadyTime"/>.</param>
/// <param name="Value">For <see cref="PacingEventKind.CallDialing"/> the chance (0 to 1) that this record is answered by a person, 0 where
/// nobody knows; for <see cref="PacingEventKind.AgentReadyTime"/> the seconds where they are not whole (then it outranks <paramref name="Other"/>).</param>
public readonly record struct PacingEvent(PacingEventKind Kind, int Subject, int Other = 0, float Value = 0);

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

    /// <summary>True when the records at hand are the last for now: every list was found empty behind them.</summary>
    public bool AreLastRecords;

    /// <summary>Chances (0 to 1) that the next records, in the order of dialling, are answered by a person; empty where nobody knows.</summary>
    public ReadOnlyMemory<float> NextAnswerChances;

    /// <summary>Chance (0 to 1) that a record to come is answered by a person, on average, where its own is not known; 0 where nobody knows.</summary>
    public float NextAnswerChance;
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
    OneDialForEachFreeLine,
    BatchUnderWay,
}

/// <summary>What a predictive decision was made from. Counts are calls or agents, shares lie between 0 and 1, times are seconds.</summary>
public readonly record struct PacingInputs
{
    /// <summary>Calls on their way at the moment of the decision.</summary>
    public int Pending { get; init; }

    /// <summary>People expected to answer within <see cref="HorizonSeconds"/>.</summary>
    public float ExpectedAnswers { get; init; }

    /// <summary>Agents expected to be free for them by then: ready ones less waiting people, and those who come free.</summary>
    public float ExpectedFreeAgents { get; init; }

    /// <summary>How far the two expectations look ahead; 0 where nothing was forecast.</summary>
    public float HorizonSeconds { get; init; }

    /// <summary>Chance that a dial made now is answered by a person.</summary>
    public float HitRatio { get; init; }

    /// <summary>Chance that the next dial, if a person answers it, finds no agent in time.</summary>
    public float Risk { get; init; }

    /// <summary>The largest risk at which one more call was placed.</summary>
    public float RiskLimit { get; init; }

    /// <summary>True where the limit of risk is lower because the last records of the lists are being dialled.</summary>
    public bool LastRecords { get; init; }

    /// <summary>Abandoned calls over people reached in the window of the rule.</summary>
    public float AbandonRate { get; init; }

    /// <summary>The rule's cap of that rate.</summary>
    public float AbandonCap { get; init; }
}

/// <summary>How many calls to place now, and why.</summary>
public readonly record struct PacingDecision(int Dial, PacingReason Reason)
{
    /// <summary>What the decision was made from; all zero where a pacer forecasts nothing.</summary>
    public PacingInputs Inputs { get; init; }
}

/// <summary>Decides how many calls to place. One pacer serves one campaign group and is called on its loop only.</summary>
public interface IPacer
{
    /// <summary>Learns from an event. Called in the order in which things happened.</summary>
    void Observe(in Moment now, in PacingEvent happened);

    /// <summary>Says how many calls to place at this moment, never negative and never above lines or records.</summary>
    PacingDecision Decide(in PacingSituation situation);
}
