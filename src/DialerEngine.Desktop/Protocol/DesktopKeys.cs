using static DialerEngine.Desktop.Protocol.KeySource;

namespace DialerEngine.Desktop.Protocol;

/// <summary>
/// The one table of keys. Each row is a key of the specification's tables with its type, the tables that define it and the values that
/// are taken from a desktop. Where tables disagree about a type, the row has the type of Default Record Information or Reserved Keys,
/// and the message's own row (<see cref="MessageKey.Type"/>) has what that message's table says.
/// </summary>
public static class DesktopKeys
{
    private const KeySource Default = DefaultRecordInformation;
    private const KeySource Reserved = ReservedKeys;
    private static readonly List<DesktopKey> Rows = [];

    // What a message is, and who speaks.
    public static readonly DesktopKey AgentReqType = Text("GSW_AGENT_REQ_TYPE", Reserved | MessageTables, "Name of the desktop's request.");
    public static readonly DesktopKey UserEvent = Text("GSW_USER_EVENT", Reserved | MessageTables, "Name of the engine's message to the desktop.");
    public static readonly DesktopKey ApplicationId = Number("GSW_APPLICATION_ID", Default | Reserved | UserEventAttributes | MessageTables, "Application DBID of the engine, from 101; a request that carries another one is not answered.", 101);
    public static readonly DesktopKey ReferenceId = Number("GSW_REFERENCE_ID", MessageTables, "The desktop's own number for a request; returned as it came in every reply, good or bad.", int.MinValue);

    // Campaign and group.
    public static readonly DesktopKey CampaignName = Text("GSW_CAMPAIGN_NAME", Default | Reserved | MessageTables, "Name of the campaign.");
    public static readonly DesktopKey CampaignDescription = Text("GSW_CAMPAIGN_DESCRIPTION", Reserved | MessageTables, "Description of the campaign; may be empty.");
    public static readonly DesktopKey CampaignMode = Text("GSW_CAMPAIGN_MODE", Reserved | MessageTables, "Dial mode by name, e.g. Progressive.");
    public static readonly DesktopKey CampaignGroupName = Text("GSW_CAMPAIGN_GROUP_NAME", Default | Reserved | MessageTables, "Name of the campaign group; outranks GSW_CAMPAIGN_NAME in a request.");
    public static readonly DesktopKey CampaignGroupDescription = Text("GSW_CAMPAIGN_GROUP_DESCRIPTION", Default | Reserved | MessageTables, "Description of the campaign group; may be empty.");
    public static readonly DesktopKey CampaignGroupGuid = Text("GSW_CAMPAIGN_GROUP_GUID", Default, "Globally unique identity of the campaign group.");
    public static readonly DesktopKey CampaignGroupDbid = Text("GSW_CAMPAIGN_GROUP_DBID", Reserved, "DBID of the campaign group, as a string.");
    public static readonly DesktopKey CampaignTemplateName = Text("GSW_CAMPAIGN_TEMPLATE_NAME", Reserved, "Name of the campaign template.");
    public static readonly DesktopKey TenantName = Text("GSW_TENANT_NAME", Default, "Customer name of the tenant; undefined where none is set.");
    public static readonly DesktopKey TenantCcid = Number("GSW_TENANT_CCID", Reserved, "Contact centre id of the tenant; the string undefined where none is set.");
    public static readonly DesktopKey OptimizeBy = Number("GSW_OPTIMIZE_BY", Default, "Optimisation method; predictive modes only.");
    public static readonly DesktopKey OptimizeGoal = Number("GSW_OPTIMIZE_GOAL", Default, "Optimisation goal; predictive modes only.");
    public static readonly DesktopKey ScriptId = Number("GSW_SCRIPT_ID", Reserved, "DBID of the agent's script.");
    public static readonly DesktopKey SwitchDbid = Number("GSW_SWITCH_DBID", Reserved | ProactiveInteraction, "DBID of the switch.");

