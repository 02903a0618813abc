using DialerEngine.Pacing.Laws;

namespace DialerEngine.Pacing.Tests;

public sealed class LawTests
{
    [Fact]
    public void A_cohort_half_way_does_not_look_as_if_everybody_or_nobody_answered()
    {
        // 100 dials at once: 30 people after 8 s to 16 s, 70 dials that end unanswered at 28 s. After 20 s thirty of thirty
        // dials that ended were people; events over exposure do not fall for it once the last are gone.
        var law = new AnswerLaw();
        for (var i = 0; i < 30; i++)
        {
            var ring = 8 + (i * 8 / 30.0);
            Ring(law, ring);
            law.AddAnswer(ring);
            law.AddVerdict(ring, 1.2, person: true);
        }

        for (var i = 0; i < 70; i++)
        {
            Ring(law, 20);
        }

        law.Rebuild();
        Assert.InRange(law.SlowHitRatio, 0.2, 0.5);
        for (var i = 0; i < 70; i++)
        {
            for (var age = 20.5; age <= 28; age += 0.5)
            {
                law.AddExposure(age, 0.5);
            }

            law.AddFailure(28);
        }

        law.Rebuild();
        Assert.InRange(law.SlowHitRatio, 0.27, 0.33);
    }

    [Fact]
    public void A_call_that_has_rung_past_the_usual_answers_is_worth_less()
    {
        var law = new AnswerLaw();
        for (var i = 0; i < 3000; i++)
        {
            var person = i % 10 < 3;
            var ring = person ? 4 + (i % 10) : 28.0;
            Ring(law, ring);
            if (person)
            {
                law.AddAnswer(ring);
                law.AddVerdict(ring, 1, person: true);
            }
            else
            {
                law.AddFailure(ring);
            }
        }

        law.Rebuild();
        double Worth(double age) => law.WeightAt(AnswerLaw.BinOf(age), 0.3) * law.RowAt(AnswerLaw.BinOf(age))[^1];
        Assert.InRange(Worth(0), 0.27, 0.33);
        Assert.True(Worth(12) < 0.05);
        Assert.InRange(law.Fresh[^1], 0.97, 1.001);
        Assert.Equal(1, law.FreshMass.ToArray().Sum(), 6);
    }

    [Fact]
    public void Talks_without_memory_look_the_same_at_every_age()
    {
        var law = new StayLaw(150);
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            Stay(law, -100 * Math.Log(1 - random.NextDouble()));
        }

        law.Settle(1);
        var chances = new double[10];
        foreach (var age in new[] { 0.0, 30, 120, 300 })
        {
            law.Leave(age, 10, chances);
            Assert.InRange(chances[0], 0.08, 0.12); // 1 - exp(-10/100) = 0.095
        }
    }

    [Fact]
    public void A_long_talk_does_not_look_certain_to_end()
    {
        // The unconditional chance that a talk of 100 s on average has ended by 600 s is 0.998; that it ends now is not.
        var law = new StayLaw(150);
        var random = new Random(6);
        for (var i = 0; i < 20_000; i++)
        {
            Stay(law, -100 * Math.Log(1 - random.NextDouble()));
        }

        law.Settle(1);
        var chances = new double[5];
        law.Leave(600, 1, chances);
        Assert.True(chances[4] < 0.1);
    }

    [Fact]
    public void Announcements_that_come_true_are_believed_to_the_second()
    {
        var law = new ReadyTimeLaw();
        Assert.InRange(law.Within(-10, 10), 0.3, 0.7);
        for (var i = 0; i < 500; i++)
        {
            law.Add(0.1);
        }

        Assert.True(law.Within(-10, 9) < 0.05);
        Assert.True(law.Within(-10, 11) > 0.95);
        Assert.True(law.StillTells(-1));
        Assert.False(law.StillTells(20));
    }

    [Fact]
    public void A_steady_level_is_found_closely_and_a_jump_within_some_dozens_of_events()
    {
        var random = new Random(3);
        var tracker = new LevelTracker(0.4, 12);
        double Feed(double level, int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                tracker.Add(random.NextDouble() < level ? 1 : 0, 1, 2);
            }

            return tracker.Level;
        }

        Assert.InRange(Feed(0.3, 20_000), 0.27, 0.33);
        Assert.InRange(Feed(0.12, 250), 0.07, 0.16);
        Assert.InRange(Feed(0.12, 750), 0.09, 0.15);
        Assert.InRange(Feed(0.40, 160), 0.25, 0.52);
        Assert.True(tracker.Jumps > 0);
    }

    [Fact]
    public void A_change_that_lets_a_group_dial_more_is_believed_later_than_one_that_holds_it_back()
    {
        // The same surprise in both directions: how many steps until the level follows.
        static int StepsUntilJump(bool doubtsRises, double from, double to)
        {
            var tracker = new LevelTracker(from, 12, doubtsRises);
            for (var i = 0; i < 2000; i++)
            {
                tracker.Add(from, 1, 10);
            }

            var steps = 0;
            for (; tracker.Jumps == 0 && steps < 10_000; steps++)
            {
                tracker.Add(to, 1, 10);
            }

            return steps;
        }

        Assert.True(StepsUntilJump(doubtsRises: false, 0.4, 0.1) > StepsUntilJump(doubtsRises: true, 0.4, 0.1));
        Assert.True(StepsUntilJump(doubtsRises: true, 0.1, 0.4) > StepsUntilJump(doubtsRises: false, 0.1, 0.4));
        Assert.True(StepsUntilJump(doubtsRises: false, 0.4, 0.1) < 120);
    }

    [Fact]
    public void What_an_expectation_learned_from_few_people_promised_contradicts_later()
    {
        int StepsUntilJump(double shapeEvents)
        {
            var tracker = new LevelTracker(0.3, 12) { ShapeEvents = shapeEvents };
            tracker.Reset(0.3, 100);
            var steps = 0;
            for (; tracker.Jumps == 0 && steps < 10_000; steps++)
            {
                tracker.Add(0, 1, 1);
            }

            return steps;
        }

        Assert.True(StepsUntilJump(40) > 1.2 * StepsUntilJump(double.PositiveInfinity));
    }

    [Fact]
    public void The_cautious_level_lies_above_a_level_of_few_events_and_is_the_level_once_there_are_many()
    {
        var few = new LevelTracker(0.3, 6);
        Assert.InRange(few.Cautious / few.Level, 1.15, 1.4);
        var many = new LevelTracker(0.3, 200);
        Assert.Equal(many.Level, many.Cautious);
    }

    private static void Ring(AnswerLaw law, double seconds)
    {
        for (var age = 0.5; age <= seconds; age += 0.5)
        {
            law.AddExposure(age, 0.5);
        }
    }

    private static void Stay(StayLaw law, double seconds)
    {
        for (var age = 0.0; age < seconds; age += 0.5)
        {
            law.AddExposure((int)StayLaw.PositionOf(age), Math.Min(0.5, seconds - age));
        }

        law.AddEvent(seconds);
        law.Forget(0);
    }
}
