using DialerEngine.Adapters.Sqlite.Interop;

namespace DialerEngine.Adapters.Sqlite.Schema;

/// <summary>
/// What happened to records beside their attempts: taken from the list, put back, changed without a call. The oldest rows make room for new
/// ones; attempts themselves stay in their own table.
/// </summary>
internal static class HistoryTable
{
    /// <summary>Rows at most; about 100 octets each with their index.</summary>
    public const int MaxRows = 2_000_000;

    /// <summary>Only in files of before <see cref="FetchLog"/>.</summary>
    public const int Fetched = 1;
    public const int Returned = 2;
    public const int Updated = 3;
    public const int Withdrawn = 4;

    public const string Create = """
        CREATE TABLE record_history (
            history_id INTEGER PRIMARY KEY,
            list_key INTEGER NOT NULL,
            record_id INTEGER NOT NULL,
            at INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            group_id INTEGER NOT NULL,
            reason TEXT,
            actor TEXT,
            record_status INTEGER NOT NULL,
            call_result INTEGER NOT NULL,
            dial_sched_time INTEGER NOT NULL)
        """;

    public const string CreateRecordIndex = "CREATE INDEX record_history_by_record ON record_history (list_key, record_id)";

    /// <summary>?1 list, ?2 record, ?3 at, ?4 kind, ?5 group, ?6 reason, ?7 actor, ?8 status, ?9 result, ?10 scheduled.</summary>
    public static SqliteStatement PrepareInsert(SqliteConnection connection) => connection.Prepare(
        """
        INSERT INTO record_history (list_key, record_id, at, kind, group_id, reason, actor, record_status, call_result, dial_sched_time)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """,
        "writing a record's history");

    /// <summary>Deletes what is beyond the bound; once a transaction that inserted, after its inserts. ?1 rows that stay.</summary>
    public static SqliteStatement PreparePrune(SqliteConnection connection) => connection.Prepare(
        "DELETE FROM record_history WHERE history_id <= (SELECT max(history_id) FROM record_history) - ?1", "pruning the records' history");
}
