using System.Globalization;
using CpdTrainer.Training;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer;

/// <summary>Prints every steady run of four hops and more with its statistics, to choose the beep detector's limits by.</summary>
internal static class RunDump
{
    public static int Run(string folder, Func<Recording, bool> filter)
    {
        foreach (var r in Evaluation.Load(folder).Where(filter))
        {
            var analyzer = new CallAnalyzer(CpdProfiles.Default with { MaxBeepWaitMs = 600_000 }, CpdPhase.Answered);
            for (var at = 0; at + 160 <= r.Samples.Length; at += 160)
            {
                analyzer.Process(r.Samples.AsSpan(at, 160));
                var t = analyzer.Tones;
                if (t.Count is 4 or 5 or 6 or 8 or 12)
                {
                    var isBeep = r.BeepStartMs >= 0 && t.StartMs > r.BeepStartMs - 40 && t.StartMs < r.BeepStartMs + 900;
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(isBeep ? 1 : 0)},{t.Count},{t.Share:F3},{t.MaxHz - t.MinHz:F1},{t.MaxDb - t.MinDb:F2},{t.Slope:F1},{t.Hz:F0},{t.UpperHz:F0},{t.StartMs:F0},{r.BeepStartMs},{analyzer.Report.Outcome},{analyzer.Report.BeepStartMs},{analyzer.IsFinished},{t.Runs[0].EndMs:F0},{analyzer.PositionMs},{r.File}"));
                }
            }
        }

        return 0;
    }

    /// <summary>What the net says of each hop of the first ten seconds: level (dBm0), log-odds that the voice that answers sounds, the leaning, how the spectrum moves.</summary>
    public static int Odds(string folder, string filter)
    {
        foreach (var r in Evaluation.Load(folder).Where(r => r.File.Contains(filter, StringComparison.Ordinal)))
        {
            var analyzer = new CallAnalyzer(Training.CallRows.Listening, CpdPhase.Answered);
            var hop = default(DialerEngine.Cpd.Signal.Hop);
            for (var at = 0; at + 160 <= Math.Min(r.Samples.Length, 80_000); at += 160)
            {
                analyzer.Trace(r.Samples.AsSpan(at, 160), ref hop);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{r.File} {at / 8,5} ms {hop.LevelDb,6:F1} voice {analyzer.Speech.VoiceOdds,6:F2} lean {analyzer.Speech.Lean,6:F2} flux {hop.Inputs[VoiceInputs.Flux]:F2} of {analyzer.Speech.FluxSum:F2} in {analyzer.Speech.Voiced} alone {analyzer.Tones.Alone} {(analyzer.IsVoiceHeard ? "heard" : string.Empty)}"));
            }
        }

        return 0;
    }

    /// <summary>Every burst of call progress tone before the answer, to see why a cadence was or was not recognised.</summary>
    public static int Bursts(string folder, string filter)
    {
        foreach (var r in Evaluation.Load(folder).Where(r => r.File.Contains(filter, StringComparison.Ordinal)))
        {
            var analyzer = new CallAnalyzer(CpdProfiles.Default, CpdPhase.EarlyMedia);
            var seen = -1f;
            for (var at = 0; at + 160 <= r.Samples.Length; at += 160)
            {
                analyzer.Process(r.Samples.AsSpan(at, 160));
                var c = analyzer.Cadence;
                if (c.Count > 0 && c.Bursts[0].OnMs + (c.Bursts[0].PauseMs * 1_000) != seen)
                {
                    seen = c.Bursts[0].OnMs + (c.Bursts[0].PauseMs * 1_000);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{r.File} at {analyzer.PositionMs}: pause {c.Bursts[0].PauseMs:F0} on {c.Bursts[0].OnMs:F0} ms, {c.Bursts[0].Hz:F1} Hz, {c.Bursts[0].LevelDb:F1} dBm0, share {c.Bursts[0].Share:F2}; {analyzer.Report.Outcome}"));
                }
            }
        }

        return 0;
    }

    /// <summary>
    /// Of each person, machine and piece of music the moments at which the classifier is asked: file, label, end of the greeting, now, pause, since the first word (all ms), chance of a machine, chance that
    /// anybody speaks at all. Of the recordings of a folder, or of the made calls of a file whose voices the trees did not learn.
    /// </summary>
    public static int Moments(string source)
    {
        var calls = Directory.Exists(source)
            ? Evaluation.Load(source).Where(r => r.Label is "human" or "machine" or "music")
                .Select(r => (r.File, r.Label, CallRows.Of(r.Samples, r.Label == "machine", r.GreetingEndMs, r.Label, r.Source)))
            : CallFile.Load(source).Where(c => CallFile.IsHeldFromTrees(c.Voice)).Select((c, i) => (
                $"{c.Kind}/{i}", c.Kind == "unvoiced" ? "music" : c.IsMachine ? "machine" : "human", CallRows.Of(c.Samples, c.IsMachine, c.SpeechEndMs, c.Kind, c.Voice)));
        foreach (var (file, label, call) in calls)
        {
            foreach (var row in call.Rows)
            {
                var chance = AnswerModel.MachineProbability(row.Features);
                var somebody = AnswerModel.SomebodyProbability(row.Features);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{file},{label},{call.SpeechEndMs},{row.NowMs},{row.PauseMs},{row.SinceOnsetMs},{chance:F5},{somebody:F4}"));
            }
        }

        return 0;
    }
}
