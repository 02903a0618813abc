using DialerEngine.Core.Ports;
using SQLitePCL;

namespace DialerEngine.Adapters.Sqlite.Interop;

/// <summary>
/// One connection to one database file. Used by one thread at a time (opened without SQLite's own mutex). Statements prepared
/// here live until the connection is disposed.
/// </summary>
internal sealed class SqliteConnection : IDisposable
{
    private readonly List<SqliteStatement> _statements = [];
    private readonly sqlite3 _db;
    private SqliteStatement? _begin;
    private SqliteStatement? _commit;
    private SqliteStatement? _rollback;

    private SqliteConnection(sqlite3 db, string path)
    {
        _db = db;
        Path = path;
    }

    static SqliteConnection() => Batteries_V2.Init();

    public string Path { get; }

    /// <summary>True between <see cref="Begin"/> and <see cref="Commit"/> or <see cref="Rollback"/>.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_db) == 0;

    /// <summary>Rows changed by the last statement.</summary>
    public int Changes => raw.sqlite3_changes(_db);

    internal sqlite3 Handle => _db;

    /// <summary>Opens a file. Write-ahead log, foreign keys off, given durability.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="access">Whether the file may be made, or only read.</param>
    /// <param name="busyTimeoutMs">How long to wait for another process's lock.</param>
    /// <param name="fullSync">True: a commit is on the disk when it returns. False: it is when the next such commit is.</param>
    public static SqliteConnection Open(string path, SqliteAccess access, int busyTimeoutMs, bool fullSync)
    {
        var flags = raw.SQLITE_OPEN_NOMUTEX | access switch
        {
            SqliteAccess.Create => raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE,
            SqliteAccess.Write => raw.SQLITE_OPEN_READWRITE,
            _ => raw.SQLITE_OPEN_READONLY,
        };
        var rc = raw.sqlite3_open_v2(path, out var db, flags, null);
        if (rc != raw.SQLITE_OK)
        {
            var detail = db is null || db.IsInvalid ? null : raw.sqlite3_errmsg(db).utf8_to_string();
            db?.Dispose();
            throw SqliteStatus.Fault(rc, "opening the database", path, detail);
        }

        var connection = new SqliteConnection(db, path);
        try
        {
            connection.Check(raw.sqlite3_extended_result_codes(db, 1), "opening the database");
            connection.Check(raw.sqlite3_busy_timeout(db, busyTimeoutMs), "opening the database");
            if (access != SqliteAccess.Read)
            {
                connection.Execute("PRAGMA journal_mode=WAL", "switching to the write-ahead log");
                connection.Execute(fullSync ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", "opening the database");
            }

            // Reads the schema now, so that a damaged file is found here and not in the middle of a campaign.
            connection.QueryInteger("SELECT count(*) FROM sqlite_master", "reading the schema");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Check(int rc, string phase)
    {
        if (rc is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return;
        }

        throw SqliteStatus.Fault(rc, phase, Path, raw.sqlite3_errmsg(_db).utf8_to_string());
    }

    /// <summary>Prepares one statement; the connection owns it.</summary>
    public SqliteStatement Prepare(string sql, string phase)
    {
        Check(raw.sqlite3_prepare_v3(_db, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle), phase);
        var statement = new SqliteStatement(this, handle, phase);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Runs a statement without parameters; rows that it gives are ignored.</summary>
    public void Execute(string sql, string phase)
    {
        Check(raw.sqlite3_prepare_v2(_db, sql, out sqlite3_stmt handle), phase);
        using (handle)
        {
            int rc;
            do
            {
                rc = raw.sqlite3_step(handle);
            }
            while (rc == raw.SQLITE_ROW);
            Check(rc, phase);
        }
    }

    /// <summary>First column of the first row as an integer; 0 where there is none.</summary>
    public long QueryInteger(string sql, string phase)
    {
        Check(raw.sqlite3_prepare_v2(_db, sql, out sqlite3_stmt handle), phase);
        using (handle)
        {
            var rc = raw.sqlite3_step(handle);
            Check(rc, phase);
            return rc == raw.SQLITE_ROW ? raw.sqlite3_column_int64(handle, 0) : 0;
        }
    }

    /// <summary>Begins a write transaction at once (BEGIN IMMEDIATE), so that it cannot fail half-way for want of the lock.</summary>
    public void Begin(string phase) => (_begin ??= Prepare("BEGIN IMMEDIATE", phase)).Run(phase);

    public void Commit(string phase) => (_commit ??= Prepare("COMMIT", phase)).Run(phase);

    /// <summary>Undoes the open transaction, if SQLite has not done so itself.</summary>
    public void Rollback()
    {
        if (!InTransaction)
        {
            return;
        }

        try
        {
            (_rollback ??= Prepare("ROLLBACK", "rolling back")).Run("rolling back");
        }
        catch (StorageFaultException)
        {
            // A failed ROLLBACK degrades to closing: the caller replaces a connection that is still in a transaction.
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _db.Dispose();
    }
}

/// <summary>What a connection may do with the file.</summary>
internal enum SqliteAccess
{
    Read,
    Write,
    Create,
}
