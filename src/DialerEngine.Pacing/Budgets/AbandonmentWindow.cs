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
    public void Add(double now, bool abandoned)
    {
        Roll(now);
        var i = (int)(_current % Buckets);
        _reached[i]++;
        Reached++;
        if (abandoned)
        {
            _abandoned[i]++;
            Abandoned++;
        }
    }

    /// <summary>Drops what has left the window.</summary>
    public void Roll(double now)
    {
        var bucket = (long)(now / _bucketSeconds);
        if (_current == long.MinValue)
        {
            _current = bucket;
        }

        var steps = Math.Min(Buckets, bucket - _current);
        for (var s = 1; s <= steps; s++)
        {
            var i = (int)((_current + s) % Buckets);
            Reached -= _reached[i];
            Abandoned -= _abandoned[i];
            _reached[i] = 0;
            _abandoned[i] = 0;
        }

        _current = Math.Max(_current, bucket);
    }
}
