namespace DialerEngine.Adapters.Simulated;

/// <summary>A small seeded generator (SplitMix64, Steele, Lea and Flood 2014): equal seeds give equal runs on every machine.</summary>
public sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, bound).</summary>
    public int Next(int bound) => (int)(NextDouble() * bound);

    public bool Chance(double share) => NextDouble() < share;

    /// <summary>Exponential with the given mean.</summary>
    public double Exponential(double mean) => -mean * Math.Log(1 - NextDouble());

    /// <summary>Lognormal with the given mean and coefficient of variation.</summary>
    public double Lognormal(double mean, double variation)
    {
        var sigma2 = Math.Log(1 + (variation * variation));
        var normal = Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());
        return Math.Exp(Math.Log(mean) - (sigma2 / 2) + (Math.Sqrt(sigma2) * normal));
    }
}
