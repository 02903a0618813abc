using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Media.Audio;
using DialerEngine.Media.G711;
using TrunkSimulator;
using TrunkSimulator.Audio;

namespace DialerEngine.TrunkSimulator.Tests;

/// <summary>What the simulator plays is heard for what it is by a detector: a demonstration of listening would show nothing otherwise.</summary>
public sealed class CalleeVoicesTests
{
    private static readonly CalleeVoices Voices = new(2026);

    private static CpdReport Hear(AnnouncementClip clip, CpdPhase phase, int before, int after, int missing = 0)
    {
        var analyzer = new CallAnalyzer(CpdProfiles.Default, phase);
        for (var frame = 0; frame < missing; frame++)
        {
            analyzer.ProcessGap(160);
        }

        Play(ref analyzer, new byte[before * 8], 0xFF);
        var codes = clip.Codes(G711Law.MuLaw);
        for (var at = 0; at + 160 <= codes.Length; at += 160)
        {
            analyzer.Process(G711Law.MuLaw, codes.Slice(at, 160));
        }

        Play(ref analyzer, new byte[after * 8], 0xFF);
        return analyzer.Report;
    }

    private static void Play(ref CallAnalyzer analyzer, byte[] codes, byte value)
    {
        codes.AsSpan().Fill(value);
        for (var at = 0; at + 160 <= codes.Length; at += 160)
        {
            analyzer.Process(G711Law.MuLaw, codes.AsSpan(at, 160));
        }
    }

    [Fact]
    public void Most_people_are_heard_as_people_and_most_machines_as_machines()
    {
        var people = new List<CpdReport>();
        var machines = new List<CpdReport>();
        for (var voice = 0; voice < CalleePlanner.Voices; voice++)
        {
            people.Add(Hear(Voices.Hello(voice), CpdPhase.Answered, 400, 3_000));
            machines.Add(Hear(Voices.Greeting(voice), CpdPhase.Answered, 400, 2_000));
        }

        var seen = string.Join('\n', people.Concat(machines));
        Assert.True(people.Count(p => p.Outcome == CpdOutcome.Answer) >= 7, seen);
        Assert.True(machines.Count(m => m.Outcome == CpdOutcome.AnsweringMachine) >= 7, seen);
        Assert.All(machines, m => Assert.True(m.BeepEndMs > 0, seen));
    }

    /// <summary>On calls the first frames are missing: the buffer's delay, and the far end's.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(30)]
    public void A_stream_whose_first_frames_are_missing_is_heard_as_one_that_begins_with_silence(int missing)
    {
        for (var voice = 0; voice < CalleePlanner.Voices; voice++)
        {
            foreach (var clip in new[] { Voices.Hello(voice), Voices.Greeting(voice) })
            {
                var whole = Hear(clip, CpdPhase.Answered, 300 + (20 * missing), 3_000);
                var late = Hear(clip, CpdPhase.Answered, 300, 3_000, missing);
                Assert.Equal(whole.Outcome, late.Outcome);
                Assert.InRange(late.DecisionMs - whole.DecisionMs, -60, 60);
                Assert.InRange(late.GreetingEndMs - whole.GreetingEndMs, -60, 60);
            }
        }
    }

    [Fact]
    public void Tones_before_the_answer_are_heard_and_music_and_ringing_end_nothing()
    {
        Assert.Equal(CpdOutcome.SitVacant, Hear(Voices.Vacant, CpdPhase.EarlyMedia, 100, 500).Outcome);
        Assert.Equal(CpdOutcome.None, Hear(Voices.Music, CpdPhase.EarlyMedia, 100, 500).Outcome);
        Assert.Equal(CpdOutcome.RingBack, Hear(Voices.RingBack, CpdPhase.EarlyMedia, 100, 3_000).Outcome);
        Assert.Equal(CpdOutcome.Fax, Hear(Voices.FaxAnswer, CpdPhase.Answered, 300, 500).Outcome);
        Assert.Equal(CpdOutcome.SitVacant, Hear(Voices.Vacant, CpdPhase.Answered, 300, 500).Outcome);
    }
}
