namespace DialerEngine.Adapters.Simulated.Simulation;

/// <summary>A law of a duration in seconds: what a scenario says about ringing, talking and the like.</summary>
public abstract class Law
{
    /// <summary>Mean, seconds.</summary>
    public abstract double Mean { get; }

    /// <summary>Variance, seconds squared.</summary>
    public abstract double Variance { get; }

    /// <summary>Draws a duration; never negative.</summary>
    public abstract double Sample(Pacing.SeededRandom random);

    /// <summary>Always the same.</summary>
    public static Law Constant(double seconds) => new UniformLaw(seconds, seconds);
}

/// <summary>Uniform between two values; with equal ones a constant.</summary>
/// <param name="least">Smallest value, at least 0.</param>
/// <param name="most">Largest value, at least <paramref name="least"/>.</param>
public sealed class UniformLaw(double least, double most) : Law
{
    /// <inheritdoc/>
    public override double Mean => (least + most) / 2;

    /// <inheritdoc/>
    public override double Variance => (most - least) * (most - least) / 12;

    /// <inheritdoc/>
    public override double Sample(Pacing.SeededRandom random) => most > least ? least + ((most - least) * random.Uniform()) : least;
}

/// <summary>Exponential.</summary>
/// <param name="mean">Mean, above 0.</param>
public sealed class ExponentialLaw(double mean) : Law
{
    /// <inheritdoc/>
    public override double Mean => mean;

    /// <inheritdoc/>
    public override double Variance => mean * mean;

    /// <inheritdoc/>
    public override double Sample(Pacing.SeededRandom random) => random.Exponential(mean);
}

/// <summary>Lognormal of a mean and a coefficient of variation.</summary>
/// <param name="mean">Mean, above 0.</param>
/// <param name="variation">Standard deviation over mean, above 0.</param>
public sealed class LogNormalLaw(double mean, double variation) : Law
{
    private readonly double _sigma = Math.Sqrt(Math.Log(1 + (variation * variation)));
    private readonly double _location = Math.Log(mean) - (0.5 * Math.Log(1 + (variation * variation)));

    /// <inheritdoc/>
    public override double Mean => mean;

    /// <inheritdoc/>
    public override double Variance => mean * mean * variation * variation;

    /// <inheritdoc/>
    public override double Sample(Pacing.SeededRandom random) => Math.Exp(_location + (_sigma * random.Normal()));
}

/// <summary>Gamma of a mean and a coefficient of variation (shape 1 / cv squared).</summary>
/// <param name="mean">Mean, above 0.</param>
/// <param name="variation">Standard deviation over mean, 0.01 to 3.</param>
public sealed class GammaLaw(double mean, double variation) : Law
{
    private readonly double _shape = 1 / (variation * variation);

    /// <inheritdoc/>
    public override double Mean => mean;

    /// <inheritdoc/>
    public override double Variance => mean * mean * variation * variation;

    /// <inheritdoc/>
    public override double Sample(Pacing.SeededRandom random) => random.Gamma(_shape) * mean / _shape;
}

/// <summary>Weibull of a scale and a shape.</summary>
/// <param name="scale">Scale, seconds, above 0.</param>
/// <param name="shape">Shape, above 0: below 1 long ones get longer, 1 is exponential.</param>
public sealed class WeibullLaw(double scale, double shape) : Law
{
    /// <inheritdoc/>
    public override double Mean => scale * GammaFunction(1 + (1 / shape));

    /// <inheritdoc/>
    public override double Variance => (scale * scale * GammaFunction(1 + (2 / shape))) - (Mean * Mean);

    /// <inheritdoc/>
    public override double Sample(Pacing.SeededRandom random) => scale * Math.Pow(-Math.Log(1 - random.Uniform()), 1 / shape);

    // Lanczos's series (g = 7, n = 9) for arguments of at least 1, which is all that the moments need.
    private static double GammaFunction(double x)
    {
        ReadOnlySpan<double> terms =
        [
            676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
            9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        var sum = 0.99999999999980993;
        for (var i = 0; i < terms.Length; i++)
        {
            sum += terms[i] / (x + i);
        }

        var t = x + 6.5;
        return Math.Sqrt(2 * Math.PI) * Math.Pow(t, x - 0.5) * Math.Exp(-t) * sum;
    }
}

/// <summary>One of the values seen, each as likely as the other.</summary>
public sealed class EmpiricalLaw : Law
{
    private readonly double[] _values;

