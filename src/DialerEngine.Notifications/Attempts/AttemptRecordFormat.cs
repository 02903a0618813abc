using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;

namespace DialerEngine.Notifications.Attempts;

/// <summary>
/// The body of a call attempt record. Every attribute of the table in Submitting Call Attempt Records is in every body, null where it has no value (yet);
/// attributes that later editions of the field added follow where they have one. Times are Unix seconds, as everywhere in the field.
/// </summary>
public sealed class AttemptRecordFormat : IAttemptRecordFormat, IDisposable
{
    private volatile FrozenDictionary<int, (CampaignGroupDefinition Definition, string Name)> _groups;
    private volatile FrozenDictionary<int, CallingListDefinition> _lists;
    private readonly Func<CampaignGroupDefinition, int, string?> _zoneNameOf;
    private readonly Utf8JsonWriter _json = new(Stream.Null, NotificationJson.Options);
    private readonly Lock _gate = new();

    /// <param name="groups">All groups of the configuration.</param>
    /// <param name="zoneNameOf">IANA name of a <c>tz_dbid</c> for attempts that do not bring their zone's name; null knows the standard zones.</param>
    public AttemptRecordFormat(IEnumerable<CampaignGroupDefinition> groups, Func<CampaignGroupDefinition, int, string?>? zoneNameOf = null)
    {
        (_groups, _lists) = Tables(groups);
        _zoneNameOf = zoneNameOf ?? ((_, dbid) => ClockOptions.DefaultZones.GetValueOrDefault(dbid));
    }

    /// <summary>Other definitions of the groups from now on.</summary>
    public void Reconfigure(IEnumerable<CampaignGroupDefinition> groups) => (_groups, _lists) = Tables(groups);

    public bool TryWrite(in JournalEntry entry, int sequence, IBufferWriter<byte> body)
    {
        if (!_groups.TryGetValue(entry.Group.Value, out var known) || !known.Definition.Options.SendHistory)
        {
            return false;
        }

        var group = known.Definition;
        lock (_gate)
        {
            _json.Reset(body);
            _json.WriteStartObject();
            WriteIdentity(in entry, sequence, group);
            WriteContact(in entry, group);
            WriteCampaign(in entry, group, known.Name);
            WriteTimes(in entry.Times);
            WriteLaterOnes(in entry, group);
            _json.WriteEndObject();
            _json.Flush();
        }

        return true;
    }

    public void Dispose() => _json.Dispose();

    private static (FrozenDictionary<int, (CampaignGroupDefinition, string)>, FrozenDictionary<int, CallingListDefinition>) Tables(IEnumerable<CampaignGroupDefinition> groups)
    {
        var all = groups.ToArray();
        return (
            all.ToFrozenDictionary(g => g.Id.Value, g => (g, g.Name)),
            all.SelectMany(g => g.Campaign.Lists).Select(l => l.List).DistinctBy(l => l.Id).ToFrozenDictionary(l => l.Id.Value));
    }

    private void WriteIdentity(in JournalEntry entry, int sequence, CampaignGroupDefinition group)
    {
        _json.WriteString("GSW_CALL_ATTEMPT_GUID"u8, entry.Attempt.Value);
        _json.WriteNumber("GSW_HIST_SEQUENCE_NUM"u8, sequence);

        // The name of the draft, which receivers that were written after it read.
        _json.WriteNumber("GSW_OCS_SEQUENCE_NO"u8, sequence);
        _json.WriteString("GSW_TENANT_NAME"u8, group.TenantName);
        _json.WriteNumber("GSW_CAMPAIGN_DBID"u8, group.Campaign.Id);

        // The result of the attempt is known when it is complete.
        if (sequence == 0)
        {
            _json.WriteNull("GSW_CALL_RESULT"u8);
        }
        else
        {
            _json.WriteNumber("GSW_CALL_RESULT"u8, (int)entry.Result);
        }
    }

