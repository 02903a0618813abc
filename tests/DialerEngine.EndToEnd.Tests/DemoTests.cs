using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Lists;
using DialerEngine.EndToEnd.Tests.Support;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Demo;
using DialerEngine.Host.Verbs;

namespace DialerEngine.EndToEnd.Tests;

/// <summary>The demo as users run it, in process: its books balance whether it runs to the end or is stopped in the middle.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task A_demo_runs_to_its_end_and_its_books_balance()
    {
        using var log = new KeptLog();
        await using var run = new DemoRun(new DemoOptions { Records = 30, Agents = 5, Seconds = 60 }, TimeProvider.System, log);
        await run.StartAsync(CancellationToken.None);
        await run.RunAsync((_, _) => { }, CancellationToken.None);
        var books = await run.FinishAsync();
        Assert.Empty(books.Faults());
        Assert.Equal((30, 30, 0), (books.List.Total, books.Finished, books.Left));
        Assert.True(books.Group.Connected > 0);
        Assert.True(run.PacketsHeard > 100, $"the agents' phones heard {run.PacketsHeard} packets");
        Assert.All(run.Agents, a => Assert.Equal(0, a.Errors));
        Assert.Equal(books.Group.Connected, run.Agents.Sum(a => a.RecordsProcessed));
        Assert.Empty(log.Errors);
    }

    [Fact]
    public async Task A_list_of_ones_own_is_dialled_and_stays_with_its_history()
    {
        var folder = Directory.CreateTempSubdirectory("dialer-own-list-").FullName;
        var file = Path.Combine(folder, "own.db");
        try
        {
            var own = new CallingListDefinition { Id = new ListId(7), Name = "own", UserFields = [new UserFieldDefinition("name", UserFieldType.Varchar, "NAME")] };
            using (var storage = SqliteStorage.Open(new SqliteStorageOptions { Path = file }, [own]))
            {
                using var writer = storage.Bulk.BeginWrite("own", ["contact_info"]);
                foreach (var number in new[] { "+12025550111", "+12025550112", "+12025550113" })
                {
                    var text = System.Text.Encoding.ASCII.GetBytes(number);
                    Assert.Equal(ImportFault.None, writer.Write([ListCell.OfText(0, text.Length)], text));
                }

                writer.Commit();
            }

            var wish = new DemoOptions { Agents = 2, Seconds = 60 };
            using (var log = new KeptLog())
            {
                await using var run = new DemoRun(await DemoVerb.WithOwnListAsync(wish, file, "own", CancellationToken.None), TimeProvider.System, log);
                await run.StartAsync(CancellationToken.None);
                await run.RunAsync((_, _) => { }, CancellationToken.None);
                var books = await run.FinishAsync();
                Assert.Empty(books.Faults());
                Assert.Equal((3, 3, 0), (books.List.Total, books.Finished, books.Left));
                Assert.Empty(log.Errors);
            }

            // All are done: there is nothing left to dial, and it says so.
            var none = await Assert.ThrowsAsync<CommandFailedException>(() => DemoVerb.WithOwnListAsync(wish, file, "own", CancellationToken.None));
            Assert.Contains("no record of own is ready", none.Message, StringComparison.Ordinal);
            var wrong = await Assert.ThrowsAsync<CommandFailedException>(() => DemoVerb.WithOwnListAsync(new DemoOptions(), file, "other", CancellationToken.None));
            Assert.Contains("has no list other; it has own", wrong.Message, StringComparison.Ordinal);
            using var kept = SqliteStorage.Open(new SqliteStorageOptions { Path = file }, []);
            var history = kept.Survey.History(kept.UseStoredList("own")!.Id, new RecordId(1), 100)!;
            Assert.Contains(history.Events, e => e.What == "Result");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(DialMode.Preview)]
    [InlineData(DialMode.PushPreview)]
    public async Task Agents_who_dial_themselves_work_a_list_to_its_end(DialMode mode)
    {
        using var log = new KeptLog();
        await using var run = new DemoRun(new DemoOptions { Records = 12, Agents = 3, Seconds = 60, Mode = mode }, TimeProvider.System, log);
        await run.StartAsync(CancellationToken.None);
        await run.RunAsync((_, _) => { }, CancellationToken.None);
        var books = await run.FinishAsync();
        Assert.Empty(books.Faults());
        Assert.Equal((12, 12, 0), (books.List.Total, books.Finished, books.Left));
        Assert.Equal(12, run.Agents.Sum(a => a.RecordsProcessed));
        Assert.All(run.Agents, a => Assert.Equal(0, a.Errors));
        Assert.Empty(log.Errors);
    }

    [Fact]
    public async Task A_demo_stopped_in_the_middle_returns_what_was_not_dialled()
    {
        using var log = new KeptLog();
        using var stop = new CancellationTokenSource();
        await using var run = new DemoRun(new DemoOptions { Records = 300, Agents = 5 }, TimeProvider.System, log);
        await run.StartAsync(CancellationToken.None);
        await run.RunAsync((GroupSnapshot seen, TimeSpan _) => { if (seen.Dials >= 20) { stop.Cancel(); } }, stop.Token);
        var books = await run.FinishAsync();
        Assert.Empty(books.Faults());
        Assert.Equal(300, books.List.Total);
        Assert.True(books.Left > 0 && books.Finished > 0, $"{books.Finished} finished, {books.Left} left");
        Assert.Empty(log.Errors);
    }
}
