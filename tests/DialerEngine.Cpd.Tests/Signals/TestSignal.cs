using CpdTrainer.Audio;
using DialerEngine.Cpd.Profiles;

namespace DialerEngine.Cpd.Tests.Signals;

/// <summary>Signals for tests and how to run the detector over them. The generators are those of the training program.</summary>
internal static class TestSignal
{
    public static CpdProfile Profile(string name)
    {
        Assert.True(CpdProfiles.TryFind(name, out var profile), name);
        return profile;
    }

    public static CpdReport Analyze(ReadOnlySpan<short> samples, CpdProfile profile, CpdPhase phase, int frame = 160)
    {
        var analyzer = new CallAnalyzer(profile, phase);
        for (var at = 0; at < samples.Length; at += frame)
        {
            analyzer.Process(samples.Slice(at, Math.Min(frame, samples.Length - at)));
        }

        analyzer.Complete();
        return analyzer.Report;
    }

    /// <summary>Sound with the rhythm and the spectrum of speech: voiced syllables with a moving pitch and formants, words and pauses.</summary>
    public static float[] Speech(SignalLab lab, double ms, double dbfs)
    {
        var samples = new float[(int)(ms * 8)];
        var pitch = lab.Between(90, 240);
        var at = 0;
        double phase = 0;
        while (at < samples.Length)
        {
            var length = Math.Min((int)lab.Between(700, 2_000), samples.Length - at);
            var formant = lab.Between(350, 800);
            var second = lab.Between(1_000, 2_300);
            var glide = lab.Between(0.1, 0.3) * (lab.Chance(0.5) ? 1 : -1);
            for (var i = 0; i < length; i++)
            {
                var progress = i / (double)length;
                var hz = pitch * (1 + (glide * progress) + (0.02 * Math.Sin(i / 160.0)));
                phase += 2 * Math.PI * hz / 8000;
                double value = 0;
                for (var h = 1; h <= 16 && h * hz < 3_400; h++)
                {
                    var a = Resonance(h * hz, formant * (1 + (0.2 * progress)), 90) + (0.5 * Resonance(h * hz, second * (1 - (0.15 * progress)), 140));
                    value += a * Math.Sin(h * phase);
                }

                samples[at + i] = (float)(value * Math.Sin(Math.PI * progress));
            }

            at += length + (lab.Chance(0.25) ? (int)lab.Between(800, 1_600) : (int)lab.Between(0, 200));
        }

        SignalLab.Gain(samples, dbfs - SignalLab.ActiveLevel(samples.Select(s => s * 8_000).ToArray()) + 78);
        return samples;
    }

    private static double Resonance(double hz, double centre, double width) => 1 / (1 + Math.Pow((hz - centre) / width, 2));
}
