namespace DialerEngine.Adapters.Simulated.Pacing;

/// <summary>A stream of random numbers that one seed fixes for ever (SplitMix64, public domain algorithm by S. Vigna).</summary>
public sealed class SeededRandom
{
    private const ulong Step = 0x9E3779B97F4A7C15UL;

    private ulong _state;

    /// <param name="seed">Any number; equal seeds give equal streams.</param>
    public SeededRandom(long seed) => Restart(seed);

    /// <summary>Begins another stream in place of this one. The seed is scattered first: the state grows by a constant, so states that lie a
    /// multiple of it apart would be one stream, a few numbers earlier or later, and runs of neighbouring seeds would be one run.</summary>
    public void Restart(long seed) => _state = Scatter(((ulong)seed * 0xD1342543DE82EF95UL) + Step);

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform()
    {
        _state += Step;
        return (Scatter(_state) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Standard normal (Box and Muller).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    /// <summary>Lognormal of a mean and a coefficient of variation.</summary>
    public double LogNormal(double mean, double variation)
    {
        var s2 = Math.Log(1 + (variation * variation));
        return mean * Math.Exp((Math.Sqrt(s2) * Normal()) - (0.5 * s2));
    }

    /// <summary>Exponential of a mean.</summary>
    public double Exponential(double mean) => -mean * Math.Log(1 - Uniform());

    /// <summary>Gamma of a shape (at least 0.1) and scale 1 (Marsaglia and Tsang).</summary>
    public double Gamma(double shape)
    {
        if (shape < 1)
        {
            return Gamma(shape + 1) * Math.Pow(1 - Uniform(), 1 / shape);
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal();
            var v = 1 + (c * x);
            v = v * v * v;
            if (v > 0 && Math.Log(1 - Uniform()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    /// <summary>Beta of two shapes.</summary>
    public double Beta(double a, double b)
    {
        var x = Gamma(a);
        return x / (x + Gamma(b));
    }

    private static ulong Scatter(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
