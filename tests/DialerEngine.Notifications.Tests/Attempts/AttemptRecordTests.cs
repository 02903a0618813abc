using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Notifications.Attempts;
using DialerEngine.Notifications.Tests.Support;

namespace DialerEngine.Notifications.Tests.Attempts;

/// <summary>Submitting Call Attempt Records, table of attributes: each is in the record, with its type and its value.</summary>
public sealed class AttemptRecordTests
{
    /// <summary>The table's attributes and what the sample has for them.</summary>
    private static readonly Dictionary<string, object?> Table = new()
    {
        ["GSW_CALL_ATTEMPT_GUID"] = "00000001-0000-0000-0000-000000000001",
        ["GSW_HIST_SEQUENCE_NUM"] = 1L,
        ["GSW_TENANT_NAME"] = "Environment",
        ["GSW_PHONE"] = "+12025550123",
        ["GSW_CAMPAIGN_DBID"] = 201L,
        ["GSW_PHONE_TYPE"] = 4L,
        ["GSW_CUSTOMER_ID"] = "C-1",
        ["GSW_START_PROCESSING"] = 1_772_366_401L,
        ["GSW_CALL_TIME"] = 1_772_366_402L,
        ["GSW_SCHEDULED_TIME"] = 1_772_400_000L,
        ["GSW_TZ_OFFSET"] = -18_000L,
        ["GSW_TZ_NAME"] = "EST",
        ["GSW_CALL_RESULT"] = 33L,
        ["GSW_CAMPAIGN_NAME"] = "Spring",
        ["GSW_CALLING_LIST"] = "Spring_list",
        ["GSW_CAMPAIGN_GROUP_NAME"] = "Spring@Agents3",
        ["GSW_GROUP_NAME"] = "Agents3",
        ["GSW_QUEUE_NAME"] = "Agents3",
        ["GSW_DIAL_MODE"] = 1L,
        ["GSW_OPTIMIZE_BY"] = 2L,
        ["GSW_OPTIMIZE_GOAL"] = 3L,
        ["GSW_DIALING"] = 1_772_366_402L,
        ["GSW_RINGING"] = 1_772_366_403L,
        ["GSW_RELEASED"] = 1_772_366_411L,
        ["GSW_ANSWERED"] = 1_772_366_404L,
        ["GSW_CPD_COMPLETED"] = 1_772_366_405L,
        ["GSW_QUEUED"] = 1_772_366_406L,
        ["GSW_AGENT_RINGING"] = 1_772_366_407L,
        ["GSW_AGENT_ANSWERED"] = 1_772_366_408L,
        ["GSW_DIVERTED"] = 1_772_366_409L,
        ["GSW_ABANDONED"] = 1_772_366_410L,
        ["GSW_AGENT_RELEASED"] = 1_772_366_412L,
        ["GSW_ACW_COMPLETED"] = 1_772_366_413L,
        ["GSW_COMPLETE_PROCESSING"] = 1_772_366_414L,
        ["GSW_POSTAL_CODE"] = "20001",
        ["GSW_REGION_CODE"] = "DC",
        ["GSW_COUNTRY_CODE"] = "US",
        ["GSW_TZ_CODE"] = "America/New_York",
        ["GSW_D_AREA_CODE"] = "202",
        ["GSW_D_REGION_CODE"] = "DC",
        ["GSW_D_COUNTRY_CODE"] = "1",
    };

    /// <summary>Attributes of later editions of the field's documents, and the draft's name of the sequence number.</summary>
    private static readonly Dictionary<string, object?> Later = new()
    {
        ["GSW_OCS_SEQUENCE_NO"] = 1L,
        ["GSW_AGENT_ID"] = "1001",
        ["GSW_BLOCKING_RULE"] = "Rule 7",
        ["GSW_BLOCKING_RULE_TYPE"] = 2L,
        ["GSW_CALLING_LIST_DBID"] = 7L,
        ["GSW_CAMPAIGN_GROUP_GUID"] = "0f8fad5b-d9cb-469f-a165-70867728950e",
        ["GSW_CAMPAIGN_TEMPLATE_NAME"] = "Template",
        ["GSW_CHAIN_ID"] = 12L,
        ["GSW_CHAIN_N"] = 2L,
        ["GSW_CPN_DIGITS"] = "+12025550177",
        ["GSW_CPN_DIGITS_SET"] = "Washington",
    };

