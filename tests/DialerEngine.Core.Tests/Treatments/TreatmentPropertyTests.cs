using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Treatments;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Core.Tests.Treatments;

/// <summary>What holds for every plan and every sequence of results.</summary>
public sealed class TreatmentPropertyTests
{
    private static readonly CallResult[] Results = [CallResult.Busy, CallResult.NoAnswer, CallResult.AnsweringMachine, (CallResult)2_000];

    private static Gen<TreatmentDefinition> Treatments() =>
        from action in Gen.Choose(0, 11)
        from result in Gen.Elements(Results)
        from number in Gen.Choose(1, 6)
        from cycle in Gen.Choose(1, 4)
        from interval in Gen.Choose(1, 90)
        from increment in Gen.Choose(0, 30)
        from at in Gen.Elements("today 12:00", "tomorrow 09:00", "18:00", "monday 10:00", "2026-11-21 08:00")
        select Fitting((RecordAction)action, result, number, cycle, interval, increment, at);

    private static TreatmentDefinition Fitting(RecordAction action, CallResult result, int number, int cycle, int interval, int increment, string at)
    {
        Assert.True(TreatmentTime.TryParse(at, out var time));
        var cycles = TreatmentValidator.Cycles(action);
        var waits = action is RecordAction.CycleRedial or RecordAction.RetryIn or RecordAction.NextInChainAfter;
        return new TreatmentDefinition
        {
            Name = "t",
            Result = action == RecordAction.AssignToGroup ? CallResult.AgentCallBackError : result,
            RecordAction = action,
            NumberInSequence = number,
            CycleAttempt = cycles ? cycle : 1,
            IntervalMinutes = waits ? interval : 0,
            IncrementMinutes = waits ? increment : 0,
            At = action is RecordAction.RetryAtDate or RecordAction.NextInChainAtDate or RecordAction.Reschedule ? time : null,
        };
    }

    [Fact]
    public void No_record_is_dialled_more_often_than_its_plan_allows_and_every_record_comes_to_an_end()
    {
        var cases =
            from treatments in Treatments().ListOf(8)
            from results in Gen.Elements(Results).ListOf(200)
            from rest in Gen.Choose(0, 3)
            from max in Gen.Elements(0, 0, 3, 10)
            from restarts in Gen.Choose(0, 1).ListOf(200)
            select (Plan: treatments.DistinctBy(t => (t.Result, t.NumberInSequence)).ToArray(), Results: results, Mates: rest, Max: max, Restarts: restarts);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            Assert.All(c.Plan, t => Assert.Empty(TreatmentValidator.Check(t)));
            var plan = new TreatmentPlan(c.Plan, []);
            var record = TreatmentPlanTests.Record(rest: c.Mates, attempts: 0);
            var now = new DateTimeOffset(2026, 11, 20, 15, 30, 0, TimeSpan.Zero);
            var again = new Dictionary<CallResult, int>();
            for (var i = 0; i < 200; i++)
            {
                record.Attempts++;
                var result = c.Results[i];
                var decision = plan.Decide(new TreatmentQuestion { Record = record, Result = result, Now = now, MaxAttempts = c.Max }, UtcCustomerClock.Instance);
                Assert.True(RecordTransitions.IsAllowed(RecordStatus.Retrieved, decision.Status));
                Assert.True(decision.Chain != ChainOperation.Next || (c.Mates > 0 && decision.ChainAt >= now.ToUnixTimeSeconds()));
                if (decision.Status != RecordStatus.Ready)
                {
                    return c.Max == 0 || record.Attempts <= c.Max;
                }

                Assert.True(decision.Schedule >= now.ToUnixTimeSeconds());
                Assert.True(RecordTransitions.IsAppointment(decision.Type));
                again[result] = again.GetValueOrDefault(result) + 1;
                if (again[result] > plan.MostRetriesFor(result))
                {
                    return false;
                }

                // A restart forgets everything but the column.
                record.Treatments = decision.State!;
                if (c.Restarts[i] == 1)
                {
                    record = TreatmentPlanTests.Record(rest: c.Mates, type: decision.Type, attempts: record.Attempts);
                    record.Treatments = decision.State!;
                }

                now = DateTimeOffset.FromUnixTimeSeconds(decision.Schedule);
            }

            return false;
        }).QuickCheckThrowOnFailure();
    }
}
