using DialerEngine.Core.Callbacks;
using DialerEngine.Core.CallerId;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Desktop;

namespace DialerEngine.Core.Groups;

/// <summary>Where a call session is on its way.</summary>
public enum CallState : byte
{
    /// <summary>The slot is empty.</summary>
    Free = 0,

    /// <summary>The attempt waits to be durable; nothing has left the engine.</summary>
    Intended,

    /// <summary>The INVITE has left or is leaving.</summary>
    Dialing,

    /// <summary>The far end alerts.</summary>
    Ringing,

    /// <summary>A person answered and waits for an agent.</summary>
    Waiting,

    /// <summary>An agent's phone rings for the person.</summary>
    Delivering,

    /// <summary>Person and agent talk.</summary>
    Connected,

    /// <summary>The safe-harbour announcement plays: no agent came in time.</summary>
    Announcing,

    /// <summary>Release was asked for; the network's word is awaited.</summary>
    Releasing,

    /// <summary>The call is over, the record is still on the agent's desktop.</summary>
    OnDesktop,

    /// <summary>The result waits to be durable.</summary>
    Finishing,

    /// <summary>The call was sent to a treatment's destination.</summary>
    Routed,

    /// <summary>An agent dials: their own phone is called first, nothing has gone to the customer.</summary>
    CallingAgent,

    /// <summary>The far end has answered and is listened to: whether it is a person is not known yet.</summary>
    Listening,

    /// <summary>The record is dialled once an agent is engaged for it: one is looked for, or is being called.</summary>
    AwaitingAgent,

    /// <summary>A machine's greeting plays: the message for it waits for the beep.</summary>
    AwaitingBeep,
}

/// <summary>
/// One record's call attempt from the decision to dial until its result is durable. Pooled; <see cref="Handle"/> changes its generation with
/// each use. Only the group's loop writes it; edges read it while they are called by that loop.
/// </summary>
public sealed class CallSession
{
    internal CallSession(int index) => Index = index;

    /// <summary>Slot number.</summary>
    public int Index { get; }

    public CallHandle Handle { get; internal set; }

    public CallState State { get; internal set; }

    /// <summary><c>GSW_RECORD_HANDLE</c>: names the record in memory, 1 to 2,147,483,647.</summary>
    public int RecordHandle { get; internal set; }

    /// <summary>The record; null in a free slot.</summary>
    public CallRecord? Record { get; internal set; }

    /// <summary>The list that the record belongs to; null in a free slot.</summary>
    public CallingListDefinition? List { get; internal set; }

    public AttemptId Attempt { get; internal set; }

    /// <summary>Moments of the attempt, Unix ms.</summary>
    public AttemptTimes Times;

    /// <summary>Agent who has or had the call; default where none.</summary>
    public AgentId Agent { get; internal set; }

    /// <summary>Result known so far.</summary>
    public CallResult Result { get; internal set; }

    /// <summary>True while the customer is on hold.</summary>
    public bool Held { get; internal set; }

    /// <summary>True when a person answered and no engaged agent was there (<c>GSW_ASM_OVERDIAL</c>).</summary>
    public bool Overdialled { get; internal set; }

    /// <summary>True while an agent is engaged for the record and has not met its customer yet: the handle is shown as <c>GSW_ASSURED_HANDLE</c>.</summary>
    public bool IsEngagingCall => Wishes.Assured && Agent == default;

    /// <summary>What the detector made of the call; null before its verdict and where nothing listens.</summary>
    public CallResult? Verdict { get; internal set; }

    /// <summary>True when an agent is to verify the verdict (<c>GSW_CALL_RESULT_FEEDBACK</c>).</summary>
    public bool IsTestCall { get; internal set; }

    /// <summary>How the call is listened to.</summary>
    public AnswerTypeRecognition Recognition { get; internal set; }

    /// <summary>Data attached by the desktop beside the record's own; null where none.</summary>
    public UserData? AttachedData { get; internal set; }

    /// <summary>Column changes asked for by the desktop, applied when the record is finished; null where none.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>>? FieldUpdates { get; internal set; }

    /// <summary>How long the do-not-call entry that was asked for holds, seconds (<c>GSW_DURATION</c>); 0 for ever.</summary>
    public int DoNotCallSeconds { get; internal set; }

    /// <summary>Difference between the customer's time and UTC, seconds, when the attempt began or the record was shown.</summary>
    public int ZoneOffsetSeconds { get; internal set; }

