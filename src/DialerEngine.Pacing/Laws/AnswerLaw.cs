namespace DialerEngine.Pacing.Laws;

/// <summary>
/// The way of a dial, in two stages: from the dial to the answer (or to a failure), then the listening until the verdict.
/// The first stage is learned as hazards by age, events over exposure in calendar time: calls still ringing count as exposure
/// at once, so neither a start nor a pause bends the estimate. From the hazards follow two laws of ring time, that of people
/// and that of all else; with the hit ratio (see <see cref="LevelTracker"/>) they say what a call that has been ringing for
/// some time is still worth.
/// </summary>
internal sealed class AnswerLaw
{
    /// <summary>Ages up to 64 s in steps of half a second; older calls count as the last.</summary>
    public const int Bins = 128;

    private const int FastBins = 4;

    /// <summary>What fails sooner met no phone, s.</summary>
    public const double FastSeconds = FastBins * Horizon.Step;

    /// <summary>Bins behind the last, in which nobody is left.</summary>
    private const int Beyond = 4;
    private const double FastMemory = 60;
    private const double PriorExposure = 1.5;
    private const double MinMemory = 2500;
    private const double MaxMemory = 20_000;
    private const double MemorySeconds = 600;

    /// <summary>Dials that are remembered beside (in a large group those of the last seconds), from which the law starts anew when people answer later or
    /// sooner than it says.</summary>
    private const double RecentMemory = 80;
    private const double RecentSeconds = 60;

    private readonly RingCounts _counts = new();
    private readonly RingCounts _recent = new();
    private readonly RingWatch _watch = new();
    private readonly double[] _personShare = new double[Bins];
    private readonly double[] _personDensity = new double[Bins];
    private readonly double[] _otherDensity = new double[Bins];
    private readonly double[] _personSurvival = new double[Bins + 1 + Beyond];
    private readonly double[] _otherSurvival = new double[Bins + 1];
    private readonly double[] _rows = new double[(Bins + 1) * Horizon.Points];
    private readonly double[] _between = new double[(Bins + 1) * Horizon.Points];
    private readonly double[] _detection = new double[Horizon.Points];
    private readonly double[] _detectionBetween = new double[Horizon.Points];
    private readonly double[] _fresh = new double[Horizon.Points];
    private readonly double[] _freshMass = new double[Horizon.Points];
    private double _passed = 30;
    private double _failedFast;
    private double _resolvedSinceDecay;
    private double _resolvedRate;
    private double _lastDecay = double.NaN;
    private double _peopleThen;

    public AnswerLaw()
    {
        Detection = new DetectionLaw();
        Rebuild();
    }

    /// <summary>The second stage.</summary>
    public DetectionLaw Detection { get; }

    /// <summary>Share of dials answered by a person under the hazards alone (long memory).</summary>
    public double SlowHitRatio { get; private set; }

    /// <summary>Dials resolved so far.</summary>
    public long Resolved { get; private set; }

    /// <summary>
    /// Share of dials that get past the first two seconds. What fails faster met no phone (a dead trunk, congestion): it says
    /// nothing about the hit ratio and is kept out of the law. When most dials fail so, all are expected to pass: the trunk may
    /// come back with any dial.
    /// </summary>
    public double Passes { get; private set; } = 1;

    /// <summary>People reached so far.</summary>
    public long People { get; private set; }

    /// <summary>People reached since the law last started anew, and those that it started from.</summary>
    public double PeopleBehind => People - _peopleThen;

    /// <summary>How many times the law started anew because people answered later, or sooner, than it said.</summary>
    public int Shifts { get; private set; }

    /// <summary>Chance of a verdict by each point for a dial made now, given that a person answers it.</summary>
    public ReadOnlySpan<double> Fresh => _fresh;

    /// <summary>Share of the verdicts that fall on each point for a dial made now, given that a person answers it; sums to 1.</summary>
    public ReadOnlySpan<double> FreshMass => _freshMass;

    /// <summary>Chance that the call was not answered before the age's bin, given a person; of a bin and of the four after it, 0 behind the last.</summary>
    public ReadOnlySpan<double> PersonSurvivalFrom(int bin) => _personSurvival.AsSpan(bin, 1 + Beyond);

    /// <summary>Chance of answer after the start of a bin and verdict by each point, given a person (not given that it still rings).</summary>
    public ReadOnlySpan<double> RowAt(int bin) => _rows.AsSpan(bin * Horizon.Points, Horizon.Points);

