using DialerEngine.Core.Callbacks;

namespace DialerEngine.Core.Groups;

/// <summary>What a machine wants done outside.</summary>
public enum EffectKind : byte
{
    None = 0,

    /// <summary>Fill the tray with up to <see cref="Effect.Detail"/> records of the campaign's list number <see cref="Effect.Number"/>.</summary>
    Fetch,
    Place,
    Release,
    Deliver,
    AnswerAtAgent,
    WithdrawDelivery,
    Announce,

    /// <summary><see cref="Effect.Detail"/> 1 holds, 0 retrieves.</summary>
    SetHold,

    /// <summary>Telephony event <see cref="Effect.Detail"/> (a <see cref="Desktop.CallEventKind"/>) for the agent.</summary>
    CallEvent,

    /// <summary>The engine changed the agent's work state to <see cref="Effect.Detail"/>.</summary>
    AgentStateChanged,

    /// <summary>Campaign notification <see cref="Effect.Detail"/> for the agent.</summary>
    Notify,

    /// <summary>Answer to the desktop request in <see cref="Effect.Reference"/>: error number <see cref="Effect.Detail"/> or 0.</summary>
    DesktopReply,

    /// <summary>The group's state changed to <see cref="Effect.Detail"/> by command number <see cref="Effect.Number"/>.</summary>
    GroupStateChanged,

    /// <summary>The attempt has left the engine (attempt record 0 may be sent).</summary>
    AttemptStarted,

    /// <summary>The attempt's result is durable (attempt record 1 may be sent).</summary>
    AttemptFinished,

    /// <summary>Complete the command in <see cref="Effect.Reference"/>; <see cref="Effect.Text"/> is the refusal or null.</summary>
    CommandDone,

    /// <summary>Complete the list change in <see cref="Effect.Reference"/>; <see cref="Effect.Text"/> is the refusal or null.</summary>
    ListChangeDone,

    /// <summary>Complete the reconfiguration in <see cref="Effect.Reference"/>; <see cref="Effect.Text"/> is the refusal or null.</summary>
    Reconfigured,

    /// <summary>Complete the snapshot request in <see cref="Effect.Reference"/>.</summary>
    SnapshotDone,

    /// <summary>Ask the pre-dial gate question number <see cref="Effect.Number"/>.</summary>
    Validate,

    /// <summary>Send the call to the destination in <see cref="Effect.Text"/>; <see cref="Effect.Detail"/> is the <see cref="Treatments.CallAction"/>.</summary>
    Route,

    /// <summary>Answer to the <see cref="Callbacks.RecordRequest"/> in <see cref="Effect.Reference"/>: a <see cref="Callbacks.RecordOutcome"/>.</summary>
    RecordReply,

    /// <summary>Something happened to a record: <see cref="Effect.RecordEvent"/>.</summary>
    RecordEvent,

    /// <summary>Show the agent the callback of the session as a scheduled call (user event ScheduledCall).</summary>
    ScheduledCall,

    /// <summary>Show the agent the session's record in Push Preview mode.</summary>
    PreviewPushed,

    /// <summary>Refuse the <see cref="Desktop.MakeCallRequest"/> in <see cref="Effect.Reference"/>: a <see cref="Desktop.MakeCallRefusal"/>, with words where there are any.</summary>
    CallRefused,

    /// <summary>Take the rest of a chain from its list: <see cref="Effect.Reference"/> is a <see cref="ChainFetch"/>.</summary>
    TakeChain,

    /// <summary>Send the session's record as one of the chain that the <see cref="Desktop.DesktopRequest"/> in <see cref="Effect.Reference"/> asked for.</summary>
    ChainedRecord,

    /// <summary>Tell that the whole chain has been sent.</summary>
    ChainEnd,

    /// <summary>Complete the <see cref="RecordLookup"/> in <see cref="Effect.Reference"/>.</summary>
    RecordLookedUp,

    /// <summary>The number of the session's record goes on the do-not-call list; <see cref="Effect.Detail"/> 1: the whole chain's numbers.</summary>
    DoNotCall,

    /// <summary>Complete the <see cref="RecordSearch"/> in <see cref="Effect.Reference"/>: <see cref="Effect.Detail"/> 1 with what was found, 0 without an answer.</summary>
    RecordsFound,

    /// <summary>Tell the agent's desktop that others disposed of the session's record (user event RecordCancel); <see cref="Effect.Detail"/> 1: of its whole chain.</summary>
    RecordCanceled,

    /// <summary>Call the agent: engaging call number <see cref="Effect.Number"/>.</summary>
    Engage,

    /// <summary>End engaging call number <see cref="Effect.Number"/> of the agent.</summary>
    Disengage,

    /// <summary>Join the call and the engaged agent; <see cref="Effect.Detail"/> 1: who hears a beep first.</summary>
    Merge,

    /// <summary>Tell the agent that it may log out (user event LogOutAcknowledge).</summary>
    LogOutPossible,

    /// <summary>A watchdog met a call that nobody ended: worth an alarm.</summary>
    StuckCall,
}

/// <summary>One effect: a plain value. Sessions that an effect names stay readable until the machine's next step.</summary>
public struct Effect
{
    public EffectKind Kind;
    public CallHandle Call;
    public AgentId Agent;
    public int Detail;
    public long Number;
    public object? Reference;
    public string? Text;
    public RecordEvent RecordEvent;
}
