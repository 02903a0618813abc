using System.Globalization;
using DialerEngine.Core;
using DialerEngine.Core.CallerId;
using DialerEngine.Core.Compliance;

namespace DialerEngine.Host.Configuration;

/// <summary>A tenant's rules and caller ids, ready for use.</summary>
internal sealed record TenantCompliance
{
    public required string Tenant { get; init; }

    /// <summary>Number (DBID) of the tenant in the do-not-call table.</summary>
    public required int TenantDbid { get; init; }

    public bool ChecksList { get; init; }

    public bool ChecksCallbacks { get; init; }

    /// <summary>Column of the customer id; null where people are told apart by number only.</summary>
    public string? CustomerField { get; init; }

    /// <summary>Null where the customer's clock is not looked at.</summary>
    public ClockOptions? Clock { get; init; }

    public FrequencyLimits Limits { get; init; } = new();

    public IReadOnlyList<CallingListDefinition> Lists { get; init; } = [];

    public IReadOnlyList<CallerIdSet> Sets { get; init; } = [];

    public IReadOnlyDictionary<ListId, CallerIdSettings> OfLists { get; init; } = new Dictionary<ListId, CallerIdSettings>();

    public IReadOnlyDictionary<int, CallerIdSettings> OfCampaigns { get; init; } = new Dictionary<int, CallerIdSettings>();

    public IReadOnlyDictionary<GroupId, CallerIdSettings> OfGroups { get; init; } = new Dictionary<GroupId, CallerIdSettings>();

    /// <summary>Windows and weekdays of campaigns that have some.</summary>
    public IReadOnlyDictionary<int, (DayWindow Window, int Days)> CampaignHours { get; init; } = new Dictionary<int, (DayWindow, int)>();
}

/// <summary>Makes a tenant's rules from what the file says.</summary>
internal static class ComplianceBuilder
{
    /// <summary>Column of a list that holds a record's own caller id.</summary>
    public const string CallerIdField = "cpn_digits";

    private static readonly string[] DayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    public static TenantCompliance Build(SectionValues tenant, IReadOnlyList<CallingListDefinition> lists, FaultList faults)
    {
        var values = tenant.Object("compliance");
        var sets = BuildSets(tenant, faults);
        var dbid = tenant.Has("id") ? tenant.Integer("id") : DefaultDbid(tenant.Text("name"));
        return new TenantCompliance
        {
            Tenant = tenant.Text("name"),
            TenantDbid = dbid,
            ChecksList = values.Flag("check_dnc_list"),
            ChecksCallbacks = values.Flag("check_dnc_callback"),
            CustomerField = values.TextOrNull("customer_id"),
            Clock = values.Flag("calling_window") ? BuildClock(values, faults) : null,
            Limits = new FrequencyLimits
            {
                PerDay = values.Integer("attempts_per_day"),
                PerWeek = values.Integer("attempts_per_week"),
                PerMonth = values.Integer("attempts_per_month"),
                PerRecord = values.Integer("attempts_per_record"),
                MinimumGapSeconds = values.Integer("minimum_gap") * 60,
                AbandonedHoldSeconds = values.Integer("abandoned_hold") * 3_600,
            },
            Lists = lists,
            Sets = [.. sets.Values],
            OfLists = Settings(tenant.Objects("callingLists"), v => new ListId(v.Integer("id")), sets, faults),
            OfCampaigns = Settings(tenant.Objects("campaigns"), v => v.Integer("id"), sets, faults),
            OfGroups = Settings(tenant.Objects("campaignGroups"), v => new GroupId(v.Integer("id")), sets, faults),
            CampaignHours = Hours(tenant.Objects("campaigns"), faults),
        };
    }

    /// <summary>A number of the tenant's own where the file gives none: made from its name, the same at every start.</summary>
    private static int DefaultDbid(string name) => (int)(AttemptHistory.KeyOfCustomer(name) & 0x3FFF_FFFF) | 0x4000_0000;

