using DialerEngine.Core;
using DialerEngine.Core.Desktop;

namespace DialerEngine.Desktop.Tests;

/// <summary>Requests about a record by its handle.</summary>
public sealed class RecordRequestTests
{
    private readonly Desk _desk = new();

    public static TheoryData<string> GoodNames() => [.. Good().Select(g => g.Name)];

    [Theory]
    [MemberData(nameof(GoodNames))]
    public void A_good_request_reaches_its_group_and_its_answer_has_the_reference(string name)
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, Good().Single(g => g.Name == name).Request.Set("GSW_REFERENCE_ID", 21), 6);
        var request = Assert.Single(_desk.Gateway.Posted).Request;
        Assert.Equal(name, request.Kind.ToString());
        Assert.Empty(_desk.Channel.Sent);

        _desk.Edge.Reply(request, DesktopError.None, Desk.Group, Desk.NewCall());
        Assert.True(_desk.Channel.LastUserData.TryGet("GSW_REFERENCE_ID", out var reference) && reference is 21L);
        Assert.Equal(6, _desk.Channel.Sent[^1].Event.ReferenceId);
    }

    [Fact]
    public void UpdateCallCompletionStats_names_no_list_and_is_read_for_each_of_the_campaign()
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, Update().Set("GSW_CALL_RESULT", 33).Set("visits", "4"), null);
        var request = Assert.Single(_desk.Gateway.Posted).Request;
        Assert.Equal(CallResult.Answer, request.CallResult);
        Assert.Null(request.FieldUpdates);
        Assert.Equal<KeyValuePair<string, object?>>([new("visits", 4L)], request.FieldUpdatesByList![Desk.List.Id]);
    }

    [Fact]
    public void A_wrong_value_of_a_field_leaves_its_list_out()
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, Update().Set("visits", "many"), null);
        Assert.Empty(Assert.Single(_desk.Gateway.Posted).Request.FieldUpdatesByList!);
    }

    [Theory]
    [InlineData("05/31/2027 14:30", "2027-05-31T14:30:00")]
    [InlineData("05/31/27 14:30", "2027-05-31T14:30:00")]
    [InlineData("5/3/27 9:05", "2027-05-03T09:05:00")]
    [InlineData("12/01/2049 00:00:30", "2049-12-01T00:00:30")]
    [InlineData("12/01/60 00:00", "2060-12-01T00:00:00")]
    public void A_time_is_month_day_year_hour_minute(string text, string expected)
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, Reschedule().Set("GSW_DATE_TIME", text), null);
        Assert.Equal(DateTime.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), Assert.Single(_desk.Gateway.Posted).Request.CallbackTime);
    }

    [Theory]
    [InlineData("25/45/00")]
    [InlineData("13/01/2027 10:00")]
    [InlineData("02/29/2027 10:00")]
    [InlineData("05/31/2027 24:30")]
    [InlineData("05/31/2027")]
    [InlineData("2027-05-31 14:30")]
    [InlineData("tomorrow")]
    public void What_is_no_time_is_error_111(string text)
    {
        RecordProcessedTests.AssertError(_desk.Ask(Reschedule().Set("GSW_DATE_TIME", text)), 111, "Invalid Time Format");
        Assert.Empty(_desk.Gateway.Posted);
    }

    [Theory]
    [InlineData("Personal", RecordType.PersonalCallBack)]
    [InlineData("Campaign", RecordType.CampaignCallBack)]
    public void A_callback_is_personal_or_for_the_campaign(string text, RecordType type)
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, Reschedule().Set("GSW_CALLBACK_TYPE", text), null);
        Assert.Equal(type, Assert.Single(_desk.Gateway.Posted).Request.CallbackType);
    }

    [Fact]
    public void Another_callback_type_is_error_103() =>
        RecordProcessedTests.AssertError(_desk.Ask(Reschedule().Set("GSW_CALLBACK_TYPE", "Mine")), 103, "Invalid Attribute Value");

    [Fact]
    public void The_acknowledgement_of_a_rescheduling_has_the_keys_of_its_table()
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, Reschedule(), null);
        _desk.Edge.Reply(_desk.Gateway.Posted[0].Request, DesktopError.None, Desk.Group, Desk.NewCall());
        Assert.Equal<KeyValuePair<string, object>>(
            [
                new("GSW_USER_EVENT", "RecordRescheduleAcknowledge"), new("GSW_APPLICATION_ID", 101L), new("GSW_CALLBACK_TYPE", "Personal"),
                new("GSW_CALLING_LIST", "List 1"), new("GSW_CAMPAIGN_NAME", "Spring"), new("GSW_DATE_TIME", "05/31/2027 14:30"), new("GSW_RECORD_HANDLE", 42L),
            ],
            _desk.Channel.LastUserData.Pairs);
    }

    [Theory]
    [InlineData(null, true, "AllChain")]
    [InlineData("AllChain", true, "AllChain")]
    [InlineData("RecordOnly", false, "RecordOnly")]
    public void A_cancellation_is_of_the_whole_chain_unless_it_says_otherwise(string? text, bool wholeChain, string answered)
    {
        var data = ByHandle("RequestRecordCancel");
        _desk.Requests.HandleUserEvent(Desk.Agent, text is null ? data : data.Set("GSW_CHAIN_ATTR", text), null);
        var request = Assert.Single(_desk.Gateway.Posted).Request;
        Assert.Equal(wholeChain, request.WholeChain);

        _desk.Edge.Reply(request, DesktopError.None, Desk.Group, Desk.NewCall());
        Assert.Equal<KeyValuePair<string, object>>(
            [
                new("GSW_USER_EVENT", "RecordCancelAcknowledge"), new("GSW_APPLICATION_ID", 101L), new("GSW_CALLING_LIST", "List 1"),
                new("GSW_CAMPAIGN_NAME", "Spring"), new("GSW_CHAIN_ATTR", answered), new("GSW_RECORD_HANDLE", 42L),
            ],
            _desk.Channel.LastUserData.Pairs);
    }

    [Fact]
    public void A_do_not_call_entry_may_end()
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, ByHandle("DoNotCall").Set("GSW_DURATION", 86_400), null);
        var request = Assert.Single(_desk.Gateway.Posted).Request;
        Assert.Equal(86_400, request.DurationSeconds);
        _desk.Edge.Reply(request, DesktopError.None, Desk.Group, Desk.NewCall());
        Assert.True(_desk.Channel.LastUserData.TryGet("GSW_DURATION", out var duration) && duration is 86_400L);
    }

    [Theory]
    [InlineData(DesktopError.RecordNotFound, "Record Not Found")]
    [InlineData(DesktopError.InvalidTime, "Invalid Time")]
    [InlineData(DesktopError.ScheduledRecordNotFound, "Scheduled record not found")]
    [InlineData(DesktopError.InvalidRequest, "Invalid Request")]
    public void The_groups_refusal_is_an_error_with_its_name(DesktopError error, string name)
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, Reschedule(), null);
        _desk.Edge.Reply(_desk.Gateway.Posted[0].Request, error, Desk.Group, null);
        RecordProcessedTests.AssertError(_desk.Channel.LastUserData, (int)error, name);
    }

    /// <summary>One good request of each kind.</summary>
    internal static IEnumerable<(string Name, UserData Request)> Good() =>
    [
        ("UpdateCallCompletionStats", Update().Set("GSW_CALL_RESULT", 53).Set("customer_name", "Zoe")),
        ("RecordReject", Named("RecordReject").Set("GSW_CALLING_LIST", "List 1")),
        ("RecordReschedule", Reschedule()),
        ("ScheduledRecordReschedule", Reschedule().Set("GSW_AGENT_REQ_TYPE", "ScheduledRecordReschedule").Set("GSW_PHONE", "+15550199")),
        ("RequestRecordCancel", ByHandle("RequestRecordCancel").Set("GSW_CHAIN_ATTR", "RecordOnly")),
        ("DoNotCall", ByHandle("DoNotCall")),
    ];

    internal static UserData Reschedule() => Named("RecordReschedule").Set("GSW_CALLBACK_TYPE", "Personal").Set("GSW_DATE_TIME", "05/31/2027 14:30");

    internal static UserData Named(string request) => new UserData()
        .Set("GSW_AGENT_REQ_TYPE", request)
        .Set("GSW_APPLICATION_ID", Desk.ApplicationId)
        .Set("GSW_CAMPAIGN_NAME", "Spring")
        .Set("GSW_RECORD_HANDLE", 42);

    private static UserData Update() => Named("UpdateCallCompletionStats");

    private static UserData ByHandle(string request) => Named(request).Set("GSW_CALLING_LIST", "List 1");
}
