using DialerEngine.Core;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Adapters.Simulated.Pacing.Policies;

/// <summary>
/// For comparison: classical rate pacing. The largest traffic that loses no more than the cap by Erlang's loss formula gives,
/// with the true hit ratio and handling time told beforehand, an even rate of dials that takes no notice of what happens.
/// </summary>
public sealed class ErlangPacer : IPacer
{
    private readonly double _cap;
    private readonly double _dialsPerErlangSecond;
    private double _last = double.NaN;
    private double _owed;
    private int _agents = -1;
    private double _traffic;

    /// <param name="cap">Share of calls that may be lost.</param>
    /// <param name="hitRatio">True share of dials answered by a person.</param>
    /// <param name="handlingSeconds">True mean of talk and wrap.</param>
    public ErlangPacer(double cap, double hitRatio, double handlingSeconds)
    {
        _cap = cap;
        _dialsPerErlangSecond = 1 / (hitRatio * handlingSeconds);
    }

    /// <inheritdoc/>
    public void Observe(in Moment now, in PacingEvent happened)
    {
        // An open loop: nothing is learned.
    }

    /// <inheritdoc/>
    public PacingDecision Decide(in PacingSituation situation)
    {
        var now = situation.Now.Ticks / (double)TimeSpan.TicksPerSecond;
        if (_agents != situation.LoggedInAgents)
        {
            _agents = situation.LoggedInAgents;
            _traffic = LargestTraffic(_agents, _cap);
        }

        _owed += double.IsNaN(_last) ? 0 : (now - _last) * _traffic * _dialsPerErlangSecond;
        _last = now;
        var decision = Bounded.Decision((int)_owed, in situation);
        _owed -= (int)_owed;
        return decision;
    }

    private static double LargestTraffic(int agents, double cap)
    {
        double low = 0, high = 2.0 * agents;
        for (var i = 0; i < 50; i++)
        {
            var middle = (low + high) / 2;
            if (Loss(agents, middle) <= cap)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static double Loss(int agents, double traffic)
    {
        var loss = 1.0;
        for (var n = 1; n <= agents; n++)
        {
            loss = traffic * loss / (n + (traffic * loss));
        }

        return loss;
    }
}
