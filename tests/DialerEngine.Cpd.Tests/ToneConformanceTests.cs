using CpdTrainer.Audio;
using DialerEngine.Cpd.Tests.Signals;

namespace DialerEngine.Cpd.Tests;

/// <summary>
/// Tones of ITU-T E.180 and its supplement 2, of T1.401, T.30 and V.8, each with 1.5 % of frequency error, 10 % of cadence error, direct current,
/// 30 dB of level range and noise at 15 dB.
/// </summary>
public sealed class ToneConformanceTests
{
    public static TheoryData<string> Names()
    {
        var data = new TheoryData<string>();
        foreach (var tone in NetworkTones.All)
        {
            data.Add(tone.Name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tone_is_recognised_with_errors_of_frequency_and_cadence_and_noise_at_15_dB(string name) => Sweep(name, "any:15", 60);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tone_whose_pauses_are_digitally_silent_is_recognised(string name) => Sweep(name, "silence", 60);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tone_is_recognised_in_low_noise_and_mains_hum(string name)
    {
        Sweep(name, "car:15", 30);
        Sweep(name, "hum:15", 20);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tone_is_recognised_in_white_and_pink_noise_at_10_dB(string name) => Sweep(name, "any:10", 20);

    /// <summary>200 and 250 ms at 425 Hz mean busy in one country and congestion in another: without a country it is one of the two, which both say that nobody was reached.</summary>
    [Theory]
    [InlineData("busy_br")]
    [InlineData("busy_mx")]
    [InlineData("busy_es")]
    [InlineData("congestion_de")]
    [InlineData("congestion_it")]
    public void An_ambiguous_cadence_is_busy_or_congestion_and_nothing_else(string name)
    {
        foreach (var phase in new[] { CpdPhase.EarlyMedia, CpdPhase.Answered })
        {
            for (var seed = 1UL; seed <= 30; seed++)
            {
                var outcome = TestSignal.Analyze(NetworkTones.Spoil(name, new SignalLab(seed * 6151), "any:15"), Profiles.CpdProfiles.Default, phase).Outcome;
                Assert.True(outcome is CpdOutcome.Busy or CpdOutcome.AllTrunksBusy, $"{name} {phase} seed {seed}: {outcome}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tone_after_the_answer_is_never_a_person_or_a_machine(string name)
    {
        for (var seed = 1UL; seed <= 8; seed++)
        {
            var report = TestSignal.Analyze(NetworkTones.Spoil(name, new SignalLab(seed * 7), "any:20"), Profiles.CpdProfiles.Default, CpdPhase.Answered);
            Assert.False(report.Outcome is CpdOutcome.Answer or CpdOutcome.AnsweringMachine, $"{name} seed {seed}: {report}");
        }
    }

    /// <summary>What two countries use for different things is left out: 250 ms (busy of Brazil and Mexico, congestion of Germany with its 240) and
    /// 200 ms (busy of Spain, congestion of Italy) at 425 Hz.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_tone_is_recognised_without_its_country_and_after_the_answer(string name)
    {
        if (name is "busy_br" or "busy_mx" or "congestion_de" or "busy_es")
        {
            return;
        }

        for (var seed = 1UL; seed <= 10; seed++)
        {
            foreach (var phase in new[] { CpdPhase.EarlyMedia, CpdPhase.Answered })
            {
                var outcome = TestSignal.Analyze(NetworkTones.Spoil(name, new SignalLab(seed * 15485863), "any:15"), Profiles.CpdProfiles.Default, phase).Outcome.ToString();
                Assert.True(outcome == NetworkTones.Expected(name), $"{name} {phase} seed {seed}: {outcome}");
            }
        }
    }

    [Theory]
    [InlineData("busy_br")]
    [InlineData("busy_mx")]
    [InlineData("congestion_de")]
    public void An_ambiguous_cadence_that_is_exact_is_that_of_the_nearest_row(string name)
    {
        var (_, ms, repeats, stretches) = NetworkTones.All.Single(t => t.Name == name);
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var lab = new SignalLab(seed);
            var samples = lab.Tone(ms, -20, repeats, 1 + lab.Between(-0.015, 0.015), 1, stretches);
            lab.AddNoise(samples, "pink", -38);
            Assert.Equal(NetworkTones.Expected(name), TestSignal.Analyze(SignalLab.Codec(samples, "alaw"), Profiles.CpdProfiles.Default, CpdPhase.EarlyMedia).Outcome.ToString());
        }
    }

    [Fact]
    public void Ten_twenty_and_thirty_millisecond_frames_give_the_same_report()
    {
        var samples = NetworkTones.Spoil("sit_vc", new SignalLab(3), "any:20");
        var expected = TestSignal.Analyze(samples, Profiles.CpdProfiles.Default, CpdPhase.EarlyMedia);
        Assert.Equal(CpdOutcome.SitVacant, expected.Outcome);
        foreach (var frame in new[] { 80, 240, 123 })
        {
            Assert.Equal(expected, TestSignal.Analyze(samples, Profiles.CpdProfiles.Default, CpdPhase.EarlyMedia, frame));
        }
    }

    [Fact]
    public void Lost_packets_marked_as_gaps_do_not_hide_a_busy_tone()
    {
        var lab = new SignalLab(5);
        var samples = SignalLab.Codec(lab.Tone(6000, -20, true, 1, 1, new ToneStretch(500, 480, 620), new ToneStretch(500)), "ulaw");
        var analyzer = new CallAnalyzer(TestSignal.Profile("us"), CpdPhase.EarlyMedia);
        for (var at = 0; at + 160 <= samples.Length; at += 160)
        {
            if (lab.Chance(0.03))
            {
                analyzer.ProcessGap(160);
            }
            else
            {
                analyzer.Process(samples.AsSpan(at, 160));
            }
        }

        Assert.Equal(CpdOutcome.Busy, analyzer.Report.Outcome);
    }

    [Fact]
    public void A_plain_triple_has_the_result_that_the_profile_gives_it()
    {
        var samples = NetworkTones.Spoil("sit_itu", new SignalLab(11), "any:25");
        var profile = Profiles.CpdProfiles.Default with { PlainTripleResult = CpdOutcome.SitInvalidNum };
        Assert.Equal(CpdOutcome.SitInvalidNum, TestSignal.Analyze(samples, profile, CpdPhase.EarlyMedia).Outcome);
    }

    /// <summary>Every signal must be named right in its country's profile: no misses in so many is 99 % and more with what confidence they give.</summary>
    private static void Sweep(string name, string background, int signals)
    {
        var country = name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..];
        var profile = country.Length == 2 && Profiles.CpdProfiles.TryFind(country, out var own) ? own : Profiles.CpdProfiles.Default;
        var wrong = new List<string>();
        for (var seed = 1UL; seed <= (ulong)signals; seed++)
        {
            var outcome = TestSignal.Analyze(NetworkTones.Spoil(name, new SignalLab(seed * 104729), background), profile, CpdPhase.EarlyMedia).Outcome.ToString();
            if (outcome != NetworkTones.Expected(name))
            {
                wrong.Add($"seed {seed}: {outcome}");
            }
        }

        Assert.True(wrong.Count == 0, $"{background}: {string.Join(", ", wrong)}");
    }
}
