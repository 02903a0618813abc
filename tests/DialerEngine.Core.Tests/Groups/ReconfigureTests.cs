using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Telephony;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>A new configuration while a group lives: what is in force from the next input on, what stays, and what is refused whole.</summary>
public sealed class ReconfigureTests
{
    [Fact]
    public void New_options_hold_for_the_next_call()
    {
        var bench = new MachineBench();
        Assert.Null(Take(bench, bench.Group with { Options = bench.Group.Options with { RingTimeoutMs = 25_000 } }));
        Assert.Equal(25_000, bench.Machine.DialRequestOf(bench.Dialled()).RingTimeoutMs);
        Assert.Equal(25_000, bench.Machine.Definition.Options.RingTimeoutMs);
    }

    [Fact]
    public void Fewer_channels_hold_at_once_and_more_than_there_is_room_for_are_refused_with_everything_else()
    {
        var bench = new MachineBench(agents: 4);
        Assert.Null(Take(bench, bench.Group with { Options = bench.Group.Options with { NumberOfChannels = 2 } }));
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        foreach (var agent in (int[])[1, 2, 3, 4])
        {
            bench.AgentState(agent, AgentState.NotReady);
            bench.AgentState(agent, AgentState.Ready);
        }

        Assert.Equal(2, bench.Entries.Count(e => e.Kind == JournalEntryKind.AttemptStarted));
        var refusal = Take(bench, bench.Group with { Options = bench.Group.Options with { NumberOfChannels = 11, RingTimeoutMs = 25_000 } });
        Assert.Equal("more than 10 channels of campaign@group cannot be changed while the engine runs", refusal);
        Assert.Equal((2, 18_000), (bench.Machine.Definition.Options.NumberOfChannels, bench.Machine.Definition.Options.RingTimeoutMs));
    }

    [Fact]
    public void A_list_takes_what_the_file_changed_and_keeps_what_an_operator_changed_since()
    {
        var bench = new MachineBench();
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Step(new GroupInput { Kind = InputKind.ListChange, Reference = new ListChange { List = "list", Weight = 7 } });
        var list = bench.Group.Campaign.Lists[0];
        Assert.True(RecordFilter.TryParse("record_id >= 104", ListColumn.Of(bench.List), out var filter, out _));
        Assert.Null(Take(bench, With(bench, list with { Filter = filter })));
        Assert.Equal((7, "record_id >= 104", 4), (bench.Machine.ListAt(0).Weight, bench.Machine.ListAt(0).Filter?.Text, bench.Machine.Snapshot().RecordsBuffered));
        Assert.Equal(4, bench.Entries.Count(e => e is { Kind: JournalEntryKind.RecordReturned, Reason: "list changed" }));
        Assert.Null(Take(bench, With(bench, list with { IsActive = false, Weight = 3 })));
        Assert.Equal((3, false, null), (bench.Machine.ListAt(0).Weight, bench.Machine.ListAt(0).IsActive, bench.Machine.ListAt(0).Filter?.Text));
        Assert.Equal(0, bench.Machine.Snapshot().RecordsBuffered);
    }

