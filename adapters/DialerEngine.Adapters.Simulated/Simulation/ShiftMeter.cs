using System.Runtime.CompilerServices;
using DialerEngine.Core;

namespace DialerEngine.Adapters.Simulated.Simulation;

/// <summary>What an agent is doing, as the figures count it.</summary>
internal enum Occupation : byte
{
    Out,
    Idle,
    Talk,
    Wrap,
    Away,
}

/// <summary>Adds up one run: numbers of agents and lines over time, dials and people. Memory does not grow with the run beyond half an hour of people.</summary>
internal sealed class ShiftMeter
{
    private const long HalfHour = 1_800 * TimeSpan.TicksPerSecond;
    private const int MostSteps = 480;
    private const int LeastPeople = 100;
    private const int LeastPlotted = 20;
    private readonly long _warmUp;
    private readonly long _end;
    private readonly long _step;
    private readonly double _cap;
    private readonly double[] _busyIn;
    private readonly double[] _staffedIn;
    private readonly double[] _idleIn;
    private readonly double[] _linesIn;
    private readonly long[] _dialsIn;
    private readonly double[] _rateIn;
    private readonly double[] _rateSoFarIn;
    private readonly Queue<(long At, bool Abandoned)> _recent = new(4_096);
    private long _last;
    private int _filled;
    private int _busy;
    private int _idle;
    private int _staffed;
    private int _lines;
    private double _busyTime;
    private double _staffedTime;
    private double _idleTime;
    private double _lineTime;
    private double _waited;
    private long _connected;
    private long _abandoned;
    private long _connectedWarm;
    private int _recentAbandoned;
    private long _second = -1;
    private int _dialsInSecond;
    private int _mostDials;
    private int _mostLines;
    private double _worst;
    private int _worstPeople;

    public ShiftMeter(double seconds, double warmUpSeconds, double cap)
    {
        _end = (long)(seconds * TimeSpan.TicksPerSecond);
        _warmUp = (long)(warmUpSeconds * TimeSpan.TicksPerSecond);
        _step = Math.Max(60 * TimeSpan.TicksPerSecond, _end / MostSteps);
        _cap = cap;
        var steps = (int)((_end + _step - 1) / _step);
        _busyIn = new double[steps];
        _staffedIn = new double[steps];
        _idleIn = new double[steps];
        _linesIn = new double[steps];
        _dialsIn = new long[steps];
        _rateIn = new double[steps];
        _rateSoFarIn = new double[steps];
    }

    public long Dials { get; private set; }

    public long Decisions { get; set; }

    public void Move(long now, Occupation from, Occupation to)
    {
        Pass(now);
        Count(from, -1);
        Count(to, 1);
        Invariant.That(_busy >= 0 && _idle >= 0 && _staffed >= 0);
    }

    public void Line(long now, int by)
    {
        Pass(now);
        _lines += by;
        Invariant.That(_lines >= 0);
        _mostLines = Math.Max(_mostLines, _lines);
    }

    public void Dial(long now)
    {
        if (now >= _end)
        {
            return;
        }

        Dials++;
        _dialsIn[now / _step]++;
        var second = now / TimeSpan.TicksPerSecond;
        _dialsInSecond = second == _second ? _dialsInSecond + 1 : 1;
        _second = second;
        _mostDials = Math.Max(_mostDials, _dialsInSecond);
    }

    public void Person(long now, bool abandoned, double waitedSeconds)
    {
        if (now >= _end)
        {
            return;
        }

        Pass(now);
        _recent.Enqueue((now, abandoned));
        _recentAbandoned += abandoned ? 1 : 0;
        Forget(now);
        if (abandoned)
        {
            _abandoned++;
        }
        else
        {
            _connected++;
            _waited += waitedSeconds;
            _connectedWarm += now >= _warmUp ? 1 : 0;
        }

        if (_recent.Count >= LeastPeople && _recentAbandoned > _worst * _recent.Count)
        {
            _worst = (double)_recentAbandoned / _recent.Count;
            _worstPeople = _recent.Count;
        }
    }

    /// <summary>Books the time up to a moment; steps that have ended are closed.</summary>
    public void Pass(long now)
    {
        now = Math.Min(now, _end);
        while (_last < now)
        {
            var step = (int)(_last / _step);
            var until = Math.Min(now, (step + 1) * _step);
            var seconds = (until - _last) / (double)TimeSpan.TicksPerSecond;
            _busyIn[step] += seconds * _busy;
            _staffedIn[step] += seconds * _staffed;
            _idleIn[step] += seconds * _idle;
            _linesIn[step] += seconds * _lines;
            var warm = (until - Math.Max(_last, _warmUp)) / (double)TimeSpan.TicksPerSecond;
            if (warm > 0)
            {
                _busyTime += warm * _busy;
                _staffedTime += warm * _staffed;
                _idleTime += warm * _idle;
                _lineTime += warm * _lines;
            }

            _last = until;
            if (until == Math.Min(_end, (step + 1) * _step) && _filled == step)
            {
                Close(step, until);
            }
        }
    }

