using DialerEngine.Cpd.Feedback;

namespace DialerEngine.Cpd.Tests;

/// <summary>Test calls and the error rates that they measure.</summary>
public sealed class FeedbackTests
{
    // Wilson's interval, worked by hand: 10 of 100 -> 0.0552 to 0.1744; 0 of 20 -> 0 to 0.1611.
    [Theory]
    [InlineData(10, 100, 0.0552, 0.1744)]
    [InlineData(0, 20, 0.0, 0.1611)]
    [InlineData(20, 20, 0.8389, 1.0)]
    [InlineData(0, 0, 0.0, 1.0)]
    public void The_interval_is_wilsons(long hits, long of, double low, double high)
    {
        var share = new MeasuredShare(hits, of);
        Assert.Equal(low, share.Low, 4);
        Assert.Equal(high, share.High, 4);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.05, 50)]
    [InlineData(1, 1_000)]
    public void The_configured_share_of_verdicts_is_checked_by_agents(double share, int expected)
    {
        var feedback = new DetectionFeedback(share);
        var machines = Enumerable.Range(0, 1_000).Count(_ => feedback.TakeVerdict(7, isMachine: true));
        var people = Enumerable.Range(0, 1_000).Count(_ => feedback.TakeVerdict(7, isMachine: false));
        Assert.InRange(machines, expected - 1, expected);
        Assert.InRange(people, expected - 1, expected);
    }

    [Fact]
    public void Rates_are_carried_over_to_all_calls_of_the_list()
    {
        var feedback = new DetectionFeedback(0.1);
        for (var i = 0; i < 1_000; i++)
        {
            feedback.TakeVerdict(3, isMachine: i < 400);
        }

        for (var i = 0; i < 100; i++)
        {
            feedback.TakeFeedback(3, calledMachine: true, isMachine: i >= 5);
            feedback.TakeFeedback(3, calledMachine: false, isMachine: i < 10);
        }

        var report = Assert.Single(feedback.Report());
        Assert.Equal((3, 5L, 10L), (report.ListId, report.FalseMachines.Hits, report.MissedMachines.Hits));
        // 20 of 400 machines are people, 60 of 600 people are machines: 20 of 560 people lost, 60 of 440 machines connected.
        Assert.Equal(20.0 / 560, report.PeopleLost, 6);
        Assert.Equal(60.0 / 440, report.MachinesConnected, 6);
    }

    [Fact]
    public void Lists_beyond_the_bound_are_counted_together()
    {
        var feedback = new DetectionFeedback(0, maxLists: 2);
        for (var list = 1; list <= 5; list++)
        {
            feedback.TakeVerdict(list, isMachine: true);
            feedback.TakeFeedback(list, calledMachine: true, isMachine: false);
        }

        Assert.Equal([0, 1, 2], feedback.Report().Select(r => r.ListId));
        Assert.Equal(3, feedback.Report()[0].FalseMachines.Of);
    }
}
