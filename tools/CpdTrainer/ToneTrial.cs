using CpdTrainer.Audio;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;

namespace CpdTrainer;

/// <summary>Runs the detector over generated tones with impairments and prints how many of each it recognised.</summary>
internal static class ToneTrial
{
    /// <param name="times">Signals of each tone.</param>
    /// <param name="background">"silence" for digitally silent pauses, or a noise (white, pink, car, hum) and a signal-to-noise ratio in dB: "car:10".</param>
    /// <param name="early">Before the answer, or after it.</param>
    /// <param name="profileKind">"country" for the profile of the tone's country, or the default.</param>
    public static int Run(int times, string background, bool early, string profileKind)
    {
        foreach (var tone in NetworkTones.All)
        {
            var counts = new SortedDictionary<string, int>();
            var decisions = new List<int>();
            var country = tone.Name[(tone.Name.IndexOf('_', StringComparison.Ordinal) + 1)..];
            CpdProfiles.TryFind(profileKind == "country" ? country : "default", out var profile);
            for (var i = 0; i < times; i++)
            {
                var report = Analyze(NetworkTones.Spoil(tone.Name, new SignalLab((ulong)(i + 1) * 7919), background), profile, early ? CpdPhase.EarlyMedia : CpdPhase.Answered);
                var outcome = report.Outcome.ToString() + (report.BeepStartMs >= 0 ? "+beep" : string.Empty);
                counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
                decisions.Add(report.DecisionMs);
            }

            decisions.Sort();
            var right = counts.GetValueOrDefault(NetworkTones.Expected(tone.Name));
            Console.WriteLine($"{tone.Name,-15} {100.0 * right / times,6:F1} %  p50 {decisions[times / 2],5} ms  {(right == times ? string.Empty : string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}")))}");
        }

        return 0;
    }

    /// <summary>Writes one of the signals as WAV, to look at.</summary>
    public static int Write(string name, string background, ulong seed, string file)
    {
        using var stream = File.Create(file);
        DialerEngine.Media.Wav.WavWriter.Write(stream, NetworkTones.Spoil(name, new SignalLab(seed * 7919), background));
        return 0;
    }

    public static CpdReport Analyze(ReadOnlySpan<short> samples, CpdProfile profile, CpdPhase phase)
    {
        var analyzer = new CallAnalyzer(profile, phase);
        for (var at = 0; at < samples.Length; at += 160)
        {
            analyzer.Process(samples.Slice(at, Math.Min(160, samples.Length - at)));
        }

        analyzer.Complete();
        return analyzer.Report;
    }
}
