using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Filters;

namespace DialerEngine.Core.Compliance;

/// <summary>
/// The customers' clock of a campaign group: what time it is for a record, for treatments and callbacks, and which zones and windows of a list a
/// fetch may leave out. It reads zones as the rule that is asked at the dial does (column with the name, <c>tz_dbid</c>, number prefix).
/// </summary>
public sealed class GroupClock : ICustomerClock
{
    private readonly CallingWindow _window;
    private readonly CallingListDefinition[] _lists;
    private readonly ListWindows[] _windows;

    /// <param name="campaign">Whose lists the records are of.</param>
    /// <param name="window">How zones are read and when they are open.</param>
    public GroupClock(CampaignDefinition campaign, CallingWindow window)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        _window = window;
        _lists = [.. campaign.Lists.Select(l => l.List)];
        _windows = [.. _lists.Select(l => new ListWindows(window, l))];
    }

    /// <summary>Where a number may lie in several zones, the first of them counts; where no zone is known, UTC does.</summary>
    public TimeSpan OffsetAt(CallRecord record, DateTimeOffset utc)
    {
        ArgumentNullException.ThrowIfNull(record);
        var list = IndexOf(record.List);
        return list < 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(_window.OffsetAt(record, _lists[list], utc.ToUnixTimeSeconds()));
    }

    /// <summary>The first zone that the record's number may lie in, where neither its column nor its <c>tz_dbid</c> names one.</summary>
    public string? ZoneNameOf(CallRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return IndexOf(record.List) is >= 0 and var list ? _window.ZoneNameOf(record, _lists[list]) : null;
    }

    /// <summary>The windows of one of the campaign's lists; null for a list that the campaign does not have.</summary>
    public IFetchWindows? WindowsOf(ListId list) => IndexOf(list) is >= 0 and var index ? _windows[index] : null;

    private int IndexOf(ListId list)
    {
        for (var i = 0; i < _lists.Length; i++)
        {
            if (_lists[i].Id == list)
            {
                return i;
            }
        }

        return -1;
    }

    private sealed class ListWindows(CallingWindow window, CallingListDefinition list) : IFetchWindows
    {
        public bool IsOpen(int timeZoneDbid, int dailyFrom, int dailyTill, long nowUnixSeconds) =>
            window.MayBeOpen(list, timeZoneDbid, new DayWindow(dailyFrom, dailyTill), nowUnixSeconds);
    }
}
