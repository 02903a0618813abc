using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>Assured connection: records that are dialled only once an agent is engaged for them, among others that are dialled as always.</summary>
public sealed class AssuredTests
{
    private static readonly CampaignGroupOptions Always = new() { AssuredConnect = true };

    [Fact]
    public void An_agent_is_engaged_with_the_records_data_before_it_is_dialled_and_merged_at_the_answer()
    {
        var bench = Running(Always);
        var engage = bench.Effects.Single(e => e.Kind == EffectKind.Engage);
        var ringing = bench.Effects.Single(e => e.Kind == EffectKind.CallEvent);
        Assert.Equal((new AgentId(1), (int)CallEventKind.Ringing), (ringing.Agent, ringing.Detail));
        Assert.True(bench.Machine.Find(ringing.Call)!.IsEngagingCall);
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);

        bench.Step(new GroupInput { Kind = InputKind.AgentEngaged, Agent = engage.Agent, Number = engage.Number });
        bench.Commit();
        var call = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        Assert.Equal(ringing.Call, call);
        bench.Call(InputKind.CallAnswered, call);
        Assert.Equal(call, bench.Effects.Single(e => e.Kind == EffectKind.Merge).Call);
        bench.Call(InputKind.AgentConnected, call, 1);
        Assert.True(bench.HasCallEvent(CallEventKind.Established));
        Assert.False(bench.Machine.Find(call)!.IsEngagingCall);
        Assert.Equal(bench.Now.UnixMs, bench.LastEntry(JournalEntryKind.AttemptConnected).ReachedAt);
    }

    [Fact]
    public void No_second_call_counts_on_an_agent_who_is_engaged_for_a_record()
    {
        // The pacer wants as many as it can get: without an agent none of these records leaves.
        var bench = Running(Always, wanted: s => Math.Min(s.FreeLines, s.AvailableRecords));
        var engage = bench.Effects.Single(e => e.Kind == EffectKind.Engage);
        bench.Step(new GroupInput { Kind = InputKind.AgentEngaged, Agent = engage.Agent, Number = engage.Number });
        bench.Commit();
        Assert.Single(bench.Effects, e => e.Kind == EffectKind.Place);
        bench.Pass(1_000);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        bench.Commit();
        Assert.Equal(1, bench.Machine.Counters.Dials);
        Assert.True(bench.Machine.Snapshot().HoldBack.HasFlag(HoldBack.NoReadyAgent));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData(" Yes ", true)]
    [InlineData("0", false)]
    [InlineData("", true)]
    [InlineData(1L, true)]
    [InlineData(0L, false)]
    [InlineData(null, true)]
    public void The_records_own_field_decides_where_it_says_something(object? value, bool assured)
    {
        var bench = Running(
            Always with { AssuredConnectField = "assure" }, fields: [new UserFieldDefinition("assure", value is long ? UserFieldType.Int : UserFieldType.Varchar)], value: value);
        Assert.Equal(assured, bench.Has(EffectKind.Engage));
        Assert.Equal(!assured, bench.Entries.Exists(e => e.Kind == JournalEntryKind.AttemptStarted));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_engaged_agent_hears_a_beep_before_the_customer_where_the_option_says_so(bool beep)
    {
        var (bench, call) = Dialled(Always with { BeepOnMerge = beep });
        bench.Call(InputKind.CallAnswered, call);
        Assert.Equal(beep ? 1 : 0, bench.Effects.Single(e => e.Kind == EffectKind.Merge).Detail);
    }

    [Fact]
    public void The_agent_stays_engaged_for_the_next_such_record_when_a_dial_fails()
    {
        var (bench, call) = Dialled(Always);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Busy });
        Assert.False(bench.Has(EffectKind.Disengage));
        Assert.False(bench.Has(EffectKind.Engage));
        Assert.Equal(
            [(int)CallEventKind.Released, (int)CallEventKind.Ringing], bench.Effects.Where(e => e.Kind == EffectKind.CallEvent).Select(e => e.Detail));
        bench.Commit();
        Assert.NotEqual(call, bench.Effects.Single(e => e.Kind == EffectKind.Place).Call);
    }

    [Fact]
    public void The_agent_is_let_go_when_no_such_record_is_left()
    {
        var (bench, call) = Dialled(Always, records: 1);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.NoAnswer });
        Assert.True(bench.Has(EffectKind.Disengage));
        Assert.True(bench.HasCallEvent(CallEventKind.Released));
        Assert.Equal((1, 0), (bench.Machine.Snapshot().AgentsReady, bench.Machine.Snapshot().AgentsEngaged));
    }

    [Fact]
    public void A_phone_that_is_not_answered_makes_its_agent_not_ready_and_the_record_waits_for_another()
    {
        var bench = Running(Always with { AgentAnswerTimeoutMs = 15_000 }, agents: 2, records: 1);
        bench.AgentState(2, AgentState.NotReady);
        bench.Pass(15_000);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.True(bench.Has(EffectKind.Disengage));
        Assert.Equal((int)AgentState.NotReady, bench.Effects.Single(e => e.Kind == EffectKind.AgentStateChanged).Detail);
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
        bench.AgentState(2, AgentState.Ready);
        Assert.Equal(new AgentId(2), bench.Effects.Single(e => e.Kind == EffectKind.Engage).Agent);
    }

    [Fact]
    public void An_agent_who_goes_not_ready_or_leaves_is_let_go_and_the_record_is_not_lost()
    {
        foreach (var next in new[] { AgentState.NotReady, AgentState.LoggedOut })
        {
            var bench = Running(Always, records: 1);
            bench.AgentState(1, next);
            Assert.True(bench.Has(EffectKind.Disengage));
            Assert.Null(bench.Command(GroupCommandKind.Stop));
            bench.Commit();
            Assert.Equal(1, bench.Machine.Counters.RecordsReturned);
        }
    }

    [Fact]
    public void Stopping_and_unloading_return_the_records_that_wait_for_their_agents()
    {
        var bench = Running(Always, agents: 3, records: 8, wanted: s => Math.Min(s.FreeLines, s.AvailableRecords));
        bench.AgentState(2, AgentState.NotReady);
        bench.AgentState(2, AgentState.Ready);
        Assert.Null(bench.Command(GroupCommandKind.Stop));
        Assert.True(bench.Has(EffectKind.Disengage));
        bench.Commit();
        Assert.Equal(0, bench.Machine.Snapshot().AgentsEngaging);
        bench.Fetched(0);
        bench.Command(GroupCommandKind.Unload);
        bench.Commit();
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal(CampaignGroupState.NotLoaded, bench.Machine.State);
        Assert.Equal(bench.Machine.Counters.RecordsTaken, bench.Machine.Counters.RecordsReturned);
        Assert.Equal(0, bench.LinesTaken);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_nailed_up_line_counts_as_engaged_at_once_and_is_merged(bool autoAnswer, bool beep)
    {
        var bench = Running(Always with { BeepOnMerge = beep }, phone: new AgentPhone("sip:7001@localhost", AutoAnswer: autoAnswer));
        bench.Step(new GroupInput { Kind = InputKind.AgentLine, Agent = new AgentId(1), Detail = 1 });
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.False(bench.Has(EffectKind.Engage));
        bench.Commit();
        bench.Call(InputKind.CallAnswered, bench.Effects.Single(e => e.Kind == EffectKind.Place).Call);
        Assert.Equal(beep ? 1 : 0, bench.Effects.Single(e => e.Kind == EffectKind.Merge).Detail);
        Assert.False(bench.Has(EffectKind.Deliver));
    }

    private static MachineBench Running(
        CampaignGroupOptions options, int agents = 1, int records = 8, Func<PacingSituation, int>? wanted = null, UserFieldDefinition[]? fields = null, object? value = null,
        AgentPhone? phone = null)
    {
        var bench = new MachineBench(agents, options, phone, fields: fields);
        bench.FieldValues = fields is null ? [] : [value];
        bench.Wanted = wanted ?? bench.Wanted;
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(records);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        bench.AgentState(1, AgentState.Ready);
        if (!bench.Has(EffectKind.Engage) && phone is null)
        {
            // The pacer has set the record aside in this step; its agent is sought in the next.
            bench.Step(new GroupInput { Kind = InputKind.Tick });
        }

        return bench;
    }

    private static (MachineBench Bench, CallHandle Call) Dialled(CampaignGroupOptions options, int records = 8)
    {
        var bench = Running(options, records: records);
        var engage = bench.Effects.Single(e => e.Kind == EffectKind.Engage);
        bench.Step(new GroupInput { Kind = InputKind.AgentEngaged, Agent = engage.Agent, Number = engage.Number });
        bench.Commit();
        return (bench, bench.Effects.Single(e => e.Kind == EffectKind.Place).Call);
    }
}