    [Fact]
    public void New_treatments_are_for_the_next_result()
    {
        var bench = new MachineBench();
        var call = bench.Dialled();
        var treatment = new TreatmentDefinition { Name = "again", Result = CallResult.Busy, RecordAction = RecordAction.RetryIn, IntervalMinutes = 10, CycleAttempt = 3 };
        var list = bench.Group.Campaign.Lists[0];
        Assert.Null(Take(bench, With(bench, list with { List = list.List with { Treatments = [treatment] } })));
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Busy });
        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((RecordStatus.Ready, RecordType.CampaignRescheduled), (entry.RecordStatus, entry.RecordType));
    }

    [Fact]
    public void A_new_goal_is_paced_by_from_the_next_decision_on()
    {
        var bench = new MachineBench();
        var asked = new List<DialMode>();
        var other = new CountingPacer();
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        Assert.Null(Take(bench, bench.Group with { OptimizeGoal = 5 }, mode =>
        {
            asked.Add(mode);
            return other;
        }));
        bench.AgentState(1, AgentState.NotReady);
        bench.AgentState(1, AgentState.Ready);
        Assert.Equal(DialMode.Progress, asked[0]);
        Assert.True(other.Decisions > 0);
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
    }

    [Fact]
    public void A_goal_that_cannot_be_paced_by_is_refused()
    {
        var bench = new MachineBench();
        Assert.Equal("Progressive of campaign@group cannot be paced by BusyFactor 5", Take(bench, bench.Group with { OptimizeBy = OptimizeBy.BusyFactor, OptimizeGoal = 5 }, _ => null));
        Assert.Equal(0, bench.Machine.Definition.OptimizeGoal);
    }

    [Fact]
    public void New_rules_are_asked_for_the_next_dial()
    {
        var bench = new MachineBench();
        Assert.Null(Take(bench, bench.Group, gate: new NobodyGate()));
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        bench.AgentState(1, AgentState.Ready);
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
    }

    [Fact]
    public void A_new_dial_mode_comes_in_when_the_group_is_not_loaded()
    {
        var bench = new MachineBench(mode: DialMode.Predict);
        Assert.Null(Take(bench, bench.Group with { DialMode = DialMode.Preview }));
        Assert.Equal(DialMode.Preview, bench.Machine.DialMode);
        bench.Command(GroupCommandKind.Load);
        if (bench.Has(EffectKind.Fetch))
        {
            bench.Fetched(4);
        }

        Assert.Null(Take(bench, bench.Group with { DialMode = DialMode.Predict }));
        Assert.Equal(DialMode.Preview, bench.Machine.DialMode);
        bench.Command(GroupCommandKind.Unload);
        bench.Commit();
        Assert.Equal(CampaignGroupState.NotLoaded, bench.Machine.State);
        bench.Command(GroupCommandKind.Load);
        Assert.Equal(DialMode.Predict, bench.Machine.DialMode);
    }

    [Fact]
    public void A_call_in_progress_keeps_the_name_of_its_trunk()
    {
        var bench = new MachineBench();
        var call = bench.Dialled();
        Assert.Null(Take(bench, bench.Group with { Trunks = ["other"] }, trunks: [1]));
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Busy });
        Assert.Equal("trunk", bench.LastEntry(JournalEntryKind.AttemptFinished).Trunk);
    }

    [Fact]
    public void What_a_group_is_sized_by_cannot_be_changed()
    {
        var bench = new MachineBench();
        var options = bench.Group.Options;
        CampaignGroupDefinition[] others =
        [
            bench.Group with { AgentGroup = new AgentGroupDefinition("group", [new AgentId(1)]) },
            bench.Group with { Campaign = bench.Group.Campaign with { Lists = [] } },
            bench.Group with { Options = options with { OptRecordBufferSize = 20 } },
            bench.Group with { Options = options with { SendHistory = true } },
            bench.Group with { Options = options with { PreDialValidation = true } },
            bench.Group with { ApplicationId = 102 },
        ];
        Assert.All(others, other => Assert.Contains("cannot be changed while the engine runs", Take(bench, other), StringComparison.Ordinal));
        Assert.Same(bench.Group, bench.Machine.Definition);
    }

    private static CampaignGroupDefinition With(MachineBench bench, CampaignList list) => bench.Group with { Campaign = bench.Group.Campaign with { Lists = [list] } };

    private static string? Take(
        MachineBench bench, CampaignGroupDefinition next, Func<DialMode, IPacer?>? pacerFor = null, IDialGate? gate = null, int[]? trunks = null)
    {
        var change = new GroupReconfiguration { Definition = next, Trunks = trunks ?? [0], PacerFor = pacerFor ?? (_ => bench), DialGate = gate };
        bench.Step(new GroupInput { Kind = InputKind.Reconfigure, Reference = change });
        var answer = Assert.Single(bench.Effects, e => e.Kind == EffectKind.Reconfigured);
        Assert.Same(change, answer.Reference);
        return answer.Text;
    }

    private sealed class CountingPacer : IPacer
    {
        public int Decisions { get; private set; }

        public void Observe(in Moment now, in PacingEvent happened)
        {
            // Decisions are what is counted.
        }

        public PacingDecision Decide(in PacingSituation situation)
        {
            Decisions++;
            return new PacingDecision(0, PacingReason.None);
        }
    }

    private sealed class NobodyGate : IDialGate
    {
        public RuleVerdict Check(CallRecord record, CallingListDefinition list, long unixSeconds) => RuleVerdict.HoldUntil(RuleReason.CallingWindow, unixSeconds + 3_600);

        public RuleVerdict TryAdmit(CallRecord record, CallingListDefinition list, long unixSeconds, out AttemptTicket ticket)
        {
            ticket = default;
            return Check(record, list, unixSeconds);
        }

        public RuleVerdict Recheck(CallRecord record, CallingListDefinition list, long unixSeconds) => Check(record, list, unixSeconds);

        public void Withdraw(in AttemptTicket ticket)
        {
            // Nothing was booked.
        }

        public void Close(in AttemptTicket ticket, bool abandoned)
        {
            // Nothing was booked.
        }
    }
}
