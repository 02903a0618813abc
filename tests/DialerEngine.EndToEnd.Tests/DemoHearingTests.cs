using DialerEngine.Core;
using DialerEngine.EndToEnd.Tests.Support;
using DialerEngine.Host.Demo;
using TrunkSimulator;

namespace DialerEngine.EndToEnd.Tests;

/// <summary>The demonstration's table of what the far end played and what was heard, over a whole run with the options that a file has which says nothing.</summary>
public sealed class DemoHearingTests
{
    private const string NoVerdict = "no verdict";

    // Whoever speaks after the answer and stays until the talk is over.
    private static readonly CalleeScript[] People =
    [
        CalleeScript.Person, CalleeScript.MusicRingBack, CalleeScript.RingBackEarlyMedia, CalleeScript.LateAnswer, CalleeScript.AnswersTwice, CalleeScript.NeverTrying, CalleeScript.FirstInviteLost,
    ];

    [Fact]
    public async Task People_are_connected_machines_are_heard_as_machines_and_the_books_balance()
    {
        using var log = new KeptLog();
        await using var run = new DemoRun(new DemoOptions { Records = 60, Agents = 8, Seconds = 120 }, TimeProvider.System, log);
        await run.StartAsync(CancellationToken.None);
        await run.RunAsync((_, _) => { }, CancellationToken.None);
        var books = await run.FinishAsync();
        Assert.Empty(books.Faults());
        Assert.Equal((60, 60, 0), (books.List.Total, books.Finished, books.Left));
        Assert.Empty(log.Errors);
        var counts = DemoConfusion.Count(books.FarEnd, books.Reports.Verdicts);
        var table = string.Join(", ", counts.OrderBy(c => c.Key.Played).Select(c => $"{c.Key.Played} heard as {c.Key.Decided}: {c.Value}"));
        var heard = counts.Where(c => c.Key.Decided != NoVerdict).ToArray();
        Assert.All(heard.Where(c => People.Contains(c.Key.Played)), c => Assert.True(c.Key.Decided == CallResult.Answer.Name(), table));
        Assert.All(heard.Where(c => c.Key.Played == CalleeScript.Machine), c => Assert.True(c.Key.Decided == CallResult.AnsweringMachine.Name(), table));
        var (people, machines) = (heard.Where(c => People.Contains(c.Key.Played)).Sum(c => c.Value), heard.Where(c => c.Key.Played == CalleeScript.Machine).Sum(c => c.Value));
        Assert.True(people >= 15 && machines >= 6, table);

        // Nobody who could be judged went without a verdict, and everyone who was called a person got an agent or hung up first.
        Assert.All(counts.Where(c => c.Key.Decided == NoVerdict), c => Assert.True(c.Key.Played is CalleeScript.EarlyHangUp or CalleeScript.Silent, table));
        Assert.True(books.Group.Connected >= people, $"{books.Group.Connected} connected; {table}");
        Assert.All(heard.Where(c => c.Key.Played is CalleeScript.Fax), c => Assert.True(c.Key.Decided == CallResult.Fax.Name(), table));
        Assert.All(heard.Where(c => c.Key.Played is CalleeScript.VacantEarlyMedia or CalleeScript.VacantAfterAnswer), c => Assert.True(c.Key.Decided == CallResult.SitVacant.Name(), table));
        Assert.All(heard.Where(c => c.Key.Played is CalleeScript.BusyEarlyMedia), c => Assert.True(c.Key.Decided == CallResult.Busy.Name(), table));
    }
}
