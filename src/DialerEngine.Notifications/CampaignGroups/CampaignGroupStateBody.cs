using System.Buffers;
using System.Globalization;
using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;

namespace DialerEngine.Notifications.CampaignGroups;

/// <summary>Numbers of <c>GSW_CAMPAIGN_GROUP_ACTION</c> (CMMessageType; ordinals of the client library's message types).</summary>
public enum CampaignMessageType
{
    /// <summary>No request: a periodic post.</summary>
    None = 0,
    ReqLoadCampaign = 7,
    ReqUnloadCampaign = 8,
    ReqStartDialing = 9,
    ReqStopDialing = 10,
    ReqSetDialingMode = 11,
}

/// <summary>
/// Who caused a change (<c>GSW_CAMPAIGN_GROUP_ACTOR</c>; seed Campaign Group Status Reporting, which ends after 1: the number of what the engine does
/// by itself is ours). More may come.
/// </summary>
public enum CampaignActorType
{
    Unknown = 0,

    /// <summary>A client: an operator through the admin API.</summary>
    Client = 1,

    /// <summary>The engine itself, by a condition of its own: it is being stopped.</summary>
    Engine = 4,
}

/// <summary>Statistics of a group or of one of its lists; null where there is none.</summary>
public sealed record CampaignListStatistics(CallingListDefinition List, double? HitRatio, long? SecondsToComplete);

/// <summary>A post about a campaign group: the fields of Campaign Group Status Reporting.</summary>
public sealed record CampaignGroupStateReport
{
    public required CampaignGroupDefinition Group { get; init; }

    public required CampaignGroupState State { get; init; }

    public required DialMode DialMode { get; init; }

    public required CampaignMessageType Action { get; init; }

    public required CampaignActorType Actor { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    public double? BusyFactor { get; init; }

    public double? HitRatio { get; init; }

    public double? OverdialRate { get; init; }

    public long? SecondsToComplete { get; init; }

    public IReadOnlyList<CampaignListStatistics> Lists { get; init; } = [];

    /// <summary>The request that an action of the engine stands for.</summary>
    public static CampaignMessageType MessageOf(GroupCommandKind command) => command switch
    {
        GroupCommandKind.Load => CampaignMessageType.ReqLoadCampaign,
        GroupCommandKind.Start => CampaignMessageType.ReqStartDialing,
        GroupCommandKind.Stop => CampaignMessageType.ReqStopDialing,
        GroupCommandKind.SetDialMode => CampaignMessageType.ReqSetDialingMode,
        _ => CampaignMessageType.ReqUnloadCampaign,
    };

    /// <summary>Writes the body.</summary>
    public void Write(IBufferWriter<byte> body)
    {
        using var json = new Utf8JsonWriter(body, NotificationJson.Options);
        json.WriteStartObject();
        json.WriteString("GSW_USER_EVENT"u8, "CampaignGroupState"u8);
        json.WriteString("GSW_DATE_TIME"u8, (At.ToUnixTimeMilliseconds() / 1_000m).ToString("F3", CultureInfo.InvariantCulture));
        json.WriteString("GSW_TENANT_NAME"u8, KnownOr(Group.TenantName));
        json.WriteString("GSW_TENANT_CCID"u8, KnownOr(Group.TenantCcid));
        json.WriteString("GSW_CAMPAIGN_GROUP_NAME"u8, Group.Name);
        json.WriteString("GSW_CAMPAIGN_GROUP_GUID"u8, Group.Guid);
        json.WriteString("GSW_CAMPAIGN_GROUP_DBID"u8, Group.Id.ToString());
        json.WriteString("GSW_GROUP_NAME"u8, Group.AgentGroup.Name);
        json.WriteString("GSW_CAMPAIGN_NAME"u8, Group.Campaign.Name);
        if (Group.Campaign.TemplateName is { } template)
        {
            json.WriteString("GSW_CAMPAIGN_TEMPLATE_NAME"u8, template);
        }

        json.WriteString("GSW_QUEUE_NAME"u8, Group.AgentGroup.Name);
        WriteRunning(json);
        json.WriteNumber("GSW_CAMPAIGN_GROUP_STATE"u8, (int)State);
        json.WriteNumber("GSW_CAMPAIGN_GROUP_ACTION"u8, (int)Action);
        json.WriteNumber("GSW_CAMPAIGN_GROUP_ACTOR"u8, (int)Actor);

        // The longer name that earlier versions of this engine used, for receivers that were written after it.
        json.WriteNumber("GSW_CAMPAIGN_GROUP_ACTOR_TYPE"u8, (int)Actor);
        WriteStatistic(json, "GSW_STAT_BUSY_FACTOR"u8, BusyFactor);
        WriteStatistic(json, "GSW_STAT_HIT_RATIO"u8, HitRatio);
        WriteStatistic(json, "GSW_STAT_OVERDIAL_RATE"u8, OverdialRate);
        WriteStatistic(json, "GSW_STAT_TIME_TO_COMPLETE"u8, SecondsToComplete);
        WriteLists(json);
        json.WriteEndObject();
    }

    private static string KnownOr(string? text) => string.IsNullOrEmpty(text) || text == "undefined" ? "Unknown" : text;

    private static void WriteStatistic(Utf8JsonWriter json, ReadOnlySpan<byte> key, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(key, Math.Round(Math.Max(0, number), 4));
        }
        else
        {
            json.WriteNull(key);
        }
    }

    /// <summary>Dial mode only for running groups; what is optimised only for predictive modes.</summary>
    private void WriteRunning(Utf8JsonWriter json)
    {
        if (State != CampaignGroupState.Running)
        {
            return;
        }

        json.WriteNumber("GSW_DIAL_MODE"u8, (int)DialMode);
        if (DialMode is DialMode.Predict or DialMode.PredictAndSeize or DialMode.PredictGVP)
        {
            json.WriteNumber("GSW_OPTIMIZE_BY"u8, (int)Group.OptimizeBy);
            json.WriteNumber("GSW_OPTIMIZE_GOAL"u8, Group.OptimizeGoal);
        }
    }

    private void WriteLists(Utf8JsonWriter json)
    {
        json.WriteStartArray("GSW_CALLING_LISTS"u8);
        foreach (var list in Lists)
        {
            json.WriteStartObject();
            json.WriteString("GSW_CALLING_LIST"u8, list.List.Name);
            json.WriteNumber("GSW_CALLING_LIST_DBID"u8, list.List.Id.Value);
            WriteStatistic(json, "GSW_STAT_HIT_RATIO"u8, list.HitRatio);
            WriteStatistic(json, "GSW_STAT_TIME_TO_COMPLETE"u8, list.SecondsToComplete);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
