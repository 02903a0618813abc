using System.Globalization;
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
public sealed class DesktopRequests(IAgentGateway gateway, DesktopEdge edge)
{
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

    /// <summary>The agent has logged in: tells its desktop about the groups that are loaded or running (section Campaign Status Notification).</summary>
    public void AgentLoggedIn(AgentId agent) => SendStatus(agent, null, null);

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

        var handle = userData.TryGetInteger(K.RecordHandle.Name, out var number) ? (int)number : 0;
        var group = gateway.FindGroup(agent, TextOf(userData, K.CampaignGroupName), TextOf(userData, K.CampaignName));
        if (group is null)
        {
            var none = gateway.GroupsOf(agent).Count == 0;
            var error = none ? DesktopError.NoActiveCampaigns : DesktopError.CampaignGroupNotFound;
            edge.Refuse(agent, referenceId, userData, error, null, null);
            return;
        }

        if (!TryReadList(group, userData, out var list, out var badKey) || !TryReadUpdates(userData, list, out var updates, out badKey))
        {
            edge.Refuse(agent, referenceId, userData, DesktopError.InvalidAttributeValue, badKey + " has a wrong value", group);
            return;
        }

        var request = new DesktopRequest
        {
            Kind = message.Kind,
            Agent = agent,
            RecordHandle = handle,
            CallResult = userData.TryGetInteger(K.CallResult.Name, out var result) ? (CallResult)result : null,
            Treatment = TextOf(userData, K.Treatment),
            FieldUpdates = updates,
            ReferenceId = referenceId,
            UserData = userData,
        };
        if (!gateway.TryPost(group.Id, request))
        {
            edge.Refuse(agent, referenceId, userData, DesktopError.DbError, "the campaign group is busy: try again", group);
        }
    }

    private static string? TextOf(UserData data, DesktopKey key) =>
        data.TryGetString(key.Name, out var text) && text.Length > 0 ? text : null;

    /// <summary>The list that GSW_CALLING_LIST names; it must be one of the campaign's.</summary>
    private static bool TryReadList(CampaignGroupDefinition group, UserData data, out CallingListDefinition? list, out string badKey)
    {
        list = null;
        badKey = K.CallingList.Name;
        if (TextOf(data, K.CallingList) is not { } name)
        {
            return true;
        }

        foreach (var item in group.Campaign.Lists)
        {
            if (item.List.Name == name)
            {
                list = item.List;
                return true;
            }
        }

        return false;
    }

    /// <summary>Changed columns: the modifiable mandatory ones and user-defined fields by their <c>send_attribute</c>, typed as the column is.</summary>
    private static bool TryReadUpdates(
        UserData data,
        CallingListDefinition? list,
        out IReadOnlyList<KeyValuePair<string, object?>>? updates,
        out string badKey)
    {
        List<KeyValuePair<string, object?>>? found = null;
        updates = null;
        badKey = "";
        AddNumber(K.From, "daily_from");
        AddNumber(K.Until, "daily_till");
        AddNumber(K.PhoneType, "contact_info_type");
        if (TextOf(data, K.Phone) is { } phone)
        {
            (found ??= []).Add(new("contact_info", phone));
        }

        foreach (var field in list?.UserFields ?? [])
        {
            if (field.SendAttribute is not { } key || K.IsReserved(key) || !data.Contains(key))
            {
                continue;
            }

            if (!TryReadField(data, key, field.Type, out var value))
            {
                badKey = key;
                return false;
            }

            (found ??= []).Add(new(field.Name, value));
        }

        updates = found;
        return true;

        void AddNumber(DesktopKey key, string column)
        {
            if (data.TryGetInteger(key.Name, out var number))
            {
                (found ??= []).Add(new(column, number));
            }
        }
    }

    /// <summary>A user-defined field's new value; an empty string empties a field that is no text.</summary>
    private static bool TryReadField(UserData data, string key, UserFieldType type, out object? value)
    {
        value = null;
        if (!data.TryGetString(key, out var text))
        {
            return false;
        }

        switch (type)
        {
            case UserFieldType.Int:
                if (text.Length > 0 && data.TryGetInteger(key, out var number))
                {
                    value = number;
                }

                return text.Length == 0 || value is not null;
            case UserFieldType.Float:
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real))
                {
                    value = real;
                }

                return text.Length == 0 || value is not null;
            default:
                value = text;
                return true;
        }
    }
}