    // The record.
    public static readonly DesktopKey RecordHandle = Number("GSW_RECORD_HANDLE", Default | Reserved | MessageTables, "Names the record in the engine's memory, from 1; not the record_id.", 1);
    public static readonly DesktopKey CallingList = Text("GSW_CALLING_LIST", Default | Reserved | MessageTables, "Name of the calling list.");
    public static readonly DesktopKey Phone = Text("GSW_PHONE", Default | Reserved | ModifiableFields | MessageTables, "The customer's phone number (contact_info).");
    public static readonly DesktopKey PhoneType = Number("GSW_PHONE_TYPE", Reserved | ModifiableFields | MessageTables, "Type of the phone (contact_info_type), 0 to 11.", 0, 11);
    public static readonly DesktopKey From = Number("GSW_FROM", Reserved | ModifiableFields | MessageTables, "Seconds from midnight from which the record may be called (daily_from).", 0, 86_400);
    public static readonly DesktopKey Until = Number("GSW_UNTIL", Reserved | ModifiableFields | MessageTables, "Seconds from midnight until which the record may be called (daily_till); above GSW_FROM.", 0, 86_400);
    public static readonly DesktopKey CallResult = Number("GSW_CALL_RESULT", Default | Reserved | ModifiableFields | UserEventAttributes | MessageTables, "Result of the call (call_result): 0 to 53, above that a site's own.");
    public static readonly DesktopKey RecordStatus = Number("GSW_RECORD_STATUS", Reserved | MessageTables, "Status of the record (record_status).", 0, 9);
    public static readonly DesktopKey RecordType = Number("GSW_RECORD_TYPE", Reserved | MessageTables, "Type of the record (record_type), 0 to 7.", 0, 7);
    public static readonly DesktopKey Attempts = Number("GSW_ATTEMPTS", Default | Reserved | MessageTables, "Number of attempts made (attempt).");
    public static readonly DesktopKey ChainId = Number("GSW_CHAIN_ID", Default | Reserved | MessageTables, "Number of the chain (chain_id).");
    public static readonly DesktopKey ChainN = Number("GSW_CHAIN_N", Reserved | MessageTables, "Number of the record in its chain (chain_n).");
    public static readonly DesktopKey ChainAttr = Text("GSW_CHAIN_ATTR", Reserved | MessageTables, "Whether the whole chain or one record is meant.", "AllChain", "RecordOnly");
    public static readonly DesktopKey CustomerId = Text("GSW_CUSTOMER_ID", Reserved | MessageTables, "The customer's id, a user-defined field of the list.");
    public static readonly DesktopKey AgentId = Text("GSW_AGENT_ID", Reserved | ProactiveInteraction | MessageTables, "Login id of the last agent who worked with the record.");
    public static readonly DesktopKey CallTime = Number("GSW_CALL_TIME", Reserved | MessageTables, "Unix seconds at which the record was last called (call_time).");
    public static readonly DesktopKey ScheduledTime = Time("GSW_SCHEDULED_TIME", Default, "When the record is to be called (dial_sched_time); scheduled records only.");
    public static readonly DesktopKey DateTime = Text("GSW_DATE_TIME", Reserved | MessageTables, "Date and time of a scheduled call, MM/DD/YY(YYYY) HH:MM, in the record's time zone.");
    public static readonly DesktopKey CallbackType = Text("GSW_CALLBACK_TYPE", Reserved | UserEventAttributes | MessageTables, "Kind of callback.", "Personal", "Campaign");
    public static readonly DesktopKey Treatment = Text("GSW_TREATMENT", Reserved | MessageTables, "Treatment to apply to the chain.", "RecordTreatPersonal", "RecordTreatCampaign");
    public static readonly DesktopKey ContactMediaType = Text("GSW_CONTACT_MEDIA_TYPE", Reserved | ProactiveInteraction | MessageTables, "Media type that belongs to the phone type: any, voice, email, instant message.");
    public static readonly DesktopKey Message = Text("GSW_MESSAGE", Reserved | MessageTables, "Text of a do-not-call entry or of a record's cancellation.");
    public static readonly DesktopKey Duration = Number("GSW_DURATION", MessageTables, "How long the do-not-call entry holds, seconds.");
    public static readonly DesktopKey DeviceMask = Text("GSW_DEVICE_MASK", Reserved, "Mask of the device.");

