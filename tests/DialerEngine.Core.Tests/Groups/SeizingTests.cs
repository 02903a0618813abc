using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>Seizing (ASM): engage, dial, merge; and what becomes of engaged agents whom nobody needs.</summary>
public sealed class SeizingTests
{
    [Fact]
    public void An_agent_is_engaged_before_anything_is_dialled_and_merged_at_the_answer()
    {
        var bench = Running();
        var engage = bench.Effects.Single(e => e.Kind == EffectKind.Engage);
        Assert.Equal(new AgentId(1), engage.Agent);
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
        Assert.True(bench.Machine.Snapshot().HoldBack.HasFlag(HoldBack.NoEngagedAgent));

        bench.Step(new GroupInput { Kind = InputKind.AgentEngaged, Agent = engage.Agent, Number = engage.Number });
        bench.Commit();
        var call = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        bench.Call(InputKind.CallAnswered, call);
        Assert.False(bench.Has(EffectKind.Deliver));
        Assert.Equal(call, bench.Effects.Single(e => e.Kind == EffectKind.Merge).Call);
        bench.Call(InputKind.AgentConnected, call, 1);
        Assert.True(bench.HasCallEvent(CallEventKind.Established));
        Assert.Equal(0, bench.Machine.Snapshot().AgentsEngaged);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_engaged_agent_hears_a_beep_before_the_customer_where_the_option_says_so(bool beep)
    {
        var (bench, call) = Dialled(options: new CampaignGroupOptions { BeepOnMerge = beep });
        bench.Call(InputKind.CallAnswered, call);
        Assert.Equal(beep ? 1 : 0, bench.Effects.Single(e => e.Kind == EffectKind.Merge).Detail);
    }

    [Fact]
    public void A_nailed_up_line_counts_as_engaged_at_once()
    {
        var bench = Running(phone: new AgentPhone("sip:7001@localhost"));
        bench.Step(new GroupInput { Kind = InputKind.AgentLine, Agent = new AgentId(1), Detail = 1 });
        Assert.False(bench.Has(EffectKind.Engage));
        Assert.Equal(1, bench.Machine.Snapshot().AgentsEngaged);
        bench.Commit();
        Assert.True(bench.Has(EffectKind.Place));
    }

    [Fact]
    public void The_agent_stays_engaged_for_the_next_customer_when_a_dial_fails()
    {
        var (bench, call) = Dialled();
        bench.Call(InputKind.CallEnded, call, outcome: new Telephony.CallOutcome { Result = CallResult.Busy });
        Assert.False(bench.Has(EffectKind.Disengage));
        Assert.False(bench.Has(EffectKind.Engage));
        bench.Commit();
        Assert.True(bench.Has(EffectKind.Place));
        Assert.Equal(1, bench.Machine.Snapshot().AgentsEngaged);
    }

    [Fact]
    public void An_engaging_call_that_nobody_answers_is_given_up_and_the_agent_is_not_ready()
    {
        var bench = Running(options: new CampaignGroupOptions { AgentAnswerTimeoutMs = 15_000 });
        bench.Pass(14_990);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.False(bench.Has(EffectKind.Disengage));
        bench.Pass(10);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.True(bench.Has(EffectKind.Disengage));
        Assert.Equal((int)AgentState.NotReady, bench.Effects.Single(e => e.Kind == EffectKind.AgentStateChanged).Detail);
        Assert.Equal(1, bench.Machine.Snapshot().EngagementsFailed);
    }

    [Fact]
    public void Words_about_an_earlier_engaging_call_change_nothing()
    {
        var bench = Running();
        var engage = bench.Effects.Single(e => e.Kind == EffectKind.Engage);
        bench.Step(new GroupInput { Kind = InputKind.AgentEngaged, Agent = engage.Agent, Number = engage.Number + 1 });
        bench.Step(new GroupInput { Kind = InputKind.AgentDisengaged, Agent = engage.Agent, Number = engage.Number - 1 });
        Assert.Equal(1, bench.Machine.Snapshot().AgentsEngaging);
    }

    [Fact]
    public void An_answer_after_the_engaged_agent_was_lost_is_covered_by_another_engaged_agent()
    {
        var (bench, call) = Dialled(agents: 2);
        var first = bench.Machine.Snapshot();
        Assert.Equal(1, first.AgentsEngaged);
        bench.AgentState(2, AgentState.NotReady);
        bench.AgentState(2, AgentState.Ready);
        bench.Step(new GroupInput { Kind = InputKind.AgentDisengaged, Agent = new AgentId(1), Number = 1 });
        bench.Step(new GroupInput { Kind = InputKind.AgentEngaged, Agent = new AgentId(2), Number = 2 });
        bench.Call(InputKind.CallAnswered, call);
        Assert.Equal(new AgentId(2), bench.Effects.Single(e => e.Kind == EffectKind.Merge).Agent);
    }

    [Fact]
    public void An_answer_without_an_engaged_agent_is_an_overdial_with_announcement()
    {
        var (bench, call) = Dialled(options: new CampaignGroupOptions { SafeHarbourAnnouncement = "sorry", QueueTimeoutMs = 2_000 });
        bench.Step(new GroupInput { Kind = InputKind.AgentDisengaged, Agent = new AgentId(1), Number = 1 });
        bench.Call(InputKind.CallAnswered, call);
        bench.Pass(2_000);
        Assert.Equal("sorry", bench.Effects.Single(e => e.Kind == EffectKind.Announce).Text);
        Assert.True(bench.Machine.Find(call)!.Overdialled);
        Assert.Equal(CallResult.Dropped, bench.Machine.Find(call)!.Result);
        var seen = bench.Machine.Snapshot();
        Assert.Equal((1, 1), (seen.Overdialled, seen.EngagedLost));
    }

    [Fact]
    public void An_engaged_agent_who_goes_not_ready_still_takes_the_call_that_was_dialled_for_them()
    {
        var (bench, call) = Dialled();
        bench.AgentState(1, AgentState.NotReady);
        Assert.False(bench.Has(EffectKind.Disengage));
        bench.Call(InputKind.CallAnswered, call);
        Assert.True(bench.Has(EffectKind.Merge));
    }

    [Fact]
    public void An_engaged_agent_who_goes_not_ready_is_let_go_once_the_dial_has_failed()
    {
        var (bench, call) = Dialled();
        bench.AgentState(1, AgentState.NotReady);
        bench.Call(InputKind.CallEnded, call, outcome: new Telephony.CallOutcome { Result = CallResult.NoAnswer });
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        bench.Commit();
        Assert.False(bench.Has(EffectKind.Place));
        Assert.Equal(0, bench.Machine.Snapshot().AgentsEngaged);
    }

    [Fact]
    public void Engaged_agents_are_let_go_after_the_idle_timeout_but_never_while_a_call_on_its_way_may_need_them()
    {
        var (bench, call) = Dialled(options: new CampaignGroupOptions { AsmEngagedIdleTimeoutMs = 10_000 });
        bench.Wanted = _ => 0;
        bench.Pass(11_000);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.False(bench.Has(EffectKind.Disengage));
        bench.Call(InputKind.CallEnded, call, outcome: new Telephony.CallOutcome { Result = CallResult.NoAnswer });
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.True(bench.Has(EffectKind.Disengage));
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.False(bench.Has(EffectKind.Engage));
        bench.Pass(10_000);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.True(bench.Has(EffectKind.Engage));
    }

    [Fact]
    public void Nobody_is_engaged_without_records_and_everybody_is_let_go_when_the_group_stops()
    {
        var bench = new MachineBench(mode: DialMode.ProgressAndSeize);
        bench.Command(GroupCommandKind.Load);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.Ready);
        Assert.False(bench.Has(EffectKind.Engage));
        bench.Fetched(4);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.True(bench.Has(EffectKind.Engage));
        bench.Command(GroupCommandKind.Stop);
        Assert.True(bench.Has(EffectKind.Disengage));
    }

