using System.Runtime.CompilerServices;

namespace DialerEngine.Pacing.Laws;

/// <summary>
/// How long agents stay in a state (talk, wrap): hazards over ages whose bins grow by 35 % each, learned as events over exposure
/// in calendar time, so that calls that are still going on count. Hazards with little evidence lean on the overall rate. The
/// shape has a long memory; the level a <see cref="LevelTracker"/>'s.
/// </summary>
internal sealed class StayLaw
{
    /// <summary>Number of bins; the last begins at about 66 minutes.</summary>
    public const int Bins = 26;

    private const double FirstWidth = 2;
    private const double Growth = 1.35;
    private const double PriorEvents = 8;
    private const double MinMemory = 1500;
    private const double MaxMemory = 8000;
    private const double MemorySeconds = 900;
    private const int TableSeconds = 4096;

    private static readonly float[] Positions = MakePositions();
    private static readonly double[] Starts = MakeStarts();

    private readonly double[] _events = new double[Bins];
    private readonly double[] _exposure = new double[Bins];
    private readonly double[] _shape = new double[Bins];
    private readonly LevelTracker _level;
    private double _newEvents;
    private double _newExposure;
    private double _rate;
    private double _eventsSinceDecay;
    private double _lastDecay = double.NaN;

    /// <param name="priorMean">Mean stay believed before anything is known, seconds.</param>
    public StayLaw(double priorMean)
    {
        // The tables are there before anything that reads them is compiled, which then need not ask each time.
        RuntimeHelpers.RunClassConstructor(typeof(StayLaw).TypeHandle);
        _level = new LevelTracker(1 / priorMean, 4, doubtsRises: true);
        Shape();
    }

    /// <summary>Events per second of stay, shape aside.</summary>
    public double Level => _level.Level;

    /// <summary>Variance of <see cref="Level"/> over its square.</summary>
    public double RelativeVariance => _level.RelativeVariance;

    /// <summary>Position of an age among the bins: whole part the bin, fraction the way through it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float PositionOf(double age) => Positions[Math.Clamp((int)(age * 2), 0, (TableSeconds * 2) - 1)];

    /// <summary>Age at which a bin begins, seconds.</summary>
    public static double StartOf(int bin) => Starts[bin];

    /// <summary>Hazard at an age, events per second.</summary>
    public double HazardAt(double age) => _shape[(int)PositionOf(age)] * _level.Level;

    /// <summary>Adds time spent in the state around an age.</summary>
    public void AddExposure(int bin, double seconds)
    {
        _exposure[bin] += seconds;
        _newExposure += seconds * _shape[bin];
    }

    /// <summary>A stay ended at an age.</summary>
    public void AddEvent(double age)
    {
        _events[(int)PositionOf(age)]++;
        _newEvents++;
        _eventsSinceDecay++;
    }

    /// <summary>Hands what was added in an interval to the level.</summary>
    public void Settle(double seconds)
    {
        _level.Add(_newEvents, _newExposure, seconds);
        _newEvents = 0;
        _newExposure = 0;
    }

    /// <summary>Forgets in proportion to the stays that ended, and makes the shape anew; call every few seconds.</summary>
    public void Forget(double now)
    {
        if (!double.IsNaN(_lastDecay) && now - _lastDecay >= 1)
        {
            var seconds = now - _lastDecay;
            var blend = Math.Min(1, seconds / 120);
            _rate += blend * ((_eventsSinceDecay / seconds) - _rate);
            var keep = Math.Exp(-_eventsSinceDecay / Math.Clamp(_rate * MemorySeconds, MinMemory, MaxMemory));
            for (var b = 0; b < Bins; b++)
            {
                _events[b] *= keep;
                _exposure[b] *= keep;
            }

            _eventsSinceDecay = 0;
            _lastDecay = now;
            Shape();
        }
        else if (double.IsNaN(_lastDecay))
        {
            _lastDecay = now;
        }
    }

    /// <summary>Cumulative chance of having left after <paramref name="first"/> seconds from an age, and after every further second.</summary>
    public void Leave(double age, double first, Span<double> cumulative)
    {
        var hazard = 0.0;
        var at = 0.0;
        for (var i = 0; i < cumulative.Length; i++)
        {
            var until = first + i;
            if (until > at)
            {
                hazard += HazardAt(age + (0.5 * (at + until))) * (until - at);
                at = until;
            }

            cumulative[i] = 1 - Math.Exp(-hazard);
        }
    }

    private void Shape()
    {
        double events = 1e-9, exposure = 1e-9;
        for (var b = 0; b < Bins; b++)
        {
            events += _events[b];
            exposure += _exposure[b];
        }

        var overall = exposure > 1 ? Math.Max(events, 0.5) / exposure : 1;
        for (var b = 0; b < Bins; b++)
        {
            _shape[b] = (Smooth(_events, b) + PriorEvents) / ((Smooth(_exposure, b) * overall) + PriorEvents);
        }
    }

    // Hazards of neighbouring ages are alike: each bin borrows from both sides, which a small group needs in its first hours.
    private static double Smooth(double[] values, int bin) =>
        (0.5 * values[bin]) + (0.25 * values[Math.Max(0, bin - 1)]) + (0.25 * values[Math.Min(Bins - 1, bin + 1)]);

    private static float[] MakePositions()
    {
        var positions = new float[TableSeconds * 2];
        for (var i = 0; i < positions.Length; i++)
        {
            var age = (i + 0.5) / 2;
            positions[i] = (float)Math.Min(Bins - 1, Math.Log(1 + (age / FirstWidth)) / Math.Log(Growth));
        }

        return positions;
    }

    private static double[] MakeStarts()
    {
        var starts = new double[Bins];
        for (var b = 0; b < Bins; b++)
        {
            starts[b] = FirstWidth * (Math.Pow(Growth, b) - 1);
        }

        return starts;
    }
}