    // Where the customer is.
    public static readonly DesktopKey TzCode = Text("GSW_TZ_CODE", Default, "The client's time zone.");
    public static readonly DesktopKey TzName = Text("GSW_TZ_NAME", Reserved | MessageTables, "Name of the time zone, usually three letters.");
    public static readonly DesktopKey TzJavaName = Text("GSW_TZ_JAVA_NAME", Reserved, "The client's time zone.");
    public static readonly DesktopKey TzOffset = Number("GSW_TZ_OFFSET", Default | Reserved | MessageTables, "Seconds between UTC and the time zone, -43200 to 43200.", -43_200, 43_200);
    public static readonly DesktopKey CountryCode = Text("GSW_COUNTRY_CODE", Default, "The client's country code.");
    public static readonly DesktopKey StateCode = Text("GSW_STATE_CODE", Reserved, "The client's region code.");
    public static readonly DesktopKey PostalCode = Text("GSW_POSTAL_CODE", Default, "The client's postal code.");
    public static readonly DesktopKey DeviceAreaCode = Text("GSW_D_AREA_CODE", Default, "Area code of the device.");
    public static readonly DesktopKey DeviceStateCode = Text("GSW_D_STATE_CODE", Reserved, "Region code of the device.");
    public static readonly DesktopKey DeviceTzJavaName = Text("GSW_D_TZ_JAVA_NAME", Reserved, "Time zone of the device.");

    // The call attempt.
    public static readonly DesktopKey CallAttemptGuid = Text("GSW_CALL_ATTEMPT_GUID", Default | Reserved, "Globally unique identity of the call attempt.");
    public static readonly DesktopKey HistSequenceNum = Number("GSW_HIST_SEQUENCE_NUM", Default, "Call attempt report: 0 the first, 1 the second of an attempt.", 0, 1);
    public static readonly DesktopKey StartProcessing = Time("GSW_START_PROCESSING", Default, "When processing of the attempt began.");
    public static readonly DesktopKey Dialing = Time("GSW_DIALING", Reserved, "When dialing began.");
    public static readonly DesktopKey CpdCompleted = Time("GSW_CPD_COMPLETED", Reserved, "When call progress detection was done.");
    public static readonly DesktopKey AgentAnswered = Time("GSW_AGENT_ANSWERED", Reserved, "When an agent answered.");
    public static readonly DesktopKey AgentReleased = Time("GSW_AGENT_RELEASED", Reserved, "When the agent released the call.");
    public static readonly DesktopKey Abandoned = Time("GSW_ABANDONED", Default, "When the call was abandoned.");
    public static readonly DesktopKey Released = Time("GSW_RELEASED", Reserved, "When the call was released.");
    public static readonly DesktopKey AcwCompleted = Time("GSW_ACW_COMPLETED", Default, "When after-call work was done.");
    public static readonly DesktopKey CompleteProcessing = Time("GSW_COMPLETE_PROCESSING", Default, "When processing of the attempt was done.");
    public static readonly DesktopKey CpnDigits = Text("GSW_CPN_DIGITS", Reserved | MessageTables, "Caller id of the call.");
    public static readonly DesktopKey CpnDigitsSet = Text("GSW_CPN_DIGITS_SET", Reserved, "Name of the caller id set.");
    public static readonly DesktopKey CallResultFeedback = Number("GSW_CALL_RESULT_FEEDBACK", Reserved, "The call is a test of answering machine detection: the agent verifies the result.", 1, 1);
    public static readonly DesktopKey BlockingRule = Text("GSW_BLOCKING_RULE", Reserved, "Name of the rule that refused the dial.");
    public static readonly DesktopKey BlockingRuleType = Number("GSW_BLOCKING_RULE_TYPE", Reserved, "Type of the rule that refused the dial.");
    public static readonly DesktopKey AsmOverdial = Number("GSW_ASM_OVERDIAL", Reserved, "The call was not merged with an engaging call.", 1, 1);
    public static readonly DesktopKey AssuredHandle = Number("GSW_ASSURED_HANDLE", Reserved, "Handle of a record that is dialled with an agent assured.", 1);
    public static readonly DesktopKey InteractionType = Text("InteractionType", Reserved, "Always Outbound.");
    public static readonly DesktopKey InteractionSubtype = Text("InteractionSubtype", Reserved, "Always OutboundNew.");

