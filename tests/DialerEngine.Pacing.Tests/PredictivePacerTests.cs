using DialerEngine.Core;
using DialerEngine.Core.Pacing;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Pacing.Tests;

public sealed class PredictivePacerTests
{
    [Fact]
    public void Before_anything_is_known_each_ready_agent_of_a_large_group_gets_one_dial()
    {
        var driver = new PacerDriver(new PredictivePacer(new PacingSettings()));
        driver.LogIn(busy: 0, ready: 40);
        var decision = driver.Decide(ready: 40, loggedIn: 40, pending: 0);
        Assert.Equal((40, PacingReason.WarmUp), (decision.Dial, decision.Reason));
    }

    [Fact]
    public void Before_anything_is_known_a_small_group_dials_a_few_calls_more_than_it_has_agents()
    {
        // So few that even if six of seven dials were people, hardly anybody would find no agent.
        var driver = new PacerDriver(new PredictivePacer(new PacingSettings()));
        driver.LogIn(busy: 0, ready: 20);
        var decision = driver.Decide(ready: 20, loggedIn: 20, pending: 0);
        Assert.Equal(PacingReason.ExpectedAnswersMeetExpectedAgents, decision.Reason);
        Assert.InRange(decision.Dial, 20, 24);
    }

    [Theory]
    [InlineData(600)]
    [InlineData(200)]
    public void Once_it_knows_it_dials_ahead_of_busy_agents(int agents)
    {
        var driver = Taught(busy: agents, ready: 0);
        var decision = driver.Decide(ready: 0, loggedIn: agents, pending: 0);
        Assert.Equal(PacingReason.ExpectedAnswersMeetExpectedAgents, decision.Reason);
        Assert.InRange(decision.Dial, 1, agents);
        Assert.InRange(decision.Inputs.HitRatio, 0.25f, 0.36f);
        Assert.True(decision.Inputs.Risk > 0);
    }

    [Fact]
    public void It_dials_more_than_one_call_for_each_ready_agent_where_most_dials_fail()
    {
        var driver = Taught(busy: 0, ready: 10);
        var dialled = 0;
        for (var dial = 1; dial > 0 && dialled < 100;)
        {
            dial = driver.Decide(ready: 10, loggedIn: 10, pending: dialled).Dial;
            for (var i = 0; i < dial; i++)
            {
                driver.Tell(PacingEventKind.CallDialing, dialled++);
            }
        }

        Assert.InRange(dialled, 11, 30);
    }

    [Fact]
    public void With_enough_on_the_way_it_waits()
    {
        var driver = Taught(busy: 10, ready: 2);
        for (var i = 0; i < 40; i++)
        {
            driver.Tell(PacingEventKind.CallDialing, i);
        }

        driver.Now += 4;
        Assert.Equal(0, driver.Decide(ready: 2, loggedIn: 12, pending: 40).Dial);
    }

    [Theory]
    [InlineData(0, 100, 100, PacingReason.NoReadyAgent)]
    [InlineData(5, 0, 100, PacingReason.NoFreeLine)]
    [InlineData(5, 100, 0, PacingReason.NoRecords)]
    public void Without_agents_lines_or_records_nothing_is_dialled(int agents, int lines, int records, PacingReason reason)
    {
        var driver = Taught(busy: 0, ready: agents);
        var decision = driver.Decide(agents, agents, 0, 0, lines, records);
        Assert.Equal((0, reason), (decision.Dial, decision.Reason));
    }

    [Fact]
    public void Agents_who_logged_out_are_no_reason_to_dial()
    {
        var driver = Taught(busy: 10, ready: 0);
        for (var i = 0; i < 10; i++)
        {
            driver.Tell(PacingEventKind.AgentLoggedOut, i);
        }

        Assert.Equal(0, driver.Decide(0, 0, 0).Dial);
    }

