using System.Numerics;
using DialerEngine.Pacing.Laws;

namespace DialerEngine.Pacing.Lookahead;

/// <summary>
/// First three cumulants of a sum of independent yes-or-no events (people answering, agents coming free) at every point of the
/// horizon. Events with the same row of chances are added together, so the cost does not grow with their number.
/// </summary>
internal sealed class Forecast
{
    private readonly double[] _mean = new double[Horizon.Points];
    private readonly double[] _variance = new double[Horizon.Points];
    private readonly double[] _third = new double[Horizon.Points];

    /// <summary>Expected number by each point.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>Variance of the number by each point.</summary>
    public ReadOnlySpan<double> Variance => _variance;

    /// <summary>Third cumulant of the number by each point.</summary>
    public ReadOnlySpan<double> Third => _third;

    /// <summary>Starts from nothing.</summary>
    public void Clear()
    {
        Array.Clear(_mean);
        Array.Clear(_variance);
        Array.Clear(_third);
    }

    /// <summary>
    /// Adds events whose chances are c times the row's, given the sums of c, its square and its cube over these events: a
    /// Bernoulli variable of chance p has cumulants p, p - p², p - 3p² + 2p³.
    /// </summary>
    public void Add(ReadOnlySpan<double> row, double sum, double squares, double cubes)
    {
        var width = Vector<double>.Count;
        var s1 = new Vector<double>(sum);
        var s2 = new Vector<double>(squares);
        var s3 = new Vector<double>(2 * cubes);
        var three = new Vector<double>(3);
        for (var k = 0; k < Horizon.Points; k += width)
        {
            var chance = new Vector<double>(row[k..]);
            var first = s1 * chance;
            var second = s2 * chance * chance;
            var third = s3 * chance * chance * chance;
            (new Vector<double>(_mean, k) + first).CopyTo(_mean, k);
            (new Vector<double>(_variance, k) + first - second).CopyTo(_variance, k);
            (new Vector<double>(_third, k) + first - (three * second) + third).CopyTo(_third, k);
        }
    }

    /// <summary>Adds one event at one point.</summary>
    public void AddAt(int point, double chance)
    {
        _mean[point] += chance;
        _variance[point] += chance * (1 - chance);
        _third[point] += chance * (1 - chance) * (1 - (2 * chance));
    }

    /// <summary>Widens the forecast by what is not known of a common factor of all chances.</summary>
    public void AddUncertainty(double relativeVariance)
    {
        for (var k = 0; k < Horizon.Points; k++)
        {
            _variance[k] += relativeVariance * _mean[k] * _mean[k];
        }
    }
}
