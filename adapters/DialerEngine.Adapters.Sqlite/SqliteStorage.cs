using DialerEngine.Adapters.Sqlite.Dnc;
using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Journal;
using DialerEngine.Adapters.Sqlite.Lists;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Adapters.Sqlite;

/// <summary>
/// The embedded storage: one SQLite file with the calling lists and the attempt journal. Opening it migrates the schema. Recovery
/// is run, then the journal is started, then groups load.
/// </summary>
public sealed class SqliteStorage : IDisposable
{
    private readonly SqliteStorageOptions _options;
    private readonly ILogger _logger;
    private readonly ListCatalog _catalog;
    private readonly SqliteCallingListStore _lists;
    private readonly SqliteRecovery _recovery;
    private readonly Checkpointer _checkpointer;

    private SqliteDoNotCallStore? _doNotCall;

    // SQLite has one writer at a time. Waiting here in turn is cheaper and fairer than its busy handler, which polls.
    private readonly Lock _writer = new();

    private SqliteStorage(SqliteStorageOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _catalog = new ListCatalog(options.Path);
        _checkpointer = new Checkpointer(options, _writer);
        _lists = new SqliteCallingListStore(options, _catalog, _writer, _checkpointer);
        _recovery = new SqliteRecovery(options, _catalog, _writer, logger);
    }

    /// <summary>The database file.</summary>
    public string Path => _options.Path;

    /// <summary>Fetching records for dialing.</summary>
    public ICallingListStore Lists => _lists;

    /// <summary>Looking at whole lists and at single records, without changing anything.</summary>
    public ICallingListSurvey Survey => new SqliteSurvey(_options, _catalog);

    /// <summary>Requests about records by number, customer or chain.</summary>
    public IRecordRequests RecordRequests => new SqliteRecordRequests(_options, _catalog, _writer);

    /// <summary>Import and export of whole lists.</summary>
    public ICallingListBulk Bulk => new SqliteBulk(_options);

    /// <summary>Do-not-call lists. The tables are made on first use.</summary>
    public IDoNotCallStore DoNotCall
    {
        get
        {
            lock (_options)
            {
                return _doNotCall ??= new SqliteDoNotCallStore(_options, _writer);
            }
        }
    }

    /// <summary>Attempts on a list since a time, latest first, withdrawn ones left out: what limits of frequency start from.</summary>
    public IEnumerable<PastAttempt> ReadAttempts(CallingListDefinition list, string? customerField, long sinceUnixSeconds) =>
        SqliteAttemptReader.Read(_options, list, customerField, sinceUnixSeconds);

    /// <summary>
    /// People whom a group reached within a window until now, in steps of a 240th of the window, oldest first: what its count of abandoned calls
    /// goes on from after a restart.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="windowSeconds">Length of the window, seconds.</param>
    /// <param name="nowUnixMs">Wall clock, Unix milliseconds.</param>
    public IReadOnlyList<ReachedPeople> ReadReached(GroupId group, double windowSeconds, long nowUnixMs) =>
        SqliteReachedReader.Read(_options, group, windowSeconds, nowUnixMs);

    /// <summary>Putting the books right after a crash. Run before the journal is started.</summary>
    public IRecovery Recovery => _recovery;

    /// <summary>Opens the file (makes it where there is none), migrates its schema and makes or widens the lists' tables.</summary>
    /// <exception cref="StorageFaultException">The file cannot be opened, is damaged, belongs to a newer version or to another program.</exception>
    public static SqliteStorage Open(SqliteStorageOptions options, IEnumerable<CallingListDefinition> lists, ILogger<SqliteStorage>? logger = null)
    {
        var storage = new SqliteStorage(options, logger ?? NullLogger<SqliteStorage>.Instance);
        try
        {
            using (var connection = SqliteConnection.Open(options.Path, SqliteAccess.Create, options.BusyTimeoutMs, fullSync: true))
            {
                var backups = SchemaMigrator.Migrate(connection, Migration.All);
                foreach (var backup in backups)
                {
                    SqliteLog.BackedUp(storage._logger, options.Path, backup);
                }

                // Lists have tables of their own, which no step knows by name; those that nobody defines below are looked at, too.
                foreach (var table in backups.Count > 0 ? ListCatalog.ReadAll(connection) : [])
                {
                    ListCatalog.EnsureIndexes(connection, table, "migrating the calling lists");
                }
            }

            foreach (var list in lists)
            {
                storage.EnsureList(list);
            }

            return storage;
        }
        catch
        {
            storage.Dispose();
            throw;
        }
    }

