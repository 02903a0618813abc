using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;
using DialerEngine.Core.Tests.Groups;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Tests.Treatments;

/// <summary>What becomes of an answered call (outbound contact reference 1.11 and 3.1, Apply to Call).</summary>
public sealed class CallActionTests
{
    private static MachineBench Bench(CallAction action, CallResult result, string? destination = null, string? announcement = null) => new(treatments: new TreatmentDefinition
    {
        Name = "t",
        Result = result,
        RecordAction = RecordAction.RetryIn,
        IntervalMinutes = 30,
        CallAction = action,
        Destination = destination,
        Announcement = announcement,
    });

    /// <summary>A call on its way, after which nothing more is dialled.</summary>
    private static CallHandle OnlyCall(MachineBench bench)
    {
        var call = bench.Dialled();
        bench.Wanted = _ => 0;
        return call;
    }

    private static CallHandle Classified(MachineBench bench, CallResult result)
    {
        var call = OnlyCall(bench);
        bench.Call(InputKind.CallRinging, call);
        bench.Step(new GroupInput { Kind = InputKind.CallClassified, Call = call, Detail = (int)result });
        return call;
    }

    [Theory]
    [InlineData(CallResult.Answer, true)]
    [InlineData(CallResult.Silence, true)]
    [InlineData(CallResult.AnsweringMachine, false)]
    [InlineData(CallResult.Fax, false)]
    public void Without_a_treatment_a_call_goes_the_engines_own_way(CallResult result, bool toAgent)
    {
        var bench = new MachineBench();
        Classified(bench, result);

        Assert.Equal((toAgent, !toAgent), (bench.Has(EffectKind.Deliver), bench.Has(EffectKind.Release)));
    }

    [Fact]
    public void Connect_brings_a_machine_to_an_agent()
    {
        var bench = Bench(CallAction.Connect, CallResult.AnsweringMachine);
        Classified(bench, CallResult.AnsweringMachine);

        Assert.True(bench.Has(EffectKind.Deliver));
    }

