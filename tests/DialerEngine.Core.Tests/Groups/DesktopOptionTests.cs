using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>Options of the group that a desktop notices: each does what its name says, and nothing without it.</summary>
public sealed class DesktopOptionTests
{
    [Theory]
    [InlineData(AgentState.AfterCallWork, false)]
    [InlineData(AgentState.Ready, true)]
    [InlineData(AgentState.NotReady, true)]
    public void Outbound_release_action_is_the_agents_state_after_the_call(AgentState action, bool finished)
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { OutboundReleaseAction = action });
        var call = bench.Connected();
        bench.Wanted = _ => 0;
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true });
        Assert.Contains(bench.Effects, e => e.Kind == EffectKind.AgentStateChanged && e.Detail == (int)action);
        Assert.Equal(finished, bench.Entries.Exists(e => e.Kind == JournalEntryKind.AttemptFinished));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_record_processed_the_record_waits_for_the_agents_word(bool required)
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { RecordProcessedRequired = required });
        var handle = DesktopRecordTests.AfterCall(bench);
        bench.AgentState(1, AgentState.Ready);
        Assert.Equal(!required, bench.Entries.Exists(e => e.Kind == JournalEntryKind.AttemptFinished));
        Assert.Equal(required ? null : DesktopError.RecordNotFound, DesktopRecordTests.Ask(bench, DesktopRequestKind.RecordProcessed, handle));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_agent_preview_mode_start_scheduled_calls_wait_for_it(bool required)
    {
        var bench = new MachineBench(agents: 1, options: new CampaignGroupOptions { PredictiveCallback = false, PreviewModeStartRequired = required }) { Wanted = _ => 0 };
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(0);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        bench.Pass(6_000);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        bench.Fetched(1, RecordType.CampaignCallBack);
        Assert.Equal(!required, bench.Has(EffectKind.ScheduledCall));
        if (required)
        {
            Assert.Equal(DesktopError.None, DesktopRecordTests.Ask(bench, DesktopRequestKind.PreviewDialingModeStart, 0));
            Assert.True(bench.Has(EffectKind.ScheduledCall));
        }
    }

    [Fact]
    public void A_record_on_a_desktop_after_its_call_is_stale_after_stale_clean_timeout()
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { StaleCleanTimeoutMs = 300_000 });
        DesktopRecordTests.AfterCall(bench);
        bench.Pass(299_000);
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptFinished);
        bench.Pass(1_000);
        Assert.Equal((RecordStatus.Stale, CallResult.Stale), bench.LastEntry(JournalEntryKind.AttemptFinished) is var e ? (e.RecordStatus, e.RecordResult) : default);
    }

    [Theory]
    [InlineData(20_000, 20_000)]
    [InlineData(5_000, 15_000)]
    public void Call_wait_connected_timeout_is_the_ring_time_but_never_less_than_the_legal_one(int timeout, int ring)
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { RingTimeoutMs = timeout });
        Assert.Equal(ring, bench.Machine.DialRequestOf(bench.Dialled()).RingTimeoutMs);
    }
}
