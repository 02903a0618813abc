namespace DialerEngine.Pacing.Laws;

/// <summary>
/// How long the listening after an answer takes, for people and for everything else (machines, fax, silence): two discounted
/// histograms of a quarter of a second, 16 s long. What is older than that is taken for no person.
/// </summary>
internal sealed class DetectionLaw
{
    /// <summary>Resolution, seconds.</summary>
    public const double Step = 0.25;

    /// <summary>Number of steps.</summary>
    public const int Bins = 64;

    private const double Memory = 1000;
    private const double PriorWeight = 2;

    private readonly double[] _person = new double[Bins];
    private readonly double[] _other = new double[Bins];
    private readonly double[] _personCumulative = new double[Bins + 1];
    private readonly double[] _otherCumulative = new double[Bins + 1];
    private readonly double[] _byAge = new double[Bins * Horizon.Points];
    private readonly double[] _soon = new double[Bins * 5];

    public DetectionLaw() => Rebuild();

    /// <summary>For each age of listening the chance that the verdict comes by each point of the horizon, given a person.</summary>
    public ReadOnlySpan<double> RowAt(int bin) => _byAge.AsSpan(bin * Horizon.Points, Horizon.Points);

    /// <summary>Chance, given a person still unjudged at that age, of the verdict within 0, 0.5, 1, 1.5, 2 s.</summary>
    public ReadOnlySpan<double> SoonAt(int bin) => _soon.AsSpan(bin * 5, 5);

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

        histogram[BinOf(seconds)]++;
    }

    /// <summary>Makes the tables anew from what was learned.</summary>
    public void Rebuild()
    {
        Accumulate(_person, _personCumulative, 1.25);
        Accumulate(_other, _otherCumulative, 3.0);
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

            for (var i = 0; i < 5; i++)
            {
                _soon[(bin * 5) + i] = (_personCumulative[Math.Min(Bins, bin + (2 * i))] - before) * scale;
            }
        }
    }

    /// <summary>Chance that answer and verdict both fall within <paramref name="steps"/> steps of half a second, the answer anywhere in the first.</summary>
    public double WithinFromAnswerIn(int steps)
    {
        var whole = steps * 2;
        var later = _personCumulative[Math.Min(Bins, whole)];
        var middle = whole >= 1 ? _personCumulative[Math.Min(Bins, whole - 1)] : 0;
        var sooner = whole >= 2 ? _personCumulative[Math.Min(Bins, whole - 2)] : 0;
        return (0.25 * later) + (0.5 * middle) + (0.25 * sooner);
    }

    private static void Accumulate(double[] histogram, double[] cumulative, double priorSeconds)
    {
        var priorBin = BinOf(priorSeconds);
        var total = PriorWeight;
        foreach (var weight in histogram)
        {
            total += weight;
        }

        var sum = 0.0;
        for (var i = 0; i < Bins; i++)
        {
            cumulative[i] = sum / total;
            var prior = i == priorBin ? 0.5 : i == priorBin - 1 || i == priorBin + 1 ? 0.25 : 0;
            sum += histogram[i] + (PriorWeight * prior);
        }

        cumulative[Bins] = 1;
    }
}