    /// <param name="values">At least one value, none negative.</param>
    public EmpiricalLaw(IReadOnlyList<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count);
        _values = [.. values];
        Mean = _values.Average();
        Variance = _values.Average(v => (v - Mean) * (v - Mean));
    }

    /// <inheritdoc/>
    public override double Mean { get; }

    /// <inheritdoc/>
    public override double Variance { get; }

    /// <inheritdoc/>
    public override double Sample(Pacing.SeededRandom random) => _values[(int)(random.Uniform() * _values.Length)];
}

/// <summary>A histogram: a cell by its weight, and within it every value as likely as the other.</summary>
public sealed class HistogramLaw : Law
{
    private readonly double[] _edges;
    private readonly double[] _upTo;

    /// <param name="edges">Edges of the cells, rising, none negative; one more than there are cells.</param>
    /// <param name="weights">Weights of the cells, none negative, not all 0.</param>
    public HistogramLaw(IReadOnlyList<double> edges, IReadOnlyList<double> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(edges.Count, weights.Count + 1);
        _edges = [.. edges];
        _upTo = new double[weights.Count];
        var all = weights.Sum();
        double sum = 0, mean = 0, square = 0;
        for (var i = 0; i < weights.Count; i++)
        {
            var share = weights[i] / all;
            var (a, b) = (edges[i], edges[i + 1]);
            sum += share;
            _upTo[i] = sum;
            mean += share * (a + b) / 2;
            square += share * ((a * a) + (a * b) + (b * b)) / 3;
        }

        Mean = mean;
        Variance = square - (mean * mean);
    }

    /// <inheritdoc/>
    public override double Mean { get; }

    /// <inheritdoc/>
    public override double Variance { get; }

    /// <inheritdoc/>
    public override double Sample(Pacing.SeededRandom random)
    {
        var found = Array.BinarySearch(_upTo, random.Uniform());
        var cell = Math.Min(found >= 0 ? found + 1 : ~found, _upTo.Length - 1);
        return _edges[cell] + ((_edges[cell + 1] - _edges[cell]) * random.Uniform());
    }
}

/// <summary>One of several laws, by weight.</summary>
public sealed class MixtureLaw : Law
{
    private readonly Law[] _parts;
    private readonly double[] _shares;

    /// <param name="parts">The laws with their weights, none negative, not all 0.</param>
    public MixtureLaw(IReadOnlyList<(Law Law, double Weight)> parts)
    {
        var all = parts.Sum(p => p.Weight);
        _parts = [.. parts.Select(p => p.Law)];
        _shares = [.. parts.Select(p => p.Weight / all)];
        for (var i = 0; i < _parts.Length; i++)
        {
            Mean += _shares[i] * _parts[i].Mean;
            Variance += _shares[i] * (_parts[i].Variance + (_parts[i].Mean * _parts[i].Mean));
        }

        Variance -= Mean * Mean;
    }

    /// <inheritdoc/>
    public override double Mean { get; }

    /// <inheritdoc/>
    public override double Variance { get; }

    /// <inheritdoc/>
    public override double Sample(Pacing.SeededRandom random)
    {
        var at = random.Uniform();
        var i = 0;
        while (i < _parts.Length - 1 && (at -= _shares[i]) >= 0)
        {
            i++;
        }

        return _parts[i].Sample(random);
    }
}

/// <summary>Another law moved by a fixed time and cut off: what would be longer is drawn again.</summary>
/// <param name="law">The law.</param>
/// <param name="plus">Seconds added, at least 0.</param>
/// <param name="atMost">Longest value, above <paramref name="plus"/>.</param>
public sealed class ShiftedLaw(Law law, double plus, double atMost) : Law
{
    // A cut that hardly lets anything through must not hang: then the longest value stands.
    private const int Tries = 1_000;

    /// <summary>Mean without the cut, seconds.</summary>
    public override double Mean => Math.Min(atMost, law.Mean + plus);

    /// <summary>Variance without the cut.</summary>
    public override double Variance => law.Variance;

    /// <inheritdoc/>
    public override double Sample(Pacing.SeededRandom random)
    {
        for (var i = 0; i < Tries; i++)
        {
            var value = plus + law.Sample(random);
            if (value <= atMost)
            {
                return value;
            }
        }

        return atMost;
    }
}
