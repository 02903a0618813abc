using System.Globalization;
using DialerEngine.Core;
using DialerEngine.StorageContract;

namespace DialerEngine.Adapters.Sqlite.Tests;

/// <summary>SIGKILL of a real process in the middle of writing.</summary>
public sealed class KillTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dialer-kill-").FullName;

    private string Database => Path.Combine(_folder, "storage.db");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_was_announced_before_a_kill_is_there_and_recovery_gives_every_attempt_one_result(int seed)
    {
        await using var harness = new SqliteHarness(o => o with { Path = Database });
        harness.EnsureList(ContractRecords.List);
        harness.Add(ContractRecords.List, Enumerable.Range(1, ChildProcess.Records).Select(i => ContractRecords.Retrieved(i)));
        var until = new Random(seed).Next(1, ChildProcess.Records * 2);

        var announced = RunAndKill("journal", until);

        var attempts = harness.ReadAttempts().ToDictionary(a => a.Attempt);
        long sequence = 0;
        for (var i = 1; i <= ChildProcess.Records; i++)
        {
            var started = ++sequence;
            sequence += i % 3 == 0 ? 1 : 0;
            Assert.True(started > announced || attempts.ContainsKey(ContractRecords.Attempt(i).Value), $"seed {seed}: attempt {i}, sequence {started} of {announced}, is lost");
            if (i > 20 && ++sequence <= announced)
            {
                Assert.Equal(StoredAttempt.Finished, attempts[ContractRecords.Attempt(i - 20).Value].State);
            }
        }

        var report = await harness.Recovery.RecoverAsync(ContractRecords.Application, 9_000_000, CancellationToken.None);
        var again = await harness.Recovery.RecoverAsync(ContractRecords.Application, 9_000_000, CancellationToken.None);

        Assert.Equal((0, 0, 0), (again.AttemptsFinishedStale, again.AttemptsFinishedSystemError, again.RecordsReturned));
        Assert.All(harness.ReadAttempts(), a => Assert.Equal(StoredAttempt.Finished, a.State));
        var records = harness.ReadRecords(ContractRecords.List);
        Assert.Equal(ChildProcess.Records, records.Count);
        Assert.DoesNotContain(records, r => r.RecordStatus == RecordStatus.Retrieved);
        Assert.Equal(attempts.Count, records.Sum(r => r.Attempts));
        Assert.Equal(ChildProcess.Records - attempts.Count, report.RecordsReturned);
        Assert.Equal(0, harness.Query("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"));
    }

    [Fact]
    public async Task An_import_that_is_killed_leaves_nothing()
    {
        await using var harness = new SqliteHarness(o => o with { Path = Database });
        harness.EnsureList(ContractRecords.List);

        // Enough rows that pages have long been written to the log.
        RunAndKill("import", until: 600_000);

        Assert.Empty(harness.ReadRecords(ContractRecords.List));
        Assert.Equal(6, harness.Query("SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = 'list_Contract list'"));
        Assert.Equal(0, harness.Query("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private long RunAndKill(string what, long until)
    {
        using var child = ChildProcess.Start(what, Database);
        long announced = 0;
        try
        {
            while (announced < until && child.StandardOutput.ReadLine() is { } line)
            {
                Assert.True(long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out announced), line);
            }

            Assert.True(announced >= until, "the child ended by itself");
        }
        finally
        {
            child.Kill();
            child.WaitForExit();
        }

        // What it still said before it died counts, too.
        while (child.StandardOutput.ReadLine() is { } line && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var more))
        {
            announced = more;
        }

        return announced;
    }
}
