using DialerEngine.Core.CallerId;

namespace DialerEngine.Host.Configuration;

/// <summary>What a tenant holds about whom to call, when, how often and as whom.</summary>
internal static class ComplianceTable
{
    public const string ZonePattern = "[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*";

    private const string NumberPattern = @"\+?[0-9]+";

    private const string NumberWords = "digits, with or without a plus sign";

    private const string RegionPattern = @"\*|[A-Z]{2}(?:-[A-Z0-9]{1,3})?";

    /// <summary>Ways of handing out caller ids, by name.</summary>
    public static readonly IReadOnlyDictionary<string, CallerIdRotation> Rotations = new Dictionary<string, CallerIdRotation>(StringComparer.Ordinal)
    {
        ["roundRobin"] = CallerIdRotation.RoundRobin,
        ["weighted"] = CallerIdRotation.Weighted,
        ["nearestArea"] = CallerIdRotation.NearestArea,
    };

    public static readonly ConfigurationSection Zone = new("timeZone", "A time zone under the number that records carry in tz_dbid.",
    [
        new("dbid", KeyKind.Integer, "Number of the zone.") { Required = true, Min = 1, Max = int.MaxValue },
        new("name", KeyKind.Text, "IANA name, e.g. America/New_York.") { Required = true, Pattern = ZonePattern, PatternWords = "an IANA zone name, e.g. Europe/Madrid", MaxLength = 64, Aliases = ["iana"] },
    ]);

    public static readonly ConfigurationSection Holiday = new("holiday", "A day on which nobody of a region is called.",
    [
        new("date", KeyKind.Text, "The day on the customer's calendar.") { Required = true, Pattern = "[0-9]{4}-[01][0-9]-[0-3][0-9]", PatternWords = "a date, e.g. 2026-12-24" },
        new("region", KeyKind.Text, "ISO 3166 letters of a country (US) or state (US-LA); * for everybody.") { Default = "*", Pattern = RegionPattern, PatternWords = "*, a country such as US, or a state such as US-LA" },
        new("name", KeyKind.Text, "For people.") { Default = "" },
    ]);

    public static readonly ConfigurationSection Compliance = new("compliance", "Rules that every dial of the tenant must pass at its last moment.",
    [
        new("check_dnc_list", KeyKind.Flag, "Whether numbers and customers of the do-not-call list are left alone.") { Default = true },
        new("check_dnc_callback", KeyKind.Flag, "Whether that holds for callbacks too, which the customer asked for.") { Default = true },
        new("customer_id", KeyKind.Text, "Column of the calling lists that holds the customer id: one person under several numbers.") { DefaultNote = "people are told apart by number only", MaxLength = 63 },
        new("calling_window", KeyKind.Flag, "Whether the customer's clock is looked at: daily_from and daily_till, campaign window, rules, holidays.") { Default = true },
        new("calling_rules", KeyKind.Flag, "Whether the built-in hours of countries and states hold (docs/compliance.md lists them with their sources).") { Default = true },
        new("zone_field", KeyKind.Text, "Column that names a record's time zone (IANA).") { Default = "tz_name", MaxLength = 63 },
        new("unknown_zone", KeyKind.Text, "Time zone of customers whose own is not known.") { DefaultNote = "none: they are held back", Pattern = ZonePattern, PatternWords = "an IANA zone name, e.g. Europe/Madrid", MaxLength = 64 },
        new("timeZones", KeyKind.Objects, "Time zones by tz_dbid.") { Section = Zone, MaxItems = 1_000 },
        new("holidays", KeyKind.Objects, "Days without calls, beside the public holidays on which a rule forbids them.") { Section = Holiday, MaxItems = 1_000 },
        new("attempts_per_day", KeyKind.Integer, "Attempts on a person within 24 hours, over all campaigns; 0 for no limit.") { Min = 0, Max = 1_000, Default = 0 },
        new("attempts_per_week", KeyKind.Integer, "Attempts on a person within 7 days; 0 for no limit.") { Min = 0, Max = 1_000, Default = 0 },
        new("attempts_per_month", KeyKind.Integer, "Attempts on a person within 30 days; 0 for no limit.") { Min = 0, Max = 1_000, Default = 0 },
        new("attempts_per_record", KeyKind.Integer, "Attempts on one record, then it is finished; 0 for no limit.") { Min = 0, Max = 1_000, Default = 0, Aliases = ["maxAttempts"] },
        new("minimum_gap", KeyKind.Integer, "Time between two attempts on a person.") { Min = 0, Max = 43_200, Default = 0, Unit = "min" },
        new("abandoned_hold", KeyKind.Integer, "A person who was abandoned is left alone for this long (Ofcom: 72 h).") { Min = 0, Max = 720, Default = 0, Unit = "h" },
    ]);

    public static readonly ConfigurationSection SetNumber = new("callerIdNumber", "A number of a caller id set.",
    [
        new("digits", KeyKind.Text, "The number.") { Required = true, Pattern = NumberPattern, PatternWords = NumberWords, MaxLength = 32 },
        new("weight", KeyKind.Integer, "Its share in weighted rotation.") { Min = 1, Max = 1_000, Default = 1 },
        new("dailyCap", KeyKind.Integer, "Dials with it in one day (UTC) at most; 0 for no cap.") { Min = 0, Max = 10_000_000, Default = 0, Unit = "calls" },
    ]);

    public static readonly ConfigurationSection Set = new("callerIdSet", "Caller ids that are handed out in turn (GSW_CPN_DIGITS_SET).",
    [
        new("name", KeyKind.Text, "Name of the set, unique.") { Required = true, Pattern = ConfigurationTable.NamePattern, PatternWords = ConfigurationTable.NameWords },
        new("rotation", KeyKind.Choice, "roundRobin; weighted by chance; nearestArea: the number that begins most like the customer's.") { Choices = [.. Rotations.Keys], Default = "roundRobin" },
        new("keepOnRetry", KeyKind.Flag, "true: a record keeps the number of its first attempt. false: each attempt takes the next.") { Default = false },
        new("numbers", KeyKind.Objects, "The numbers.") { Required = true, Section = SetNumber, MinItems = 1, MaxItems = 1_000 },
    ]);

    public static readonly ConfigurationSection CallerId = new("callerId", "As whom to call. The record's column goes before the list, the list before the campaign, the campaign before the group.",
    [
        new("digits", KeyKind.Text, "Caller id (CPNDigits).") { DefaultNote = "the next level's", Pattern = NumberPattern, PatternWords = NumberWords, MaxLength = 32, Aliases = ["CPNDigits"] },
        new("set", KeyKind.Text, "Name of a caller id set; goes before digits.") { DefaultNote = "none" },
        new("presentation", KeyKind.Choice, "Whether the network shows the caller id (CPNPresentation).") { Choices = ["allowed", "restricted"], DefaultNote = "the next level's, then allowed", Aliases = ["CPNPresentation"] },
        new("displayName", KeyKind.Text, "Name beside the caller id (CPNDisplayName).") { DefaultNote = "the next level's", MaxLength = 64, Aliases = ["CPNDisplayName"] },
    ]);
}
