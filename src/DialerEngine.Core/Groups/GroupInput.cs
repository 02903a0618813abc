using DialerEngine.Core.Telephony;

namespace DialerEngine.Core.Groups;

/// <summary>What an input of a campaign group's machine says.</summary>
public enum InputKind : byte
{
    None = 0,

    /// <summary>An operator's command; <see cref="GroupInput.Reference"/> is a <see cref="GroupCommand"/>.</summary>
    Command,

    /// <summary>Time passes: the machine may dial or refill.</summary>
    Tick,

    /// <summary>A timer of the machine fired; <see cref="GroupInput.Number"/> is its payload.</summary>
    Timer,

    /// <summary>The tray came back; <see cref="GroupInput.Detail"/> records are in it.</summary>
    FetchCompleted,

    /// <summary>The store could not answer; the tray is empty.</summary>
    FetchFailed,

    /// <summary>Entries up to <see cref="GroupInput.Number"/> are durable.</summary>
    JournalCommitted,
    JournalFault,
    JournalRecovered,
    CallDialing,
    CallRinging,
    CallAnswered,

    /// <summary>The customer leg is over; <see cref="GroupInput.Outcome"/> says how.</summary>
    CallEnded,
    AgentRinging,
    AgentConnected,
    AgentFailed,
    AgentReleased,
    AnnouncementEnded,

    /// <summary>A nailed-up line came up (<see cref="GroupInput.Detail"/> 1) or went down (0).</summary>
    AgentLine,

    /// <summary>State <see cref="GroupInput.Detail"/> (an <see cref="AgentState"/>) with version <see cref="GroupInput.Number"/>: older versions are stale news. With <see cref="GroupMachine.Lost"/> the connection was lost.</summary>
    AgentState,

    /// <summary>Control <see cref="GroupInput.Detail"/> (a <see cref="Desktop.CallControl"/>) asked for by the agent.</summary>
    CallControl,

    /// <summary>Attached data from the agent; <see cref="GroupInput.Reference"/> is a <see cref="Desktop.UserData"/>.</summary>
    UserDataUpdate,

    /// <summary><see cref="GroupInput.Reference"/> is a <see cref="Desktop.DesktopRequest"/>.</summary>
    DesktopRequest,

    /// <summary>The agent works in this group (<see cref="GroupInput.Detail"/>: <see cref="GroupMachine.AssignedHere"/>, <see cref="GroupMachine.TellDesktop"/>) or is away (0).</summary>
    AgentAssigned,

    /// <summary>A call that an agent asks for; <see cref="GroupInput.Reference"/> is a <see cref="Desktop.MakeCallRequest"/>.</summary>
    MakeCall,

    /// <summary>The rest of a chain came from its list; <see cref="GroupInput.Reference"/> is a <see cref="ChainFetch"/>.</summary>
    ChainTaken,

    /// <summary>Someone wants to know what record a handle names; <see cref="GroupInput.Reference"/> is a <see cref="Groups.RecordLookup"/>.</summary>
    RecordLookup,

    /// <summary>
    /// Answer <see cref="GroupInput.Detail"/> (a <see cref="Ports.PreDialVerdict"/>) to question <see cref="GroupInput.Number"/>;
    /// <see cref="GroupInput.Reference"/> is a <see cref="Ports.PreDialRefusal"/> where it is a refusal.
    /// </summary>
    Validated,

    /// <summary>Dialling is suspended (<see cref="GroupInput.Detail"/> 1: too many attempt records are not saved) or may go on (0).</summary>
    DialingSuspended,

    /// <summary>
    /// The answered call was found to be <see cref="GroupInput.Detail"/> (a <see cref="CallResult"/>): Answer, AnsweringMachine, Fax, Silence ...;
    /// <see cref="GroupInput.Number"/> is for how many ms the greeting has been over, 0 where that is not known.
    /// </summary>
    CallClassified,

    /// <summary>The far end is about to end a call that is listened to; what had been heard until then says <see cref="GroupInput.Detail"/> (a <see cref="CallResult"/>).</summary>
    CallHeardOut,

