using CpdTrainer.Audio;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Tests.Signals;

namespace DialerEngine.Cpd.Tests;

/// <summary>Beeps after a greeting, alone, and what is none.</summary>
public sealed class BeepTests
{
    [Fact]
    public void A_beep_after_a_greeting_is_known_within_120_ms_and_its_end_within_60()
    {
        var starts = new List<int>();
        var known = new List<int>();
        var ends = new List<int>();
        const int Calls = 60;
        for (var seed = 1UL; seed <= Calls; seed++)
        {
            var lab = new SignalLab(seed);
            var hz = lab.Between(400, 2_000);
            var ms = lab.Between(120, 800);
            var beep = lab.Tone(ms, lab.Between(-28, -10), false, 1, 1, new ToneStretch(ms, hz));
            float[] samples = [.. new float[2_000], .. TestSignal.Speech(lab, 3_000, -20), .. new float[(int)lab.Between(2_000, 8_000)], .. beep, .. new float[12_000]];
            var at = (samples.Length - 12_000 - beep.Length) / 8;
            lab.AddNoise(samples, "pink", -52);
            var report = TestSignal.Analyze(SignalLab.Codec(samples, "ulaw"), CpdProfiles.Default, CpdPhase.Answered);
            if (report.BeepStartMs >= 0 && Math.Abs(report.BeepStartMs - at) < 100)
            {
                starts.Add(Math.Abs(report.BeepStartMs - at));
                known.Add(report.BeepKnownMs - at);
                ends.Add(Math.Abs(report.BeepEndMs - (at + (int)ms)));
            }
        }

        Assert.True(starts.Count >= Calls * 93 / 100, $"{starts.Count} of {Calls} found");
        Assert.InRange(Percentile(starts, 0.9), 0, 15);
        Assert.InRange(Percentile(known, 0.9), 0, 120);
        Assert.InRange(Percentile(ends, 0.9), 0, 20);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_end_of_a_beep_is_reported_within_60_ms_whether_noise_or_digital_silence_follows(bool isNoisy)
    {
        var late = new List<int>();
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var lab = new SignalLab(seed * 31);
            var ms = lab.Between(120, 800);
            var beep = lab.Tone(ms, lab.Between(-28, -10), false, 1, 1, new ToneStretch(ms, lab.Between(700, 2_000)));
            float[] before = [.. new float[2_000], .. TestSignal.Speech(lab, 3_000, -20), .. new float[(int)lab.Between(2_000, 8_000)]];
            float[] samples = [.. before, .. beep, .. new float[12_000]];
            if (isNoisy)
            {
                lab.AddNoise(samples, "pink", -52);
            }

            var linear = SignalLab.Codec(samples, lab.Chance(0.5) ? "alaw" : "ulaw");
            var analyzer = new CallAnalyzer(CpdProfiles.Default, CpdPhase.Answered);
            for (var at = 0; at + 160 <= linear.Length; at += 160)
            {
                if ((analyzer.Process(linear.AsSpan(at, 160)) & CpdEvents.BeepEnd) != 0 && at + 160 >= before.Length + beep.Length)
                {
                    late.Add(((at + 160) - before.Length - beep.Length) / 8);
                    break;
                }
            }
        }

        Assert.True(late.Count >= 36, $"{late.Count} of 40 ends reported");
        Assert.InRange(Percentile(late, 0.9), 0, 60);
    }

    [Fact]
    public void A_beep_without_a_greeting_is_a_machine_and_three_short_ones_are_a_pager()
    {
        var lab = new SignalLab(9);
        float[] single = [.. new float[8_000], .. lab.Tone(400, -18, false, 1, 1, new ToneStretch(400, 1_400)), .. new float[16_000]];
        Assert.Equal(CpdOutcome.AnsweringMachine, TestSignal.Analyze(SignalLab.Codec(single, "ulaw"), CpdProfiles.Default, CpdPhase.Answered).Outcome);
        float[] triple =
        [
            .. new float[8_000],
            .. lab.Tone(840, -18, false, 1, 1, new ToneStretch(120, 1_400), new ToneStretch(120), new ToneStretch(120, 1_400), new ToneStretch(120), new ToneStretch(120, 1_400), new ToneStretch(240)),
            .. new float[16_000],
        ];
        Assert.Equal(CpdOutcome.PagerDetected, TestSignal.Analyze(SignalLab.Codec(triple, "ulaw"), CpdProfiles.Default, CpdPhase.Answered).Outcome);
    }

    [Fact]
    public void At_most_one_in_a_hundred_stretches_of_eight_seconds_of_harmonic_sound_is_taken_for_a_beep()
    {
        var wrong = new List<ulong>();
        for (var seed = 1UL; seed <= 100; seed++)
        {
            var lab = new SignalLab(seed);
            var samples = TestSignal.Speech(lab, 8_000, -20);
            lab.AddNoise(samples, "pink", -50);
            if (TestSignal.Analyze(SignalLab.Codec(samples, "ulaw"), CpdProfiles.Default, CpdPhase.Answered).BeepStartMs >= 0)
            {
                wrong.Add(seed);
            }
        }

        Assert.True(wrong.Count <= 1, $"seeds {string.Join(' ', wrong)}");
    }

    [Theory]
    [InlineData("ringback_gb")]
    [InlineData("ringback_de")]
    [InlineData("ringback_au")]
    [InlineData("sit_vc")]
    [InlineData("sit_ic")]
    [InlineData("sit_itu")]
    public void Ringing_and_special_information_tones_after_the_answer_are_no_beeps(string name)
    {
        var (_, ms, repeats, stretches) = NetworkTones.All.Single(t => t.Name == name);
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var lab = new SignalLab(seed);
            var samples = lab.Tone(ms, -20, repeats, 1, 1, stretches);
            lab.AddNoise(samples, "white", -45);
            Assert.Equal(-1, TestSignal.Analyze(SignalLab.Codec(samples, "ulaw"), CpdProfiles.Default, CpdPhase.Answered).BeepStartMs);
        }
    }

    private static int Percentile(List<int> values, double share)
    {
        values.Sort();
        return values[(int)(values.Count * share)];
    }
}
