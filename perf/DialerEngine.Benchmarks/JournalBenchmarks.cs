using BenchmarkDotNet.Attributes;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Journal;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Benchmarks;

/// <summary>
/// Journal entries to the disk: one flushed transaction for all that wait (as the journal does) against one for each entry. Times
/// are those of the disk's flush; the allocation column is the writer's own.
/// </summary>
[MemoryDiagnoser]
[SimpleJob(launchCount: 1, warmupCount: 2, iterationCount: 8)]
public class JournalBenchmarks
{
    private const int Group = 4_096;
    private const int Single = 64;

    private readonly JournalEntry[] _entries = new JournalEntry[Group];
    private string _folder = "";
    private JournalTransaction? _journal;
    private long _attempt;

    [GlobalSetup]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("dialer-journal-").FullName;
        var options = new SqliteStorageOptions { Path = Path.Combine(_folder, "storage.db") };
        var list = new CallingListDefinition { Id = new ListId(1), Name = "bench" };
        SqliteStorage.Open(options, [list]).Dispose();
        var catalog = new ListCatalog(options.Path);
        using (var connection = SqliteConnection.Open(options.Path, SqliteAccess.Write, options.BusyTimeoutMs, fullSync: true))
        {
            catalog.Ensure(connection, list);
            connection.Execute(
                "INSERT INTO list_bench (contact_info, chain_id, record_status, app_id) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                + "FROM n WHERE i < 4096) SELECT '+1202555' || i, i, 2, 101 FROM n",
                "filling the list");
        }

        _journal = new JournalTransaction(options, catalog, NullLogger.Instance);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _journal?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>2,048 attempts, each started and finished, in one commit.</summary>
    [Benchmark(OperationsPerInvoke = Group)]
    public void GroupCommit()
    {
        Fill(Group);
        _journal!.Write(_entries);
    }

    /// <summary>The same with a commit for each entry.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Single)]
    public void OneCommitEach()
    {
        Fill(Single);
        for (var i = 0; i < Single; i++)
        {
            _journal!.Write(_entries.AsSpan(i, 1));
        }
    }

    private void Fill(int count)
    {
        for (var i = 0; i < count; i += 2)
        {
            _attempt++;
            _entries[i] = new JournalEntry
            {
                Kind = JournalEntryKind.AttemptStarted,
                Group = new GroupId(1),
                Attempt = new AttemptId(new Guid((int)_attempt, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8)),
                List = new ListId(1),
                Record = new RecordId(1 + (i / 2)),
                ApplicationId = 101,
                Phone = "+12025550123",
            };
            _entries[i + 1] = _entries[i] with
            {
                Kind = JournalEntryKind.AttemptFinished,
                Result = CallResult.NoAnswer,
                RecordResult = CallResult.NoAnswer,
                RecordStatus = RecordStatus.Retrieved,
                NetworkCode = 480,
                NetworkPhrase = "Temporarily Unavailable",
            };
        }
    }
}
