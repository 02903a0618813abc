using CpdTrainer.Audio;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;

namespace CpdTrainer;

/// <summary>Runs the detector over generated tones with impairments and prints how many of each it recognised.</summary>
internal static class ToneTrial
{
    public static int Run(int times, double snr, bool early, string profileKind)
    {
        foreach (var (name, ms, repeats, stretches) in NetworkTones.All)
        {
            var counts = new SortedDictionary<string, int>();
            var decisions = new List<int>();
            for (var i = 0; i < times; i++)
            {
                var country = name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..];
                CpdProfiles.TryFind(profileKind == "country" ? country : "default", out var profile);
                var report = Analyze(new SignalLab((ulong)(i + 1) * 7919), ms, repeats, stretches, snr, profile, early ? CpdPhase.EarlyMedia : CpdPhase.Answered);
                var outcome = report.Outcome.ToString() + (report.BeepStartMs >= 0 ? "+beep" : string.Empty);
                counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
                decisions.Add(report.DecisionMs);
            }

            decisions.Sort();
            var right = counts.GetValueOrDefault(NetworkTones.Expected(name));
            Console.WriteLine($"{name,-15} {100.0 * right / times,6:F1} %  p50 {decisions[times / 2],5} ms  {(right == times ? string.Empty : string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}")))}");
        }

        return 0;
    }

    public static CpdReport Analyze(SignalLab lab, double ms, bool repeats, ToneStretch[] stretches, double snr, CpdProfile profile, CpdPhase phase)
    {
        var level = lab.Between(-40, -10);
        var samples = lab.Tone(ms, level - (stretches.Any(s => s.Hz2 > 0) ? 6 : 0), repeats, 1 + lab.Between(-0.015, 0.015), 1 + lab.Between(-0.1, 0.1), stretches);
        lab.AddNoise(samples, lab.Chance(0.5) ? "white" : "pink", level - 3 - snr);
        var linear = SignalLab.Codec(samples, lab.Chance(0.5) ? "alaw" : "ulaw", lab.Between(-100, 100));
        return Analyze(linear, profile, phase);
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
