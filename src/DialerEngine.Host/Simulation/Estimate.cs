namespace DialerEngine.Host.Simulation;

/// <summary>A mean over seeds with half the width of its 95 % interval (Student's t).</summary>
internal readonly record struct Estimate(double Mean, double Half)
{
    // 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom (any table of the t-distribution).
    private static readonly double[] Quantiles =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>The estimate from independent runs; the half-width is 0 for a single one.</summary>
    public static Estimate Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        if (values.Count < 2)
        {
            return new Estimate(mean, 0);
        }

        var freedom = values.Count - 1;
        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / freedom);
        return new Estimate(mean, Quantile(freedom) * deviation / Math.Sqrt(values.Count));
    }

    /// <summary>97.5 % quantile of Student's t.</summary>
    public static double Quantile(int freedom) => freedom <= Quantiles.Length ? Quantiles[freedom - 1] : 1.960 + (2.46 / freedom);
}
