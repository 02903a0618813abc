using DialerEngine.Adapters.Simulated;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;

namespace DialerEngine.Simulation.Tests;

/// <summary>Any sequence of desktop requests of several agents over chains, in every mode with agents in it, with faults: nothing is lost, nothing is in two places.</summary>
public sealed class DeskLifeTests
{
    private const int Agents = 4;
    private const int Records = 60;
    private const int Steps = 400;

    public static TheoryData<DialMode, bool> Modes() => new()
    {
        { DialMode.Preview, false }, { DialMode.Preview, true }, { DialMode.PushPreview, false }, { DialMode.PushPreview, true }, { DialMode.Progress, false }, { DialMode.ProgressAndSeize, false },
    };

    [Theory]
    [MemberData(nameof(Modes))]
    public void Whatever_agents_ask_each_request_is_answered_once_and_every_record_has_its_place(DialMode mode, bool nailedUp)
    {
        var seen = (Established: 0, Chained: 0, Pushed: 0);
        for (ulong seed = 1; seed <= 25; seed++)
        {
            var life = Live(seed, mode, nailedUp);
            seen = (seen.Established + life.Established, seen.Chained + life.Chained, seen.Pushed + life.Pushed);
        }

        Assert.True(seen.Established > 20, $"{seen}");
        Assert.True(seen.Chained > 20, $"{seen}");
        Assert.Equal(mode == DialMode.PushPreview, seen.Pushed > 20);
    }

    private static DeskLife Live(ulong seed, DialMode mode, bool nailedUp)
    {
        var context = $"mode {mode}, nailed up {nailedUp}, seed {seed}";
        var draw = new SeededRandom(seed + 40_000);
        var behaviour = new SimulatedBehaviour
        {
            PersonShare = 0.5,
            BusyShare = 0.2,
            CongestionShare = 0.05,
            TalkMeanMs = 15_000,
            RingMeanMs = 4_000,
            EngageMeanMs = 800,
            PhoneFaultShare = 0.05,
            EngagedLossShare = 0.05,
            JournalOutageShare = draw.Chance(0.3) ? 0.01 : 0,
            LostEndShare = 0.01,
        };
        DeskLife? life = null;
        var lists = new SimulatedLists(new ListId(1), Records, chainLength: 3) { Book = [] };
        var run = new GroupRun(
            seed, behaviour, Agents, options: new CampaignGroupOptions { NumberOfChannels = 12, RecordProcessedRequired = draw.Chance(0.5), PredictiveCallback = draw.Chance(0.5) },
            mode: mode, nailedUp: nailedUp, lists: lists, desktop: world => life = new DeskLife(draw, world));
        run.Command(GroupCommandKind.Load);
        run.Command(GroupCommandKind.Start);
        run.World.LogEverybodyIn();
        for (var step = 0; step < Steps; step++)
        {
            run.Run(TimeSpan.FromMilliseconds(draw.Next(draw.Chance(0.2) ? 20_000 : 800)));
            var input = draw.Chance(0.1) ? life!.Release(run.Machine) : life!.Next(Agents);
            run.Driver.Handle(run.World.Moment, input);
            if (draw.Chance(0.005))
            {
                run.Command(GroupCommandKind.Stop);
                run.Run(TimeSpan.FromMilliseconds(draw.Next(5_000)));
                run.Command(GroupCommandKind.Start);
            }
        }

        run.Run(TimeSpan.FromSeconds(draw.Next(60)));
        run.Command(draw.Chance(0.5) ? GroupCommandKind.Unload : GroupCommandKind.ForceUnload);
        run.Run(TimeSpan.FromMinutes(90));
        Assert.True(run.Machine.State == CampaignGroupState.NotLoaded, $"unload never ended ({run.Machine.State}); {context}");
        Assert.True(run.Violations == 0, $"dials without a durable attempt; {context}");
        Assert.True(lists.CountOf(RecordStatus.Retrieved) == 0, $"{lists.CountOf(RecordStatus.Retrieved)} records are nowhere; {context}");
        Assert.True(lists.Book!.Values.All(r => r is not null), $"attempts without result; {context}");
        var counters = run.Machine.Counters;
        Assert.True(counters.RecordsTaken == counters.RecordsFinished + counters.RecordsReturned,
            $"taken {counters.RecordsTaken}, finished {counters.RecordsFinished}, returned {counters.RecordsReturned}; {context}");
        Assert.True(run.Gate.FreeLines([0]) == 10_000, $"lines are still taken; {context}");
        life!.Check(context);
        return life;
    }
}
