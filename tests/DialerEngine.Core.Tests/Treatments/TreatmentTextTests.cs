using System.Globalization;
using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Treatments;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Core.Tests.Treatments;

/// <summary>The texts of treatments: state in the column, times, and the rules for definitions.</summary>
public sealed class TreatmentTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("1;2;3")]
    [InlineData("DE2 6:1.1")]
    [InlineData("DE1 6:1.1 ")]
    [InlineData("DE1  6:1.1")]
    [InlineData("DE1 6:1")]
    [InlineData("DE1 6.1:1")]
    [InlineData("DE1 -6:1.1")]
    [InlineData("DE1 6:1.1 6:2.1")]
    [InlineData("DE1 99999999999:1.1")]
    [InlineData("DE1 6:1000.1")]
    [InlineData("DE1 6:1.1001")]
    [InlineData("DE1 1:1.1 2:1.1 3:1.1 4:1.1 5:1.1 6:1.1 7:1.1 8:1.1 9:1.1 10:1.1 11:1.1 12:1.1 13:1.1")]
    public void What_is_not_ours_reads_as_no_state(string? text) => Assert.Equal(0, TreatmentState.Read(text).Count);

    [Fact]
    public void State_reads_back_as_written_and_fits_the_column()
    {
        var entries = Gen.Choose(0, TreatmentState.MaxResults).SelectMany(n => Gen.Zip(
            Gen.Zip(Gen.OneOf(Gen.Choose(0, 60), Gen.Choose(1_000_000_000, int.MaxValue)), Gen.Choose(1, TreatmentDefinition.MaxNumber)),
            Gen.Choose(0, TreatmentDefinition.MaxCycleAttempt)).ListOf(n));
        Prop.ForAll(entries.ToArbitrary(), list =>
        {
            var state = default(TreatmentState);
            var expected = new Dictionary<CallResult, (int, int)>();
            foreach (var ((result, number), applied) in list)
            {
                Assert.True(state.TrySet((CallResult)result, number, applied));
                expected[(CallResult)result] = (number, applied);
            }

            var text = state.ToString();
            var back = TreatmentState.Read(text);
            return text.Length <= TreatmentState.MaxLength && back.Count == expected.Count && expected.All(e => back.Of(e.Key) == e.Value);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_text_reads_without_a_fault() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => TreatmentState.Read("DE1 " + text).Count <= TreatmentState.MaxResults && TreatmentState.Read(text).Count >= 0)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_thirteenth_result_finds_no_room()
    {
        var state = default(TreatmentState);
        for (var i = 0; i < TreatmentState.MaxResults; i++)
        {
            Assert.True(state.TrySet((CallResult)i, 1, 1));
        }

        Assert.False(state.TrySet((CallResult)99, 1, 1));
        Assert.True(state.TrySet((CallResult)3, 2, 1));
    }

    [Theory]
    [InlineData("18:00", "2026-11-20T18:00:00Z")]
    [InlineData("15:30", "2026-11-21T15:30:00Z")]
    [InlineData("09:15:30", "2026-11-21T09:15:30Z")]
    [InlineData("today 18:00", "2026-11-20T18:00:00Z")]
    [InlineData("today 12:00", null)]
    [InlineData("tomorrow 18:00", "2026-11-21T18:00:00Z")]
    [InlineData("+3 10:00", "2026-11-23T10:00:00Z")]
    [InlineData("friday 18:00", "2026-11-27T18:00:00Z")]
    [InlineData("saturday 10:00", "2026-11-21T10:00:00Z")]
    [InlineData("thursday 10:00", "2026-11-26T10:00:00Z")]
    [InlineData("2026-12-24 10:00", "2026-12-24T10:00:00Z")]
    [InlineData("2026-11-19 10:00", null)]
    public void A_time_means_the_moment_that_people_mean(string text, string? expected)
    {
        var now = DateTimeOffset.Parse("2026-11-20T15:30:00Z", CultureInfo.InvariantCulture);
        Assert.True(TreatmentTime.TryParse(text, out var time));

        var at = time!.Resolve(now, new CallRecord(), UtcCustomerClock.Instance);

        Assert.Equal(expected is null ? 0 : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture).ToUnixTimeSeconds(), at);
        Assert.Equal(text, time.ToString());
    }

    [Fact]
    public void A_time_is_the_customers()
    {
        Assert.True(TreatmentTime.TryParse("tomorrow 18:00", out var time));
        var now = DateTimeOffset.Parse("2026-11-20T23:30:00Z", CultureInfo.InvariantCulture);

        // Half past midnight on the 21st at the customer's: tomorrow is the 22nd.
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T17:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeSeconds(), time!.Resolve(now, new CallRecord(), new FixedClock(1)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("25:00")]
    [InlineData("tomorrow")]
    [InlineData("+0 10:00")]
    [InlineData("+366 10:00")]
    [InlineData("2026-13-01 10:00")]
    [InlineData("Tomorrow 10:00")]
    public void Anything_else_is_no_time(string text) => Assert.False(TreatmentTime.TryParse(text, out _));

    public static TheoryData<string, TreatmentDefinition> Faults()
    {
        var busy = TreatmentPlanTests.Busy(RecordAction.RetryIn, interval: 5);
        var machine = busy with { Result = CallResult.AnsweringMachine };
        return new()
        {
            { "NumberInSequence", busy with { NumberInSequence = 0 } },
            { "NumberInSequence", busy with { NumberInSequence = 1_000 } },
            { "CycleAttempt", busy with { CycleAttempt = 0 } },
            { "CycleAttempt", TreatmentPlanTests.Busy(RecordAction.MarkDb, cycle: 2) },
            { "IntervalMinutes", busy with { IntervalMinutes = 0 } },
            { "IntervalMinutes", busy with { IntervalMinutes = 525_601 } },
            { "IntervalMinutes", busy with { RecordAction = RecordAction.MarkDb } },
            { "IncrementMinutes", TreatmentPlanTests.Busy(RecordAction.NextInChain, increment: 1) },
            { "At", TreatmentPlanTests.Busy(RecordAction.RetryAtDate) },
            { "At", TreatmentPlanTests.Busy(RecordAction.NextInChain, at: "18:00") },
            { "At", TreatmentPlanTests.Busy(RecordAction.Reschedule) },
            { "At", TreatmentPlanTests.Busy(RecordAction.Reschedule, interval: 5, at: "18:00") },
            { "RecordAction", busy with { RecordAction = (RecordAction)12 } },
            { "RecordAction", TreatmentPlanTests.Busy(RecordAction.AssignToGroup) },
            { "RecordAction", TreatmentPlanTests.Busy(RecordAction.MarkDb) with { Result = CallResult.AgentCallBackError } },
            { "RecordAction", TreatmentPlanTests.Busy(RecordAction.NextInChain) with { Result = CallResult.AgentCallBackError } },
            { "Result", busy with { Result = (CallResult)(-1) } },
            { "CallAction", busy with { CallAction = CallAction.Drop } },
            { "CallAction", machine with { CallAction = CallAction.SendFax } },
            { "CallAction", machine with { CallAction = CallAction.SendPage } },
            { "CallAction", machine with { CallAction = CallAction.SendEmail } },
            { "CallAction", machine with { CallAction = (CallAction)10 } },
            { "Destination", machine with { CallAction = CallAction.Transfer } },
            { "Destination", machine with { CallAction = CallAction.Drop, Destination = "5000" } },
            { "Destination", machine with { CallAction = CallAction.Route, Destination = "a b" } },
            { "Announcement", machine with { CallAction = CallAction.PlayMessage } },
            { "Announcement", machine with { CallAction = CallAction.Drop, Announcement = "a.wav" } },
        };
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_treatment_that_makes_no_sense_is_refused_at_the_field(string field, TreatmentDefinition treatment) =>
        Assert.Equal([field], TreatmentValidator.Check(treatment).Select(f => f.Field).Distinct());

    [Fact]
    public void Agent_callback_error_takes_five_actions_and_no_others() =>
        Assert.Equal(
            [RecordAction.CycleRedial, RecordAction.RetryIn, RecordAction.RetryAtDate, RecordAction.AssignToGroup, RecordAction.MarkAsAgentError],
            Enum.GetValues<RecordAction>().Where(TreatmentValidator.FitsAgentCallBackError));

    [Fact]
    public void The_numbers_of_actions_are_the_fields_own()
    {
        Assert.Equal(Enumerable.Range(0, 12), Enum.GetValues<RecordAction>().Select(a => (int)a));
        Assert.Equal(Enumerable.Range(0, 10), Enum.GetValues<CallAction>().Select(a => (int)a));
        Assert.Equal((3, 9, 11), ((int)RecordAction.CycleRedial, (int)RecordAction.AssignToGroup, (int)RecordAction.Reschedule));
        Assert.Equal((1, 5, 6), ((int)CallAction.Connect, (int)CallAction.Route, (int)CallAction.PlayMessage));
    }

    internal sealed class FixedClock(int hours) : ICustomerClock
    {
        public TimeSpan OffsetAt(CallRecord record, DateTimeOffset utc) => TimeSpan.FromHours(hours);
    }
}
