using System.Buffers;
using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Notifications.Attempts;

namespace DialerEngine.Notifications.Tests.Support;

/// <summary>A campaign group and attempts of it, as tests use them.</summary>
internal static class Sample
{
    public static readonly CallingListDefinition List = new()
    {
        Id = new ListId(7),
        Name = "Spring_list",
        UserFields = [new UserFieldDefinition("customer_name", UserFieldType.Varchar, "customer_name"), new UserFieldDefinition("balance", UserFieldType.Int, "balance")],
    };

    public static CampaignGroupDefinition Group(int id = 3, DialMode mode = DialMode.Predict) => new()
    {
        Id = new GroupId(id),
        Guid = new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"),
        Campaign = new CampaignDefinition { Id = 201, Name = "Spring", Lists = [new CampaignList(List)], CpnDigits = "+12025550199", TemplateName = "Template" },
        AgentGroup = new AgentGroupDefinition($"Agents{id}", []),
        TenantName = "Environment",
        TenantCcid = "4711",
        DialMode = mode,
        OptimizeBy = OptimizeBy.OverdialRate,
        OptimizeGoal = 3,
        Options = new CampaignGroupOptions { SendHistory = true },
    };

    /// <summary>An attempt with every moment and every fact, each time with a value of its own.</summary>
    public static JournalEntry Entry(JournalEntryKind kind = JournalEntryKind.AttemptFinished, int number = 1, int group = 3) => new()
    {
        Kind = kind,
        Group = new GroupId(group),
        Attempt = new AttemptId(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1])),
        List = List.Id,
        Record = new RecordId(number),
        CampaignId = 201,
        ApplicationId = 101,
        Phone = "+12025550123",
        Result = CallResult.Answer,
        RecordType = RecordType.CampaignRescheduled,
        RecordStatus = RecordStatus.Updated,
        DialScheduledTime = 1_772_400_000,
        AgentLoginId = "1001",
        Times = new AttemptTimes
        {
            StartProcessing = 1_772_366_401_000,
            Dialing = 1_772_366_402_999,
            Ringing = 1_772_366_403_000,
            Answered = 1_772_366_404_000,
            CpdCompleted = 1_772_366_405_000,
            Queued = 1_772_366_406_000,
            AgentRinging = 1_772_366_407_000,
            AgentAnswered = 1_772_366_408_000,
            Diverted = 1_772_366_409_000,
            Abandoned = 1_772_366_410_000,
            Released = 1_772_366_411_000,
            AgentReleased = 1_772_366_412_000,
            AcwCompleted = 1_772_366_413_000,
            CompleteProcessing = 1_772_366_414_000,
        },
        Facts = new AttemptFacts
        {
            Wanted = true,
            DialMode = DialMode.Predict,
            PhoneType = PhoneType.Mobile,
            ChainId = 12,
            ChainN = 2,
            TimeZoneDbid = 5,
            TimeZoneName = "America/New_York",
            CustomerId = "C-1",
            PostalCode = 20001L,
            RegionCode = "DC",
            CountryCode = "US",
            CallerId = "+12025550177",
            CallerIdSet = "Washington",
            BlockingRule = "Rule 7",
            BlockingRuleType = 2,
        },
    };

    public static JsonElement BodyOf(in JournalEntry entry, int sequence, CampaignGroupDefinition? group = null, Func<CampaignGroupDefinition, int, string?>? zones = null)
    {
        using var format = new AttemptRecordFormat([group ?? Group()], zones);
        var body = new ArrayBufferWriter<byte>();
        Assert.True(format.TryWrite(in entry, sequence, body));
        return JsonDocument.Parse(body.WrittenMemory).RootElement.Clone();
    }
}
