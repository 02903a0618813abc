using DialerEngine.Core;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Adapters.Simulated.Pacing;

/// <summary>
/// Runs a pacer against a scenario in virtual time. The pacer is told only what <c>pacing serve</c> tells: states of agents and
/// of calls as they happen, and counts at each decision. One seed is always one run.
/// </summary>
public sealed class PacingBench
{
    private const int NextRecords = 64;
    private const double SecondsUntilMachineIsNoticed = 10;
    private readonly BenchScenario _scenario;
    private readonly IPacer _pacer;
    private readonly BenchTelegraph _telegraph;
    private readonly BenchTraffic _traffic;
    private readonly BenchStatistics _statistics;
    private readonly PriorityQueue<Happening, (double At, long Order)> _agenda = new();
    private readonly List<SimulatedCall> _calls = [];
    private readonly Queue<(double Since, int Number)> _freeCalls = new();
    private readonly LinkedList<int> _persons = new();
    private readonly List<SimulatedAgent> _agents = [];
    private readonly LinkedList<int> _idle = new();
    private readonly float[] _next;
    private long _order;
    private double _now;
    private int _busy;
    private int _logged;
    private int _wanted;
    private int _pending;
    private int _lines;
    private double _tokens;
    private double _tokensAt;

    /// <param name="scenario">What happens.</param>
    /// <param name="pacer">Who decides; a fresh one.</param>
    /// <param name="seed">Fixes the run.</param>
    public PacingBench(BenchScenario scenario, IPacer pacer, long seed)
    {
        _scenario = scenario;
        _pacer = pacer;
        _telegraph = new BenchTelegraph(scenario, pacer, new SeededRandom(seed ^ 0x5DEECE66D));
        _traffic = new BenchTraffic(scenario, new SeededRandom(seed));
        _statistics = new BenchStatistics(scenario.WarmUpMinutes * 60, scenario.Cap);
        _next = scenario.KnownChances ? new float[NextRecords] : [];
    }

    private enum HappeningKind : byte
    {
        Tick,
        Change,
        Answer,
        Verdict,
        Fail,
        Impatience,
        TalkEnd,
        WrapEnd,
    }

    /// <summary>Told of each decision that is made, with the time in seconds; for plots and tests.</summary>
    public Action<double, PacingSituation, PacingDecision>? Decided { get; set; }

    /// <summary>Runs to the end of the scenario.</summary>
    public BenchResult Run()
    {
        for (var i = 0; i < _next.Length; i++)
        {
            _next[i] = _traffic.NextChance();
        }

        Resize(_scenario.Agents);
        for (var i = 0; i < _scenario.Changes.Count; i++)
        {
            Plan(_scenario.Changes[i].AtHours * 3600, HappeningKind.Change, i);
        }

        Plan(0, HappeningKind.Tick, 0);
        var end = _scenario.Hours * 3600;
        while (_agenda.TryDequeue(out var happening, out var key) && key.At <= end)
        {
            _now = key.At;
            _statistics.Pass(_now, _busy, _logged, _idle.Count, _lines);
            Handle(in happening);
        }

        _statistics.Pass(end, _busy, _logged, _idle.Count, _lines);
        return _statistics.Result();
    }

    private void Plan(double at, HappeningKind kind, int subject, int lap = 0) =>
        _agenda.Enqueue(new Happening(kind, subject, lap), (at, _order++));

    private void Tell(PacingEventKind kind, int subject, int other = 0, float value = 0) =>
        _telegraph.Send(_now, new PacingEvent(kind, subject, other, value));

