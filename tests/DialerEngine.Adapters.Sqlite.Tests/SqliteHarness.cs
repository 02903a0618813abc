using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Journal;
using DialerEngine.Adapters.Sqlite.Lists;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.StorageContract;

namespace DialerEngine.Adapters.Sqlite.Tests;

/// <summary>A SQLite storage in a folder of its own. A crash copies the file and its log as they are on the disk and goes on with the copy.</summary>
internal sealed class SqliteHarness : StorageHarness
{
    private readonly Func<SqliteStorageOptions, SqliteStorageOptions> _configure;
    private readonly TimeProvider _time;
    private readonly List<CallingListDefinition> _lists = [];
    private SqliteStorageOptions _options;
    private SqliteStorage _storage;
    private SqliteAttemptJournal? _journal;
    private int _generation;

    public SqliteHarness(Func<SqliteStorageOptions, SqliteStorageOptions>? configure = null, TimeProvider? time = null)
    {
        _configure = configure ?? (o => o);
        _time = time ?? TimeProvider.System;
        Folder = Directory.CreateTempSubdirectory("dialer-sqlite-").FullName;
        _options = _configure(new SqliteStorageOptions { Path = NextPath() });
        _storage = SqliteStorage.Open(_options, []);
    }

    public string Folder { get; }

    public string Path => _options.Path;

    public SqliteStorage Opened => _storage;

    public SqliteAttemptJournal RunningJournal => _journal!;

    public override ICallingListStore Lists => _storage.Lists;

    public override IRecovery Recovery => _storage.Recovery;

    public override IDoNotCallStore DoNotCall => _storage.DoNotCall;

    public override IRecordRequests Requests => _storage.RecordRequests;

    public override IAttemptJournal Journal => _journal!;

    public override void EnsureList(CallingListDefinition list)
    {
        _storage.EnsureList(list);
        _lists.Add(list);
    }

    public override void Add(CallingListDefinition list, IEnumerable<CallRecord> records)
    {
        using var connection = Connect();
        var table = ListCatalog.Read(connection, list.Name)!;
        var insert = connection.Prepare(
            $"INSERT INTO {table.Quoted} ({table.ColumnList}) VALUES ({string.Join(", ", table.Columns.Select((_, i) => $"?{i + 1}"))})", "adding records");
        connection.Begin("adding records");
        foreach (var r in records)
        {
            object?[] values =
            [
                r.Id.Value, r.ContactInfo, (long)r.PhoneType, (long)r.RecordType, (long)r.RecordStatus, (long)r.CallResult, (long)r.Attempts,
                r.DialScheduledTime, r.CallTime, (long)r.DailyFrom, (long)r.DailyTill, (long)r.TimeZoneDbid, (long)r.CampaignId, r.AgentLoginId,
                (long)r.ChainId, (long)r.ChainN, (long)r.GroupId, (long)r.ApplicationId, r.Treatments, (long)r.MediaReference, r.EmailSubject,
                (long)r.EmailTemplateId, (long)r.SwitchId, .. r.UserFields,
            ];
            for (var i = 0; i < values.Length; i++)
            {
                _ = values[i] switch
                {
                    long integer => insert.Bind(i + 1, integer),
                    double real => insert.Bind(i + 1, real),
                    var text => insert.Bind(i + 1, (string?)text),
                };
            }

            insert.Run();
        }

        connection.Commit("adding records");
    }

    public override IReadOnlyList<CallRecord> ReadRecords(CallingListDefinition list)
    {
        using var connection = Connect();
        var table = ListCatalog.Read(connection, list.Name)!;
        var rows = connection.Prepare($"SELECT {table.ColumnList} FROM {table.Quoted} ORDER BY record_id", "reading records");
        var records = new List<CallRecord>();
        while (rows.Step())
        {
            var record = new CallRecord();
            RecordReader.Fill(record, rows, table, list.Id);
            records.Add(record);
        }

        return records;
    }

    public override IReadOnlyList<StoredAttempt> ReadAttempts()
    {
        using var connection = Connect();
        var rows = connection.Prepare(
            $"""
            SELECT attempt_guid, state, record_id, group_id, app_id, phone, call_result, network_code, q850_cause, network_phrase,
              network_reasons, trunk, agent_id, {string.Join(", ", AttemptTable.TimeColumns)} FROM attempt ORDER BY attempt_id
            """,
            "reading attempts");
        var attempts = new List<StoredAttempt>();
        while (rows.Step())
        {
            attempts.Add(new StoredAttempt(
                rows.Identity(0), rows.Int(1), rows.Integer(2), rows.Int(3), rows.Int(4), rows.TextOrNull(5), (CallResult)rows.Int(6), rows.Int(7),
                rows.Int(8), rows.TextOrNull(9), rows.TextOrNull(10), rows.TextOrNull(11), rows.TextOrNull(12),
                [.. Enumerable.Range(13, AttemptTable.TimeColumns.Length).Select(rows.Integer)]));
        }

        return attempts;
    }

    public override int CountRefused() => (int)Query("SELECT count(*) FROM refused_change");

    public long Query(string sql)
    {
        using var connection = Connect();
        return connection.QueryInteger(sql, "asking");
    }

    public SqliteConnection Connect(int busyTimeoutMs = 30_000) => SqliteConnection.Open(Path, SqliteAccess.Write, busyTimeoutMs, fullSync: false);

    public override void StartJournal(IJournalListener listener) => _journal = _storage.StartJournal(listener, _time);

    public override async Task<int> StopJournalAsync()
    {
        var left = await _journal!.StopAsync(TimeSpan.FromSeconds(60));
        _journal = null;
        return left;
    }

    public override async Task CrashAsync()
    {
        // Tests write less than a checkpoint's thousand pages, so the file itself stands still while the log may grow under the copy:
        // its last frames are whole or are ignored, as after a crash.
        var path = NextPath();
        CopyIfThere(Path + "-wal", path + "-wal");
        CopyIfThere(Path, path);
        await CloseAsync();
        _options = _configure(new SqliteStorageOptions { Path = path });
        _storage = SqliteStorage.Open(_options, _lists.GroupBy(l => l.Id).Select(g => g.Last()));
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task CloseAsync()
    {
        if (_journal is not null)
        {
            await _journal.StopAsync(TimeSpan.Zero);
            _journal = null;
        }

        _storage.Dispose();
    }

    private string NextPath() => System.IO.Path.Combine(Folder, $"storage{_generation++}.db");

    private static void CopyIfThere(string from, string to)
    {
        if (File.Exists(from))
        {
            File.Copy(from, to);
        }
    }
}
