namespace DialerEngine.Pacing.Laws;

/// <summary>
/// How long the listening after an answer takes, for people and for everything else (machines, fax, silence): two discounted
/// histograms of a quarter of a second, 16 s long, and the share of verdicts that come with the answer itself (nobody listens, or
/// answers are not reported). What is older than that is taken for no person.
/// </summary>
internal sealed class DetectionLaw
{
    /// <summary>Resolution, seconds.</summary>
    public const double Step = 0.25;

    /// <summary>Number of steps.</summary>
    public const int Bins = 64;

    private const double Memory = 1000;
    private const double PriorWeight = 2;
    private const double AtOnceSeconds = 0.005;

    private readonly double[] _person = new double[Bins];
    private readonly double[] _other = new double[Bins];
    private readonly double[] _atOnce = new double[2];
    private readonly double[] _personCumulative = new double[Bins + 1];
    private readonly double[] _otherCumulative = new double[Bins + 1];
    private readonly double[] _byAge = new double[Bins * Horizon.Points];

    public DetectionLaw() => Rebuild();

    /// <summary>For each age of listening the chance that the verdict comes by each point of the horizon, given a person.</summary>
    public ReadOnlySpan<double> RowAt(int bin) => _byAge.AsSpan(bin * Horizon.Points, Horizon.Points);

    /// <summary>The bin of an age in seconds.</summary>
    public static int BinOf(double seconds) => Math.Clamp((int)(seconds / Step), 0, Bins - 1);

    /// <summary>Chance that a person is still unjudged at that age.</summary>
    public double PersonSurvival(int bin) => 1 - _personCumulative[bin];

    /// <summary>Chance that anything else is still unjudged at that age.</summary>
    public double OtherSurvival(int bin) => 1 - _otherCumulative[bin];

    /// <summary>Learns from a verdict.</summary>
    public void Add(double seconds, bool person)
    {
        var histogram = person ? _person : _other;
        const double Keep = 1 - (1 / Memory);
        for (var i = 0; i < Bins; i++)
        {
            histogram[i] *= Keep;
        }

        ref var atOnce = ref _atOnce[person ? 1 : 0];
        atOnce *= Keep;
        if (seconds < AtOnceSeconds)
        {
            atOnce++;
        }
        else
        {
            histogram[BinOf(seconds)]++;
        }
    }

    /// <summary>Makes the tables anew from what was learned.</summary>
    public void Rebuild()
    {
        Accumulate(_person, _atOnce[1], _personCumulative, 1.25);
        Accumulate(_other, _atOnce[0], _otherCumulative, 3.0);
        for (var bin = 0; bin < Bins; bin++)
        {
            var before = _personCumulative[bin];
            var scale = 1 / Math.Max(1e-9, 1 - before);
            var row = _byAge.AsSpan(bin * Horizon.Points, Horizon.Points);
            for (var k = 0; k < row.Length; k++)
            {
                // Points lie at 0.5 s, 1.5 s ...: two quarters, six quarters.
                row[k] = (_personCumulative[Math.Min(Bins, bin + (4 * k) + 2)] - before) * scale;
            }
        }
    }

    /// <summary>Chance that answer and verdict both fall within <paramref name="steps"/> steps of half a second, the answer anywhere in the first.</summary>
    public double WithinFromAnswerIn(int steps)
    {
        if (steps == 0)
        {
            return 0;
        }

        var whole = steps * 2;
        var later = _personCumulative[Math.Min(Bins, whole)];
        var middle = _personCumulative[Math.Min(Bins, whole - 1)];
        var sooner = _personCumulative[Math.Min(Bins, whole - 2)];
        return (0.25 * later) + (0.5 * middle) + (0.25 * sooner);
    }

    private static void Accumulate(double[] histogram, double atOnce, double[] cumulative, double priorSeconds)
    {
        var priorBin = BinOf(priorSeconds);
        var total = PriorWeight + atOnce;
        foreach (var weight in histogram)
        {
            total += weight;
        }

        var sum = atOnce;
        for (var i = 0; i < Bins; i++)
        {
            cumulative[i] = sum / total;
            var prior = i == priorBin ? 0.5 : i == priorBin - 1 || i == priorBin + 1 ? 0.25 : 0;
            sum += histogram[i] + (PriorWeight * prior);
        }

        cumulative[Bins] = 1;
    }
}
