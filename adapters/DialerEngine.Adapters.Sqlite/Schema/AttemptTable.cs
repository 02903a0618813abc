namespace DialerEngine.Adapters.Sqlite.Schema;

/// <summary>The attempt journal's table: one row an attempt, from "about to dial" to its one result.</summary>
internal static class AttemptTable
{
    /// <summary>Column <c>state</c>: written, dialled or about to be.</summary>
    public const int Started = 1;

    /// <summary>Column <c>state</c>: on an agent's desktop.</summary>
    public const int Connected = 2;

    /// <summary>Column <c>state</c>: has its result, which never changes any more.</summary>
    public const int Finished = 3;

    /// <summary>Column <c>state</c>: its INVITE never left; kept for the record, counted as no attempt.</summary>
    public const int Withdrawn = 4;

    /// <summary>The moments of <see cref="Core.AttemptTimes"/> in their order, Unix milliseconds, 0 where it did not happen.</summary>
    public static readonly string[] TimeColumns =
    [
        "start_processing_time", "dialing_time", "ringing_time", "answered_time", "cpd_completed_time", "queued_time", "agent_ringing_time",
        "agent_answered_time", "diverted_time", "abandoned_time", "released_time", "agent_released_time", "acw_completed_time",
        "complete_processing_time",
    ];

    public static readonly string Create = $"""
        CREATE TABLE attempt (
            attempt_id INTEGER PRIMARY KEY,
            attempt_guid BLOB NOT NULL,
            state INTEGER NOT NULL,
            list_key INTEGER,
            record_id INTEGER NOT NULL,
            campaign_id INTEGER NOT NULL,
            group_id INTEGER NOT NULL,
            app_id INTEGER NOT NULL,
            phone TEXT,
            record_handle INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            connected_at INTEGER NOT NULL DEFAULT 0,
            finished_at INTEGER NOT NULL DEFAULT 0,
            call_result INTEGER NOT NULL DEFAULT 0,
            ended_by INTEGER NOT NULL DEFAULT 0,
            network_code INTEGER NOT NULL DEFAULT 0,
            q850_cause INTEGER NOT NULL DEFAULT 0,
            network_phrase TEXT,
            network_reasons TEXT,
            trunk TEXT,
            agent_id TEXT,
            {string.Join(" INTEGER NOT NULL DEFAULT 0,\n    ", TimeColumns)} INTEGER NOT NULL DEFAULT 0,
            record_type INTEGER NOT NULL DEFAULT 0,
            record_status INTEGER NOT NULL DEFAULT 0,
            record_result INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            dial_sched_time INTEGER NOT NULL DEFAULT 0,
            call_time INTEGER NOT NULL DEFAULT 0,
            completes_chain INTEGER NOT NULL DEFAULT 0,
            field_updates TEXT,
            recovered INTEGER NOT NULL DEFAULT 0)
        """;

    /// <summary>What decided about the record when the attempt ended, e.g. the treatment; null where nothing did.</summary>
    public const string AddReason = "ALTER TABLE attempt ADD COLUMN reason TEXT";

    /// <summary>When the person counted as reached, Unix milliseconds; 0 where nobody was. Attempts of before this column count as nobody.</summary>
    public const string AddReached = "ALTER TABLE attempt ADD COLUMN reached_at INTEGER NOT NULL DEFAULT 0";

    /// <summary>All that the counts of a group's window need, so that a start reads this index only and no further back than the window.</summary>
    public const string CreateReachedIndex = "CREATE INDEX attempt_reached ON attempt (group_id, reached_at, abandoned_time) WHERE reached_at > 0";

    public const string CreateGuidIndex = "CREATE UNIQUE INDEX attempt_by_guid ON attempt (attempt_guid)";

    /// <summary>Open attempts are few at any moment; recovery reads only this index, however long the journal has grown.</summary>
    public const string CreateOpenIndex = "CREATE INDEX attempt_open ON attempt (app_id) WHERE state < 3";

    public const string CreateRecordIndex = "CREATE INDEX attempt_by_record ON attempt (list_key, record_id)";

    /// <summary>Changes that the database refused (unknown list, unknown column, a constraint of the site's own), so that none is lost silently.</summary>
    public const string CreateRefused = """
        CREATE TABLE refused_change (
            refused_id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            attempt_guid BLOB,
            list_id INTEGER NOT NULL,
            record_id INTEGER NOT NULL,
            column_name TEXT,
            reason TEXT NOT NULL)
        """;
}
