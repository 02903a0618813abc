using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Journal;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.StorageContract;
using Microsoft.Extensions.Logging.Abstractions;
using static DialerEngine.StorageContract.ContractRecords;

namespace DialerEngine.Adapters.Sqlite.Tests;

/// <summary>The journal when storage fails: each fault is named once, nothing is lost or reordered, and it goes on by itself.</summary>
public sealed class JournalFaultTests
{
    // What the journal's connection is made to do before each of its transactions.
    private volatile string? _sabotage;
    private volatile StorageFaultException? _throw;

    [Theory]
    [InlineData("PRAGMA query_only=1", StorageFault.ReadOnly, "PRAGMA query_only=0")]
    [InlineData("PRAGMA max_page_count=1", StorageFault.Full, "PRAGMA max_page_count=1000000")]
    public async Task A_fault_of_the_file_is_told_once_and_retried_until_it_is_over(string sabotage, StorageFault fault, string mend)
    {
        var clock = new RetryClock();
        await using var harness = NewHarness(clock);
        var listener = Start(harness);
        Append(harness, Enumerable.Range(1, 10).Select(i => Started(i, i, i)));
        listener.WaitForCommit(Group.Value, 10);

        _sabotage = sabotage;
        Append(harness, Enumerable.Range(11, 3_000).Select(i => Started(i, i, i)));
        listener.WaitForNotice($"fault {fault}");
        for (var i = 0; i < 8; i++)
        {
            clock.FireNext();
        }

        // A first few of the three thousand may have found room on a page that was there.
        var committed = listener.CommittedOf(Group.Value);
        Assert.InRange(committed, 10, 1_000);
        Assert.Equal(3_010 - committed, harness.RunningJournal.Waiting);
        Assert.Contains(harness.Path, listener.LastFaultMessage, StringComparison.Ordinal);
        clock.WaitUntilWaiting();
        _sabotage = mend;
        clock.FireNext();
        listener.WaitForCommit(Group.Value, 3_010);

        Assert.Single(listener.Notices, n => n.StartsWith("fault", StringComparison.Ordinal));
        Assert.Single(listener.Notices, n => n == "recovered");
        Assert.Equal(Enumerable.Range(1, 3_010).Select(i => Attempt(i).Value), harness.ReadAttempts().Select(a => a.Attempt));
        Assert.Equal([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000], clock.Delays.Take(8).Select(d => (int)d.TotalMilliseconds));
    }

    [Fact]
    public async Task A_lock_held_by_another_connection_is_a_named_fault_and_then_over()
    {
        var clock = new RetryClock();
        await using var harness = NewHarness(clock);
        var listener = Start(harness);
        using (var other = harness.Connect())
        {
            other.Begin("holding the lock");
            Append(harness, [Started(1, 1, 1)]);
            listener.WaitForNotice("fault Locked");
            Assert.Contains("write lock", listener.LastFaultMessage, StringComparison.Ordinal);
            other.Rollback();
        }

        clock.FireNext();
        listener.WaitForCommit(Group.Value, 1);
        Assert.Single(harness.ReadAttempts());
    }

    [Fact]
    public async Task An_input_output_error_in_the_middle_loses_nothing()
    {
        var clock = new RetryClock();
        await using var harness = NewHarness(clock);
        var listener = Start(harness);
        _throw = SqliteStatus.Fault(SQLitePCL.raw.SQLITE_IOERR, "committing the journal", harness.Path);
        Append(harness, [Started(1, 1, 1), Finished(2, 1, 1, CallResult.Busy)]);
        listener.WaitForNotice("fault InputOutput");
        _throw = null;
        clock.FireNext();
        listener.WaitForCommit(Group.Value, 2);
        Assert.Equal(["fault InputOutput", "recovered"], listener.Notices.Take(2));
        Assert.Equal(CallResult.Busy, Assert.Single(harness.ReadAttempts()).Result);
    }

    [Fact]
    public async Task A_full_queue_refuses_and_takes_again_when_there_is_room()
    {
        var clock = new RetryClock();
        await using var harness = NewHarness(clock, o => o with { JournalQueueCapacity = 1_024 });
        var listener = Start(harness);
        _throw = SqliteStatus.Fault(SQLitePCL.raw.SQLITE_FULL, "committing the journal", harness.Path);
        Append(harness, Enumerable.Range(1, 1_024).Select(i => Started(i, i, i)));
        var next = Started(1_025, 1_025, 1_025);
        Assert.False(harness.Journal.TryAppend(in next));

        listener.WaitForNotice("fault Full");
        _throw = null;
        clock.FireNext();
        listener.WaitForCommit(Group.Value, 1_024);
        Assert.True(harness.Journal.TryAppend(in next));
        listener.WaitForCommit(Group.Value, 1_025);
        Assert.Equal(1_025, harness.ReadAttempts().Count);
    }

