using System.Globalization;
using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Tests.Treatments;

/// <summary>What each treatment does (outbound contact reference 3.1), one record at a time.</summary>
public sealed class TreatmentPlanTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-20T15:30:00Z", CultureInfo.InvariantCulture);

    internal static CallRecord Record(int rest = 0, RecordType type = RecordType.General, int attempts = 1) => new()
    {
        List = new ListId(1),
        Id = new RecordId(5),
        RecordType = type,
        RecordStatus = RecordStatus.Retrieved,
        ChainRest = rest,
        Attempts = attempts,
    };

    internal static TreatmentDefinition Busy(RecordAction action, int number = 1, int cycle = 1, int interval = 0, int increment = 0, string? at = null) => new()
    {
        Name = $"busy {number}",
        Result = CallResult.Busy,
        RecordAction = action,
        NumberInSequence = number,
        CycleAttempt = cycle,
        IntervalMinutes = interval,
        IncrementMinutes = increment,
        At = at is null ? null : TreatmentTime.TryParse(at, out var time) ? time : throw new ArgumentException(at, nameof(at)),
    };

    private static TreatmentDecision Decide(TreatmentPlan plan, CallRecord record, CallResult result = CallResult.Busy, AgentTreatment agent = AgentTreatment.None, int max = 0)
    {
        var decision = plan.Decide(new TreatmentQuestion { Record = record, Result = result, Now = Now, Agent = agent, MaxAttempts = max }, UtcCustomerClock.Instance);
        record.Treatments = decision.State ?? record.Treatments;
        record.Attempts++;
        return decision;
    }

    private static TreatmentPlan Plan(params TreatmentDefinition[] treatments) => new(treatments, []);

    private static long In(int minutes) => Now.ToUnixTimeSeconds() + (60L * minutes);

    public static TheoryData<RecordAction, RecordStatus, RecordType, long, ChainOperation, long> Actions() => new()
    {
        { RecordAction.NoAction, RecordStatus.Updated, RecordType.General, 0, ChainOperation.Complete, 0 },
        { RecordAction.MarkDb, RecordStatus.Updated, RecordType.General, 0, ChainOperation.Complete, 0 },
        { RecordAction.MarkAllChain, RecordStatus.Updated, RecordType.General, 0, ChainOperation.UpdateAll, 0 },
        { RecordAction.CycleRedial, RecordStatus.Ready, RecordType.CampaignRescheduled, In(10), ChainOperation.None, 0 },
        { RecordAction.RetryIn, RecordStatus.Ready, RecordType.CampaignRescheduled, In(10), ChainOperation.None, 0 },
        { RecordAction.RetryAtDate, RecordStatus.Ready, RecordType.CampaignRescheduled, In(150), ChainOperation.None, 0 },
        { RecordAction.NextInChain, RecordStatus.Updated, RecordType.General, 0, ChainOperation.Next, In(0) },
        { RecordAction.NextInChainAfter, RecordStatus.Updated, RecordType.General, 0, ChainOperation.Next, In(10) },
        { RecordAction.NextInChainAtDate, RecordStatus.Updated, RecordType.General, 0, ChainOperation.Next, In(150) },
        { RecordAction.MarkAsAgentError, RecordStatus.AgentError, RecordType.General, 0, ChainOperation.Complete, 0 },
        { RecordAction.Reschedule, RecordStatus.Ready, RecordType.CampaignRescheduled, In(150), ChainOperation.None, 0 },
    };

    [Theory]
    [MemberData(nameof(Actions))]
    public void A_record_action_does_what_its_row_says(
        RecordAction action, RecordStatus status, RecordType type, long schedule, ChainOperation chain, long chainAt)
    {
        var takesDate = action is RecordAction.RetryAtDate or RecordAction.NextInChainAtDate or RecordAction.Reschedule;
        var decision = Decide(Plan(Busy(action, interval: takesDate ? 0 : 10, at: takesDate ? "today 18:00" : null)), Record(rest: 2));

        Assert.Equal((status, type, schedule, chain, chainAt), (decision.Status, decision.Type, decision.Schedule, decision.Chain, decision.ChainAt));
        Assert.Equal(TreatmentReason.Applied, decision.Reason);
        Assert.Equal("DE1 6:1.1", decision.State);
    }

    [Fact]
    public void Assign_to_group_makes_a_missed_personal_callback_a_campaign_callback_that_is_due()
    {
        var plan = Plan(Busy(RecordAction.AssignToGroup) with { Result = CallResult.AgentCallBackError });

        var decision = Decide(plan, Record(type: RecordType.PersonalCallBack), CallResult.AgentCallBackError);

        Assert.Equal((RecordStatus.Ready, RecordType.CampaignCallBack, In(0)), (decision.Status, decision.Type, decision.Schedule));
        Assert.Equal(RecordStatus.Updated, Decide(plan, Record(), CallResult.AgentCallBackError).Status);
    }

    [Fact]
    public void A_sequence_goes_on_where_a_treatment_has_been_applied_as_often_as_it_may()
    {
        var plan = Plan(
            Busy(RecordAction.RetryAtDate, number: 3, at: "tomorrow 18:00"), Busy(RecordAction.CycleRedial, cycle: 2, interval: 10, increment: 5), Busy(RecordAction.NextInChain, number: 2));
        var record = Record(rest: 1);

        Assert.Equal(In(10), Decide(plan, record).Schedule);
        Assert.Equal(In(15), Decide(plan, record).Schedule);
        Assert.Equal(ChainOperation.Next, Decide(plan, record).Chain);
        Assert.Equal(In(1590), Decide(plan, record).Schedule);
        var last = Decide(plan, record);
        Assert.Equal((RecordStatus.Updated, ChainOperation.Complete, TreatmentReason.SequenceOver), (last.Status, last.Chain, last.Reason));
    }

    [Fact]
    public void At_the_end_of_a_chain_the_next_treatment_of_the_sequence_is_taken()
    {
        var plan = Plan(Busy(RecordAction.NextInChain), Busy(RecordAction.RetryAtDate, number: 2, at: "tomorrow 18:00"));

        var decision = Decide(plan, Record(rest: 0));

        Assert.Equal((RecordStatus.Ready, In(1590), "DE1 6:2.1"), (decision.Status, decision.Schedule, decision.State));
    }

    [Fact]
    public void The_calling_lists_treatments_outrank_the_campaigns_result_by_result()
    {
        var noAnswer = Busy(RecordAction.RetryIn, interval: 60) with { Result = CallResult.NoAnswer };
        var plan = new TreatmentPlan([Busy(RecordAction.RetryIn, interval: 1)], [Busy(RecordAction.RetryIn, interval: 2), Busy(RecordAction.MarkAllChain, number: 2), noAnswer]);

        Assert.Equal(In(1), Decide(plan, Record()).Schedule);
        Assert.Single(plan.SequenceOf(CallResult.Busy));
        Assert.Equal(In(60), Decide(plan, Record(), CallResult.NoAnswer).Schedule);
    }

    [Fact]
    public void Without_a_treatment_the_record_is_updated_and_its_chain_done()
    {
        var decision = Decide(TreatmentPlan.Empty, Record(rest: 3));

        Assert.Equal((RecordStatus.Updated, ChainOperation.Complete, TreatmentReason.NoneDefined), (decision.Status, decision.Chain, decision.Reason));
        Assert.Null(decision.State);
    }

    [Fact]
    public void A_record_with_all_its_attempts_is_not_dialled_again_but_the_next_of_its_chain_is()
    {
        var plan = Plan(Busy(RecordAction.RetryIn, cycle: 9, interval: 5), Busy(RecordAction.NextInChain, number: 2));

        Assert.Equal(ChainOperation.Next, Decide(plan, Record(rest: 1, attempts: 3), max: 3).Chain);
        var last = Decide(plan, Record(attempts: 3), max: 3);
        Assert.Equal((RecordStatus.Updated, TreatmentReason.SequenceOver), (last.Status, last.Reason == TreatmentReason.MaxAttempts ? TreatmentReason.SequenceOver : last.Reason));
        Assert.Equal(RecordStatus.Ready, Decide(plan, Record(attempts: 2), max: 3).Status);
    }

    [Theory]
    [InlineData(AgentTreatment.None, RecordType.General, RecordType.CampaignRescheduled)]
    [InlineData(AgentTreatment.Campaign, RecordType.PersonalCallBack, RecordType.CampaignRescheduled)]
    [InlineData(AgentTreatment.Personal, RecordType.General, RecordType.PersonalRescheduled)]
    [InlineData(AgentTreatment.None, RecordType.PersonalCallBack, RecordType.PersonalRescheduled)]
    [InlineData(AgentTreatment.None, RecordType.PersonalRescheduled, RecordType.PersonalRescheduled)]
    [InlineData(AgentTreatment.None, RecordType.CampaignCallBack, RecordType.CampaignRescheduled)]
    public void The_rescheduled_type_follows_the_agents_wish_and_the_record(AgentTreatment agent, RecordType before, RecordType after) =>
        Assert.Equal(after, Decide(Plan(Busy(RecordAction.RetryIn, interval: 1)), Record(type: before), agent: agent).Type);

    [Fact]
    public void Reschedule_keeps_the_kind_of_the_appointment() =>
        Assert.Equal(RecordType.PersonalCallBack, Decide(Plan(Busy(RecordAction.Reschedule, interval: 30)), Record(type: RecordType.PersonalCallBack)).Type);

    [Fact]
    public void Custom_results_have_treatments_of_their_own()
    {
        var plan = Plan(Busy(RecordAction.RetryIn, interval: 3) with { Result = (CallResult)4711 });

        Assert.Equal("DE1 4711:1.1", Decide(plan, Record(), (CallResult)4711).State);
        Assert.Equal(TreatmentReason.NoneDefined, Decide(plan, Record(), (CallResult)4712).Reason);
    }

    [Fact]
    public void Changed_treatments_go_on_where_the_record_stands()
    {
        var record = Record();
        Decide(Plan(Busy(RecordAction.RetryIn, cycle: 3, interval: 5)), record);
        Decide(Plan(Busy(RecordAction.RetryIn, cycle: 3, interval: 5)), record);

        Assert.Equal(RecordStatus.Updated, Decide(Plan(Busy(RecordAction.RetryIn, cycle: 2, interval: 5)), record).Status);
        Assert.Equal(In(9), Decide(Plan(Busy(RecordAction.RetryIn, cycle: 3, interval: 9)), record).Schedule);
    }

    [Fact]
    public void A_call_action_is_the_one_of_the_treatment_that_comes_next()
    {
        var plan = Plan(
            Busy(RecordAction.RetryIn, interval: 60) with { Result = CallResult.AnsweringMachine, CallAction = CallAction.Drop },
            Busy(RecordAction.MarkDb, number: 2) with { Result = CallResult.AnsweringMachine, CallAction = CallAction.PlayMessage, Announcement = "a.wav" });
        var record = Record();
        CallAction? Next() => plan.CallActionFor(new TreatmentQuestion { Record = record, Result = CallResult.AnsweringMachine, Now = Now }, UtcCustomerClock.Instance)?.CallAction;

        Assert.Equal(CallAction.Drop, Next());
        Assert.Equal(CallAction.Drop, Next());
        Decide(plan, record, CallResult.AnsweringMachine);
        Assert.Equal(CallAction.PlayMessage, Next());
        Decide(plan, record, CallResult.AnsweringMachine);
        Assert.Null(Next());
    }

    [Theory]
    [InlineData(CallResult.Answer, CallAction.Connect)]
    [InlineData(CallResult.Silence, CallAction.Connect)]
    [InlineData(CallResult.AnsweringMachine, CallAction.Drop)]
    [InlineData(CallResult.Fax, CallAction.Drop)]
    public void Without_a_treatment_people_go_to_agents_and_machines_do_not(CallResult result, CallAction action) =>
        Assert.Equal(action, TreatmentPlan.DefaultCallAction(result));
}
