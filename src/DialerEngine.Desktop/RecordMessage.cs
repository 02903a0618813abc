using System.Globalization;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Treatments;
using DialerEngine.Desktop.Protocol;
using K = DialerEngine.Desktop.Protocol.DesktopKeys;

namespace DialerEngine.Desktop;

/// <summary>Builds the messages that show a record to an agent before its call: ScheduledCall and PreviewRecord, with user-defined fields.</summary>
internal static class RecordMessage
{
    /// <summary>Table Reserved Keys, GSW_DATE_TIME: the customer's local time.</summary>
    private const string TimeFormat = "MM/dd/yyyy HH:mm";

    /// <summary>The message of the table with the record of a call session.</summary>
    public static UserData Build(DesktopMessage message, CampaignGroupDefinition group, CallSession call, string? agentLoginId, UserData? request)
    {
        var attached = AttachedData.Of(group, call, agentLoginId);
        var data = new UserData().Set(message.Selector.Name, message.SelectorValue);
        foreach (var row in message.Keys)
        {
            if (!ReferenceEquals(row.Key, message.Selector) && ValueOf(row, attached, call) is { } value)
            {
                data.TrySet(row.Key.Name, value);
            }
        }

        foreach (var pair in attached.Pairs)
        {
            if (message.CustomFields && !K.IsReserved(pair.Key))
            {
                data.TrySet(pair.Key, pair.Value);
            }
        }

        if (request is not null && request.TryGet(K.ReferenceId.Name, out var reference))
        {
            data.TrySet(K.ReferenceId.Name, reference);
        }

        return data;
    }

    private static object? ValueOf(MessageKey row, UserData attached, CallSession call)
    {
        if (row.Key == K.TzOffset)
        {
            return (long)call.ZoneOffsetSeconds;
        }

        if (row.Key == K.CallbackType)
        {
            return RecordTransitions.IsPersonal(call.Record!.RecordType) ? "Personal" : "Campaign";
        }

        if (row.Key == K.DateTime)
        {
            return DateTime.UnixEpoch.AddSeconds(call.Record!.DialScheduledTime + call.ZoneOffsetSeconds).ToString(TimeFormat, CultureInfo.InvariantCulture);
        }

        if (attached.TryGet(row.Key.Name, out var value))
        {
            return row.Type == KeyType.String && value is long number ? number.ToString(CultureInfo.InvariantCulture) : value;
        }

        // A record that was never called has no time of a call, and a required key is there all the same.
        return row.Required ? row.Key == K.CallTime ? "0" : row.Type == KeyType.String ? "" : 0L : null;
    }
}
