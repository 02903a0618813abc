namespace DialerEngine.Pacing.Laws;

/// <summary>
/// Watches whether people still take as long to answer as the law says. Each person has a place under the law, the share of people whom it expects to have answered
/// sooner; while the law holds the places are uniform, whatever the hit ratio is. When people answer later (earlier) than before, the mean place of the last forty
/// people moves above (below) one half.
/// </summary>
/// <remarks>People are judged in the order in which they were dialled, when their cohort can be taken for complete: in the order of answers a start, or a dial rate that
/// grows, brings fast answers first, and would look like a change.</remarks>
internal sealed class RingWatch
{
    /// <summary>Seconds of dialling that are waited for; hardly anybody lets it ring longer, and who does is judged with the oldest that still wait.</summary>
    private const int Cohorts = 32;
    private const double Memory = 40;
    private const double LeastPeople = 12;

    /// <summary>Hours between two false alarms that may be.</summary>
    private const double HoursToFalseAlarm = 1_000;

    /// <summary>Looks at the mean that are as good as independent, in each memory's length.</summary>
    private const double LooksPerMemory = 3;

    private readonly double[] _sum = new double[Cohorts];
    private readonly int[] _count = new int[Cohorts];
    private long _judged = long.MinValue;
    private double _first;
    private double _total;
    private double _moved;
    private double _weight;
    private double _squares;

    /// <summary>A person answered.</summary>
    /// <param name="dialled">When the call was dialled, seconds.</param>
    /// <param name="place">Share of people expected to answer sooner, 0 to 1.</param>
    public void Add(double dialled, double place)
    {
        if (_judged == long.MinValue)
        {
            _judged = (long)dialled - 1;
            _first = dialled;
        }

        var second = Math.Clamp((long)dialled, _judged + 1, _judged + Cohorts);
        _sum[second % Cohorts] += place - 0.5;
        _count[second % Cohorts]++;
    }

    /// <summary>Judges the cohorts that are complete. True when the law is contradicted; what led to that is then forgotten.</summary>
    /// <param name="now">Seconds.</param>
    /// <param name="peopleBehind">People from whom the law was learned: what they are off by is no change.</param>
    public bool Judge(double now, double peopleBehind)
    {
        if (_judged == long.MinValue)
        {
            return false;
        }

        var until = (long)now - Cohorts;
        for (var steps = 0; _judged < until && steps < Cohorts; steps++)
        {
            _judged++;
            Take((int)(_judged % Cohorts));
        }

        // After a long silence there is nothing between.
        _judged = Math.Max(_judged, until);
        if (_weight < LeastPeople || peopleBehind < LeastPeople)
        {
            return false;
        }

        // A uniform place has a variance of one twelfth; a normal tail of exp(-z²/2) for each independent look bounds the false alarms.
        var variance = (_squares + (_weight * _weight / peopleBehind)) / 12;
        var looksPerHour = LooksPerMemory / Memory * 3_600 * _total / Math.Max(60, now - _first);
        if (_moved * _moved <= 2 * Math.Log(Math.Max(2, looksPerHour * HoursToFalseAlarm)) * variance)
        {
            return false;
        }

        _moved = 0;
        _weight = 0;
        _squares = 0;
        return true;
    }

    private void Take(int cohort)
    {
        var count = _count[cohort];
        if (count == 0)
        {
            return;
        }

        var keep = Math.Exp(-count / Memory);
        _moved = (_moved * keep) + _sum[cohort];
        _weight = (_weight * keep) + count;
        _squares = (_squares * keep * keep) + count;
        _total += count;
        _sum[cohort] = 0;
        _count[cohort] = 0;
    }
}
