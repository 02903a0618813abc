namespace DialerEngine.Adapters.Simulated.Pacing;

/// <summary>What will become of one dial.</summary>
internal enum DialOutcome : byte
{
    Person,
    Machine,
    NoAnswer,
    Busy,
    Sit,
    Outage,
}

/// <summary>Draws dials, talks and wraps of a scenario, following its changes.</summary>
internal sealed class BenchTraffic
{
    private const double LongestRing = 26;
    private readonly BenchScenario _scenario;
    private readonly SeededRandom _random;

    public BenchTraffic(BenchScenario scenario, SeededRandom random)
    {
        _scenario = scenario;
        _random = random;
        Live = scenario.Live;
        TalkMean = scenario.TalkMean;
        RingMean = scenario.RingMean;
    }

    public double Live { get; private set; }

    public double TalkMean { get; private set; }

    public double RingMean { get; private set; }

    public bool Outage { get; private set; }

    public void Apply(BenchChange change)
    {
        Live = change.Live ?? Live;
        TalkMean = change.TalkMean ?? TalkMean;
        RingMean = change.RingMean ?? RingMean;
        Outage = change.Outage ?? Outage;
    }

    /// <summary>Chance of a person of the next record.</summary>
    public float NextChance() => _scenario.KnownChances ? (float)Math.Clamp(_random.Beta(1.5, 3.5), 0.002, 0.95) : 0;

    /// <summary>Draws a dial: what it becomes, after how long it is answered or fails, and how long the listening then takes.</summary>
    public (DialOutcome Outcome, double Ring, double Listening) Dial(float chance)
    {
        var outcome = Outcome(chance > 0 ? chance : Live);
        return outcome switch
        {
            DialOutcome.Person => (outcome, Ring(RingMean, 0.6), Listening(1.2, 0.35)),
            DialOutcome.Machine => (outcome, 2.5 + _random.LogNormal(13, 0.25), Listening(3, 0.25)),
            DialOutcome.NoAnswer => (outcome, 28, 0),
            DialOutcome.Busy => (outcome, 4, 0),
            DialOutcome.Sit => (outcome, 3, 0),
            _ => (outcome, 1, 0),
        };
    }

    public bool FalsePositive() => _scenario.FalsePositives > 0 && _random.Uniform() < _scenario.FalsePositives;

    public double Talk() => _scenario.Shape switch
    {
        TalkShape.Exponential => _random.Exponential(TalkMean),
        TalkShape.Bimodal => _random.Uniform() < 0.55
            ? _random.LogNormal(TalkMean * 25 / 120, 0.5)
            : _random.LogNormal(TalkMean * 236 / 120, 0.5),
        TalkShape.HeavyTailed => Math.Min(7200, TalkMean * 1.2 * (Math.Pow(1 - _random.Uniform(), -1 / 2.2) - 1)),
        TalkShape.Fixed => TalkMean,
        _ => _random.LogNormal(TalkMean, 0.9),
    };

    public double Wrap() => _scenario.Shape switch
    {
        TalkShape.Exponential => _random.Exponential(_scenario.WrapMean),
        TalkShape.Fixed => _scenario.WrapMean,
        _ => _random.LogNormal(_scenario.WrapMean, 0.7),
    };

    public bool MachineTakenForPerson() => _scenario.MachinesAsPeople > 0 && _random.Uniform() < _scenario.MachinesAsPeople;

    /// <summary>What an agent announces who will be ready after so many seconds.</summary>
    public double Announced(double seconds) =>
        Math.Max(0.5, seconds + (_scenario.ReadyTimeError > 0 ? _scenario.ReadyTimeError * ((2 * _random.Uniform()) - 1) : 0));

    private double Listening(double mean, double variation) =>
        _scenario.Detection ? _random.LogNormal(mean, variation) : 0;

    private double Ring(double mean, double variation)
    {
        double delay;
        do
        {
            delay = 2.5 + _random.LogNormal(mean, variation);
        }
        while (delay > LongestRing);
        return delay;
    }

    private DialOutcome Outcome(double live)
    {
        if (Outage)
        {
            return DialOutcome.Outage;
        }

        if (_random.Uniform() < live)
        {
            return DialOutcome.Person;
        }

        var s = _scenario;
        var at = _random.Uniform() * (s.Machine + s.NoAnswer + s.Busy + s.Sit);
        if (at < s.Machine)
        {
            return DialOutcome.Machine;
        }

        at -= s.Machine;
        return at < s.NoAnswer ? DialOutcome.NoAnswer : at < s.NoAnswer + s.Busy ? DialOutcome.Busy : DialOutcome.Sit;
    }
}
