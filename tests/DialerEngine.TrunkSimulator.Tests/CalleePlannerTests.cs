using DialerEngine.Media.Audio;
using TrunkSimulator;
using TrunkSimulator.Audio;

namespace DialerEngine.TrunkSimulator.Tests;

public sealed class CalleePlannerTests
{
    [Fact]
    public void A_number_behaves_the_same_each_time_and_otherwise_for_another_seed()
    {
        var a = new CalleePlanner(new TrunkScript(), 1, 1);
        var b = new CalleePlanner(new TrunkScript(), 1, 1);
        var c = new CalleePlanner(new TrunkScript(), 2, 1);
        var numbers = Enumerable.Range(0, 1000).Select(i => $"+4930{i:D7}").ToArray();
        Assert.All(numbers, n => Assert.Equal(a.PlanOf(n), b.PlanOf(n)));
        Assert.True(numbers.Count(n => a.PlanOf(n).Script != c.PlanOf(n).Script) > 500);
        Assert.Equal(a.PlanOf("+49 30-1"), a.PlanOf("49301"));
    }

    [Fact]
    public void Scripts_are_drawn_by_their_shares()
    {
        var script = new TrunkScript();
        var planner = new CalleePlanner(script, 5, 1);
        var drawn = Enumerable.Range(0, 40_000).CountBy(i => planner.PlanOf($"1{i:D9}").Script).ToDictionary();
        var whole = script.Mix.Values.Sum();
        foreach (var (which, share) in script.Mix)
        {
            Assert.InRange(drawn[which], 40_000 * share / whole * 0.75, 40_000 * share / whole * 1.25);
        }
    }

    [Fact]
    public void The_longest_suffix_wins_over_shorter_ones_and_the_mix()
    {
        var script = new TrunkScript { Suffixes = new Dictionary<string, CalleeScript> { ["1"] = CalleeScript.Busy, ["01"] = CalleeScript.Fax } };
        var planner = new CalleePlanner(script, 1, 1);
        Assert.Equal(CalleeScript.Fax, planner.PlanOf("5501").Script);
        Assert.Equal(CalleeScript.Busy, planner.PlanOf("5511").Script);
    }

    [Fact]
    public void Times_stay_in_their_bounds_and_are_divided_by_the_speed()
    {
        var script = new TrunkScript { RingMinSeconds = 4, RingMaxSeconds = 8, LateAnswerSeconds = 28 };
        var slow = new CalleePlanner(script, 7, 1);
        var fast = new CalleePlanner(script, 7, 10);
        for (var i = 0; i < 2000; i++)
        {
            var (s, f) = (slow.PlanOf($"{i}"), fast.PlanOf($"{i}"));
            Assert.InRange(s.RingMs, s.Script == CalleeScript.LateAnswer ? 28_000 : 4000, s.Script == CalleeScript.LateAnswer ? 28_000 : 8000);
            Assert.InRange(f.RingMs, (s.RingMs / 10) - 1, (s.RingMs / 10) + 1);
            Assert.Equal(s.SpeakAfterMs, f.SpeakAfterMs);
            Assert.InRange(s.TalkMs, 0, 480_000);
            Assert.True(s.Script != CalleeScript.EarlyHangUp || s.TalkMs < 1000);
        }
    }

    [Fact]
    public void A_script_file_is_read_with_comments_and_its_faults_are_named()
    {
        Assert.Null(TrunkScript.TryParse("""{ /* all busy */ "mix": { "Busy": 1 }, "suffixes": { "99": "Fax" }, "talkMeanSeconds": 5, }""", out var script));
        Assert.Equal(1, script.Mix[CalleeScript.Busy]);
        Assert.Equal(CalleeScript.Fax, script.Suffixes["99"]);
        Assert.Equal(5, script.TalkMeanSeconds);
        Assert.Equal(new TrunkScript().RingMaxSeconds, script.RingMaxSeconds);
        foreach (var (json, word) in new[]
        {
            ("""{ "mix": { "Busy": -1 } }""", "mix"), ("""{ "mix": {} }""", "mix"), ("""{ "suffixes": { "9a": "Fax" } }""", "digits"),
            ("""{ "ringMinSeconds": 9, "ringMaxSeconds": 3 }""", "ring"), ("""{ "hangUpShare": 2 }""", "hangUpShare"),
            ("""{ "mix": { "Martian": 1 } }""", "line 1"), ("""{ "speeed": 1 }""", "speeed"), ("{", "line 1"),
        })
        {
            Assert.Contains(word, TrunkScript.TryParse(json, out _), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Voices_sound_like_turns_of_speech_and_are_the_same_for_the_same_seed()
    {
        var hello = new SpeechSynthesizer(1, 2).Hello();
        Assert.Equal(hello, new SpeechSynthesizer(1, 2).Hello());
        Assert.NotEqual(hello, new SpeechSynthesizer(1, 3).Hello());
        for (var voice = 0; voice < CalleePlanner.Voices; voice++)
        {
            var speaker = new SpeechSynthesizer(9, voice);
            Assert.InRange(speaker.Hello().Length / 8, 150, 900);
            var speech = speaker.Phrases(10_000);
            Assert.InRange(EnergyMeter.LevelDbm0(speech), -32, -8);
            Assert.True(speech.Max() < 32_000);
        }
    }
}
