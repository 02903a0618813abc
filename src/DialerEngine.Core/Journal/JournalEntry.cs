using DialerEngine.Core.Treatments;

namespace DialerEngine.Core;

/// <summary>What a journal entry says.</summary>
public enum JournalEntryKind : byte
{
    /// <summary>An attempt is about to be dialled. Must be durable before the INVITE leaves.</summary>
    AttemptStarted = 1,

    /// <summary>The attempt's call has reached an agent: the record is on a desktop.</summary>
    AttemptConnected = 2,

    /// <summary>The attempt has its final result; the record's new state is in the entry and is applied in the same transaction.</summary>
    AttemptFinished = 3,

    /// <summary>A record that was taken from a list goes back to it without an attempt: Ready again, and nothing else changed.</summary>
    RecordReturned = 4,

    /// <summary>A record taken from a list without an attempt gets a new state (e.g. refused by a rule at the last moment).</summary>
    RecordUpdated = 5,

    /// <summary>The attempt was journalled but its INVITE never left: it counts as none. Its record is Ready again, or in the state of the entry where <see cref="JournalEntry.Rule"/> names a rule.</summary>
    AttemptWithdrawn = 6,
}

/// <summary>Who ended a call.</summary>
public enum CallEndedBy : byte
{
    Nobody = 0,
    FarEnd = 1,
    Agent = 2,
    Engine = 3,
    Network = 4,
}

/// <summary>The moments of an attempt in Unix milliseconds; 0 where it did not happen. Names follow the GSW timestamp keys.</summary>
public struct AttemptTimes
{
    public long StartProcessing;
    public long Dialing;
    public long Ringing;
    public long Answered;
    public long CpdCompleted;
    public long Queued;
    public long AgentRinging;
    public long AgentAnswered;
    public long Diverted;
    public long Abandoned;
    public long Released;
    public long AgentReleased;
    public long AcwCompleted;
    public long CompleteProcessing;
}

/// <summary>
/// One entry of the attempt journal: a value, complete in itself, so that the writer needs nothing of the loop's state.
/// Fields that the kind does not use are zero or null.
/// </summary>
public struct JournalEntry
{
    public JournalEntryKind Kind;

    /// <summary>The group that wrote the entry.</summary>
    public GroupId Group;

    /// <summary>Rises by one with each entry of the group.</summary>
    public long Sequence;

    public AttemptId Attempt;
    public ListId List;
    public RecordId Record;
    public int CampaignId;
    public int ApplicationId;

    /// <summary>The number dialled.</summary>
    public string? Phone;

    /// <summary>Handle of the record in memory (<c>GSW_RECORD_HANDLE</c>).</summary>
    public int RecordHandle;

    public AttemptTimes Times;

    /// <summary>
    /// When the person counted as reached where the rate of abandoned calls is counted: given to an agent, or abandoned (then
    /// <see cref="AttemptTimes.Abandoned"/> says so). Unix milliseconds; 0 where nobody was reached, and for calls that agents make.
    /// </summary>
    public long ReachedAt;

    /// <summary>Final result of the attempt (kind AttemptFinished).</summary>
    public CallResult Result;

    public CallEndedBy EndedBy;

    /// <summary>Raw answer of the network: SIP status (0 where none came) and its phrase, Q.850 cause (0 where none came).</summary>
    public int NetworkCode;
    public int Q850Cause;
    public string? NetworkPhrase;

    /// <summary>Raw Reason header values, as received, separated by a line feed.</summary>
    public string? NetworkReasons;

    /// <summary>Trunk that carried the call.</summary>
    public string? Trunk;

    /// <summary>Login id of the agent who took the call; null where none did.</summary>
    public string? AgentLoginId;

    /// <summary>Unix milliseconds at which the entry was made.</summary>
    public long At;

    // New state of the record (kinds AttemptFinished and RecordUpdated).
    public RecordType RecordType;
    public RecordStatus RecordStatus;
    public CallResult RecordResult;
    public int Attempts;
    public long DialScheduledTime;
    public long CallTime;

    /// <summary>What happens to the rest of the record's chain, in the same transaction.</summary>
    public ChainOperation Chain;

    /// <summary>Time of <see cref="ChainOperation.Next"/>, Unix seconds.</summary>
    public long ChainScheduledTime;

    /// <summary>True when the rest of the chain is done with this record: its other Ready records become Chain Updated.</summary>
    public bool CompletesChain
    {
        readonly get => Chain == ChainOperation.Complete;
        set => Chain = value ? ChainOperation.Complete : ChainOperation.None;
    }

    /// <summary>New text of the column <c>treatments</c>; null where it stays.</summary>
    public string? Treatments;

    /// <summary>Login id of the agent whom a personal callback is for (column <c>agent_id</c>); null takes <see cref="AgentLoginId"/>.</summary>
    public string? CallbackAgent;

    /// <summary>What the call attempt record says beside this entry; empty where the group sends none.</summary>
    public AttemptFacts Facts;

    /// <summary>Why, for the record's history: the name of a rule or of what happened in the group; null where the kind says it. One of a fixed set of texts.</summary>
    public string? Reason;

    /// <summary>Who asked for it, for the record's history; null for the group itself.</summary>
    public string? Actor;

    /// <summary>Rule that refused the dial (kinds RecordUpdated and AttemptWithdrawn); None where none did.</summary>
    public Compliance.RuleReason Rule;

    /// <summary>Changed values of columns, by column name; null where nothing else changed. Not modified after appending.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>>? FieldUpdates;
}
