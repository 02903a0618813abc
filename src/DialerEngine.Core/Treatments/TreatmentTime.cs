using System.Globalization;
using DialerEngine.Core.Callbacks;

namespace DialerEngine.Core.Treatments;

/// <summary>
/// A date or time of day of a treatment, on the customer's clock: <c>2026-12-01 18:00</c>, <c>today 18:00</c>, <c>tomorrow 18:00</c>,
/// <c>+3 09:30</c> (in three days), <c>monday 10:00</c> (the next Monday after today), <c>18:00</c> (the next time it is that late).
/// </summary>
public sealed record TreatmentTime
{
    private static readonly string[] Weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    private TreatmentTime(DateOnly? date, int? days, int? weekday, TimeOnly time)
    {
        Date = date;
        Days = days;
        Weekday = weekday;
        Time = time;
    }

    /// <summary>A fixed date; null where the day depends on the moment.</summary>
    public DateOnly? Date { get; }

    /// <summary>Days from today, 0 to 365; null where the day is told otherwise.</summary>
    public int? Days { get; }

    /// <summary>Day of the week, 0 Sunday to 6 Saturday; null where the day is told otherwise.</summary>
    public int? Weekday { get; }

    /// <summary>Time of day.</summary>
    public TimeOnly Time { get; }

    /// <summary>Reads one of the forms above. False for anything else.</summary>
    public static bool TryParse(string? text, out TreatmentTime? time)
    {
        time = null;
        if (text is null || text.Length > 32)
        {
            return false;
        }

        var blank = text.LastIndexOf(' ');
        var day = blank < 0 ? "" : text[..blank];
        if (!TimeOnly.TryParseExact(text.AsSpan(blank + 1), ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
        {
            return false;
        }

        var weekday = Array.IndexOf(Weekdays, day);
        if (blank < 0)
        {
            time = new TreatmentTime(null, null, null, clock);
        }
        else if (day is "today" or "tomorrow")
        {
            time = new TreatmentTime(null, day == "today" ? 0 : 1, null, clock);
        }
        else if (weekday >= 0)
        {
            time = new TreatmentTime(null, null, weekday, clock);
        }
        else if (day.StartsWith('+') && int.TryParse(day.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 365)
        {
            time = new TreatmentTime(null, days, null, clock);
        }
        else if (DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 2000 and <= 2999)
        {
            time = new TreatmentTime(date, null, null, clock);
        }

        return time is not null;
    }

    /// <summary>Unix seconds of the time meant at a moment; 0 where it is over already (a fixed date, or today's hour).</summary>
    public long Resolve(DateTimeOffset now, CallRecord record, ICustomerClock clock)
    {
        var local = clock.LocalAt(record, now);
        var today = DateOnly.FromDateTime(local);
        var day = Date ?? today.AddDays(Weekday is { } weekday
            ? ((weekday - (int)today.DayOfWeek + 6) % 7) + 1
            : Days ?? (Time > TimeOnly.FromDateTime(local) ? 0 : 1));
        var at = clock.ToUnixSeconds(record, day.ToDateTime(Time));
        return at > now.ToUnixTimeSeconds() ? at : 0;
    }

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString()
    {
        var day = Date is { } date ? date.ToString("yyyy-MM-dd ", CultureInfo.InvariantCulture)
            : Weekday is { } weekday ? Weekdays[weekday] + " "
            : Days switch { null => "", 0 => "today ", 1 => "tomorrow ", var days => string.Create(CultureInfo.InvariantCulture, $"+{days} ") };
        return day + Time.ToString(Time.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);
    }
}
