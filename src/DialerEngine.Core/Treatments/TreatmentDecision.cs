namespace DialerEngine.Core.Treatments;

/// <summary>Why a record's fate is what it is.</summary>
public enum TreatmentReason : byte
{
    /// <summary>No treatment is defined for the result.</summary>
    NoneDefined = 0,

    /// <summary>A treatment was applied.</summary>
    Applied,

    /// <summary>Every treatment of the sequence has been applied as often as it may, or none of the rest can be applied.</summary>
    SequenceOver,

    /// <summary>The record remembers as many results as it can: a new one gets no treatment.</summary>
    StateFull,

    /// <summary>The record has had as many attempts as its list allows, and no treatment is left that does not dial it again.</summary>
    MaxAttempts,

    /// <summary>An agent handled the call and asked for no treatment.</summary>
    AgentAskedForNone,
}

/// <summary>How an agent wants a record to be treated (<c>GSW_TREATMENT</c>).</summary>
public enum AgentTreatment : byte
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>RecordTreatCampaign: as if the engine had found the result; the record becomes Campaign Rescheduled.</summary>
    Campaign,

    /// <summary>RecordTreatPersonal: the record becomes Personal Rescheduled for this agent.</summary>
    Personal,
}

/// <summary>What is to be decided about.</summary>
public struct TreatmentQuestion
{
    /// <summary>The record; its <see cref="CallRecord.Attempts"/> counts the attempt that just ended.</summary>
    public CallRecord Record;

    public CallResult Result;

    /// <summary>Wall clock.</summary>
    public DateTimeOffset Now;

    /// <summary>Attempts that the list allows a record; 0 for no limit.</summary>
    public int MaxAttempts;

    /// <summary>How an agent wants it; None where no agent said so.</summary>
    public AgentTreatment Agent;
}

/// <summary>A record's fate: its new state, what happens to its chain, and why.</summary>
public struct TreatmentDecision
{
    /// <summary>The treatment that was applied; null where none was.</summary>
    public TreatmentDefinition? Treatment;

    public TreatmentReason Reason;

    /// <summary>What decided, in a text made once: <c>treatment NAME</c>, or why none was applied; null where none is defined.</summary>
    public string? Rule;
    public RecordType Type;
    public RecordStatus Status;

    /// <summary>Unix seconds; 0 for no appointment.</summary>
    public long Schedule;

    public ChainOperation Chain;

    /// <summary>Time of <see cref="ChainOperation.Next"/>, Unix seconds.</summary>
    public long ChainAt;

    /// <summary>New text of the column <c>treatments</c>; null where it stays.</summary>
    public string? State;

    /// <summary>True when nobody will dial this chain again unless somebody schedules it anew.</summary>
    public readonly bool EndsChain => Status != RecordStatus.Ready && Chain is not (ChainOperation.None or ChainOperation.Next or ChainOperation.MakeReady);

    /// <summary>The decision in one sentence, for logs and a record's history. Allocates.</summary>
    public readonly string Explain() => Reason switch
    {
        TreatmentReason.Applied => $"treatment {Treatment!.Name}: {Treatment.RecordAction}" + (Schedule > 0 || ChainAt > 0
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" at {DateTimeOffset.FromUnixTimeSeconds(Math.Max(Schedule, ChainAt)):yyyy-MM-dd HH:mm:ss}Z")
            : ""),
        TreatmentReason.SequenceOver => "every treatment for this result has been applied as often as it may",
        TreatmentReason.StateFull => "the record has had too many different results for a further treatment",
        TreatmentReason.MaxAttempts => "the record has had as many attempts as its list allows",
        TreatmentReason.AgentAskedForNone => "the agent asked for no treatment",
        _ => "no treatment is defined for this result",
    };
}
