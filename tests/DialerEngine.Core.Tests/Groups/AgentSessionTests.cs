using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>Ready time, smart logout and Preview mode as a desktop asks for them.</summary>
public sealed class AgentSessionTests
{
    private static DesktopError? Ask(MachineBench bench, DesktopRequestKind kind, int handle = 0, int seconds = 0, Action<DesktopRequest>? asked = null, int agent = 1) =>
        DesktopRecordTests.Ask(bench, kind, handle, w => { w.Seconds = seconds; w.Asked = asked; }, agent);

    [Fact]
    public void A_ready_time_is_taken_once_for_a_record_in_predictive_mode()
    {
        var bench = new MachineBench(mode: DialMode.Predict);
        var handle = DesktopRecordTests.AfterCall(bench);
        Assert.Equal(DesktopError.InvalidAttributeValue, Ask(bench, DesktopRequestKind.ReadyTime, handle, 0));
        Assert.Equal(DesktopError.NoCallFoundForTheRecordHandle, Ask(bench, DesktopRequestKind.ReadyTime, 77_777, 12));
        Assert.Equal(DesktopError.None, Ask(bench, DesktopRequestKind.ReadyTime, handle, 12));
        Assert.Contains(bench.Observed, e => e is { Kind: PacingEventKind.AgentReadyTime, Subject: 1, Other: 12 });
        Assert.Equal(DesktopError.DuplicateRequest, Ask(bench, DesktopRequestKind.ReadyTime, handle, 12));
    }

    [Fact]
    public void A_ready_time_in_another_mode_is_an_invalid_request()
    {
        var bench = new MachineBench();
        Assert.Equal(DesktopError.InvalidRequest, Ask(bench, DesktopRequestKind.ReadyTime, DesktopRecordTests.AfterCall(bench), 12));
    }

    [Fact]
    public void An_agent_for_whom_no_call_waits_may_log_out_at_once_and_gets_no_call_more()
    {
        var bench = Ready(out _);
        var request = LogOut(bench);
        Assert.Equal(0, request.LogoutSeconds);
        Assert.Equal([EffectKind.DesktopReply, EffectKind.LogOutPossible], bench.Effects.Where(e => e.Kind is EffectKind.DesktopReply or EffectKind.LogOutPossible).Select(e => e.Kind));

        // Asked once more, the agent hears the same once more; other requests come too late.
        Assert.Equal(0, LogOut(bench).LogoutSeconds);
        Assert.True(bench.Has(EffectKind.LogOutPossible));
        Assert.Equal(DesktopError.InvalidRequest, Ask(bench, DesktopRequestKind.PreviewRecordRequest, asked: r => Assert.Equal(InvalidRequestReason.AgentSmartlyLoggedOut, r.Reason)));
        bench.Wanted = s => s.ReadyAgents;
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
    }

    [Fact]
    public void An_agent_waits_for_calls_that_were_made_before_and_no_longer_than_the_ring_time()
    {
        var bench = Ready(out var options);
        bench.Wanted = _ => 1;
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        bench.Wanted = _ => 0;
        Assert.Contains(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
        bench.Commit();
        var request = LogOut(bench);
        Assert.Equal(options.RingTimeoutMs / 1_000, request.LogoutSeconds);
        Assert.False(bench.Has(EffectKind.LogOutPossible));

        // The time is counted down, not anew.
        bench.Pass(7_000);
        Assert.Equal((options.RingTimeoutMs / 1_000) - 7, LogOut(bench).LogoutSeconds);
        Assert.False(bench.Has(EffectKind.LogOutPossible));

        bench.Pass(options.RingTimeoutMs - 7_000);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.True(bench.Has(EffectKind.LogOutPossible));
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.False(bench.Has(EffectKind.LogOutPossible));
    }

    [Fact]
    public void An_agent_with_a_customer_may_log_out_when_the_record_is_done()
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { RecordProcessedRequired = true });
        var handle = DesktopRecordTests.AfterCall(bench);
        LogOut(bench);
        Assert.False(bench.Has(EffectKind.LogOutPossible));

