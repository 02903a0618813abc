using DialerEngine.Adapters.Sqlite.Journal;
using DialerEngine.Core;
using DialerEngine.StorageContract;
using static DialerEngine.StorageContract.ContractRecords;

namespace DialerEngine.Adapters.Sqlite.Tests;

/// <summary>Whom a group reached and whom it abandoned outlives the process: the count of a regulator's window goes on after a restart.</summary>
public sealed class ReachedTests
{
    private const double Window = 24_000;
    private const long Now = 100_000_000;

    [Fact]
    public async Task People_reached_and_abandoned_are_counted_from_the_journal_after_a_crash()
    {
        await using var storage = new SqliteHarness();
        storage.EnsureList(List);
        storage.Add(List, Enumerable.Range(1, 6).Select(i => Retrieved(i)));
        var listener = new CommitListener();
        storage.StartJournal(listener);
        long sequence = 0;
        void Append(JournalEntry entry) => Assert.True(storage.Journal.TryAppend(entry with { Sequence = ++sequence }));
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            Append(Started(0, attempt, attempt));
        }

        // One talks still when the process dies, one has talked, one was abandoned, one before the window, one was never reached, one is another group's.
        Append(Connected(0, 1, 1) with { ReachedAt = Now - 50_000 });
        Append(Connected(0, 2, 2) with { ReachedAt = Now - 150_000 });
        Append(Finished(0, 2, 2, CallResult.Answer));
        Append(Lost(3, Now - 155_000));
        Append(Lost(4, Now - 25_000_000));
        Append(Finished(0, 5, 5, CallResult.Busy));
        listener.WaitForCommit(Group.Value, sequence);
        await storage.CrashAsync();
        await storage.Recovery.RecoverAsync(Application, Now, CancellationToken.None);

        var found = storage.Opened.ReadReached(Group, Window, Now);
        Assert.Equal((3L, 1L), (found.Sum(f => f.Reached), found.Sum(f => f.Abandoned)));
        Assert.Equal(found.OrderBy(f => f.UnixMs), found);
        Assert.All(found, f => Assert.InRange(f.UnixMs, Now - 155_000, Now));
        Assert.Contains(found, f => f is { Reached: 2, Abandoned: 1 } && f.UnixMs - (Now - 150_000) is >= 0 and < 100_000);
        Assert.Empty(storage.Opened.ReadReached(new GroupId(Group.Value + 1), Window, Now));
    }

    [Fact]
    public async Task Counting_reads_the_window_of_one_group_in_its_index_and_nothing_else()
    {
        await using var storage = new SqliteHarness();
        using var connection = storage.Connect();
        using var plan = connection.Prepare("EXPLAIN QUERY PLAN " + SqliteReachedReader.Query, "explaining");
        Assert.True(plan.Step());
        Assert.Contains("USING COVERING INDEX attempt_reached (group_id=? AND reached_at>? AND reached_at<?)", plan.Text(3), StringComparison.Ordinal);
    }

    private static JournalEntry Lost(int attempt, long at)
    {
        var entry = Finished(0, attempt, attempt, CallResult.Dropped) with { ReachedAt = at, AgentLoginId = null };
        entry.Times.Abandoned = at;
        return entry;
    }
}
