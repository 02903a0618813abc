using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>Dial modes: what runs, what may change while running, ports as agents, guard rails.</summary>
public sealed class DialModeTests
{
    public static TheoryData<DialMode> PeopleModes() => [.. Enum.GetValues<DialMode>().Where(m => m != DialMode.NoDialMode && !m.IsForIvr())];

    [Theory]
    [MemberData(nameof(PeopleModes))]
    public void Every_mode_runs(DialMode mode)
    {
        var bench = new MachineBench(mode: mode);
        bench.Command(GroupCommandKind.Load);
        Assert.Null(bench.Command(GroupCommandKind.Start));
        Assert.Equal(CampaignGroupState.Running, bench.Machine.State);
    }

    [Theory]
    [InlineData(DialMode.Preview)]
    [InlineData(DialMode.PushPreview)]
    public void Preview_modes_never_dial_by_themselves_and_say_what_they_wait_for(DialMode mode)
    {
        var bench = new MachineBench(mode: mode) { Wanted = _ => 5 };
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.Ready);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal(0, bench.LinesTaken);
        Assert.Equal(HoldBack.AgentsRequests, bench.Machine.Snapshot().HoldBack);
        Assert.Contains("waits for agents' requests", bench.Machine.Snapshot().Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DialMode.ProgressAndSeize, DialMode.PredictAndSeize, true)]
    [InlineData(DialMode.PredictAndSeize, DialMode.ProgressAndSeize, true)]
    [InlineData(DialMode.Predict, DialMode.Progress, true)]
    [InlineData(DialMode.Predict, DialMode.PredictAndSeize, false)]
    [InlineData(DialMode.Predict, DialMode.Preview, false)]
    [InlineData(DialMode.Power, DialMode.Progress, false)]
    public void A_running_group_changes_between_predictive_and_progressive_only(DialMode from, DialMode to, bool may)
    {
        var bench = new MachineBench(mode: from);
        bench.AgentState(1, AgentState.NotReady);
        bench.Command(GroupCommandKind.Load);
        bench.Command(GroupCommandKind.Start);
        var refusal = bench.Command(GroupCommandKind.SetDialMode, to);
        Assert.Equal(may, refusal is null);
        Assert.Equal(may ? to : from, bench.Machine.DialMode);
        Assert.Equal(may, bench.Effects.Any(e => e.Kind == EffectKind.Notify && e.Detail == (int)CampaignNotification.ModeChanged));
        if (!may)
        {
            Assert.Contains("stop it first", refusal, StringComparison.Ordinal);
            bench.Command(GroupCommandKind.Stop);
            Assert.Null(bench.Command(GroupCommandKind.SetDialMode, to));
        }
    }

    [Fact]
    public void A_stopped_group_may_change_to_seizing_and_back_with_agents_ready()
    {
        var bench = new MachineBench(mode: DialMode.Predict) { Wanted = _ => 0 };
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.Ready);
        bench.Command(GroupCommandKind.Stop);
        bench.Command(GroupCommandKind.Start, DialMode.PredictAndSeize);
        bench.Fetched(8);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal(1, bench.Machine.Snapshot().AgentsEngaging);
        bench.Command(GroupCommandKind.Stop);
        bench.Command(GroupCommandKind.Start, DialMode.Progress);
        bench.Fetched(8);
        Assert.Equal(0, bench.Machine.Snapshot().AgentsEngaging);
        Assert.False(bench.Machine.Snapshot().HoldBack.HasFlag(HoldBack.NoReadyAgent));
    }

    [Fact]
    public void Ports_and_seizing_do_not_go_together_and_IVR_modes_need_ports()
    {
        Assert.Contains("ports of an IVR", Assert.Throws<ArgumentException>(() => new MachineBench(mode: DialMode.ProgressAndSeize, ports: true)).Message, StringComparison.Ordinal);
        var people = new MachineBench(mode: DialMode.Predict);
        people.Command(GroupCommandKind.Load);
        Assert.Contains("needs an IVR", people.Command(GroupCommandKind.SetDialMode, DialMode.PowerGVP), StringComparison.Ordinal);
        var ports = new MachineBench(mode: DialMode.PowerGVP, ports: true);
        ports.Command(GroupCommandKind.Load);
        Assert.Contains("ports of an IVR", ports.Command(GroupCommandKind.SetDialMode, DialMode.PredictAndSeize), StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_takes_calls_without_login_and_the_next_one_right_after_the_last()
    {
        var bench = new MachineBench(agents: 1, mode: DialMode.ProgressGVP, ports: true);
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        bench.Commit();
        var call = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        bench.Call(InputKind.CallAnswered, call);
        Assert.True(bench.Has(EffectKind.Deliver));
        bench.Call(InputKind.AgentConnected, call, 1);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Ok, Answered = true });
        Assert.Equal(CallResult.Answer, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
        bench.Commit();
        Assert.True(bench.Has(EffectKind.Place));
        Assert.Equal(0, bench.Machine.Snapshot().RecordsOnDesktops);
        Assert.DoesNotContain(bench.Effects, e => e.Kind == EffectKind.Notify);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_ivr_update_on_release_a_port_changes_its_record_by_the_calls_data(bool update)
    {
        var bench = new MachineBench(
            agents: 1, options: new CampaignGroupOptions { UpdateOnRelease = update }, mode: DialMode.ProgressGVP, ports: true,
            fields: [new("visits", UserFieldType.Int, "visits"), new("mood", UserFieldType.Varchar, "mood"), new("kept", UserFieldType.Int, "kept")])
        {
            FieldValues = [1L, "good", 2L],
        };
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        bench.Commit();
        var call = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        bench.Call(InputKind.CallAnswered, call);
        bench.Call(InputKind.AgentConnected, call, 1);
        var data = new UserData().Set("GSW_CALL_RESULT", "53").Set("GSW_FROM", "36000").Set("GSW_PHONE", "hello").Set("GSW_PHONE_TYPE", "99")
            .Set("visits", "4").Set("mood", "better").Set("kept", "many").Set("other", "x");
        bench.Step(new GroupInput { Kind = InputKind.UserDataUpdate, Call = call, Agent = new AgentId(1), Reference = data });
        bench.Call(InputKind.AgentReleased, call, 1);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Ok, Answered = true });
        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal(update ? CallResult.WrongNumber : CallResult.Answer, entry.Result);
        Assert.Equal(
            update ? [new("daily_from", 36_000L), new("visits", 4L), new("mood", "better")] : [],
            (entry.FieldUpdates ?? []).OrderBy(u => u.Key == "daily_from" ? 0 : u.Key == "visits" ? 1 : 2));
    }

    [Fact]
    public void A_port_that_refuses_is_left_alone_for_a_while_and_comes_back_by_itself()
    {
        var bench = new MachineBench(agents: 1, mode: DialMode.ProgressGVP, ports: true);
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        bench.Commit();
        var call = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        bench.Call(InputKind.CallAnswered, call);
        bench.Call(InputKind.AgentFailed, call, 1);
        Assert.Equal(1, bench.Machine.Snapshot().AgentsNotReady);
        bench.Pass(5_000);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal(1, bench.Machine.Snapshot().AgentsReady);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(5, 5)]
    public void Power_GVP_keeps_as_many_calls_in_progress_as_ports_or_as_configured(int maxQueueSize, int calls)
    {
        var bench = new MachineBench(agents: 3, options: new CampaignGroupOptions { MaxQueueSize = maxQueueSize }, mode: DialMode.PowerGVP, ports: true)
        {
            Wanted = s => Math.Min(s.FreeLines, s.AvailableRecords),
        };
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(16);
        bench.Command(GroupCommandKind.Start);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal(calls, bench.LinesTaken);
    }

    [Fact]
    public void A_large_decision_is_spread_and_not_sent_as_one_burst()
    {
        var bench = new MachineBench(agents: 40, options: new CampaignGroupOptions { NumberOfChannels = 40 });
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(40);
        for (var i = 1; i <= 40; i++)
        {
            bench.AgentState(i, AgentState.Ready);
        }

        bench.Command(GroupCommandKind.Start);
        Assert.Equal(8, bench.LinesTaken);
        Assert.True(bench.Machine.Snapshot().HoldBack.HasFlag(HoldBack.Smoothing));
        for (var ms = 0; ms < 1_000; ms += 20)
        {
            var before = bench.LinesTaken;
            bench.Pass(20);
            bench.Step(new GroupInput { Kind = InputKind.Tick });
            Assert.InRange(bench.LinesTaken - before, 0, 2);
        }

        Assert.Equal(40, bench.LinesTaken);
    }

    [Fact]
    public void Calls_on_their_way_keep_below_the_overdial_level()
    {
        var bench = new MachineBench(agents: 2, options: new CampaignGroupOptions { MaxOverdialLevel = 1.5, NumberOfChannels = 20 }, mode: DialMode.Power)
        {
            Wanted = s => Math.Min(s.FreeLines, s.AvailableRecords),
        };
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(12);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.Ready);
        bench.AgentState(2, AgentState.Ready);
        Assert.Equal(3, bench.LinesTaken);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal(3, bench.LinesTaken);
        Assert.True(bench.Machine.Snapshot().HoldBack.HasFlag(HoldBack.OverdialLevel));
    }

    [Fact]
    public void An_agent_who_leaves_soon_is_not_counted_but_still_takes_the_call_that_is_on_its_way()
    {
        var bench = new MachineBench();
        var call = bench.Dialled();
        bench.Step(new GroupInput { Kind = InputKind.AgentLeaving, Agent = new AgentId(1), Detail = 1 });
        Assert.Equal(1, bench.Machine.Snapshot().AgentsLeaving);
        bench.Call(InputKind.CallAnswered, call);
        Assert.True(bench.Has(EffectKind.Deliver));
        bench.Call(InputKind.AgentConnected, call, 1);
        bench.Call(InputKind.AgentReleased, call, 1);
        bench.AgentState(1, AgentState.Ready);
        bench.Commit();
        Assert.False(bench.Has(EffectKind.Place));
        bench.Step(new GroupInput { Kind = InputKind.AgentLeaving, Agent = new AgentId(1), Detail = 0 });
        bench.Commit();
        Assert.True(bench.Has(EffectKind.Place));
    }

    [Fact]
    public void A_need_is_told_to_the_trunks_only_where_they_are_what_is_short()
    {
        var bench = new MachineBench { Refusal = TrunkRefusal.Share };
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.Ready);
        Assert.Equal(1, bench.WantedFromTrunks);
        Assert.Contains("less than their share", bench.Machine.Snapshot().Explanation, StringComparison.Ordinal);
        bench.Refusal = TrunkRefusal.None;
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal(0, bench.WantedFromTrunks);
    }
}
