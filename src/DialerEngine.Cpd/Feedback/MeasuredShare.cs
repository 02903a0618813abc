namespace DialerEngine.Cpd.Feedback;

/// <summary>
/// A share that was measured, with the interval in which the true one lies with 95 % confidence: the score interval without continuity correction
/// (E. B. Wilson 1927; method 3 of R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, whose table the tests hold).
/// </summary>
/// <param name="Hits">What was counted.</param>
/// <param name="Of">Out of how many.</param>
public readonly record struct MeasuredShare(long Hits, long Of)
{
    // Quantiles of the normal distribution, both sides: 95 %, and 97.5 % for each of two shares that are to hold together with 95 % (Bonferroni).
    private const double Z = 1.959964;
    private const double ZOfTwo = 2.241403;

    /// <summary>0..1; 0 when nothing was counted.</summary>
    public double Share => Of == 0 ? 0 : Hits / (double)Of;

    /// <summary>Lower bound, 0..1.</summary>
    public double Low => Bounds(Z).Low;

    /// <summary>Upper bound, 0..1; 1 when nothing was counted.</summary>
    public double High => Bounds(Z).High;

    /// <summary>The interval of one of two shares that hold together with 95 %.</summary>
    internal (double Low, double High) OfTwo => Bounds(ZOfTwo);

    private (double Low, double High) Bounds(double z)
    {
        if (Of == 0)
        {
            return (0, 1);
        }

        var square = z * z / Of;
        var centre = (Share + (square / 2)) / (1 + square);
        var reach = z / (1 + square) * Math.Sqrt((Share * (1 - Share) / Of) + (square / (4.0 * Of)));

        // At the ends the interval's bound is the end itself; rounding must not put the share outside of it.
        return (Hits == 0 ? 0 : Math.Max(0, centre - reach), Hits == Of ? 1 : Math.Min(1, centre + reach));
    }
}

/// <summary>A rate of all calls, estimated from those that were checked.</summary>
/// <param name="Share">The estimate, 0..1; 0 where nothing is known.</param>
/// <param name="Low">Lower bound; the true rate lies between the bounds with at least 95 %.</param>
/// <param name="High">Upper bound; 1 where nothing was checked.</param>
public readonly record struct EstimatedShare(double Share, double Low, double High);
