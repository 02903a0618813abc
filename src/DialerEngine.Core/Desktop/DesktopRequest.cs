namespace DialerEngine.Core.Desktop;

/// <summary>Requests of the desktop protocol that a campaign group carries out (<c>GSW_AGENT_REQ_TYPE</c>).</summary>
public enum DesktopRequestKind
{
    None = 0,
    RecordProcessed,
    CampaignStatusRequest,
    UpdateCallCompletionStats,
    RecordReject,
    RequestRecordCancel,
    DoNotCall,
    RecordReschedule,
    ScheduledRecordReschedule,
    ReadyTime,
    LogOut,
    PreviewDialingModeStart,
    PreviewDialingModeOver,
    PreviewRecordRequest,
    ChainedRecordRequest,
    AddRecord,
}

/// <summary>Which of the texts of error 101 an answer has (footnote a of table Error Names and Codes).</summary>
public enum InvalidRequestReason
{
    /// <summary>Invalid Request.</summary>
    None,

    /// <summary>PreviewDialingModeStart is required.</summary>
    PreviewDialingModeStartRequired,

    /// <summary>There is no 'Auto' campaign started.</summary>
    NoAutoCampaign,

    /// <summary>Agent smartly logged out.</summary>
    AgentSmartlyLoggedOut,
}

/// <summary>Error numbers of the desktop protocol (table Error Names and Codes; 120 is in its ReadyTime section only).</summary>
public enum DesktopError
{
    None = 0,
    InvalidRequest = 101,
    AttributeNotFound = 102,
    InvalidAttributeValue = 103,
    AgentNotFound = 104,
    CampaignGroupNotFound = 105,
    NoActiveCampaigns = 106,
    NoRunningPreviewCampaigns = 107,
    NoRecordsAvailable = 108,
    RecordNotFound = 109,
    InvalidTime = 110,
    InvalidTimeFormat = 111,
    NoCallFoundForTheRecordHandle = 112,
    DbError = 113,
    ChainedRecordsNotFound = 114,
    RecordAlreadyExists = 115,
    AddRecordError = 116,
    ScheduledRecordNotFound = 117,
    PreviewModeAlreadyStarted = 118,
    PreviewModeNotStarted = 119,
    DuplicateRequest = 120,
}

/// <summary>
/// A desktop's request, parsed and checked for form by the desktop edge. The group answers it with exactly one
/// <see cref="IDesktopEdge.Reply"/> (the edge keeps <see cref="UserData"/> for keys that the reply returns).
/// </summary>
public sealed class DesktopRequest
{
    public required DesktopRequestKind Kind { get; init; }

    public required AgentId Agent { get; init; }

    /// <summary><c>GSW_RECORD_HANDLE</c>; 0 where the request has none.</summary>
    public int RecordHandle { get; init; }

    /// <summary><c>GSW_CALL_RESULT</c> where the desktop sent one.</summary>
    public CallResult? CallResult { get; init; }

    /// <summary><c>GSW_TREATMENT</c>: null, RecordTreatCampaign or RecordTreatPersonal.</summary>
    public string? Treatment { get; init; }

    /// <summary>
    /// Changes of columns by column name (mandatory ones that the protocol lets a desktop modify, and custom fields with a
    /// <c>send_attribute</c>), typed as the column is; null where there are none.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, object?>>? FieldUpdates { get; init; }

    /// <summary>
    /// The same for a request that names no calling list: what it changes in a record of each of the campaign's lists. A list for which the request has
    /// a wrong value is not there. Null where <see cref="FieldUpdates"/> says it.
    /// </summary>
    public IReadOnlyDictionary<ListId, IReadOnlyList<KeyValuePair<string, object?>>>? FieldUpdatesByList { get; init; }

    /// <summary><c>GSW_CALLBACK_TYPE</c>: PersonalCallBack or CampaignCallBack; NoRecordType where the request has none.</summary>
    public RecordType CallbackType { get; init; }

    /// <summary><c>GSW_DATE_TIME</c>: the customer's local time.</summary>
    public DateTime CallbackTime { get; init; }

    /// <summary><c>GSW_CHAIN_ATTR</c>: true for AllChain (default), false for RecordOnly.</summary>
    public bool WholeChain { get; init; } = true;

    /// <summary><c>GSW_DURATION</c>, seconds; 0 where the request has none.</summary>
    public int DurationSeconds { get; init; }

    /// <summary><c>GSW_MESSAGE</c> of a do-not-call request; null where it has none.</summary>
    public string? Message { get; init; }

    /// <summary><c>GSW_READY_TIME</c>, seconds; 0 where the request has none.</summary>
    public int ReadySeconds { get; init; }

    /// <summary>Which text of error 101 the answer has. Set by the group with its answer.</summary>
    public InvalidRequestReason Reason { get; internal set; }

    /// <summary><c>GSW_LOGOUT_TIME</c> of the answer to LogOut, seconds. Set by the group with its answer.</summary>
    public int LogoutSeconds { get; internal set; }

    /// <summary><c>referenceId</c> of the CTI request that brought this one; the reply's event returns it. Null where it had none.</summary>
    public int? ReferenceId { get; init; }

    /// <summary>The request as it came.</summary>
    public required UserData UserData { get; init; }
}
