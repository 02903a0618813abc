namespace DialerEngine.Core.Filters;

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
