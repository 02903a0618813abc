using System.Runtime.CompilerServices;

namespace DialerEngine.Pacing.Laws;

/// <summary>
/// Estimates a level (hit ratio, rate at which agents finish) as events over exposure, over several memories at once: the last
/// 12, 50, 200 ... expected events. The longest memory that the shorter ones do not contradict is believed, so that the
/// estimate is steady while nothing changes; when a short memory contradicts (a list switch, a change of the hour), the longer
/// ones forget what they knew and start from the short one.
/// </summary>
internal sealed class LevelTracker
{
    private const int Scales = 5;
    private const double RateSeconds = 300;
    private const double LeastContradiction = 12;
    private const double MostContradiction = 22;
    private const double DoubtedContradiction = 17;
    private const double ShapeShare = 0.5;
    private const double LeastEvents = 1;
    private const double EnoughVariance = 1 / 40.0;
    private const double Caution = 0.7;

    /// <summary>What contradicted still holds some of what was before: it weighs less, so that what comes now soon outweighs it.</summary>
    private const double KeptAfterJump = 0.7;

    private static readonly double[] Memory = [12, 50, 200, 800, 3200];

    private readonly double[] _events = new double[Scales];
    private readonly double[] _exposure = new double[Scales];
    private readonly double _prior;
    private readonly bool _doubtsRises;
    private double _rate;
    private double _rateKnown;
    private double _contradiction = MostContradiction;

    /// <param name="prior">Level believed before any event.</param>
    /// <param name="priorEvents">Weight of that belief in events; it is forgotten like any other knowledge.</param>
    /// <param name="doubtsRises">Which false alarm costs more: a rise (of the rate at which agents come free) or a fall (of the hit ratio) lets a group
    /// dial more, at once, and is believed on stronger evidence only.</param>
    public LevelTracker(double prior, double priorEvents, bool doubtsRises = false)
    {
        // As in StayLaw: the memories are there before anything that reads them is compiled.
        RuntimeHelpers.RunClassConstructor(typeof(LevelTracker).TypeHandle);
        _prior = prior;
        _doubtsRises = doubtsRises;
        Level = prior;
        Reset(prior, priorEvents);
    }

    /// <summary>Events per unit of exposure.</summary>
    public double Level { get; private set; }

    /// <summary>Variance of <see cref="Level"/> over its square.</summary>
    public double RelativeVariance { get; private set; }

    /// <summary>
    /// The level, raised by most of a standard deviation where it rests on few events (at the start, after a jump): for a sum whose exact law knows nothing
    /// of a common error of all its chances. From forty events on it is the level itself.
    /// </summary>
    public double Cautious => Level * (1 + (Caution * Math.Sqrt(Math.Max(0, RelativeVariance - EnoughVariance))));

    /// <summary>Events from which the expectations were learned: as long as these are few, an expectation may be wrong without any change of the level.</summary>
    public double ShapeEvents { get; set; } = double.PositiveInfinity;

    /// <summary>How many times a contradiction made the long memories forget.</summary>
    public int Jumps { get; private set; }

    /// <summary>Adds what was seen in an interval: events, the exposure in which they could happen, and the interval's length.</summary>
    public void Add(double events, double exposure, double seconds)
    {
        // The mean of what was seen so far while that is less than five minutes, not a mean that begins with nothing.
        _rateKnown = Math.Min(RateSeconds, _rateKnown + seconds);
        _rate += Math.Min(1, seconds / Math.Max(1e-3, _rateKnown)) * ((events / Math.Max(1e-3, seconds)) - _rate);
        if (events == 0 && exposure <= 0)
        {
            return;
        }

        var expected = exposure * Level;
        for (var s = 0; s < Scales; s++)
        {
            var keep = Math.Exp(-expected / Memory[s]);
            _events[s] = (_events[s] * keep) + events;
            _exposure[s] = (_exposure[s] * keep) + exposure;
        }

        // Where events come often, false alarms would too, and more evidence soon comes: ask for more of it.
        _contradiction = Math.Clamp(18.5 + (3 * Math.Log(_rate + 1e-6)), LeastContradiction, MostContradiction);
        Judge();
    }

    /// <summary>Takes a level found otherwise, worth that many events, and forgets its own.</summary>
    public void Reset(double level, double events)
    {
        for (var s = 0; s < Scales; s++)
        {
            _events[s] = Math.Min(events, 0.5 * Memory[s]);
            _exposure[s] = _events[s] / level;
        }

        Believe(Scales - 1);
    }

    private void Judge()
    {
        for (var s = Scales - 1; s > 0; s--)
        {
            var level = LevelOf(s);
            for (var shorter = s - 1; shorter >= 0; shorter--)
            {
                if (Contradicts(shorter, level))
                {
                    Forget(shorter);
                    Believe(shorter);
                    return;
                }
            }

            if (s == Scales - 1)
            {
                Believe(s);
            }
        }
    }

    private bool Contradicts(int scale, double level)
    {
        var expected = _exposure[scale] * level;

        // A handful of events at least, or any count contradicts.
        if (expected < 6 && _events[scale] < 6)
        {
            return false;
        }

        // An exponentially forgotten count varies half as much as a plain one once its memory is full.
        var seen = _events[scale];
        var filled = Math.Min(1, expected / Memory[scale]);
        var needed = seen > expected == _doubtsRises ? Math.Max(DoubtedContradiction, _contradiction) : _contradiction;
        needed = needed * (1 - (0.5 * filled)) * (1 + (expected / (ShapeShare * ShapeEvents)));

        // Likelihood ratio of a Poisson count (upwards its tail is longer than a normal one's). It is at most chi-square, as ln x <= x - 1: most looks need no logarithm.
        if (2 * (seen - expected) * (seen - expected) < 0.999 * needed * expected)
        {
            return false;
        }

        var ratio = seen > 0 ? seen * Math.Log(seen / Math.Max(1e-9, expected)) : 0;
        return 2 * (ratio - seen + expected) > needed;
    }

    private void Forget(int scale)
    {
        Jumps++;
        for (var s = scale + 1; s < Scales; s++)
        {
            _events[s] = KeptAfterJump * _events[scale];
            _exposure[s] = KeptAfterJump * _exposure[scale];
        }
    }

    private void Believe(int scale)
    {
        Level = LevelOf(scale);
        RelativeVariance = 1 / (_events[scale] + LeastEvents);
    }

    private double LevelOf(int scale) => (_events[scale] + LeastEvents) / (_exposure[scale] + (LeastEvents / _prior));
}
