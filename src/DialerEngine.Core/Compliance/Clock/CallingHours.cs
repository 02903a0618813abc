namespace DialerEngine.Core.Compliance;

/// <summary>A part of the day on the customer's clock.</summary>
/// <param name="From">Seconds from midnight, 0 to 86,400.</param>
/// <param name="Till">Seconds from midnight: the first that is outside. Before <paramref name="From"/>: the window goes over midnight. Equal: the whole day.</param>
public readonly record struct DayWindow(int From, int Till)
{
    public static DayWindow WholeDay => new(0, 86_400);

    public bool Contains(int secondOfDay) =>
        From < Till ? secondOfDay >= From && secondOfDay < Till : From == Till || secondOfDay >= From || secondOfDay < Till;
}

/// <summary>Windows of one set of weekdays.</summary>
/// <param name="Days">Bit 0 Sunday to bit 6 Saturday.</param>
/// <param name="Windows">Open parts of those days; none where nobody may be called.</param>
public sealed record DayHours(int Days, IReadOnlyList<DayWindow> Windows)
{
    public const int EveryDay = 0x7F;
}

/// <summary>When people of a region may be called.</summary>
/// <param name="Region">ISO 3166 letters, for a state with its own after a hyphen: <c>US</c>, <c>US-FL</c>.</param>
/// <param name="Hours">Hours by weekday; a day that none of them names is closed.</param>
/// <param name="ClosedOnHolidays">Whether the region's holidays are closed.</param>
/// <param name="Source">The law or code that says so.</param>
/// <param name="Effective">Since when.</param>
/// <param name="Confirmation">How the built-in table's line was confirmed: <c>text</c>, <c>report</c> or <c>table</c> (docs/compliance.md); empty for others.</param>
public sealed record CallingRule(
    string Region, IReadOnlyList<DayHours> Hours, bool ClosedOnHolidays, string Source, DateOnly Effective, string Confirmation = "")
{
    private readonly DayWindow[][] _byDay = ByDay(Hours);

    /// <summary>Open windows of a weekday (0 Sunday to 6 Saturday).</summary>
    public ReadOnlySpan<DayWindow> Of(int weekday) => _byDay[weekday];

    public bool IsOpen(int weekday, int secondOfDay)
    {
        foreach (var window in _byDay[weekday])
        {
            if (window.Contains(secondOfDay))
            {
                return true;
            }
        }

        return false;
    }

    private static DayWindow[][] ByDay(IReadOnlyList<DayHours> hours)
    {
        var days = new DayWindow[7][];
        for (var day = 0; day < 7; day++)
        {
            days[day] = [.. hours.Where(h => (h.Days & (1 << day)) != 0).SelectMany(h => h.Windows)];
        }

        return days;
    }
}

/// <summary>A day on which nobody of a region is called.</summary>
/// <param name="Date">The day on the customer's calendar.</param>
/// <param name="Region">ISO 3166 letters, a state's (<c>US-LA</c>), or <c>*</c> for everybody.</param>
/// <param name="Name">For people.</param>
public sealed record Holiday(DateOnly Date, string Region, string Name = "");
