using DialerEngine.Core;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Adapters.Simulated.Pacing;

/// <summary>
/// Carries a scenario's events to the pacer, late, lost or doubled as the scenario says, and keeps the counts that somebody
/// has who sees only what arrives. The pacer's own dials arrive at once.
/// </summary>
internal sealed class BenchTelegraph(BenchScenario scenario, IPacer pacer, SeededRandom random)
{
    private readonly Queue<(double At, PacingEvent What)> _underWay = new();
    private readonly List<PacingEventKind> _agents = [];
    private readonly List<PacingEventKind> _calls = [];
    private int _ready;
    private int _logged;
    private int _pending;
    private int _waiting;
    private int _lines;

    /// <summary>True when events arrive otherwise than at once and once.</summary>
    public bool Disturbs { get; } = scenario.EventDelay > 0 || scenario.EventsLost > 0 || scenario.EventsTwice > 0;

    /// <summary>Sends an event.</summary>
    public void Send(double now, in PacingEvent what)
    {
        if (!Disturbs)
        {
            pacer.Observe(MomentAt(now), in what);
            return;
        }

        if (what.Kind == PacingEventKind.CallDialing)
        {
            Arrive(now, in what);
            return;
        }

        if (random.Uniform() < scenario.EventsLost)
        {
            return;
        }

        _underWay.Enqueue((now + scenario.EventDelay, what));
        if (random.Uniform() < scenario.EventsTwice)
        {
            _underWay.Enqueue((now + scenario.EventDelay, what));
        }
    }

    /// <summary>Hands over what has arrived by now.</summary>
    public void Deliver(double now)
    {
        while (_underWay.TryPeek(out var first) && first.At <= now)
        {
            _underWay.Dequeue();
            Arrive(first.At, in first.What);
        }
    }

    /// <summary>Puts the counts as seen here in place of the true ones.</summary>
    public void See(ref PacingSituation situation)
    {
        situation.ReadyAgents = _ready;
        situation.LoggedInAgents = _logged;
        situation.PendingCalls = _pending;
        situation.WaitingPersons = _waiting;
        situation.FreeLines = scenario.Lines - _lines;
    }

    /// <summary>A time of the bench as the pacer gets it.</summary>
    public static Moment MomentAt(double now) => new((long)(now * TimeSpan.TicksPerSecond), DateTimeOffset.UnixEpoch.AddSeconds(now));

    private void Arrive(double now, in PacingEvent what)
    {
        if (what.Kind < PacingEventKind.AgentReadyTime)
        {
            Agent(what.Subject, what.Kind);
        }
        else if (what.Kind != PacingEventKind.AgentReadyTime)
        {
            Call(what.Subject, what.Kind);
        }

        pacer.Observe(MomentAt(now), in what);
    }

    private void Agent(int number, PacingEventKind state)
    {
        while (_agents.Count <= number)
        {
            _agents.Add(PacingEventKind.AgentLoggedOut);
        }

        var old = _agents[number];
        _ready += (state == PacingEventKind.AgentReady ? 1 : 0) - (old == PacingEventKind.AgentReady ? 1 : 0);
        _logged += (state == PacingEventKind.AgentLoggedOut ? 0 : 1) - (old == PacingEventKind.AgentLoggedOut ? 0 : 1);
        _agents[number] = state;
    }

    private void Call(int number, PacingEventKind state)
    {
        while (_calls.Count <= number)
        {
            _calls.Add(PacingEventKind.CallReleased);
        }

        // A second report, or one out of order, changes nothing; a dial on the same number ends what was there.
        var old = _calls[number];
        if (state != PacingEventKind.CallDialing && state <= old)
        {
            return;
        }

        Count(old, -1);
        Count(state, 1);
        _calls[number] = state;
    }

    private void Count(PacingEventKind state, int by)
    {
        _pending += state is PacingEventKind.CallDialing or PacingEventKind.CallAnswered ? by : 0;
        _waiting += state == PacingEventKind.CallPerson ? by : 0;
        _lines += state < PacingEventKind.CallAbandoned ? by : 0;
    }
}
