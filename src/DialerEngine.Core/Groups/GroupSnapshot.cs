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
}