    /// <summary>What was heard before the answer says what becomes of the call: <see cref="GroupInput.Detail"/> (a <see cref="CallResult"/>): Busy, SitVacant, Fax ...</summary>
    ToneHeard,

    /// <summary>The verdict was wrong: the call is <see cref="GroupInput.Detail"/> (a <see cref="CallResult"/>).</summary>
    VerdictCorrected,

    /// <summary>The greeting of an answered call has been over for <see cref="GroupInput.Number"/> ms.</summary>
    GreetingEnded,

    /// <summary>A beep began.</summary>
    BeepStarted,

    /// <summary>The beep is over: a machine records from now on.</summary>
    BeepEnded,

    /// <summary>The destination of a <see cref="EffectKind.Route"/> did not take the call.</summary>
    RouteFailed,

    /// <summary>The destination of a two-step transfer answered and is put through to the customer.</summary>
    Transferred,

    /// <summary><see cref="GroupInput.Reference"/> is a <see cref="Callbacks.RecordRequest"/>.</summary>
    RecordRequest,

    /// <summary>New treatments: <see cref="GroupInput.Reference"/> is a dictionary from <see cref="ListId"/> to <see cref="Treatments.TreatmentPlan"/>.</summary>
    TreatmentsChanged,

    /// <summary>The agent answered engaging call number <see cref="GroupInput.Number"/>.</summary>
    AgentEngaged,

    /// <summary>Engaging call number <see cref="GroupInput.Number"/> failed, or its agent hung up.</summary>
    AgentDisengaged,

    /// <summary>The agent will log out soon (<see cref="GroupInput.Detail"/> 1) or stays after all (0): not counted for new dials, but still there for calls on their way.</summary>
    AgentLeaving,

    /// <summary>Records that others disposed of; <see cref="GroupInput.Reference"/> is a <see cref="Groups.RecordSearch"/>.</summary>
    RecordSearch,

    /// <summary>A list is switched, weighed or filtered anew; <see cref="GroupInput.Reference"/> is a <see cref="Groups.ListChange"/>.</summary>
    ListChange,

    /// <summary>The group is configured anew; <see cref="GroupInput.Reference"/> is a <see cref="GroupReconfiguration"/>.</summary>
    Reconfigure,

    /// <summary>Someone wants to look; <see cref="GroupInput.Reference"/> is a <see cref="SnapshotRequest"/>.</summary>
    Snapshot,
}

/// <summary>One input: a plain value, so that a queue of them holds no garbage.</summary>
public struct GroupInput
{
    public InputKind Kind;
    public CallHandle Call;
    public AgentId Agent;
    public int Detail;
    public long Number;
    public object? Reference;
    public CallOutcome Outcome;
}

/// <summary>Commands to a campaign group (CM_ReqLoadCampaign, ...UnloadCampaign, ...StartDialing, ...StopDialing, ...SetDialingMode, ...ForceUnloadCampaign).</summary>
public enum GroupCommandKind : byte
{
    Load,
    Start,
    Stop,
    Unload,
    ForceUnload,
    SetDialMode,
}

/// <summary>A command with its place for the answer: completed once, when the command has taken effect or was refused.</summary>
public sealed class GroupCommand
{
    private readonly TaskCompletionSource<string?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public required GroupCommandKind Kind { get; init; }

    /// <summary>New dial mode (command <see cref="GroupCommandKind.SetDialMode"/>, and Start where a mode other than the configured one is wanted).</summary>
    public DialMode DialMode { get; init; }

    /// <summary>Null when done; else one sentence that says why not.</summary>
    public Task<string?> Done => _done.Task;

    /// <summary>Answers the command; later answers are ignored.</summary>
    public void Complete(string? refusal) => _done.TrySetResult(refusal);
}

/// <summary>A wish to see the group; answered on its loop.</summary>
public sealed class SnapshotRequest
{
    private readonly TaskCompletionSource<GroupSnapshot?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Null when the group has failed.</summary>
    public Task<GroupSnapshot?> Done => _done.Task;

    public void Complete(GroupSnapshot? snapshot) => _done.TrySetResult(snapshot);
}
