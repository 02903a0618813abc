using DialerEngine.Core;
using DialerEngine.Core.Desktop;

namespace DialerEngine.Desktop.Tests;

/// <summary>Scheduled calls, Preview mode, ready time and smart logout on the wire.</summary>
public sealed class AgentSessionTests
{
    private readonly Desk _desk = new();

    [Fact]
    public void A_scheduled_call_has_the_keys_of_its_table_and_the_custom_fields()
    {
        var call = Desk.NewCall();
        call.Record!.RecordType = RecordType.PersonalCallBack;
        _desk.Edge.ScheduledCall(Desk.Agent, Desk.Group, call);
        Assert.Equal<KeyValuePair<string, object>>(
            [
                new("GSW_USER_EVENT", "ScheduledCall"), new("GSW_APPLICATION_ID", 101L), new("GSW_ATTEMPTS", 2L), new("GSW_CALL_RESULT", 33L),
                new("GSW_CALL_TIME", "1700000000"), new("GSW_CALLBACK_TYPE", "Personal"), new("GSW_CALLING_LIST", "List 1"), new("GSW_CAMPAIGN_NAME", "Spring"),
                new("GSW_CHAIN_ID", 500L), new("GSW_DATE_TIME", "11/16/2023 02:00"), new("GSW_FROM", 28_800L), new("GSW_PHONE", "+15550123"),
                new("GSW_PHONE_TYPE", 4L), new("GSW_RECORD_HANDLE", 42L), new("GSW_TZ_OFFSET", 0L), new("GSW_UNTIL", 64_800L),
                new("customer_name", "Zoë"), new("balance", "12.5"), new("visits", 3L), new("since", "2024-05-01 10:00:00"),
            ],
            _desk.Channel.LastUserData.Pairs);
    }

    [Fact]
    public void A_preview_record_answers_its_request_with_every_required_key()
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, Session("PreviewRecordRequest").Set("GSW_REFERENCE_ID", 4), 2);
        _desk.Edge.Reply(Assert.Single(_desk.Gateway.Posted).Request, DesktopError.None, Desk.Group, Desk.NewCall());
        var answer = _desk.Channel.LastUserData;
        Assert.True(answer.TryGetString("GSW_USER_EVENT", out var name) && name == "PreviewRecord");
        Assert.All(Protocol.DesktopMessages.Get("PreviewRecord").Keys.Where(k => k.Required), k => Assert.True(answer.Contains(k.Key.Name), k.Key.Name));
        Assert.True(answer.TryGet("GSW_REFERENCE_ID", out var reference) && reference is 4L);
        Assert.True(answer.Contains("customer_name"));
        Assert.Equal(2, _desk.Channel.Sent[^1].Event.ReferenceId);
    }

    [Theory]
    [InlineData(DesktopError.NoRecordsAvailable, "No Records Available")]
    [InlineData(DesktopError.NoRunningPreviewCampaigns, "No Running Preview Campaigns")]
    public void No_preview_record_is_an_error_event_with_the_keys_of_its_table(DesktopError error, string name)
    {
        var answer = Answer(Session("PreviewRecordRequest"), error);
        RecordProcessedTests.AssertError(answer, (int)error, name);
        Assert.True(answer.TryGetString("GSW_AGENT_REQ_TYPE", out var type) && type == "PreviewRecordRequest");
        Assert.True(answer.Contains("GSW_CAMPAIGN_NAME"));
    }

    [Theory]
    [InlineData(InvalidRequestReason.None, "Invalid Request")]
    [InlineData(InvalidRequestReason.PreviewDialingModeStartRequired, "PreviewDialingModeStart is required")]
    [InlineData(InvalidRequestReason.NoAutoCampaign, "There is no 'Auto' campaign started")]
    [InlineData(InvalidRequestReason.AgentSmartlyLoggedOut, "Agent smartly logged out")]
    public void Error_101_has_one_of_its_texts(InvalidRequestReason reason, string text) =>
        RecordProcessedTests.AssertError(Answer(Session("LogOut"), DesktopError.InvalidRequest, reason), 101, text);

    [Fact]
    public void A_logout_is_answered_with_its_time_and_acknowledged_later()
    {
        Assert.Equal<KeyValuePair<string, object>>(
            [new("GSW_USER_EVENT", "LogOut"), new("GSW_APPLICATION_ID", 101L), new("GSW_CAMPAIGN_NAME", "Spring"), new("GSW_LOGOUT_TIME", 18L)],
            Answer(Session("LogOut"), DesktopError.None, seconds: 18).Pairs);
        _desk.Edge.LogOutPossible(Desk.Agent, Desk.Group);
        Assert.Equal<KeyValuePair<string, object>>(
            [new("GSW_USER_EVENT", "LogOutAcknowledge"), new("GSW_APPLICATION_ID", 101L), new("GSW_CAMPAIGN_NAME", "Spring")],
            _desk.Channel.LastUserData.Pairs);
    }

    [Fact]
    public void A_ready_time_is_handed_on_and_acknowledged()
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, ReadyTime(), null);
        var request = Assert.Single(_desk.Gateway.Posted).Request;
        Assert.Equal((30, 42), (request.ReadySeconds, request.RecordHandle));
        _desk.Edge.Reply(request, DesktopError.None, Desk.Group, null);
        Assert.Equal<KeyValuePair<string, object>>(
            [new("GSW_USER_EVENT", "ReadyTimeAcknowledge"), new("GSW_APPLICATION_ID", 101L), new("GSW_RECORD_HANDLE", 42L)], _desk.Channel.LastUserData.Pairs);
    }

    [Fact]
    public void A_ready_time_of_nothing_is_error_103() =>
        RecordProcessedTests.AssertError(_desk.Ask(ReadyTime().Set("GSW_READY_TIME", 0)), 103, "Invalid Attribute Value");

    internal static UserData ReadyTime() => new UserData()
        .Set("GSW_AGENT_REQ_TYPE", "ReadyTime").Set("GSW_READY_TIME", 30).Set("GSW_APPLICATION_ID", Desk.ApplicationId).Set("GSW_RECORD_HANDLE", 42);

    internal static UserData Session(string request) => new UserData()
        .Set("GSW_AGENT_REQ_TYPE", request).Set("GSW_APPLICATION_ID", Desk.ApplicationId).Set("GSW_CAMPAIGN_NAME", "Spring");

    private UserData Answer(UserData request, DesktopError error, InvalidRequestReason reason = InvalidRequestReason.None, int seconds = 0)
    {
        _desk.Requests.HandleUserEvent(Desk.Agent, request, null);
        var posted = _desk.Gateway.Posted[^1].Request;
        posted.Reason = reason;
        posted.LogoutSeconds = seconds;
        _desk.Edge.Reply(posted, error, Desk.Group, null);
        return _desk.Channel.LastUserData;
    }
}
