namespace DialerEngine.Pacing.Laws;

/// <summary>
/// Estimates a level (hit ratio, rate at which agents finish) as events over exposure, over several memories at once: the last
/// 25, 100, 400 ... expected events. The longest memory that the shorter ones do not contradict is believed, so that the
/// estimate is steady while nothing changes; when a short memory contradicts (a list switch, a change of the hour), the longer
/// ones forget what they knew and start from the short one.
/// </summary>
internal sealed class LevelTracker
{
    private const int Scales = 5;
    private const double ContradictionZ = 2.8;
    private static readonly double[] Memory = [12, 50, 200, 800, 3200];

    private readonly double[] _events = new double[Scales];
    private readonly double[] _exposure = new double[Scales];
    private readonly double _prior;
    private readonly double _priorEvents;

    /// <param name="prior">Level believed before any event.</param>
    /// <param name="priorEvents">Weight of that belief in events.</param>
    public LevelTracker(double prior, double priorEvents)
    {
        _prior = prior;
        _priorEvents = priorEvents;
        Level = prior;
        RelativeVariance = 1 / priorEvents;
    }

    /// <summary>Events per unit of exposure.</summary>
    public double Level { get; private set; }

    /// <summary>Variance of <see cref="Level"/> over its square.</summary>
    public double RelativeVariance { get; private set; }

    /// <summary>How many times a contradiction made the long memories forget.</summary>
    public int Jumps { get; private set; }

    /// <summary>Adds what was seen in an interval: events, and the exposure in which they could happen.</summary>
    public void Add(double events, double exposure)
    {
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

        // Ten expected events at least, or the noise of a count is no longer normal.
        if (expected < 6 && _events[scale] < 6)
        {
            return false;
        }

        // The variance of an exponentially forgotten Poisson count is half its mean once its memory is full, all of it before.
        var filled = Math.Min(1, expected / Memory[scale]);
        var variance = Math.Max(expected, 4) * (1 - (0.5 * filled));
        var off = _events[scale] - expected;
        return off * off > ContradictionZ * ContradictionZ * variance;
    }

    private void Forget(int scale)
    {
        Jumps++;
        for (var s = scale + 1; s < Scales; s++)
        {
            _events[s] = _events[scale];
            _exposure[s] = _exposure[scale];
        }
    }

    private void Believe(int scale)
    {
        Level = LevelOf(scale);
        RelativeVariance = 1 / (_events[scale] + _priorEvents);
    }

    private double LevelOf(int scale) => (_events[scale] + _priorEvents) / (_exposure[scale] + (_priorEvents / _prior));
}