    [Fact]
    public void A_dropped_machine_is_no_abandoned_person_and_its_record_is_treated()
    {
        var bench = Bench(CallAction.Drop, CallResult.AnsweringMachine);
        var call = Classified(bench, CallResult.AnsweringMachine);
        Assert.True(bench.Has(EffectKind.Release));
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Ok, Answered = true, EndedBy = CallEndedBy.Engine });

        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((CallResult.AnsweringMachine, RecordStatus.Ready, bench.Now.UnixSeconds + 1_800), (entry.Result, entry.RecordStatus, entry.DialScheduledTime));
        Assert.Equal((0, 0), (bench.Machine.Counters.Abandoned, bench.Machine.Counters.LiveAnswers));
    }

    [Fact]
    public void A_person_who_is_dropped_by_a_treatment_counts_as_abandoned()
    {
        var bench = Bench(CallAction.Drop, CallResult.Answer);
        var call = bench.Dialled();
        bench.Call(InputKind.CallAnswered, call);

        Assert.True(bench.Has(EffectKind.Release));
        Assert.Equal((1, 1), (bench.Machine.Counters.Abandoned, bench.Machine.Counters.LiveAnswers));
    }

    [Fact]
    public void Play_message_plays_its_own_announcement_and_then_releases()
    {
        var bench = Bench(CallAction.PlayMessage, CallResult.AnsweringMachine, announcement: "machine.wav");
        var call = Classified(bench, CallResult.AnsweringMachine);
        Assert.Equal("machine.wav", bench.Effects.Single(e => e.Kind == EffectKind.Announce).Text);
        bench.Call(InputKind.AnnouncementEnded, call);

        Assert.True(bench.Has(EffectKind.Release));
    }

    [Theory]
    [InlineData(CallAction.MuteTransfer, TransferKind.Mute)]
    [InlineData(CallAction.Transfer, TransferKind.TwoStep)]
    [InlineData(CallAction.Route, TransferKind.Route)]
    public void A_call_is_sent_to_the_destination_in_its_own_way_and_keeps_its_result(CallAction action, TransferKind kind)
    {
        var bench = Bench(action, CallResult.Fax, destination: "5000");
        var call = Classified(bench, CallResult.Fax);
        var request = bench.Machine.TransferRequestOf(bench.Effects.Single(e => e.Kind == EffectKind.Route));
        Assert.Equal(("5000", kind, call, "+12025550100"), (request.Destination, request.Kind, request.Call, request.CallerId));
        Assert.Equal(kind == TransferKind.TwoStep ? 2 : 1, bench.LinesTaken);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Ok, Answered = true, EndedBy = CallEndedBy.FarEnd });

        Assert.Equal(CallResult.Fax, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
        Assert.Equal(0, bench.LinesTaken);
    }

    [Theory]
    [InlineData(CallAction.MuteTransfer)]
    [InlineData(CallAction.Transfer)]
    [InlineData(CallAction.Route)]
    public void A_destination_that_does_not_take_a_person_gives_transfer_error_and_an_abandoned_person(CallAction action)
    {
        var bench = Bench(action, CallResult.Answer, destination: "sip:queue@pbx");
        var call = OnlyCall(bench);
        bench.Call(InputKind.CallAnswered, call);
        Assert.Equal((0, 1), (bench.Machine.Counters.Abandoned, bench.Machine.Counters.LiveAnswers));
        bench.Call(InputKind.RouteFailed, call);
        Assert.True(bench.Has(EffectKind.Release));
        Assert.Equal((1, 1), (bench.Machine.Counters.Abandoned, bench.LinesTaken));
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Ok, Answered = true, EndedBy = CallEndedBy.Engine });

        Assert.Equal(CallResult.TransferError, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
        Assert.Equal(0, bench.LinesTaken);
    }

    [Fact]
    public void A_person_whom_no_destination_takes_hears_the_announcement()
    {
        var bench = new MachineBench(options: new Core.Campaigns.CampaignGroupOptions { SafeHarbourAnnouncement = "sorry" }, treatments: new TreatmentDefinition
        {
            Name = "t",
            Result = CallResult.Answer,
            CallAction = CallAction.Transfer,
            Destination = "5000",
        });
        var call = OnlyCall(bench);
        bench.Call(InputKind.CallAnswered, call);
        bench.Call(InputKind.RouteFailed, call);
        Assert.Equal("sorry", bench.Effects.Single(e => e.Kind == EffectKind.Announce).Text);
        bench.Call(InputKind.AnnouncementEnded, call);
        Assert.True(bench.Has(EffectKind.Release));
    }

    [Fact]
    public void A_two_step_transfer_without_a_second_line_fails_at_once()
    {
        var bench = Bench(CallAction.Transfer, CallResult.AnsweringMachine, destination: "5000");
        bench.LinesFree = 1;
        var call = Classified(bench, CallResult.AnsweringMachine);
        Assert.False(bench.Has(EffectKind.Route));
        Assert.True(bench.Has(EffectKind.Release));
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Ok, Answered = true, EndedBy = CallEndedBy.Engine });

        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((CallResult.TransferError, 0, 0), (entry.Result, bench.Machine.Counters.Abandoned, bench.LinesTaken));
    }

    [Theory]
    [InlineData(false, CallResult.Abandoned, 1)]
    [InlineData(true, CallResult.Answer, 0)]
    public void A_person_who_hangs_up_before_the_destination_answered_is_abandoned(bool answered, CallResult result, int abandoned)
    {
        var bench = Bench(CallAction.Transfer, CallResult.Answer, destination: "5000");
        var call = OnlyCall(bench);
        bench.Call(InputKind.CallAnswered, call);
        if (answered)
        {
            bench.Call(InputKind.Transferred, call);

            // Late news of a try that is over.
            bench.Call(InputKind.RouteFailed, call);
        }

        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Ok, Answered = true, EndedBy = CallEndedBy.FarEnd });

        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((result, abandoned, 0), (entry.Result, bench.Machine.Counters.Abandoned, bench.LinesTaken));
    }

    [Fact]
    public void The_record_of_a_transferred_call_is_treated_by_the_result_that_was_heard()
    {
        var bench = Bench(CallAction.Transfer, CallResult.AnsweringMachine, destination: "5000");
        var call = Classified(bench, CallResult.AnsweringMachine);
        bench.Call(InputKind.Transferred, call);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Ok, Answered = true, EndedBy = CallEndedBy.Engine });

        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((CallResult.AnsweringMachine, RecordStatus.Ready, bench.Now.UnixSeconds + 1_800), (entry.Result, entry.RecordStatus, entry.DialScheduledTime));
    }

    [Fact]
    public void A_verdict_that_comes_late_takes_the_call_out_of_the_queue()
    {
        var bench = new MachineBench { Wanted = s => Math.Min(2 - s.PendingCalls, s.AvailableRecords) };
        var call = bench.Dialled();
        bench.AgentState(1, AgentState.NotReady);
        bench.Call(InputKind.CallAnswered, call);
        bench.Step(new GroupInput { Kind = InputKind.CallClassified, Call = call, Detail = (int)CallResult.AnsweringMachine });

        Assert.True(bench.Has(EffectKind.Release));
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Ok, Answered = true, EndedBy = CallEndedBy.Engine });
        Assert.Equal(CallResult.AnsweringMachine, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
    }

    [Fact]
    public void New_treatments_apply_from_the_next_result_on()
    {
        var bench = new MachineBench();
        var call = bench.Dialled();
        var plan = new TreatmentPlan([new TreatmentDefinition { Name = "b", Result = CallResult.Busy, RecordAction = RecordAction.RetryIn, IntervalMinutes = 5 }], []);
        bench.Step(new GroupInput { Kind = InputKind.TreatmentsChanged, Reference = new Dictionary<ListId, TreatmentPlan> { [bench.List.Id] = plan } });
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Busy, EndedBy = CallEndedBy.FarEnd, NetworkCode = 486 });

        Assert.Equal(("DE1 6:1.1", RecordStatus.Ready), bench.LastEntry(JournalEntryKind.AttemptFinished) is var e ? (e.Treatments, e.RecordStatus) : default);
    }
}
