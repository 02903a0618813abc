using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Desktop.Protocol;

namespace DialerEngine.Desktop.Tests;

/// <summary>
/// Every request of the table from the desktop's message to the answer: its acknowledgement with every required key in exactly the table's type, and each
/// of its errors with number, name and the request's own keys.
/// </summary>
public sealed class ReplyConformanceTests
{
    private static readonly DesktopError[] MadeAtTheEdge =
    [
        DesktopError.AttributeNotFound, DesktopError.InvalidAttributeValue, DesktopError.CampaignGroupNotFound, DesktopError.NoActiveCampaigns,
    ];

    public static TheoryData<string> Requests() =>
        [.. DesktopMessages.All.Where(m => m.Direction == MessageDirection.ToEngine && m.Kind != DesktopRequestKind.CampaignStatusRequest).Select(m => m.Name)];

    public static TheoryData<string, DesktopError> Errors()
    {
        var data = new TheoryData<string, DesktopError>();
        foreach (var message in DesktopMessages.All.Where(m => m.Direction == MessageDirection.ToEngine))
        {
            foreach (var error in message.Errors)
            {
                data.Add(message.Name, error);
            }
        }

        return data;
    }

    [Fact]
    public void Every_request_of_the_specification_is_carried_out() =>
        Assert.All(DesktopMessages.All, m => Assert.True(m.Supported, m.Name));

