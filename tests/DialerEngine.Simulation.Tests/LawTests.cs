using DialerEngine.Adapters.Simulated.Simulation;

namespace DialerEngine.Simulation.Tests;

public sealed class LawTests
{
    private const int Draws = 200_000;

    public static TheoryData<string, double, double> Moments() => new()
    {
        // Name, mean, standard deviation: from the textbook formulas of each law.
        { "constant", 7, 0 },
        { "uniform", 5, 8 / 3.4641016151 },
        { "exponential", 30, 30 },
        { "lognormal", 120, 108 },
        { "gamma", 40, 20 },
        { "weibull", 17.72453851, 9.26502777 },
        { "empirical", 4, 2.4494897428 },
        { "histogram", 20 / 3.0, 4.7140452079 },
        { "mixture", 16, 13.6381816970 },
        { "shifted", 12.5, 0.5 },
    };

    [Theory]
    [MemberData(nameof(Moments))]
    public void A_law_has_the_moments_of_its_name(string name, double mean, double deviation)
    {
        var law = Named(name);
        var random = new Adapters.Simulated.Pacing.SeededRandom(7);
        var values = Enumerable.Range(0, Draws).Select(_ => law.Sample(random)).ToArray();
        var seenMean = values.Average();
        var seenDeviation = Math.Sqrt(values.Average(v => (v - seenMean) * (v - seenMean)));

        Assert.Equal(mean, law.Mean, 6);
        Assert.Equal(deviation, Math.Sqrt(law.Variance), 6);
        Assert.InRange(seenMean, mean - (0.02 * mean), mean + (0.02 * mean));
        Assert.InRange(seenDeviation, (0.95 * deviation) - 1e-9, (1.05 * deviation) + 1e-9);
        Assert.All(values, v => Assert.True(v >= 0));
    }

    [Fact]
    public void A_cut_law_never_gives_more_than_its_longest_value_and_ends_when_nothing_fits()
    {
        var random = new Adapters.Simulated.Pacing.SeededRandom(1);
        var cut = new ShiftedLaw(new LogNormalLaw(8, 0.6), 2.5, 26);
        Assert.All(Enumerable.Range(0, 50_000), _ => Assert.InRange(cut.Sample(random), 2.5, 26));
        Assert.Equal(3, new ShiftedLaw(Law.Constant(100), 2.5, 3).Sample(random));
    }

    [Fact]
    public void Equal_seeds_draw_equal_values()
    {
        double[] Draw() { var r = new Adapters.Simulated.Pacing.SeededRandom(5); return [.. Enumerable.Range(0, 100).Select(_ => Named("gamma").Sample(r))]; }
        Assert.Equal(Draw(), Draw());
    }

    [Fact]
    public void Neighbouring_seeds_draw_nothing_in_common()
    {
        // A stream that is its neighbour's, a few numbers later, makes ten runs one run: their mean and interval would say nothing.
        var seen = new HashSet<double>();
        const int Numbers = 5_000;
        for (var seed = 100; seed < 120; seed++)
        {
            var random = new Adapters.Simulated.Pacing.SeededRandom(seed);
            for (var i = 0; i < Numbers; i++)
            {
                seen.Add(random.Uniform());
            }
        }

        Assert.Equal(20 * Numbers, seen.Count);
    }

    private static Law Named(string name) => name switch
    {
        "constant" => Law.Constant(7),
        "uniform" => new UniformLaw(1, 9),
        "exponential" => new ExponentialLaw(30),
        "lognormal" => new LogNormalLaw(120, 0.9),
        "gamma" => new GammaLaw(40, 0.5),
        "weibull" => new WeibullLaw(20, 2),
        "empirical" => new EmpiricalLaw([1, 4, 7]),
        "histogram" => new HistogramLaw([0, 4, 10, 20], [2, 3, 1]),
        "mixture" => new MixtureLaw([(new ExponentialLaw(10), 3), (new UniformLaw(28, 40), 1)]),
        _ => new ShiftedLaw(new EmpiricalLaw([9, 10]), 3, 100),
    };
}
