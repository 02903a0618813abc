using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>Load, start, stop, unload: states and refusals.</summary>
public sealed class LifeCycleTests
{
    [Fact]
    public void A_group_goes_from_not_loaded_to_active_to_running_and_back()
    {
        var bench = new MachineBench();
        Assert.Equal(CampaignGroupState.NotLoaded, bench.Machine.State);
        Assert.Null(bench.Command(GroupCommandKind.Load));
        Assert.Equal(CampaignGroupState.Active, bench.Machine.State);
        Assert.Null(bench.Command(GroupCommandKind.Start));
        Assert.Equal(CampaignGroupState.Running, bench.Machine.State);
        Assert.Null(bench.Command(GroupCommandKind.Stop));
        Assert.Equal(CampaignGroupState.Active, bench.Machine.State);
    }

    [Theory]
    [InlineData(GroupCommandKind.Start, "is not loaded; load it first")]
    [InlineData(GroupCommandKind.Stop, "is not running")]
    [InlineData(GroupCommandKind.Unload, "is not loaded")]
    [InlineData(GroupCommandKind.ForceUnload, "is not loaded")]
    [InlineData(GroupCommandKind.SetDialMode, "is not loaded")]
    public void A_command_out_of_place_is_refused_in_one_sentence(GroupCommandKind kind, string why)
    {
        var refusal = new MachineBench().Command(kind, DialMode.Progress);
        Assert.Contains("campaign@group", refusal, StringComparison.Ordinal);
        Assert.Contains(why, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mode_without_a_pacer_is_refused_and_changes_nothing()
    {
        var bench = new MachineBench();
        bench.Command(GroupCommandKind.Load);
        Assert.Contains("Predict", bench.Command(GroupCommandKind.SetDialMode, DialMode.Predict), StringComparison.Ordinal);
        Assert.Equal(DialMode.Progress, bench.Machine.DialMode);
        Assert.Contains("Predict", bench.Command(GroupCommandKind.Start, DialMode.Predict), StringComparison.Ordinal);
        Assert.Equal(CampaignGroupState.Active, bench.Machine.State);
    }

    [Fact]
    public void Agents_who_are_logged_in_hear_of_every_change()
    {
        var bench = new MachineBench();
        bench.AgentState(1, AgentState.NotReady);
        bench.Command(GroupCommandKind.Load);
        Assert.Equal([CampaignNotification.Loaded], Notified(bench));
        bench.Fetched(0);
        bench.Command(GroupCommandKind.Start);
        Assert.Equal([CampaignNotification.Started], Notified(bench));
        bench.Command(GroupCommandKind.Stop);
        Assert.Equal([CampaignNotification.Stopped], Notified(bench));
        bench.Command(GroupCommandKind.Unload);
        Assert.Equal([CampaignNotification.Unloaded], Notified(bench));
    }

    [Fact]
    public void Stop_lets_calls_in_progress_finish_and_dials_no_more()
    {
        var bench = new MachineBench();
        var call = bench.Connected();
        bench.Command(GroupCommandKind.Stop);
        bench.AgentState(2, AgentState.NotReady);
        bench.AgentState(2, AgentState.Ready);
        Assert.Single(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
        bench.Call(InputKind.CallEnded, call, outcome: new() { Answered = true });
        bench.AgentState(1, AgentState.Ready);
        Assert.Equal(CallResult.Answer, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
        Assert.Single(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
    }

    [Fact]
    public void An_attempt_that_becomes_durable_after_stop_is_taken_back_and_never_dialled()
    {
        var bench = new MachineBench();
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(4);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        bench.AgentState(1, AgentState.Ready);
        bench.Command(GroupCommandKind.Stop);
        bench.Commit();
        Assert.False(bench.Has(EffectKind.Place));
        Assert.Equal(RecordStatus.Ready, bench.LastEntry(JournalEntryKind.AttemptWithdrawn).RecordStatus);
        bench.Commit();
        Assert.Equal(0, bench.LinesTaken);
        Assert.Equal(1, bench.Machine.Counters.Withdrawn);
    }

    [Fact]
    public void Unload_returns_buffered_records_and_waits_for_calls_and_journal()
    {
        var bench = new MachineBench();
        var call = bench.Connected();
        Assert.Equal("not done yet", bench.Command(GroupCommandKind.Unload));
        Assert.Equal(CampaignGroupState.WaitingUnload, bench.Machine.State);
        Assert.Equal(7, bench.Entries.Count(e => e.Kind == JournalEntryKind.RecordReturned));
        bench.Call(InputKind.CallEnded, call, outcome: new() { Answered = true });
        Assert.Equal(CampaignGroupState.UnloadInProgress, bench.Machine.State);
        bench.Commit();
        Assert.Equal(CampaignGroupState.NotLoaded, bench.Machine.State);
        Assert.True(bench.Has(EffectKind.CommandDone));
        Assert.Equal(0, bench.RunningTimers);
    }

    [Fact]
    public void A_tray_that_comes_back_during_an_unload_is_returned_too()
    {
        var bench = new MachineBench();
        bench.Command(GroupCommandKind.Load);
        bench.Command(GroupCommandKind.Unload);
        Assert.Equal(CampaignGroupState.WaitingUnload, bench.Machine.State);
        bench.Fetched(5);
        Assert.Equal(5, bench.Entries.Count(e => e.Kind == JournalEntryKind.RecordReturned));
        bench.Commit();
        Assert.Equal(CampaignGroupState.NotLoaded, bench.Machine.State);
    }

    [Fact]
    public void Forced_unload_releases_calls_in_every_state()
    {
        var bench = new MachineBench(agents: 4);
        var talking = bench.Connected();
        bench.AgentState(2, AgentState.NotReady);
        bench.AgentState(2, AgentState.Ready);
        bench.Commit();
        var ringing = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        bench.Command(GroupCommandKind.ForceUnload);
        Assert.Equal([talking, ringing], bench.Effects.Where(e => e.Kind == EffectKind.Release).Select(e => e.Call));
        bench.Call(InputKind.CallEnded, talking, outcome: new() { Answered = true });
        bench.Call(InputKind.CallEnded, ringing, outcome: new() { Result = CallResult.NoAnswer });
        bench.Fetched(0);
        bench.Commit();
        Assert.Equal(CampaignGroupState.NotLoaded, bench.Machine.State);
        Assert.Equal(0, bench.LinesTaken);
    }

    private static CampaignNotification[] Notified(MachineBench bench) =>
        [.. bench.Effects.Where(e => e.Kind == EffectKind.Notify).Select(e => (CampaignNotification)e.Detail)];
}
