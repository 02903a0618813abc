using System.Globalization;
using CpdTrainer;
using DialerEngine.Cpd;
using DialerEngine.Cpd.Profiles;

namespace DialerEngine.Host.Cpd;

/// <summary>
/// The detector against a folder of recordings with a manifest (columns file, label, greeting_end_ms, beep_start_ms): confusion table,
/// times of decision, beeps, and the five-parameter heuristic on the same people and machines.
/// </summary>
internal sealed class CpdFolderReport(TextWriter output)
{
    // The curve's points: the bars under which a person is called, as multiples of the profile's own.
    private static readonly float[] CurveFactors = [0.25f, 0.5f, 1, 2, 4, 8];

    private readonly List<(string File, bool IsMachine, int GreetingEndMs)> _answered = [];
    private CpdProfile _profile = CpdProfiles.Default;
    private readonly SortedDictionary<string, SortedDictionary<string, int>> _confusion = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (int People, int Lost, int Machines, int Missed)> _bySource = new(StringComparer.Ordinal);
    private readonly List<int> _afterGreeting = [];
    private readonly List<int> _afterAnswer = [];
    private readonly List<int> _beepKnown = [];
    private readonly List<int> _baselineAfterGreeting = [];
    private int _people;
    private int _machines;
    private int _lost;
    private int _missed;
    private int _settledInTwoSeconds;
    private int _beeps;
    private int _beepsFound;
    private int _beepsFalse;
    private int _baselineLost;
    private int _baselineMissed;

    /// <summary>Reads the manifest and every file of it; false and one sentence when the manifest cannot be used.</summary>
    public bool TryRun(string folder, CpdProfile profile, TextWriter error, out string fault)
    {
        fault = string.Empty;
        _profile = profile;
        var manifest = Path.Combine(folder, "manifest.csv");
        string[] lines;
        try
        {
            lines = File.ReadAllLines(manifest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            fault = $"{manifest}: cannot be read: {e.Message}";
            return false;
        }

        if (lines.Length == 0 || !lines[0].StartsWith("file,label,greeting_end_ms,beep_start_ms", StringComparison.Ordinal))
        {
            fault = $"{manifest}, line 1: the columns must begin with file,label,greeting_end_ms,beep_start_ms";
            return false;
        }

        for (var i = 1; i < lines.Length; i++)
        {
            var cells = lines[i].Split(',');
            if (cells.Length < 4)
            {
                fault = $"{manifest}, line {i + 1}: fewer than four columns";
                return false;
            }

            Take(Path.Combine(folder, cells[0]), cells[1], Number(cells[2]), Number(cells[3]), cells.Length > 4 ? cells[4] : string.Empty, profile, error);
        }

        return true;
    }

    /// <summary>Prints everything.</summary>
    public void Print()
    {
        foreach (var (label, results) in _confusion)
        {
            output.WriteLine($"{label,-18} {string.Join(", ", results.Select(r => $"{r.Key} {r.Value}"))}");
        }

        if (_people > 0 && _machines > 0)
        {
            output.WriteLine();
            output.WriteLine("                                detector   five-parameter heuristic");
            Row("people called machines", Percent(_lost, _people), Percent(_baselineLost, _people));
            Row("machines called people", Percent(_missed, _machines), Percent(_baselineMissed, _machines));
            Row("accuracy", Percent(_people + _machines - _lost - _missed, _people + _machines), Percent(_people + _machines - _baselineLost - _baselineMissed, _people + _machines));
            Row("after a person's greeting, p50", $"{Percentile(_afterGreeting, 0.5)} ms", $"{Percentile(_baselineAfterGreeting, 0.5)} ms");
            Row("people settled within 2 s", Percent(_settledInTwoSeconds, _people), string.Empty);
            Row("people, after answer, p90", $"{Percentile(_afterAnswer, 0.9)} ms", string.Empty);
        }

        if (_people > 0 && _machines > 0)
        {
            PrintCurve();
        }

        if (_bySource.Count > 1)
        {
            output.WriteLine();
            foreach (var (name, (people, lost, machines, missed)) in _bySource)
            {
                output.WriteLine($"{name,-36} people lost {lost} of {people}, machines missed {missed} of {machines}");
            }
        }

        if (_beeps > 0)
        {
            output.WriteLine();
            Row("beeps found", Percent(_beepsFound, _beeps), string.Empty);
            Row("beeps reported that are beeps", Percent(_beepsFound, _beepsFound + _beepsFalse), string.Empty);
            Row("beep known after its start, p50/p90", $"{Percentile(_beepKnown, 0.5)}/{Percentile(_beepKnown, 0.9)} ms", string.Empty);
        }
    }

    /// <summary>People lost against machines missed, over the whole of the trade, at the profile's other limits.</summary>
    private void PrintCurve()
    {
        output.WriteLine();
        output.WriteLine("person below   people lost   machines missed   accuracy   after greeting, p50   settled in 2 s");
        foreach (var factor in CurveFactors)
        {
            var point = _profile.EffectivePoint;
            point = point with
            {
                PersonBelow = MathF.Min(point.PersonBelow * factor, 0.95f),
                PersonBelowLong = MathF.Min(point.PersonBelowLong * factor, 0.95f),
                PersonBelowSettled = MathF.Min(point.PersonBelowSettled * factor, 0.95f),
                PersonBelowTalking = MathF.Min(point.PersonBelowTalking * factor, 0.95f),
            };
            int lost = 0, missed = 0, settled = 0;
            var delays = new List<int>();
            foreach (var (file, isMachine, greetingEnd) in _answered)
            {
                var report = CpdFileAnalysis.TryRun(file, _profile with { Point = point }, CpdPhase.Answered, out _)?.Report;
                missed += isMachine && report?.Outcome != CpdOutcome.AnsweringMachine ? 1 : 0;
                lost += !isMachine && report?.Outcome != CpdOutcome.Answer ? 1 : 0;
                if (!isMachine && report?.DecisionMs >= 0)
                {
                    settled += report.Value.DecisionMs - greetingEnd <= 2_000 ? 1 : 0;
                    delays.Add(report.Value.DecisionMs - greetingEnd);
                }
            }

            var bar = string.Create(CultureInfo.InvariantCulture, $"{point.PersonBelow:F3}-{point.PersonBelowLong:F3}");
            output.WriteLine($"{bar,12} {Percent(lost, _people),13} {Percent(missed, _machines),17} {Percent(_people + _machines - lost - missed, _people + _machines),10} {Percentile(delays, 0.5),18} ms {Percent(settled, _people),16}");
        }
    }

    private void Take(string file, string label, int greetingEnd, int beepStart, string source, CpdProfile profile, TextWriter error)
    {
        var isAnswered = label is "human" or "machine" or "silence";
        var analysis = CpdFileAnalysis.TryRun(file, profile, isAnswered ? CpdPhase.Answered : CpdPhase.EarlyMedia, out var fault);
        if (analysis is null)
        {
            error.WriteLine($"{file}: {fault}");
            return;
        }

        if (!_confusion.TryGetValue(label, out var results))
        {
            _confusion[label] = results = new SortedDictionary<string, int>(StringComparer.Ordinal);
        }

        results[analysis.ResultName] = results.GetValueOrDefault(analysis.ResultName) + 1;
        if (label is "human" or "machine")
        {
            _answered.Add((file, label == "machine", greetingEnd));
            TakeSource(source, label == "machine", analysis.Report.Outcome);
            TakeAnswered(file, label == "machine", greetingEnd, beepStart, analysis.Report);
        }
    }

    /// <summary>Errors by where the voices come from: the first two words of the manifest's fifth column.</summary>
    private void TakeSource(string source, bool isMachine, CpdOutcome outcome)
    {
        var name = string.Join(' ', source.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2));
        var row = _bySource.GetValueOrDefault(name);
        _bySource[name] = isMachine
            ? row with { Machines = row.Machines + 1, Missed = row.Missed + (outcome != CpdOutcome.AnsweringMachine ? 1 : 0) }
            : row with { People = row.People + 1, Lost = row.Lost + (outcome != CpdOutcome.Answer ? 1 : 0) };
    }

