using CpdTrainer.Audio;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>
/// Looks for operating points on calls of voices that were not trained on: for each limit of the median delay the point of the
/// least cost, from drawn points and from the shipped ones. Prints what each does on recordings too, and first what the shipped points do.
/// </summary>
internal sealed class PolicySearch(IReadOnlyList<CallRows> calls, Func<SpeechFeatures, float> model, SignalLab lab)
{
    private const int Trials = 1_500;
    private const int Climbs = 3;
    private const int Steps = 350;
    private const double MinSettled = 98.2;

    private static readonly CpdPreset[] Shipped = [CpdPreset.PositiveAmDetection, CpdPreset.FullPositiveAmDetection, CpdPreset.AccuratePositiveAmDetection];
    private static readonly int[] Delays = [300, 400, 500, 600, 700, 850, 1_000];

    // A person lost weighs as much as three machines connected.
    private const double PersonCost = 3;

    public void Run(IReadOnlyList<CallRows> recordings)
    {
        var probabilities = Probabilities(calls);
        var recorded = Probabilities(recordings);
        var spoken = calls.Select((c, i) => (Call: c, Index: i)).Where(c => c.Call.IsMachine || c.Call.Kind is "word" or "line").ToList();
        var spokenCalls = spoken.ConvertAll(s => s.Call);
        var spokenProbabilities = spoken.ConvertAll(s => probabilities[s.Index]);
        foreach (var preset in Shipped)
        {
            Console.WriteLine($"shipped, {preset}");
            Print("made", Trial.Run(calls, probabilities, CpdPresets.PointOf(preset)));
            if (recordings.Count > 0)
            {
                Print("recordings", Trial.Run(recordings, recorded, CpdPresets.PointOf(preset)));
            }
        }

        var points = Enumerable.Range(0, Trials).Select(_ => Draw()).Concat(Shipped.Select(CpdPresets.PointOf)).ToArray();
        var figures = points.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(p => Trial.Run(calls, probabilities, p)).ToArray();
        foreach (var (delay, point, figure) in Delays.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(d => Best(d, points, figures, probabilities)))
        {
            Console.WriteLine($"median {delay} ms: {point}");
            Print("made", figure);
            Print("recorded voices", Trial.Run(spokenCalls, spokenProbabilities, point));
            if (recordings.Count > 0)
            {
                Print("recordings", Trial.Run(recordings, recorded, point));
            }
        }
    }

    /// <summary>The best point from several of the best drawn ones, each changed for the better step by step.</summary>
    private (int Delay, OperatingPoint Point, Trial.Figures Figures) Best(int delay, OperatingPoint[] points, Trial.Figures[] figures, List<float[]> probabilities)
    {
        var own = new SignalLab((ulong)delay);
        var climbs = Enumerable.Range(0, points.Length).OrderBy(i => Cost(figures[i], delay)).Take(Climbs).Concat(Enumerable.Range(Trials, Shipped.Length)).Distinct().Select(start =>
        {
            var (point, figure) = (points[start], figures[start]);
            for (var step = 0; step < Steps; step++)
            {
                var next = Change(point, own);
                var tried = Trial.Run(calls, probabilities, next);
                if (Cost(tried, delay) < Cost(figure, delay))
                {
                    (point, figure) = (next, tried);
                }
            }

            return (delay, point, figure);
        });
        return climbs.MinBy(c => Cost(c.figure, delay));
    }

    private static double Cost(in Trial.Figures f, int delay) => f.MissedMachines + (PersonCost * f.FalseMachines)
        + (0.2 * Math.Max(0, f.PersonDelayP50 - delay)) + (10 * Math.Max(0, MinSettled - f.SettledIn2S)) + (0.001 * f.PersonDelayP50) + (0.001 * f.PersonP90);

    private static void Print(string name, in Trial.Figures f) => Console.WriteLine(
        $"    {name,-16} FP {f.FalseMachines,5:F2}  FN {f.MissedMachines,5:F2}  acc {f.Accuracy,5:F2}  p50 after {f.PersonDelayP50,5:F0}  p90 {f.PersonP90,5:F0}  <2s {f.SettledIn2S:F1}  never heard {f.NeverHeard:F2}");

    private List<float[]> Probabilities(IReadOnlyList<CallRows> of) => [.. of.Select(c => Array.ConvertAll(c.Rows, r => model(r.Features)))];

    private OperatingPoint Draw()
    {
        var minPause = 240 + (40 * lab.Index(10));
        var longPause = minPause + 100 + (40 * lab.Index(20));
        var person = Math.Pow(10, lab.Between(-2.2, -0.2));
        return new OperatingPoint(
            (float)person, (float)Math.Min(0.9, person * Math.Exp(lab.Between(-1.2, 1.8))), (float)lab.Between(0.85, 0.99), minPause, longPause,
            Math.Min(longPause + (40 * lab.Index(30)), 1_860), 1_500 + (500 * lab.Index(9)), 5_500 + (500 * lab.Index(8)), (float)lab.Between(0.3, 0.95),
            longPause + (40 * lab.Index(20)), (float)Math.Min(0.9, person * Math.Exp(lab.Between(-1, 1.5))), 1_500 + (250 * lab.Index(10)), (float)Math.Min(0.5, person * Math.Exp(lab.Between(-3, 0))));
    }

    /// <summary>A few of the numbers a little different.</summary>
    private static OperatingPoint Change(OperatingPoint p, SignalLab lab)
    {
        double Factor() => lab.Chance(0.5) ? Math.Exp(0.25 * lab.Gauss()) : 1;
        int Shift(int by) => lab.Chance(0.5) ? by * (lab.Index(5) - 2) : 0;
        var minPause = Math.Clamp(p.MinPauseMs + Shift(20), 240, 900);
        var longPause = Math.Clamp(p.LongPauseMs + Shift(40), minPause + 40, 1_600);
        var above = 1 - ((1 - p.MachineAbove) * Factor());
        return new OperatingPoint(
            (float)Math.Min(0.9, p.PersonBelow * Factor()), (float)Math.Min(0.9, p.PersonBelowLong * Factor()), (float)Math.Clamp(above, 0.8, 0.995), minPause,
            longPause, Math.Clamp(p.ForcedPauseMs + Shift(40), longPause, 1_860), Math.Clamp(p.MinMachineMs + Shift(250), 1_000, 6_000),
            Math.Clamp(p.LimitMs + Shift(500), 5_000, 9_000), (float)Math.Clamp(1 - ((1 - p.ForcedAbove) * Factor()), 0.2, 0.97),
            Math.Max(p.SettledPauseMs + Shift(40), longPause), (float)Math.Min(0.9, p.PersonBelowSettled * Factor()), Math.Clamp(p.MinTalkingMs + Shift(200), 1_000, 9_000),
            (float)Math.Min(0.9, p.PersonBelowTalking * Factor()));
    }
}