    private void Handle(in Happening happening)
    {
        var decide = true;
        switch (happening.Kind)
        {
            case HappeningKind.Tick:
                Plan(_now + _scenario.TickSeconds, HappeningKind.Tick, 0);
                Decide();
                return;
            case HappeningKind.Change:
                var change = _scenario.Changes[happening.Subject];
                _traffic.Apply(change);
                Resize(change.Agents ?? _wanted);
                break;
            case HappeningKind.Answer:
                Tell(PacingEventKind.CallAnswered, happening.Subject);
                decide = false;
                break;
            case HappeningKind.Verdict:
                Verdict(happening.Subject);
                break;
            case HappeningKind.Fail:
                EndDial(happening.Subject);
                break;
            case HappeningKind.Impatience:
                decide = Impatience(in happening);
                break;
            case HappeningKind.TalkEnd:
                TalkEnd(happening.Subject);
                decide = false;
                break;
            default:
                WrapEnd(happening.Subject);
                break;
        }

        if (decide && _scenario.DecideOnEvents)
        {
            Decide();
        }
    }

    private void Decide()
    {
        _statistics.Decisions++;
        var situation = new PacingSituation
        {
            Now = BenchTelegraph.MomentAt(_now),
            ReadyAgents = _idle.Count,
            LoggedInAgents = _logged,
            PendingCalls = _pending,
            WaitingPersons = _persons.Count,
            FreeLines = _scenario.Lines - _lines,
            AvailableRecords = int.MaxValue,
            NextAnswerChances = _next,
        };
        if (_telegraph.Disturbs)
        {
            _telegraph.Deliver(_now);
            _telegraph.See(ref situation);
        }

        if (_scenario.CallsPerSecond > 0)
        {
            _tokens = Math.Min(Math.Max(1, _scenario.CallsPerSecond), _tokens + (_scenario.CallsPerSecond * (_now - _tokensAt)));
            _tokensAt = _now;
            situation.FreeLines = Math.Min(situation.FreeLines, (int)_tokens);
        }

        var decision = _pacer.Decide(in situation);
        Decided?.Invoke(_now, situation, decision);
        _tokens -= decision.Dial;
        for (var i = 0; i < decision.Dial; i++)
        {
            Dial();
        }
    }

    private void Dial()
    {
        var chance = 0f;
        if (_next.Length > 0)
        {
            chance = _next[0];
            Array.Copy(_next, 1, _next, 0, _next.Length - 1);
            _next[^1] = _traffic.NextChance();
        }

        var number = FreeCall();

        var call = _calls[number];
        var (outcome, ring, listening) = _traffic.Dial(chance);
        call.Outcome = outcome;
        _pending++;
        _lines++;
        _statistics.Dials++;
        Tell(PacingEventKind.CallDialing, number, 0, chance);
        if (outcome is DialOutcome.Person or DialOutcome.Machine)
        {
            if (_scenario.Detection)
            {
                Plan(_now + ring, HappeningKind.Answer, number);
            }

            Plan(_now + ring + listening, HappeningKind.Verdict, number);
        }
        else
        {
            Plan(_now + ring, HappeningKind.Fail, number);
        }
    }

    // A number is used again only when all reports of its last call have arrived.
    private int FreeCall()
    {
        if (_freeCalls.TryPeek(out var free) && free.Since + _scenario.EventDelay <= _now)
        {
            return _freeCalls.Dequeue().Number;
        }

        _calls.Add(new SimulatedCall());
        return _calls.Count - 1;
    }

    private void Verdict(int number)
    {
        var call = _calls[number];
        var machine = call.Outcome == DialOutcome.Machine;
        if (machine ? !_traffic.MachineTakenForPerson() : _traffic.FalsePositive())
        {
            EndDial(number);
            return;
        }

        _pending--;
        Tell(PacingEventKind.CallPerson, number);
        call.PersonSince = _now;
        if (_idle.First is { } longest)
        {
            _idle.RemoveFirst();
            Connect(number, longest.Value);
        }
        else
        {
            call.Lap++;
            _persons.AddLast(number);
            Plan(_now + _scenario.Patience, HappeningKind.Impatience, number, call.Lap);
        }
    }