    public static TheoryData<string> Attributes() => [.. Table.Keys, .. Later.Keys];

    [Theory]
    [MemberData(nameof(Attributes))]
    public void A_complete_attempt_has_the_attribute(string name)
    {
        var body = Sample.BodyOf(Sample.Entry(), 1);
        Assert.True(body.TryGetProperty(name, out var value), $"{name} is missing");
        Assert.Equal(Table.TryGetValue(name, out var expected) ? expected : Later[name], Read(value));
    }

    [Fact]
    public void There_is_nothing_in_it_that_no_document_names()
    {
        var body = Sample.BodyOf(Sample.Entry(), 1);
        Assert.Empty(body.EnumerateObject().Select(p => p.Name).Except(Table.Keys).Except(Later.Keys));
        Assert.Equal(41, Table.Count);
    }

    [Fact]
    public void The_record_of_a_dial_has_every_attribute_of_the_table_and_null_where_nothing_has_happened_yet()
    {
        var entry = Sample.Entry(JournalEntryKind.AttemptStarted);
        entry.Times = new AttemptTimes { StartProcessing = entry.Times.StartProcessing };
        var body = Sample.BodyOf(entry, 0);
        Assert.All(Table.Keys, name => Assert.True(body.TryGetProperty(name, out _), name));
        Assert.Equal(0, body.GetProperty("GSW_HIST_SEQUENCE_NUM").GetInt32());
        Assert.Equal(0, body.GetProperty("GSW_OCS_SEQUENCE_NO").GetInt32());
        Assert.Equal(JsonValueKind.Null, body.GetProperty("GSW_CALL_RESULT").ValueKind);
        Assert.Equal(JsonValueKind.Null, body.GetProperty("GSW_DIALING").ValueKind);
        Assert.Equal(1_772_366_401, body.GetProperty("GSW_START_PROCESSING").GetInt64());
    }

    [Theory]
    [InlineData(DialMode.Progress)]
    [InlineData(DialMode.Preview)]
    [InlineData(DialMode.ProgressAndSeize)]
    public void What_is_optimised_is_told_for_predictive_modes_only(DialMode mode)
    {
        var entry = Sample.Entry();
        entry.Facts.DialMode = mode;
        var body = Sample.BodyOf(entry, 1);
        Assert.Equal(JsonValueKind.Null, body.GetProperty("GSW_OPTIMIZE_BY").ValueKind);
        Assert.Equal(JsonValueKind.Null, body.GetProperty("GSW_OPTIMIZE_GOAL").ValueKind);
        Assert.Equal((int)mode, body.GetProperty("GSW_DIAL_MODE").GetInt32());
    }

    [Theory]
    [InlineData(RecordType.General, false)]
    [InlineData(RecordType.Unknown, false)]
    [InlineData(RecordType.CampaignRescheduled, true)]
    [InlineData(RecordType.PersonalRescheduled, true)]
    [InlineData(RecordType.PersonalCallBack, true)]
    [InlineData(RecordType.CampaignCallBack, true)]
    public void A_scheduled_time_is_told_for_record_types_that_have_one(RecordType type, bool isTold)
    {
        var entry = Sample.Entry();
        entry.RecordType = type;
        Assert.Equal(isTold, Sample.BodyOf(entry, 1).GetProperty("GSW_SCHEDULED_TIME").ValueKind == JsonValueKind.Number);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("anonymous")]
    [InlineData("+")]
    [InlineData("+49\u00e9\u2028\"\\")]
    [InlineData("+999999999999999999999999")]
    public void A_strange_number_is_carried_and_breaks_nothing(string? number)
    {
        var entry = Sample.Entry();
        entry.Phone = number;
        Assert.Equal(number, Sample.BodyOf(entry, 1).GetProperty("GSW_PHONE").GetString());
    }

