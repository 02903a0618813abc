using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>The way of one call: from the intention to the durable result, in every ending.</summary>
public sealed class CallWayTests
{
    [Fact]
    public void Nothing_leaves_before_the_attempt_is_durable()
    {
        var bench = new MachineBench();
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(4);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        bench.AgentState(1, AgentState.Ready);
        Assert.False(bench.Has(EffectKind.Place));
        var started = bench.LastEntry(JournalEntryKind.AttemptStarted);
        Assert.Equal("+12025550100", started.Phone);
        bench.Commit();
        Assert.True(bench.Has(EffectKind.Place));
        Assert.True(bench.Has(EffectKind.AttemptStarted));
    }

    [Fact]
    public void The_journal_says_once_when_a_person_was_reached()
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { QueueTimeoutMs = 2_000 });
        bench.Connected();
        Assert.Equal(bench.Now.UnixMs, bench.LastEntry(JournalEntryKind.AttemptConnected).ReachedAt);
        Assert.Equal(0, bench.LastEntry(JournalEntryKind.AttemptStarted).ReachedAt);

        bench = new MachineBench(options: new CampaignGroupOptions { QueueTimeoutMs = 2_000 });
        var call = bench.Dialled();
        bench.AgentState(1, AgentState.NotReady);
        bench.Call(InputKind.CallAnswered, call);
        bench.Pass(2_000);
        var lost = bench.Now.UnixMs;
        bench.Pass(3_000);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Dropped });
        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((lost, lost), (entry.ReachedAt, entry.Times.Abandoned));

        bench = new MachineBench();
        call = bench.Dialled();
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Busy });
        Assert.Equal(0, bench.LastEntry(JournalEntryKind.AttemptFinished).ReachedAt);
    }

    [Fact]
    public void The_dial_request_has_the_records_number_the_campaigns_caller_id_and_the_legal_ring_time()
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { RingTimeoutMs = 5_000 });
        var request = bench.Machine.DialRequestOf(bench.Dialled());
        Assert.Equal("+12025550100", request.Number);
        Assert.Equal("+12025550100", request.CallerId);
        Assert.Equal(15_000, request.RingTimeoutMs);
    }

    [Theory]
    [InlineData(CallResult.Busy)]
    [InlineData(CallResult.NoAnswer)]
    [InlineData(CallResult.SitVacant)]
    [InlineData(CallResult.GeneralError)]
    public void An_unanswered_call_ends_its_record_with_the_networks_words_beside_the_result(CallResult result)
    {
        var bench = new MachineBench();
        var call = bench.Dialled();
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome
        {
            Result = result,
            NetworkCode = 486,
            NetworkPhrase = "Busy Here",
            NetworkReasons = "Q.850;cause=17",
            Q850Cause = 17,
            EndedBy = CallEndedBy.FarEnd,
        });
        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal(result, entry.Result);
        Assert.Equal(RecordStatus.Updated, entry.RecordStatus);
        Assert.Equal(1, entry.Attempts);
        Assert.True(entry.CompletesChain);
        Assert.Equal((486, 17, "Busy Here", "Q.850;cause=17"), (entry.NetworkCode, entry.Q850Cause, entry.NetworkPhrase, entry.NetworkReasons));
        Assert.Equal("trunk", entry.Trunk);
        Assert.False(bench.Has(EffectKind.AttemptFinished));
        bench.Commit();
        Assert.True(bench.Has(EffectKind.AttemptFinished));
        Assert.Equal(1, bench.Machine.Counters.RecordsFinished);
    }

    [Fact]
    public void A_trunks_fault_is_not_held_against_the_record_until_its_attempts_are_used_up()
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { TrunkFaultMaxAttempts = 2, TrunkFaultRetryDelayMs = 30_000 });
        var call = bench.Dialled();
        var congestion = new CallOutcome { Result = CallResult.AllTrunksBusy, TrunkFault = true, NetworkCode = 503, RetryAfterMs = 60_000 };
        bench.Call(InputKind.CallEnded, call, outcome: congestion);
        var first = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((RecordStatus.Ready, 1), (first.RecordStatus, first.Attempts));
        Assert.Equal(bench.Now.UnixSeconds + 60, first.DialScheduledTime);
        Assert.False(first.CompletesChain);
        Assert.Contains((true, 60_000), bench.TrunkReports);
    }

    [Fact]
    public void A_person_goes_to_the_agent_who_has_been_idle_longest()
    {
        var bench = new MachineBench(agents: 3) { Wanted = _ => 0 };
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        foreach (var agent in new[] { 3, 1, 2 })
        {
            bench.AgentState(agent, AgentState.NotReady);
            bench.Pass(1_000);
            bench.AgentState(agent, AgentState.Ready);
        }

        bench.Wanted = s => s.PendingCalls == 0 ? 1 : 0;
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        bench.Wanted = _ => 0;
        bench.Commit();
        var call = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        bench.Call(InputKind.CallAnswered, call);
        Assert.Equal(3, bench.Effects.Single(e => e.Kind == EffectKind.Deliver).Agent.Value);
    }

    [Fact]
    public void An_answered_call_runs_through_ringing_established_released_and_after_call_work()
    {
        var bench = new MachineBench();
        var call = bench.Dialled();
        bench.Call(InputKind.CallRinging, call);
        bench.Call(InputKind.CallAnswered, call);
        Assert.True(bench.Has(EffectKind.Deliver));
        bench.Call(InputKind.AgentRinging, call, 1);
        Assert.True(bench.HasCallEvent(CallEventKind.Ringing));
        bench.Call(InputKind.AgentConnected, call, 1);
        Assert.True(bench.HasCallEvent(CallEventKind.Established));
        Assert.Equal("1001", bench.LastEntry(JournalEntryKind.AttemptConnected).AgentLoginId);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true, EndedBy = CallEndedBy.FarEnd });
        Assert.True(bench.HasCallEvent(CallEventKind.Released));
        Assert.Equal((int)AgentState.AfterCallWork, bench.Effects.Single(e => e.Kind == EffectKind.AgentStateChanged).Detail);
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptFinished);
        bench.AgentState(1, AgentState.Ready);
        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal(CallResult.Answer, entry.Result);
        Assert.True(entry.Times is { Answered: > 0, AgentAnswered: > 0, Released: > 0, AgentReleased: > 0, AcwCompleted: > 0, CompleteProcessing: > 0 });
    }

    [Fact]
    public void The_agent_hanging_up_releases_the_customer()
    {
        var bench = new MachineBench();
        var call = bench.Connected();
        bench.Call(InputKind.AgentReleased, call, 1);
        Assert.True(bench.Has(EffectKind.Release));
        Assert.True(bench.HasCallEvent(CallEventKind.Released));
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true, EndedBy = CallEndedBy.Engine });
        bench.AgentState(1, AgentState.NotReady);
        Assert.Equal(CallResult.Answer, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
        Assert.Equal(CallEndedBy.Agent, bench.LastEntry(JournalEntryKind.AttemptFinished).EndedBy);
    }

    [Fact]
    public void A_person_without_an_agent_hears_the_announcement_after_two_seconds_and_counts_as_dropped()
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { SafeHarbourAnnouncement = "sorry.wav" });
        var call = bench.Dialled();
        bench.AgentState(1, AgentState.NotReady);
        bench.Call(InputKind.CallAnswered, call);
        bench.Pass(1_999);
        Assert.False(bench.Has(EffectKind.Announce));
        bench.Pass(1);
        Assert.Equal("sorry.wav", bench.Effects.Single(e => e.Kind == EffectKind.Announce).Text);
        Assert.Equal(1, bench.Machine.Counters.Abandoned);
        bench.Call(InputKind.AnnouncementEnded, call);
        Assert.True(bench.Has(EffectKind.Release));
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true });
        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal(CallResult.Dropped, entry.Result);
        Assert.True(entry.Times.Abandoned > 0);
    }

    [Fact]
    public void A_person_who_hangs_up_while_waiting_is_abandoned()
    {
        var bench = new MachineBench();
        var call = bench.Dialled();
        bench.AgentState(1, AgentState.NotReady);
        bench.Call(InputKind.CallAnswered, call);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true, EndedBy = CallEndedBy.FarEnd });
        Assert.Equal(CallResult.Abandoned, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
        Assert.Equal(0, bench.LinesTaken);
    }

    [Fact]
    public void A_person_who_hangs_up_while_the_phone_rings_leaves_the_agent_idle_again()
    {
        var bench = new MachineBench { Wanted = s => s.PendingCalls == 0 && s.WaitingPersons == 0 ? Math.Min(s.ReadyAgents, 1) : 0 };
        var call = bench.Dialled();
        bench.Call(InputKind.CallAnswered, call);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true });
        Assert.True(bench.Has(EffectKind.WithdrawDelivery));
        Assert.True(bench.HasCallEvent(CallEventKind.Abandoned));
        Assert.Equal(2, bench.Entries.Count(e => e.Kind == JournalEntryKind.AttemptStarted));
    }

    [Fact]
    public void A_phone_that_refuses_makes_its_agent_not_ready_and_the_person_goes_to_the_next()
    {
        var bench = new MachineBench();
        var call = bench.Dialled();
        bench.Wanted = _ => 0;
        bench.AgentState(2, AgentState.NotReady);
        bench.AgentState(2, AgentState.Ready);
        bench.Call(InputKind.CallAnswered, call);
        bench.Call(InputKind.AgentFailed, call, 1);
        Assert.Equal((int)AgentState.NotReady, bench.Effects.Single(e => e.Kind == EffectKind.AgentStateChanged).Detail);
        Assert.Equal(2, bench.Effects.Single(e => e.Kind == EffectKind.Deliver).Agent.Value);
    }

    [Fact]
    public void A_phone_that_nobody_picks_up_ends_as_dropped_on_no_answer()
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { AgentAnswerTimeoutMs = 3_000 });
        var call = bench.Dialled();
        bench.Call(InputKind.CallAnswered, call);
        bench.Pass(3_000);
        Assert.True(bench.Has(EffectKind.WithdrawDelivery));
        Assert.True(bench.Has(EffectKind.Release));
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true });
        Assert.Equal(CallResult.DroppedOnNoAnswer, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
    }

    [Fact]
    public void A_connection_after_the_delivery_was_withdrawn_is_stale_news()
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { AgentAnswerTimeoutMs = 1_000 });
        var call = bench.Dialled();
        bench.Call(InputKind.CallAnswered, call);
        bench.Pass(1_000);
        bench.Call(InputKind.AgentConnected, call, 1);
        Assert.False(bench.HasCallEvent(CallEventKind.Established));
        Assert.Equal(0, bench.Machine.Counters.Connected);
    }

    [Fact]
    public void A_call_whose_end_is_never_told_is_given_up_by_the_watchdog()
    {
        var bench = new MachineBench();
        bench.Dialled();
        bench.Wanted = _ => 0;
        bench.Pass(18_000 + 40_000);
        Assert.True(bench.Has(EffectKind.StuckCall));
        Assert.Equal(CallResult.SystemError, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
        Assert.Equal(0, bench.LinesTaken);
    }

    [Fact]
    public void The_longest_call_is_ended()
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { MaxCallDurationMs = 60_000 });
        bench.Connected();
        bench.Pass(60_000);
        Assert.True(bench.Has(EffectKind.Release));
    }

    [Fact]
    public void Words_about_a_call_that_is_over_find_nothing()
    {
        var bench = new MachineBench();
        var call = bench.Dialled();
        bench.Wanted = _ => 0;
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Busy });
        bench.Commit();
        var entries = bench.Entries.Count;
        bench.Call(InputKind.CallAnswered, call);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Busy });
        bench.Call(InputKind.AgentConnected, call, 1);
        Assert.Equal(1, bench.Machine.Counters.Results);
        Assert.Equal(entries, bench.Entries.Count);
    }

    [Fact]
    public void A_journal_that_cannot_be_written_holds_back_new_dials_only()
    {
        var bench = new MachineBench();
        var call = bench.Connected();
        bench.Step(new GroupInput { Kind = InputKind.JournalFault });
        bench.AgentState(2, AgentState.NotReady);
        bench.AgentState(2, AgentState.Ready);
        Assert.Single(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
        Assert.Contains("journal", bench.Machine.Snapshot().Explanation, StringComparison.Ordinal);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true });
        Assert.True(bench.HasCallEvent(CallEventKind.Released));
        bench.Step(new GroupInput { Kind = InputKind.JournalRecovered });
        Assert.Equal(2, bench.Entries.Count(e => e.Kind == JournalEntryKind.AttemptStarted));
    }

    [Fact]
    public void An_agent_whom_another_group_has_is_not_counted()
    {
        var bench = new MachineBench();
        bench.ClaimedElsewhere.Add(1);
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(4);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        bench.AgentState(1, AgentState.Ready);
        Assert.Empty(bench.Entries);
        bench.ClaimedElsewhere.Clear();
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Single(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
    }

    [Fact]
    public void An_agent_with_a_nailed_up_phone_takes_calls_only_while_the_line_stands()
    {
        var bench = new MachineBench(phone: new AgentPhone("sip:1@localhost"));
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(4);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        bench.AgentState(1, AgentState.Ready);
        Assert.Empty(bench.Entries);
        Assert.Contains("no line", bench.Machine.Snapshot().Explanation, StringComparison.Ordinal);
        bench.Step(new GroupInput { Kind = InputKind.AgentLine, Agent = new AgentId(1), Detail = 1 });
        Assert.Single(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
    }
}
