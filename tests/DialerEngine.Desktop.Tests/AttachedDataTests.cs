using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Desktop.Protocol;

namespace DialerEngine.Desktop.Tests;

/// <summary>Data attached to call events: which keys, which types, which values.</summary>
public sealed class AttachedDataTests
{
    private readonly Desk _desk = new();

    [Theory]
    [InlineData("GSW_APPLICATION_ID", 101L)]
    [InlineData("GSW_ATTEMPTS", 2L)]
    [InlineData("GSW_CALL_ATTEMPT_GUID", "00000005-0006-0007-0102-030405060708")]
    [InlineData("GSW_CALL_RESULT", 33L)]
    [InlineData("GSW_CALLING_LIST", "List 1")]
    [InlineData("GSW_CAMPAIGN_GROUP_DESCRIPTION", "Team A works Spring")]
    [InlineData("GSW_CAMPAIGN_GROUP_NAME", "Spring@Team A")]
    [InlineData("GSW_CAMPAIGN_NAME", "Spring")]
    [InlineData("GSW_CHAIN_ID", 500L)]
    [InlineData("GSW_HIST_SEQUENCE_NUM", 0L)]
    [InlineData("GSW_PHONE", "+15550123")]
    [InlineData("GSW_RECORD_HANDLE", 42L)]
    [InlineData("GSW_SCHEDULED_TIME", 1_700_100_000L)]
    [InlineData("GSW_START_PROCESSING", 1_700_200_000L)]
    [InlineData("GSW_TENANT_NAME", "Environment")]
    [InlineData("GSW_TENANT_CCID", 12L)]
    [InlineData("GSW_AGENT_ANSWERED", 1_700_200_010L)]
    [InlineData("GSW_AGENT_ID", "1001")]
    [InlineData("GSW_DIALING", 1_700_200_001L)]
    [InlineData("GSW_CPD_COMPLETED", 1_700_200_009L)]
    [InlineData("GSW_PHONE_TYPE", 4L)]
    [InlineData("GSW_FROM", 28_800L)]
    [InlineData("GSW_UNTIL", 64_800L)]
    [InlineData("GSW_RECORD_TYPE", 2L)]
    [InlineData("GSW_RECORD_STATUS", 2L)]
    [InlineData("GSW_CHAIN_N", 0L)]
    [InlineData("GSW_CALL_TIME", 1_700_000_000L)]
    [InlineData("GSW_CONTACT_MEDIA_TYPE", "voice")]
    [InlineData("GSW_CPN_DIGITS", "+15550100")]
    [InlineData("GSW_CAMPAIGN_GROUP_DBID", "1")]
    [InlineData("InteractionType", "Outbound")]
    [InlineData("InteractionSubtype", "OutboundNew")]
    [InlineData("customer_name", "Zoë")]
    [InlineData("balance", "12.5")]
    [InlineData("visits", 3L)]
    [InlineData("since", "2024-05-01 10:00:00")]
    public void An_established_call_carries(string key, object value)
    {
        var data = Event(Desk.NewCall());
        Assert.True(data.TryGet(key, out var found), key + " is missing");
        Assert.Equal(value, found);
    }

    [Fact]
    public void An_engaging_call_of_an_assured_connection_has_the_records_data_and_its_handle_under_the_other_name()
    {
        var call = Desk.NewCall();
        var talking = Event(call);
        call.Agent = default;
        call.Wishes.Assured = true;
        var engaging = Event(call);
        Assert.True(engaging.TryGetInteger("GSW_ASSURED_HANDLE", out var handle));
        Assert.Equal(42, handle);
        Assert.False(engaging.TryGet("GSW_RECORD_HANDLE", out _));
        Assert.Equal(
            talking.Pairs.Select(p => p.Key).Where(k => k != "GSW_RECORD_HANDLE"), engaging.Pairs.Select(p => p.Key).Where(k => k != "GSW_ASSURED_HANDLE"));

        call.Agent = Desk.Agent;
        Assert.True(Event(call).TryGetInteger("GSW_RECORD_HANDLE", out _));
    }

