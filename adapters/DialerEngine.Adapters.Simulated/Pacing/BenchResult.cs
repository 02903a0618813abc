namespace DialerEngine.Adapters.Simulated.Pacing;

/// <summary>What a run of the bench gave. Shares lie between 0 and 1, times are seconds.</summary>
public sealed record BenchResult
{
    /// <summary>Talk and wrap over logged-in time.</summary>
    public required double Utilisation { get; init; }

    /// <summary>People abandoned over people reached.</summary>
    public double Abandonment => Reached == 0 ? 0 : (double)Abandoned / Reached;

    public required long Reached { get; init; }

    public required long Abandoned { get; init; }

    /// <summary>The same from the very start, also where the figures leave out the beginning.</summary>
    public required long ReachedFromStart { get; init; }

    public required long AbandonedFromStart { get; init; }

    /// <summary>Highest abandonment within any 30 minutes with at least 100 people.</summary>
    public required double WorstHalfHour { get; init; }

    /// <summary>
    /// What <see cref="WorstHalfHour"/> would be on average by chance alone: the same people at the same times, each abandoned with
    /// the cap's chance independently of all others.
    /// </summary>
    public required double WorstHalfHourByChance { get; init; }

    public required long Dials { get; init; }

    /// <summary>Mean time that an agent waits between calls.</summary>
    public required double MeanIdle { get; init; }

    /// <summary>Mean time that a person who reached an agent had waited.</summary>
    public required double MeanWait { get; init; }

    public required double MeanLines { get; init; }

    public required int MaxLines { get; init; }

    /// <summary>Seconds during which the abandonment since the start was above the cap, after 100 people.</summary>
    public required double SecondsAboveCap { get; init; }

    public required long Decisions { get; init; }
}

/// <summary>Adds up what a run of the bench gives.</summary>
internal sealed class BenchStatistics(double warmUpEnds, double cap)
{
    private readonly HalfHourRate _halfHour = new();
    private readonly List<double> _times = [];
    private double _last;
    private double _busyTime;
    private double _loggedTime;
    private double _readyTime;
    private double _lineTime;
    private double _wait;
    private double _aboveCap;
    private long _reached;
    private long _abandoned;
    private long _reachedAll;
    private long _abandonedAll;

    public long Dials { get; set; }

    public long Decisions { get; set; }

    public int MaxLines { get; private set; }

    public void Pass(double now, int busy, int logged, int ready, int lines)
    {
        var step = now - Math.Max(_last, warmUpEnds);
        if (step > 0)
        {
            _busyTime += step * busy;
            _loggedTime += step * logged;
            _readyTime += step * ready;
            _lineTime += step * lines;
            if (_reachedAll >= 100 && _abandonedAll > cap * _reachedAll)
            {
                _aboveCap += step;
            }
        }

        MaxLines = Math.Max(MaxLines, lines);
        _last = now;
    }

    public void Person(double now, bool abandoned, double waited)
    {
        _reachedAll++;
        _abandonedAll += abandoned ? 1 : 0;
        if (now < warmUpEnds)
        {
            return;
        }

        _reached++;
        _abandoned += abandoned ? 1 : 0;
        _wait += abandoned ? 0 : waited;
        _times.Add(now);
        _halfHour.Add(now, abandoned);
    }

    public BenchResult Result() => new()
    {
        Utilisation = _busyTime / Math.Max(1e-9, _loggedTime),
        Reached = _reached,
        Abandoned = _abandoned,
        ReachedFromStart = _reachedAll,
        AbandonedFromStart = _abandonedAll,
        WorstHalfHour = _halfHour.Worst,
        WorstHalfHourByChance = ByChance(),
        Dials = Dials,
        MeanIdle = _readyTime / Math.Max(1, _reached - _abandoned),
        MeanWait = _wait / Math.Max(1, _reached - _abandoned),
        MeanLines = _lineTime / Math.Max(1e-9, _last - warmUpEnds),
        MaxLines = MaxLines,
        SecondsAboveCap = _aboveCap,
        Decisions = Decisions,
    };

    // Four draws of the whole run; over the seeds of a table that is enough for a tenth of a point.
    private double ByChance()
    {
        const int Draws = 4;
        var random = new SeededRandom(_times.Count);
        var sum = 0.0;
        for (var d = 0; d < Draws; d++)
        {
            var rate = new HalfHourRate();
            foreach (var time in _times)
            {
                rate.Add(time, random.Uniform() < cap);
            }

            sum += rate.Worst;
        }

        return sum / Draws;
    }
}

/// <summary>The abandonment of the last half hour, and its highest value where at least 100 people were reached.</summary>
internal sealed class HalfHourRate
{
    private const double HalfHour = 1800;
    private const int LeastPeople = 100;
    private readonly Queue<(double At, bool Abandoned)> _recent = new();
    private int _abandoned;

    /// <summary>Highest share so far.</summary>
    public double Worst { get; private set; }

    /// <summary>Adds a person.</summary>
    public void Add(double now, bool abandoned)
    {
        _recent.Enqueue((now, abandoned));
        _abandoned += abandoned ? 1 : 0;
        while (_recent.TryPeek(out var oldest) && oldest.At < now - HalfHour)
        {
            _recent.Dequeue();
            _abandoned -= oldest.Abandoned ? 1 : 0;
        }

        if (_recent.Count >= LeastPeople)
        {
            Worst = Math.Max(Worst, (double)_abandoned / _recent.Count);
        }
    }
}
