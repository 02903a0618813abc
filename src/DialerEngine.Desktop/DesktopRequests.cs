using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop.Protocol;
using K = DialerEngine.Desktop.Protocol.DesktopKeys;

namespace DialerEngine.Desktop;

/// <summary>
/// Takes user events from desktops: checks them against the table, finds the campaign group and hands the request to it. Every request to
/// this engine gets its reply (CampaignStatusRequest: its notifications, if there are any); user events for others are left alone. Thread-safe.
/// </summary>
/// <param name="gateway">The engine.</param>
/// <param name="edge">The way back.</param>
/// <param name="lists">Requests about records in lists; null answers them 101.</param>
/// <param name="time">Clock of history notes; null takes the system's.</param>
public sealed class DesktopRequests(IAgentGateway gateway, DesktopEdge edge, IListRequests? lists = null, TimeProvider? time = null)
{
    private readonly ListRequestHandler _lists = new(gateway, edge, lists, time ?? TimeProvider.System);

    /// <summary>A user event of an agent's desktop (RequestDistributeUserEvent).</summary>
    /// <param name="agent">The agent who is logged in on the connection.</param>
    /// <param name="userData">The event.</param>
    /// <param name="referenceId"><c>referenceId</c> of the CTI request; the reply's event returns it.</param>
    public void HandleUserEvent(AgentId agent, UserData userData, int? referenceId)
    {
        var hasType = userData.TryGet(K.AgentReqType.Name, out _);
        var type = userData.TryGetString(K.AgentReqType.Name, out var text) ? text : "";
        var message = DesktopMessages.FindRequest(type);
        if (message?.Kind == DesktopRequestKind.CampaignStatusRequest)
        {
            if (IsForUs(userData) ?? !userData.Contains(K.ApplicationId.Name))
            {
                SendStatus(agent, userData, referenceId);
            }

            return;
        }

        switch (IsForUs(userData))
        {
            case false:
                return;
            case null when !hasType:
                return;
            case true when !hasType:
                edge.Refuse(agent, referenceId, userData, DesktopError.AttributeNotFound, Missing(K.AgentReqType), null);
                return;
        }

        if (message is null)
        {
            edge.Refuse(agent, referenceId, userData, DesktopError.InvalidRequest, "GSW_AGENT_REQ_TYPE names no request of the protocol", null);
        }
        else if (!message.Supported)
        {
            edge.Refuse(agent, referenceId, userData, DesktopError.InvalidRequest, $"{message.Name} is not supported by this version", null);
        }
        else
        {
            Handle(agent, message, userData, referenceId);
        }
    }

    /// <summary>
    /// A call that the agent asks for (RequestMakeCall): from the record that <c>GSW_RECORD_HANDLE</c> names, or that the agent sees. Null where it was handed
    /// on: EventDialing or EventError follows. Else the error to be answered with.
    /// </summary>
    public CallFault? MakeCall(AgentId agent, string? number, UserData? userData, int? referenceId)
    {
        long handle = 0;
        if (userData is not null && RequestValidator.HasValue(userData, K.RecordHandle)
            && (!userData.TryGetInteger(K.RecordHandle.Name, out handle) || handle is < 1 or > int.MaxValue))
        {
            return new CallFault(CallFault.InvalidAttribute, "GSW_RECORD_HANDLE has a wrong value");
        }

        var request = new MakeCallRequest { Agent = agent, RecordHandle = (int)handle, Number = number ?? "", UserData = userData, ReferenceId = referenceId };
        return gateway.TryMakeCall(request) ? null
            : handle > 0 ? CallFault.Of(MakeCallRefusal.NoRecord, null)
            : new CallFault(CallFault.UnsupportedOperation, "no campaign group of the agent is loaded whose lines it could dial over");
    }

    /// <summary>The agent has logged in: tells its desktop about the groups that are loaded or running (section Campaign Status Notification).</summary>
    public void AgentLoggedIn(AgentId agent) => SendStatus(agent, null, null);