    [Fact]
    public void Every_attached_key_of_the_protocol_has_the_type_of_its_table()
    {
        var call = Desk.NewCall();
        call.ZoneName = "America/New_York";
        call.List = Desk.List with { UserFields = [new("postal_code", UserFieldType.Varchar), new("region_code", UserFieldType.Varchar)] };
        call.Record!.ContactInfo = "+12125550123";
        call.Record.UserFields = ["10001", "NY"];
        call.Times.Released = call.Times.AgentReleased = call.Times.AcwCompleted = call.Times.CompleteProcessing = call.Times.Abandoned = 1_700_200_060_000;
        var data = Event(call, Desk.Group with { DialMode = DialMode.Predict, OptimizeBy = OptimizeBy.OverdialRate, OptimizeGoal = 3 });

        var known = data.Pairs.Select(p => (Key: DesktopKeys.Find(p.Key), p.Value)).Where(p => p.Key is not null).ToList();
        Assert.All(known, p => Assert.Equal(p.Key!.Type == KeyType.String ? typeof(string) : typeof(long), p.Value.GetType()));

        Assert.Subset(AttachedData.Keys.ToHashSet(), known.Select(p => p.Key!).ToHashSet());
        Assert.Equal(["GSW_SCRIPT_ID", "GSW_CPN_DIGITS_SET", "GSW_ASM_OVERDIAL", "GSW_ASSURED_HANDLE", "GSW_CALL_RESULT_FEEDBACK"], AttachedData.Keys.Except(known.Select(p => p.Key!)).Select(k => k.Name));

        // All keys that the specification attaches by default.
        Assert.Empty(DesktopKeys.All.Where(k => k.Sources.HasFlag(KeySource.DefaultRecordInformation)).Except(known.Select(k => k.Key)).Select(k => k!.Name));
    }

    [Theory]
    [InlineData("+12125550123", "US-NY", "1", "212", "NY")]
    [InlineData("+442071838750", null, "44", null, null)]
    [InlineData("zoe@example.org", null, null, null, null)]
    public void Where_the_customer_is_comes_from_the_list_the_clock_and_the_number(string contact, string? region, string? country, string? area, string? state)
    {
        var call = Desk.NewCall();
        call.Record!.ContactInfo = contact;
        call.ZoneName = "America/New_York";
        call.ZoneOffsetSeconds = -14_400;
        var data = Event(call);
        Assert.True(data.TryGet("GSW_TZ_OFFSET", out var offset) && offset is -14_400L);
        Assert.True(data.TryGet("GSW_TZ_CODE", out var zone) && zone is "America/New_York");
        Assert.True(data.TryGet("GSW_TZ_NAME", out var name) && name is "EST");
        Assert.Equal(country, data.TryGet("GSW_COUNTRY_CODE", out var code) ? code : null);
        Assert.Equal(area, data.TryGet("GSW_D_AREA_CODE", out var of) ? of : null);
        Assert.Equal(state, data.TryGet("GSW_D_STATE_CODE", out var there) ? there : null);

        // The customer's own word goes before the number's.
        call.List = Desk.List with { UserFields = [new("country_code", UserFieldType.Varchar), new("region_code", UserFieldType.Varchar), new("postal_code", UserFieldType.Varchar)] };
        call.Record.UserFields = ["39", region, "00100"];
        data = Event(call);
        Assert.True(data.TryGet("GSW_COUNTRY_CODE", out var own) && own is "39");
        Assert.True(data.TryGet("GSW_POSTAL_CODE", out var postal) && postal is "00100");
        Assert.Equal(region, data.TryGet("GSW_STATE_CODE", out var regionOf) ? regionOf : null);
    }

    [Fact]
    public void A_clock_that_is_not_known_is_not_told()
    {
        var data = Event(Desk.NewCall());
        Assert.False(data.Contains("GSW_TZ_OFFSET"));
        Assert.False(data.Contains("GSW_TZ_CODE"));
    }

    [Fact]
    public void Keys_without_a_value_are_left_out()
    {
        var call = Desk.NewCall();
        call.Times = default;
        call.Record!.DialScheduledTime = 0;
        call.Record.CallTime = 0;
        call.Record.PhoneType = PhoneType.Pager;
        call.Record.UserFields[0] = null;
        var data = Event(call);
        foreach (var key in (string[])["GSW_SCHEDULED_TIME", "GSW_START_PROCESSING", "GSW_AGENT_ANSWERED", "GSW_CALL_TIME", "GSW_CONTACT_MEDIA_TYPE", "GSW_OPTIMIZE_BY", "GSW_SCRIPT_ID", "customer_name", "secret"])
        {
            Assert.False(data.Contains(key), key);
        }
    }

    [Fact]
    public void Before_there_is_a_result_the_saved_one_is_attached()
    {
        var call = Desk.NewCall();
        call.Result = CallResult.Unknown;
        Assert.True(Event(call).TryGetInteger("GSW_CALL_RESULT", out var result));
        Assert.Equal(7, result);
    }

