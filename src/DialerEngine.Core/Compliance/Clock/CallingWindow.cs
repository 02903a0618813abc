using System.Collections.Concurrent;

namespace DialerEngine.Core.Compliance;

/// <summary>
/// The customer's clock: whether a record may be called at an instant, and when next. The strictest of the record's own window (else its
/// list's), the campaign's window and weekdays, the hours of country and state, and holidays holds; a number that may lie in several zones
/// must be inside in all of them. Allocates nothing once it has seen the region.
/// </summary>
public sealed class CallingWindow : IRecordRule
{
    private const long Day = 86_400;

    /// <summary>How far ahead an opening is looked for: a year finds every weekly and yearly one.</summary>
    private const int FarthestDays = 370;

    /// <summary>Where no opening is in sight, or the zone is not known, the record is looked at again after this long.</summary>
    private const long LookAgainSeconds = Day;

    private readonly ClockOptions _options;
    private readonly ConcurrentDictionary<int, ZoneClock[]> _byDbid = new();
    private readonly ZoneClock[]? _unknown;
    private readonly ConcurrentDictionary<string, ZoneClock[]> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Region> _regions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<CallingListDefinition, int> _zoneFields = new(ReferenceEqualityComparer.Instance);

    public CallingWindow(ClockOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _unknown = options.UnknownZone is { } unknown && ZoneClock.Find(unknown) is { } found ? [found] : null;
    }

    public string Name => "calling window";

    public RuleVerdict Check(CallRecord record, CallingListDefinition list, long unixSeconds)
    {
        var zones = ZonesOf(record, list, out var region);
        if (zones is null)
        {
            return RuleVerdict.HoldUntil(RuleReason.ZoneUnknown, unixSeconds + LookAgainSeconds);
        }

        // Open now, and still open when a person may answer at last: nobody is called into the night by a phone that began to ring in time.
        var window = WindowOf(record, list);
        var verdict = CheckAt(zones, region, window, unixSeconds);
        return verdict.Outcome == RuleOutcome.Dial && _options.AnswerSeconds > 0 ? CheckAt(zones, region, window, unixSeconds + _options.AnswerSeconds) : verdict;
    }

    private RuleVerdict CheckAt(ZoneClock[] zones, Region region, in DayWindow window, long unixSeconds)
    {
        foreach (var zone in zones)
        {
            var reason = WhyClosed(zone, region, window, unixSeconds);
            if (reason != RuleReason.None)
            {
                return RuleVerdict.HoldUntil(reason, NextOpening(zones, region, window, unixSeconds));
            }
        }

        return RuleVerdict.Dial;
    }

    /// <summary>The earliest second from the given one on at which the record may be called; a day later where none is in sight.</summary>
    public long NextOpening(CallRecord record, CallingListDefinition list, long unixSeconds) =>
        ZonesOf(record, list, out var region) is { } zones
            ? NextOpening(zones, region, WindowOf(record, list), unixSeconds)
            : unixSeconds + LookAgainSeconds;

    /// <summary>The record's own window; the list's where it has none (both columns 0).</summary>
    public static DayWindow WindowOf(CallRecord record, CallingListDefinition list) =>
        record is { DailyFrom: 0, DailyTill: 0 } ? new DayWindow(list.DailyFrom, list.DailyTill) : new DayWindow(record.DailyFrom, record.DailyTill);

    /// <summary>Seconds that the record's clock is ahead of UTC, in the first of its zones; 0 where its zone is not known.</summary>
    public int OffsetAt(CallRecord record, CallingListDefinition list, long unixSeconds) =>
        ZonesOf(record, list, out _) is [var first, ..] ? first.OffsetAt(unixSeconds) : 0;

    /// <summary>IANA name of the first of the record's zones; null where none is known.</summary>
    public string? ZoneNameOf(CallRecord record, CallingListDefinition list) => ZonesOf(record, list, out _) is [var first, ..] ? first.Name : null;

