using DialerEngine.Core.CallerId;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Tests.Groups;

namespace DialerEngine.Core.Tests.Compliance;

/// <summary>What a group's machine does with what the rules say.</summary>
public sealed class MachineRuleTests
{
    private readonly DoNotCallList _list = new("tenant");
    private readonly AttemptHistory _history = new(new FrequencyLimits());

    private MachineBench Bench(CallingWindow? clock = null) =>
        new(gate: new ComplianceGate(new DoNotCallRule(_list, null), clock, new FrequencyRule(_history, new CustomerField(null))));

    [Fact]
    public void A_record_on_the_do_not_call_list_is_finished_as_no_call_and_never_dialled()
    {
        var bench = Bench();
        _list.AddNumber(12025550100, 0);
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(1);
        var entry = bench.LastEntry(JournalEntryKind.RecordUpdated);
        Assert.Equal(
            (RecordType.NoCall, RecordStatus.Updated, CallResult.DoNotCall, RuleReason.DoNotCall),
            (entry.RecordType, entry.RecordStatus, entry.RecordResult, entry.Rule));
        bench.Commit();
        Assert.Equal(1, bench.Machine.Counters.RecordsFinished);
        Assert.Equal(1, bench.Machine.Snapshot().ByRule["DoNotCall"]);
        Assert.Equal(0, bench.Machine.Counters.Dials);
    }

    [Fact]
    public void A_number_listed_while_it_waits_in_the_buffer_is_refused_when_it_is_intended()
    {
        var bench = Bench();
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(1);
        _list.AddNumber(12025550100, 0);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        bench.AgentState(1, AgentState.Ready);
        bench.Commit();
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
        Assert.Equal(RecordType.NoCall, bench.LastEntry(JournalEntryKind.RecordUpdated).RecordType);
        Assert.Equal(0, bench.LinesTaken);
    }

    [Fact]
    public void A_number_listed_while_the_attempt_is_journalled_is_taken_back_before_the_dial()
    {
        var bench = Bench();
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(1);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        bench.AgentState(1, AgentState.Ready);
        Assert.Contains(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
        _list.AddNumber(12025550100, 0);
        bench.Commit();
        Assert.False(bench.Has(EffectKind.Place));
        var entry = bench.LastEntry(JournalEntryKind.AttemptWithdrawn);
        Assert.Equal((RecordType.NoCall, RecordStatus.Updated, RuleReason.DoNotCall), (entry.RecordType, entry.RecordStatus, entry.Rule));
        bench.Commit();
        Assert.Equal((1, 0, 1), (bench.Machine.Counters.RecordsFinished, bench.Machine.Counters.RecordsReturned, bench.Machine.Counters.Withdrawn));
        Assert.Equal(0, _history.Count);
    }

    [Fact]
    public void A_record_outside_its_window_goes_back_with_the_time_of_the_next_opening()
    {
        // The bench's day begins at midnight UTC of 2026-01-01.
        var bench = Bench(new CallingWindow(new ClockOptions()));
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(2);
        var entry = bench.LastEntry(JournalEntryKind.RecordUpdated);
        Assert.Equal((RecordStatus.Ready, RuleReason.CallingWindow), (entry.RecordStatus, entry.Rule));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 13, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), entry.DialScheduledTime);
        bench.Commit();
        Assert.Equal(2, bench.Machine.Counters.RecordsReturned);
        Assert.True(bench.Machine.Snapshot().HoldBack.HasFlag(HoldBack.Rules));
    }

    [Fact]
    public void A_person_in_a_call_is_not_called_by_a_second_one_and_is_free_after_it()
    {
        var bench = Bench();
        var call = bench.Dialled();
        Assert.Equal(RuleReason.OpenAttempt, _history.Check(12025550100, 0, bench.Now.UnixSeconds).Reason);
        bench.Call(InputKind.CallEnded, call, outcome: new Telephony.CallOutcome { Result = CallResult.Busy });
        bench.Commit();
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal(RuleOutcome.Dial, _history.Check(12025550100, 0, bench.Now.UnixSeconds).Outcome);
    }

    [Fact]
    public void The_chosen_caller_id_goes_into_the_dial()
    {
        var set = new CallerIdSet("east", CallerIdRotation.NearestArea, [new CallerIdNumber("+13105550000"), new CallerIdNumber("+12025559999")]);
        var ids = new CallerIdSelector(
            new CallerIdSettings(Restricted: true), new CallerIdSettings("+1999", set, DisplayName: "Sales"), new Dictionary<ListId, CallerIdSettings>(), null,
            [new CallerIdRotor(set, 1)]);
        var bench = new MachineBench(callerIds: ids);
        var request = bench.Machine.DialRequestOf(bench.Dialled());
        Assert.Equal(("+12025559999", true, "Sales"), (request.CallerId, request.CallerIdRestricted, request.CallerName));
    }
}
