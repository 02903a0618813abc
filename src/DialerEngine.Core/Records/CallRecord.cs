namespace DialerEngine.Core;

/// <summary>
/// One record of a calling list while the engine holds it: the mandatory columns (in the order of the list's table) and the
/// list's own columns. Instances are pooled by their group: a store fills one that it is handed, nobody keeps one.
/// </summary>
public sealed class CallRecord
{
    /// <summary>The calling list that the record belongs to.</summary>
    public ListId List { get; set; }

    /// <summary>Column <c>record_id</c>.</summary>
    public RecordId Id { get; set; }

    /// <summary>Column <c>contact_info</c>: the number to dial as the list stores it (E.164 with plus sign after import).</summary>
    public string ContactInfo { get; set; } = "";

    public PhoneType PhoneType { get; set; }

    public RecordType RecordType { get; set; }

    public RecordStatus RecordStatus { get; set; }

    public CallResult CallResult { get; set; } = CallResult.Unknown;

    /// <summary>Column <c>attempt</c>: attempts made so far.</summary>
    public int Attempts { get; set; }

    /// <summary>Column <c>dial_sched_time</c>: Unix seconds, 0 where the record is not scheduled.</summary>
    public long DialScheduledTime { get; set; }

    /// <summary>Column <c>call_time</c>: Unix seconds of the last processing, 0 where there was none.</summary>
    public long CallTime { get; set; }

    /// <summary>Column <c>daily_from</c>: seconds from midnight in the record's time zone.</summary>
    public int DailyFrom { get; set; }

    /// <summary>Column <c>daily_till</c>: seconds from midnight in the record's time zone.</summary>
    public int DailyTill { get; set; }

    public int TimeZoneDbid { get; set; }

    public int CampaignId { get; set; }

    /// <summary>Column <c>agent_id</c>: login id of the last agent who worked with the record.</summary>
    public string AgentLoginId { get; set; } = "";

    public int ChainId { get; set; }

    public int ChainN { get; set; }

    public int GroupId { get; set; }

    public int ApplicationId { get; set; }

    public string Treatments { get; set; } = "";

    public int MediaReference { get; set; }

    public string EmailSubject { get; set; } = "";

    public int EmailTemplateId { get; set; }

    public int SwitchId { get; set; }

    /// <summary>Other records of the chain that were Ready when this one was taken. Not a column; told by the store.</summary>
    public int ChainRest { get; set; }

    /// <summary>
    /// Values of the list's own columns in the order of <see cref="CallingListDefinition.UserFields"/>: <see cref="long"/>,
    /// <see cref="double"/>, <see cref="string"/> or null. The array belongs to the record and is reused.
    /// </summary>
    public object?[] UserFields { get; set; } = [];

    /// <summary>Empties the record for the pool. The array of user fields keeps its size, not its values.</summary>
    public void Clear()
    {
        List = default;
        Id = default;
        ContactInfo = "";
        PhoneType = PhoneType.NoContactType;
        RecordType = RecordType.NoRecordType;
        RecordStatus = RecordStatus.NoRecordStatus;
        CallResult = CallResult.Unknown;
        Attempts = 0;
        DialScheduledTime = 0;
        CallTime = 0;
        DailyFrom = 0;
        DailyTill = 0;
        TimeZoneDbid = 0;
        CampaignId = 0;
        AgentLoginId = "";
        ChainId = 0;
        ChainN = 0;
        GroupId = 0;
        ApplicationId = 0;
        Treatments = "";
        MediaReference = 0;
        EmailSubject = "";
        EmailTemplateId = 0;
        SwitchId = 0;
        ChainRest = 0;
        Array.Clear(UserFields);
    }
}