    private void EndDial(int number)
    {
        _pending--;
        _lines--;
        var result = _calls[number].Outcome switch
        {
            DialOutcome.Busy => CallResult.Busy,
            DialOutcome.NoAnswer => CallResult.NoAnswer,
            DialOutcome.Sit => CallResult.SitDetected,
            DialOutcome.Outage => CallResult.AllTrunksBusy,
            _ => CallResult.AnsweringMachine,
        };
        Tell(PacingEventKind.CallFailed, number, (int)result);
        _freeCalls.Enqueue((_now, number));
    }

    private void Connect(int number, int agentNumber)
    {
        var agent = _agents[agentNumber];
        _statistics.Person(_now, abandoned: false, _now - _calls[number].PersonSince);
        _calls[number].Lap++;
        agent.Call = number;
        _busy++;
        Tell(PacingEventKind.CallConnected, number, agentNumber);
        Tell(PacingEventKind.AgentBusy, agentNumber);
        var talk = _calls[number].Outcome == DialOutcome.Machine ? SecondsUntilMachineIsNoticed : _traffic.Talk();
        Plan(_now + talk, HappeningKind.TalkEnd, agentNumber);
    }

    private bool Impatience(in Happening happening)
    {
        if (_calls[happening.Subject].Lap != happening.Lap)
        {
            return false;
        }

        _persons.Remove(happening.Subject);
        _calls[happening.Subject].Lap++;
        _lines--;
        _statistics.Person(_now, abandoned: true, _scenario.Patience);
        Tell(PacingEventKind.CallAbandoned, happening.Subject);
        _freeCalls.Enqueue((_now, happening.Subject));
        return true;
    }

    private void TalkEnd(int agentNumber)
    {
        var call = _agents[agentNumber].Call;
        _lines--;
        Tell(PacingEventKind.CallReleased, call);
        _freeCalls.Enqueue((_now, call));
        Tell(PacingEventKind.AgentAfterCallWork, agentNumber);
        var wrap = _traffic.Wrap();
        if (_scenario.ReadyTimes)
        {
            var announced = _traffic.Announced(wrap);
            Tell(PacingEventKind.AgentReadyTime, agentNumber, (int)announced, (float)announced);
        }

        Plan(_now + wrap, HappeningKind.WrapEnd, agentNumber);
    }

    private void WrapEnd(int agentNumber)
    {
        _busy--;
        if (_logged > _wanted)
        {
            Leave(agentNumber);
            return;
        }

        Ready(agentNumber);
    }

    private void Ready(int agentNumber)
    {
        Tell(PacingEventKind.AgentReady, agentNumber);
        if (_persons.First is { } longest)
        {
            _persons.RemoveFirst();
            Connect(longest.Value, agentNumber);
        }
        else
        {
            _idle.AddLast(agentNumber);
        }
    }

    private void Leave(int agentNumber)
    {
        _logged--;
        _agents[agentNumber].LoggedIn = false;
        Tell(PacingEventKind.AgentLoggedOut, agentNumber);
    }

    private void Resize(int wanted)
    {
        _wanted = wanted;
        while (_logged > _wanted && _idle.First is { } idle)
        {
            _idle.RemoveFirst();
            Leave(idle.Value);
        }

        for (var i = 0; _logged < _wanted; i++)
        {
            if (i == _agents.Count)
            {
                _agents.Add(new SimulatedAgent());
            }

            if (!_agents[i].LoggedIn)
            {
                _agents[i].LoggedIn = true;
                _logged++;
                Ready(i);
            }
        }
    }

    private readonly record struct Happening(HappeningKind Kind, int Subject, int Lap);

    private sealed class SimulatedCall
    {
        public DialOutcome Outcome { get; set; }

        public double PersonSince { get; set; }

        public int Lap { get; set; }
    }

    private sealed class SimulatedAgent
    {
        public bool LoggedIn { get; set; }

        public int Call { get; set; }
    }
}
