using DialerEngine.Adapters.Simulated;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Simulation.Tests;

/// <summary>
/// Calling lists over whole shifts with treatments, chains, callbacks, requests and restarts, drawn from a seed. At any moment no two records of a chain are
/// in calls, and nobody is dialled whose cancellation or do-not-call by others was acknowledged; at the end every record is in one place, no record had
/// more attempts than its treatments allow, and every callback that was acknowledged is kept, missed or waiting.
/// </summary>
public sealed class ListLifeTests
{
    private const int MaxAttempts = 6;

    private static readonly TreatmentDefinition[] Plan =
    [
        Treatment("busy 1", CallResult.Busy, 1, RecordAction.CycleRedial, cycle: 2, interval: 1),
        Treatment("busy 2", CallResult.Busy, 2, RecordAction.NextInChain, cycle: 5),
        Treatment("busy 3", CallResult.Busy, 3, RecordAction.RetryIn, interval: 3),
        Treatment("no answer 1", CallResult.NoAnswer, 1, RecordAction.NextInChainAfter, cycle: 9, interval: 1),
        Treatment("no answer 2", CallResult.NoAnswer, 2, RecordAction.RetryIn, cycle: 2, interval: 2),
        Treatment("vacant", CallResult.SitVacant, 1, RecordAction.NextInChain, cycle: 9),
        Treatment("dropped", CallResult.Dropped, 1, RecordAction.RetryIn, interval: 5),
        Treatment("abandoned", CallResult.Abandoned, 1, RecordAction.MarkAllChain),
        Treatment("no agent 1", CallResult.AgentCallBackError, 1, RecordAction.RetryIn, interval: 2),
        Treatment("no agent 2", CallResult.AgentCallBackError, 2, RecordAction.AssignToGroup),
    ];

    public static TheoryData<ulong> Seeds()
    {
        var seeds = new TheoryData<ulong>();
        for (ulong seed = 1; seed <= 60; seed++)
        {
            seeds.Add(seed);
        }

        return seeds;
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_happens_no_chain_is_called_twice_at_once_no_attempt_exceeds_the_plan_and_no_callback_is_lost(ulong seed)
    {
        var life = Draw(seed, out var context);
        life.Live(turns: 10);
        life.Check(context);
    }

    [Fact]
    public void The_shifts_are_not_idle()
    {
        var (promised, kept, steps, crashes, inMemory) = (0, 0L, 0, 0, 0);
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var life = Draw(seed, out _);
            life.Live(turns: 10);
            (promised, kept, steps, crashes) = (promised + life.Happened.Promised, kept + life.Happened.Kept, steps + life.Happened.Steps, crashes + life.Happened.Crashes);
            inMemory += life.Happened.InMemory;
        }

        Assert.True(
            promised > 50 && kept > 20 && steps > 100 && crashes > 5 && inMemory > 50,
            $"{promised} promised, {kept} kept, {steps} steps in chains, {crashes} crashes, {inMemory} cancelled while a group had them");
    }

    private static ListLife Draw(ulong seed, out string context)
    {
        var draw = new SeededRandom(seed * 104_729);
        double Fault(double most) => draw.Chance(0.5) ? 0 : draw.NextDouble() * most;
        var behaviour = new SimulatedBehaviour
        {
            PersonShare = 0.1 + (draw.NextDouble() * 0.4),
            BusyShare = draw.NextDouble() * 0.4,
            RingMeanMs = 2_000,
            TalkMeanMs = 1_000 + (draw.NextDouble() * 30_000),
            WrapMeanMs = 200 + (draw.NextDouble() * 5_000),
            ImpatientShare = Fault(0.3),
            BreakShare = Fault(0.3),
            LogoutInCallShare = Fault(0.2),
            PhoneFaultShare = Fault(0.2),
            RecordProcessedShare = draw.NextDouble(),
            JournalLatencyMs = 1 + draw.Next(200),
            JournalOutageShare = Fault(0.01),
        };
        var options = new CampaignGroupOptions
        {
            NumberOfChannels = 5 + draw.Next(30),
            CallbackWaitAgentTimeoutMs = 60_000 * (1 + draw.Next(5)),
            StaleCleanTimeoutMs = 5 * 60_000,
            OutboundReleaseAction = draw.Chance(0.7) ? AgentState.AfterCallWork : AgentState.Ready,
        };
        var agents = 1 + draw.Next(12);
        var life = new ListLife(seed, draw, behaviour, options, agents, records: 60 + draw.Next(200), chainLength: 1 + draw.Next(4), Plan, MaxAttempts);
        context = $"seed {seed}: {behaviour}, {options}, {agents} agents";
        return life;
    }

