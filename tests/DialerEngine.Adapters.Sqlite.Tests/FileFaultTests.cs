using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using static DialerEngine.StorageContract.ContractRecords;

namespace DialerEngine.Adapters.Sqlite.Tests;

/// <summary>Files that cannot be used, and migrations: a named fault with what to do, and the file as it was.</summary>
public sealed class FileFaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dialer-file-").FullName;

    private string Database => Path.Combine(_folder, "storage.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int Latest => Migration.All[^1].Version;

    [Fact]
    public void A_folder_that_is_not_there_is_unavailable()
    {
        var fault = Fails(Path.Combine(_folder, "missing", "storage.db"));
        Assert.Equal(StorageFault.Unavailable, fault.Fault);
        Assert.Contains("folder", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_file_is_made_without_copies_of_itself()
    {
        using (SqliteStorage.Open(new SqliteStorageOptions { Path = Database }, [List]))
        {
            // Making it is all.
        }

        Assert.Empty(Directory.GetFiles(_folder, "*.backup"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_of_before_the_partial_indexes_gets_them_and_loses_the_one_by_status(bool defined)
    {
        using (SqliteStorage.Open(new SqliteStorageOptions { Path = Database }, [List]))
        {
            // Making it is all.
        }

        using (var connection = SqliteConnection.Open(Database, SqliteAccess.Write, 1_000, fullSync: true))
        {
            var table = ListCatalog.Read(connection, List.Name)!;
            connection.Execute(table.DropClosedIndex(), "going back");
            connection.Execute($"CREATE INDEX \"{table.TableName}.ready\" ON {table.Quoted} (record_status, dial_sched_time)", "going back");
            connection.Execute("DROP TABLE record_fetch", "going back");

            // The step after it goes, too: a file of that version has none of it.
            connection.Execute("DROP INDEX attempt_reached", "going back");
            connection.Execute("ALTER TABLE attempt DROP COLUMN reached_at", "going back");
            connection.Execute("PRAGMA user_version=4", "going back");
        }

        using (SqliteStorage.Open(new SqliteStorageOptions { Path = Database }, defined ? [List] : []))
        {
            // Opening it is all.
        }

        using var opened = SqliteConnection.Open(Database, SqliteAccess.Read, 1_000, fullSync: true);
        Assert.Equal(1, opened.QueryInteger("SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name LIKE '%.closed'", "counting"));
        Assert.Equal(0, opened.QueryInteger("SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name LIKE '%.ready'", "counting"));
    }

    [Fact]
    public void A_file_that_is_no_database_is_corrupt_and_stays_as_it_is()
    {
        File.WriteAllText(Database, "phone,name\n" + new string('x', 5_000));
        Assert.Equal(StorageFault.Corrupt, Fails(Database).Fault);
        Assert.StartsWith("phone,name", File.ReadAllText(Database), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_page_is_corrupt_when_it_is_met()
    {
        using (var storage = SqliteStorage.Open(new SqliteStorageOptions { Path = Database }, [List]))
        {
        }

        using (var connection = SqliteConnection.Open(Database, SqliteAccess.Write, 1_000, fullSync: true))
        {
            connection.Execute(
                "INSERT INTO \"list_Contract list\" (contact_info, chain_id, daily_from, daily_till) "
                + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT '+1202555' || i, i, 0, 1 FROM n",
                "filling");
            connection.QueryInteger("PRAGMA wal_checkpoint(TRUNCATE)", "checkpointing");
        }

        using (var file = new FileStream(Database, FileMode.Open))
        {
            // All but the pages that hold the schema.
            file.Position = 32 * 4_096;
            file.Write(Enumerable.Repeat((byte)0xA5, (int)(file.Length - file.Position)).ToArray());
        }

        using var damaged = SqliteStorage.Open(new SqliteStorageOptions { Path = Database }, []);
        damaged.UseStoredList(List.Name);
        var fault = await Assert.ThrowsAsync<StorageFaultException>(async () => await damaged.Lists.FetchAsync(
            new FetchRequest(Group, Campaign, Application, new ListId(1), 5_000, 0), new RecordBatch(5_000), CancellationToken.None));
        Assert.Equal(StorageFault.Corrupt, fault.Fault);
        Assert.False(fault.IsTransient);
    }

    [Fact]
    public void A_newer_schema_is_refused_with_both_versions_and_left_alone()
    {
        SqliteStorage.Open(new SqliteStorageOptions { Path = Database }, []).Dispose();
        Execute("PRAGMA user_version=99");

        var fault = Fails(Database);

        Assert.Equal(StorageFault.Schema, fault.Fault);
        Assert.Contains("99", fault.Message, StringComparison.Ordinal);
        Assert.Equal(99, Ask("PRAGMA user_version"));
    }

    [Fact]
    public void Another_programs_database_is_refused_and_left_alone()
    {
        Execute("CREATE TABLE bookmarks (url TEXT)");
        Assert.Equal(StorageFault.Schema, Fails(Database).Fault);
        Assert.Equal(1, Ask("SELECT count(*) FROM sqlite_master"));
    }

    [Fact]
    public void A_migration_keeps_a_copy_of_what_was_before()
    {
        SqliteStorage.Open(new SqliteStorageOptions { Path = Database }, [List]).Dispose();
        Migration[] migrations = [.. Migration.All, new Migration(Latest + 1, ["ALTER TABLE attempt ADD COLUMN recording TEXT"])];

        using (var connection = SqliteConnection.Open(Database, SqliteAccess.Write, 1_000, fullSync: true))
        {
            Assert.Equal([Database + $".v{Latest}.backup"], SchemaMigrator.Migrate(connection, migrations));
            Assert.Empty(SchemaMigrator.Migrate(connection, migrations));
        }

        Assert.Equal(Latest + 1, Ask("PRAGMA user_version"));
        Assert.Equal(1, Ask("SELECT count(*) FROM pragma_table_info('attempt') WHERE name = 'recording'"));
        using var backup = SqliteStorage.Open(new SqliteStorageOptions { Path = Database + $".v{Latest}.backup" }, []);
        Assert.Equal([List.Name], backup.StoredLists());
    }

    [Fact]
    public void A_migration_that_fails_leaves_the_schema_as_it_was()
    {
        SqliteStorage.Open(new SqliteStorageOptions { Path = Database }, [List]).Dispose();
        Migration[] migrations = [.. Migration.All, new Migration(Latest + 1, ["CREATE TABLE half (x)", "CREATE TABLE attempt (x)"])];

        using (var connection = SqliteConnection.Open(Database, SqliteAccess.Write, 1_000, fullSync: true))
        {
            Assert.Equal(StorageFault.Schema, Assert.Throws<StorageFaultException>(() => SchemaMigrator.Migrate(connection, migrations)).Fault);
        }

        Assert.Equal(Latest, Ask("PRAGMA user_version"));
        Assert.Equal(0, Ask("SELECT count(*) FROM sqlite_master WHERE name = 'half'"));
    }

    [Theory]
    [InlineData(5, StorageFault.Locked)]
    [InlineData(6, StorageFault.Locked)]
    [InlineData(8, StorageFault.ReadOnly)]
    [InlineData(10, StorageFault.InputOutput)]
    [InlineData(11, StorageFault.Corrupt)]
    [InlineData(13, StorageFault.Full)]
    [InlineData(14, StorageFault.Unavailable)]
    [InlineData(19, StorageFault.Refused)]
    [InlineData(26, StorageFault.Corrupt)]
    [InlineData(1, StorageFault.Schema)]
    [InlineData(4_874, StorageFault.InputOutput)]
    [InlineData(517, StorageFault.Locked)]
    [InlineData(2_067, StorageFault.Refused)]
    [InlineData(0, StorageFault.None)]
    [InlineData(100, StorageFault.None)]
    public void Every_return_code_has_a_name(int code, StorageFault fault) => Assert.Equal(fault, SqliteStatus.FaultOf(code));

    [Fact]
    public async Task A_store_that_is_locked_marks_nothing_and_works_again_later()
    {
        await using var harness = new SqliteHarness(o => o with { BusyTimeoutMs = 20 });
        harness.EnsureList(List);
        harness.Add(List, [Ready(1)]);
        var batch = new RecordBatch(10);
        var request = new FetchRequest(Group, Campaign, Application, List.Id, 10, 0);
        using (var other = harness.Connect())
        {
            other.Begin("holding the lock");
            var fault = await Assert.ThrowsAsync<StorageFaultException>(async () => await harness.Lists.FetchAsync(request, batch, CancellationToken.None));
            Assert.Equal(StorageFault.Locked, fault.Fault);
            Assert.True(fault.IsTransient);
            Assert.Equal(0, batch.Count);
            other.Rollback();
        }

        Assert.Equal(RecordStatus.Ready, harness.ReadRecords(List)[0].RecordStatus);
        Assert.Equal(1, await harness.Lists.FetchAsync(request, batch, CancellationToken.None));
    }

    private static StorageFaultException Fails(string path)
    {
        var fault = Assert.Throws<StorageFaultException>(() => SqliteStorage.Open(new SqliteStorageOptions { Path = path }, [List]));
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        return fault;
    }

    private void Execute(string sql)
    {
        using var connection = SqliteConnection.Open(Database, SqliteAccess.Create, 1_000, fullSync: true);
        connection.Execute(sql, "preparing");
    }

    private long Ask(string sql)
    {
        using var connection = SqliteConnection.Open(Database, SqliteAccess.Write, 1_000, fullSync: true);
        return connection.QueryInteger(sql, "asking");
    }
}
