namespace DialerEngine.Adapters.Sqlite.Outbox;

/// <summary>The table of call attempt records that their receiver has not confirmed.</summary>
internal static class OutboxTable
{
    public static readonly string[] Create =
    [
        """
        CREATE TABLE attempt_outbox (
            outbox_id INTEGER PRIMARY KEY,
            attempt_guid BLOB NOT NULL,
            sequence_num INTEGER NOT NULL,
            group_id INTEGER NOT NULL,
            phone TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0,
            first_failed_at INTEGER NOT NULL DEFAULT 0,
            last_status INTEGER NOT NULL DEFAULT 0,
            reason TEXT,
            dead INTEGER NOT NULL DEFAULT 0,
            body BLOB NOT NULL)
        """,
        "CREATE UNIQUE INDEX attempt_outbox_by_identity ON attempt_outbox (attempt_guid, sequence_num)",
        "CREATE INDEX attempt_outbox_due ON attempt_outbox (due_at, outbox_id) WHERE dead = 0",
        "CREATE INDEX attempt_outbox_by_phone ON attempt_outbox (phone) WHERE dead = 0",
    ];
}
