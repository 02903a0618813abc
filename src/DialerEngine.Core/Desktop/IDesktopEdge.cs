using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;

namespace DialerEngine.Core.Desktop;

/// <summary>Telephony events that a desktop receives about its agent's call.</summary>
public enum CallEventKind : byte
{
    Dialing,
    Ringing,
    Established,
    Held,
    Retrieved,
    Released,
    Abandoned,
    AttachedDataChanged,
}

/// <summary>Campaign status notifications of the desktop protocol.</summary>
public enum CampaignNotification : byte
{
    Loaded,
    Started,
    Stopped,
    Unloaded,
    ModeChanged,
    GroupAssigned,
}

/// <summary>
/// The desktop edge as the engine sees it. Called on a group's loop: implementations build the message from what they are shown,
/// hand it to the agent's connection and return at once; they keep no reference to the session.
/// </summary>
public interface IDesktopEdge
{
    /// <summary>A call event for the agent, with the record's default and <c>send_attribute</c> data attached.</summary>
    void CallEvent(AgentId agent, CallEventKind kind, CampaignGroupDefinition group, CallSession call);

    /// <summary>The agent's work state was changed by the engine (after-call work begins when a call ends).</summary>
    void AgentStateChanged(AgentId agent, AgentState state);

    /// <summary>A campaign status notification for one agent.</summary>
    void Notify(AgentId agent, CampaignNotification notification, CampaignGroupDefinition group, DialMode mode);

    /// <summary>A callback for the agent to make (user event ScheduledCall); the record stays with the agent until a <see cref="RecordRequest"/> ends it.</summary>
    void ScheduledCall(AgentId agent, CampaignGroupDefinition group, CallSession call)
    {
    }

    /// <summary>A record that the engine offers in Push Preview mode (user event PreviewRecord).</summary>
    void PreviewPushed(AgentId agent, CampaignGroupDefinition group, CallSession call)
    {
    }

    /// <summary>A call that an agent asked for is not made; <paramref name="words"/> say more where there is more to say.</summary>
    void CallRefused(MakeCallRequest request, MakeCallRefusal why, string? words)
    {
    }

    /// <summary>An event of a call that belongs to no record (<see cref="MakeCallRequest"/> without one).</summary>
    /// <param name="agent">Who makes it.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="call">The call.</param>
    /// <param name="data">Its attached data; the edge's own from now on.</param>
    /// <param name="referenceId">With Dialing: <c>referenceId</c> of the request.</param>
    void OrdinaryCallEvent(AgentId agent, CallEventKind kind, CallHandle call, UserData data, int? referenceId)
    {
    }

    /// <summary>One more record of the chain that the request asked for (user event ChainedRecord).</summary>
    void ChainedRecord(DesktopRequest request, CampaignGroupDefinition group, CallSession call)
    {
    }

    /// <summary>The chain that the request asked for has been sent (user event ChainedRecordsDataEnd); <paramref name="call"/> has the record asked with.</summary>
    void ChainEnd(DesktopRequest request, CampaignGroupDefinition group, CallSession call)
    {
    }

    /// <summary>No call waits for the agent who asked to log out (user event LogOutAcknowledge).</summary>
    void LogOutPossible(AgentId agent, CampaignGroupDefinition group)
    {
    }

    /// <summary>
    /// Somebody else cancelled the agent's record or put it on do-not-call (user event RecordCancel): it is not to be dialled. The record stays with the
    /// agent until they are done with it; one that was only offered is gone.
    /// </summary>
    void RecordCanceled(AgentId agent, CampaignGroupDefinition group, CallSession call, bool wholeChain)
    {
    }

    /// <summary>The answer to a <see cref="RecordRequest"/> that the edge posted (its <see cref="RecordRequest.Origin"/>).</summary>
    void RecordReply(RecordRequest request, RecordOutcome outcome, CampaignGroupDefinition group, CallSession? call)
    {
    }

    /// <summary>The answer to a request: acknowledgement (<see cref="DesktopError.None"/>) or error.</summary>
    void Reply(DesktopRequest request, DesktopError error, CampaignGroupDefinition group, CallSession? call);
}

