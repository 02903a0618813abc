using DialerEngine.Core;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Pacing.Tests;

public sealed class RecordChancesTests
{
    private static readonly int Poor = RecordKinds.Of(0, 0);
    private static readonly int Good = RecordKinds.Of(1, 0);

    [Fact]
    public void Kinds_tell_lists_and_attempts_apart_and_stay_within_their_number()
    {
        var kinds = Enumerable.Range(0, RecordKinds.MostLists).SelectMany(l => Enumerable.Range(0, RecordKinds.AttemptSteps).Select(a => RecordKinds.Of(l, a))).ToList();
        Assert.Equal(kinds.Count, kinds.Distinct().Count());
        Assert.All(kinds, k => Assert.InRange(k, 1, RecordKinds.Count - 1));
        Assert.Equal(RecordKinds.Of(RecordKinds.MostLists - 1, 2), RecordKinds.Of(5000, 99));
        Assert.InRange(RecordKinds.Of(-1, -1), 1, RecordKinds.Count - 1);
    }

    [Fact]
    public void One_kind_alone_says_nothing_that_the_pacer_does_not_know()
    {
        var (driver, heard, _) = Listening();
        Dial(driver, Poor, 2000, 0.12);
        Assert.All(heard.Dialled, chance => Assert.Equal(0, chance));
        driver.Decide(5, 10, 0);
        Assert.Equal(0, heard.Situation.NextAnswerChance);
    }

    [Fact]
    public void A_list_that_is_switched_on_again_is_known_at_its_first_dial()
    {
        var (driver, heard, chances) = Listening();
        Dial(driver, Poor, 1000, 0.12);
        Dial(driver, Good, 1000, 0.40);
        Assert.InRange(chances.ChanceOf(Poor), 0.09f, 0.15f);
        Assert.InRange(chances.ChanceOf(Good), 0.35f, 0.45f);
        Dial(driver, Poor, 1, 0);
        Assert.InRange(heard.Dialled[^1], 0.09f, 0.15f);
        Dial(driver, Good, 60, 0.4);
        driver.Decide(5, 10, 0);
        Assert.InRange(heard.Situation.NextAnswerChance, 0.33f, 0.45f);
    }

    [Fact]
    public void A_kind_not_known_yet_and_a_chance_that_the_caller_gives_are_left_to_them()
    {
        var (driver, heard, _) = Listening();
        Dial(driver, Poor, 1000, 0.12);
        Dial(driver, Good, 1000, 0.40);
        Dial(driver, RecordKinds.Of(2, 0), 1, 0);
        Assert.Equal(0, heard.Dialled[^1]);
        driver.Decide(5, 10, 0);
        Assert.Equal(0, heard.Situation.NextAnswerChance);
        driver.Tell(PacingEventKind.CallDialing, 7, Good, 0.77f);
        Assert.Equal(0.77f, heard.Dialled[^1]);
    }

    [Fact]
    public void Calls_withdrawn_before_they_were_placed_count_for_nothing_and_no_event_is_too_much()
    {
        var (driver, _, chances) = Listening();
        Dial(driver, Poor, 1000, 0.5);
        Dial(driver, Good, 1000, 0.5);
        var before = chances.ChanceOf(Good);
        for (var i = 0; i < 500; i++)
        {
            driver.Tell(PacingEventKind.CallDialing, 9, Good);
            driver.Tell(PacingEventKind.CallReleased, 9);
            driver.Tell(PacingEventKind.CallFailed, 9);
        }

        Assert.Equal(before, chances.ChanceOf(Good));
        foreach (var subject in new[] { -1, int.MinValue, int.MaxValue, 1 << 20 })
        {
            driver.Tell(PacingEventKind.CallDialing, subject, int.MaxValue);
            driver.Tell(PacingEventKind.CallPerson, subject);
            driver.Tell(PacingEventKind.CallReleased, subject, -5);
        }
    }

    [Fact]
    public void Dials_over_a_dead_trunk_say_nothing_about_their_records()
    {
        var (driver, heard, chances) = Listening();
        var again = RecordKinds.Of(0, 1);
        Dial(driver, Poor, 1000, 0.12);
        Dial(driver, again, 1000, 0, seconds: 1);
        Assert.Equal(0, chances.ChanceOf(again));

        // The trunk is back: what was dialled in vain is dialled again, and has the chance that nobody knows yet.
        Dial(driver, again, 1, 0);
        Assert.Equal(0, heard.Dialled[^1]);
        driver.Decide(5, 10, 0);
        Assert.Equal(0, heard.Situation.NextAnswerChance);
        Dial(driver, again, 1000, 0.2);
        Assert.InRange(chances.ChanceOf(again), 0.15f, 0.25f);
    }

    private static (PacerDriver Driver, Listener Heard, RecordChances Chances) Listening()
    {
        var heard = new Listener();
        var chances = new RecordChances(heard);
        return (new PacerDriver(chances), heard, chances);
    }

    // One after the other, each after the end of the last.
    private static void Dial(PacerDriver driver, int kind, int dials, double people, double seconds = 5)
    {
        for (var i = 0; i < dials; i++)
        {
            driver.Tell(PacingEventKind.CallDialing, i % 50, kind);
            driver.Now += seconds;
            driver.Tell(driver.Uniform() < people ? PacingEventKind.CallPerson : PacingEventKind.CallFailed, i % 50);
        }
    }

    private sealed class Listener : IPacer
    {
        public List<float> Dialled { get; } = [];

        public PacingSituation Situation { get; private set; }

        public void Observe(in Moment now, in PacingEvent happened)
        {
            if (happened.Kind == PacingEventKind.CallDialing)
            {
                Dialled.Add(happened.Value);
            }
        }

        public PacingDecision Decide(in PacingSituation situation)
        {
            Situation = situation;
            return default;
        }
    }
}
