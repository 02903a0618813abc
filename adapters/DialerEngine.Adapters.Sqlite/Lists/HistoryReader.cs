using System.Globalization;
using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Ports;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>Puts a record's history together from its attempts and from what happened to it beside them.</summary>
internal static class HistoryReader
{
    public const string AttemptsSql = """
        SELECT state, started_at, connected_at, finished_at, call_result, network_code, network_phrase, trunk, agent_id, record_status,
          dial_sched_time, attempts, recovered, group_id, reason
        FROM attempt WHERE list_key = ?1 AND record_id = ?2 ORDER BY attempt_id DESC LIMIT ?3
        """;

    public const string ChangesSql = """
        SELECT at, kind, group_id, reason, actor, record_status, call_result, dial_sched_time
        FROM record_history WHERE list_key = ?1 AND record_id = ?2 ORDER BY history_id DESC LIMIT ?3
        """;

    public static void ReadAttempts(SqliteConnection connection, long listKey, long record, int limit, List<HistoryEvent> into)
    {
        var rows = connection.Prepare(AttemptsSql, "reading a record's attempts").Bind(1, listKey).Bind(2, record).Bind(3, limit);
        while (rows.Step())
        {
            var state = rows.Int(0);
            var group = Group(rows.Int(13));
            into.Add(new HistoryEvent(rows.Integer(1), "AttemptStarted", null, group, rows.TextOrNull(7) is { } trunk ? $"trunk {trunk}" : null));
            if (rows.Integer(2) is > 0 and var connectedAt)
            {
                into.Add(new HistoryEvent(connectedAt, "Connected", null, Agent(rows, group), null));
            }

            if (state == AttemptTable.Finished)
            {
                into.Add(new HistoryEvent(
                    rows.Integer(3), "Result", rows.Int(12) != 0 ? "recovery" : rows.TextOrNull(14), rows.Integer(2) > 0 ? Agent(rows, group) : group, Result(rows)));
            }
        }
    }

    public static void ReadChanges(SqliteConnection connection, long listKey, long record, int limit, List<HistoryEvent> into)
    {
        var rows = connection.Prepare(ChangesSql, "reading a record's history").Bind(1, listKey).Bind(2, record).Bind(3, limit);
        while (rows.Step())
        {
            var (what, detail) = rows.Int(1) switch
            {
                HistoryTable.Fetched => ("Fetched", null),
                HistoryTable.Returned => ("Returned", null),
                HistoryTable.Withdrawn => ("Withdrawn", "its INVITE never left"),
                _ => ("Updated", State((RecordStatus)rows.Int(5), (CallResult)rows.Int(6), rows.Integer(7))),
            };
            into.Add(new HistoryEvent(rows.Integer(0), what, rows.TextOrNull(3), rows.TextOrNull(4) ?? Group(rows.Int(2)), detail));
        }
    }

    /// <summary>All fetches of the record that are still known.</summary>
    public static void ReadFetches(SqliteConnection connection, long listKey, long record, List<HistoryEvent> into)
    {
        var rows = connection.Prepare(FetchLog.SelectSql, "reading a record's history").Bind(1, listKey).Bind(2, record);
        while (rows.Step())
        {
            if (FetchLog.Contains(rows.Bytes(2), record))
            {
                into.Add(new HistoryEvent(rows.Integer(0), "Fetched", null, Group(rows.Int(1)), null));
            }
        }
    }

    private static string Result(SqliteStatement rows)
    {
        var network = rows.Int(5) == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (SIP {rows.Int(5)} {rows.TextOrNull(6)})");
        return $"{((CallResult)rows.Int(4)).Name()}{network}; {State((RecordStatus)rows.Int(9), null, rows.Integer(10))}, attempt {rows.Int(11)}";
    }

    private static string State(RecordStatus status, CallResult? result, long scheduled)
    {
        var text = $"record {status}";
        if (result is { } known)
        {
            text += $", {known.Name()}";
        }

        return scheduled > 0 ? string.Create(CultureInfo.InvariantCulture, $"{text}, scheduled for {DateTimeOffset.FromUnixTimeSeconds(scheduled):yyyy-MM-dd HH:mm}Z") : text;
    }

    private static string Agent(SqliteStatement rows, string group) => rows.TextOrNull(8) is { Length: > 0 } agent ? $"agent {agent}" : group;

    private static string Group(int group) => string.Create(CultureInfo.InvariantCulture, $"group {group}");
}