    [Theory]
    [InlineData(3UL)]
    [InlineData(4UL)]
    public void Personal_callbacks_come_to_their_agents_at_their_time(ulong seed)
    {
        var behaviour = new SimulatedBehaviour { PersonShare = 1, TalkMeanMs = 5_000, WrapMeanMs = 1_000, RingMeanMs = 1_000 };
        var run = new GroupRun(seed, behaviour, agents: 5, records: 20);
        var now = run.World.Moment.UnixSeconds;
        for (var i = 0; i < 20; i++)
        {
            run.Lists.Set(i, RecordType.PersonalCallBack, RecordStatus.Ready, now + 60 + (i * 60), $"{1001 + (i % 5)}");
        }

        var agentOf = new Dictionary<long, string?>();
        run.OnEntry = entry =>
        {
            if (entry.Kind == JournalEntryKind.AttemptStarted)
            {
                Assert.InRange(entry.At / 1_000, run.Lists.ScheduledAt((int)entry.Record.Value - 1), run.Lists.ScheduledAt((int)entry.Record.Value - 1) + 45);
            }
            else if (entry.Kind == JournalEntryKind.AttemptConnected)
            {
                agentOf[entry.Record.Value] = entry.AgentLoginId;
            }
        };
        run.Command(GroupCommandKind.Load);
        run.Command(GroupCommandKind.Start);
        run.World.LogEverybodyIn();
        run.Run(TimeSpan.FromMinutes(30));

        Assert.Equal(20, agentOf.Count);
        Assert.All(agentOf, pair => Assert.Equal($"{1001 + ((pair.Key - 1) % 5)}", pair.Value));
        Assert.Equal(20, run.Machine.Counters.CallbacksCompleted);
        Assert.Equal(20, run.Lists.CountOf(RecordStatus.Updated));
    }

    [Fact]
    public void A_personal_callback_whose_agent_does_not_come_is_missed()
    {
        var run = new GroupRun(
            9, new SimulatedBehaviour(), agents: 3, records: 1, options: new CampaignGroupOptions { NumberOfChannels = 9, CallbackWaitAgentTimeoutMs = 120_000 });
        run.Lists.Set(0, RecordType.PersonalCallBack, RecordStatus.Ready, run.World.Moment.UnixSeconds + 10, "nobody");
        run.Command(GroupCommandKind.Load);
        run.Command(GroupCommandKind.Start);
        run.World.LogEverybodyIn();
        run.Run(TimeSpan.FromMinutes(1));
        Assert.Equal((RecordStatus.Retrieved, 1), (run.Lists.StatusOf(0), run.Machine.CallbacksHeld));
        run.Run(TimeSpan.FromMinutes(3));

        Assert.Equal((RecordStatus.MissedCallBack, CallResult.AgentCallBackError, 0), (run.Lists.StatusOf(0), run.Lists.ResultOf(0), run.Lists.AttemptsOf(0)));
        Assert.Equal((1, 1), (run.Machine.Counters.CallbacksMissed, run.Machine.Counters.LeadsProcessed));
        Assert.Equal(0, run.World.Placed);
    }

    private static TreatmentDefinition Treatment(string name, CallResult result, int number, RecordAction action, int cycle = 1, int interval = 0) => new()
    {
        Name = name,
        Result = result,
        NumberInSequence = number,
        RecordAction = action,
        CycleAttempt = cycle,
        IntervalMinutes = interval,
    };
}
