using DialerEngine.Core;
using DialerEngine.Core.Pacing;
using DialerEngine.Pacing.Budgets;

namespace DialerEngine.Pacing.Tests;

public sealed class BudgetTests
{
    [Fact]
    public void The_window_counts_whole_calls_and_forgets_those_that_left_it()
    {
        var window = new AbandonmentWindow(2400);
        for (var i = 0; i < 100; i++)
        {
            window.Add(i, abandoned: i % 10 == 0);
        }

        Assert.Equal((100, 10), (window.Reached, window.Abandoned));
        Assert.Equal(0.1, window.Rate, 9);
        window.Roll(2350);
        Assert.Equal((100, 10), (window.Reached, window.Abandoned));
        window.Roll(2460);
        Assert.InRange(window.Reached, 30, 60);
        window.Roll(1e9);
        Assert.Equal((0, 0), (window.Reached, window.Abandoned));
    }

    [Fact]
    public void A_window_goes_on_where_it_was_before_a_restart()
    {
        // Ten of a hundred people were abandoned an hour ago: the cap is spent until they have left the window, two hours long.
        var begin = DateTimeOffset.UnixEpoch.AddYears(56);
        var pacer = new PredictivePacer(new PacingSettings { WindowSeconds = 7_200 });
        pacer.Restore([.. Enumerable.Range(0, 10).Select(i => new ReachedPeople(begin.AddSeconds(-3_600 + i).ToUnixTimeMilliseconds(), 100, 10))]);
        Assert.Equal(0.1f, RateAt(0));
        Assert.Equal(0.1f, RateAt(3_500));
        Assert.Equal(0f, RateAt(3_700));

        float RateAt(double seconds) => pacer.Decide(new PacingSituation
        {
            Now = new Moment((long)(seconds * TimeSpan.TicksPerSecond) + 77, begin.AddSeconds(seconds)),
            ReadyAgents = 1,
            LoggedInAgents = 1,
            FreeLines = 9,
            AvailableRecords = 9,
        }).Inputs.AbandonRate;
    }

    [Fact]
    public void People_of_the_future_count_as_of_now()
    {
        var begin = DateTimeOffset.UnixEpoch.AddYears(56);
        var pacer = new GroupPacer(new PacingSettings { Mode = DialMode.Progress });
        pacer.Restore([new ReachedPeople(begin.AddDays(400).ToUnixTimeMilliseconds(), 10, 1)]);
        var decision = pacer.Decide(new PacingSituation { Now = new Moment(5, begin), ReadyAgents = 1, LoggedInAgents = 1, FreeLines = 9, AvailableRecords = 9 });
        Assert.Equal(0.1f, decision.Inputs.AbandonRate);
    }

    [Theory]
    [InlineData(86_400)]
    [InlineData(2_592_000)]
    public void A_window_of_another_length_begins_with_what_the_old_one_holds(double next)
    {
        var budget = new BudgetController(0.03, 7_200);
        for (var i = 0; i < 200; i++)
        {
            budget.Count(i, abandoned: i % 20 == 0, risk: 0);
        }

        budget.Change(0.03, next);
        Assert.Equal((200, 10), (budget.Window.Reached, budget.Window.Abandoned));

        // A shorter one leaves out what is older, by whole buckets of the old one (30 s of its two hours).
        budget = new BudgetController(0.03, 7_200);
        for (var i = 0; i < 200; i++)
        {
            budget.Count(i, abandoned: i % 20 == 0, risk: 0);
        }

        budget.Change(0.03, 60);
        Assert.InRange(budget.Window.Reached, 50, 90);
    }

    [Fact]
    public void Little_slack_aims_below_the_cap_and_much_slack_no_higher_than_1_3_caps()
    {
        var budget = new BudgetController(0.03, 86_400);
        budget.Count(0, abandoned: true, risk: 0);
        budget.Update(0, 0, 20);
        Assert.True(budget.RateAimed < 0.03);
        for (var i = 0; i < 10_000; i++)
        {
            budget.Count(i, abandoned: false, risk: 0);
        }

        budget.Update(10_000, 0, 20);
        Assert.Equal(0.039, budget.RateAimed, 6);
        Assert.False(budget.MustRepay);
    }