    // Agents.
    public static readonly DesktopKey ReadyTime = Number("GSW_READY_TIME", MessageTables, "Seconds until the agent expects to be ready, above 0.", 1);
    public static readonly DesktopKey LogoutTime = Number("GSW_LOGOUT_TIME", Reserved | MessageTables, "Seconds until the agent may log out.");

    // Errors.
    public static readonly DesktopKey Error = Text("GSW_ERROR", Reserved | ErrorEventAttributes, "Name of the error.");
    public static readonly DesktopKey ErrorNumber = Number("GSW_ERROR_NUMBER", Reserved | ErrorEventAttributes, "Number of the error, 101 to 120.");
    public static readonly DesktopKey ErrorDescription = Text("GSW_ERROR_DESCRIPTION", Reserved | UserEventAttributes, "What was wrong, in words.");

    // Towards the statistics server.
    public static readonly DesktopKey StatEvent = Number("GSW_STAT_EVENT", UserEventAttributes, "Type of the statistics event.");
    public static readonly DesktopKey CampaignDbid = Number("GSW_CAMPAIGN_DBID", UserEventAttributes, "DBID of the campaign.");
    public static readonly DesktopKey CallListDbid = Number("GSW_CALL_LIST_DBID", UserEventAttributes, "DBID of the calling list.");
    public static readonly DesktopKey GroupDbid = Number("GSW_GROUP_DBID", UserEventAttributes, "DBID of the agent group.");
    public static readonly DesktopKey AgentDbid = Number("GSW_AGENT_DBID", UserEventAttributes, "DBID of the agent.");
    public static readonly DesktopKey CampaignComplete = Number("GSW_CAMPAIGN_COMPLETE", UserEventAttributes, "Ready and retrieved chains of the campaign.");
    public static readonly DesktopKey ListComplete = Number("GSW_LIST_COMPLETE", UserEventAttributes, "Ready chains of the calling list.");
    public static readonly DesktopKey DialMode = Number("GSW_DIAL_MODE", UserEventAttributes, "Dial mode by number.");
    public static readonly DesktopKey SchedRecNum = Number("GSW_SCHED_REC_NUM", UserEventAttributes, "Scheduled records in process.");

    private static readonly Dictionary<string, DesktopKey> ByName = Rows.ToDictionary(k => k.Name, StringComparer.Ordinal);

    /// <summary>Every key, in the order of the table.</summary>
    public static IReadOnlyList<DesktopKey> All => Rows;

    /// <summary>Finds a key by its name on the wire; null where the protocol has no such key.</summary>
    public static DesktopKey? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>True where a user-defined field must not be attached under this name (reserved, or beginning with GSW_).</summary>
    public static bool IsReserved(string name) => name.StartsWith("GSW_", StringComparison.Ordinal) || ByName.ContainsKey(name);

    private static DesktopKey Text(string name, KeySource sources, string meaning, params string[] values) =>
        Add(new DesktopKey(name, KeyType.String, sources, meaning, 0, 0, values.Length == 0 ? null : values));

    private static DesktopKey Number(string name, KeySource sources, string meaning, long min = 0, long max = int.MaxValue) =>
        Add(new DesktopKey(name, KeyType.Integer, sources, meaning, min, max, null));

    private static DesktopKey Time(string name, KeySource sources, string meaning) =>
        Add(new DesktopKey(name, KeyType.Int64, sources, meaning, 0, long.MaxValue, null));

    private static DesktopKey Add(DesktopKey key)
    {
        Rows.Add(key);
        return key;
    }
}
