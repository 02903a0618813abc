namespace DialerEngine.Core.Filters;

/// <summary>What a rule says of a record at a moment.</summary>
/// <param name="IsHeld">True where the record may not be dialled.</param>
/// <param name="OpensAt">Unix seconds from which it may be, 0 where that is not known or never comes.</param>
/// <param name="Detail">What exactly holds it, for people; null where the rule's name says it.</param>
public readonly record struct RecordVerdict(bool IsHeld, long OpensAt = 0, string? Detail = null)
{
    /// <summary>Nothing holds the record.</summary>
    public static RecordVerdict Free => default;
}

/// <summary>
/// A rule that may hold a record back: a calling window, a do-not-call list, an attempt cap. Asked by the fetch, which leaves held records in
/// their list, and by the rehearsal, which counts them. Called from several threads.
/// </summary>
public interface IRecordRule
{
    /// <summary>Name of the rule in reports, e.g. <c>window</c>, <c>dnc</c>, <c>cap</c>.</summary>
    string Name { get; }

    RecordVerdict Check(CallRecord record, long nowUnixSeconds);
}

/// <summary>
/// Says whether records of a zone with a calling window may be called at a moment. A fetch asks once for each zone and window that its list
/// has, not for each record.
/// </summary>
public interface IFetchWindows
{
    /// <param name="timeZoneDbid">Column <c>tz_dbid</c>.</param>
    /// <param name="dailyFrom">Column <c>daily_from</c>, seconds from midnight.</param>
    /// <param name="dailyTill">Column <c>daily_till</c>, seconds from midnight.</param>
    /// <param name="nowUnixSeconds">The moment.</param>
    bool IsOpen(int timeZoneDbid, int dailyFrom, int dailyTill, long nowUnixSeconds);
}