    private static ClockOptions BuildClock(SectionValues values, FaultList faults)
    {
        var zones = new Dictionary<int, string>();
        foreach (var zone in values.Objects("timeZones"))
        {
            CheckZone(zone, "name", faults);
            if (!zones.TryAdd(zone.Integer("dbid"), zone.Text("name")))
            {
                faults.Error(zone, "dbid", "another time zone has this number already");
            }
        }

        CheckZone(values, "unknown_zone", faults);
        var holidays = new List<Holiday>();
        foreach (var holiday in values.Objects("holidays"))
        {
            if (DateOnly.TryParseExact(holiday.Text("date"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                holidays.Add(new Holiday(date, holiday.Text("region"), holiday.Text("name")));
            }
            else if (holiday.Has("date"))
            {
                faults.Error(holiday, "date", "is no day of the calendar");
            }
        }

        return new ClockOptions
        {
            ZoneField = values.Text("zone_field"),
            UnknownZone = values.TextOrNull("unknown_zone"),
            UseCallingRules = values.Flag("calling_rules"),
            ZonesByDbid = zones,
            Holidays = holidays,
        };
    }

    private static void CheckZone(SectionValues values, string key, FaultList faults)
    {
        if (values.TextOrNull(key) is { } name && ZoneClock.Find(name) is null)
        {
            faults.Error(values, key, "is no time zone that this machine knows; IANA names are wanted, e.g. America/New_York");
        }
    }

    private static Dictionary<string, CallerIdSet> BuildSets(SectionValues tenant, FaultList faults)
    {
        var sets = new Dictionary<string, CallerIdSet>(StringComparer.Ordinal);
        foreach (var values in tenant.Objects("callerIdSets"))
        {
            var numbers = values.Objects("numbers").Select(n => new CallerIdNumber(n.Text("digits"), n.Integer("weight"), n.Integer("dailyCap"))).ToList();
            var rotation = ComplianceTable.Rotations.GetValueOrDefault(values.Text("rotation"), CallerIdRotation.RoundRobin);
            if (!sets.TryAdd(values.Text("name"), new CallerIdSet(values.Text("name"), rotation, numbers, values.Flag("keepOnRetry"))))
            {
                faults.Error(values, "name", "another caller id set has this name already");
            }
        }

        return sets;
    }

    private static Dictionary<T, CallerIdSettings> Settings<T>(
        IEnumerable<SectionValues> items, Func<SectionValues, T> key, Dictionary<string, CallerIdSet> sets, FaultList faults)
        where T : notnull
    {
        var settings = new Dictionary<T, CallerIdSettings>();
        foreach (var item in items)
        {
            var values = item.Object("callerId");
            CallerIdSet? set = null;
            if (values.TextOrNull("set") is { } name && !sets.TryGetValue(name, out set))
            {
                faults.Error(values, "set", $"there is no caller id set of this name in the tenant{DidYouMean.Ask(name, sets.Keys)}");
            }

            var digits = values.TextOrNull("digits") ?? (item.Section.Find("cpnDigits") is null ? null : item.TextOrNull("cpnDigits"));
            var restricted = values.TextOrNull("presentation") is { } presentation ? presentation == "restricted" : (bool?)null;
            settings.TryAdd(key(item), new CallerIdSettings(digits, set, restricted, values.TextOrNull("displayName")));
        }

        return settings;
    }

    private static Dictionary<int, (DayWindow Window, int Days)> Hours(IEnumerable<SectionValues> campaigns, FaultList faults)
    {
        var hours = new Dictionary<int, (DayWindow, int)>();
        foreach (var campaign in campaigns)
        {
            var days = DayHours.EveryDay;
            if (campaign.Has("days"))
            {
                days = 0;
                foreach (var day in campaign.Texts("days"))
                {
                    var index = Array.IndexOf(DayNames, day.Value);
                    days |= index < 0 ? 0 : 1 << index;
                    if (index < 0)
                    {
                        faults.Error(day, $"must be one of {string.Join(", ", DayNames)}{DidYouMean.Ask(day.Value, DayNames)}");
                    }
                }
            }

            hours.TryAdd(campaign.Integer("id"), (new DayWindow(campaign.TimeOfDay("dailyFrom"), campaign.TimeOfDay("dailyTill")), days));
        }

        return hours;
    }
}