    [Theory]
    [MemberData(nameof(Requests))]
    public void An_acknowledgement_has_every_required_key_in_its_tables_type(string request)
    {
        var desk = new Desk();
        var message = DesktopMessages.Get(request);
        desk.Requests.HandleUserEvent(Desk.Agent, Complete(request), 9);
        Settle(desk, DesktopError.None);
        var (_, answer) = Assert.Single(desk.Channel.Sent);
        Assert.Equal(9, answer.ReferenceId);
        var row = DesktopMessages.Get(message.Acknowledge!);
        foreach (var key in row.Keys)
        {
            if (!answer.UserData!.TryGet(key.Key.Name, out var value))
            {
                Assert.False(key.Required, $"{row.Name} has no {key.Key.Name}");
                continue;
            }

            Assert.Equal(key.Type == KeyType.String ? typeof(string) : typeof(long), value.GetType());
        }

        Assert.True(answer.UserData!.TryGet("GSW_REFERENCE_ID", out var reference) && reference is 31L);
        Assert.All(answer.UserData.Pairs, p => Assert.True(
            p.Key == "GSW_REFERENCE_ID" || row.Keys.Any(k => k.Key.Name == p.Key) || (row.CustomFields && !DesktopKeys.IsReserved(p.Key)), $"{row.Name} has {p.Key}"));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Each_error_of_a_request_has_its_number_and_name_and_the_requests_reference(string request, DesktopError error)
    {
        var desk = new Desk();
        var data = Complete(request);
        if (Array.IndexOf(MadeAtTheEdge, error) >= 0 && error is not DesktopError.AttributeNotFound and not DesktopError.InvalidAttributeValue)
        {
            desk.Gateway.Groups.Clear();
            if (error == DesktopError.CampaignGroupNotFound)
            {
                desk.Gateway.Groups.Add(new Core.Desktop.LoadedGroup(Desk.NewGroup(2, "Autumn", "Team B"), CampaignGroupState.Running, DialMode.Progress));
            }
        }

        data = error switch
        {
            DesktopError.AttributeNotFound => Without(data, DesktopMessages.Get(request).Keys.Last(k => k.Required && k.Key.Name != "GSW_APPLICATION_ID").Key.Name, request),
            DesktopError.InvalidAttributeValue => WithWrong(data, request),
            _ => data,
        };
        desk.Requests.HandleUserEvent(Desk.Agent, data, null);
        if (desk.Channel.Sent.Count == 0 || Array.IndexOf(MadeAtTheEdge, error) < 0)
        {
            desk.Channel.Sent.Clear();
            desk = new Desk { Lists = { Next = new ListAnswer(error) } };
            desk.Requests.HandleUserEvent(Desk.Agent, data, null);
            Settle(desk, error);
        }

        var answer = Assert.Single(desk.Channel.Sent).Event.UserData!;
        RecordProcessedTests.AssertError(answer, (int)error, DesktopErrors.NameOf(error));
        Assert.True(answer.TryGet("GSW_REFERENCE_ID", out var reference) && reference is 31L);
        Assert.True(answer.TryGetString("GSW_AGENT_REQ_TYPE", out var type) && type == request);
        Assert.True(answer.TryGet("GSW_APPLICATION_ID", out var application) && application is 101L);
    }

    [Theory]
    [InlineData("GSW_PHONE", "+12025550123", "GSW_CUSTOMER_ID", "C-7")]
    [InlineData("GSW_CUSTOMER_ID", "C-7", null, null)]
    public void Without_a_handle_the_phone_goes_before_the_customer(string key, string value, string? lower, string? lowerValue)
    {
        foreach (var request in new[] { "RequestRecordCancel", "DoNotCall" })
        {
            var desk = new Desk();
            var data = new UserData().Set("GSW_AGENT_REQ_TYPE", request).Set("GSW_APPLICATION_ID", 101).Set(key, value);
            desk.Requests.HandleUserEvent(Desk.Agent, lower is null ? data : data.Set(lower, lowerValue!), null);
            Assert.Empty(desk.Gateway.Posted);
            var asked = Assert.Single(desk.Lists.Disposals);
            Assert.Equal((key == "GSW_PHONE" ? value : null, key == "GSW_PHONE" ? null : value), (asked.Phone, asked.CustomerId));
            Assert.False(asked.ThisCampaignOnly);
        }
    }

    [Fact]
    public void A_ready_time_of_an_agent_without_a_group_is_agent_not_found_as_its_table_has_it()
    {
        var desk = new Desk();
        desk.Gateway.Groups.Clear();
        RecordProcessedTests.AssertError(desk.Ask(Complete("ReadyTime")), 104, "Agent Not Found");
    }

    [Fact]
    public void What_AddRecord_leaves_out_has_the_tables_defaults_whatever_the_list_has()
    {
        var desk = new Desk();
        desk.Ask(new UserData().Set("GSW_AGENT_REQ_TYPE", "AddRecord").Set("GSW_APPLICATION_ID", 101).Set("GSW_CALLING_LIST", "List 1").Set("GSW_CAMPAIGN_NAME", "Spring")
            .Set("GSW_PHONE", "+12025550123").Set("GSW_TZ_NAME", "EST"));
        var columns = Assert.Single(desk.Lists.Added).Columns.ToDictionary(c => c.Key, c => c.Value);
        Assert.Equal((28_800L, 64_800L), (columns["daily_from"], columns["daily_till"]));
        Assert.Equal((2L, 1L, 2L, 0L), (columns["contact_info_type"], columns["record_status"], columns["record_type"], columns["attempt"]));
        Assert.DoesNotContain("call_time", columns.Keys);
        Assert.DoesNotContain("agent_id", columns.Keys);
    }

    [Fact]
    public void A_column_that_is_refused_is_told_by_its_key()
    {
        var desk = new Desk { Lists = { Next = new ListAnswer(DesktopError.InvalidAttributeValue, null, "record_type has a wrong value") } };
        var answer = desk.Ask(Complete("AddRecord"));
        Assert.True(answer.TryGetString("GSW_ERROR_DESCRIPTION", out var words) && words == "GSW_RECORD_TYPE has a wrong value");
    }

    [Fact]
    public void A_duration_that_is_no_number_is_a_wrong_value_and_not_for_ever()
    {
        var desk = new Desk();
        var answer = desk.Ask(new UserData().Set("GSW_AGENT_REQ_TYPE", "DoNotCall").Set("GSW_APPLICATION_ID", 101).Set("GSW_PHONE", "+12025550123").Set("GSW_DURATION", "soon"));
        RecordProcessedTests.AssertError(answer, 103, "Invalid Attribute Value");
        Assert.Empty(desk.Lists.Disposals);
    }

    [Fact]
    public void A_treatment_may_be_written_as_either_table_prints_it()
    {
        var desk = new Desk();
        desk.Requests.HandleUserEvent(Desk.Agent, Desk.RecordProcessed().Set("GSW_TREATMENT", "RecordTreat Personal"), null);
        Assert.Equal("RecordTreatPersonal", Assert.Single(desk.Gateway.Posted).Request.Treatment);
    }

    [Theory]
    [InlineData("RequestRecordCancel", true)]
    [InlineData("DoNotCall", false)]
    public void A_campaign_named_narrows_a_cancellation_and_never_a_do_not_call(string request, bool narrow)
    {
        var desk = new Desk();
        desk.Requests.HandleUserEvent(
            Desk.Agent,
            new UserData().Set("GSW_AGENT_REQ_TYPE", request).Set("GSW_APPLICATION_ID", 101).Set("GSW_PHONE", "+12025550123").Set("GSW_CAMPAIGN_NAME", "Spring")
                .Set("GSW_CHAIN_ATTR", "RecordOnly").Set("GSW_MESSAGE", "moved away").Set("GSW_DURATION", "60"),
            null);
        var asked = Assert.Single(desk.Lists.Disposals);
        Assert.Equal((narrow, false, "moved away", 60), (asked.ThisCampaignOnly, asked.WholeChain, asked.Message, asked.DurationSeconds));
    }

    [Fact]
    public void The_acknowledgement_of_a_cancellation_says_what_is_left_on_desktops()
    {
        var desk = new Desk { Lists = { Next = new ListAnswer(DesktopError.None, "Incomplete processing: record(s) on desktop") } };
        var answer = desk.Ask(new UserData().Set("GSW_AGENT_REQ_TYPE", "RequestRecordCancel").Set("GSW_APPLICATION_ID", 101).Set("GSW_PHONE", "+12025550123"));
        Assert.True(answer.TryGetString("GSW_MESSAGE", out var said) && said == "Incomplete processing: record(s) on desktop");
        Assert.True(answer.TryGetString("GSW_CHAIN_ATTR", out var chain) && chain == "AllChain");
    }

    [Fact]
    public void A_storage_that_fails_is_error_113()
    {
        var desk = new Desk { Lists = { Fault = new Core.Ports.StorageFaultException(Core.Ports.StorageFault.Locked, "the database is locked") } };
        RecordProcessedTests.AssertError(desk.Ask(Complete("AddRecord")), 113, "DB Error");
    }

    [Fact]
    public void A_new_record_has_what_the_desktop_said_the_tables_defaults_and_nothing_else()
    {
        var desk = new Desk();
        desk.Ask(Complete("AddRecord").Set("GSW_CHAIN_ID", "7").Set("GSW_CHAIN_N", 3).Set("GSW_PHONE_TYPE", 4).Set("GSW_FROM", 36_000).Set("GSW_UNTIL", "72000")
            .Set("GSW_RECORD_TYPE", 6).Set("GSW_DATE_TIME", "07/04/2027 09:30").Set("GSW_AGENT_ID", "1002").Set("visits", "4").Set("secret", "no send_attribute"));
        var added = Assert.Single(desk.Lists.Added);
        Assert.Equal((7, 3, "agent 1001"), (added.ChainId, added.ChainN, added.Actor));
        Assert.Equal<KeyValuePair<string, object?>>(
            [
                new("agent_id", "1002"), new("attempt", 0L), new("contact_info_type", 4L), new("daily_from", 36_000L), new("daily_till", 72_000L),
                new("dial_sched_time", 1_814_693_400L), new("record_status", 1L), new("record_type", 6L), new("tz_dbid", 101L), new("visits", 4L),
            ],
            added.Columns.OrderBy(c => c.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void A_personal_record_without_an_agent_is_the_asking_agents()
    {
        var desk = new Desk();
        desk.Ask(Complete("AddRecord").Set("GSW_RECORD_TYPE", 5).Set("GSW_DATE_TIME", "07/04/2027 09:30"));
        Assert.Contains(Assert.Single(desk.Lists.Added).Columns, c => c is { Key: "agent_id", Value: "1001" });
    }

    [Theory]
    [InlineData("GSW_TZ_NAME", "Mars", 103)]
    [InlineData("GSW_PHONE", "no number", 103)]
    [InlineData("GSW_CALL_TIME", "yesterday", 103)]
    [InlineData("GSW_DATE_TIME", "tomorrow", 111)]
    [InlineData("GSW_CALLING_LIST", "List 9", 103)]
    [InlineData("visits", "many", 103)]
    public void A_new_record_with_a_wrong_value_is_refused(string key, string value, int error) =>
        RecordProcessedTests.AssertError(new Desk().Ask(Complete("AddRecord").Set(key, value)), error, error == 103 ? "Invalid Attribute Value" : "Invalid Time Format");

    [Theory]
    [InlineData(42, 500, "List 1", 0)]
    [InlineData(42, null, "List 1", 0)]
    [InlineData(42, 501, "List 1", 103)]
    [InlineData(43, 500, "List 1", 109)]
    public void A_record_handle_names_the_group_and_must_agree_with_the_chain(int handle, int? chain, string list, int error)
    {
        var desk = new Desk();
        desk.Gateway.AtHand[42] = new RecordAtHand(Desk.List, 500);
        var request = Complete("AddRecord").Set("GSW_CAMPAIGN_NAME", "Some other campaign").Set("GSW_CALLING_LIST", list).Set("GSW_RECORD_HANDLE", handle);
        var answer = desk.Ask(chain is { } number ? request.Set("GSW_CHAIN_ID", number) : request);
        if (error > 0)
        {
            RecordProcessedTests.AssertError(answer, error, error == 103 ? "Invalid Attribute Value" : "Record Not Found");
            Assert.Empty(desk.Lists.Added);
            return;
        }

        Assert.Equal(chain, Assert.Single(desk.Lists.Added).ChainId);
        Assert.True(answer.TryGetString("GSW_USER_EVENT", out var name) && name == "AddRecordAcknowledge");
    }

    [Fact]
    public void A_chain_is_its_records_and_its_end_each_with_the_reference()
    {
        var desk = new Desk();
        desk.Requests.HandleUserEvent(Desk.Agent, Complete("ChainedRecordRequest"), 3);
        var request = Assert.Single(desk.Gateway.Posted).Request;
        desk.Edge.ChainedRecord(request, Desk.Group, Desk.NewCall());
        desk.Edge.ChainEnd(request, Desk.Group, Desk.NewCall());
        Assert.Equal(["ChainedRecord", "ChainedRecordsDataEnd"], desk.Channel.Sent.Select(s => s.Event.UserData!.TryGetString("GSW_USER_EVENT", out var name) ? name : ""));
        Assert.All(desk.Channel.Sent, s => Assert.True(s.Event.UserData!.TryGet("GSW_REFERENCE_ID", out var reference) && reference is 31L));
        foreach (var (_, sent) in desk.Channel.Sent)
        {
            sent.UserData!.TryGetString("GSW_USER_EVENT", out var name);
            Assert.All(DesktopMessages.Get(name!).Keys.Where(k => k.Required), k => Assert.True(sent.UserData.Contains(k.Key.Name), $"{name} has no {k.Key.Name}"));
        }
    }

    [Theory]
    [InlineData(null, 0L)]
    [InlineData("90210", 90_210L)]
    [InlineData("C-7", "C-7")]
    public void A_cancelled_record_is_named_with_phone_and_customer(string? customer, object expected)
    {
        var channel = new RecordingChannel();
        new DesktopEdge(channel, Desk.ApplicationId, _ => null, (_, _) => customer).RecordCanceled(Desk.Agent, Desk.Group, Desk.NewCall(), wholeChain: false);
        Assert.All(DesktopMessages.Get("RecordCancel").Keys.Where(k => k.Required), k => Assert.True(channel.LastUserData.Contains(k.Key.Name), k.Key.Name));
        Assert.True(channel.LastUserData.TryGet("GSW_CUSTOMER_ID", out var sent) && sent.Equals(expected));
        Assert.True(channel.LastUserData.TryGetString("GSW_PHONE", out var phone) && phone == "+15550123");
        Assert.True(channel.LastUserData.TryGetString("GSW_CHAIN_ATTR", out var chain) && chain == "RecordOnly");
    }

    [Theory]
    [InlineData(MakeCallRefusal.NoRecord, 53)]
    [InlineData(MakeCallRefusal.InvalidNumber, 71)]
    [InlineData(MakeCallRefusal.AgentBusy, 83)]
    [InlineData(MakeCallRefusal.PhoneUnreachable, 58)]
    [InlineData(MakeCallRefusal.NotRunning, 51)]
    [InlineData(MakeCallRefusal.NoLine, 166)]
    [InlineData(MakeCallRefusal.Forbidden, 165)]
    [InlineData(MakeCallRefusal.TryAgain, 118)]
    public void A_refused_call_is_an_error_of_the_link(MakeCallRefusal why, int code)
    {
        var desk = new Desk();
        desk.Edge.CallRefused(new MakeCallRequest { Agent = Desk.Agent, ReferenceId = 5 }, why, "DoNotCall");
        var sent = Assert.Single(desk.Channel.Sent).Event;
        Assert.Equal((CtiEventKind.Error, 5, code), (sent.Kind, sent.ReferenceId, sent.ErrorCode));
        Assert.NotEmpty(sent.ErrorMessage!);
    }

    [Theory]
    [InlineData("42", 42)]
    [InlineData("x", -1)]
    [InlineData("", 0)]
    public void A_call_is_asked_for_by_the_handle_in_its_user_data(string handle, int expected)
    {
        var desk = new Desk();
        var fault = desk.Requests.MakeCall(Desk.Agent, "5550100", new UserData().Set("GSW_RECORD_HANDLE", handle), 7);
        Assert.Equal(expected < 0 ? 53 : null, fault?.Code);
        if (expected >= 0)
        {
            var call = Assert.Single(desk.Gateway.Calls);
            Assert.Equal((expected, "5550100", 7), (call.RecordHandle, call.Number, call.ReferenceId));
        }
    }

    internal static UserData Complete(string request)
    {
        var data = RequestConformanceTests.Complete(request).Set("GSW_REFERENCE_ID", 31).Set("GSW_APPLICATION_ID", 101);
        return request == "AddRecord" ? data.Set("GSW_TZ_NAME", "GMT").Set("GSW_PHONE", "+12025550123") : data;
    }

    private static void Settle(Desk desk, DesktopError error)
    {
        if (desk.Channel.Sent.Count == 0)
        {
            var request = Assert.Single(desk.Gateway.Posted).Request;
            if (request.Kind == DesktopRequestKind.ChainedRecordRequest && error == DesktopError.None)
            {
                desk.Edge.ChainedRecord(request, Desk.Group, Desk.NewCall());
                return;
            }

            request.LogoutSeconds = 18;
            desk.Edge.Reply(request, error, Desk.Group, error == DesktopError.None ? Desk.NewCall() : null);
        }
    }

    private static UserData Without(UserData data, string key, string request)
    {
        // Where nothing but the application is required, the condition's keys are what can be missing.
        var gone = key == "GSW_AGENT_REQ_TYPE" ? DesktopMessages.Get(request).Condition!.Else.Select(k => k.Name).ToHashSet() : [key];
        var copy = new UserData();
        foreach (var pair in data.Pairs.Where(p => !gone.Contains(p.Key)))
        {
            copy.TrySet(pair.Key, pair.Value);
        }

        return copy;
    }

    private static UserData WithWrong(UserData data, string request)
    {
        var row = DesktopMessages.Get(request).Keys.Last(k => k.Key.Name is not ("GSW_APPLICATION_ID" or "GSW_REFERENCE_ID" or "GSW_AGENT_REQ_TYPE"));
        return data.Set(row.Key.Name, new UserData().Set("nested", 1));
    }
}