    // Runs once, and is long to compile.
    [MethodImpl(MethodImplOptions.NoOptimization)]
    public ShiftResult Result()
    {
        Pass(_end);
        var stepSeconds = _step / (double)TimeSpan.TicksPerSecond;
        var people = _connected + _abandoned;
        var halfHours = Math.Max(1, _end / (double)HalfHour);
        var typical = _worstPeople > 0 ? _worstPeople : (int)(people / halfHours);
        return new ShiftResult
        {
            Utilisation = _staffedTime > 0 ? _busyTime / _staffedTime : 0,
            Connected = _connected,
            Abandoned = _abandoned,
            WorstHalfHour = _worst,
            WorstHalfHourPeople = _worstPeople,
            NoiseFloor = BinomialNoise.WorstOf(halfHours, typical, _cap),
            MeanWait = _waited / Math.Max(1, _connected),
            MeanIdle = _idleTime / Math.Max(1, _connectedWarm),
            MeanLines = _lineTime * TimeSpan.TicksPerSecond / Math.Max(1, _end - _warmUp),
            MaxLines = _mostLines,
            DialsPerSecond = Dials * (double)TimeSpan.TicksPerSecond / _end,
            MaxDialsPerSecond = _mostDials,
            Dials = Dials,
            Decisions = Decisions,
            Series = new ShiftSeries
            {
                StepSeconds = stepSeconds,
                Utilisation = Divide(_busyIn, _staffedIn),
                IdleAgents = [.. _idleIn.Select((v, i) => v / LengthOf(i))],
                StaffedAgents = [.. _staffedIn.Select((v, i) => v / LengthOf(i))],
                DialsPerSecond = [.. _dialsIn.Select((v, i) => v / LengthOf(i))],
                Lines = [.. _linesIn.Select((v, i) => v / LengthOf(i))],
                Abandonment = _rateIn,
                AbandonmentSoFar = _rateSoFarIn,
            },
        };
    }

    private double LengthOf(int step) => (Math.Min(_end, (step + 1) * _step) - (step * _step)) / (double)TimeSpan.TicksPerSecond;

    private static double[] Divide(double[] over, double[] under) => [.. over.Select((v, i) => under[i] > 0 ? v / under[i] : double.NaN)];

    private void Close(int step, long until)
    {
        Forget(until);
        _rateIn[step] = _recent.Count >= LeastPlotted ? (double)_recentAbandoned / _recent.Count : double.NaN;
        _rateSoFarIn[step] = _connected + _abandoned >= LeastPlotted ? (double)_abandoned / (_connected + _abandoned) : double.NaN;
        _filled = step + 1;
    }

    private void Forget(long now)
    {
        while (_recent.TryPeek(out var oldest) && oldest.At < now - HalfHour)
        {
            _recent.Dequeue();
            _recentAbandoned -= oldest.Abandoned ? 1 : 0;
        }
    }

    private void Count(Occupation what, int by)
    {
        _busy += what is Occupation.Talk or Occupation.Wrap ? by : 0;
        _idle += what == Occupation.Idle ? by : 0;
        _staffed += what is Occupation.Talk or Occupation.Wrap or Occupation.Idle ? by : 0;
    }
}

/// <summary>How bad the worst window of a run looks by chance alone.</summary>
internal static class BinomialNoise
{
    // A window that slides has about this many independent looks in each of its own lengths.
    private const double LooksPerWindow = 4;

    /// <summary>Median of the highest rate among the windows of a run in which each of <paramref name="people"/> is abandoned with chance <paramref name="rate"/>.</summary>
    public static double WorstOf(double windows, int people, double rate)
    {
        if (people <= 0)
        {
            return 0;
        }

        var wanted = Math.Pow(0.5, 1 / (windows * LooksPerWindow));
        var term = Math.Exp(people * Math.Log(1 - rate));
        if (term < 1e-300)
        {
            // So many people that the normal law is as good: mean and 2.3 standard deviations, with the exact level.
            return rate + (NormalQuantile(wanted) * Math.Sqrt(rate * (1 - rate) / people));
        }

        double sum = term;
        var k = 0;
        while (sum < wanted && k < people)
        {
            term *= (people - k) / (k + 1.0) * rate / (1 - rate);
            sum += term;
            k++;
        }

        return (double)k / people;
    }

    // Bisection over the error function's series would do; the rational form of Abramowitz and Stegun 26.2.23 is within 0.0005.
    private static double NormalQuantile(double p)
    {
        var t = Math.Sqrt(-2 * Math.Log(1 - p));
        return t - ((2.515517 + (0.802853 * t) + (0.010328 * t * t)) / (1 + (1.432788 * t) + (0.189269 * t * t) + (0.001308 * t * t * t)));
    }
}
