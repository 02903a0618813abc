using DialerEngine.Adapters.Simulated;
using DialerEngine.Core;
using DialerEngine.Core.Groups;

namespace DialerEngine.Simulation.Tests;

/// <summary>The loop in steady state: nothing is allocated per call, and the books balance.</summary>
public sealed class SteadyStateTests
{
    private static readonly SimulatedBehaviour NoDesktopRequests = new() { RecordProcessedShare = 0, TalkMeanMs = 5_000, WrapMeanMs = 1_000, RingMeanMs = 1_000 };

    [Fact]
    public void A_call_costs_no_allocation_once_warm()
    {
        var run = new GroupRun(1, NoDesktopRequests, agents: 50, records: 20_000, endless: true, keepBook: false);
        run.Command(GroupCommandKind.Load);
        run.Command(GroupCommandKind.Start);
        run.World.LogEverybodyIn();
        run.Run(TimeSpan.FromHours(1));
        var callsBefore = run.World.Placed;

        var before = GC.GetAllocatedBytesForCurrentThread();
        run.Run(TimeSpan.FromHours(1));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        var calls = run.World.Placed - callsBefore;
        Assert.True(calls > 10_000, $"only {calls} calls were made");
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_list_is_dialled_to_its_end_and_the_books_balance()
    {
        var run = new GroupRun(2, new SimulatedBehaviour(), agents: 20, records: 2_000);
        run.Command(GroupCommandKind.Load);
        run.Command(GroupCommandKind.Start);
        run.World.LogEverybodyIn();
        run.Run(TimeSpan.FromHours(6));

        var seen = run.Machine.Snapshot();
        Assert.Equal(2_000, run.Lists.CountOf(RecordStatus.Updated));
        Assert.Equal(2_000, seen.RecordsFinished);
        Assert.Equal(seen.Dials, seen.Results);
        Assert.Equal(2_000, run.PlacedAttempts.Count);
        Assert.Equal(0, run.Violations);
        Assert.Equal(HoldBack.NoRecords, seen.HoldBack);
        Assert.Equal(0, run.Gate.InUse(0));
    }

    [Fact]
    public void Progressive_never_has_more_calls_under_way_than_ready_agents()
    {
        var run = new GroupRun(3, new SimulatedBehaviour { BreakShare = 0 }, agents: 15, records: 1_500);
        var worst = 0;
        run.AfterStep = () =>
        {
            var seen = run.Machine.Snapshot();
            worst = Math.Max(worst, seen.CallsPending - seen.AgentsReady);
        };
        run.Command(GroupCommandKind.Load);
        run.Command(GroupCommandKind.Start);
        run.World.LogEverybodyIn();
        run.Run(TimeSpan.FromMinutes(30));

        Assert.Equal(0, worst);
        Assert.Equal(0, run.Machine.Snapshot().Abandoned);
        Assert.True(run.World.Placed > 200);
    }
}
