using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Tests.Groups;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Tests.Callbacks;

/// <summary>Callbacks under pre-dial validation, of lists that are switched off, and what the journal says decided about them.</summary>
public sealed class CallbackValidationTests
{
    private static MachineBench Bench(bool validated = true, params TreatmentDefinition[] treatments)
    {
        var bench = new MachineBench(
            options: new CampaignGroupOptions { PreDialValidation = validated, ValidationMaxAgeMs = 30_000, SendHistory = validated }, treatments: treatments)
        { Wanted = _ => 0 };
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(0);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        return bench;
    }

    private static void Fetch(MachineBench bench)
    {
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal(FetchKind.Callbacks, bench.Machine.FetchKind);
        var record = bench.Machine.Tray[0];
        (record.List, record.Id, record.ContactInfo, record.AgentLoginId) = (bench.List.Id, new RecordId(900), "+12025550900", "1001");
        (record.RecordStatus, record.RecordType, record.DialScheduledTime) = (RecordStatus.Retrieved, RecordType.PersonalCallBack, bench.Now.UnixSeconds);
        (record.DailyFrom, record.DailyTill) = (0, 86_400);
        bench.Machine.Tray.Count = 1;
        bench.Step(new GroupInput { Kind = InputKind.FetchCompleted, Detail = 1 });
    }

    private static long Question(MachineBench bench) => bench.Effects.Single(e => e.Kind == EffectKind.Validate).Number;

    private static void Answer(MachineBench bench, long number, PreDialVerdict verdict, PreDialRefusal? refusal = null) =>
        bench.Step(new GroupInput { Kind = InputKind.Validated, Number = number, Detail = (int)verdict, Reference = refusal });

    private static int Started(MachineBench bench) => bench.Entries.Count(e => e.Kind == JournalEntryKind.AttemptStarted);

    [Fact]
    public void A_personal_callback_is_asked_about_when_it_is_due_and_dialled_when_it_is_allowed()
    {
        var bench = Bench();
        Fetch(bench);
        var question = Question(bench);
        var (attempt, asked, phone) = (bench.Machine.QuestionOf(question).Attempt, bench.Machine.QuestionOf(question).AskedAt, bench.Machine.QuestionOf(question).Record.ContactInfo);
        bench.AgentState(1, AgentState.Ready);
        bench.Pass(500);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal((0, "+12025550900"), (Started(bench), phone));
        Answer(bench, question, PreDialVerdict.Allowed);

        var entry = bench.LastEntry(JournalEntryKind.AttemptStarted);
        Assert.Equal((attempt, asked, 900L), (entry.Attempt, entry.Times.StartProcessing, entry.Record.Value));
        Answer(bench, question, PreDialVerdict.Refused);
        Assert.Equal((1, 1, 0), (Started(bench), (int)bench.Machine.ValidationCounts.Allowed, (int)bench.Machine.ValidationCounts.Refused));
    }

    [Fact]
    public void A_personal_callback_that_is_refused_is_finished_and_never_dialled()
    {
        var bench = Bench();
        bench.AgentState(1, AgentState.Ready);
        Fetch(bench);
        Answer(bench, Question(bench), PreDialVerdict.Refused, new PreDialRefusal(CallResult.DoNotCall, "Night calls", 4));
        bench.Commit();

        var entry = bench.LastEntry(JournalEntryKind.RecordUpdated);
        Assert.Equal((900L, CallResult.DoNotCall, RecordStatus.Updated), (entry.Record.Value, entry.RecordResult, entry.RecordStatus));
        Assert.Equal(("Night calls", "pre-dial validation"), (entry.Reason, entry.Actor));
        Assert.Equal((0, 0, 1), (Started(bench), bench.Machine.CallbacksHeld, bench.Machine.Counters.RecordsFinished));
    }

    [Fact]
    public void An_answer_about_a_callback_that_grew_old_before_its_agent_was_free_is_asked_for_again()
    {
        var bench = Bench();
        Fetch(bench);
        Answer(bench, Question(bench), PreDialVerdict.Allowed);
        bench.Pass(31_000);
        bench.AgentState(1, AgentState.Ready);
        Assert.Equal(0, Started(bench));
        Answer(bench, Question(bench), PreDialVerdict.Allowed);
        Assert.Equal(1, Started(bench));
    }

