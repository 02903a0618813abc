using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>Calls that agents make from a record: the way of one, its unhappy ends, and that the record stays with the agent.</summary>
public sealed class AgentCallTests
{
    private static readonly AgentPhone Line = new("sip:7001@localhost");

    [Fact]
    public void The_agents_phone_is_called_before_the_customer_and_both_are_joined_at_the_answer()
    {
        var bench = Preview();
        var handle = Shown(bench);
        Dial(bench, handle);
        Assert.True(bench.HasCallEvent(CallEventKind.Dialing));
        var call = bench.Effects.Single(e => e.Kind == EffectKind.CallEvent).Call;
        Assert.Equal(71, bench.Machine.Find(call)!.DialReference);
        var engagement = bench.Effects.Single(e => e.Kind == EffectKind.Engage);
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);

        bench.Step(new GroupInput { Kind = InputKind.AgentEngaged, Agent = new AgentId(1), Number = engagement.Number });
        Assert.Contains(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
        Assert.False(bench.Has(EffectKind.Place));
        bench.Commit();
        Assert.True(bench.Has(EffectKind.Place));

        bench.Call(InputKind.CallRinging, call);
        bench.Call(InputKind.CallAnswered, call);
        Assert.True(bench.Has(EffectKind.Merge));
        bench.Call(InputKind.AgentRinging, call, 1);
        Assert.False(bench.HasCallEvent(CallEventKind.Ringing));
        bench.Call(InputKind.AgentConnected, call, 1);
        Assert.True(bench.HasCallEvent(CallEventKind.Established));

        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true, EndedBy = CallEndedBy.FarEnd });
        Assert.True(bench.HasCallEvent(CallEventKind.Released));
        bench.AgentState(1, AgentState.Ready);
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptFinished);

        DesktopRecordTests.Ask(bench, DesktopRequestKind.RecordProcessed, handle, w => w.Result = CallResult.WrongParty);
        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((CallResult.WrongParty, RecordStatus.Updated, 1, "1001"), (entry.RecordResult, entry.RecordStatus, entry.Attempts, entry.AgentLoginId));
        bench.Commit();
        Assert.Contains(bench.Effects, e => e.Kind == EffectKind.DesktopReply && e.Detail == 0);
        Assert.Equal(0, bench.LinesTaken);
    }

    [Fact]
    public void An_agent_who_dials_hears_the_call_from_its_ringing_on_and_no_beep()
    {
        var bench = Preview(phone: Line, new CampaignGroupOptions { BeepOnMerge = true });
        var handle = Shown(bench);
        bench.Step(new GroupInput { Kind = InputKind.AgentLine, Agent = new AgentId(1), Detail = 1 });
        Assert.Null(Dial(bench, handle));
        bench.Commit();
        bench.Call(InputKind.CallAnswered, bench.Effects.Single(e => e.Kind == EffectKind.Place).Call);
        Assert.Equal(0, bench.Effects.Single(e => e.Kind == EffectKind.Merge).Detail);
    }

    [Fact]
    public void On_a_nailed_up_line_the_customer_is_called_at_once()
    {
        var bench = Preview(phone: Line);
        var handle = Shown(bench);
        Assert.Equal(MakeCallRefusal.PhoneUnreachable, Dial(bench, handle));
        bench.Step(new GroupInput { Kind = InputKind.AgentLine, Agent = new AgentId(1), Detail = 1 });
        Assert.Null(Dial(bench, handle));
        bench.Commit();
        Assert.True(bench.Has(EffectKind.Place));
        Assert.False(bench.Has(EffectKind.Engage));
    }

    [Theory]
    [InlineData(CallResult.Busy)]
    [InlineData(CallResult.NoAnswer)]
    [InlineData(CallResult.SitInvalidNum)]
    public void What_the_network_says_is_the_result_until_the_agent_says_otherwise(CallResult result)
    {
        var bench = Dialled(out var call, out var handle);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = result, EndedBy = CallEndedBy.Network });
        Assert.True(bench.HasCallEvent(CallEventKind.Released));
        Assert.Contains(bench.Effects, e => e.Kind == EffectKind.AgentStateChanged && e.Detail == (int)AgentState.AfterCallWork);
        DesktopRecordTests.Ask(bench, DesktopRequestKind.RecordProcessed, handle);
        Assert.Equal(result, bench.LastEntry(JournalEntryKind.AttemptFinished).RecordResult);
    }

    [Fact]
    public void A_record_may_be_dialled_again_and_each_attempt_has_its_result()
    {
        var bench = Dialled(out var call, out var handle);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Busy, EndedBy = CallEndedBy.Network });
        Assert.Null(Dial(bench, handle));
        var first = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((CallResult.Busy, RecordStatus.Retrieved, 1), (first.RecordResult, first.RecordStatus, first.Attempts));
        bench.Commit();
        Assert.True(bench.Has(EffectKind.AttemptFinished));
        bench.Pass(20);
        bench.Commit();
        var again = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        Assert.NotEqual(call, again);
        call = again;
        bench.Call(InputKind.CallAnswered, call);
        bench.Call(InputKind.AgentConnected, call, 1);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true, EndedBy = CallEndedBy.FarEnd });
        DesktopRecordTests.Ask(bench, DesktopRequestKind.RecordProcessed, handle);
        var second = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((CallResult.Answer, RecordStatus.Updated, 2), (second.RecordResult, second.RecordStatus, second.Attempts));
        Assert.NotEqual(first.Attempt, second.Attempt);
    }

    [Fact]
    public void An_agents_phone_that_is_not_answered_leaves_the_record_as_it_was()
    {
        var bench = Preview();
        var handle = Shown(bench);
        Dial(bench, handle);
        var engagement = bench.Effects.Single(e => e.Kind == EffectKind.Engage);
        bench.Step(new GroupInput { Kind = InputKind.AgentDisengaged, Agent = new AgentId(1), Number = engagement.Number });
        Assert.True(bench.HasCallEvent(CallEventKind.Released));
        Assert.Equal(0, bench.LinesTaken);
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
        Assert.Null(Dial(bench, handle));
    }

    [Fact]
    public void A_phone_that_rings_too_long_is_given_up()
    {
        var bench = Preview();
        var handle = Shown(bench);
        Dial(bench, handle);
        bench.Pass(15_000);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.True(bench.Has(EffectKind.Disengage));
        Assert.True(bench.HasCallEvent(CallEventKind.Released));
        Assert.Equal(0, bench.LinesTaken);
    }

    [Fact]
    public void Releasing_while_it_rings_ends_the_customers_call_and_the_record_stays()
    {
        var bench = Dialled(out var call, out var handle);
        bench.Call(InputKind.CallRinging, call);
        bench.Step(new GroupInput { Kind = InputKind.CallControl, Agent = new AgentId(1), Call = call, Detail = (int)CallControl.Release });
        Assert.True(bench.HasCallEvent(CallEventKind.Released));
        Assert.True(bench.Has(EffectKind.Release));
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.NoAnswer, EndedBy = CallEndedBy.Engine });
        Assert.Equal(CallState.OnDesktop, bench.Machine.Find(call)!.State);
        Assert.Equal(DesktopError.None, DesktopRecordTests.Ask(bench, DesktopRequestKind.UpdateCallCompletionStats, handle));
    }

    [Fact]
    public void Releasing_before_the_attempt_is_durable_takes_it_back()
    {
        var bench = Preview(phone: Line);
        bench.Step(new GroupInput { Kind = InputKind.AgentLine, Agent = new AgentId(1), Detail = 1 });
        var handle = Shown(bench);
        Dial(bench, handle);
        var call = bench.Effects.Single(e => e.Kind == EffectKind.CallEvent).Call;
        bench.Step(new GroupInput { Kind = InputKind.CallControl, Agent = new AgentId(1), Call = call, Detail = (int)CallControl.Release });
        bench.Commit();
        Assert.False(bench.Has(EffectKind.Place));
        Assert.Equal(RecordStatus.Retrieved, bench.LastEntry(JournalEntryKind.AttemptWithdrawn).RecordStatus);
        bench.Commit();
        Assert.Equal(0, bench.LinesTaken);
        Assert.Null(Dial(bench, handle));
        bench.Commit();
        Assert.True(bench.Has(EffectKind.Place));
    }

    [Theory]
    [InlineData(CallState.CallingAgent)]
    [InlineData(CallState.Intended)]
    [InlineData(CallState.Dialing)]
    [InlineData(CallState.Delivering)]
    [InlineData(CallState.Connected)]
    public void An_agent_who_leaves_in_the_middle_leaves_nothing_behind(CallState state)
    {
        var bench = Preview();
        var handle = Shown(bench);
        Dial(bench, handle);
        var call = bench.Effects.Single(e => e.Kind == EffectKind.CallEvent).Call;
        if (state >= CallState.Intended && state != CallState.CallingAgent)
        {
            bench.Step(new GroupInput { Kind = InputKind.AgentEngaged, Agent = new AgentId(1), Number = 1 });
        }

        if (state is CallState.Dialing or CallState.Delivering or CallState.Connected)
        {
            bench.Commit();
        }

        if (state is CallState.Delivering or CallState.Connected)
        {
            bench.Call(InputKind.CallAnswered, call);
        }

        if (state == CallState.Connected)
        {
            bench.Call(InputKind.AgentConnected, call, 1);
        }

        Assert.Equal(state, bench.Machine.Find(call)!.State);
        bench.AgentState(1, AgentState.LoggedOut);
        bench.Commit();
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.NoAnswer, EndedBy = CallEndedBy.Engine });
        bench.Commit();
        bench.Commit();
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Null(bench.Machine.Find(call));
        Assert.Equal(0, bench.LinesTaken);
        Assert.Equal(0, bench.RunningTimers);
    }

    [Fact]
    public void Refusals_name_their_reason()
    {
        var bench = Preview();
        Assert.Equal(MakeCallRefusal.NoRecord, Dial(bench, 0));
        var handle = Shown(bench);
        Assert.Equal(MakeCallRefusal.NoRecord, Dial(bench, handle, agent: 2));
        Assert.Equal(MakeCallRefusal.InvalidNumber, Dial(bench, handle, number: "not a number"));
        bench.LinesFree = 0;
        Assert.Equal(MakeCallRefusal.NoLine, Dial(bench, handle));
        bench.LinesFree = 10;
        bench.ClaimedElsewhere.Add(1);
        Assert.Equal(MakeCallRefusal.AgentBusy, Dial(bench, handle));
        bench.ClaimedElsewhere.Clear();
        bench.Step(new GroupInput { Kind = InputKind.JournalFault });
        Assert.Equal(MakeCallRefusal.TryAgain, Dial(bench, handle));
        bench.Step(new GroupInput { Kind = InputKind.JournalRecovered });
        bench.Command(GroupCommandKind.Stop);
        Assert.Equal(MakeCallRefusal.NotRunning, Dial(bench, handle));
        bench.Command(GroupCommandKind.Start);
        Assert.Null(Dial(bench, handle));
        Assert.Equal(MakeCallRefusal.AgentBusy, Dial(bench, handle));
    }

    [Fact]
    public void Another_number_is_dialled_and_recorded()
    {
        var bench = Preview(phone: Line);
        bench.Step(new GroupInput { Kind = InputKind.AgentLine, Agent = new AgentId(1), Detail = 1 });
        Dial(bench, Shown(bench), number: "(202) 555-0199");
        bench.Commit();
        var call = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        Assert.Equal("+12025550199", bench.Machine.DialRequestOf(call).Number);
        Assert.Equal("+12025550199", bench.LastEntry(JournalEntryKind.AttemptStarted).Phone);
    }

    [Fact]
    public void A_number_that_the_agent_has_corrected_is_the_one_to_dial()
    {
        var bench = Preview(phone: Line);
        bench.Step(new GroupInput { Kind = InputKind.AgentLine, Agent = new AgentId(1), Detail = 1 });
        var handle = Shown(bench);
        DesktopRecordTests.Ask(bench, DesktopRequestKind.UpdateCallCompletionStats, handle, w => w.Updates = [new("contact_info", "202 555 0188")]);
        Assert.Null(Dial(bench, handle));
        bench.Commit();
        Assert.Equal("+12025550188", bench.Machine.DialRequestOf(bench.Effects.Single(e => e.Kind == EffectKind.Place).Call).Number);
    }

    [Fact]
    public void What_the_desktop_was_shown_is_not_attached_again_what_it_says_itself_is()
    {
        var bench = Preview(phone: Line);
        bench.Step(new GroupInput { Kind = InputKind.AgentLine, Agent = new AgentId(1), Detail = 1 });
        var request = new MakeCallRequest
        {
            Agent = new AgentId(1),
            RecordHandle = Shown(bench),
            UserData = new UserData().Set("GSW_CALL_RESULT", 28).Set("crm_case", "A-7"),
        };
        bench.Step(new GroupInput { Kind = InputKind.MakeCall, Agent = request.Agent, Reference = request });
        var attached = bench.Machine.Find(bench.Effects.Single(e => e.Kind == EffectKind.CallEvent).Call)!.AttachedData!;
        Assert.Equal(["crm_case"], attached.Pairs.Select(p => p.Key));
    }

    [Fact]
    public void Pacing_hears_nothing_of_agents_calls()
    {
        var heard = new List<PacingEventKind>();
        var bench = new MachineBench(options: new CampaignGroupOptions { PredictiveCallback = false }, phone: Line) { Wanted = _ => 0, Hears = e => heard.Add(e.Kind) };
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(0);
        bench.Command(GroupCommandKind.Start);
        bench.Step(new GroupInput { Kind = InputKind.AgentLine, Agent = new AgentId(1), Detail = 1 });
        bench.AgentState(1, AgentState.NotReady);
        bench.Pass(6_000);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        bench.Fetched(1, RecordType.CampaignCallBack);
        var offered = bench.Effects.Single(e => e.Kind == EffectKind.ScheduledCall).Call;
        heard.Clear();
        Assert.Null(Dial(bench, bench.Machine.Find(offered)!.RecordHandle));
        bench.Commit();
        offered = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        bench.Call(InputKind.CallAnswered, offered);
        bench.Call(InputKind.AgentConnected, offered, 1);
        bench.Call(InputKind.CallEnded, offered, outcome: new CallOutcome { Answered = true });
        bench.AgentState(1, AgentState.NotReady);
        bench.Commit();
        Assert.All(heard, kind => Assert.True(kind.ToString().StartsWith("Agent", StringComparison.Ordinal), kind.ToString()));
    }

    [Fact]
    public void Pushed_records_go_to_ready_agents_and_on_to_others_who_do_nothing()
    {
        var bench = new MachineBench(mode: DialMode.PushPreview, options: new CampaignGroupOptions { PushPreviewAcceptTimeoutMs = 60_000 });
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        Assert.False(bench.Has(EffectKind.PreviewPushed));
        bench.AgentState(1, AgentState.Ready);
        var pushed = bench.Effects.Single(e => e.Kind == EffectKind.PreviewPushed);
        Assert.Equal(1, pushed.Agent.Value);
        bench.AgentState(2, AgentState.Ready);
        Assert.NotEqual(pushed.Call, bench.Effects.Single(e => e.Kind == EffectKind.PreviewPushed).Call);

        var mine = bench.Machine.Find(bench.Effects.Single(e => e.Kind == EffectKind.PreviewPushed).Call)!.RecordHandle;
        Assert.Equal(DesktopError.None, DesktopRecordTests.Ask(bench, DesktopRequestKind.UpdateCallCompletionStats, mine, agent: 2));
        bench.Pass(60_000);
        Assert.Equal(RecordStatus.Ready, bench.LastEntry(JournalEntryKind.RecordUpdated).RecordStatus);
        Assert.Equal(1, bench.Machine.Counters.PreviewsNotAccepted);
        Assert.Contains(bench.Effects, e => e.Kind == EffectKind.AgentStateChanged && e.Agent.Value == 1 && e.Detail == (int)AgentState.NotReady);
        Assert.Equal(DesktopError.None, DesktopRecordTests.Ask(bench, DesktopRequestKind.UpdateCallCompletionStats, mine, agent: 2));
    }

    [Fact]
    public void A_rejected_pushed_record_makes_room_for_the_next()
    {
        var bench = new MachineBench(agents: 1, mode: DialMode.PushPreview);
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(4);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.Ready);
        var pushed = bench.Machine.Find(bench.Effects.Single(e => e.Kind == EffectKind.PreviewPushed).Call)!;
        Assert.Equal(DesktopError.None, DesktopRecordTests.Ask(bench, DesktopRequestKind.RecordReject, pushed.RecordHandle));
        Assert.True(bench.Has(EffectKind.PreviewPushed));
    }

    /// <summary>The refusal; null where the call is on its way.</summary>
    internal static MakeCallRefusal? Dial(MachineBench bench, int handle, string number = "", int agent = 1)
    {
        var request = new MakeCallRequest { Agent = new AgentId(agent), RecordHandle = handle, Number = number, ReferenceId = 71 };
        bench.Step(new GroupInput { Kind = InputKind.MakeCall, Agent = request.Agent, Reference = request });
        return bench.Has(EffectKind.CallRefused) ? (MakeCallRefusal)bench.Effects.Single(e => e.Kind == EffectKind.CallRefused).Detail : null;
    }

    internal static int Shown(MachineBench bench, int agent = 1)
    {
        Assert.Equal(DesktopError.None, DesktopRecordTests.Ask(bench, DesktopRequestKind.PreviewRecordRequest, 0, agent: agent));
        return bench.Machine.Find(bench.Effects.Single(e => e.Kind == EffectKind.DesktopReply).Call)!.RecordHandle;
    }

    internal static MachineBench Preview(AgentPhone? phone = null, CampaignGroupOptions? options = null)
    {
        var bench = new MachineBench(options: options, phone: phone, mode: DialMode.Preview);
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        return bench;
    }

    private static MachineBench Dialled(out CallHandle call, out int handle)
    {
        var bench = Preview(phone: Line);
        bench.Step(new GroupInput { Kind = InputKind.AgentLine, Agent = new AgentId(1), Detail = 1 });
        handle = Shown(bench);
        Assert.Null(Dial(bench, handle));
        bench.Commit();
        call = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        return bench;
    }
}