        // The time is over and the record still there: the third text of 101, also for the LogOut itself.
        Assert.Equal(DesktopError.InvalidRequest, Ask(bench, DesktopRequestKind.LogOut, asked: r => Assert.Equal(InvalidRequestReason.AgentSmartlyLoggedOut, r.Reason)));
        Ask(bench, DesktopRequestKind.RecordProcessed, handle);
        Assert.True(bench.Has(EffectKind.LogOutPossible));
    }

    [Fact]
    public void Without_a_running_automatic_campaign_there_is_no_smart_logout()
    {
        var bench = Preview();
        Assert.Equal(DesktopError.InvalidRequest, Ask(bench, DesktopRequestKind.LogOut, asked: r => Assert.Equal(InvalidRequestReason.NoAutoCampaign, r.Reason)));
    }

    [Fact]
    public void Preview_mode_is_started_once_and_ended_once()
    {
        var bench = Preview();
        Assert.Equal(DesktopError.PreviewModeNotStarted, Ask(bench, DesktopRequestKind.PreviewDialingModeOver));
        Assert.Equal(DesktopError.None, Ask(bench, DesktopRequestKind.PreviewDialingModeStart));
        Assert.Equal(DesktopError.PreviewModeAlreadyStarted, Ask(bench, DesktopRequestKind.PreviewDialingModeStart));
        Assert.Equal(DesktopError.None, Ask(bench, DesktopRequestKind.PreviewDialingModeOver));
        Ask(bench, DesktopRequestKind.PreviewDialingModeStart);
        bench.AgentState(1, AgentState.LoggedOut);
        bench.AgentState(1, AgentState.NotReady);
        Assert.Equal(DesktopError.PreviewModeNotStarted, Ask(bench, DesktopRequestKind.PreviewDialingModeOver));
    }

    [Fact]
    public void With_agent_preview_mode_start_no_record_is_shown_before_it()
    {
        var bench = Preview(new CampaignGroupOptions { PreviewModeStartRequired = true });
        Assert.Equal(
            DesktopError.InvalidRequest,
            Ask(bench, DesktopRequestKind.PreviewRecordRequest, asked: r => Assert.Equal(InvalidRequestReason.PreviewDialingModeStartRequired, r.Reason)));
        Ask(bench, DesktopRequestKind.PreviewDialingModeStart);
        Assert.Equal(DesktopError.None, Ask(bench, DesktopRequestKind.PreviewRecordRequest));
    }

    [Fact]
    public void An_agent_sees_one_record_at_a_time_and_every_agent_another()
    {
        var bench = Preview();
        var first = Shown(bench);
        Assert.Equal(first, Shown(bench));
        bench.AgentState(2, AgentState.NotReady);
        Assert.NotEqual(first, Shown(bench, agent: 2));
        Ask(bench, DesktopRequestKind.RecordProcessed, first);
        Assert.Equal(RecordStatus.Updated, bench.LastEntry(JournalEntryKind.RecordUpdated).RecordStatus);
        bench.Commit();
        Assert.Contains(bench.Effects, e => e.Kind == EffectKind.DesktopReply && e.Detail == 0);
        Assert.NotEqual(first, Shown(bench));
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
    }

    [Fact]
    public void A_rejected_preview_record_is_ready_for_others()
    {
        var bench = Preview();
        Assert.Equal(DesktopError.None, Ask(bench, DesktopRequestKind.RecordReject, Shown(bench)));
        Assert.Equal((RecordStatus.Ready, RecordType.General), bench.LastEntry(JournalEntryKind.RecordUpdated) is var e ? (e.RecordStatus, e.RecordType) : default);
    }

    [Fact]
    public void An_empty_buffer_is_no_records_available_and_another_mode_no_running_preview_campaign()
    {
        var bench = Preview(records: 1);
        Ask(bench, DesktopRequestKind.RecordProcessed, Shown(bench));
        bench.Commit();
        Assert.Equal(DesktopError.NoRecordsAvailable, Ask(bench, DesktopRequestKind.PreviewRecordRequest));
        bench.Command(GroupCommandKind.Stop);
        Assert.Equal(DesktopError.NoRunningPreviewCampaigns, Ask(bench, DesktopRequestKind.PreviewRecordRequest));
        Assert.Equal(DesktopError.NoRunningPreviewCampaigns, Ask(Ready(out _), DesktopRequestKind.PreviewRecordRequest));
    }

    [Theory]
    [InlineData(null, CallResult.Busy)]
    [InlineData(CallResult.WrongParty, CallResult.WrongParty)]
    public void A_record_that_an_agent_leaves_at_logout_is_updated_with_the_options_result_or_its_own(CallResult? option, CallResult result)
    {
        var bench = Preview(new CampaignGroupOptions { LogoutPreviewResult = option });
        var handle = Shown(bench);
        bench.Machine.FindRecord(handle)!.Record!.CallResult = CallResult.Busy;
        bench.AgentState(1, AgentState.LoggedOut);
        var entry = bench.LastEntry(JournalEntryKind.RecordUpdated);
        Assert.Equal((RecordStatus.Updated, result), (entry.RecordStatus, entry.RecordResult));
    }

    [Fact]
    public void A_record_whose_agent_was_lost_with_the_connection_is_ready_as_it_was()
    {
        var bench = Preview(new CampaignGroupOptions { LogoutPreviewResult = CallResult.WrongParty });
        var handle = Shown(bench);
        bench.Machine.FindRecord(handle)!.Record!.CallResult = CallResult.Busy;
        bench.AgentState(1, AgentState.LoggedOut, lost: true);
        var entry = bench.LastEntry(JournalEntryKind.RecordUpdated);
        Assert.Equal((RecordStatus.Ready, CallResult.Busy), (entry.RecordStatus, entry.RecordResult));
    }

    [Fact]
    public void A_preview_record_on_the_desktop_for_too_long_is_stale()
    {
        var bench = Preview(new CampaignGroupOptions { StaleCleanTimeoutMs = 300_000 });
        var handle = Shown(bench);
        bench.Pass(300_000);
        Assert.Equal(RecordStatus.Stale, bench.LastEntry(JournalEntryKind.RecordUpdated).RecordStatus);
        Assert.Equal(DesktopError.RecordNotFound, Ask(bench, DesktopRequestKind.RecordProcessed, handle));
    }

    private static int Shown(MachineBench bench, int agent = 1)
    {
        Assert.Equal(DesktopError.None, Ask(bench, DesktopRequestKind.PreviewRecordRequest, agent: agent));
        return bench.Machine.Find(bench.Effects.Single(e => e.Kind == EffectKind.DesktopReply).Call)!.RecordHandle;
    }

    private static DesktopRequest LogOut(MachineBench bench)
    {
        DesktopRequest? asked = null;
        Assert.Equal(DesktopError.None, Ask(bench, DesktopRequestKind.LogOut, asked: r => asked = r));
        return asked!;
    }

    private static MachineBench Ready(out CampaignGroupOptions options)
    {
        options = new CampaignGroupOptions();
        var bench = new MachineBench(options: options) { Wanted = _ => 0 };
        Start(bench, 8);
        bench.AgentState(1, AgentState.Ready);
        return bench;
    }

    private static MachineBench Preview(CampaignGroupOptions? options = null, int records = 8)
    {
        var bench = new MachineBench(options: options, mode: DialMode.Preview);
        Start(bench, records);
        bench.AgentState(1, AgentState.NotReady);
        return bench;
    }

    private static void Start(MachineBench bench, int records)
    {
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(records);
        bench.Command(GroupCommandKind.Start);
    }
}