    [Fact]
    public void A_debt_is_corrected_faster_than_a_slack()
    {
        static double AimedWith(int abandoned)
        {
            var budget = new BudgetController(0.03, 86_400);
            for (var i = 0; i < 400; i++)
            {
                budget.Count(i, abandoned: i % 25 == 0 && i / 25 < abandoned, risk: 0);
            }

            budget.Update(400, 0, 20);
            return budget.RateAimed;
        }

        // Twelve calls are allowed. Three too many take more off the rate than three unspent ones put on it.
        var even = Math.Log(AimedWith(12));
        Assert.True(even - Math.Log(AimedWith(15)) > 1.5 * (Math.Log(AimedWith(9)) - even));
    }

    [Fact]
    public void A_window_above_its_cap_must_be_repaid_and_then_is_in_order_again()
    {
        var budget = new BudgetController(0.03, 86_400);
        for (var i = 0; i < 400; i++)
        {
            budget.Count(i, abandoned: i % 10 == 0, risk: 0);
        }

        budget.Update(400, 0, 20);
        Assert.True(budget.MustRepay);
        for (var i = 400; i < 1600; i++)
        {
            budget.Count(i, abandoned: false, risk: 0);
        }

        budget.Update(800, 0, 20);
        Assert.False(budget.MustRepay);
    }

    [Fact]
    public void More_is_kept_unspent_where_people_are_abandoned_in_clusters()
    {
        // Three of a hundred either way: one by one, or six at once every two hundred people.
        BudgetController Run(Func<int, bool> abandoned)
        {
            var budget = new BudgetController(0.03, 86_400);
            for (var i = 0; i < 6000; i++)
            {
                budget.Count(2 * i, abandoned(i), risk: 0);
                budget.Update(2 * i, 0, 20);
            }

            return budget;
        }

        var even = Run(i => i % 100 is 0 or 33 or 66);
        var clustered = Run(i => i % 200 < 6);
        Assert.Equal(even.Window.Abandoned, clustered.Window.Abandoned);
        Assert.InRange(even.Dispersion, 1, 1.2);
        Assert.InRange(clustered.Dispersion, 3, 6);
        Assert.True(clustered.SlackAimed > 1.5 * even.SlackAimed, $"{clustered.SlackAimed} {even.SlackAimed}");
    }

    [Fact]
    public void Nothing_is_kept_unspent_at_first_and_enough_once_a_window_can_be_judged()
    {
        var budget = new BudgetController(0.03, 86_400);
        var kept = new List<double>();
        for (var i = 0; i <= 2000; i++)
        {
            budget.Count(8 * i, i % 33 == 0, risk: 0);
            budget.Update(8 * i, 0, 20);
            if (i % 500 == 0)
            {
                kept.Add(budget.SlackAimed);
            }
        }

        Assert.True(kept[1] < 0.1, $"{kept[1]} at 500 people");
        Assert.True(kept[4] > 3.5, $"{kept[4]} at 2,000 people");
    }

    [Fact]
    public void The_more_calls_are_under_way_the_lower_is_the_limit_at_once()
    {
        // Dials to come are not in a forecast, and there are more of them where many are under way: as when the hit ratio falls.
        var budget = new BudgetController(0.03, 86_400);
        var limits = new List<double>();
        for (var i = 0; i <= 60; i++)
        {
            budget.Update(10 * i, 0, i < 30 ? 1 : 8);
            if (i is 29 or 60)
            {
                limits.Add(budget.RiskLimit);
            }
        }

        Assert.InRange(limits[1] / limits[0], 0.7, 0.8);
    }

