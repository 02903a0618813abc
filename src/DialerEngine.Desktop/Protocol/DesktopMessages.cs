using System.Collections.Immutable;
using DialerEngine.Core.Desktop;
using K = DialerEngine.Desktop.Protocol.DesktopKeys;

namespace DialerEngine.Desktop.Protocol;

/// <summary>
/// The one table of messages: every request, reply and notification of the specification (version 6 of the protocol) with its keys. Parsing,
/// validation, replies, the documentation page and the conformance tests come from these rows. A request is supported when its row names
/// a <see cref="DesktopRequestKind"/>; any other is answered 101 Invalid Request.
/// </summary>
public static partial class DesktopMessages
{
    private static readonly ImmutableArray<DesktopMessage> Rows =
    [
        .. Notifications(), .. Preview(), .. Common(), .. Reschedule(), .. Chained(), .. DoNotCallAndCancel(), .. AddRecordAndLogOut(), .. Errors(),
    ];

    private static readonly Dictionary<string, DesktopMessage> Requests = Rows
        .Where(m => m.Direction == MessageDirection.ToEngine)
        .ToDictionary(m => m.SelectorValue, StringComparer.Ordinal);

    private static readonly Dictionary<string, DesktopMessage> ByName = Rows.ToDictionary(m => m.Name, StringComparer.Ordinal);

    private static readonly Dictionary<DesktopRequestKind, DesktopMessage> Acknowledges = Rows
        .Where(m => m is { Kind: not DesktopRequestKind.None, Acknowledge: not null })
        .ToDictionary(m => m.Kind, m => ByName[m.Acknowledge!]);

    /// <summary>Every message, in the order of the specification's library.</summary>
    public static IReadOnlyList<DesktopMessage> All => Rows;

    /// <summary>The error event, sent for any request that cannot be carried out.</summary>
    public static DesktopMessage Error { get; } = Get("Error");

    /// <summary>The request that a <c>GSW_AGENT_REQ_TYPE</c> names; null where there is none.</summary>
    public static DesktopMessage? FindRequest(string requestType) => Requests.GetValueOrDefault(requestType);

    /// <summary>A message of the table by its name in the library.</summary>
    /// <exception cref="KeyNotFoundException">The table has no such message: a mistake of the caller.</exception>
    public static DesktopMessage Get(string name) => ByName[name];

    /// <summary>The message that says yes to a request.</summary>
    /// <exception cref="KeyNotFoundException">The table has none: a mistake of the caller.</exception>
    public static DesktopMessage AcknowledgeOf(DesktopRequestKind kind) => Acknowledges[kind];

    /// <summary>The message that says no to a request.</summary>
    public static DesktopMessage ErrorOf(DesktopRequestKind kind, DesktopError error) => (kind, error) switch
    {
        (DesktopRequestKind.PreviewRecordRequest, DesktopError.NoRecordsAvailable) => Get("NoRecordsAvailable"),
        (DesktopRequestKind.PreviewRecordRequest, DesktopError.NoRunningPreviewCampaigns) => Get("NoRunningPreviewCampaigns"),
        _ => Error,
    };

    /// <summary>Errors that any request with a campaign may be answered with.</summary>
    private static DesktopError[] General(params DesktopError[] more) =>
    [
        DesktopError.InvalidRequest, DesktopError.AttributeNotFound, DesktopError.InvalidAttributeValue, DesktopError.AgentNotFound,
        DesktopError.CampaignGroupNotFound, DesktopError.NoActiveCampaigns, .. more,
    ];

    private static MessageKey Must(DesktopKey key) => new(key, true, key.Type);

    private static MessageKey Must(DesktopKey key, KeyType type) => new(key, true, type);

    private static MessageKey May(DesktopKey key, object? fallback = null) => new(key, false, key.Type, fallback);

    private static MessageKey MayAs(DesktopKey key, KeyType type, object? fallback = null) => new(key, false, type, fallback);

    private static DesktopMessage Request(
        string name,
        string chapter,
        string table,
        string meaning,
        MessageKey[] keys,
        string? acknowledge = null,
        DesktopError[]? errors = null,
        DesktopRequestKind kind = DesktopRequestKind.None,
        bool custom = false,
        MessageCondition? condition = null) => new()
        {
            Name = name,
            Direction = MessageDirection.ToEngine,
            Chapter = chapter,
            Table = table,
            Meaning = meaning,
            Keys = [Must(K.AgentReqType), .. keys],
            Selector = K.AgentReqType,
            SelectorValue = name,
            Acknowledge = acknowledge,
            Errors = errors ?? [],
            Kind = kind,
            CustomFields = custom,
            Condition = condition,
            Supported = kind != DesktopRequestKind.None,
        };

    private static DesktopMessage Event(
        string name,
        string chapter,
        string table,
        string meaning,
        MessageKey[] keys,
        bool supported = false,
        bool custom = false,
        string? wireName = null) => new()
        {
            Name = name,
            Direction = MessageDirection.ToDesktop,
            Chapter = chapter,
            Table = table,
            Meaning = meaning,
            Keys = [Must(K.UserEvent), .. keys],
            Selector = K.UserEvent,
            SelectorValue = wireName ?? name,
            CustomFields = custom,
            Supported = supported,
        };

    /// <summary>An error event that the specification shows with <c>GSW_AGENT_REQ_TYPE</c> instead of <c>GSW_USER_EVENT</c>.</summary>
    private static DesktopMessage PreviewError(string name, string table, string meaning) => new()
    {
        Name = name,
        Direction = MessageDirection.ToDesktop,
        Chapter = "Preview",
        Table = table,
        Meaning = meaning,
        Keys = [Must(K.AgentReqType), Must(K.ErrorNumber), Must(K.Error), Must(K.ApplicationId), Must(K.CampaignName)],
        Selector = K.AgentReqType,
        SelectorValue = "PreviewRecordRequest",
        Supported = true,
    };

    private static DesktopMessage[] Errors() =>
    [
        Event(
            "Error",
            "Errors",
            "Error Event Attributes",
            "The request cannot be carried out.",
            [
                Must(K.ApplicationId), Must(K.Error), Must(K.ErrorNumber), May(K.ErrorDescription), May(K.AgentReqType),
                May(K.CampaignName), May(K.CallingList), May(K.RecordHandle),
            ],
            supported: true),
    ];
}
