using DialerEngine.Core;
using DialerEngine.Core.Desktop;

namespace DialerEngine.Desktop.Tests;

/// <summary>RecordProcessed and what surrounds every request.</summary>
public sealed class RecordProcessedTests
{
    private readonly Desk _desk = new();

    [Fact]
    public void A_good_request_reaches_its_group_with_everything_it_says()
    {
        var data = Desk.RecordProcessed()
            .Set("GSW_CALL_RESULT", "33")
            .Set("GSW_TREATMENT", "RecordTreatCampaign")
            .Set("GSW_FROM", 30_000)
            .Set("GSW_UNTIL", 60_000)
            .Set("GSW_PHONE", "+15550199")
            .Set("GSW_PHONE_TYPE", 1)
            .Set("customer_name", "Ann")
            .Set("visits", "4")
            .Set("balance", "7.25")
            .Set("unknown", "left alone");

        _desk.Requests.HandleUserEvent(Desk.Agent, data, 5);

        var (group, request) = Assert.Single(_desk.Gateway.Posted);
        Assert.Equal(Desk.Group.Id, group);
        Assert.Equal(DesktopRequestKind.RecordProcessed, request.Kind);
        Assert.Equal((Desk.Agent, 42, CallResult.Answer, "RecordTreatCampaign", 5), (request.Agent, request.RecordHandle, request.CallResult, request.Treatment, request.ReferenceId));
        Assert.Equal<KeyValuePair<string, object?>>(
            [
                new("daily_from", 30_000L), new("daily_till", 60_000L), new("contact_info_type", 1L), new("contact_info", "+15550199"),
                new("customer_name", "Ann"), new("balance", 7.25), new("visits", 4L),
            ],
            request.FieldUpdates!);
        Assert.Same(data, request.UserData);
        Assert.Empty(_desk.Channel.Sent);
    }

