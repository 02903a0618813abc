namespace DialerEngine.Adapters.SipServer.Media;

/// <summary>Counts lateness in steps of 0.1 ms up to 100 ms; what is later goes into the last step.</summary>
internal sealed class LatenessHistogram
{
    private const int StepMicroseconds = 100;
    private readonly long[] _counts = new long[1000];
    private long _total;
    private long _max;

    public double MaxMilliseconds => _max / 1000.0;

    public void Add(long microseconds)
    {
        var late = Math.Max(0, microseconds);
        _counts[Math.Min(_counts.Length - 1, late / StepMicroseconds)]++;
        _max = Math.Max(_max, late);
        _total++;
    }

    /// <summary>Upper end of the step that holds the given share, in milliseconds; 0 when nothing was counted.</summary>
    public double Percentile(double share)
    {
        if (_total == 0)
        {
            return 0;
        }

        var wanted = (long)Math.Ceiling(_total * share);
        long seen = 0;
        var step = 0;
        while (step < _counts.Length - 1 && (seen += _counts[step]) < wanted)
        {
            step++;
        }

        return (step + 1) * StepMicroseconds / 1000.0;
    }

    public void Reset()
    {
        Array.Clear(_counts);
        _total = 0;
        _max = 0;
    }
}
