namespace DialerEngine.Core.Compliance;

/// <summary>How a campaign group reads the customer's clock.</summary>
public sealed record ClockOptions
{
    /// <summary>Column of a list that names the record's zone (IANA); a list without it is read by the other ways.</summary>
    public string ZoneField { get; init; } = "tz_name";

    /// <summary>IANA names by <c>tz_dbid</c>; beside them the built-in ones of <see cref="DefaultZones"/>.</summary>
    public IReadOnlyDictionary<int, string> ZonesByDbid { get; init; } = new Dictionary<int, string>();

    /// <summary>Zone of records whose own is not known; null holds them back.</summary>
    public string? UnknownZone { get; init; }

    /// <summary>Whether the hours of countries and states apply (<see cref="CallingRules"/>).</summary>
    public bool UseCallingRules { get; init; } = true;

    /// <summary>Days on which nobody of a region is called, beside the public holidays that a region's rule closes on.</summary>
    public IReadOnlyList<Holiday> Holidays { get; init; } = [];

    /// <summary>The campaign's own window, on the customer's clock; the whole day where it has none.</summary>
    public DayWindow CampaignWindow { get; init; } = DayWindow.WholeDay;

    /// <summary>Weekdays of the campaign on the customer's clock: bit 0 Sunday to bit 6 Saturday.</summary>
    public int CampaignDays { get; init; } = DayHours.EveryDay;

    /// <summary>
    /// How long after a dial its person may still answer (the ring time), seconds, 0 to 120: a record is dialled only while its window is still open then.
    /// 0 looks at the moment of the dial alone.
    /// </summary>
    public int AnswerSeconds { get; init; }

    /// <summary>
    /// Zones by number where the configuration has none: 101 to 132 in the order of the Java platform's three-letter zone ids, further ones from 10,001,
    /// far from the numbers of other systems; a number never changes its meaning. The numbers of a configuration server (tz_dbid) are given
    /// out when it is installed and printed nowhere, so these are our own: lists that come from another system need <see cref="ZonesByDbid"/>.
    /// </summary>
    public static IReadOnlyDictionary<int, string> DefaultZones { get; } = new[]
    {
        "Etc/UTC", "Etc/UTC", "Europe/Paris", "Europe/Athens", "Africa/Cairo", "Africa/Nairobi", "Asia/Tehran", "Asia/Yerevan", "Asia/Karachi", "Asia/Kolkata",
        "Asia/Dhaka", "Asia/Ho_Chi_Minh", "Asia/Taipei", "Asia/Tokyo", "Australia/Darwin", "Australia/Sydney", "Pacific/Guadalcanal", "Pacific/Auckland",
        "Pacific/Apia", "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Phoenix", "America/Denver", "America/Chicago",
        "America/New_York", "America/Indiana/Indianapolis", "America/Puerto_Rico", "America/St_Johns", "America/Argentina/Buenos_Aires", "America/Sao_Paulo",
        "Africa/Harare",
        "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Madrid", "Europe/Brussels", "Europe/Amsterdam", "Europe/Berlin", "Europe/Zurich",
        "Europe/Vienna", "Europe/Rome", "Europe/Copenhagen", "Europe/Oslo", "Europe/Stockholm", "Europe/Helsinki", "Europe/Warsaw", "Europe/Prague",
        "Europe/Budapest", "Europe/Bucharest", "Europe/Sofia", "Europe/Istanbul", "Europe/Kyiv", "Europe/Moscow", "Asia/Jerusalem", "Asia/Riyadh", "Asia/Dubai",
        "Asia/Singapore", "Asia/Hong_Kong", "Asia/Shanghai", "Asia/Manila", "Asia/Jakarta", "Asia/Bangkok", "Asia/Kuala_Lumpur", "Asia/Seoul",
        "Australia/Melbourne", "Australia/Brisbane", "Australia/Adelaide", "Australia/Perth", "Australia/Hobart", "Africa/Johannesburg", "Africa/Lagos",
        "Africa/Casablanca", "America/Mexico_City", "America/Bogota", "America/Lima", "America/Santiago", "America/Caracas", "America/Toronto", "America/Winnipeg",
        "America/Edmonton", "America/Vancouver", "America/Halifax", "America/Regina", "America/Boise", "America/Detroit", "America/Kentucky/Louisville",
        "Atlantic/Reykjavik",
    }.Select((name, index) => (index, name)).ToDictionary(z => z.index < StandardZones ? 101 + z.index : 10_001 + z.index - StandardZones, z => z.name);

    private const int StandardZones = 32;
}