    [Theory]
    [InlineData("Asia/Tokyo", 5, "+12025550123", "JST", "Asia/Tokyo", 32_400)]
    [InlineData(null, 5, "+12025550123", "Europe/Berlin", "Europe/Berlin", 3_600)]
    [InlineData(null, 124, "+12025550123", "MST", "America/Denver", -25_200)]
    [InlineData(null, 0, "+12025550123", "EST", "America/New_York", -18_000)]
    [InlineData("No/Such", 0, "+12025550123", "EST", "America/New_York", -18_000)]
    [InlineData(null, 0, "sip:somebody@example.com", null, null, 0)]
    public void The_zone_is_the_records_own_else_that_of_its_number(string? name, int dbid, string phone, string? expectedName, string? expectedCode, int offset)
    {
        var entry = Sample.Entry();
        entry.Facts.TimeZoneName = name;
        entry.Facts.TimeZoneDbid = dbid;
        entry.Phone = phone;
        var body = Sample.BodyOf(entry, 1, zones: (_, id) => id == 5 ? "Europe/Berlin" : Core.Compliance.ClockOptions.DefaultZones.GetValueOrDefault(id));
        Assert.Equal((expectedName, expectedCode), (body.GetProperty("GSW_TZ_NAME").GetString(), body.GetProperty("GSW_TZ_CODE").GetString()));
        Assert.Equal(expectedCode is null ? null : (long)offset, Read(body.GetProperty("GSW_TZ_OFFSET")));
    }

    [Fact]
    public void The_offset_is_that_of_the_call_with_daylight_saving()
    {
        var entry = Sample.Entry();
        entry.Times.Dialing = DateTimeOffset.Parse("2026-07-01T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        Assert.Equal(-14_400, Sample.BodyOf(entry, 1).GetProperty("GSW_TZ_OFFSET").GetInt32());
    }

    [Theory]
    [InlineData("+12125550123", "NY", "1")]
    [InlineData("+14165550123", "ON", "1")]
    [InlineData("+34910000000", null, "34")]
    [InlineData("+18005550123", null, "1")]
    [InlineData("5550123", null, null)]
    public void The_numbers_own_region_is_told_where_its_area_code_has_one(string phone, string? region, string? country)
    {
        var entry = Sample.Entry();
        entry.Phone = phone;
        var body = Sample.BodyOf(entry, 1);
        Assert.Equal((region, country), (body.GetProperty("GSW_D_REGION_CODE").GetString(), body.GetProperty("GSW_D_COUNTRY_CODE").GetString()));
    }

    [Fact]
    public void Without_a_caller_id_of_its_own_an_attempt_has_the_campaigns_and_no_set()
    {
        var entry = Sample.Entry();
        entry.Facts.CallerId = null;
        entry.Facts.CallerIdSet = null;
        var body = Sample.BodyOf(entry, 1);
        Assert.Equal("+12025550199", body.GetProperty("GSW_CPN_DIGITS").GetString());
        Assert.False(body.TryGetProperty("GSW_CPN_DIGITS_SET", out _));
    }

    [Fact]
    public void A_number_stands_in_the_body_as_it_is_written()
    {
        using var format = new AttemptRecordFormat([Sample.Group()]);
        var body = new System.Buffers.ArrayBufferWriter<byte>();
        format.TryWrite(Sample.Entry(), 1, body);
        Assert.Contains("\"GSW_PHONE\":\"+12025550123\"", System.Text.Encoding.UTF8.GetString(body.WrittenSpan), StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_that_reports_nothing_writes_nothing()
    {
        using var format = new AttemptRecordFormat([Sample.Group() with { Options = new CampaignGroupOptions() }]);
        var body = new System.Buffers.ArrayBufferWriter<byte>();
        Assert.False(format.TryWrite(Sample.Entry(), 1, body));
        Assert.False(format.TryWrite(Sample.Entry(group: 99), 1, body));
        Assert.Equal(0, body.WrittenCount);
    }

    [Fact]
    public void Writing_a_record_allocates_nothing_once_warm()
    {
        using var format = new AttemptRecordFormat([Sample.Group()]);
        var body = new System.Buffers.ArrayBufferWriter<byte>(4_096);
        var entry = Sample.Entry();
        entry.Facts.PostalCode = "20001";
        entry.Phone = "+4930123456";
        void Write()
        {
            body.ResetWrittenCount();
            format.TryWrite(in entry, 1, body);
        }

        for (var i = 0; i < 100; i++)
        {
            Write();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Write();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static object? Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetInt64(),
        _ => null,
    };
}
