using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Telephony;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>Calls that are listened to: tones before the answer, verdicts after it, messages for machines, test calls.</summary>
public sealed class DetectionTests
{
    private static readonly DetectionOptions On = new() { Recognition = AnswerTypeRecognition.TelephonyPreset };

    private static MachineBench Bench(DetectionOptions? detection = null, IDetectionFeedback? feedback = null, params TreatmentDefinition[] treatments) =>
        new(options: new CampaignGroupOptions { Detection = detection ?? On, SafeHarbourAnnouncement = "sorry.wav" }, feedback: feedback, treatments: treatments);

    private static void Verdict(MachineBench bench, CallHandle call, CallResult result, int greetingOverMs = 0) =>
        bench.Step(new GroupInput { Kind = InputKind.CallClassified, Call = call, Detail = (int)result, Number = greetingOverMs });

    private static CallHandle Answered(MachineBench bench)
    {
        var call = bench.Dialled();
        bench.Call(InputKind.CallRinging, call);
        bench.Call(InputKind.CallAnswered, call);
        return call;
    }

    private static void End(MachineBench bench, CallHandle call, CallEndedBy by = CallEndedBy.Engine) =>
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Ok, Answered = true, EndedBy = by });

    [Fact]
    public void An_answered_call_waits_for_its_verdict_and_the_person_goes_to_an_agent()
    {
        var bench = Bench();
        var call = Answered(bench);
        Assert.False(bench.Has(EffectKind.Deliver));
        Assert.Equal((1, 1, 0L), (bench.Machine.Snapshot().CallsListenedTo, bench.Machine.Snapshot().CallsPending, bench.Machine.Counters.LiveAnswers));
        bench.Pass(1_300);
        Verdict(bench, call, CallResult.Answer, 700);

        Assert.True(bench.Has(EffectKind.Deliver));
        var session = bench.Machine.Find(call)!;
        Assert.Equal(1_300, session.Times.CpdCompleted - session.Times.Answered);
        Assert.Equal(session.Times.CpdCompleted, session.Times.Queued);
        Assert.Equal((0, 1L, 1L), (bench.Machine.Snapshot().CallsListenedTo, bench.Machine.Counters.LiveAnswers, bench.Machine.Counters.Verdicts));
        Assert.Equal([PacingEventKind.CallAnswered, PacingEventKind.CallPerson], bench.Told.Select(t => t.Kind).Where(k => k is PacingEventKind.CallAnswered or PacingEventKind.CallPerson));
    }

    [Fact]
    public void A_person_waits_two_seconds_from_the_end_of_the_greeting_not_from_the_verdict()
    {
        var bench = Bench();
        bench.Wanted = s => Math.Min(2 - s.PendingCalls, s.AvailableRecords);
        var call = Answered(bench);
        bench.AgentState(1, AgentState.NotReady);
        bench.Pass(1_500);
        Verdict(bench, call, CallResult.Answer, 900);
        bench.Pass(1_050);
        Assert.Equal(CallState.Waiting, bench.Machine.Find(call)!.State);
        bench.Pass(100);

        Assert.Equal(CallState.Announcing, bench.Machine.Find(call)!.State);
        Assert.Equal((1L, CallResult.Dropped), (bench.Machine.Counters.Abandoned, bench.Machine.Find(call)!.Result));
    }

    [Theory]
    [InlineData(CallResult.AnsweringMachine)]
    [InlineData(CallResult.Fax)]
    [InlineData(CallResult.SitVacant)]
    [InlineData(CallResult.Busy)]
    [InlineData(CallResult.PagerDetected)]
    public void Machines_and_tones_after_the_answer_are_released_and_nobody_is_abandoned(CallResult result)
    {
        var bench = Bench();
        var call = Answered(bench);
        Verdict(bench, call, result);
        Assert.True(bench.Has(EffectKind.Release));
        End(bench, call);

        Assert.Equal(result, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
        Assert.Equal((0L, 0L), (bench.Machine.Counters.Abandoned, bench.Machine.Counters.LiveAnswers));
        Assert.Contains(bench.Told, t => t.Kind == PacingEventKind.CallFailed && t.Other == (int)result);
        Assert.Equal(0, bench.Machine.Snapshot().CallsListenedTo);
    }

    [Fact]
    public void Silence_goes_to_an_agent_and_is_no_abandoned_person_when_none_comes()
    {
        var bench = Bench();
        bench.Wanted = s => Math.Min(2 - s.PendingCalls, s.AvailableRecords);
        var call = Answered(bench);
        bench.AgentState(1, AgentState.NotReady);
        Verdict(bench, call, CallResult.Silence);
        Assert.Equal(CallState.Waiting, bench.Machine.Find(call)!.State);
        bench.Pass(2_100);
        Assert.True(bench.Has(EffectKind.Release));
        End(bench, call);

        Assert.Equal(CallResult.Silence, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
        Assert.Equal((0L, 0L), (bench.Machine.Counters.Abandoned, bench.Machine.Counters.LiveAnswers));
    }

    [Theory]
    [InlineData(0, 20_000)]
    [InlineData(1_500, 1_500)]
    public void A_detector_that_says_nothing_is_not_waited_for(int timeguardMs, int until)
    {
        var bench = Bench(On with { TimeguardMs = timeguardMs });
        var call = Answered(bench);
        bench.Pass(until - 50);
        Assert.Equal(CallState.Listening, bench.Machine.Find(call)!.State);
        bench.Pass(100);

        Assert.Equal(CallState.Delivering, bench.Machine.Find(call)!.State);
        Assert.Equal((1L, 1L), (bench.Machine.Counters.VerdictsMissed, bench.Machine.Counters.LiveAnswers));
    }

    [Fact]
    public void A_verdict_after_the_guard_takes_a_machine_out_of_the_queue()
    {
        var bench = Bench(On with { TimeguardMs = 1_000 });
        bench.Wanted = s => Math.Min(2 - s.PendingCalls, s.AvailableRecords);
        var call = Answered(bench);
        bench.AgentState(1, AgentState.NotReady);
        bench.Pass(1_010);
        Assert.Equal(CallState.Waiting, bench.Machine.Find(call)!.State);
        Verdict(bench, call, CallResult.AnsweringMachine);
        Assert.True(bench.Has(EffectKind.Release));
        End(bench, call);

        Assert.Equal(CallResult.AnsweringMachine, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
        Assert.Equal((0L, 0L), (bench.Machine.Counters.Abandoned, bench.Machine.Counters.LiveAnswers));
    }

    [Theory]
    [InlineData(CallResult.Busy)]
    [InlineData(CallResult.SitVacant)]
    [InlineData(CallResult.AllTrunksBusy)]
    [InlineData(CallResult.Fax)]
    public void What_is_heard_before_the_answer_ends_the_call_and_is_its_result(CallResult heard)
    {
        var bench = Bench();
        var call = bench.Dialled();
        bench.Call(InputKind.CallRinging, call);
        bench.Step(new GroupInput { Kind = InputKind.ToneHeard, Call = call, Detail = (int)heard });
        Assert.True(bench.Has(EffectKind.Release));

        // The answer that crosses the CANCEL changes nothing, nor does the network's own word.
        bench.Call(InputKind.CallAnswered, call);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.NoAnswer, EndedBy = CallEndedBy.Engine, NetworkCode = 487 });
        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((heard, CallEndedBy.Engine, 487), (entry.Result, entry.EndedBy, entry.NetworkCode));
        Assert.True(entry.Times.CpdCompleted > 0);
        Assert.Equal((0, 0L), (bench.Machine.Snapshot().CallsListenedTo, bench.Machine.Counters.LiveAnswers));
    }

    [Theory]
    [InlineData(null, CallResult.RemoteRelease)]
    [InlineData(CallResult.Answer, CallResult.RemoteRelease)]
    [InlineData(CallResult.AnsweringMachine, CallResult.AnsweringMachine)]
    public void Who_hangs_up_while_listened_to_is_no_abandoned_person(CallResult? heard, CallResult expected)
    {
        var bench = Bench();
        var call = Answered(bench);
        if (heard is { } last)
        {
            bench.Step(new GroupInput { Kind = InputKind.CallHeardOut, Call = call, Detail = (int)last });
        }

        End(bench, call, CallEndedBy.FarEnd);
        Assert.Equal(expected, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
        Assert.Equal((0, 0L, 0L), (bench.Machine.Snapshot().CallsListenedTo, bench.Machine.Counters.Abandoned, bench.Machine.Counters.LiveAnswers));
    }

    [Fact]
    public void A_message_waits_for_the_beep_and_starts_when_it_is_over()
    {
        var bench = Bench(On with { MachineAnnouncement = "message.wav" });
        var call = Answered(bench);
        Verdict(bench, call, CallResult.AnsweringMachine);
        Assert.False(bench.Has(EffectKind.Announce));
        bench.Pass(9_000);
        bench.Call(InputKind.BeepStarted, call);
        Assert.False(bench.Has(EffectKind.Announce));
        bench.Pass(300);
        bench.Call(InputKind.BeepEnded, call);
        Assert.Equal("message.wav", bench.Effects.Single(e => e.Kind == EffectKind.Announce).Text);
        bench.Call(InputKind.AnnouncementEnded, call);
        Assert.True(bench.Has(EffectKind.Release));
        Assert.Equal(1L, bench.Machine.Counters.MessagesPlayed);
    }

    [Fact]
    public void Without_a_beep_the_message_starts_after_the_limit_or_after_silence()
    {
        var bench = Bench(On with { MachineAnnouncement = "message.wav", BeepTimeoutMs = 5_000 });
        var call = Answered(bench);
        Verdict(bench, call, CallResult.AnsweringMachine);
        bench.Pass(5_010);
        Assert.True(bench.Has(EffectKind.Announce));

        var second = Bench(On with { MachineAnnouncement = "message.wav" });
        call = Answered(second);
        Verdict(second, call, CallResult.AnsweringMachine);
        second.Step(new GroupInput { Kind = InputKind.GreetingEnded, Call = call, Number = 1_500 });
        second.Pass(950);
        Assert.False(second.Has(EffectKind.Announce));
        second.Pass(100);
        Assert.True(second.Has(EffectKind.Announce));
    }

    [Fact]
    public void A_beep_into_the_message_starts_it_again_once()
    {
        var bench = Bench(On with { MachineAnnouncement = "message.wav", BeepTimeoutMs = 1_000 });
        var call = Answered(bench);
        Verdict(bench, call, CallResult.AnsweringMachine);
        bench.Pass(1_010);
        bench.Pass(800);
        bench.Call(InputKind.BeepStarted, call);
        bench.Call(InputKind.BeepEnded, call);
        Assert.True(bench.Has(EffectKind.Announce));
        bench.Call(InputKind.BeepEnded, call);
        Assert.False(bench.Has(EffectKind.Announce));
        Assert.Equal(1L, bench.Machine.Counters.MessagesPlayed);
    }

    [Fact]
    public void A_message_of_a_treatment_starts_at_once_where_no_beep_is_wanted()
    {
        var bench = Bench(On with { BeepDetection = false }, null, new TreatmentDefinition
        {
            Name = "leave word",
            Result = CallResult.AnsweringMachine,
            CallAction = CallAction.PlayMessage,
            Announcement = "word.wav",
        });
        var call = Answered(bench);
        Verdict(bench, call, CallResult.AnsweringMachine);
        Assert.Equal("word.wav", bench.Effects.Single(e => e.Kind == EffectKind.Announce).Text);
    }

    [Fact]
    public void A_beep_after_a_verdict_of_a_person_corrects_the_result_but_not_what_the_agent_says()
    {
        var bench = Bench();
        var call = Answered(bench);
        Verdict(bench, call, CallResult.Answer);
        bench.Call(InputKind.AgentRinging, call, 1);
        bench.Call(InputKind.AgentConnected, call, 1);
        bench.Step(new GroupInput { Kind = InputKind.VerdictCorrected, Call = call, Detail = (int)CallResult.AnsweringMachine });
        Assert.Equal((CallResult.AnsweringMachine, CallState.Connected), (bench.Machine.Find(call)!.Result, bench.Machine.Find(call)!.State));
        Assert.Equal(1L, bench.Machine.Counters.VerdictsCorrected);
    }

    [Theory]
    [InlineData("no_progress_detection", false)]
    [InlineData("2", true)]
    [InlineData("nonsense", true)]
    [InlineData(0L, false)]
    [InlineData(null, true)]
    public void A_record_may_say_how_it_is_listened_to(object? value, bool listens)
    {
        var bench = new MachineBench(
            options: new CampaignGroupOptions { Detection = On with { RecognitionField = "amd" } }, fields: [new UserFieldDefinition("amd", UserFieldType.Varchar)])
        {
            FieldValues = [value],
        };
        var call = bench.Dialled();
        Assert.Equal(listens, bench.Machine.DialRequestOf(call).Listen);
        bench.Call(InputKind.CallAnswered, call);
        Assert.Equal(!listens, bench.Has(EffectKind.Deliver));
    }

    [Theory]
    [InlineData("connect", true)]
    [InlineData("drop", false)]
    [InlineData("", false)]
    public void A_record_may_say_what_becomes_of_a_machine(string value, bool toAgent)
    {
        var bench = new MachineBench(
            options: new CampaignGroupOptions { Detection = On with { DropField = "am" } }, fields: [new UserFieldDefinition("am", UserFieldType.Varchar)])
        { FieldValues = [value] };
        var call = Answered(bench);
        Verdict(bench, call, CallResult.AnsweringMachine);
        Assert.Equal((toAgent, !toAgent), (bench.Has(EffectKind.Deliver), bench.Has(EffectKind.Release)));
    }

    [Fact]
    public void A_test_call_goes_to_an_agent_whatever_it_is_and_what_the_agent_says_is_counted()
    {
        var feedback = new Feedback();
        var bench = Bench(feedback: feedback);
        var call = Answered(bench);
        Verdict(bench, call, CallResult.AnsweringMachine);
        Assert.True(bench.Has(EffectKind.Deliver));
        Assert.True(bench.Machine.Find(call)!.IsTestCall);
        bench.Call(InputKind.AgentRinging, call, 1);
        bench.Call(InputKind.AgentConnected, call, 1);
        End(bench, call, CallEndedBy.FarEnd);
        bench.Step(new GroupInput
        {
            Kind = InputKind.DesktopRequest,
            Agent = new AgentId(1),
            Reference = new Desktop.DesktopRequest
            {
                Kind = Desktop.DesktopRequestKind.RecordProcessed,
                Agent = new AgentId(1),
                RecordHandle = bench.Machine.Find(call)!.RecordHandle,
                CallResult = CallResult.Answer,
                UserData = new Desktop.UserData(),
            },
        });

        Assert.Equal((CallResult.AnsweringMachine, (CallResult?)CallResult.Answer), Assert.Single(feedback.Said));
        Assert.Equal(CallResult.Answer, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
        Assert.Equal((1L, 0L), (bench.Machine.Counters.TestCalls, bench.Machine.Counters.LiveAnswers));
    }

    [Fact]
    public void A_forced_unload_ends_a_call_that_is_listened_to()
    {
        var bench = Bench();
        var call = Answered(bench);
        bench.Command(GroupCommandKind.ForceUnload);
        Assert.Equal((0, 0), (bench.Machine.Snapshot().CallsListenedTo, bench.Machine.Snapshot().CallsPending));
        Verdict(bench, call, CallResult.Answer);
        End(bench, call);
        Assert.Equal(CallResult.Dropped, bench.LastEntry(JournalEntryKind.AttemptFinished).Result);
    }

    private sealed class Feedback : IDetectionFeedback
    {
        public List<(CallResult Verdict, CallResult? Agents)> Said { get; } = [];

        public bool TakeVerdict(GroupId group, ListId list, CallResult verdict) => true;

        public void TakeFeedback(GroupId group, ListId list, CallResult verdict, CallResult? agents) => Said.Add((verdict, agents));
    }
}