    private void TakeAnswered(string file, bool isMachine, int greetingEnd, int beepStart, in CpdReport report)
    {
        var baseline = Baseline(file);
        if (isMachine)
        {
            _machines++;
            _missed += report.Outcome != CpdOutcome.AnsweringMachine ? 1 : 0;
            _baselineMissed += baseline.Verdict != HeuristicVerdict.Machine ? 1 : 0;
        }
        else
        {
            _people++;
            _lost += report.Outcome != CpdOutcome.Answer ? 1 : 0;
            _baselineLost += baseline.Verdict == HeuristicVerdict.Machine ? 1 : 0;
            _settledInTwoSeconds += report.DecisionMs >= 0 && report.DecisionMs - greetingEnd <= 2_000 ? 1 : 0;
            _afterGreeting.Add(report.DecisionMs - greetingEnd);
            _afterAnswer.Add(report.DecisionMs);
            _baselineAfterGreeting.Add(baseline.AtMs - greetingEnd);
        }

        var isFound = beepStart >= 0 && Math.Abs(report.BeepStartMs - beepStart) <= 150;
        _beeps += beepStart >= 0 ? 1 : 0;
        _beepsFound += isFound ? 1 : 0;
        _beepsFalse += report.BeepStartMs >= 0 && !isFound ? 1 : 0;
        if (isFound)
        {
            _beepKnown.Add(report.BeepKnownMs - beepStart);
        }
    }

    private static (HeuristicVerdict Verdict, int AtMs) Baseline(string file)
    {
        using var stream = File.OpenRead(file);
        var samples = new short[8_000 * 8];
        var filled = 0;
        if (WavAudioStream.TryOpen(stream, out var audio) == WavStreamError.None)
        {
            int read;
            while (filled < samples.Length && (read = audio!.Read(samples.AsSpan(filled))) > 0)
            {
                filled += read;
            }
        }

        return FiveParameterHeuristic.Judge(samples.AsSpan(0, filled));
    }

    private void Row(string what, string detector, string baseline) => output.WriteLine($"{what,-36} {detector,9} {baseline,12}");

    private static string Percent(int part, int whole) =>
        whole == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:F1} %");

    private static int Percentile(List<int> values, double share)
    {
        values.Sort();
        return values.Count == 0 ? 0 : values[Math.Min((int)(values.Count * share), values.Count - 1)];
    }

    private static int Number(string cell) => int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1;
}
