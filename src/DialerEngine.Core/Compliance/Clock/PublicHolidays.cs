namespace DialerEngine.Core.Compliance;

/// <summary>
/// Nation-wide public holidays of the countries whose calling rule closes on them, worked out for 2020 to 2060. Sources: United States 5 U.S.C. 6103,
/// each with its substitute day (Friday for a Saturday, Monday for a Sunday; Ala. Code 1-3-8 and others have the same); Great Britain Banking and
/// Financial Dealings Act 1971 and common law for England and Wales; France Code du travail L3133-1; Germany the states' common holidays; Spain Estatuto de los Trabajadores 37.2 and the yearly national calendar;
/// Italy Legge 260/1949; Australia the National Employment Standards. Regional holidays are configured.
/// </summary>
public static class PublicHolidays
{
    private const int FirstYear = 2020;
    private const int LastYear = 2060;

    private static readonly Dictionary<string, HashSet<int>> ByCountry = new(StringComparer.Ordinal)
    {
        ["US"] = Of(UnitedStates),
        ["GB"] = Of(GreatBritain),
        ["FR"] = Of(year => Fixed(year, (1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)).Concat(Moving(year, 1, 39, 50))),
        ["DE"] = Of(year => Fixed(year, (1, 1), (5, 1), (10, 3), (12, 25), (12, 26)).Concat(Moving(year, -2, 1, 39, 50))),
        ["ES"] = Of(year => Fixed(year, (1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)).Concat(Moving(year, -2))),
        ["IT"] = Of(year => Fixed(year, (1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)).Concat(Moving(year, 1))),
        ["AU"] = Of(year => Fixed(year, (1, 1), (1, 26), (4, 25), (12, 25), (12, 26)).Concat(Moving(year, -2, 1))),
    };

    /// <summary>Days since 1970-01-01 that are holidays; null where no calendar of the country is known.</summary>
    public static IReadOnlySet<int>? Find(string country) => ByCountry.GetValueOrDefault(country);

    /// <summary>Easter Sunday (Gregorian; the algorithm of Meeus, Astronomical Algorithms, chapter 8).</summary>
    public static DateOnly Easter(int year)
    {
        int a = year % 19, b = year / 100, c = year % 100;
        int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
        var h = ((19 * a) + b - d - g + 15) % 30;
        int i = c / 4, k = c % 4;
        var l = (32 + (2 * e) + (2 * i) - h - k) % 7;
        var m = (a + (11 * h) + (22 * l)) / 451;
        var n = h + l - (7 * m) + 114;
        return new DateOnly(year, n / 31, (n % 31) + 1);
    }

    /// <summary>Days since 1970-01-01.</summary>
    public static int DayNumber(DateOnly date) => date.DayNumber - new DateOnly(1970, 1, 1).DayNumber;

    private static HashSet<int> Of(Func<int, IEnumerable<DateOnly>> days) =>
        [.. Enumerable.Range(FirstYear, LastYear - FirstYear + 1).SelectMany(days).Select(DayNumber)];

    private static IEnumerable<DateOnly> Fixed(int year, params (int Month, int Day)[] days) => days.Select(d => new DateOnly(year, d.Month, d.Day));

    private static IEnumerable<DateOnly> Moving(int year, params int[] daysFromEaster) => daysFromEaster.Select(d => Easter(year).AddDays(d));

    private static IEnumerable<DateOnly> UnitedStates(int year) => Fixed(year, (1, 1), (6, 19), (7, 4), (11, 11), (12, 25)).SelectMany(Observed).Concat(
    [
        Nth(year, 1, DayOfWeek.Monday, 3), Nth(year, 2, DayOfWeek.Monday, 3), Nth(year, 6, DayOfWeek.Monday, 1).AddDays(-7), Nth(year, 9, DayOfWeek.Monday, 1),
        Nth(year, 10, DayOfWeek.Monday, 2), Nth(year, 11, DayOfWeek.Thursday, 4),
    ]);

    private static IEnumerable<DateOnly> GreatBritain(int year) => Fixed(year, (1, 1), (12, 25), (12, 26)).Concat(Moving(year, -2, 1)).Concat(
    [
        Nth(year, 5, DayOfWeek.Monday, 1), Nth(year, 6, DayOfWeek.Monday, 1).AddDays(-7), Nth(year, 9, DayOfWeek.Monday, 1).AddDays(-7),
        .. new DateOnly(year, 1, 1).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? [Nth(year, 1, DayOfWeek.Monday, 1)] : Array.Empty<DateOnly>(),

        // Christmas and Boxing Day on a weekend: the next working days, 27 and 28 December.
        .. new DateOnly(year, 12, 25).DayOfWeek is DayOfWeek.Friday or DayOfWeek.Saturday or DayOfWeek.Sunday
            ? Fixed(year, (12, 27), (12, 28)).Where(d => d.DayOfWeek is DayOfWeek.Monday or DayOfWeek.Tuesday) : [],
    ]);

    /// <summary>A day and, where it falls on a weekend, the working day that stands for it.</summary>
    private static IEnumerable<DateOnly> Observed(DateOnly day) => day.DayOfWeek switch
    {
        DayOfWeek.Saturday => [day.AddDays(-1), day],
        DayOfWeek.Sunday => [day, day.AddDays(1)],
        _ => [day],
    };

    /// <summary>The nth such weekday of a month. (Memorial Day, the last Monday of May, is a week before the first of June.)</summary>
    private static DateOnly Nth(int year, int month, DayOfWeek weekday, int n)
    {
        var first = new DateOnly(year, month, 1);
        return first.AddDays((((int)weekday - (int)first.DayOfWeek + 7) % 7) + (7 * (n - 1)));
    }
}