    [Fact]
    public void A_callback_is_not_missed_while_its_answer_is_awaited_and_goes_back_at_a_stop()
    {
        var bench = Bench();
        Fetch(bench);
        var question = Question(bench);
        bench.Pass(61 * 60_000);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal((1, 0), (bench.Machine.CallbacksHeld, bench.Machine.Counters.CallbacksMissed));
        bench.Command(GroupCommandKind.Stop);
        Answer(bench, question, PreDialVerdict.Allowed);

        Assert.Contains(bench.Entries, e => e is { Kind: JournalEntryKind.RecordReturned, Reason: "group stopped", Record.Value: 900 });
        Assert.Equal((0, 0), (bench.Machine.CallbacksHeld, (int)bench.Machine.ValidationCounts.Allowed));
        bench.Command(GroupCommandKind.Unload);
        bench.Commit();
        Assert.Equal(bench.Machine.Counters.RecordsTaken, bench.Machine.Counters.RecordsReturned);
    }

    [Fact]
    public void The_callbacks_of_a_list_that_is_switched_off_go_back_and_none_are_fetched()
    {
        var bench = Bench(validated: false);
        Fetch(bench);
        Assert.Equal(1, bench.Machine.CallbacksHeld);
        bench.Step(new GroupInput { Kind = InputKind.ListChange, Reference = new ListChange { List = "list", IsActive = false } });
        Assert.Equal(0, bench.Machine.CallbacksHeld);
        Assert.Contains(bench.Entries, e => e is { Kind: JournalEntryKind.RecordReturned, Reason: "list changed", Record.Value: 900 });
        for (var i = 0; i < 30; i++)
        {
            bench.Pass(1_000);
            bench.Step(new GroupInput { Kind = InputKind.Tick });
            Assert.False(bench.Has(EffectKind.Fetch));
        }
    }

    [Fact]
    public void A_callback_that_comes_after_its_list_was_switched_off_goes_back_at_once()
    {
        var bench = Bench(validated: false);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal(FetchKind.Callbacks, bench.Machine.FetchKind);
        bench.Step(new GroupInput { Kind = InputKind.ListChange, Reference = new ListChange { List = "list", IsActive = false } });
        var record = bench.Machine.Tray[0];
        (record.List, record.Id, record.RecordStatus, record.RecordType) = (bench.List.Id, new RecordId(900), RecordStatus.Retrieved, RecordType.CampaignCallBack);
        bench.Machine.Tray.Count = 1;
        bench.Step(new GroupInput { Kind = InputKind.FetchCompleted, Detail = 1 });
        Assert.Equal(0, bench.Machine.CallbacksHeld);
        Assert.Contains(bench.Entries, e => e is { Kind: JournalEntryKind.RecordReturned, Reason: "list changed", Record.Value: 900 });
    }

    [Theory]
    [InlineData(CallResult.Busy, "treatment busy again")]
    [InlineData(CallResult.NoAnswer, null)]
    public void The_journal_says_which_treatment_decided(CallResult result, string? rule)
    {
        var bench = new MachineBench(treatments: new TreatmentDefinition
        {
            Name = "busy again",
            Result = CallResult.Busy,
            RecordAction = RecordAction.CycleRedial,
            CycleAttempt = 1,
            IntervalMinutes = 10,
        });
        var call = bench.Dialled();
        bench.Call(InputKind.CallEnded, call, outcome: new Core.Telephony.CallOutcome { Result = result });
        Assert.Equal(rule, bench.LastEntry(JournalEntryKind.AttemptFinished).Reason);
    }

    [Fact]
    public void A_missed_callback_says_so()
    {
        var bench = Bench(validated: false);
        Fetch(bench);
        bench.Pass(60 * 60_000);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal((RecordStatus.MissedCallBack, "callback missed"), bench.LastEntry(JournalEntryKind.RecordUpdated) is var e ? (e.RecordStatus, e.Reason) : default);
    }
}