    [Fact]
    public void A_tenant_without_contact_centre_id_is_undefined()
    {
        Assert.True(Event(Desk.NewCall(), Desk.Group with { TenantCcid = "undefined" }).TryGet("GSW_TENANT_CCID", out var ccid));
        Assert.Equal("undefined", ccid);
    }

    [Fact]
    public void What_the_desktop_attached_is_carried_but_changes_no_key_that_is_the_engines()
    {
        var call = Desk.NewCall();
        call.AttachedData = new UserData().Set("note", "call back").Set("GSW_CALL_RESULT", 40).Set("GSW_RECORD_HANDLE", 1).Set("customer_name", "Zoe");
        var data = Event(call);
        Assert.True(data.TryGet("note", out var note) && note is "call back");
        Assert.True(data.TryGet("GSW_CALL_RESULT", out var result) && result is 40L);
        Assert.True(data.TryGet("GSW_RECORD_HANDLE", out var handle) && handle is 42L);
        Assert.True(data.TryGet("customer_name", out var name) && name is "Zoe");
    }

    [Fact]
    public void A_user_field_never_hides_a_reserved_key()
    {
        var call = Desk.NewCall();
        call.List = Desk.List with { UserFields = [new("customer_name", UserFieldType.Varchar, "GSW_PHONE")] };
        Assert.True(Event(call).TryGetString("GSW_PHONE", out var phone));
        Assert.Equal("+15550123", phone);
    }

    [Theory]
    [InlineData(CallEventKind.Dialing, CtiEventKind.Dialing)]
    [InlineData(CallEventKind.Ringing, CtiEventKind.Ringing)]
    [InlineData(CallEventKind.Established, CtiEventKind.Established)]
    [InlineData(CallEventKind.Held, CtiEventKind.Held)]
    [InlineData(CallEventKind.Retrieved, CtiEventKind.Retrieved)]
    [InlineData(CallEventKind.Released, CtiEventKind.Released)]
    [InlineData(CallEventKind.Abandoned, CtiEventKind.Abandoned)]
    [InlineData(CallEventKind.AttachedDataChanged, CtiEventKind.AttachedDataChanged)]
    public void A_call_event_names_the_call(CallEventKind kind, CtiEventKind sent)
    {
        var call = Desk.NewCall();
        _desk.Edge.CallEvent(Desk.Agent, kind, Desk.Group, call);
        Assert.Equal((sent, call.Handle), (_desk.Channel.Sent[^1].Event.Kind, _desk.Channel.Sent[^1].Event.Call));
    }

    [Fact]
    public void A_call_event_allocates_no_more_than_its_budget()
    {
        // One key-value list with its 40 values and the event around it; nothing else, or the loop pays for it.
        var call = Desk.NewCall();
        var edge = new DesktopEdge(new NoChannel(), Desk.ApplicationId, _ => "1001");
        for (var i = 0; i < 100; i++)
        {
            edge.CallEvent(Desk.Agent, CallEventKind.Established, Desk.Group, call);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            edge.CallEvent(Desk.Agent, CallEventKind.Established, Desk.Group, call);
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        Assert.True(bytes <= 3_200, $"{bytes} bytes");
    }

    [Theory]
    [InlineData(PhoneType.NoContactType, "any")]
    [InlineData(PhoneType.HomePhone, "voice")]
    [InlineData(PhoneType.DirectBusinessPhone, "voice")]
    [InlineData(PhoneType.BusinessWithExt, "voice")]
    [InlineData(PhoneType.Mobile, "voice")]
    [InlineData(PhoneType.VacationPhone, "voice")]
    [InlineData(PhoneType.VoiceMail, "voice")]
    [InlineData(PhoneType.EmailAddress, "email")]
    [InlineData(PhoneType.InstantMessaging, "instant message")]
    [InlineData(PhoneType.Modem, null)]
    public void A_phone_type_has_its_media_type(PhoneType phoneType, string? mediaType) => Assert.Equal(mediaType, AttachedData.MediaTypeOf(phoneType));

    private sealed class NoChannel : IAgentChannel
    {
        public void Send(AgentId agent, CtiEvent message)
        {
        }
    }

    private UserData Event(CallSession call, CampaignGroupDefinition? group = null)
    {
        _desk.Edge.CallEvent(Desk.Agent, CallEventKind.Established, group ?? Desk.Group, call);
        return _desk.Channel.LastUserData;
    }
}
