using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>RecordProcessed and the record's stay on the desktop.</summary>
public sealed class DesktopRequestTests
{
    [Fact]
    public void RecordProcessed_is_acknowledged_when_the_record_is_durable_and_only_then()
    {
        var bench = new MachineBench();
        var handle = AfterCall(bench);
        Processed(bench, handle, CallResult.WrongNumber);
        Assert.False(bench.Has(EffectKind.DesktopReply));
        Assert.Equal(CallResult.WrongNumber, bench.LastEntry(JournalEntryKind.AttemptFinished).RecordResult);
        bench.Commit();
        Assert.Equal((int)DesktopError.None, bench.Effects.Single(e => e.Kind == EffectKind.DesktopReply).Detail);
    }

    [Fact]
    public void RecordProcessed_for_a_processed_record_is_record_not_found()
    {
        var bench = new MachineBench();
        var handle = AfterCall(bench);
        Processed(bench, handle);
        Processed(bench, handle);
        Assert.Equal((int)DesktopError.RecordNotFound, bench.Effects.Single(e => e.Kind == EffectKind.DesktopReply).Detail);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(int.MaxValue)]
    [InlineData(123_456)]
    public void An_unknown_handle_is_record_not_found(int handle)
    {
        var bench = new MachineBench();
        AfterCall(bench);
        Processed(bench, handle);
        Assert.Equal((int)DesktopError.RecordNotFound, bench.Effects.Single(e => e.Kind == EffectKind.DesktopReply).Detail);
    }

    [Fact]
    public void Another_agents_record_is_record_not_found()
    {
        var bench = new MachineBench();
        var handle = AfterCall(bench);
        Processed(bench, handle, agent: 2);
        Assert.Equal((int)DesktopError.RecordNotFound, bench.Effects.Single(e => e.Kind == EffectKind.DesktopReply).Detail);
    }

    [Fact]
    public void Sent_during_the_talk_it_takes_effect_when_the_call_is_over()
    {
        var bench = new MachineBench();
        var call = bench.Connected();
        Processed(bench, bench.Machine.Find(call)!.RecordHandle, CallResult.Answer);
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptFinished);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true });
        Assert.Single(bench.Entries, e => e.Kind == JournalEntryKind.AttemptFinished);
        bench.Commit();
        Assert.True(bench.Has(EffectKind.DesktopReply));
    }

    [Fact]
    public void With_record_processed_required_going_ready_does_not_end_the_record_but_stale_clean_timeout_does()
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { RecordProcessedRequired = true, StaleCleanTimeoutMs = 300_000 });
        AfterCall(bench);
        bench.AgentState(1, AgentState.Ready);
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptFinished);
        bench.Pass(300_000);
        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((CallResult.Stale, RecordStatus.Stale), (entry.Result, entry.RecordStatus));
    }

    [Fact]
    public void An_agent_who_logs_out_leaves_no_record_behind()
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { RecordProcessedRequired = true });
        AfterCall(bench);
        bench.AgentState(1, AgentState.LoggedOut);
        Assert.Equal(RecordStatus.Updated, bench.LastEntry(JournalEntryKind.AttemptFinished).RecordStatus);
    }

    [Fact]
    public void An_agent_lost_in_the_middle_of_a_talk_releases_the_customer()
    {
        var bench = new MachineBench();
        var call = bench.Connected();
        bench.AgentState(1, AgentState.LoggedOut);
        Assert.True(bench.Has(EffectKind.Release));
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true });
        Assert.Equal(CallResult.Answer, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
    }

    [Fact]
    public void Release_hold_and_retrieve_work_for_the_agents_own_call_only()
    {
        var bench = new MachineBench();
        var call = bench.Connected();
        bench.Step(new GroupInput { Kind = InputKind.CallControl, Agent = new AgentId(2), Call = call, Detail = (int)CallControl.Hold });
        Assert.Empty(bench.Effects);
        bench.Step(new GroupInput { Kind = InputKind.CallControl, Agent = new AgentId(1), Call = call, Detail = (int)CallControl.Hold });
        Assert.True(bench.HasCallEvent(CallEventKind.Held));
        bench.Step(new GroupInput { Kind = InputKind.CallControl, Agent = new AgentId(1), Call = call, Detail = (int)CallControl.Retrieve });
        Assert.True(bench.HasCallEvent(CallEventKind.Retrieved));
        bench.Step(new GroupInput { Kind = InputKind.CallControl, Agent = new AgentId(1), Call = call, Detail = (int)CallControl.Release });
        Assert.True(bench.Has(EffectKind.Release));
    }

    [Fact]
    public void An_older_state_of_an_agent_is_stale_news()
    {
        var bench = new MachineBench();
        bench.Step(new GroupInput { Kind = InputKind.AgentState, Agent = new AgentId(1), Detail = (int)AgentState.NotReady, Number = 9 });
        bench.Step(new GroupInput { Kind = InputKind.AgentState, Agent = new AgentId(1), Detail = (int)AgentState.LoggedOut, Number = 8 });
        Assert.Equal(1, bench.Machine.Snapshot().AgentsLoggedIn);
    }

    private static int AfterCall(MachineBench bench)
    {
        var call = bench.Connected();
        var handle = bench.Machine.Find(call)!.RecordHandle;
        bench.Wanted = _ => 0;
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true, EndedBy = CallEndedBy.FarEnd });
        return handle;
    }

    private static void Processed(MachineBench bench, int handle, CallResult? result = null, int agent = 1) => bench.Step(new GroupInput
    {
        Kind = InputKind.DesktopRequest,
        Agent = new AgentId(agent),
        Reference = new DesktopRequest
        {
            Kind = DesktopRequestKind.RecordProcessed,
            Agent = new AgentId(agent),
            RecordHandle = handle,
            CallResult = result,
            UserData = new UserData(),
        },
    });
}