    /// <summary>
    /// What can be said of all records of a list that have a zone number and window in common: false where none of them may be called at the
    /// moment. True also where that is not known before each record is looked at: its zone stands in a column of its own, or follows from its number.
    /// </summary>
    public bool MayBeOpen(CallingListDefinition list, int timeZoneDbid, in DayWindow window, long unixSeconds)
    {
        if (timeZoneDbid == 0 || ZoneFieldOf(list) >= 0 || ZoneOfDbid(timeZoneDbid) is not [var zone, ..])
        {
            return true;
        }

        var own = window is { From: 0, Till: 0 } ? new DayWindow(list.DailyFrom, list.DailyTill) : window;
        return WhyClosed(zone, RegionOf(""), own, unixSeconds) == RuleReason.None;
    }

    private ZoneClock[]? ZonesOf(CallRecord record, CallingListDefinition list, out Region region)
    {
        var place = NumberKey.TryPack(record.ContactInfo, list.DefaultCountry, out var number) ? NumberPlaces.Find(number) : null;
        region = RegionOf(place?.Region ?? "");
        var field = ZoneFieldOf(list);
        if (field >= 0 && field < record.UserFields.Length && record.UserFields[field] is string { Length: > 0 } name)
        {
            // A name that nobody can read is not replaced by a guess: whoever wrote it knew better than the number's prefix.
            return NamedZone(name) ?? _unknown;
        }

        if (record.TimeZoneDbid != 0 && ZoneOfDbid(record.TimeZoneDbid) is { } byDbid)
        {
            return byDbid;
        }

        return place is { Clocks: { Length: > 0 } zones } ? zones : _unknown;
    }

    private ZoneClock[]? ZoneOfDbid(int dbid)
    {
        if (_byDbid.TryGetValue(dbid, out var known))
        {
            return known;
        }

        // Bounded: only numbers that the configuration or the built-in table has are kept.
        return (_options.ZonesByDbid.TryGetValue(dbid, out var name) || ClockOptions.DefaultZones.TryGetValue(dbid, out name)) && ZoneClock.Find(name) is { } zone
            ? _byDbid.GetOrAdd(dbid, [zone])
            : null;
    }

    private ZoneClock[]? NamedZone(string name)
    {
        // Bounded: only names that the machine's own zone data knows are kept.
        if (_byName.TryGetValue(name, out var known))
        {
            return known;
        }

        return ZoneClock.Find(ZoneNames.ToIana(name)) is { } zone ? _byName.GetOrAdd(name, [zone]) : null;
    }

    private int ZoneFieldOf(CallingListDefinition list)
    {
        if (_zoneFields.TryGetValue(list, out var known))
        {
            return known;
        }

        var index = -1;
        for (var i = 0; i < list.UserFields.Count; i++)
        {
            index = string.Equals(list.UserFields[i].Name, _options.ZoneField, StringComparison.OrdinalIgnoreCase) ? i : index;
        }

        return _zoneFields.GetOrAdd(list, index);
    }

    private Region RegionOf(string region) => _regions.TryGetValue(region, out var known) ? known : _regions.GetOrAdd(region, Region.Make(region, _options));

    private RuleReason WhyClosed(ZoneClock zone, Region region, in DayWindow window, long at)
    {
        var local = at + zone.OffsetAt(at);
        var day = (int)Math.DivRem(local, Day, out var second);
        var weekday = (day + 4) % 7;
        if (!window.Contains((int)second) || !_options.CampaignWindow.Contains((int)second) || (_options.CampaignDays & (1 << weekday)) == 0)
        {
            return RuleReason.CallingWindow;
        }

        if (region.IsHoliday(day))
        {
            return RuleReason.Holiday;
        }

        return (region.Country?.IsOpen(weekday, (int)second) ?? true) && (region.State?.IsOpen(weekday, (int)second) ?? true)
            ? RuleReason.None
            : RuleReason.CallingRule;
    }

