namespace DialerEngine.Core.Callbacks;

/// <summary>What time it is for a customer.</summary>
public interface ICustomerClock
{
    /// <summary>Difference between the record's local time and UTC at a moment (daylight saving included), -12 to +14 hours.</summary>
    TimeSpan OffsetAt(CallRecord record, DateTimeOffset utc);

    /// <summary>IANA name of the record's time zone; null where it is not known. Allocates nothing.</summary>
    string? ZoneNameOf(CallRecord record) => null;
}

/// <summary>Every customer lives by UTC: what is assumed where nothing is known.</summary>
public sealed class UtcCustomerClock : ICustomerClock
{
    public static UtcCustomerClock Instance { get; } = new();

    public TimeSpan OffsetAt(CallRecord record, DateTimeOffset utc) => TimeSpan.Zero;
}

/// <summary>Local time of a record.</summary>
public static class CustomerTime
{
    /// <summary>The record's local time at a moment.</summary>
    public static DateTime LocalAt(this ICustomerClock clock, CallRecord record, DateTimeOffset utc) => utc.UtcDateTime + clock.OffsetAt(record, utc);

    /// <summary>
    /// Unix seconds of a local time. An hour that does not exist is taken with the difference from before the change, so it comes out
    /// an hour later; of an hour that exists twice the first is taken where the zone was ahead before.
    /// </summary>
    public static long ToUnixSeconds(this ICustomerClock clock, CallRecord record, DateTime local)
    {
        var asUtc = new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Utc));
        var before = clock.OffsetAt(record, asUtc.AddDays(-1));
        var guess = asUtc - before;
        var offset = clock.OffsetAt(record, guess);
        var utc = asUtc - offset;
        return clock.OffsetAt(record, utc) == offset ? utc.ToUnixTimeSeconds() : guess.ToUnixTimeSeconds();
    }
}
