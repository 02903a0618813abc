using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Telephony;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>Pre-dial validation and the wait condition within a group's machine.</summary>
public sealed class ValidationTests
{
    private readonly MachineBench _bench = new(options: new CampaignGroupOptions { PreDialValidation = true, SendHistory = true, ValidationMaxAgeMs = 30_000 });

    [Fact]
    public void Records_are_asked_about_before_agents_need_them_and_dialled_only_when_allowed()
    {
        var questions = Begin();
        Assert.InRange(questions.Count, 2, 8);
        Assert.False(_bench.Has(EffectKind.Place));
        Assert.DoesNotContain(_bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
        Assert.True(_bench.Machine.Snapshot().HoldBack.HasFlag(HoldBack.AwaitingValidation));
        var question = _bench.Machine.QuestionOf(questions[0]);
        var (attempt, asked, phone) = (question.Attempt, question.AskedAt, question.Record.ContactInfo);
        _bench.Pass(700);
        Answer(questions[0], PreDialVerdict.Allowed);
        var started = _bench.LastEntry(JournalEntryKind.AttemptStarted);
        Assert.Equal((attempt, asked, phone), (started.Attempt, started.Times.StartProcessing, started.Phone));
        Assert.True(started.Facts.Wanted);
        _bench.Commit();
        Assert.True(_bench.Has(EffectKind.Place));
    }

    [Fact]
    public void A_refused_record_is_finished_with_the_result_given_and_the_rule_is_in_its_attempt_record()
    {
        var questions = Begin();
        var question = _bench.Machine.QuestionOf(questions[0]);
        var (attempt, record) = (question.Attempt, question.Record.Id);
        Answer(questions[0], PreDialVerdict.Refused, new PreDialRefusal(CallResult.DoNotCall, "Night calls", 4));
        var entry = _bench.LastEntry(JournalEntryKind.RecordUpdated);
        Assert.Equal((attempt, record, CallResult.DoNotCall, RecordStatus.Updated), (entry.Attempt, entry.Record, entry.RecordResult, entry.RecordStatus));
        Assert.Equal(("Night calls", 4L), (entry.Facts.BlockingRule, entry.Facts.BlockingRuleType));
        Assert.Equal(0, entry.Attempts);
        Assert.True(entry.Times.CompleteProcessing > 0 && entry.Times.Dialing == 0);
        Assert.Equal(0, _bench.Machine.Snapshot().RecordsFinished);
        _bench.Commit();
        Assert.Equal(1, _bench.Machine.Snapshot().RecordsFinished);
        Assert.DoesNotContain(_bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
    }

    [Fact]
    public void A_refused_record_is_treated_by_the_result_of_the_refusal_and_was_no_attempt()
    {
        var bench = new MachineBench(
            options: new CampaignGroupOptions { PreDialValidation = true },
            treatments: [
                new() { Name = "later", Result = (CallResult)1001, RecordAction = RecordAction.RetryIn, CycleAttempt = 2, IntervalMinutes = 30 },
                new() { Name = "other number", Result = CallResult.WrongNumber, RecordAction = RecordAction.NextInChain, CycleAttempt = 1 },
            ]);
        var asked = new List<long>();
        void Note() => asked.AddRange(bench.Effects.Where(e => e.Kind == EffectKind.Validate).Select(e => e.Number));
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        Note();
        bench.AgentState(1, AgentState.NotReady);
        Note();
        bench.AgentState(1, AgentState.Ready);
        Note();
        var question = asked[0];
        bench.Step(new GroupInput { Kind = InputKind.Validated, Number = question, Detail = 2, Reference = new PreDialRefusal((CallResult)1001, "Too often", 2) });
        var entry = bench.LastEntry(JournalEntryKind.RecordUpdated);
        Assert.Equal(
            (RecordStatus.Ready, RecordType.CampaignRescheduled, (CallResult)1001, bench.Now.UnixSeconds + 1_800, 0),
            (entry.RecordStatus, entry.RecordType, entry.RecordResult, entry.DialScheduledTime, entry.Attempts));
        Assert.False(string.IsNullOrEmpty(entry.Treatments));
        Assert.Equal("Too often", entry.Reason);
        bench.Commit();
        Assert.Equal((1, 0, 1), (bench.Machine.Counters.RecordsReturned, bench.Machine.Counters.RecordsFinished, bench.Machine.Counters.RecordsScheduled));
        Assert.Contains(bench.Effects, e => e.Kind == EffectKind.RecordEvent && e.RecordEvent.Kind == RecordEventKind.RecordScheduled);

        // No next number in its chain: the treatment cannot be applied, the record is done.
        bench.Step(new GroupInput { Kind = InputKind.Validated, Number = asked[1], Detail = 2, Reference = new PreDialRefusal(CallResult.WrongNumber, null, null) });
        Assert.Equal(RecordStatus.Updated, bench.LastEntry(JournalEntryKind.RecordUpdated).RecordStatus);
        bench.Commit();
        Assert.Equal((1, 1), (bench.Machine.Counters.RecordsFinished, bench.Machine.Counters.LeadsProcessed));
    }

    [Fact]
    public void A_list_that_is_switched_off_takes_back_what_is_asked_about_and_what_is_allowed()
    {
        var questions = Begin(readyAgent: false);
        Answer(questions[0], PreDialVerdict.Allowed);
        _bench.Step(new GroupInput { Kind = InputKind.ListChange, Reference = new ListChange { List = "list", IsActive = false } });
        Assert.Equal(8, _bench.Entries.Count(e => e is { Kind: JournalEntryKind.RecordReturned, Reason: "list changed" }));
        Answer(questions[1], PreDialVerdict.Allowed);
        _bench.AgentState(1, AgentState.Ready);
        _bench.Commit();
        Assert.DoesNotContain(_bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
        Assert.Equal(8, _bench.Machine.Counters.RecordsReturned);
    }

    [Fact]
    public void An_answer_that_is_too_old_is_asked_for_again_and_never_dialled()
    {
        var questions = Begin(readyAgent: false);
        Answer(questions[0], PreDialVerdict.Allowed);
        _bench.Pass(31_000);
        _bench.AgentState(1, AgentState.Ready);
        Assert.DoesNotContain(_bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
        Assert.Equal(1, _bench.Machine.ValidationCounts.Expired);
        var again = _bench.Effects.First(e => e.Kind == EffectKind.Validate).Number;
        Answer(again, PreDialVerdict.Allowed);
        Assert.Contains(_bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
    }

    [Fact]
    public void A_second_answer_and_an_answer_to_no_question_change_nothing()
    {
        var questions = Begin(readyAgent: false);
        Answer(questions[0], PreDialVerdict.Refused, new PreDialRefusal(CallResult.DoNotCall, null, null));
        Answer(questions[0], PreDialVerdict.Allowed);
        Answer(0, PreDialVerdict.Allowed);
        Answer(-5, PreDialVerdict.Allowed);
        Answer(long.MaxValue, PreDialVerdict.Allowed);
        Answer(questions[1], PreDialVerdict.Allowed);
        Answer(questions[1], PreDialVerdict.Refused);
        Assert.Equal((1, 1), (_bench.Machine.ValidationCounts.Allowed, _bench.Machine.ValidationCounts.Refused));
    }

    [Fact]
    public void Unloading_returns_what_is_asked_about_and_what_is_allowed_and_late_answers_find_nothing()
    {
        var questions = Begin(readyAgent: false);
        Answer(questions[0], PreDialVerdict.Allowed);
        _bench.Command(GroupCommandKind.Unload);
        Assert.Equal(8, _bench.Entries.Count(e => e.Kind == JournalEntryKind.RecordReturned));
        Answer(questions[1], PreDialVerdict.Allowed);
        _bench.Commit();
        Assert.Equal(CampaignGroupState.NotLoaded, _bench.Machine.State);
        Assert.Equal(8, _bench.Machine.Counters.RecordsReturned);
    }

    [Fact]
    public void Random_answers_lose_no_record_and_dial_none_that_was_refused()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            var bench = new MachineBench(agents: 4, options: new CampaignGroupOptions { PreDialValidation = true, ValidationMaxAgeMs = 5_000 });
            var open = new List<long>();
            var refused = new HashSet<AttemptId>();
            void Note() => open.AddRange(bench.Effects.Where(e => e.Kind == EffectKind.Validate).Select(e => e.Number));
            bench.Command(GroupCommandKind.Load);
            bench.Fetched(8);
            bench.Command(GroupCommandKind.Start);
            Note();
            for (var i = 1; i <= 4; i++)
            {
                bench.AgentState(i, AgentState.NotReady);
                bench.AgentState(i, AgentState.Ready);
                Note();
            }

            for (var i = 0; i < 200; i++)
            {
                if (open.Count > 0 && random.Next(2) == 0)
                {
                    var number = open[random.Next(open.Count)];
                    open.Remove(number);
                    var isRefused = random.Next(3) == 0;
                    if (isRefused)
                    {
                        refused.Add(bench.Machine.QuestionOf(number).Attempt);
                    }

                    bench.Step(new GroupInput { Kind = InputKind.Validated, Number = number, Detail = isRefused ? 2 : 1 });
                    Note();
                }

                bench.Pass(random.Next(2_000));
                bench.Step(new GroupInput { Kind = InputKind.Tick });
                Note();
                foreach (var fetch in bench.Effects.Where(e => e.Kind == EffectKind.Fetch).ToArray())
                {
                    bench.Fetched(random.Next(0, 3) == 0 ? 0 : Math.Min(fetch.Detail, 3));
                    Note();
                }

                bench.Commit();
                Note();
                foreach (var place in bench.Effects.Where(e => e.Kind == EffectKind.Place).ToArray())
                {
                    Assert.DoesNotContain(bench.Machine.Find(place.Call)!.Attempt, refused);
                    bench.Call(InputKind.CallEnded, place.Call, outcome: new CallOutcome { Result = CallResult.NoAnswer });
                    Note();
                }
            }

            bench.Command(GroupCommandKind.Unload);
            while (bench.Machine.State != CampaignGroupState.NotLoaded)
            {
                bench.Commit();
                foreach (var place in bench.Effects.Where(e => e.Kind == EffectKind.Place).ToArray())
                {
                    bench.Call(InputKind.CallEnded, place.Call, outcome: new CallOutcome { Result = CallResult.NoAnswer });
                }

                bench.Step(new GroupInput { Kind = InputKind.FetchCompleted });
                break;
            }

            bench.Commit();
            var counters = bench.Machine.Counters;
            Assert.True(counters.RecordsTaken == counters.RecordsFinished + counters.RecordsReturned, $"seed {seed}: {counters.RecordsTaken} taken, {counters.RecordsFinished} finished, {counters.RecordsReturned} returned");
        }
    }

    [Fact]
    public void A_suspended_group_keeps_running_dials_nothing_withdraws_what_is_not_out_yet_and_goes_on_afterwards()
    {
        var bench = new MachineBench();
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        bench.AgentState(1, AgentState.Ready);
        bench.Step(new GroupInput { Kind = InputKind.DialingSuspended, Detail = 1 });
        bench.Commit();
        Assert.False(bench.Has(EffectKind.Place));
        Assert.Contains(bench.Entries, e => e.Kind == JournalEntryKind.AttemptWithdrawn);
        bench.Commit();
        var seen = bench.Machine.Snapshot();
        Assert.Equal(CampaignGroupState.Running, seen.State);
        Assert.True(seen.HoldBack.HasFlag(HoldBack.AttemptRecordsUnsaved));
        Assert.Contains("wait condition", seen.Explanation, StringComparison.Ordinal);
        bench.Step(new GroupInput { Kind = InputKind.DialingSuspended });
        bench.Commit();
        Assert.True(bench.Has(EffectKind.Place));
    }

    /// <summary>A running group with eight records and one agent; the numbers of the questions asked.</summary>
    private List<long> Begin(bool readyAgent = true)
    {
        var questions = new List<long>();
        void Note() => questions.AddRange(_bench.Effects.Where(e => e.Kind == EffectKind.Validate).Select(e => e.Number));
        _bench.Command(GroupCommandKind.Load);
        _bench.Fetched(8);
        _bench.Command(GroupCommandKind.Start);
        Note();
        _bench.AgentState(1, AgentState.NotReady);
        Note();
        if (readyAgent)
        {
            _bench.AgentState(1, AgentState.Ready);
            Note();
        }

        return questions;
    }

    private void Answer(long number, PreDialVerdict verdict, PreDialRefusal? refusal = null) =>
        _bench.Step(new GroupInput { Kind = InputKind.Validated, Number = number, Detail = (int)verdict, Reference = refusal });
}
