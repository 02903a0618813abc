using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Core.Ports;

namespace DialerEngine.Adapters.Sqlite.Dnc;

/// <summary>
/// Do-not-call lists in the table <c>gsw_donotcall_list</c>. Additions are found by their rising entry number, removals by a log of their own, so
/// that a running engine learns what another process changed by reading two short ranges.
/// </summary>
internal sealed class SqliteDoNotCallStore : IDoNotCallStore
{
    private static readonly string[] Schema =
    [
        """
        CREATE TABLE IF NOT EXISTS gsw_donotcall_list (
            entry_id INTEGER PRIMARY KEY AUTOINCREMENT,
            phone TEXT,
            customer_id TEXT,
            dnc_message TEXT,
            tenant_dbid INTEGER NOT NULL,
            campaign_dbid INTEGER,
            list_dbid INTEGER,
            is_internal INTEGER,
            time_stamp INTEGER,
            expiration INTEGER)
        """,
        "CREATE UNIQUE INDEX IF NOT EXISTS donotcall_by_phone ON gsw_donotcall_list (tenant_dbid, phone) WHERE phone IS NOT NULL",
        "CREATE UNIQUE INDEX IF NOT EXISTS donotcall_by_customer ON gsw_donotcall_list (tenant_dbid, customer_id) WHERE customer_id IS NOT NULL",
        """
        CREATE TABLE IF NOT EXISTS donotcall_removal (
            removal_id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant_dbid INTEGER NOT NULL,
            phone TEXT,
            customer_id TEXT,
            time_stamp INTEGER NOT NULL)
        """,
        "CREATE TABLE IF NOT EXISTS donotcall_identity (one INTEGER PRIMARY KEY CHECK (one = 1), identity INTEGER NOT NULL)",
        "INSERT OR IGNORE INTO donotcall_identity VALUES (1, random())",
    ];

    private const string Columns = "phone, customer_id, dnc_message, campaign_dbid, list_dbid, is_internal, time_stamp, expiration";
    private readonly SqliteStorageOptions _options;
    private readonly Lock _writer;

    public SqliteDoNotCallStore(SqliteStorageOptions options, Lock writer)
    {
        _options = options;
        _writer = writer;
        const string Phase = "making the do-not-call tables";
        lock (_writer)
        {
            using var connection = Open(SqliteAccess.Write);
            connection.Begin(Phase);
            foreach (var statement in Schema)
            {
                connection.Execute(statement, Phase);
            }

            connection.Commit(Phase);
            Identity = (ulong)connection.QueryInteger("SELECT identity FROM donotcall_identity", Phase);
        }
    }

    public ulong Identity { get; }

    public void Add(int tenantDbid, ReadOnlySpan<DoNotCallEntry> entries)
    {
        const string Phase = "writing do-not-call entries";
        lock (_writer)
        {
            using var connection = Open(SqliteAccess.Write);
            connection.Begin(Phase);
            try
            {
                var insert = connection.Prepare(
                    $"INSERT OR REPLACE INTO gsw_donotcall_list ({Columns}, tenant_dbid) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", Phase);
                foreach (var entry in entries)
                {
                    // Number and customer are rows of their own, so that one can be replaced or removed without the other.
                    foreach (var isPhone in (ReadOnlySpan<bool>)[true, false])
                    {
                        if ((isPhone ? entry.Phone : entry.CustomerId) is not null)
                        {
                            insert.Bind(1, isPhone ? entry.Phone : null).Bind(2, isPhone ? null : entry.CustomerId).Bind(3, entry.Message)
                                .Bind(4, entry.CampaignDbid).Bind(5, entry.ListDbid).Bind(6, entry.IsInternal ? 1 : 0).Bind(7, entry.TimeStamp)
                                .Bind(8, entry.Expiration).Bind(9, tenantDbid).Run();
                        }
                    }
                }

                connection.Commit(Phase);
            }
            catch
            {
                connection.Rollback();
                throw;
            }
        }
    }

