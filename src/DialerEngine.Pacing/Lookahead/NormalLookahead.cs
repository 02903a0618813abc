using DialerEngine.Pacing.Laws;

namespace DialerEngine.Pacing.Lookahead;

/// <summary>
/// Risk of the next dial for groups of more than a few agents: free agents less answers is close to normal at every point; a
/// term for skewness corrects the tail, one half for continuity.
/// </summary>
internal sealed class NormalLookahead
{
    private const double MaxSkew = 0.7;
    private const double MaxZ = 4;

    /// <summary>Beyond this the chance is none: the correction for skewness, made for likely numbers, would leave one of a hundredth however many agents are idle.</summary>
    private const double NeverZ = 6;
    private const double LeastMass = 1e-4;

    private readonly double[] _mean = new double[Horizon.Points];
    private readonly double[] _variance = new double[Horizon.Points];
    private readonly double[] _third = new double[Horizon.Points];
    private readonly double[] _answerMean = new double[Horizon.Points];
    private readonly double[] _answerVariance = new double[Horizon.Points];
    private readonly double[] _answerThird = new double[Horizon.Points];

    /// <summary>Sets what is under way: ready agents less those spoken for, agents coming free, answers to come.</summary>
    public void Begin(double ready, Forecast free, Forecast answers)
    {
        for (var k = 0; k < Horizon.Points; k++)
        {
            _mean[k] = ready + free.Mean[k] - answers.Mean[k];
            _variance[k] = free.Variance[k] + answers.Variance[k];
            _third[k] = free.Third[k] - answers.Third[k];
            _answerMean[k] = 0;
            _answerVariance[k] = 0;
            _answerThird[k] = 0;
        }
    }

    /// <summary>Adds one dial of a hit chance to those whose risk is asked for.</summary>
    public void Accept(double hit, ReadOnlySpan<double> fresh)
    {
        for (var k = 0; k < Horizon.Points; k++)
        {
            var chance = hit * fresh[k];
            _answerMean[k] += chance;
            _answerVariance[k] += chance * (1 - chance);
            _answerThird[k] += chance * (1 - chance) * (1 - (2 * chance));
        }
    }

    /// <summary>Chance that one more dial, if a person answers it, finds no agent in time, when <paramref name="times"/> times the accepted dials go before it.</summary>
    public double Risk(double times, ReadOnlySpan<double> freshMass)
    {
        var risk = 0.0;
        for (var k = 0; k < Horizon.Points; k++)
        {
            var mass = freshMass[k];
            if (mass < LeastMass)
            {
                continue;
            }

            var mean = _mean[k] - (times * _answerMean[k]);
            var variance = _variance[k] + (times * _answerVariance[k]);
            var third = _third[k] - (times * _answerThird[k]);
            risk += mass * AtMostZero(mean, variance, third);
        }

        return risk;
    }

    /// <summary>Chance that a whole number of the given cumulants is zero or less.</summary>
    public static double AtMostZero(double mean, double variance, double third)
    {
        if (variance < 1e-9)
        {
            return mean < 0.5 ? 1 : 0;
        }

        var deviation = Math.Sqrt(variance);
        var distance = (0.5 - mean) / deviation;
        if (distance < -NeverZ)
        {
            return 0;
        }

        var z = Math.Clamp(distance, -MaxZ, MaxZ);
        var skew = Math.Clamp(third / (variance * deviation), -MaxSkew, MaxSkew);

        // Cornish-Fisher: within these bounds it grows with z, so more agents never look riskier.
        return NormalCdf(z - (skew / 6 * ((z * z) - 1)));
    }

    /// <summary>Standard normal distribution function, within 1e-7 (Abramowitz and Stegun 26.2.17).</summary>
    public static double NormalCdf(double z)
    {
        var x = Math.Abs(z);
        var t = 1 / (1 + (0.2316419 * x));
        var tail = 0.3989422804014327 * Math.Exp(-0.5 * x * x) * t
            * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return z > 0 ? 1 - tail : tail;
    }
}
