namespace DialerEngine.Pacing.Budgets;

/// <summary>
/// Exact counts of people reached and of those abandoned over a rolling window (30 days, 24 hours, ...), kept as whole numbers
/// in 240 buckets; what leaves the window leaves it a bucket at a time. Percentages are never averaged.
/// </summary>
internal sealed class AbandonmentWindow
{
    private const int Buckets = 240;

    private readonly long[] _reached = new long[Buckets];
    private readonly long[] _abandoned = new long[Buckets];
    private readonly double _bucketSeconds;
    private long _current = long.MinValue;

    /// <param name="seconds">Length of the window.</param>
    public AbandonmentWindow(double seconds)
    {
        Seconds = seconds;
        _bucketSeconds = seconds / Buckets;
    }

    /// <summary>Length of the window.</summary>
    public double Seconds { get; }

    /// <summary>People reached in the window: connected to an agent or abandoned.</summary>
    public long Reached { get; private set; }

    /// <summary>People in the window who were given no agent in time.</summary>
    public long Abandoned { get; private set; }

    /// <summary>Abandoned over reached, 0 before anybody was reached.</summary>
    public double Rate => Reached == 0 ? 0 : (double)Abandoned / Reached;

    /// <summary>Counts a person.</summary>
    public void Add(double now, bool abandoned) => Add(now, 1, abandoned ? 1 : 0);

    /// <summary>Counts several people; later than what was counted before.</summary>
    public void Add(double now, long reached, long abandoned)
    {
        Roll(now);
        var i = PlaceOf(_current);
        _reached[i] += reached;
        _abandoned[i] += abandoned;
        Reached += reached;
        Abandoned += abandoned;
    }

    /// <summary>Counts what another window holds, as of the ends of its buckets: nothing leaves earlier than it may.</summary>
    public void Take(AbandonmentWindow other)
    {
        if (other._current == long.MinValue)
        {
            return;
        }

        for (var bucket = other._current - Buckets + 1; bucket <= other._current; bucket++)
        {
            var i = PlaceOf(bucket);
            if (other._reached[i] > 0)
            {
                Add((bucket + 1) * other._bucketSeconds * (1 - 1e-12), other._reached[i], other._abandoned[i]);
            }
        }
    }

    /// <summary>Drops what has left the window.</summary>
    public void Roll(double now)
    {
        var bucket = (long)Math.Floor(now / _bucketSeconds);
        if (_current == long.MinValue)
        {
            _current = bucket;
        }

        var steps = Math.Min(Buckets, bucket - _current);
        for (var s = 1; s <= steps; s++)
        {
            var i = PlaceOf(_current + s);
            Reached -= _reached[i];
            Abandoned -= _abandoned[i];
            _reached[i] = 0;
            _abandoned[i] = 0;
        }

        _current = Math.Max(_current, bucket);
    }

    // Buckets of before the first moment have negative numbers.
    private static int PlaceOf(long bucket) => (int)(((bucket % Buckets) + Buckets) % Buckets);
}