    [Fact]
    public async Task Entries_that_wait_are_committed_together()
    {
        var clock = new RetryClock();
        await using var harness = NewHarness(clock);
        var listener = Start(harness);
        _throw = SqliteStatus.Fault(SQLitePCL.raw.SQLITE_BUSY, "committing the journal", harness.Path);
        Append(harness, Enumerable.Range(1, 10_000).Select(i => Started(i, i, i)));
        listener.WaitForNotice("fault Locked");
        _throw = null;
        clock.FireNext();
        listener.WaitForCommit(Group.Value, 10_000);

        // The first batch is what was there when the writer looked; then three of 4,096 at most.
        Assert.InRange(harness.RunningJournal.Commits, 3, 5);
        Assert.Equal(10_000, harness.RunningJournal.Entries);
    }

    [Fact]
    public async Task A_stop_that_cannot_write_ends_and_says_how_many_entries_are_not_durable()
    {
        var clock = new RetryClock();
        var harness = NewHarness(clock);
        var listener = Start(harness);
        _throw = SqliteStatus.Fault(SQLitePCL.raw.SQLITE_FULL, "committing the journal", harness.Path);
        Append(harness, [Started(1, 1, 1), Started(2, 2, 2)]);
        listener.WaitForNotice("fault Full");

        Assert.Equal(2, await harness.RunningJournal.StopAsync(TimeSpan.Zero));
        var late = Started(3, 3, 3);
        Assert.False(harness.Journal.TryAppend(in late));
        await harness.DisposeAsync();
    }

    [Fact]
    public async Task An_entry_without_a_kind_is_the_appenders_fault()
    {
        await using var harness = NewHarness(TimeProvider.System);
        Start(harness);
        Assert.Throws<InvariantBrokenException>(() => harness.Journal.TryAppend(default));
    }

    [Fact]
    public async Task Appending_and_writing_allocate_nothing_once_warm()
    {
        await using var harness = NewHarness(TimeProvider.System);
        harness.Add(List, Enumerable.Range(1, 400).Select(i => Retrieved(i)));
        var catalog = new ListCatalog(harness.Path);
        using (var connection = harness.Connect())
        {
            catalog.Ensure(connection, List);
        }

        using var transaction = new JournalTransaction(new SqliteStorageOptions { Path = harness.Path }, catalog, NullLogger.Instance);
        var queue = new JournalQueue(1_024, TimeProvider.System);
        var batch = new JournalEntry[200];
        long allocated = 0;
        for (var round = 0; round < 4; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 1; i <= 100; i++)
            {
                var attempt = (round * 100) + i;
                queue.TryAdd(Started(2 * i, attempt, attempt));
                queue.TryAdd(Finished((2 * i) + 1, attempt, attempt, CallResult.Busy) with { NetworkPhrase = "Busy Here", AgentLoginId = "" });
            }

            var asked = GC.GetAllocatedBytesForCurrentThread();
            var count = queue.WaitAndPeek(batch);
            transaction.Write(batch.AsSpan(0, count));
            queue.Remove(count);
            allocated = GC.GetAllocatedBytesForCurrentThread() - asked;
            Assert.True(asked >= before);
        }

        Assert.Equal(400, harness.Query("SELECT count(*) FROM attempt WHERE state = 3"));
        Assert.Equal(0, allocated);
    }

    private SqliteHarness NewHarness(TimeProvider clock, Func<SqliteStorageOptions, SqliteStorageOptions>? configure = null)
    {
        var harness = new SqliteHarness(
            o => (configure ?? (same => same))(o with
            {
                BusyTimeoutMs = 20,
                FaultPoint = (role, connection) =>
                {
                    if (role != StorageRole.Journal)
                    {
                        return;
                    }

                    if (_throw is { } fault)
                    {
                        throw fault;
                    }

                    if (_sabotage is { } sql)
                    {
                        connection.Execute(sql, "sabotage");
                    }
                },
            }),
            clock);
        harness.EnsureList(List);
        return harness;
    }

    private static CommitListener Start(SqliteHarness harness)
    {
        var listener = new CommitListener();
        harness.StartJournal(listener);
        return listener;
    }

    private static void Append(SqliteHarness harness, IEnumerable<JournalEntry> entries)
    {
        foreach (var entry in entries)
        {
            Assert.True(harness.Journal.TryAppend(in entry));
        }
    }
}