    private void WriteContact(in JournalEntry entry, CampaignGroupDefinition group)
    {
        var at = entry.Times.Dialing > 0 ? entry.Times.Dialing : entry.Times.StartProcessing;
        var place = entry.Phone is { } phone && NumberKey.TryPackE164(phone, out var number) ? NumberPlaces.Find(number) : null;
        var zone = ZoneOf(in entry, group, place);
        WriteText("GSW_PHONE"u8, entry.Phone);
        _json.WriteNumber("GSW_PHONE_TYPE"u8, (int)entry.Facts.PhoneType);
        WriteText("GSW_CUSTOMER_ID"u8, TextOf(entry.Facts.CustomerId));
        WriteTime("GSW_CALL_TIME"u8, at);
        WriteNumberOrNull("GSW_SCHEDULED_TIME"u8, IsScheduled(entry.RecordType) && entry.DialScheduledTime > 0 ? entry.DialScheduledTime : null);
        WriteNumberOrNull("GSW_TZ_OFFSET"u8, zone?.OffsetAt(at / 1_000));
        WriteText("GSW_TZ_NAME"u8, zone is null ? null : ZoneNames.AbbreviationOf(zone.Name) ?? zone.Name);
        WriteText("GSW_TZ_CODE"u8, zone?.Name);
        WriteText("GSW_POSTAL_CODE"u8, TextOf(entry.Facts.PostalCode));
        WriteText("GSW_REGION_CODE"u8, TextOf(entry.Facts.RegionCode));
        WriteText("GSW_COUNTRY_CODE"u8, TextOf(entry.Facts.CountryCode));
        WriteDevice(entry.Phone, place);
    }

    /// <summary>The zone that the customer's clock was read in; of an attempt of before a crash, the one that its record and its number tell.</summary>
    private ZoneClock? ZoneOf(in JournalEntry entry, CampaignGroupDefinition group, NumberPlace? place)
    {
        if (entry.Facts.TimeZoneName is { } name && ZoneClock.Find(name) is { } known)
        {
            return known;
        }

        if (entry.Facts.TimeZoneDbid > 0 && _zoneNameOf(group, entry.Facts.TimeZoneDbid) is { } byDbid && ZoneClock.Find(byDbid) is { } zone)
        {
            return zone;
        }

        return place is { Zones: [var first, ..] } ? first : null;
    }

    /// <summary>What the number itself says: its E.164 country code, and in the North American plan its area code and that area's state or province.</summary>
    private void WriteDevice(string? phone, NumberPlace? place)
    {
        Span<byte> digits = stackalloc byte[PhoneNumber.MaxLength];
        string? code = null;
        string? area = null;
        if (phone is ['+', ..] && phone.Length <= PhoneNumber.MaxLength && Encoding.ASCII.TryGetBytes(phone, digits, out var length)
            && NumberingPlans.TryFindByCode(digits[1..length], out var plan))
        {
            code = plan.CountryCode;
            area = plan.IsNanp && length >= 5 ? phone[2..5] : null;
        }

        WriteText("GSW_D_AREA_CODE"u8, area);
        if (place?.Region is [_, _, '-', _, ..])
        {
            _json.WriteString("GSW_D_REGION_CODE"u8, place.Region.AsSpan(3));
        }
        else
        {
            _json.WriteNull("GSW_D_REGION_CODE"u8);
        }

        WriteText("GSW_D_COUNTRY_CODE"u8, code);
    }

    private void WriteCampaign(in JournalEntry entry, CampaignGroupDefinition group, string name)
    {
        var mode = entry.Facts.DialMode == DialMode.NoDialMode ? group.DialMode : entry.Facts.DialMode;
        var isPaced = mode is DialMode.Predict or DialMode.PredictAndSeize or DialMode.PredictGVP && group.OptimizeBy != OptimizeBy.NoOptimizationMethod;
        _json.WriteString("GSW_CAMPAIGN_NAME"u8, group.Campaign.Name);
        WriteText("GSW_CALLING_LIST"u8, _lists.TryGetValue(entry.List.Value, out var list) ? list.Name : null);
        _json.WriteString("GSW_CAMPAIGN_GROUP_NAME"u8, name);
        _json.WriteString("GSW_GROUP_NAME"u8, group.AgentGroup.Name);

        // There is no transfer destination beside the agents themselves: agents are reached through their group.
        _json.WriteString("GSW_QUEUE_NAME"u8, group.AgentGroup.Name);
        _json.WriteNumber("GSW_DIAL_MODE"u8, (int)mode);
        WriteNumberOrNull("GSW_OPTIMIZE_BY"u8, isPaced ? (int)group.OptimizeBy : null);
        WriteNumberOrNull("GSW_OPTIMIZE_GOAL"u8, isPaced ? group.OptimizeGoal : null);
    }