    private long NextOpening(ZoneClock[] zones, Region region, in DayWindow window, long from)
    {
        // Each round moves to the latest of the zones' own openings; zones whose windows never meet end the search at its limit.
        const int MostRounds = 32;
        var at = from;
        for (var round = 0; round < MostRounds && at - from < FarthestDays * Day; round++)
        {
            var latest = at;
            foreach (var zone in zones)
            {
                latest = Math.Max(latest, NextOpening(zone, region, window, at));
            }

            if (latest == at)
            {
                return at;
            }

            at = latest;
        }

        return from + LookAgainSeconds;
    }

    private long NextOpening(ZoneClock zone, Region region, in DayWindow window, long from)
    {
        if (WhyClosed(zone, region, window, from) == RuleReason.None)
        {
            return from;
        }

        var search = new Search(this, zone, region, window, from);
        var day = Math.DivRem(from + zone.OffsetAt(from), Day, out _) - 1;
        for (var i = 0; i < FarthestDays; i++, day++)
        {
            search.LookAt(day);
            if (search.Best != long.MaxValue)
            {
                // A change of offset can bring something of the next day before it.
                search.LookAt(day + 1);
                return search.Best;
            }
        }

        return from + (FarthestDays * Day);
    }

    /// <summary>Looks at the seconds at which a closed record can become open: beginnings of windows, midnights and changes of offset.</summary>
    private ref struct Search(CallingWindow owner, ZoneClock zone, Region region, DayWindow window, long from)
    {
        public long Best = long.MaxValue;

        public void LookAt(long day)
        {
            LookAtLocal(day, 0);
            LookAtLocal(day, window.From);
            LookAtLocal(day, owner._options.CampaignWindow.From);
            var weekday = (int)((day + 4) % 7);
            LookAtRule(day, region.Country, weekday);
            LookAtRule(day, region.State, weekday);
            var changes = zone.Changes;
            for (var i = 1; i < changes.Length; i++)
            {
                if (Math.Abs(changes[i] - (day * Day)) < 2 * Day)
                {
                    Try(changes[i]);
                }
            }
        }

        private void LookAtRule(long day, CallingRule? rule, int weekday)
        {
            if (rule is not null)
            {
                foreach (var part in rule.Of(weekday))
                {
                    LookAtLocal(day, part.From);
                }
            }
        }

        /// <summary>A local time stands for one second of UTC, for two when clocks go back, and for none when they go forward.</summary>
        private void LookAtLocal(long day, int second)
        {
            var local = (day * Day) + second;
            var before = zone.OffsetAt(local - Day);
            var after = zone.OffsetAt(local + Day);
            Try(local - before);
            if (after != before)
            {
                Try(local - after);
            }
        }

        private void Try(long at)
        {
            if (at >= from && at < Best && owner.WhyClosed(zone, region, window, at) == RuleReason.None)
            {
                Best = at;
            }
        }
    }

    private sealed record Region(CallingRule? Country, CallingRule? State, IReadOnlySet<int>? Public, HashSet<int> Own)
    {
        public bool IsHoliday(int day) => Own.Contains(day) || (Public is not null && Public.Contains(day));

        public static Region Make(string region, ClockOptions options)
        {
            var country = region.Length > 2 ? region[..2] : region;
            var countryRule = options.UseCallingRules ? CallingRules.Find(country) : null;
            var stateRule = options.UseCallingRules && region.Length > 2 ? CallingRules.Find(region) : null;
            var closes = countryRule is { ClosedOnHolidays: true } || stateRule is { ClosedOnHolidays: true };
            var own = options.Holidays.Where(h => h.Region == "*" || h.Region == country || h.Region == region).Select(h => PublicHolidays.DayNumber(h.Date));
            return new Region(countryRule, stateRule, closes ? PublicHolidays.Find(country) : null, [.. own]);
        }
    }
}
