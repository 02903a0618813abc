using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Speech;
using DialerEngine.Media.Wav;

namespace CpdTrainer;

/// <summary>A recording of a manifest.</summary>
internal sealed record Recording(string File, string Label, int GreetingEndMs, int BeepStartMs, string Source, short[] Samples);

/// <summary>Runs the detector over a folder with a manifest.csv (file,label,greeting_end_ms,beep_start_ms,source,...).</summary>
internal static class Evaluation
{
    public static List<Recording> Load(string folder)
    {
        var all = new List<Recording>();
        foreach (var line in File.ReadLines(Path.Combine(folder, "manifest.csv")).Skip(1))
        {
            var cells = line.Split(',');
            using var stream = File.OpenRead(Path.Combine(folder, cells[0]));
            if (WavReader.Load(stream, out var samples) != WavError.None)
            {
                throw new InvalidDataException(cells[0]);
            }

            all.Add(new Recording(cells[0], cells[1], Number(cells[2]), Number(cells[3]), cells[4], samples));
        }

        return all;
    }

    public static int List(string folder, CpdProfile profile, string filter)
    {
        foreach (var r in Load(folder).Where(r => r.File.Contains(filter, StringComparison.Ordinal)))
        {
            var isTone = r.Label is not ("human" or "machine");
            var report = ToneTrial.Analyze(r.Samples, profile, isTone && r.Label != "silence" ? CpdPhase.EarlyMedia : CpdPhase.Answered);
            var after = isTone ? ToneTrial.Analyze(r.Samples, profile, CpdPhase.Answered) : report;
            Console.WriteLine($"{r.File,-32} {r.Label,-15} {report.Outcome,-16} {(isTone ? after.Outcome : string.Empty),-16} dec {after.DecisionMs,6} p {after.MachineProbability:F2} gend {after.GreetingEndMs,6}/{r.GreetingEndMs,6} beep {after.BeepStartMs,6}-{after.BeepEndMs,6}/{r.BeepStartMs,6} {r.Source}");
        }

        return 0;
    }

    /// <summary>The classifier's view at the verdict, or at the end of the audio.</summary>
    public static int Features(string folder, CpdProfile profile)
    {
        foreach (var r in Load(folder))
        {
            var analyzer = new CallAnalyzer(profile, CpdPhase.Answered);
            for (var at = 0; at + 160 <= r.Samples.Length && analyzer.Report.DecisionMs < 0; at += 160)
            {
                analyzer.Process(r.Samples.AsSpan(at, 160));
            }

            if (analyzer.TryFeatures(out var f, out _, out _))
            {
                var values = string.Join(' ', Enumerable.Range(0, SpeechFeatures.Count).Select(i => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{SpeechFeatures.Names[i]}={f[i]:F2}")));
                Console.WriteLine($"{r.Label} {r.File} {analyzer.Report.Outcome} {analyzer.Report.DecisionMs} {values}");
            }
        }

        return 0;
    }

    private static int Number(string cell) => int.TryParse(cell, out var value) ? value : -1;
}
