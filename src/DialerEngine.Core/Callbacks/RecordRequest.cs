using DialerEngine.Core.Desktop;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Callbacks;

/// <summary>What may be asked about a record that the engine holds, named by its handle.</summary>
public enum RecordRequestKind : byte
{
    /// <summary>
    /// A callback at a time (RecordReschedule, ScheduledRecordReschedule). Durable before the answer; it takes effect when the record is finished, however
    /// that comes about.
    /// </summary>
    Reschedule,

    /// <summary>The agent is done with the record (RecordProcessed); answered when its new state is durable.</summary>
    MarkProcessed,

    /// <summary>The record, or its whole chain, is not to be dialled any more (RequestRecordCancel). Final: no MarkProcessed is needed.</summary>
    Cancel,

    /// <summary>The same, and the number goes on the do-not-call list (DoNotCall). Final: no MarkProcessed is needed.</summary>
    DoNotCall,

    /// <summary>The agent does not want to call the record now (RecordReject): it and its chain are General and Ready again.</summary>
    Reject,
}

/// <summary>What became of a <see cref="RecordRequest"/>.</summary>
public enum RecordOutcome : byte
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>No record has this handle (any more). Desktop error 109, Record Not Found.</summary>
    RecordNotFound,

    /// <summary>Another agent has the record. Desktop error 109.</summary>
    NotTheAgentsRecord,

    /// <summary>The time is in the past or more than five years ahead. Desktop error 110, Invalid Time.</summary>
    InvalidTime,

    /// <summary>A callback is Personal or Campaign. Desktop error 103, Invalid Attribute Value.</summary>
    InvalidCallbackType,

    /// <summary>The agent for the callback is not of this group, or a personal callback names nobody. Desktop error 104, Agent Not Found.</summary>
    UnknownAgent,

    /// <summary>The attempt is being written to the journal at this moment: ask again.</summary>
    TryAgain,

    /// <summary>A record that was talked about cannot be rejected. Desktop error 101, Invalid Request.</summary>
    NotAllowedNow,
}

/// <summary>One request about one record: from a desktop, the admin API or a third party. Answered exactly once.</summary>
public sealed class RecordRequest
{
    private readonly TaskCompletionSource<RecordOutcome> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public required RecordRequestKind Kind { get; init; }

    /// <summary><c>GSW_RECORD_HANDLE</c>.</summary>
    public required int RecordHandle { get; init; }

    /// <summary>The agent who asks: only their own records answer. Default where no agent asks (admin API, third party).</summary>
    public AgentId Agent { get; init; }

    /// <summary>Reschedule: PersonalCallBack or CampaignCallBack; NoRecordType keeps the appointment's type (CampaignCallBack where there is none).</summary>
    public RecordType CallbackType { get; init; }

    /// <summary>Reschedule: Unix seconds.</summary>
    public long CallbackTime { get; init; }

    /// <summary>Reschedule: the time on the customer's clock; where given it outranks <see cref="CallbackTime"/>.</summary>
    public DateTime? CallbackLocalTime { get; init; }

    /// <summary>DoNotCall: how long the entry holds, seconds; 0 for ever.</summary>
    public int DurationSeconds { get; init; }

    /// <summary>DoNotCall: text for the entry (<c>GSW_MESSAGE</c>); null for none.</summary>
    public string? Message { get; init; }

    /// <summary>Reschedule: login id of the agent of a personal callback; null takes the agent who asks, else the one who has the record.</summary>
    public string? CallbackAgent { get; init; }

    /// <summary>MarkProcessed: the result that the agent found; null leaves the detected one.</summary>
    public CallResult? Result { get; init; }

    /// <summary>MarkProcessed: how the record is to be treated (<c>GSW_TREATMENT</c>).</summary>
    public AgentTreatment Treatment { get; init; }

    /// <summary>MarkProcessed: changed columns; null where there are none.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>>? FieldUpdates { get; init; }

    /// <summary>Cancel, DoNotCall: true for the whole chain (<c>GSW_CHAIN_ATTR</c> AllChain), false for the record alone (RecordOnly).</summary>
    public bool WholeChain { get; init; } = true;

    /// <summary>Whatever the one who asks wants to find again with the answer, e.g. the desktop's request.</summary>
    public object? Origin { get; init; }

    /// <summary>The answer.</summary>
    public Task<RecordOutcome> Answer => _done.Task;

    /// <summary>Answers; later answers are ignored.</summary>
    public void Complete(RecordOutcome outcome) => _done.TrySetResult(outcome);
}

/// <summary>What is worth telling about a record (numbers: <c>GSW_STAT_EVENT</c>).</summary>
public enum RecordEventKind : byte
{
    /// <summary>A chain is done with: nobody will dial it again by itself.</summary>
    LeadProcessed = 15,

    /// <summary>A callback was made.</summary>
    CallbackScheduled = 16,

    /// <summary>A callback reached the customer and the agent.</summary>
    CallbackCompleted = 17,

    /// <summary>A callback found no agent in time.</summary>
    CallbackMissed = 18,

    /// <summary>A record ended with status Agent Error.</summary>
    AgentError = 19,

    /// <summary>A treatment made an appointment.</summary>
    RecordScheduled = 20,
}

/// <summary>An event about a record.</summary>
public record struct RecordEvent(RecordEventKind Kind, ListId List, RecordId Record, RecordType Type, CallResult Result);

/// <summary>What has been asked about a session's record and takes effect when it is finished.</summary>
internal struct RecordWishes
{
    public AgentTreatment Treatment;
    public RecordRequestKind? Disposal;
    public bool WholeChain;

    /// <summary>The disposal came from outside, not from the record's agent: the agent still says when they are done.</summary>
    public bool DisposedByOthers;
    public RecordType CallbackType;
    public long CallbackTime;
    public string? CallbackAgent;

    /// <summary>Reschedule request that waits for its journal entry.</summary>
    public RecordRequest? Rescheduling;

    /// <summary>MarkProcessed request that waits for the record's new state.</summary>
    public RecordRequest? Processing;

    /// <summary>Slot of the agent kept free for this call, plus one; 0 for none.</summary>
    public int ReservedSeat;

    /// <summary>True while the call is counted as one that has its agent kept free.</summary>
    public bool ReservationCounts;

    /// <summary>The record is dialled only with an agent engaged for it.</summary>
    public bool Assured;

    /// <summary>The record is offered to an agent as a scheduled call: there is no attempt yet.</summary>
    public bool Offered;

    /// <summary>The agent asked for the record in Preview mode, or was offered it in Push Preview mode.</summary>
    public bool Preview;

    /// <summary>The engine offered the record (Push Preview) and the agent has not touched it yet.</summary>
    public bool Pushed;

    /// <summary>The call is the agent's own doing: their phone before the customer's, outside of pacing.</summary>
    public bool ByAgent;

    /// <summary>The agent is to dial again when the last attempt's result is durable.</summary>
    public MakeCallRequest? Redial;

    /// <summary>The record belongs to a chain whose other records are on the desktop, too.</summary>
    public bool InChain;

    /// <summary>The record ends because another one of its chain did: what that one's result says about the chain counts, not this one's.</summary>
    public bool ChainDone;

    /// <summary>The rest of the chain was asked for: once is enough.</summary>
    public bool ChainAsked;

    /// <summary>Type that the record had when it was taken.</summary>
    public RecordType TakenAs;

    /// <summary>The chain is done with by this result.</summary>
    public bool EndsChain;

    /// <summary>Time of the chain's next record, Unix seconds; 0 where there is none.</summary>
    public long NextAt;
}
