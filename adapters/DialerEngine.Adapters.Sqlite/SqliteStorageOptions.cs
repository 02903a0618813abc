namespace DialerEngine.Adapters.Sqlite;

/// <summary>Options of the embedded storage.</summary>
public sealed record SqliteStorageOptions
{
    /// <summary>The database file; its folder must exist. Beside it SQLite keeps <c>-wal</c> and <c>-shm</c> files.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// How long to wait for another process's write lock before that counts as a fault. Milliseconds, 0 to 60,000. Default 5,000:
    /// longer than any transaction of the engine itself, short enough for an operator to see.
    /// </summary>
    public int BusyTimeoutMs { get; init; } = 5_000;

    /// <summary>Journal entries that may wait for their commit, 1,024 to 1,048,576. At the bound appending is refused and dialing holds back.</summary>
    public int JournalQueueCapacity { get; init; } = 65_536;

    /// <summary>Most journal entries in one commit, 1 to 65,536. Default 4,096: about a quarter of a second of writing.</summary>
    public int JournalBatchSize { get; init; } = 4_096;

    /// <summary>First wait after a failed commit, milliseconds; doubled up to <see cref="JournalRetryMaxMs"/>.</summary>
    public int JournalRetryMs { get; init; } = 100;

    /// <summary>Longest wait between two tries of a failed commit, milliseconds.</summary>
    public int JournalRetryMaxMs { get; init; } = 5_000;

    /// <summary>Makes the journal write call attempt records; null where attempts are not reported.</summary>
    public Outbox.OutboxHook? Outbox { get; init; }

    /// <summary>A place where a test makes storage fail: called with each connection before each of its write transactions.</summary>
    internal Action<StorageRole, Interop.SqliteConnection>? FaultPoint { get; init; }
}

/// <summary>What a connection is for.</summary>
internal enum StorageRole
{
    Store,
    Journal,
    Recovery,
    Import,
}
