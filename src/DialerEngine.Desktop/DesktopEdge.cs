using System.Globalization;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Desktop.Protocol;
using K = DialerEngine.Desktop.Protocol.DesktopKeys;

namespace DialerEngine.Desktop;

/// <summary>
/// Turns what groups say into messages for desktops: call events with their attached data, agent states, campaign notifications and the
/// replies to requests. Thread-safe; keeps nothing between calls.
/// </summary>
/// <param name="channel">The way to the desktops.</param>
/// <param name="applicationId">This engine's application DBID (<c>GSW_APPLICATION_ID</c>), 101 to 32,767.</param>
/// <param name="loginIdOf">Login id of an agent as configured; null for an agent that is not.</param>
/// <param name="customerOf">Customer id of a call's record (<c>customer_id</c> of its tenant); null where lists have none.</param>
public sealed class DesktopEdge(
    IAgentChannel channel, int applicationId, Func<AgentId, string?> loginIdOf, Func<CampaignGroupDefinition, CallSession, string?>? customerOf = null) : IDesktopEdge
{
    private static readonly DesktopMessage[] NotificationRows =
    [
        DesktopMessages.Get("CampaignLoaded"), DesktopMessages.Get("CampaignStarted"), DesktopMessages.Get("CampaignStopped"),
        DesktopMessages.Get("CampaignUnloaded"), DesktopMessages.Get("CampaignModeChanged"), DesktopMessages.Get("CampaignGroupAssigned"),
    ];

    private static readonly DesktopMessage RecordCancelRow = DesktopMessages.Get("RecordCancel");

    /// <summary>This engine's application DBID.</summary>
    public int ApplicationId => applicationId;

    /// <inheritdoc/>
    public void CallEvent(AgentId agent, CallEventKind kind, CampaignGroupDefinition group, CallSession call) =>
        channel.Send(agent, new CtiEvent
        {
            Kind = KindOf(kind),
            Call = call.Handle,
            ReferenceId = kind == CallEventKind.Dialing ? call.DialReference : null,
            UserData = AttachedData.Of(group, call, loginIdOf(agent)),
        });

    /// <inheritdoc/>
    public void AgentStateChanged(AgentId agent, AgentState state) =>
        channel.Send(agent, new CtiEvent { Kind = KindOf(state), AfterCallWork = state == AgentState.AfterCallWork });

    /// <inheritdoc/>
    public void Notify(AgentId agent, CampaignNotification notification, CampaignGroupDefinition group, DialMode mode) =>
        Notify(agent, notification, group, mode, null, null);

    /// <inheritdoc/>
    public void Reply(DesktopRequest request, DesktopError error, CampaignGroupDefinition group, CallSession? call)
    {
        if (request.Kind == DesktopRequestKind.CampaignStatusRequest)
        {
            // Never answered with an error, and the notifications are its only answer.
            return;
        }

        if (request.Kind == DesktopRequestKind.PreviewRecordRequest && error == DesktopError.None && call is not null)
        {
            ShowRecord("PreviewRecord", request.Agent, request.ReferenceId, group, call, request.UserData);
            return;
        }

        var message = error == DesktopError.None ? DesktopMessages.AcknowledgeOf(request.Kind) : DesktopMessages.ErrorOf(request.Kind, error);
        Send(request.Agent, request.ReferenceId, MessageBuilder.Build(message, new MessageSource
        {
            ApplicationId = applicationId,
            Request = request.UserData,
            Group = group,
            Call = call,
            Error = error,
            ErrorName = TextOf(request.Reason),
            LogoutSeconds = request.LogoutSeconds,
        }));
    }

    /// <inheritdoc/>
    public void ScheduledCall(AgentId agent, CampaignGroupDefinition group, CallSession call) =>
        ShowRecord("ScheduledCall", agent, null, group, call, null);

    /// <inheritdoc/>
    public void PreviewPushed(AgentId agent, CampaignGroupDefinition group, CallSession call) =>
        ShowRecord("PreviewRecord", agent, null, group, call, null);

    /// <inheritdoc/>
    public void ChainedRecord(DesktopRequest request, CampaignGroupDefinition group, CallSession call) =>
        ShowRecord("ChainedRecord", request.Agent, request.ReferenceId, group, call, request.UserData);

    /// <inheritdoc/>
    public void ChainEnd(DesktopRequest request, CampaignGroupDefinition group, CallSession call) =>
        Send(request.Agent, request.ReferenceId, MessageBuilder.Build(DesktopMessages.Get("ChainedRecordsDataEnd"), new MessageSource
        {
            ApplicationId = applicationId,
            Request = request.UserData,
            Group = group,
            Call = call,
        }));

    /// <inheritdoc/>
    public void CallRefused(MakeCallRequest request, MakeCallRefusal why, string? words)
    {
        var fault = CallFault.Of(why, words);
        channel.Send(request.Agent, new CtiEvent
        {
            Kind = CtiEventKind.Error,
            ReferenceId = request.ReferenceId,
            ErrorCode = fault.Code,
            ErrorMessage = fault.Words,
        });
    }

    /// <inheritdoc/>
    public void OrdinaryCallEvent(AgentId agent, CallEventKind kind, CallHandle call, UserData data, int? referenceId) =>
        channel.Send(agent, new CtiEvent { Kind = KindOf(kind), Call = call, ReferenceId = referenceId, UserData = data });

    /// <inheritdoc/>
    public void LogOutPossible(AgentId agent, CampaignGroupDefinition group) =>
        Send(agent, null, MessageBuilder.Build(DesktopMessages.Get("LogOutAcknowledge"), new MessageSource { ApplicationId = applicationId, Group = group }));

    /// <inheritdoc/>
    public void RecordCanceled(AgentId agent, CampaignGroupDefinition group, CallSession call, bool wholeChain)
    {
        var data = MessageBuilder.Build(RecordCancelRow, new MessageSource { ApplicationId = applicationId, Group = group, Call = call });
        data.Set(K.ChainAttr.Name, wholeChain ? "AllChain" : "RecordOnly");

        // The table says Int; an id that is none is sent as it is, and 0 where the lists have no customers.
        var customer = customerOf?.Invoke(group, call);
        _ = long.TryParse(customer, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || string.IsNullOrEmpty(customer)
            ? data.Set(K.CustomerId.Name, number) : data.Set(K.CustomerId.Name, customer);
        Send(agent, null, data);
    }

    /// <summary>Login id of an agent; null where there is none.</summary>
    internal string? LoginIdOf(AgentId agent) => loginIdOf(agent);

    /// <summary>The answer to a request about lists.</summary>
    internal void Answer(AgentId agent, int? referenceId, DesktopMessage message, UserData request, CampaignGroupDefinition group, in ListAnswer answer)
    {
        var row = answer.Error == DesktopError.None ? DesktopMessages.AcknowledgeOf(message.Kind) : DesktopMessages.Error;
        Send(agent, referenceId, MessageBuilder.Build(row, new MessageSource
        {
            ApplicationId = applicationId,
            Request = request,
            Group = group,
            Error = answer.Error,
            ErrorDescription = answer.Description,
            Message = answer.Message,
        }));
    }

    private static string? TextOf(InvalidRequestReason reason) => reason switch
    {
        InvalidRequestReason.PreviewDialingModeStartRequired => DesktopErrors.PreviewDialingModeStartRequired,
        InvalidRequestReason.NoAutoCampaign => DesktopErrors.NoAutoCampaign,
        InvalidRequestReason.AgentSmartlyLoggedOut => DesktopErrors.AgentSmartlyLoggedOut,
        _ => null,
    };

    private void ShowRecord(string message, AgentId agent, int? referenceId, CampaignGroupDefinition group, CallSession call, UserData? request) =>
        Send(agent, referenceId, RecordMessage.Build(DesktopMessages.Get(message), group, call, loginIdOf(agent), request));

    /// <summary>Says no to a request that reached no group.</summary>
    internal void Refuse(AgentId agent, int? referenceId, UserData request, DesktopError error, string? description, CampaignGroupDefinition? group) =>
        Send(agent, referenceId, MessageBuilder.Build(DesktopMessages.Error, new MessageSource
        {
            ApplicationId = applicationId,
            Request = request,
            Group = group,
            Error = error,
            ErrorDescription = description,
        }));

    /// <summary>A notification, in answer to a request where <paramref name="request"/> is given.</summary>
    internal void Notify(
        AgentId agent,
        CampaignNotification notification,
        CampaignGroupDefinition group,
        DialMode mode,
        UserData? request,
        int? referenceId) =>
        Send(agent, referenceId, MessageBuilder.Build(NotificationRows[(int)notification], new MessageSource
        {
            ApplicationId = applicationId,
            Request = request,
            Group = group,
            Mode = mode,
        }));

    private static CtiEventKind KindOf(CallEventKind kind) => kind switch
    {
        CallEventKind.Dialing => CtiEventKind.Dialing,
        CallEventKind.Ringing => CtiEventKind.Ringing,
        CallEventKind.Established => CtiEventKind.Established,
        CallEventKind.Held => CtiEventKind.Held,
        CallEventKind.Retrieved => CtiEventKind.Retrieved,
        CallEventKind.Released => CtiEventKind.Released,
        CallEventKind.Abandoned => CtiEventKind.Abandoned,
        CallEventKind.AttachedDataChanged => CtiEventKind.AttachedDataChanged,
        _ => throw new InvariantBrokenException($"no event is known for {kind}"),
    };

    private static CtiEventKind KindOf(AgentState state) => state switch
    {
        AgentState.Ready => CtiEventKind.AgentReady,
        AgentState.LoggedOut => CtiEventKind.AgentLogout,
        _ => CtiEventKind.AgentNotReady,
    };

    private void Send(AgentId agent, int? referenceId, UserData data) =>
        channel.Send(agent, new CtiEvent { Kind = CtiEventKind.UserEvent, ReferenceId = referenceId, UserData = data });
}
