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

    // Method 3 (score, no continuity correction) of table I in R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872.
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(1, 29, 0.0061, 0.1718)]
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
        Assert.Equal(20.0 / 560, report.PeopleLost.Share, 6);
        Assert.Equal(60.0 / 440, report.MachinesConnected.Share, 6);
    }

    [Fact]
    public void Nothing_checked_says_nothing_and_one_kind_checked_bounds_nothing_more_than_it_can()
    {
        var feedback = new DetectionFeedback(0.1);
        feedback.TakeVerdict(3, isMachine: true);
        feedback.TakeVerdict(3, isMachine: false);
        var bare = Assert.Single(feedback.Report());
        Assert.Equal((new EstimatedShare(0, 0, 1), new EstimatedShare(0, 0, 1)), (bare.PeopleLost, bare.MachinesConnected));
        feedback.TakeFeedback(3, calledMachine: true, isMachine: true);
        var one = Assert.Single(feedback.Report());
        Assert.Equal((0.0, 1.0), (one.PeopleLost.Low, one.PeopleLost.High));
    }

    [Fact]
    public void The_bounds_of_a_rate_over_all_calls_hold_in_at_least_95_of_100_lists()
    {
        // 2,000 lists of 1,500 calls, 3 % of people called machines and 10 % of machines called people, one call in five checked.
        var random = new Random(20260);
        int lists = 2_000, heldLost = 0, heldConnected = 0;
        for (var list = 0; list < lists; list++)
        {
            var feedback = new DetectionFeedback(0.2);
            int people = 0, lost = 0, machines = 0, connected = 0;
            for (var call = 0; call < 1_500; call++)
            {
                var isMachine = random.NextDouble() < 0.4;
                var calledMachine = random.NextDouble() < (isMachine ? 0.9 : 0.03);
                (people, lost) = (people + (isMachine ? 0 : 1), lost + (!isMachine && calledMachine ? 1 : 0));
                (machines, connected) = (machines + (isMachine ? 1 : 0), connected + (isMachine && !calledMachine ? 1 : 0));
                if (feedback.TakeVerdict(1, calledMachine))
                {
                    feedback.TakeFeedback(1, calledMachine, isMachine);
                }
            }

            var report = feedback.Report()[0];
            heldLost += Holds(report.PeopleLost, lost / (double)people) ? 1 : 0;
            heldConnected += Holds(report.MachinesConnected, connected / (double)machines) ? 1 : 0;
        }

        Assert.InRange(heldLost, lists * 95 / 100, lists);
        Assert.InRange(heldConnected, lists * 95 / 100, lists);

        static bool Holds(EstimatedShare rate, double truth) => rate.Low <= truth && truth <= rate.High && rate.Low <= rate.Share && rate.Share <= rate.High;
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
