namespace DialerEngine.Pacing.Laws;

/// <summary>
/// How well agents' announcements of when they will be ready (<c>GSW_READY_TIME</c>) come true: a discounted histogram of
/// actual less announced time, in steps of half a second within 32 s. From it follows the chance that an agent who announced
/// is free by then, also when the announced time has passed.
/// </summary>
internal sealed class ReadyTimeLaw
{
    private const int Bins = 128;
    private const double Step = 0.5;
    private const double Span = Bins * Step / 2;
    private const double Keep = 1 - (1 / 300.0);
    private const double PriorWeight = 6;
    private const double LeastSurvival = 0.02;

    private readonly double[] _histogram = new double[Bins];
    private readonly double[] _cumulative = new double[Bins + 1];

    public ReadyTimeLaw()
    {
        // Before anything is known: right within about two seconds either way.
        for (var i = 0; i < Bins; i++)
        {
            var error = ((i + 0.5) * Step) - Span;
            _histogram[i] = PriorWeight * Math.Exp(-Math.Abs(error) / 2) * Step / 4;
        }

        Accumulate();
    }

    /// <summary>Learns that an agent became ready this many seconds after the announced time (before it when negative).</summary>
    public void Add(double lateSeconds)
    {
        for (var i = 0; i < Bins; i++)
        {
            _histogram[i] *= Keep;
        }

        _histogram[Math.Clamp((int)Math.Floor((lateSeconds + Span) / Step), 0, Bins - 1)]++;
        Accumulate();
    }

    /// <summary>True while the announcement still says something: enough agents have come this late or later.</summary>
    public bool StillTells(double lateNow) => 1 - At(lateNow) > LeastSurvival;

    /// <summary>Chance of being ready within <paramref name="seconds"/>, given not ready at <paramref name="lateNow"/> seconds after the announced time.</summary>
    public double Within(double lateNow, double seconds)
    {
        var before = At(lateNow);
        return Math.Clamp((At(lateNow + seconds) - before) / Math.Max(1e-9, 1 - before), 0, 1);
    }

    private double At(double late)
    {
        var position = Math.Clamp((late + Span) / Step, 0, Bins);
        var bin = Math.Min((int)position, Bins - 1);
        var fraction = position - bin;
        return ((1 - fraction) * _cumulative[bin]) + (fraction * _cumulative[bin + 1]);
    }

    private void Accumulate()
    {
        var sum = 0.0;
        for (var i = 0; i < Bins; i++)
        {
            _cumulative[i] = sum;
            sum += _histogram[i];
        }

        _cumulative[Bins] = sum;
        for (var i = 0; i <= Bins; i++)
        {
            _cumulative[i] /= sum;
        }
    }
}