    /// <summary>
    /// The group that is meant: the one named; of several with the campaign named, or where none is named, the one that has the record. For AddRecord the
    /// record goes before the campaign's name (footnote b of its table).
    /// </summary>
    private CampaignGroupDefinition? FindGroup(AgentId agent, DesktopMessage message, UserData data, out bool isUnknownRecord)
    {
        var groupName = RequestReader.TextOf(data, K.CampaignGroupName);
        var campaign = RequestReader.TextOf(data, K.CampaignName);
        var holder = RequestValidator.HasValue(data, K.RecordHandle) && data.TryGetInteger(K.RecordHandle.Name, out var handle)
            ? gateway.FindGroup(agent, (int)handle) : null;
        isUnknownRecord = false;
        if (message.Kind == DesktopRequestKind.AddRecord && RequestValidator.HasValue(data, K.RecordHandle))
        {
            isUnknownRecord = holder is null;
            return holder;
        }

        return groupName is null && holder is not null && (campaign is null || holder.Campaign.Name == campaign)
            ? holder : gateway.FindGroup(agent, groupName, campaign);
    }

    /// <summary>Why there is no group for a request. Of a request that names no campaign (ReadyTime) the table has Agent Not Found alone.</summary>
    private DesktopError NoGroup(AgentId agent, DesktopMessage message) =>
        !message.Errors.Contains(DesktopError.CampaignGroupNotFound) ? DesktopError.AgentNotFound
            : gateway.GroupsOf(agent).Count == 0 ? DesktopError.NoActiveCampaigns
            : DesktopError.CampaignGroupNotFound;

    /// <summary>True: the request names this engine. False: another one. Null: none, or nothing that is a number.</summary>
    private bool? IsForUs(UserData userData) =>
        userData.TryGetInteger(K.ApplicationId.Name, out var applicationId) ? applicationId == edge.ApplicationId : null;

    private static string Missing(DesktopKey key) => key.Name + " is missing";

    private void SendStatus(AgentId agent, UserData? request, int? referenceId)
    {
        foreach (var group in gateway.GroupsOf(agent))
        {
            if (group.State is CampaignGroupState.Active or CampaignGroupState.Running)
            {
                edge.Notify(agent, CampaignNotification.Loaded, group.Definition, group.Mode, request, referenceId);
            }

            if (group.State == CampaignGroupState.Running)
            {
                edge.Notify(agent, CampaignNotification.Started, group.Definition, group.Mode, request, referenceId);
            }

            if (group.IsAssigned)
            {
                edge.Notify(agent, CampaignNotification.GroupAssigned, group.Definition, group.Mode, request, referenceId);
            }
        }
    }

    private void Handle(AgentId agent, DesktopMessage message, UserData userData, int? referenceId)
    {
        var fault = RequestValidator.Check(message, userData);
        if (!fault.IsNone)
        {
            var words = fault.Error == DesktopError.AttributeNotFound ? Missing(fault.Key!) : fault.Key!.Name + " has a wrong value";
            edge.Refuse(agent, referenceId, userData, fault.Error, words, null);
            return;
        }

        var group = FindGroup(agent, message, userData, out var isUnknownRecord);
        if (isUnknownRecord)
        {
            edge.Refuse(agent, referenceId, userData, DesktopError.RecordNotFound, null, null);
            return;
        }

        if (group is null)
        {
            edge.Refuse(agent, referenceId, userData, NoGroup(agent, message), null, null);
            return;
        }

        if (ListRequestHandler.Takes(message, userData))
        {
            _lists.Handle(agent, message, group, userData, referenceId);
            return;
        }

        var faultOfContent = RequestReader.TryRead(message, agent, group, userData, referenceId, out var request, out var badKey);
        if (faultOfContent != DesktopError.None)
        {
            edge.Refuse(agent, referenceId, userData, faultOfContent, badKey + " has a wrong value", group);
            return;
        }

        if (!gateway.TryPost(group.Id, request!))
        {
            edge.Refuse(agent, referenceId, userData, DesktopError.DbError, "the campaign group is busy: try again", group);
        }
    }
}
