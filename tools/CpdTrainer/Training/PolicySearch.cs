using CpdTrainer.Audio;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>
/// Looks for operating points on calls of voices that were not trained on: for each limit of people lost and of the median delay the point
/// that misses the fewest machines. Prints what each does on recordings that chose nothing.
/// </summary>
internal sealed class PolicySearch(IReadOnlyList<CallRows> calls, Func<SpeechFeatures, float> model, SignalLab lab)
{
    private const int Trials = 2_500;
    private const double MinSettled = 98;

    public void Run(IReadOnlyList<CallRows> recordings)
    {
        var probabilities = Probabilities(calls);
        var recorded = Probabilities(recordings);
        var points = Enumerable.Range(0, Trials).Select(_ => Draw()).ToArray();
        var figures = points.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(p => Trial.Run(calls, probabilities, p)).ToArray();
        foreach (var (lost, delay) in new[] { (1.5, 420), (1.5, 500), (1.5, 600), (1.5, 700), (1.0, 700), (1.5, 800), (1.0, 800), (1.5, 900), (1.0, 900), (1.0, 1_100) })
        {
            var best = -1;
            for (var i = 0; i < points.Length; i++)
            {
                if (figures[i].FalseMachines <= lost && figures[i].PersonDelayP50 <= delay && figures[i].SettledIn2S >= MinSettled && (best < 0 || Cost(figures[i]) < Cost(figures[best])))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                continue;
            }

            Console.WriteLine($"{points[best]}");
            Print("made", figures[best]);
            if (recordings.Count > 0)
            {
                Print("recorded", Trial.Run(recordings, recorded, points[best]));
            }
        }
    }

    private static double Cost(in Trial.Figures f) => f.MissedMachines + (2 * f.FalseMachines);

    private static void Print(string name, in Trial.Figures f) => Console.WriteLine(
        $"    {name,-9} FP {f.FalseMachines,5:F2}  FN {f.MissedMachines,5:F2}  acc {f.Accuracy,5:F2}  p50 after {f.PersonDelayP50,5:F0}  p90 {f.PersonP90,5:F0}  <2s {f.SettledIn2S:F1}");

    private List<float[]> Probabilities(IReadOnlyList<CallRows> of) => [.. of.Select(c => Array.ConvertAll(c.Rows, r => model(r.Features)))];

    private OperatingPoint Draw()
    {
        var minPause = 240 + (40 * lab.Index(10));
        var longPause = minPause + 100 + (40 * lab.Index(20));
        var person = Math.Pow(10, lab.Between(-2.2, -0.2));
        return new OperatingPoint(
            (float)person, (float)Math.Min(0.9, person * lab.Between(0.7, 6)), (float)lab.Between(0.9, 0.99), minPause, longPause,
            Math.Min(longPause + (40 * lab.Index(20)), 1_760), 1_500 + (500 * lab.Index(9)), 5_500 + (500 * lab.Index(8)), (float)lab.Between(0.5, 0.95));
    }
}
