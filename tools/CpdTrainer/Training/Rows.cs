using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>A moment at which the classifier would be asked.</summary>
internal struct Row
{
    public SpeechFeatures Features;
    public int NowMs;
    public int PauseMs;
    public int SinceOnsetMs;
}

/// <summary>The moments of one call, taken by the shipped code.</summary>
internal sealed record CallRows(bool IsMachine, int SpeechEndMs, string Kind, string Voice, Row[] Rows)
{
    // The analyser settles on a tone and stops; the data is of answered calls, so it may not settle on anything else.
    internal static readonly CpdProfile Listening = new() { CallAnswerTypeRecognition = CpdPreset.AccuratePositiveAmDetection, Point = new(-1, -1, 2, 100_000, 100_000, 100_000, 100_000, 100_000, 2), MaxAnalysisMs = 60_000 };

    public static CallRows Of(ReadOnlySpan<short> samples, bool isMachine, int speechEndMs, string kind, string voice)
    {
        var analyzer = new CallAnalyzer(Listening, CpdPhase.Answered);
        var rows = new List<Row>();
        for (var at = 0; at + 160 <= samples.Length; at += 160)
        {
            analyzer.Process(samples.Slice(at, 160));
            if (analyzer.Report.BeepStartMs >= 0)
            {
                break;
            }

            if (analyzer.TryFeatures(out var features, out var pause, out var since) && since <= 8_200 && AnswerPolicy.IsDue(at / 160, pause))
            {
                rows.Add(new Row { Features = features, NowMs = (at / 8) + 20, PauseMs = pause, SinceOnsetMs = since });
                if (pause > 1_900)
                {
                    break;
                }
            }
        }

        return new CallRows(isMachine, speechEndMs, kind, voice, [.. rows]);
    }
}