    /// <summary>Makes a list's table, or adds the columns that it lacks; the list's number means this table from now on.</summary>
    public void EnsureList(CallingListDefinition list)
    {
        lock (_writer)
        {
            using var connection = SqliteConnection.Open(_options.Path, SqliteAccess.Write, _options.BusyTimeoutMs, fullSync: true);
            _catalog.Ensure(connection, list);
        }
    }

    /// <summary>
    /// Makes the indexes of the orders that a list is dialled in, and drops those that no order uses any more. Run before groups are loaded:
    /// building one takes some ten seconds for ten million records, and nothing else can be written meanwhile. Returns how many were built.
    /// </summary>
    public int EnsureOrders(ListId list, IReadOnlyCollection<RecordOrder> orders)
    {
        lock (_writer)
        {
            using var connection = SqliteConnection.Open(_options.Path, SqliteAccess.Write, _options.BusyTimeoutMs, fullSync: false);
            return ListCatalog.EnsureOrders(connection, _catalog.Find(list), orders);
        }
    }

    /// <summary>A list as the file knows it (its own number, columns and defaults); null where the file has no such list.</summary>
    public CallingListDefinition? FindStoredList(string name)
    {
        using var connection = SqliteConnection.Open(_options.Path, SqliteAccess.Read, _options.BusyTimeoutMs, fullSync: false);
        return ListCatalog.Read(connection, name)?.Definition;
    }

    /// <summary>Uses a list as the file knows it, without changing the file; null where the file has no such list.</summary>
    public CallingListDefinition? UseStoredList(string name)
    {
        using var connection = SqliteConnection.Open(_options.Path, SqliteAccess.Read, _options.BusyTimeoutMs, fullSync: false);
        if (ListCatalog.Read(connection, name) is not { } table)
        {
            return null;
        }

        _catalog.Use(table);
        return table.Definition;
    }

    /// <summary>Names of all lists in the file.</summary>
    public IReadOnlyList<string> StoredLists()
    {
        using var connection = SqliteConnection.Open(_options.Path, SqliteAccess.Read, _options.BusyTimeoutMs, fullSync: false);
        return ListCatalog.ReadAll(connection).Select(t => t.Definition.Name).ToList();
    }

    /// <summary>Counts the attempt journal. Reads all of it: for reports and tests, not for every second.</summary>
    public AttemptTotals CountAttempts()
    {
        using var connection = SqliteConnection.Open(_options.Path, SqliteAccess.Read, _options.BusyTimeoutMs, fullSync: false);
        using var count = connection.Prepare($"SELECT COUNT(*) FROM attempt WHERE state = ?1", "counting attempts");
        long Of(int state)
        {
            count.Bind(1, state);
            var found = count.Step() ? count.Integer(0) : 0;
            count.Reset();
            return found;
        }

        var finished = Of(AttemptTable.Finished);
        var open = Of(AttemptTable.Started) + Of(AttemptTable.Connected);
        return new AttemptTotals(finished + open, finished, open, Of(AttemptTable.Withdrawn));
    }

    /// <summary>Starts the journal's writer thread.</summary>
    public SqliteAttemptJournal StartJournal(IJournalListener listener, TimeProvider time) =>
        SqliteAttemptJournal.Start(_options, _catalog, _writer, _checkpointer, listener, time, _logger);

    /// <summary>Opens the outbox of call attempt records for its sender.</summary>
    /// <exception cref="StorageFaultException">The file cannot be opened.</exception>
    public Outbox.SqliteAttemptOutbox OpenOutbox() => new(_options, _writer);

    public void Dispose()
    {
        _checkpointer.Dispose();
        _lists.Dispose();
    }
}