    /// <summary>IANA name of the time zone that the customer's clock is read in; null where it is not known.</summary>
    public string? ZoneName { get; internal set; }

    /// <summary>How the network ended the call; meaningful once the call is over.</summary>
    public CallOutcomeView Outcome;

    internal RecordWishes Wishes;

    /// <summary><c>referenceId</c> of the agent's request for this call, which EventDialing returns; null where no agent asked or it had none.</summary>
    public int? DialReference { get; internal set; }

    /// <summary>Text for the do-not-call entry that was asked for (<c>GSW_MESSAGE</c>); null for none.</summary>
    public string? DoNotCallMessage { get; internal set; }

    /// <summary>Caller id of the attempt.</summary>
    public CallerIdChoice CallerId { get; internal set; }

    internal AttemptTicket Ticket;

    /// <summary>The call that claims the record's chain; none where the chain is not claimed.</summary>
    internal CallHandle ChainOf;
    internal RuleVerdict Refusal;
    internal int Trunk;

    /// <summary>The line to the destination of a two-step transfer: index of its trunk, -1 for none.</summary>
    internal int SecondTrunk = -1;
    internal Telephony.TransferKind Transfer;

    /// <summary>True when customer and destination of a two-step transfer hear each other.</summary>
    internal bool IsPutThrough;
    internal int AgentSlot = -1;
    internal long JournalSequence;
    internal long StateSince;

    /// <summary>When the person counted as reached (given to an agent, or abandoned), Unix ms; 0 before, and for calls that agents make.</summary>
    internal long ReachedAt;
    internal long AnsweredTicks;

    /// <summary>When the person's greeting was over, where that is known; else when they answered. Waiting is counted from here.</summary>
    internal long PersonTicks;
    internal BeepState Beep;

    /// <summary>The message for a machine; null where none is played.</summary>
    internal string? Message;
    internal bool MessageRestarted;
    internal bool CallOver;
    internal bool AgentGaveUp;
    internal bool DesktopDone;
    internal bool ReadyTimeSaid;
    internal int QueuePrevious = -1;
    internal int QueueNext = -1;
    internal bool WasLiveAnswer;
    internal bool ReleaseAsked;
    internal CallResult? DesktopResult;
    internal TimerHandle Timer;
    internal DesktopRequest? PendingReply;

    internal void Clear()
    {
        State = CallState.Free;
        RecordHandle = 0;
        Record = null;
        List = null;
        Attempt = default;
        Times = default;
        Agent = default;
        Result = CallResult.Unknown;
        Held = false;
        Overdialled = false;
        Verdict = null;
        IsTestCall = false;
        Recognition = AnswerTypeRecognition.NoProgressDetection;
        AttachedData = null;
        FieldUpdates = null;
        DoNotCallSeconds = 0;
        ZoneOffsetSeconds = 0;
        ZoneName = null;
        ReadyTimeSaid = false;
        Outcome = default;
        Wishes = default;
        DialReference = null;
        DoNotCallMessage = null;
        CallerId = default;
        Ticket = default;
        ChainOf = CallHandle.None;
        SecondTrunk = -1;
        Transfer = default;
        IsPutThrough = false;
        Refusal = default;
        Trunk = -1;
        AgentSlot = -1;
        JournalSequence = 0;
        StateSince = 0;
        ReachedAt = 0;
        AnsweredTicks = 0;
        PersonTicks = 0;
        Beep = BeepState.None;
        Message = null;
        MessageRestarted = false;
        CallOver = false;
        AgentGaveUp = false;
        DesktopDone = false;
        QueuePrevious = -1;
        QueueNext = -1;
        WasLiveAnswer = false;
        ReleaseAsked = false;
        DesktopResult = null;
        Timer = default;
        PendingReply = null;
    }
}

/// <summary>The network's words about a finished call, kept with the session.</summary>
public struct CallOutcomeView
{
    public CallEndedBy EndedBy;
    public int NetworkCode;
    public int Q850Cause;
    public string? NetworkPhrase;
    public string? NetworkReasons;
}

/// <summary>What was heard of an answering machine's beep, and whether the message was played because of it.</summary>
internal enum BeepState : byte
{
    None,

    /// <summary>It sounds now.</summary>
    On,

    /// <summary>It is over: the machine records.</summary>
    Over,
}