    [Fact]
    public void A_request_that_changes_nothing_has_no_updates()
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, Desk.RecordProcessed().Set("GSW_RECORD_HANDLE", "42").Set("GSW_PHONE", ""), null);
        var request = Assert.Single(_desk.Gateway.Posted).Request;
        Assert.Equal(42, request.RecordHandle);
        Assert.Null(request.FieldUpdates);
        Assert.Null(request.CallResult);
        Assert.Null(request.Treatment);
    }

    [Fact]
    public void The_acknowledgement_has_the_keys_of_its_table_and_the_reference_as_it_came()
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, Desk.RecordProcessed().Set("GSW_REFERENCE_ID", "0017"), 9);
        _desk.Edge.Reply(_desk.Gateway.Posted[0].Request, DesktopError.None, Desk.Group, Desk.NewCall());

        var sent = _desk.Channel.Sent[^1].Event;
        Assert.Equal((CtiEventKind.UserEvent, 9), (sent.Kind, sent.ReferenceId));
        Assert.Equal<KeyValuePair<string, object>>(
            [
                new("GSW_USER_EVENT", "RecordProcessedAcknowledge"), new("GSW_APPLICATION_ID", 101L), new("GSW_CALLING_LIST", "List 1"),
                new("GSW_CAMPAIGN_NAME", "Spring"), new("GSW_RECORD_HANDLE", 42L), new("GSW_REFERENCE_ID", "0017"),
            ],
            sent.UserData!.Pairs);
    }

    [Fact]
    public void A_record_that_is_not_there_is_error_109_with_the_reference()
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, Desk.RecordProcessed().Set("GSW_REFERENCE_ID", 3), null);
        _desk.Edge.Reply(_desk.Gateway.Posted[0].Request, DesktopError.RecordNotFound, Desk.Group, null);

        AssertError(_desk.Channel.LastUserData, 109, "Record Not Found");
        Assert.True(_desk.Channel.LastUserData.TryGet("GSW_REFERENCE_ID", out var reference) && reference is 3L);
        Assert.True(_desk.Channel.LastUserData.TryGet("GSW_RECORD_HANDLE", out var handle) && handle is 42L);
        Assert.True(_desk.Channel.LastUserData.TryGetString("GSW_AGENT_REQ_TYPE", out var type) && type == "RecordProcessed");
    }

    [Theory]
    [InlineData("GSW_CALLING_LIST", "another list", 103)]
    [InlineData("GSW_CALL_RESULT", "good", 103)]
    [InlineData("GSW_REFERENCE_ID", "abc", 103)]
    [InlineData("visits", "many", 103)]
    [InlineData("balance", "NaN", 103)]
    [InlineData("GSW_AGENT_REQ_TYPE", "RecordProcess", 101)]
    [InlineData("GSW_AGENT_REQ_TYPE", "AddRecords", 101)]
    [InlineData("GSW_CAMPAIGN_NAME", "Winter", 105)]
    [InlineData("GSW_CAMPAIGN_GROUP_NAME", "Spring@Team B", 105)]
    public void A_bad_request_is_answered_with_its_error_and_its_reference(string key, string value, int error)
    {
        var answer = _desk.Ask(Desk.RecordProcessed().Set("GSW_REFERENCE_ID", 8).Set(key, value), 4);

        Assert.Equal(error, Number(answer));
        Assert.True(answer.TryGetString("GSW_REFERENCE_ID", out var reference));
        Assert.Equal(key == "GSW_REFERENCE_ID" ? value : "8", reference);
        Assert.Equal(4, _desk.Channel.Sent[^1].Event.ReferenceId);
        Assert.Empty(_desk.Gateway.Posted);
    }

    [Fact]
    public void A_missing_key_is_error_102_and_is_named()
    {
        var request = new UserData().Set("GSW_AGENT_REQ_TYPE", "RecordProcessed").Set("GSW_APPLICATION_ID", 101);
        var answer = _desk.Ask(request);
        AssertError(answer, 102, "Attribute Not Found");
        Assert.True(answer.TryGetString("GSW_ERROR_DESCRIPTION", out var words));
        Assert.Equal("GSW_CALLING_LIST is missing", words);
    }

    [Fact]
    public void Without_a_loaded_campaign_the_error_is_106()
    {
        _desk.Gateway.Groups.Clear();
        AssertError(_desk.Ask(Desk.RecordProcessed()), 106, "No Active Campaigns");
    }

    [Fact]
    public void A_saturated_group_is_error_113()
    {
        _desk.Gateway.Saturated = true;
        AssertError(_desk.Ask(Desk.RecordProcessed()), 113, "DB Error");
    }

    [Fact]
    public void The_group_name_outranks_the_campaign_name()
    {
        var other = Desk.NewGroup(2, "Spring", "Team B");
        _desk.Gateway.Groups.Add(new LoadedGroup(other, CampaignGroupState.Running, DialMode.Progress));
        _desk.Requests.HandleUserEvent(Desk.Agent, Desk.RecordProcessed().Set("GSW_CAMPAIGN_GROUP_NAME", "Spring@Team B"), null);
        Assert.Equal(("Spring@Team B", "Spring"), _desk.Gateway.Searched);
        Assert.Equal(other.Id, Assert.Single(_desk.Gateway.Posted).Group);
    }

    [Fact]
    public void A_request_to_another_application_is_not_answered()
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, Desk.RecordProcessed().Set("GSW_APPLICATION_ID", 102), 1);
        _desk.Requests.HandleUserEvent(Desk.Agent, Desk.RecordProcessed().Set("GSW_APPLICATION_ID", "102").Set("GSW_AGENT_REQ_TYPE", "Nonsense"), 1);
        Assert.Empty(_desk.Channel.Sent);
        Assert.Empty(_desk.Gateway.Posted);
    }

    [Fact]
    public void A_user_event_for_somebody_else_is_left_alone()
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, new UserData().Set("colour", "green"), 1);
        Assert.Empty(_desk.Channel.Sent);
    }

    [Fact]
    public void A_request_without_its_type_or_application_is_error_102()
    {
        AssertError(_desk.Ask(new UserData().Set("GSW_APPLICATION_ID", 101)), 102, "Attribute Not Found");
        AssertError(_desk.Ask(new UserData().Set("GSW_AGENT_REQ_TYPE", "RecordProcessed")), 102, "Attribute Not Found");
    }

    internal static void AssertError(UserData answer, int number, string name)
    {
        Assert.Equal(number, Number(answer));
        Assert.True(answer.TryGetString("GSW_ERROR", out var error));
        Assert.Equal(name, error);
        Assert.True(answer.TryGetString("GSW_USER_EVENT", out var userEvent));
        Assert.Equal("Error", userEvent);
        Assert.True(answer.TryGet("GSW_APPLICATION_ID", out var application) && application is 101L);
    }

    private static long Number(UserData answer)
    {
        Assert.True(answer.TryGet("GSW_ERROR_NUMBER", out var number));
        return Assert.IsType<long>(number);
    }
}
