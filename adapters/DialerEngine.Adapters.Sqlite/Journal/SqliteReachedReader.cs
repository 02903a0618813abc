using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Core;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Adapters.Sqlite.Journal;

/// <summary>Reads from the attempt journal whom a group reached and whom it abandoned: the counts that a regulator's window holds.</summary>
internal static class SqliteReachedReader
{
    private const int Steps = 240;

    public const string Query = """
        SELECT reached_at / ?3, count(*), sum(abandoned_time > 0) FROM attempt
        WHERE group_id = ?1 AND reached_at > 0 AND reached_at > ?2 AND reached_at <= ?4 GROUP BY 1 ORDER BY 1
        """;

    public static IReadOnlyList<ReachedPeople> Read(SqliteStorageOptions options, GroupId group, double windowSeconds, long nowUnixMs)
    {
        var stepMs = Math.Max(1, (long)(windowSeconds * 1_000 / Steps));
        using var connection = SqliteConnection.Open(options.Path, SqliteAccess.Read, options.BusyTimeoutMs, fullSync: false);
        var read = connection.Prepare(Query, "reading the people reached");
        read.Bind(1, group.Value).Bind(2, nowUnixMs - (long)(windowSeconds * 1_000)).Bind(3, stepMs).Bind(4, nowUnixMs);
        var found = new List<ReachedPeople>();
        while (read.Step())
        {
            // The end of a step stands for it: counts leave the window a little late rather than early.
            found.Add(new ReachedPeople(Math.Min(nowUnixMs, ((read.Integer(0) + 1) * stepMs) - 1), read.Integer(1), read.Integer(2)));
        }

        return found;
    }
}