    private void WriteTimes(in AttemptTimes times)
    {
        WriteTime("GSW_START_PROCESSING"u8, times.StartProcessing);
        WriteTime("GSW_DIALING"u8, times.Dialing);
        WriteTime("GSW_RINGING"u8, times.Ringing);
        WriteTime("GSW_RELEASED"u8, times.Released);
        WriteTime("GSW_ANSWERED"u8, times.Answered);
        WriteTime("GSW_CPD_COMPLETED"u8, times.CpdCompleted);
        WriteTime("GSW_QUEUED"u8, times.Queued);
        WriteTime("GSW_AGENT_RINGING"u8, times.AgentRinging);
        WriteTime("GSW_AGENT_ANSWERED"u8, times.AgentAnswered);
        WriteTime("GSW_DIVERTED"u8, times.Diverted);
        WriteTime("GSW_ABANDONED"u8, times.Abandoned);
        WriteTime("GSW_AGENT_RELEASED"u8, times.AgentReleased);
        WriteTime("GSW_ACW_COMPLETED"u8, times.AcwCompleted);
        WriteTime("GSW_COMPLETE_PROCESSING"u8, times.CompleteProcessing);
    }

    private void WriteLaterOnes(in JournalEntry entry, CampaignGroupDefinition group)
    {
        _json.WriteString("GSW_CAMPAIGN_GROUP_GUID"u8, group.Guid);
        _json.WriteNumber("GSW_CALLING_LIST_DBID"u8, entry.List.Value);
        _json.WriteNumber("GSW_CHAIN_ID"u8, entry.Facts.ChainId);
        _json.WriteNumber("GSW_CHAIN_N"u8, entry.Facts.ChainN);
        WriteIfAny("GSW_AGENT_ID"u8, entry.AgentLoginId);
        WriteIfAny("GSW_CAMPAIGN_TEMPLATE_NAME"u8, group.Campaign.TemplateName);
        WriteIfAny("GSW_CPN_DIGITS"u8, entry.Facts.CallerId ?? group.Campaign.CpnDigits);
        WriteIfAny("GSW_CPN_DIGITS_SET"u8, entry.Facts.CallerIdSet);
        WriteIfAny("GSW_BLOCKING_RULE"u8, entry.Facts.BlockingRule);
        if (entry.Facts.BlockingRuleType is { } kind)
        {
            _json.WriteNumber("GSW_BLOCKING_RULE_TYPE"u8, kind);
        }
    }

    private static bool IsScheduled(RecordType type) =>
        type is RecordType.CampaignRescheduled or RecordType.PersonalRescheduled or RecordType.PersonalCallBack or RecordType.CampaignCallBack;

    private static string? TextOf(object? value) => value switch
    {
        null => null,
        string { Length: 0 } => null,
        string text => text,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private void WriteText(ReadOnlySpan<byte> key, string? value) => _json.WriteString(key, value);

    private void WriteIfAny(ReadOnlySpan<byte> key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _json.WriteString(key, value);
        }
    }

    private void WriteTime(ReadOnlySpan<byte> key, long unixMs) => WriteNumberOrNull(key, unixMs > 0 ? unixMs / 1_000 : null);

    private void WriteNumberOrNull(ReadOnlySpan<byte> key, long? value)
    {
        if (value is { } number)
        {
            _json.WriteNumber(key, number);
        }
        else
        {
            _json.WriteNull(key);
        }
    }
}
