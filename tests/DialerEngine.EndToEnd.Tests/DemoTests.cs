using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.EndToEnd.Tests.Support;
using DialerEngine.Host.Demo;

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
