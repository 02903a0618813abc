namespace DialerEngine.Adapters.Sqlite.Schema;

/// <summary>One step forward of the schema. A step is never changed once it has been released; a new one is added.</summary>
/// <param name="Version">The schema version (PRAGMA user_version) after the step.</param>
/// <param name="Statements">SQL, run in order in one transaction.</param>
internal sealed record Migration(int Version, IReadOnlyList<string> Statements)
{
    /// <summary>All steps, version by version.</summary>
    public static IReadOnlyList<Migration> All { get; } =
    [
        new Migration(1,
        [
            """
            CREATE TABLE calling_list (
                list_key INTEGER PRIMARY KEY,
                name TEXT NOT NULL UNIQUE COLLATE NOCASE,
                table_name TEXT NOT NULL UNIQUE COLLATE NOCASE,
                daily_from INTEGER NOT NULL,
                daily_till INTEGER NOT NULL,
                default_country TEXT NOT NULL)
            """,
            """
            CREATE TABLE calling_list_field (
                list_key INTEGER NOT NULL REFERENCES calling_list (list_key),
                position INTEGER NOT NULL,
                name TEXT NOT NULL,
                type INTEGER NOT NULL,
                send_attribute TEXT,
                default_value TEXT,
                PRIMARY KEY (list_key, position)) WITHOUT ROWID
            """,
            AttemptTable.Create,
            AttemptTable.CreateGuidIndex,
            AttemptTable.CreateOpenIndex,
            AttemptTable.CreateRecordIndex,
            AttemptTable.CreateRefused,
        ]),
        new Migration(2, Outbox.OutboxTable.Create),
        new Migration(3, [HistoryTable.Create, HistoryTable.CreateRecordIndex]),
        new Migration(4, [AttemptTable.AddReason]),
        new Migration(5, [FetchLog.Create, FetchLog.CreateListIndex]),
        new Migration(6, [AttemptTable.AddReached, AttemptTable.CreateReachedIndex]),
    ];
}
