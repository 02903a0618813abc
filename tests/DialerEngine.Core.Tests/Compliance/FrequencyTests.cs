using DialerEngine.Core.Compliance;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Core.Tests.Compliance;

public sealed class FrequencyTests
{
    private const long Now = 1_800_000_000;
    private const long Day = 86_400;
    private const ulong Person = 12025550123;

    private static bool TryCall(AttemptHistory history, long at, ulong number = Person, ulong customer = 0, bool abandoned = false)
    {
        if (history.TryOpen(number, customer, at).Outcome != RuleOutcome.Dial)
        {
            return false;
        }

        history.Close(new AttemptTicket(number, customer, at), abandoned);
        return true;
    }

    [Fact]
    public void The_third_attempt_of_a_day_waits_until_the_first_is_a_day_old()
    {
        var history = new AttemptHistory(new FrequencyLimits { PerDay = 2 });
        Assert.True(TryCall(history, Now));
        Assert.True(TryCall(history, Now + 3_600));
        Assert.Equal(RuleVerdict.HoldUntil(RuleReason.DailyCap, Now + Day), history.Check(Person, 0, Now + 7_200));
        Assert.False(TryCall(history, Now + Day - 1));
        Assert.True(TryCall(history, Now + Day));
        Assert.False(TryCall(history, Now + Day + 1));
    }

    [Fact]
    public void The_longest_of_the_waits_holds()
    {
        var history = new AttemptHistory(new FrequencyLimits { PerDay = 1, PerWeek = 2, PerMonth = 3, MinimumGapSeconds = 7_200 });
        Assert.True(TryCall(history, Now));
        Assert.Equal(RuleReason.DailyCap, history.Check(Person, 0, Now + 60).Reason);
        Assert.True(TryCall(history, Now + Day));
        Assert.Equal(RuleVerdict.HoldUntil(RuleReason.WeeklyCap, Now + (7 * Day)), history.Check(Person, 0, Now + Day + 60));
        Assert.True(TryCall(history, Now + (7 * Day)));
        Assert.Equal(RuleVerdict.HoldUntil(RuleReason.MonthlyCap, Now + (30 * Day)), history.Check(Person, 0, Now + (7 * Day) + 60));
    }

    [Fact]
    public void A_withdrawn_attempt_counts_as_none_and_an_open_one_blocks_the_person()
    {
        var history = new AttemptHistory(new FrequencyLimits { PerDay = 1 });
        Assert.Equal(RuleOutcome.Dial, history.TryOpen(Person, 0, Now).Outcome);
        Assert.Contains(history.TryOpen(Person, 0, Now).Reason, new[] { RuleReason.OpenAttempt, RuleReason.DailyCap });
        history.Withdraw(new AttemptTicket(Person, 0, Now));
        Assert.True(TryCall(history, Now + 1));

        var unlimited = new AttemptHistory(new FrequencyLimits());
        Assert.Equal(RuleOutcome.Dial, unlimited.TryOpen(Person, 0, Now).Outcome);
        Assert.Equal(RuleReason.OpenAttempt, unlimited.TryOpen(Person, 0, Now).Reason);
        unlimited.Close(new AttemptTicket(Person, 0, Now), abandoned: false);
        Assert.Equal(0, unlimited.Count);
        Assert.True(TryCall(unlimited, Now));
    }

    [Fact]
    public void An_abandoned_person_is_left_alone_for_72_hours()
    {
        var history = new AttemptHistory(new FrequencyLimits { AbandonedHoldSeconds = 72 * 3_600 });
        Assert.True(TryCall(history, Now, abandoned: true));
        Assert.Equal(RuleVerdict.HoldUntil(RuleReason.AbandonedBefore, Now + (72 * 3_600)), history.Check(Person, 0, Now + Day));
        Assert.True(TryCall(history, Now + (72 * 3_600)));
    }

    [Fact]
    public void A_customer_is_one_person_under_two_numbers()
    {
        var history = new AttemptHistory(new FrequencyLimits { PerDay = 1 });
        var customer = AttemptHistory.KeyOfCustomer("C-77");
        Assert.True(TryCall(history, Now, 12025550123, customer));
        Assert.Equal(RuleReason.DailyCap, history.TryOpen(12025550124, customer, Now + 60).Reason);

        // What the customer's limit refused is not booked on the number.
        Assert.True(TryCall(history, Now + 60, 12025550124));
    }

    [Fact]
    public void A_full_book_refuses_rather_than_forgets()
    {
        var history = new AttemptHistory(new FrequencyLimits { PerDay = 1 }, capacity: 1_024);
        var refused = 0;
        for (var i = 0UL; i < 3_000; i++)
        {
            refused += history.TryOpen(10_000_000 + i, 0, Now).Reason == RuleReason.HistoryFull ? 1 : 0;
        }

        Assert.True(refused >= 3_000 - 1_024);
        Assert.True(history.Count <= 1_024);
    }

    [Fact]
    public void Checking_allocates_nothing()
    {
        var history = new AttemptHistory(new FrequencyLimits { PerDay = 3, PerWeek = 5 });
        TryCall(history, Now);
        history.Check(Person, 0, Now);

        // The least of a few rounds: what the runtime allocates on this thread once is not the history's.
        var allocated = long.MaxValue;
        for (var round = 0; round < 10 && allocated > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10_000; i++)
            {
                history.Check(Person, 0, Now + i);
                if (history.TryOpen(Person, 0, Now + (i * 50_000L)).Outcome == RuleOutcome.Dial)
                {
                    history.Close(new AttemptTicket(Person, 0, Now + (i * 50_000L)), false);
                }
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, allocated);
    }

    /// <summary>Whatever is tried when, no window ever holds more attempts than its limit, clock set back or not.</summary>
    [Fact]
    public void No_window_ever_holds_more_than_its_limit()
    {
        var step = Gen.Choose(-40_000, 80_000).SelectMany(by => Gen.Choose(0, 3).Select(person => (By: by, Person: person)));
        Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            var history = new AttemptHistory(new FrequencyLimits { PerDay = 2, PerWeek = 3, PerMonth = 5, MinimumGapSeconds = 1_800 });
            var made = new Dictionary<ulong, List<long>>();
            var now = Now;
            foreach (var (by, index) in steps.Concat(steps).Concat(steps))
            {
                now += by;
                var person = Person + (ulong)index;
                if (!TryCall(history, now, person))
                {
                    continue;
                }

                var times = made.TryGetValue(person, out var known) ? known : made[person] = [];
                times.Add(now);
                foreach (var (limit, window) in ((int, long)[])[(2, Day), (3, 7 * Day), (5, 30 * Day)])
                {
                    if (times.Any(end => times.Count(t => t <= end && t > end - window) > limit))
                    {
                        return false;
                    }
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Two_groups_at_once_never_get_the_same_person()
    {
        var history = new AttemptHistory(new FrequencyLimits { PerDay = 1 });
        var got = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            Enumerable.Range(0, 20_000).Count(i => history.TryOpen(20_000_000UL + (ulong)i, 0, Now).Outcome == RuleOutcome.Dial))));
        Assert.Equal(20_000, got.Sum());
    }
}