/// <summary>What desktops and their connections may ask of the engine. Thread-safe; nothing here waits.</summary>
public interface IAgentGateway
{
    /// <summary>
    /// Checks a password ahead of <see cref="TryLogin"/>, or in its place where an agent comes back to a session that waits for them. A hashed password takes about
    /// a tenth of a second, which is spent on another thread.
    /// </summary>
    ValueTask<AgentPasswordCheck> CheckPasswordAsync(string loginId, string? password) => ValueTask.FromResult(AgentPasswordCheck.Good);

    /// <summary>Checks login id and password. A second login of the same agent elsewhere is refused.</summary>
    AgentLogin TryLogin(string dn, string loginId, string? password, out AgentId agent);

    /// <summary>The agent leaves, by request or (<paramref name="lost"/>) with the connection: its calls are released and its records returned by rule.</summary>
    void Logout(AgentId agent, bool lost = false);

    /// <summary>The agent's own change of state: Ready, NotReady or AfterCallWork.</summary>
    void SetState(AgentId agent, AgentState state);

    /// <summary>The agent is busy with an inbound call, or free of it: meanwhile nothing is dialled for them and nothing offered.</summary>
    void SetInbound(AgentId agent, bool busy)
    {
    }

    /// <summary>Answer, release, hold or retrieve the agent's call. False when no such call is the agent's.</summary>
    bool TryCallControl(AgentId agent, CallControl control, CallHandle call);

    /// <summary>New attached data for the agent's call (RequestUpdateUserData). False when no such call is the agent's.</summary>
    bool TryUpdateUserData(AgentId agent, CallHandle call, UserData userData);

    /// <summary>
    /// Finds the loaded campaign group that a request means: by group name where given (it outranks the campaign's), else by campaign name,
    /// else (both null) any that the agent belongs to; a running one before one that is only loaded. Null when there is none.
    /// </summary>
    CampaignGroupDefinition? FindGroup(AgentId agent, string? campaignGroupName, string? campaignName);

    /// <summary>The loaded group of the agent that a record handle belongs to; null where it is none of theirs.</summary>
    CampaignGroupDefinition? FindGroup(AgentId agent, int recordHandle) => null;

    /// <summary>Hands an agent's wish for a call to the group that has the record. False when there is none, or it is saturated.</summary>
    bool TryMakeCall(MakeCallRequest request) => false;

    /// <summary>Asks a group what record a handle names; null when it cannot be asked now.</summary>
    Task<RecordAtHand?>? TryLookUpAsync(GroupId group, AgentId agent, int recordHandle) => null;

    /// <summary>All loaded or running groups that the agent belongs to, with state and mode.</summary>
    IReadOnlyList<LoadedGroup> GroupsOf(AgentId agent);

    /// <summary>Hands a request to its group's loop. False when the loop is saturated (the edge answers DB Error 113, the protocol's word for try again).</summary>
    bool TryPost(GroupId group, DesktopRequest request);
}

/// <summary>A campaign group that is loaded or running.</summary>
/// <param name="Definition">The group.</param>
/// <param name="State">Active or Running.</param>
/// <param name="Mode">Its dial mode.</param>
/// <param name="IsAssigned">True where the agent was assigned to this group of several.</param>
public sealed record LoadedGroup(CampaignGroupDefinition Definition, CampaignGroupState State, DialMode Mode, bool IsAssigned = false);

/// <summary>What a password is worth.</summary>
public enum AgentPasswordCheck : byte
{
    /// <summary>It is the agent's.</summary>
    Good,

    /// <summary>It is not.</summary>
    Wrong,

    /// <summary>The agent has none: who knows the login id may come in, where the link allows that.</summary>
    NoPassword,

    /// <summary>There is no such agent.</summary>
    UnknownAgent,
}

/// <summary>Outcome of a login.</summary>
public enum AgentLogin : byte
{
    Ok,
    UnknownAgent,
    WrongPassword,
    AlreadyLoggedIn,
    PlaceTaken,
}

/// <summary>What an agent may do with a call through the CTI link.</summary>
public enum CallControl : byte
{
    Answer,
    Release,
    Hold,
    Retrieve,
}