    [Fact]
    public void More_ready_agents_never_mean_fewer_dials_and_limits_always_hold()
    {
        var cases = Gen.Choose(0, 60).SelectMany(busy => Gen.Choose(0, 40).SelectMany(ready => Gen.Choose(0, 80).SelectMany(pending =>
            Gen.Choose(0, 6).SelectMany(waiting => Gen.Choose(1, 40).SelectMany(lines => Gen.Choose(0, 30).Select(age => (busy, ready, pending, waiting, lines, age)))))));
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var driver = Taught(c.busy, c.ready + 1);
            for (var i = 0; i < c.pending; i++)
            {
                driver.Tell(PacingEventKind.CallDialing, i);
            }

            driver.Now += c.age;
            var logged = c.busy + c.ready + 1;
            var first = driver.Decide(c.ready, logged, c.pending, c.waiting, c.lines, 25).Dial;
            var more = driver.Decide(c.ready + 1, logged, c.pending, c.waiting, c.lines, 25).Dial;
            return first >= 0 && first <= c.lines && first <= 25 && more >= first && more <= c.lines && more <= 25;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public void Equal_events_give_equal_decisions()
    {
        var one = Taught(busy: 30, ready: 3);
        var two = Taught(busy: 30, ready: 3);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(one.Decide(3, 33, 0), two.Decide(3, 33, 0));
            one.Now += 0.5;
            two.Now += 0.5;
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    public void Records_that_people_answer_more_often_are_dialled_less(int agents)
    {
        var likely = Taught(busy: agents / 2, ready: agents / 2).Decide(agents / 2, agents, 0, next: [.. Enumerable.Repeat(0.9f, 64)]).Dial;
        var unlikely = Taught(busy: agents / 2, ready: agents / 2).Decide(agents / 2, agents, 0, next: [.. Enumerable.Repeat(0.1f, 64)]).Dial;
        Assert.True(likely < unlikely, $"{likely} likely, {unlikely} unlikely");
    }

    [Fact]
    public void Pending_calls_that_people_answer_more_often_leave_less_to_dial()
    {
        int With(float chance)
        {
            var driver = Taught(busy: 10, ready: 10);
            for (var i = 0; i < 10; i++)
            {
                driver.Tell(PacingEventKind.CallDialing, i, 0, chance);
            }

            driver.Now += 3;
            return driver.Decide(10, 20, 10).Dial;
        }

        Assert.True(With(0.9f) < With(0.1f));
    }

    [Fact]
    public void An_agent_who_announces_to_be_ready_soon_is_dialled_for()
    {
        int With(int seconds)
        {
            var driver = Taught(busy: 8, ready: 0);
            for (var i = 0; i < 8; i++)
            {
                driver.Tell(PacingEventKind.AgentAfterCallWork, i);
                driver.Tell(PacingEventKind.AgentReadyTime, i, seconds);
            }

            return driver.Decide(0, 8, 0).Dial;
        }

        Assert.True(With(5) > With(300));
        Assert.Equal(0, With(300));
    }

    [Fact]
    public void A_spent_budget_allows_only_dials_for_ready_agents()
    {
        var driver = Taught(busy: 20, ready: 2);
        for (var i = 0; i < 60; i++)
        {
            driver.Tell(PacingEventKind.CallDialing, i);
            driver.Tell(PacingEventKind.CallAbandoned, i);
        }

        driver.Now += 1;
        var decision = driver.Decide(2, 22, 0);
        Assert.Equal((2, PacingReason.BudgetSpent), (decision.Dial, decision.Reason));
        Assert.True(decision.Inputs.AbandonRate > decision.Inputs.AbandonCap);
    }

    [Fact]
    public void A_dead_trunk_does_not_teach_that_nobody_answers()
    {
        var driver = Taught(busy: 20, ready: 2);
        var before = driver.Decide(2, 22, 0).Inputs.HitRatio;
        for (var i = 0; i < 2000; i++)
        {
            driver.Tell(PacingEventKind.CallDialing, 1);
            driver.Now += 1;
            driver.Tell(PacingEventKind.CallFailed, 1, (int)CallResult.AllTrunksBusy);
        }

        Assert.Equal(before, driver.Decide(2, 22, 0).Inputs.HitRatio, 0.05f);
    }

    [Theory]
    [InlineData(1000, 2000)]
    [InlineData(20, 30)]
    public void Decisions_and_events_allocate_nothing_once_warm(int agents, int pending)
    {
        var driver = Taught(busy: agents - 5, ready: 5);
        for (var i = 0; i < pending; i++)
        {
            driver.Tell(PacingEventKind.CallDialing, i);
        }

        void Round(int i)
        {
            driver.Now += 0.5;
            driver.Tell(PacingEventKind.CallAnswered, i);
            driver.Tell(PacingEventKind.CallPerson, i);
            driver.Tell(PacingEventKind.CallConnected, i, 1);
            driver.Tell(PacingEventKind.CallReleased, i);
            driver.Tell(PacingEventKind.AgentAfterCallWork, 1);
            driver.Tell(PacingEventKind.AgentReady, 1);
            driver.Tell(PacingEventKind.CallDialing, i);
            driver.Decide(5, agents, pending);
        }

        for (var i = 0; i < 20; i++)
        {
            Round(i);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Round(i % 20);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Bad_luck_with_the_first_dials_is_no_knowledge_of_a_low_hit_ratio()
    {
        // Twenty agents; three people among the first fifty dials, where the next may have a hit ratio of 30 %: not many more calls than agents.
        var driver = new PacerDriver(new GroupPacer(new PacingSettings()));
        driver.LogIn(0, 20);
        for (var call = 0; call < 50; call++)
        {
            driver.Tell(PacingEventKind.CallDialing, call);
        }

        driver.Now += 9;
        for (var call = 0; call < 3; call++)
        {
            driver.Tell(PacingEventKind.CallAnswered, call);
        }

        driver.Now += 1;
        for (var call = 0; call < 3; call++)
        {
            driver.Tell(PacingEventKind.CallPerson, call);
            driver.Tell(PacingEventKind.CallConnected, call, call);
        }

        for (; driver.Now < 42; driver.Now += 0.5)
        {
            if (driver.Now >= 30)
            {
                for (var call = 3; call < 50; call++)
                {
                    driver.Tell(PacingEventKind.CallFailed, call, (int)CallResult.NoAnswer);
                }
            }

            driver.Decide(17, 20, driver.Now < 30 ? 47 : 0);
        }

        var wanted = 0;
        for (var pending = 0; driver.Decide(17, 20, pending) is { Dial: > 0 } decision && pending < 500; pending += decision.Dial)
        {
            for (var i = 0; i < decision.Dial; i++)
            {
                driver.Tell(PacingEventKind.CallDialing, 1000 + pending + i);
            }

            wanted = pending + decision.Dial;
        }

        Assert.InRange(wanted, 20, 80);
    }

    [Fact]
    public void Many_idle_agents_are_filled_in_steps_while_the_hit_ratio_rests_on_few_people()
    {
        // The same three hundred idle agents, after sixty people and after six hundred.
        static (int Dialled, float Limit) Filled(int taught)
        {
            var driver = new PacerDriver(new PredictivePacer(new PacingSettings()));
            driver.Teach(taught);
            driver.TeachTalk();
            driver.LogIn(0, 300);
            driver.Now += 40;
            var limit = 0f;
            var dialled = 0;
            while (driver.Decide(300, 300, dialled) is { Dial: > 0 } decision)
            {
                limit = decision.Inputs.RiskLimit;
                for (var i = 0; i < decision.Dial; i++)
                {
                    driver.Tell(PacingEventKind.CallDialing, dialled++);
                }
            }

            return (dialled, limit);
        }

        var (few, limitOfFew) = Filled(200);
        var (many, limitOfMany) = Filled(2_000);
        Assert.InRange(limitOfFew / limitOfMany, 0.001f, 0.2f);
        Assert.InRange(few, 300, many - 50);
        Assert.InRange(many, 800, 1_000);
    }

    [Fact]
    public void Any_order_of_any_events_is_borne()
    {
        var events = Gen.Choose(0, 12).SelectMany(kind => Gen.Choose(-3, 40).SelectMany(subject => Gen.Choose(-2, 30).Select(other => (kind, subject, other))));
        Prop.ForAll(events.ArrayOf().ToArbitrary(), list =>
        {
            var driver = new PacerDriver(new PredictivePacer(new PacingSettings()));
            foreach (var (kind, subject, other) in list)
            {
                driver.Tell((PacingEventKind)kind, subject, other, other / 10f);
                driver.Now += 0.3;
                var dial = driver.Decide(3, 5, Math.Max(0, other), 1, 20, 20).Dial;
                if (dial is < 0 or > 20)
                {
                    return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(600)]
    [InlineData(12)]
    public void The_last_records_are_not_dialled_ahead_as_others_are(int agents)
    {
        PacingDecision Decided(bool last, int records)
        {
            var driver = Taught(busy: agents, ready: 0);
            var situation = driver.Situation(ready: 0, loggedIn: agents, pending: 0, records: records);
            situation.AreLastRecords = last;
            return driver.Decide(situation);
        }

        // Enough for three calls each: nothing changes. For a third of a call each: a third of the risk.
        Assert.Equal(Decided(false, 10 * agents), Decided(true, 10 * agents));
        var (usual, last) = (Decided(false, agents), Decided(true, agents));
        Assert.InRange(last.Inputs.RiskLimit / usual.Inputs.RiskLimit, 0.25, 0.36);
        Assert.InRange(last.Dial, 0, usual.Dial);
        Assert.Contains("the last records", PacingExplanation.Text(last), StringComparison.Ordinal);
        Assert.InRange(Decided(true, 1).Inputs.RiskLimit / usual.Inputs.RiskLimit, 0.19, 0.21);
    }

    private static PacerDriver Taught(int busy, int ready)
    {
        var driver = new PacerDriver(new PredictivePacer(new PacingSettings()));
        driver.Teach();
        driver.TeachTalk();
        driver.LogIn(busy, ready);
        driver.Now += 2;
        driver.Decide(ready, busy + ready, 0);
        return driver;
    }
}
