using DialerEngine.Core;

namespace DialerEngine.StorageContract;

/// <summary>Lists, records and entries that the suite works with.</summary>
public static class ContractRecords
{
    public const int Application = 101;
    public const int Campaign = 7;

    public static readonly GroupId Group = new(3);

    public static CallingListDefinition List { get; } = new()
    {
        Id = new ListId(1),
        Name = "Contract list",
        UserFields =
        [
            new UserFieldDefinition("customer", UserFieldType.Varchar, "CUSTOMER"),
            new UserFieldDefinition("balance", UserFieldType.Float),
            new UserFieldDefinition("visits", UserFieldType.Int, null, "0"),
        ],
    };

    /// <summary>A Ready, General record with a chain of its own.</summary>
    public static CallRecord Ready(long id, int? chain = null, int chainN = 0, long scheduled = 0) => new()
    {
        List = List.Id,
        Id = new RecordId(id),
        ContactInfo = $"+1202555{id:D4}",
        PhoneType = PhoneType.Mobile,
        RecordType = RecordType.General,
        RecordStatus = RecordStatus.Ready,
        DailyFrom = 28_800,
        DailyTill = 64_800,
        ChainId = chain ?? (int)(1_000_000 + id),
        ChainN = chainN,
        DialScheduledTime = scheduled,
        UserFields = [$"Customer {id}", 12.5, 3L],
    };

    public static CallRecord Retrieved(long id, int application = Application, int group = 3)
    {
        var record = Ready(id);
        record.RecordStatus = RecordStatus.Retrieved;
        record.ApplicationId = application;
        record.GroupId = group;
        record.CampaignId = Campaign;
        return record;
    }

    public static AttemptId Attempt(int number) => new(new Guid(number, 0x1234, 0x4567, 0x89, 0xAB, 0xCD, 0xEF, 1, 2, 3, 4));

    public static JournalEntry Started(long sequence, int attempt, long record) => new()
    {
        Kind = JournalEntryKind.AttemptStarted,
        Group = Group,
        Sequence = sequence,
        Attempt = Attempt(attempt),
        List = List.Id,
        Record = new RecordId(record),
        CampaignId = Campaign,
        ApplicationId = Application,
        Phone = $"+1202555{record:D4}",
        RecordHandle = attempt,
        At = 1_000_000 + sequence,
        Times = new AttemptTimes { StartProcessing = 1_000_000, Dialing = 1_000_001 },
    };

    public static JournalEntry Connected(long sequence, int attempt, long record) => Started(sequence, attempt, record) with
    {
        Kind = JournalEntryKind.AttemptConnected,
        AgentLoginId = "1001",
        Times = new AttemptTimes { AgentAnswered = 1_000_900 },
    };

    public static JournalEntry Finished(long sequence, int attempt, long record, CallResult result) => Started(sequence, attempt, record) with
    {
        Kind = JournalEntryKind.AttemptFinished,
        Times = new AttemptTimes { Released = 1_001_000, CompleteProcessing = 1_001_001 },
        Result = result,
        EndedBy = CallEndedBy.FarEnd,
        RecordType = RecordType.General,
        RecordStatus = RecordStatus.Updated,
        RecordResult = result,
        Attempts = 1,
        CallTime = 1_001,
    };
}