    /// <summary>Odds that an answer after this long a ring is a person's, for a record whose chance before the dial was <paramref name="chance"/>.</summary>
    public double OddsAtAnswer(double ringSeconds, double chance)
    {
        var share = _personShare[BinOf(ringSeconds)];
        var slow = Math.Clamp(SlowHitRatio, 0.005, 0.95);
        var prior = Math.Clamp(chance, 0.001, 0.97);
        return share / (1 - share) * (prior / (1 - prior)) / (slow / (1 - slow));
    }

    /// <summary>Weight that turns <see cref="RowAt"/> into the chance for a call that still rings: chance over the mixed survival.</summary>
    public double WeightAt(int bin, double chance) =>
        (bin < FastBins ? Passes : 1) * chance / Math.Max(1e-6, (chance * _personSurvival[bin]) + ((1 - chance) * _otherSurvival[bin]));

    /// <summary>The bin of an age in seconds.</summary>
    public static int BinOf(double seconds) => Math.Clamp((int)(seconds / Horizon.Step), 0, Bins - 1);

    /// <summary>Adds ringing time of one call that ended at age <paramref name="age"/>, to each bin its part: where dials and decisions keep step, a
    /// whole step in one bin would leave others without time.</summary>
    public void AddExposure(double age, double seconds)
    {
        var from = Math.Max(0, age - seconds);
        var last = BinOf(age);
        for (var bin = BinOf(from); bin < last; bin++)
        {
            var until = (bin + 1) * Horizon.Step;
            Expose(bin, until - from);
            from = until;
        }

        Expose(last, age - from);
    }

    /// <summary>The far end answered after ringing this long.</summary>
    public void AddAnswer(double ringSeconds)
    {
        _counts.Answered[BinOf(ringSeconds)]++;
        _recent.Answered[BinOf(ringSeconds)]++;
    }

    /// <summary>A call has reached an age, <paramref name="seconds"/> after it was looked at last.</summary>
    public void AddSurvival(double age, double seconds)
    {
        if (age >= FastSeconds && age - seconds < FastSeconds)
        {
            Pass(true);
        }
    }

    /// <summary>The dial failed after this long without an answer.</summary>
    public void AddFailure(double ringSeconds)
    {
        if (ringSeconds < FastSeconds)
        {
            Pass(false);
            return;
        }

        _counts.Failed[BinOf(ringSeconds)]++;
        _recent.Failed[BinOf(ringSeconds)]++;
        _resolvedSinceDecay++;
        Resolved++;
    }

    /// <summary>The verdict about an answered call.</summary>
    public void AddVerdict(double ringSeconds, double detectionSeconds, bool person)
    {
        var coarse = RingCounts.CoarseOf(BinOf(ringSeconds));
        (person ? _counts.People : _counts.Others)[coarse]++;
        (person ? _recent.People : _recent.Others)[coarse]++;
        Detection.Add(detectionSeconds, person);
        People += person ? 1 : 0;
        _resolvedSinceDecay++;
        Resolved++;
    }

    /// <summary>Sets how long a person let it ring against the law; before <see cref="AddVerdict"/> teaches it.</summary>
    /// <param name="dialled">When the call was dialled, seconds.</param>
    /// <param name="ringSeconds">How long it rang.</param>
    public void Watch(double dialled, double ringSeconds)
    {
        var position = Math.Clamp(ringSeconds / Horizon.Step, 0, Bins - 0.001);
        var bin = (int)position;
        var still = _personSurvival[bin] + ((position - bin) * (_personSurvival[bin + 1] - _personSurvival[bin]));
        _watch.Add(dialled, 1 - still);
    }

    /// <summary>True when people have come to answer later, or sooner, than the law says: it has then started anew from the last dials.</summary>
    /// <param name="now">Seconds.</param>
    public bool Shifted(double now)
    {
        if (!_watch.Judge(now, PeopleBehind))
        {
            return false;
        }

        Shifts++;
        _counts.Take(_recent);
        _peopleThen = People - _recent.AllPeople();
        Rebuild();
        return true;
    }

    /// <summary>Forgets in proportion to the dials resolved since the last time; call about once a second.</summary>
    public void Forget(double now)
    {
        if (double.IsNaN(_lastDecay))
        {
            _lastDecay = now;
            return;
        }

        var seconds = now - _lastDecay;
        if (seconds < 1)
        {
            return;
        }

        _lastDecay = now;
        var blend = Math.Min(1, seconds / 60);
        _resolvedRate += blend * ((_resolvedSinceDecay / seconds) - _resolvedRate);
        var memory = Math.Clamp(_resolvedRate * MemorySeconds, MinMemory, MaxMemory);
        _counts.Keep(Math.Exp(-_resolvedSinceDecay / memory));
        _recent.Keep(Math.Exp(-_resolvedSinceDecay / Math.Max(RecentMemory, _resolvedRate * RecentSeconds)));
        _resolvedSinceDecay = 0;
    }

