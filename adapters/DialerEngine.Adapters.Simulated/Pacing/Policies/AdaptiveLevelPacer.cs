using DialerEngine.Core;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Adapters.Simulated.Pacing.Policies;

/// <summary>
/// For comparison: the adaptive dial level of the best-known open-source dialer with its hard limit, written from the
/// description of its loop. Lines wanted are level times agents in calls or ready; every 15 s the level moves with the mean
/// surplus of ready agents over the last minute; once 50 people were reached, the day's drop rate above the target sets it to 1.
/// </summary>
public sealed class AdaptiveLevelPacer : IPacer
{
    private const double MaxLevel = 3;
    private const double AdaptSeconds = 15;
    private const double SampleSeconds = 3;
    private const int Samples = 20;
    private const int ReachedBeforeLimit = 50;

    private readonly double _target;
    private readonly double[] _surplus = new double[Samples];
    private int _sampleCount;
    private double _level = 1;
    private double _nextSample;
    private double _nextAdapt = AdaptSeconds;
    private long _connected;
    private long _abandoned;
    private int _inCall;

    /// <param name="target">Drop rate of the day not to be passed, as a share.</param>
    public AdaptiveLevelPacer(double target) => _target = target;

    /// <inheritdoc/>
    public void Observe(in Moment now, in PacingEvent happened)
    {
        switch (happened.Kind)
        {
            case PacingEventKind.CallConnected:
                _connected++;
                _inCall++;
                break;
            case PacingEventKind.CallAbandoned:
                _abandoned++;
                break;
            case PacingEventKind.AgentAfterCallWork:
                _inCall--;
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public PacingDecision Decide(in PacingSituation situation)
    {
        var now = situation.Now.Ticks / (double)TimeSpan.TicksPerSecond;
        if (now >= _nextSample)
        {
            _surplus[_sampleCount++ % Samples] = situation.ReadyAgents - situation.WaitingPersons;
            _nextSample = now + SampleSeconds;
        }

        var agents = situation.ReadyAgents + Math.Max(0, _inCall);
        if (now >= _nextAdapt)
        {
            Adapt(agents);
            _nextAdapt = now + AdaptSeconds;
        }

        var live = situation.PendingCalls + situation.WaitingPersons + Math.Max(0, _inCall);
        return Bounded.Decision((int)Math.Round(_level * agents) - live, in situation);
    }

    private void Adapt(int agents)
    {
        var count = Math.Min(Samples, _sampleCount);
        if (count == 0 || agents == 0)
        {
            return;
        }

        var mean = _surplus.Take(count).Average();
        _level = Math.Clamp(_level * (1 + (mean / agents)), 1, MaxLevel);
        var reached = _connected + _abandoned;
        if (reached > ReachedBeforeLimit && _abandoned > _target * reached)
        {
            _level = 1;
        }
    }
}