    [Fact]
    public void What_forecasts_came_to_is_learned_beside_what_calls_under_way_make_of_them()
    {
        // Forecasts of one call under way come true twice as often as they say, and so do those of eight, beside what eight usually bring.
        static double LimitOverRate(int pending, int people)
        {
            var budget = new BudgetController(0.03, 86_400);
            for (var i = 0; i < 30_000; i++)
            {
                budget.Dialled(budget.RiskLimit);
                budget.Count(i, abandoned: i % 50 == 0, risk: 0.01);
                budget.Update(i, 0, i < 30_000 - people ? 1 : pending);
            }

            return budget.RiskLimit / budget.RateAimed;
        }

        Assert.InRange(LimitOverRate(1, 0), 0.45, 0.55);
        Assert.InRange(LimitOverRate(8, 1_000), 0.35, 0.45);
    }

    [Fact]
    public void A_reserve_from_outside_is_kept_unspent()
    {
        var budget = new BudgetController(0.03, 86_400);
        budget.Update(0, 0, 2);
        var before = (budget.SlackAimed, budget.RateAimed);
        budget.Reserve = 2;
        budget.Update(1, 0, 2);

        Assert.Equal(2, budget.SlackAimed - before.SlackAimed, 6);
        Assert.True(budget.RateAimed < 0.9 * before.RateAimed);
    }

    [Fact]
    public void A_month_with_much_saved_still_keeps_each_day_below_1_3_caps()
    {
        var budget = new BudgetController(0.03, 30 * 86_400);
        for (var i = 0; i < 20_000; i++)
        {
            budget.Count(i * 10, abandoned: false, risk: 0);
        }

        for (var i = 0; i < 2000; i++)
        {
            budget.Count(300_000 + i, abandoned: i % 20 == 0, risk: 0);
        }

        budget.Update(302_000, 0, 20);
        Assert.True(budget.RateAimed < 0.02, $"aimed {budget.RateAimed}");
    }

    [Fact]
    public void The_limit_follows_what_dials_cost_and_how_true_forecasts_are()
    {
        // The mean dial has half the risk of the limit: the limit may be twice as high. Forecasts that come true twice as often as they say: it must be half.
        BudgetController Run(double shareOfLimit, int peopleForOneAbandoned)
        {
            var budget = new BudgetController(0.03, 86_400);
            budget.Update(0, 0, 20);
            for (var i = 0; i < 5000; i++)
            {
                budget.Dialled(shareOfLimit * budget.RiskLimit);
                budget.Count(i, abandoned: i % peopleForOneAbandoned == 0, risk: 0.01);
                budget.Update(i, 0, 20);
            }

            return budget;
        }

        static double LimitOverRate(BudgetController budget) => budget.RiskLimit / budget.RateAimed;
        Assert.InRange(LimitOverRate(Run(1, 100)), 0.85, 1.05);
        Assert.InRange(LimitOverRate(Run(0.5, 100)), 1.7, 2.1);
        Assert.InRange(LimitOverRate(Run(1, 50)), 0.45, 0.6);
    }

    [Fact]
    public void A_thousand_idle_agents_whose_dials_risk_nothing_do_not_lift_the_limit_without_bound()
    {
        var budget = new BudgetController(0.03, 86_400);
        budget.Update(0, 0, 20);
        for (var i = 0; i < 5000; i++)
        {
            budget.Dialled(1e-6);
        }

        budget.Update(1, 0, 20);
        Assert.True(budget.RiskLimit <= 2.01 * budget.RateAimed);
    }

    [Theory]
    [InlineData(OptimizeBy.OverdialRate, 3, true)]
    [InlineData(OptimizeBy.OverdialRate, 0, false)]
    [InlineData(OptimizeBy.OverdialRate, 80, false)]
    [InlineData(OptimizeBy.OverdialRate, double.NaN, false)]
    [InlineData(OptimizeBy.BusyFactor, 85, true)]
    [InlineData(OptimizeBy.BusyFactor, 100, false)]
    [InlineData(OptimizeBy.DistributionTime, 20, true)]
    [InlineData(OptimizeBy.DistributionTime, 0, false)]
    [InlineData(OptimizeBy.WaitTime, 20, true)]
    [InlineData(OptimizeBy.MaximumGain, 30, true)]
    [InlineData(OptimizeBy.MaximumGain, -1, false)]
    [InlineData(OptimizeBy.NoOptimizationMethod, 3, false)]
    public void Goals_are_checked_for_sense(OptimizeBy by, double goal, bool makesSense)
    {
        var settings = new PacingSettings { OptimizeBy = by, Goal = goal };
        Assert.Equal(makesSense, settings.Faults().Count == 0);
        if (!makesSense)
        {
            Assert.Throws<ArgumentException>(() => new GroupPacer(settings));
        }
    }

