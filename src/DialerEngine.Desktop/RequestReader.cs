using System.Globalization;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop.Protocol;
using K = DialerEngine.Desktop.Protocol.DesktopKeys;

namespace DialerEngine.Desktop;

/// <summary>Turns a request that its row found well-formed into what a campaign group is asked.</summary>
internal static class RequestReader
{
    /// <summary>Table Reserved Keys, GSW_DATE_TIME: MM/DD/YY(YYYY) HH:MM. Leading zeros may be missing and seconds may be there.</summary>
    private static readonly string[] TimeFormats =
    [
        "M/d/yyyy H:mm", "M/d/yy H:mm", "M/d/yyyy H:mm:ss", "M/d/yy H:mm:ss",
    ];

    /// <summary>Years of two digits are those of this century.</summary>
    private static readonly DateTimeFormatInfo Times = ThisCentury();

    /// <summary>Reads the values; the error and the key that it is about where one of them means nothing.</summary>
    public static DesktopError TryRead(
        DesktopMessage message,
        AgentId agent,
        CampaignGroupDefinition group,
        UserData data,
        int? referenceId,
        out DesktopRequest? request,
        out string badKey)
    {
        request = null;
        if (!TryReadList(group, data, out var list, out badKey) || !RecordUpdates.TryRead(data, list, out var updates, out badKey))
        {
            return DesktopError.InvalidAttributeValue;
        }

        // Only a rescheduling takes effect at its time; elsewhere the key is a value like others.
        DateTime time = default;
        if (message.Kind is DesktopRequestKind.RecordReschedule or DesktopRequestKind.ScheduledRecordReschedule
            && !TryReadTime(TextOf(data, K.DateTime) ?? "", out time))
        {
            badKey = K.DateTime.Name;
            return DesktopError.InvalidTimeFormat;
        }

        var isAnyList = list is null && (message.CustomFields || RequestValidator.HasValue(data, K.Phone));
        request = new DesktopRequest
        {
            Kind = message.Kind,
            Agent = agent,
            RecordHandle = (int)NumberOf(data, K.RecordHandle),
            CallResult = data.TryGetInteger(K.CallResult.Name, out var result) ? (CallResult)result : null,
            Treatment = TextOf(data, K.Treatment)?.Replace(" ", "", StringComparison.Ordinal),
            FieldUpdates = isAnyList ? null : updates,
            FieldUpdatesByList = isAnyList ? UpdatesByList(group, data) : null,
            CallbackType = TextOf(data, K.CallbackType) switch
            {
                "Personal" => RecordType.PersonalCallBack,
                "Campaign" => RecordType.CampaignCallBack,
                _ => RecordType.NoRecordType,
            },
            CallbackTime = time,
            WholeChain = TextOf(data, K.ChainAttr) != "RecordOnly",
            DurationSeconds = (int)Math.Clamp(NumberOf(data, K.Duration), 0, int.MaxValue),
            Message = TextOf(data, K.Message),
            ReadySeconds = (int)NumberOf(data, K.ReadyTime),
            ReferenceId = referenceId,
            UserData = data,
        };
        return DesktopError.None;
    }

    /// <summary>A <c>GSW_DATE_TIME</c> of a desktop.</summary>
    public static bool TryReadTime(string text, out DateTime time) =>
        DateTime.TryParseExact(text.Trim(), TimeFormats, Times, DateTimeStyles.None, out time);

    private static long NumberOf(UserData data, DesktopKey key) => data.TryGetInteger(key.Name, out var number) ? number : 0;

    private static DateTimeFormatInfo ThisCentury()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.DateTimeFormat.Calendar = new GregorianCalendar { TwoDigitYearMax = 2099 };
        return DateTimeFormatInfo.ReadOnly(culture.DateTimeFormat);
    }

    /// <summary>What a request that names no list changes in a record of each list; lists for which it has a wrong value are left out.</summary>
    private static Dictionary<ListId, IReadOnlyList<KeyValuePair<string, object?>>> UpdatesByList(CampaignGroupDefinition group, UserData data)
    {
        var byList = new Dictionary<ListId, IReadOnlyList<KeyValuePair<string, object?>>>(group.Campaign.Lists.Count);
        foreach (var item in group.Campaign.Lists)
        {
            if (RecordUpdates.TryRead(data, item.List, out var updates, out _))
            {
                byList[item.List.Id] = updates ?? [];
            }
        }

        return byList;
    }

    /// <summary>Values for a new record's own fields, by their <c>send_attribute</c>; the key that has a wrong one, or null.</summary>
    public static string? AddOwnFields(CallingListDefinition list, UserData data, List<KeyValuePair<string, object?>> columns)
    {
        foreach (var field in list.UserFields)
        {
            if (field.SendAttribute is not { } key || K.IsReserved(key) || !data.Contains(key))
            {
                continue;
            }

            if (!RecordUpdates.TryReadField(data, key, field.Type, out var value))
            {
                return key;
            }

            if (value is not null)
            {
                columns.Add(new(field.Name, value));
            }
        }

        return null;
    }

    public static string? TextOf(UserData data, DesktopKey key) =>
        data.TryGetString(key.Name, out var text) && text.Length > 0 ? text : null;

    /// <summary>The list that GSW_CALLING_LIST names; it must be one of the campaign's.</summary>
    private static bool TryReadList(CampaignGroupDefinition group, UserData data, out CallingListDefinition? list, out string badKey)
    {
        list = null;
        badKey = K.CallingList.Name;
        if (TextOf(data, K.CallingList) is not { } name)
        {
            return true;
        }

        foreach (var item in group.Campaign.Lists)
        {
            if (item.List.Name == name)
            {
                list = item.List;
                return true;
            }
        }

        return false;
    }
}
