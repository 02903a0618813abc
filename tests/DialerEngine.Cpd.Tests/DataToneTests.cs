using CpdTrainer.Audio;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Tests.Signals;

namespace DialerEngine.Cpd.Tests;

/// <summary>Data devices: V.21 flags (ITU-T T.30 5.3.1), V.25 calling tone, CNG and CED on both sides of the answer, and music that is none of them.</summary>
public sealed class DataToneTests
{
    // HDLC flag 01111110 at 300 bit/s, channel 2 of V.21: 1 is 1,650 Hz, 0 is 1,850 Hz.
    private static readonly ToneStretch[] Flags = [new(1_000 / 300.0, 1_850), new(6_000 / 300.0, 1_650), new(1_000 / 300.0, 1_850)];

    [Theory]
    [InlineData(CpdPhase.EarlyMedia)]
    [InlineData(CpdPhase.Answered)]
    public void A_V21_preamble_of_one_second_is_a_fax(CpdPhase phase)
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var lab = new SignalLab(seed);
            float[] samples = [.. new float[4_000], .. lab.Tone(1_000, lab.Between(-35, -12), true, 1, 1, Flags), .. new float[8_000]];
            lab.AddNoise(samples, "white", -58);
            Assert.True(TestSignal.Analyze(SignalLab.Codec(samples, "alaw"), CpdProfiles.Default, phase).Outcome == CpdOutcome.Fax, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(1_100, 500, 3_000)]
    [InlineData(1_300, 600, 1_750)]
    public void Calling_tones_of_fax_and_modem_are_a_fax(double hz, double on, double off)
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var lab = new SignalLab(seed);
            var tone = lab.Tone(8_000, lab.Between(-35, -12), true, 1 + lab.Between(-0.01, 0.01), 1, new ToneStretch(on, hz), new ToneStretch(off));
            float[] samples = [.. new float[4_000], .. tone];
            lab.AddNoise(samples, "pink", -58);
            Assert.True(TestSignal.Analyze(SignalLab.Codec(samples, "ulaw"), CpdProfiles.Default, CpdPhase.Answered).Outcome == CpdOutcome.Fax, $"seed {seed}");
        }
    }

    [Fact]
    public void At_most_one_in_forty_pieces_of_music_after_the_answer_is_a_person_a_machine_or_a_fax()
    {
        var wrong = new List<string>();
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var lab = new SignalLab(seed);
            var samples = Chords(lab, 12_000);
            lab.AddNoise(samples, "pink", -55);
            var report = TestSignal.Analyze(SignalLab.Codec(samples, "ulaw"), CpdProfiles.Default, CpdPhase.Answered);
            if (report.Outcome is CpdOutcome.Answer or CpdOutcome.AnsweringMachine or CpdOutcome.Fax)
            {
                wrong.Add($"seed {seed}: {report}");
            }
        }

        Assert.True(wrong.Count <= 1, string.Join(", ", wrong));
    }

    /// <summary>Sustained chords of three notes with four partials each, a new one every 0.4 to 1.6 s.</summary>
    private static float[] Chords(SignalLab lab, double ms)
    {
        var samples = new float[(int)(ms * 8)];
        var root = lab.Between(130, 260);
        var amplitude = SignalLab.Amplitude(lab.Between(-30, -18)) / 3;
        for (var at = 0; at < samples.Length;)
        {
            var length = Math.Min((int)lab.Between(3_200, 12_800), samples.Length - at);
            foreach (var step in new[] { 0, 4, 7 })
            {
                var hz = root * Math.Pow(2, (step + lab.Index(3)) / 12.0);
                for (var partial = 1; partial <= 4; partial++)
                {
                    for (var i = 0; i < length; i++)
                    {
                        samples[at + i] += (float)(amplitude / partial * Math.Sin(2 * Math.PI * hz * partial * i / 8_000));
                    }
                }
            }

            at += length;
        }

        return samples;
    }
}
