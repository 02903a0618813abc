using DialerEngine.Core.Pacing;

namespace DialerEngine.Core.Groups;

/// <summary>What keeps a group from dialling at this moment, beside the pacer's own reason.</summary>
[Flags]
public enum HoldBack
{
    None = 0,
    NotRunning = 1,
    NoAgentsLoggedIn = 2,
    NoReadyAgent = 4,
    NoRecords = 8,
    NoFreeLine = 16,
    TrunkRate = 32,
    TrunkDown = 64,
    GroupRate = 128,
    JournalUnavailable = 256,
    StoreUnavailable = 512,

    /// <summary>Too many call attempt records are not saved by their receiver (wait condition).</summary>
    AttemptRecordsUnsaved = 1 << 20,

    /// <summary>Records are there, but pre-dial validation has not allowed one yet.</summary>
    AwaitingValidation = 1 << 21,

    /// <summary>The mode does not dial by itself: agents ask for records.</summary>
    AgentsRequests = 4_096,

    /// <summary>No agent is engaged yet, or fewer than there are dials on their way (seizing modes).</summary>
    NoEngagedAgent = 8_192,

    /// <summary>Free lines or starts of the trunks belong to other groups that have less than their share.</summary>
    TrunkShare = 16_384,

    /// <summary>The limit of calls on their way for each agent is reached.</summary>
    OverdialLevel = 32_768,

    /// <summary>A large decision is spread over the second.</summary>
    Smoothing = 65_536,

    /// <summary>The records that were ready are refused by rules: do-not-call, the customer's clock, frequency.</summary>
    Rules = 1 << 24,
}

/// <summary>A campaign group at one moment: state, counts and the answer to "why is it not dialling, or dials as it does?".</summary>
public sealed record GroupSnapshot
{
    public required string Name { get; init; }

    public required GroupId Id { get; init; }

    public required CampaignGroupState State { get; init; }

    public required DialMode DialMode { get; init; }

    public required int AgentsLoggedIn { get; init; }

    public required int AgentsReady { get; init; }

    public required int AgentsOnCall { get; init; }

    public required int AgentsAfterCallWork { get; init; }

    public required int AgentsNotReady { get; init; }

    public required int CallsPending { get; init; }

    public required int PersonsWaiting { get; init; }

    public required int CallsConnected { get; init; }

    public required int RecordsBuffered { get; init; }

    public required int RecordsOnDesktops { get; init; }

    /// <summary>Records that the buffer is filled up to at the present rate of dialling.</summary>
    public int RecordsBufferTarget { get; init; }

    /// <summary>The campaign's lists as they are dialled now.</summary>
    public IReadOnlyList<ListSnapshot> Lists { get; init; } = [];

    public required long Dials { get; init; }

    public required long Results { get; init; }

    public required long LiveAnswers { get; init; }

    public required long Connected { get; init; }

    public required long Abandoned { get; init; }

    public required long RecordsTaken { get; init; }

    public required long RecordsFinished { get; init; }

    public required long RecordsReturned { get; init; }

    public required long Withdrawn { get; init; }

    public required long StuckCalls { get; init; }

    /// <summary>Counts by result name, those above zero.</summary>
    public required IReadOnlyDictionary<string, long> ByResult { get; init; }

    /// <summary>Refusals by rule (<see cref="Compliance.RuleReason"/>), those above zero: how often a record was held back or finished by it.</summary>
    public IReadOnlyDictionary<string, long> ByRule { get; init; } = new Dictionary<string, long>();

    /// <summary>Talk plus after-call work over logged-in time, 0 to 1; null before anybody logged in.</summary>
    public required double? BusyFactor { get; init; }

    /// <summary>Live answers over finished attempts, 0 to 1; null before the first.</summary>
    public required double? HitRatio { get; init; }

    /// <summary>(Abandoned + dropped) over live answers, 0 to 1; null before the first answer.</summary>
    public required double? OverdialRate { get; init; }

    public required int AnswerToAgentMsP50 { get; init; }

    public required int AnswerToAgentMsP99 { get; init; }

    /// <summary>Why the group does not dial more, in bits and in one sentence.</summary>
    public required HoldBack HoldBack { get; init; }

    public required string Explanation { get; init; }

    public required PacingReason PacingReason { get; init; }

    /// <summary>Calls that the last decision wanted to place.</summary>
    public int PacingDial { get; init; }

    /// <summary>What the last decision was made from.</summary>
    public PacingInputs Pacing { get; init; }

    /// <summary>Engaging calls on their way to agents (seizing modes).</summary>
    public int AgentsEngaging { get; init; }

    /// <summary>Agents engaged and without a customer.</summary>
    public int AgentsEngaged { get; init; }

    /// <summary>Agents who will log out soon and are not counted for new dials.</summary>
    public int AgentsLeaving { get; init; }

    /// <summary>Time that agents were held engaged without a customer, s, over all agents since the engine's start.</summary>
    public double EngagedSeconds { get; init; }

    /// <summary>Engagements begun since the group was loaded.</summary>
    public long Engagements { get; init; }

    /// <summary>Engaging calls that failed.</summary>
    public long EngagementsFailed { get; init; }

    /// <summary>Engaged agents lost while a call on its way needed them.</summary>
    public long EngagedLost { get; init; }

    /// <summary>People who answered and found no engaged agent.</summary>
    public long Overdialled { get; init; }

    /// <summary>Answered calls that are listened to now; they are among <see cref="CallsPending"/>.</summary>
    public int CallsListenedTo { get; init; }

    /// <summary>What the detector did since the group was loaded.</summary>
    public DetectionSnapshot Detection { get; init; } = new();
}

/// <summary>Counts and times of a group's detection since the group was loaded.</summary>
public sealed record DetectionSnapshot
{
    /// <summary>Verdicts about answered calls.</summary>
    public long Verdicts { get; init; }

    /// <summary>Answered calls without a verdict in time: taken for people.</summary>
    public long Missed { get; init; }

    /// <summary>Verdicts of a person that a beep showed to be wrong.</summary>
    public long Corrected { get; init; }

    /// <summary>Calls ended before the answer by what was heard.</summary>
    public long BeforeAnswer { get; init; }

    /// <summary>Calls that agents are to verify.</summary>
    public long TestCalls { get; init; }

    /// <summary>Messages played to answering machines.</summary>
    public long MessagesPlayed { get; init; }

    /// <summary>From the answer to the verdict, ms.</summary>
    public int AnswerToVerdictMsP50 { get; init; }

    public int AnswerToVerdictMsP99 { get; init; }

    /// <summary>From the end of a person's greeting to the agent, or to giving up, ms.</summary>
    public int PersonWaitMsP50 { get; init; }

    public int PersonWaitMsP99 { get; init; }

    /// <summary>People who waited longer than 2 s after their greeting (16 CFR 310.4(b)(4)(iii)).</summary>
    public long WaitedTooLong { get; init; }
}