    [Fact]
    public void No_more_engaging_calls_than_channels_and_the_agent_ready_longest_first()
    {
        var bench = new MachineBench(agents: 3, options: new CampaignGroupOptions { AsmChannels = 2 }, mode: DialMode.ProgressAndSeize);
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        foreach (var agent in (int[])[3, 1, 2])
        {
            bench.AgentState(agent, AgentState.Ready);
            bench.Pass(100);
        }

        bench.Command(GroupCommandKind.Start);
        Assert.Equal([3, 1], bench.Effects.Where(e => e.Kind == EffectKind.Engage).Select(e => e.Agent.Value));
    }

    [Fact]
    public void Reserved_agents_are_not_engaged()
    {
        var bench = Running(agents: 2, options: new CampaignGroupOptions { ReservedAgents = 1 });
        Assert.False(bench.Has(EffectKind.Engage));
        bench.AgentState(2, AgentState.Ready);
        Assert.Single(bench.Effects, e => e.Kind == EffectKind.Engage);
    }

    private static MachineBench Running(int agents = 2, CampaignGroupOptions? options = null, AgentPhone? phone = null)
    {
        var bench = new MachineBench(agents, options, phone, DialMode.ProgressAndSeize);
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.Ready);
        return bench;
    }

    private static (MachineBench Bench, CallHandle Call) Dialled(int agents = 2, CampaignGroupOptions? options = null)
    {
        var bench = Running(agents, options);
        bench.Step(new GroupInput { Kind = InputKind.AgentEngaged, Agent = new AgentId(1), Number = 1 });
        bench.Commit();
        return (bench, bench.Effects.Single(e => e.Kind == EffectKind.Place).Call);
    }
}
