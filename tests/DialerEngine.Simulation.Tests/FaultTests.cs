using DialerEngine.Adapters.Simulated;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;
using DialerEngine.Runtime;

namespace DialerEngine.Simulation.Tests;

/// <summary>
/// Whole shifts with faults drawn from a seed. First anything may happen; then the floor is healed, the group is unloaded and everything must have come
/// to rest: every record in one place, every attempt with one result, every line and agent free.
/// </summary>
public sealed class FaultTests
{
    /// <summary>Seeds that once failed stay here for ever.</summary>
    public static TheoryData<ulong> Seeds()
    {
        var seeds = new TheoryData<ulong>();
        for (ulong seed = 1; seed <= 300; seed++)
        {
            seeds.Add(seed);
        }

        return seeds;
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_happens_every_record_is_in_one_place_and_every_attempt_has_one_result(ulong seed)
    {
        var draw = new SeededRandom(seed * 7919);
        double Fault(double most) => draw.Chance(0.5) ? 0 : draw.NextDouble() * most;
        var behaviour = new SimulatedBehaviour
        {
            PersonShare = 0.1 + (draw.NextDouble() * 0.5),
            CongestionShare = Fault(0.3),
            RingMeanMs = 500 + (draw.NextDouble() * 10_000),
            TalkMeanMs = 1_000 + (draw.NextDouble() * 60_000),
            WrapMeanMs = 200 + (draw.NextDouble() * 10_000),
            ImpatientShare = Fault(0.5),
            BreakShare = Fault(0.3),
            LogoutInCallShare = Fault(0.2),
            PhoneFaultShare = Fault(0.3),
            LostEndShare = Fault(0.05),
            RecordProcessedShare = draw.NextDouble(),
            JournalLatencyMs = 1 + draw.Next(500),
            JournalOutageShare = Fault(0.02),
        };
        var agents = 1 + draw.Next(30);
        var options = new CampaignGroupOptions
        {
            NumberOfChannels = 1 + draw.Next(60),
            RecordProcessedRequired = draw.Chance(0.3),
            SafeHarbourAnnouncement = draw.Chance(0.5) ? "announcement" : null,
            OutboundReleaseAction = draw.Chance(0.7) ? AgentState.AfterCallWork : AgentState.Ready,
            StaleCleanTimeoutMs = 5 * 60_000,
            MaxCallDurationMs = 5 * 60_000,
            QueueTimeoutMs = 2_000,
            DialingRateLimit = draw.Chance(0.3) ? 2 : 0,
        };
        var records = 50 + draw.Next(800);
        var run = new GroupRun(seed, behaviour, agents, records, options: options, trunk: new TrunkLimits("trunk", 1 + draw.Next(40), 1 + draw.Next(20)),
            mode: draw.Chance(0.4) ? DialMode.Predict : DialMode.Progress);
        var context = $"seed {seed}: {behaviour}, {options}, {agents} agents, {records} records";

        run.Command(GroupCommandKind.Load);
        run.Command(GroupCommandKind.Start);
        run.World.LogEverybodyIn();
        for (var turn = 0; turn < 12; turn++)
        {
            run.Run(TimeSpan.FromMinutes(draw.Next(8)));
            switch (draw.Next(6))
            {
                case 0: run.Command(GroupCommandKind.Stop); break;
                case 1: run.Command(GroupCommandKind.Start); break;
                case 2: run.Command(GroupCommandKind.Unload); break;
                case 3: run.Command(GroupCommandKind.Load); run.Command(GroupCommandKind.Start); break;
                case 4: run.World.LogEverybodyIn(); break;
                case 5 when draw.Chance(0.3): run.Command(GroupCommandKind.ForceUnload); break;
            }
        }

        run.Command(GroupCommandKind.Unload);
        run.Run(TimeSpan.FromMinutes(15));

        Assert.True(run.Machine.State == CampaignGroupState.NotLoaded, $"unload never ended ({run.Machine.State}); {context}");
        Assert.True(run.Lists.CountOf(RecordStatus.Retrieved) == 0, $"{run.Lists.CountOf(RecordStatus.Retrieved)} records are nowhere; {context}");
        Assert.True(run.Lists.Book!.Values.All(r => r is not null), $"attempts without result; {context}");
        Assert.True(run.Violations == 0, $"{run.Violations} calls before their journal entry or twice for one attempt; {context}");
        Assert.True(run.PlacedAttempts.Count == run.Lists.Book.Count, $"{run.PlacedAttempts.Count} placed, {run.Lists.Book.Count} in the book; {context}");
        Assert.True(run.Gate.InUse(0) == 0, $"{run.Gate.InUse(0)} lines never came back; {context}");
        Assert.True(run.World.UncommittedEntries == 0, context);
    }

    [Theory]
    [InlineData(11UL)]
    [InlineData(12UL)]
    public void One_seed_is_one_run(ulong seed)
    {
        var behaviour = new SimulatedBehaviour { ImpatientShare = 0.1, BreakShare = 0.1, PhoneFaultShare = 0.1, JournalOutageShare = 0.01 };
        string Trace()
        {
            var run = new GroupRun(seed, behaviour, agents: 8, records: 300);
            run.Command(GroupCommandKind.Load);
            run.Command(GroupCommandKind.Start);
            run.World.LogEverybodyIn();
            run.Run(TimeSpan.FromMinutes(40));
            return string.Join('\n', run.PlacedAttempts.Values) + run.Machine.Snapshot().Explanation + run.Machine.Snapshot().Results;
        }

        Assert.Equal(Trace(), Trace());
    }
}
