using DialerEngine.Pacing.Laws;

namespace DialerEngine.Pacing.Tests;

public sealed class RingWatchTests
{
    [Theory]
    [InlineData(0.03)]
    [InlineData(0.6)]
    public void People_who_take_as_long_as_the_law_says_raise_no_alarm(double peopleASecond)
    {
        var random = new Random(11);
        var watch = new RingWatch();
        for (var i = 1; i <= 20_000; i++)
        {
            watch.Add(i / peopleASecond, random.NextDouble());
            Assert.False(watch.Judge(i / peopleASecond, 500));
        }
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(-0.8)]
    public void People_who_answer_later_or_sooner_are_noticed_within_some_dozens(double bend)
    {
        var random = new Random(12);
        var watch = new RingWatch();
        var people = 0;
        for (; people < 1_000 && !watch.Judge(people * 10, 500); people++)
        {
            // Places that crowd at one end of the law.
            var place = random.NextDouble();
            watch.Add(people * 10, bend > 0 ? Math.Pow(place, 1 - bend) : 1 - Math.Pow(1 - place, 1 + bend));
        }

        Assert.InRange(people, 12, 60);
    }

    [Fact]
    public void Fast_answers_that_come_first_after_a_start_are_no_change()
    {
        // Two hundred people are dialled in one second again and again, and answer in the order of their places over half a minute.
        var watch = new RingWatch();
        for (var start = 0; start < 20; start++)
        {
            for (var i = 0; i < 200; i++)
            {
                var dialled = start * 300;
                watch.Add(dialled, (i + 0.5) / 200);
                Assert.False(watch.Judge(dialled + (i * 0.15), 2_000));
            }
        }
    }

    [Fact]
    public void A_law_of_few_people_is_doubted_before_a_change_is_believed()
    {
        static int PeopleUntilAlarm(double behind)
        {
            var watch = new RingWatch();
            var people = 0;
            for (; people < 1_000 && !watch.Judge(people * 10, behind); people++)
            {
                watch.Add(people * 10, 0.85);
            }

            return people;
        }

        Assert.True(PeopleUntilAlarm(40) > 1.2 * PeopleUntilAlarm(4_000));
    }

    [Fact]
    public void When_people_come_to_answer_later_the_law_starts_anew_from_the_last_dials()
    {
        var law = new AnswerLaw();
        var random = new Random(13);
        var now = 0.0;
        Dials(3_000, 4, 10);
        Assert.Equal(0, law.Shifts);
        Assert.True(Worth(14) < 0.05);

        // People who answered within 4 to 10 s now take 12 to 18 s. Two hundred dials are a tenth of what the law remembers.
        Dials(200, 12, 18);
        Assert.InRange(law.Shifts, 1, 3);
        Assert.InRange(law.PeopleBehind, 5, 90);
        Assert.True(Worth(14) > 0.15);

        void Dials(int count, double from, double till)
        {
            for (var i = 0; i < count; i++, now += 2)
            {
                var person = random.NextDouble() < 0.3;
                var ring = person ? from + ((till - from) * random.NextDouble()) : 28;
                for (var age = 0.5; age <= ring; age += 0.5)
                {
                    law.AddExposure(age, 0.5);
                }

                if (!person)
                {
                    law.AddFailure(ring);
                }
                else
                {
                    law.AddAnswer(ring);
                    if (law.Resolved >= 150)
                    {
                        law.Watch(now, ring);
                    }

                    law.AddVerdict(ring, 1, person: true);
                }

                law.Forget(now);
                _ = law.Shifted(now);
                if (i % 10 == 0)
                {
                    law.Rebuild();
                }
            }

            law.Rebuild();
        }

        double Worth(double age) => law.WeightAt(AnswerLaw.BinOf(age), 0.3) * law.RowAt(AnswerLaw.BinOf(age))[^1];
    }
}