    [Fact]
    public void An_explanation_reads_as_a_sentence()
    {
        var decision = new PacingDecision(3, PacingReason.ExpectedAnswersMeetExpectedAgents)
        {
            Inputs = new PacingInputs { Pending = 12, HorizonSeconds = 4, ExpectedAnswers = 2.1f, ExpectedFreeAgents = 3.4f, AbandonRate = 0.022f, AbandonCap = 0.03f },
        };
        Assert.Equal("3: 12 pending, expected answers in 4 s 2.1, expected free agents 3.4, budget 2.2% of 3%", PacingExplanation.Text(in decision));
    }

    [Theory]
    [InlineData(DialMode.PowerGVP, 0, 7, PacingReason.OneDialForEachFreeLine)]
    [InlineData(DialMode.Power, 0, 0, PacingReason.NoReadyAgent)]
    [InlineData(DialMode.Power, 3, 7, PacingReason.OneDialForEachFreeLine)]
    [InlineData(DialMode.PowerAndSeize, 3, 7, PacingReason.OneDialForEachFreeLine)]
    [InlineData(DialMode.Progress, 3, 3, PacingReason.OneDialForEachReadyAgent)]
    [InlineData(DialMode.ProgressAndSeize, 3, 3, PacingReason.OneDialForEachReadyAgent)]
    [InlineData(DialMode.ProgressGVP, 3, 3, PacingReason.OneDialForEachReadyAgent)]
    [InlineData(DialMode.Predict, 3, 3, PacingReason.ExpectedAnswersMeetExpectedAgents)]
    [InlineData(DialMode.PredictAndSeize, 3, 3, PacingReason.ExpectedAnswersMeetExpectedAgents)]
    [InlineData(DialMode.PredictGVP, 3, 3, PacingReason.ExpectedAnswersMeetExpectedAgents)]
    public void Each_mode_counts_by_its_own_rule(DialMode mode, int ready, int dial, PacingReason reason)
    {
        var driver = new PacerDriver(new GroupPacer(new PacingSettings { Mode = mode }));
        driver.LogIn(0, ready);
        var decision = driver.Decide(ready, ready, 0, 0, lines: 7);
        Assert.Equal((dial, reason), (decision.Dial, decision.Reason));
    }

    [Fact]
    public void A_change_of_mode_keeps_what_was_learned()
    {
        var pacer = new GroupPacer(new PacingSettings { Mode = DialMode.Progress });
        var driver = new PacerDriver(pacer);
        driver.Teach();
        driver.LogIn(10, 2);
        driver.Now += 60;
        Assert.Equal(PacingReason.OneDialForEachReadyAgent, driver.Decide(2, 12, 0).Reason);
        pacer.Configure(new PacingSettings { Mode = DialMode.Predict, Goal = 3 });
        var decision = driver.Decide(2, 12, 0);
        Assert.Equal(PacingReason.ExpectedAnswersMeetExpectedAgents, decision.Reason);
        Assert.InRange(decision.Inputs.HitRatio, 0.25f, 0.36f);
    }

    [Fact]
    public void Power_dialling_falls_back_when_its_budget_is_spent()
    {
        var driver = new PacerDriver(new GroupPacer(new PacingSettings { Mode = DialMode.Power }));
        driver.LogIn(0, 3);
        for (var i = 0; i < 300; i++)
        {
            driver.Tell(PacingEventKind.CallDialing, i);
            driver.Tell(PacingEventKind.CallAbandoned, i);
        }

        driver.Decide(3, 3, 0);
        var decision = driver.Decide(3, 3, 0);
        Assert.Equal((3, PacingReason.BudgetSpent), (decision.Dial, decision.Reason));
    }
}
