using DialerEngine.Core;
using SQLitePCL;

namespace DialerEngine.Browser.Tests;

/// <summary>A record as the database file has it, read by SQL of the test's own.</summary>
internal sealed record RecordRow(string Phone, RecordStatus Status, RecordType Type, CallResult Result, long ScheduledAt, int Attempts, int ChainId)
{
    /// <summary>The one record of a number, in whichever list it is.</summary>
    public static RecordRow Read(string path, string phone)
    {
        Batteries_V2.Init();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open_v2(path, out var db, raw.SQLITE_OPEN_READONLY, null));
        using (db)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_busy_timeout(db, 5_000));
            var rows = new List<RecordRow>();
            foreach (var table in Tables(db))
            {
                Assert.Equal(
                    raw.SQLITE_OK,
                    raw.sqlite3_prepare_v2(db, $"SELECT record_status, record_type, call_result, dial_sched_time, attempt, chain_id FROM \"{table}\" WHERE contact_info = ?1", out var statement));
                using (statement)
                {
                    raw.sqlite3_bind_text(statement, 1, phone);
                    while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
                    {
                        rows.Add(new RecordRow(phone, (RecordStatus)Int(statement, 0), (RecordType)Int(statement, 1), (CallResult)Int(statement, 2), Int(statement, 3), (int)Int(statement, 4), (int)Int(statement, 5)));
                    }
                }
            }

            return Assert.Single(rows);
        }
    }

    private static List<string> Tables(sqlite3 db)
    {
        const string Sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%contact_info%' AND sql LIKE '%chain_id%'";
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(db, Sql, out var statement));
        using (statement)
        {
            var names = new List<string>();
            while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
            {
                names.Add(raw.sqlite3_column_text(statement, 0).utf8_to_string());
            }

            return names;
        }
    }

    private static long Int(sqlite3_stmt row, int column) => raw.sqlite3_column_int64(row, column);
}