    public int Remove(int tenantDbid, string? phone, string? customerId, long nowUnixSeconds)
    {
        const string Phase = "removing a do-not-call entry";
        var (column, value) = Key(phone, customerId);
        lock (_writer)
        {
            using var connection = Open(SqliteAccess.Write);
            connection.Begin(Phase);
            try
            {
                connection.Prepare($"DELETE FROM gsw_donotcall_list WHERE tenant_dbid = ?1 AND {column} = ?2", Phase).Bind(1, tenantDbid).Bind(2, value).Run();
                var removed = connection.Changes;
                if (removed > 0)
                {
                    connection.Prepare("INSERT INTO donotcall_removal (tenant_dbid, phone, customer_id, time_stamp) VALUES (?1, ?2, ?3, ?4)", Phase)
                        .Bind(1, tenantDbid).Bind(2, phone).Bind(3, phone is null ? customerId : null).Bind(4, nowUnixSeconds).Run();
                }

                connection.Commit(Phase);
                return removed;
            }
            catch
            {
                connection.Rollback();
                throw;
            }
        }
    }

    public DoNotCallEntry? Find(int tenantDbid, string? phone, string? customerId)
    {
        var (column, value) = Key(phone, customerId);
        using var connection = Open(SqliteAccess.Read);
        var find = connection.Prepare($"SELECT {Columns} FROM gsw_donotcall_list WHERE tenant_dbid = ?1 AND {column} = ?2", "looking into the do-not-call list");
        return find.Bind(1, tenantDbid).Bind(2, value).Step() ? Read(find) : null;
    }

    public long Count(int tenantDbid)
    {
        using var connection = Open(SqliteAccess.Read);
        var count = connection.Prepare("SELECT count(*) FROM gsw_donotcall_list WHERE tenant_dbid = ?1", "counting the do-not-call list");
        return count.Bind(1, tenantDbid).Step() ? count.Integer(0) : 0;
    }

    public DoNotCallPosition ReadChanges(int tenantDbid, DoNotCallPosition since, IDoNotCallReader reader, CancellationToken stop)
    {
        const string Phase = "reading the do-not-call list";
        using var connection = Open(SqliteAccess.Read);
        connection.Execute("BEGIN", Phase);
        var removal = since.Removal;
        var addition = since.Addition;

        // A number that was removed and added again stands in the table: additions are told last, and what stands is right.
        var removed = connection.Prepare("SELECT removal_id, phone, customer_id FROM donotcall_removal WHERE removal_id > ?1 AND tenant_dbid = ?2 ORDER BY removal_id", Phase);
        removed.Bind(1, since.Removal).Bind(2, tenantDbid);
        while (removed.Step())
        {
            stop.ThrowIfCancellationRequested();
            removal = removed.Integer(0);
            reader.Removed(removed.Bytes(1), removed.Bytes(2));
        }

        var added = connection.Prepare("SELECT entry_id, phone, customer_id, expiration FROM gsw_donotcall_list WHERE entry_id > ?1 AND tenant_dbid = ?2 ORDER BY entry_id", Phase);
        added.Bind(1, since.Addition).Bind(2, tenantDbid);
        while (added.Step())
        {
            stop.ThrowIfCancellationRequested();
            addition = added.Integer(0);
            reader.Added(added.Bytes(1), added.Bytes(2), added.Integer(3));
        }

        return new DoNotCallPosition(addition, removal);
    }

    public IEnumerable<DoNotCallEntry> ReadAll(int tenantDbid)
    {
        using var connection = Open(SqliteAccess.Read);
        var all = connection.Prepare($"SELECT {Columns} FROM gsw_donotcall_list WHERE tenant_dbid = ?1 ORDER BY entry_id", "reading the do-not-call list");
        all.Bind(1, tenantDbid);
        while (all.Step())
        {
            yield return Read(all);
        }
    }

    private static (string Column, string Value) Key(string? phone, string? customerId) =>
        phone is not null ? ("phone", phone) : ("customer_id", customerId ?? throw new ArgumentException("a number or a customer is needed", nameof(customerId)));

    private static DoNotCallEntry Read(SqliteStatement row) => new()
    {
        Phone = row.TextOrNull(0),
        CustomerId = row.TextOrNull(1),
        Message = row.TextOrNull(2),
        CampaignDbid = row.Int(3),
        ListDbid = row.Int(4),
        IsInternal = row.Integer(5) != 0,
        TimeStamp = row.Integer(6),
        Expiration = row.Integer(7),
    };

    private SqliteConnection Open(SqliteAccess access) => SqliteConnection.Open(_options.Path, access, _options.BusyTimeoutMs, fullSync: access != SqliteAccess.Read);
}
