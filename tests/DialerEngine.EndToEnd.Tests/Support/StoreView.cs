using DialerEngine.Core;
using SQLitePCL;

namespace DialerEngine.EndToEnd.Tests.Support;

/// <summary>A record as the file has it.</summary>
internal sealed record RecordRow(long Id, string Number, RecordStatus Status, CallResult Result, int Attempts, long ScheduledAt);

/// <summary>An attempt as the file has it. <c>State</c>: 1 started, 2 connected, 3 finished, 4 withdrawn. Times are Unix ms, 0 where it did not happen.</summary>
internal sealed record AttemptRow(
    string Guid, int State, long Record, string Number, CallResult Result, int EndedBy, int NetworkCode, int Q850, string? Phrase, string? Reasons, string? Agent, bool Recovered,
    long StartedAt, long FinishedAt, long AnsweredAt, long CpdCompletedAt, long QueuedAt);

/// <summary>What stands in the database file, read by SQL of the test's own.</summary>
internal sealed record StoreView(IReadOnlyList<RecordRow> Records, IReadOnlyList<AttemptRow> Attempts)
{
    public IReadOnlyList<AttemptRow> Of(RecordRow record) => [.. Attempts.Where(a => a.Record == record.Id && a.State != 4)];

    public static StoreView Read(string path)
    {
        Batteries_V2.Init();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open_v2(path, out var db, raw.SQLITE_OPEN_READONLY, null));
        using (db)
        {
            var table = Query(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%contact_info%' AND sql LIKE '%chain_id%'", r => Text(r, 0)!).Single();
            return new StoreView(
                Query(db, $"SELECT record_id, contact_info, record_status, call_result, attempt, dial_sched_time FROM \"{table}\" ORDER BY record_id", r => new RecordRow(
                    Int(r, 0), Text(r, 1)!, (RecordStatus)Int(r, 2), (CallResult)Int(r, 3), (int)Int(r, 4), Int(r, 5))),
                Query(
                    db,
                    """
                    SELECT hex(attempt_guid), state, record_id, phone, call_result, ended_by, network_code, q850_cause, network_phrase, network_reasons, agent_id, recovered,
                      started_at, finished_at, answered_time, cpd_completed_time, queued_time FROM attempt ORDER BY attempt_id
                    """,
                    r => new AttemptRow(
                        Text(r, 0)!, (int)Int(r, 1), Int(r, 2), Text(r, 3) ?? "", (CallResult)Int(r, 4), (int)Int(r, 5), (int)Int(r, 6), (int)Int(r, 7), Text(r, 8), Text(r, 9), Text(r, 10),
                        Int(r, 11) != 0, Int(r, 12), Int(r, 13), Int(r, 14), Int(r, 15), Int(r, 16))));
        }
    }

    private static List<T> Query<T>(sqlite3 db, string sql, Func<sqlite3_stmt, T> read)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(db, sql, out var statement));
        using (statement)
        {
            var rows = new List<T>();
            while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
            {
                rows.Add(read(statement));
            }

            return rows;
        }
    }

    private static long Int(sqlite3_stmt row, int column) => raw.sqlite3_column_int64(row, column);

    private static string? Text(sqlite3_stmt row, int column) =>
        raw.sqlite3_column_type(row, column) == raw.SQLITE_NULL ? null : raw.sqlite3_column_text(row, column).utf8_to_string();
}
