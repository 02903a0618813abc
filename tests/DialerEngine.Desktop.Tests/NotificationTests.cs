using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop.Tests.Specification;

namespace DialerEngine.Desktop.Tests;

/// <summary>Campaign notifications: at change, at login, on request.</summary>
public sealed class NotificationTests
{
    private readonly Desk _desk = new();

    [Theory]
    [InlineData(CampaignNotification.Loaded, "CampaignLoaded")]
    [InlineData(CampaignNotification.Started, "CampaignStarted")]
    [InlineData(CampaignNotification.Stopped, "CampaignStopped")]
    [InlineData(CampaignNotification.Unloaded, "CampaignUnloaded")]
    [InlineData(CampaignNotification.ModeChanged, "CampaignModeChanged")]
    [InlineData(CampaignNotification.GroupAssigned, "CampaignGroupAssigned")]
    public void A_notification_has_exactly_the_keys_of_its_table(CampaignNotification notification, string name)
    {
        _desk.Edge.Notify(Desk.Agent, notification, Desk.Group, DialMode.PredictAndSeize);

        var data = _desk.Channel.LastUserData;
        Assert.Equal(
            SpecificationFile.Messages[name + " Attached Data"].Select(k => k.Key).Order(StringComparer.Ordinal),
            data.Pairs.Select(p => p.Key).Order(StringComparer.Ordinal));
        AssertValue(data, "GSW_USER_EVENT", name);
        AssertValue(data, "GSW_APPLICATION_ID", 101L);
        AssertValue(data, "GSW_CAMPAIGN_NAME", "Spring");
        AssertValue(data, "GSW_CAMPAIGN_GROUP_NAME", "Spring@Team A");
        AssertValue(data, "GSW_CAMPAIGN_DESCRIPTION", "Spring offers");
        if (data.Contains("GSW_CAMPAIGN_MODE"))
        {
            AssertValue(data, "GSW_CAMPAIGN_MODE", "Predictive with Seizing");
        }
    }

    [Fact]
    public void An_empty_description_is_sent_as_an_empty_string()
    {
        var group = Desk.Group with { Description = "" };
        _desk.Edge.Notify(Desk.Agent, CampaignNotification.Loaded, group, DialMode.Progress);
        AssertValue(_desk.Channel.LastUserData, "GSW_CAMPAIGN_GROUP_DESCRIPTION", "");
    }

    [Fact]
    public void A_login_tells_loaded_groups_as_loaded_and_running_ones_as_loaded_and_started()
    {
        _desk.Gateway.Groups.Add(new LoadedGroup(Desk.NewGroup(2, "Autumn", "Team A"), CampaignGroupState.Active, DialMode.Progress));
        _desk.Gateway.Groups.Add(new LoadedGroup(Desk.NewGroup(3, "Winter", "Team A"), CampaignGroupState.WaitingUnload, DialMode.Progress));

        _desk.Requests.AgentLoggedIn(Desk.Agent);

        Assert.Equal(["CampaignLoaded Spring", "CampaignStarted Spring", "CampaignLoaded Autumn"], Told());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("101")]
    public void A_status_request_brings_what_a_login_brings_with_the_reference(string? applicationId)
    {
        var request = new UserData().Set("GSW_AGENT_REQ_TYPE", "CampaignStatusRequest").Set("GSW_REFERENCE_ID", 6);
        if (applicationId is not null)
        {
            request.Set("GSW_APPLICATION_ID", applicationId);
        }

        _desk.Requests.HandleUserEvent(Desk.Agent, request, 11);

        Assert.Equal(["CampaignLoaded Spring", "CampaignStarted Spring"], Told());
        Assert.All(_desk.Channel.Sent, s => AssertValue(s.Event.UserData!, "GSW_REFERENCE_ID", 6L));
        Assert.All(_desk.Channel.Sent, s => Assert.Equal(11, s.Event.ReferenceId));
    }

    [Theory]
    [InlineData("GSW_APPLICATION_ID", "102")]
    [InlineData("GSW_APPLICATION_ID", "one hundred")]
    public void A_status_request_to_nobody_known_is_not_answered(string key, string value)
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, new UserData().Set("GSW_AGENT_REQ_TYPE", "CampaignStatusRequest").Set(key, value), null);
        Assert.Empty(_desk.Channel.Sent);
    }

    [Fact]
    public void A_status_request_is_never_answered_with_an_error()
    {
        _desk.Gateway.Groups.Clear();
        var request = new UserData().Set("GSW_AGENT_REQ_TYPE", "CampaignStatusRequest").Set("GSW_REFERENCE_ID", "x");
        _desk.Requests.HandleUserEvent(Desk.Agent, request, null);
        Assert.Empty(_desk.Channel.Sent);
    }

    [Theory]
    [InlineData(AgentState.Ready, CtiEventKind.AgentReady, false)]
    [InlineData(AgentState.NotReady, CtiEventKind.AgentNotReady, false)]
    [InlineData(AgentState.AfterCallWork, CtiEventKind.AgentNotReady, true)]
    [InlineData(AgentState.LoggedOut, CtiEventKind.AgentLogout, false)]
    public void A_state_that_the_engine_changed_is_told(AgentState state, CtiEventKind kind, bool afterCallWork)
    {
        _desk.Edge.AgentStateChanged(Desk.Agent, state);
        var sent = _desk.Channel.Sent[^1].Event;
        Assert.Equal((kind, afterCallWork), (sent.Kind, sent.AfterCallWork));
    }

    private static void AssertValue(UserData data, string key, object value)
    {
        Assert.True(data.TryGet(key, out var found), key + " is missing");
        Assert.Equal(value, found);
    }

    private IEnumerable<string> Told() => _desk.Channel.Sent.Select(s =>
        s.Event.UserData!.Pairs.First(p => p.Key == "GSW_USER_EVENT").Value + " " + s.Event.UserData!.Pairs.First(p => p.Key == "GSW_CAMPAIGN_NAME").Value);
}