    /// <summary>Grows with each <see cref="Rebuild"/>.</summary>
    public int Version { get; private set; }

    /// <summary>Makes the tables anew from what was learned. Costs some microseconds.</summary>
    public void Rebuild()
    {
        Version++;
        Detection.Rebuild();
        ShareOfPeople();
        Densities();
        for (var k = 0; k < Horizon.Points; k++)
        {
            _detection[k] = Detection.WithinFromAnswerIn((2 * k) + 1);
            _detectionBetween[k] = Detection.WithinFromAnswerIn((2 * k) + 2);
        }

        // A call that rings at the start of a bin is answered in it, or is a step later where the next bin's call is now: what that one has by a point, this one
        // has half a second later, between that point and the next.
        for (var bin = Bins - 1; bin >= 0; bin--)
        {
            var row = _rows.AsSpan(bin * Horizon.Points, Horizon.Points);
            var between = _between.AsSpan(bin * Horizon.Points, Horizon.Points);
            var nextRow = RowAt(bin + 1);
            var nextBetween = _between.AsSpan((bin + 1) * Horizon.Points, Horizon.Points);
            var density = _personDensity[bin];
            row[0] = density * _detection[0];
            nextBetween[..^1].CopyTo(row[1..]);
            Series.AddScaled(row[1..], density, _detection.AsSpan(1));
            nextRow.CopyTo(between);
            Series.AddScaled(between, density, _detectionBetween);
        }

        FreshDial();
    }

    private void Expose(int bin, double seconds)
    {
        _counts.Exposure[bin] += seconds;
        _recent.Exposure[bin] += seconds;
    }

    private void Pass(bool passed)
    {
        const double Keep = 1 - (1 / FastMemory);
        _passed = (_passed * Keep) + (passed ? 1 : 0);
        _failedFast = (_failedFast * Keep) + (passed ? 0 : 1);
        Passes = _failedFast > _passed ? 1 : _passed / (_passed + _failedFast);
    }

    private void FreshDial()
    {
        var before = 0.0;
        var total = 0.0;
        for (var k = 0; k < Horizon.Points; k++)
        {
            _fresh[k] = _rows[k];
            var end = _between[k];
            _freshMass[k] = end - before;
            total += end - before;
            before = end;
        }

        var scale = total > 0 ? 1 / total : 0;
        Series.Scale(_freshMass, scale);
    }

    private void ShareOfPeople()
    {
        double people = 2, others = 2;
        for (var i = 0; i < _counts.People.Length; i++)
        {
            people += _counts.People[i];
            others += _counts.Others[i];
        }

        var overall = people / (people + others);
        for (var bin = 0; bin < Bins; bin++)
        {
            var i = RingCounts.CoarseOf(bin);
            var share = (_counts.People[i] + (2 * overall)) / (_counts.People[i] + _counts.Others[i] + 2);
            _personShare[bin] = Math.Clamp(share, 0.002, 0.998);
        }
    }

    private void Densities()
    {
        var survival = 1.0;
        double people = 0, others = 0;
        for (var bin = 0; bin < Bins; bin++)
        {
            var exposure = _counts.Exposure[bin] + PriorExposure;
            var answer = (_counts.Answered[bin] + (PriorExposure * PriorAnswerHazard(bin))) / exposure;
            var failure = (_counts.Failed[bin] + (PriorExposure * PriorFailureHazard(bin))) / exposure;
            var both = answer + failure;
            var ends = survival * (bin == Bins - 1 ? 1 : 1 - Math.Exp(-both * Horizon.Step));
            var answers = both > 0 ? ends * answer / both : 0;
            _personDensity[bin] = answers * _personShare[bin];
            _otherDensity[bin] = ends - _personDensity[bin];
            people += _personDensity[bin];
            others += _otherDensity[bin];
            survival -= ends;
        }

        SlowHitRatio = people;
        Series.Scale(_personDensity, 1 / Math.Max(1e-9, people));
        Series.Scale(_otherDensity, 1 / Math.Max(1e-9, others));
        _personSurvival[Bins] = 0;
        _otherSurvival[Bins] = 0;
        for (var bin = Bins - 1; bin >= 0; bin--)
        {
            _personSurvival[bin] = _personSurvival[bin + 1] + _personDensity[bin];
            _otherSurvival[bin] = _otherSurvival[bin + 1] + _otherDensity[bin];
        }
    }

    // Worth three dials: answers between 2 s and 25 s, failures all along, no call older than half a minute lives long.
    private static double PriorAnswerHazard(int bin) => bin is >= 4 and < 50 ? 0.05 : 0.01;

    private static double PriorFailureHazard(int bin) => bin < 50 ? 0.02 : 0.3;
}
