using DialerEngine.Core;
using DialerEngine.Core.Pacing;
using DialerEngine.Pacing;

namespace DialerEngine.Host.Verbs;

/// <summary>
/// The state behind <c>pacing serve</c>: identities to numbers, counts for the situation, and the pacer. Agents are bounded by
/// 65,536 and calls by 131,072 at a time; what comes beyond is refused with a clear fault.
/// </summary>
internal sealed class PacingServeSession
{
    private const int MaxAgents = 65_536;
    private const int MaxCalls = 131_072;
    private const double LostAfterSeconds = 300;
    private const double LookForLostSeconds = 10;

    private readonly Dictionary<string, int> _agentNumbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _callNumbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _agentsByText;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _callsByText;
    private readonly List<Agent> _agents = [];
    private readonly List<Call> _calls = [];
    private readonly Stack<int> _freeAgents = new();
    private readonly Stack<int> _freeCalls = new();
    private GroupPacer? _pacer;
    private PacingSettings _settings = new();
    private double _now;
    private double _lookForLost;
    private int _lines;
    private int _ready;
    private int _loggedIn;
    private int _pending;
    private int _waiting;
    private int _live;

    public PacingServeSession()
    {
        _agentsByText = _agentNumbers.GetAlternateLookup<ReadOnlySpan<char>>();
        _callsByText = _callNumbers.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>True once a configure line was taken.</summary>
    public bool IsConfigured => _pacer is not null;

    /// <summary>The decision of the last tick.</summary>
    public PacingDecision Decision { get; private set; }

    private Moment Moment => new((long)(_now * TimeSpan.TicksPerSecond), DateTimeOffset.UnixEpoch.AddSeconds(_now));

    /// <summary>Takes a configure line. Returns what is wrong with it, or null.</summary>
    public string? Configure(PacingServeLine line, ReadOnlyMemory<byte> text, List<string> warnings)
    {
        if (line.Time < _now)
        {
            return Backwards(line);
        }

        var fault = PacingServeConfigure.Read(text, ref _settings, ref _lines, warnings);
        if (fault is not null)
        {
            return fault;
        }

        _now = line.Time;
        if (_pacer is null)
        {
            _pacer = new GroupPacer(_settings);
        }
        else
        {
            _pacer.Configure(_settings);
        }

        return null;
    }

    /// <summary>Takes any other line after the first configure line. Returns what is wrong with it, or null.</summary>
    public string? Take(PacingServeLine line)
    {
        Decision = default;
        if (line.Time < _now)
        {
            return Backwards(line);
        }

        _now = line.Time;
        return line.Kind switch
        {
            ServeLineKind.Tick => Tick(line),
            ServeLineKind.Agent => TakeAgent(line),
            ServeLineKind.Call => TakeCall(line),
            _ => TakeReadyTime(line),
        };
    }

    private string Backwards(PacingServeLine line) =>
        FormattableString.Invariant($"\"t\" went back from {_now} to {line.Time}");

    private string? Tick(PacingServeLine line)
    {
        ForgetLost();
        Decision = _pacer!.Decide(new PacingSituation
        {
            Now = Moment,
            ReadyAgents = _ready,
            LoggedInAgents = _loggedIn,
            PendingCalls = _pending,
            WaitingPersons = _waiting,
            FreeLines = Math.Max(0, _lines - _live),
            AvailableRecords = int.MaxValue,
            NextAnswerChances = line.Next,
        });
        return null;
    }

    // No call rings, and no person waits, for five minutes: a report of the call's end was lost. Its line is taken for free.
    private void ForgetLost()
    {
        if (_now < _lookForLost)
        {
            return;
        }

        _lookForLost = _now + LookForLostSeconds;
        for (var number = 0; number < _calls.Count; number++)
        {
            var call = _calls[number];
            if (call.Id.Length > 0 && call.State < PacingEventKind.CallConnected && _now - call.Since > LostAfterSeconds)
            {
                EndCall(number, PacingEventKind.CallReleased, 0);
            }
        }
    }

    private void Tell(PacingEventKind kind, int subject, int other = 0, float value = 0) =>
        _pacer!.Observe(Moment, new PacingEvent(kind, subject, other, value));

    private string? TakeReadyTime(PacingServeLine line)
    {
        if (line.Seconds <= 0)
        {
            return "\"seconds\" is missing";
        }

        if (!_agentsByText.TryGetValue(line.Agent, out var number))
        {
            return $"agent \"{line.Agent}\" is not logged in";
        }

        Tell(PacingEventKind.AgentReadyTime, number, (int)Math.Min(int.MaxValue, line.Seconds), (float)line.Seconds);
        return null;
    }

    private string? TakeAgent(PacingServeLine line)
    {
        if (line.Id.IsEmpty)
        {
            return "\"id\" is missing";
        }

        if (line.State is not { } state || state > PacingEventKind.AgentLoggedOut)
        {
            return "\"state\" of an agent must be Ready, Busy, AfterCallWork, NotReady or LoggedOut";
        }

        if (!_agentsByText.TryGetValue(line.Id, out var number))
        {
            if (state == PacingEventKind.AgentLoggedOut)
            {
                return null;
            }

            if (_agentNumbers.Count >= MaxAgents)
            {
                return $"there are {MaxAgents} agents already";
            }

            number = NewAgent(line.Id.ToString());
        }

        MoveAgent(number, state);
        return null;
    }

    private int NewAgent(string id)
    {
        if (!_freeAgents.TryPop(out var number))
        {
            number = _agents.Count;
            _agents.Add(new Agent());
        }

        _agents[number].Id = id;
        _agents[number].State = PacingEventKind.AgentLoggedOut;
        _agents[number].Call = -1;
        _agentNumbers.Add(id, number);
        return number;
    }

    private void MoveAgent(int number, PacingEventKind state)
    {
        var agent = _agents[number];
        _ready += (state == PacingEventKind.AgentReady ? 1 : 0) - (agent.State == PacingEventKind.AgentReady ? 1 : 0);
        _loggedIn += (state == PacingEventKind.AgentLoggedOut ? 0 : 1) - (agent.State == PacingEventKind.AgentLoggedOut ? 0 : 1);
        agent.State = state;
        Tell(state, number);
        if (state != PacingEventKind.AgentBusy && agent.Call >= 0)
        {
            // An agent who has moved on has no call any more, whether or not its release was reported.
            EndCall(agent.Call, PacingEventKind.CallReleased, 0);
        }

        if (state == PacingEventKind.AgentLoggedOut)
        {
            _agentNumbers.Remove(agent.Id);
            _freeAgents.Push(number);
        }
    }

    private string? TakeCall(PacingServeLine line)
    {
        if (line.Id.IsEmpty)
        {
            return "\"id\" is missing";
        }

        if (line.State is not { } state || state < PacingEventKind.CallDialing)
        {
            return "\"state\" of a call must be Dialing, Answered, Person, Connected, Abandoned, Failed or Released";
        }

        var known = _callsByText.TryGetValue(line.Id, out var number);
        if (state == PacingEventKind.CallDialing)
        {
            return known ? $"call \"{line.Id}\" is under way already" : Dial(line);
        }

        if (!known)
        {
            return state == PacingEventKind.CallReleased ? null : $"call \"{line.Id}\" is not known: report it as Dialing first";
        }

        return MoveCall(line, number, state);
    }

    private string? Dial(PacingServeLine line)
    {
        if (_callNumbers.Count >= MaxCalls)
        {
            return $"there are {MaxCalls} calls already";
        }

        if (!_freeCalls.TryPop(out var number))
        {
            number = _calls.Count;
            _calls.Add(new Call());
        }

        var call = _calls[number];
        call.Id = line.Id.ToString();
        call.State = PacingEventKind.CallDialing;
        call.Since = _now;
        call.Agent = -1;
        _callNumbers.Add(call.Id, number);
        _pending++;
        _live++;
        Tell(PacingEventKind.CallDialing, number, 0, line.AnswerChance);
        return null;
    }

    private string? MoveCall(PacingServeLine line, int number, PacingEventKind state)
    {
        var call = _calls[number];
        if (state < call.State || (state == call.State && state != PacingEventKind.CallConnected))
        {
            return $"call \"{line.Id}\" cannot be {line.State!.Value.ToString()[4..]} after {call.State.ToString()[4..]}";
        }

        if (state is PacingEventKind.CallAbandoned or PacingEventKind.CallFailed or PacingEventKind.CallReleased)
        {
            EndCall(number, state, line.Result);
            return null;
        }

        var agent = -1;
        if (state == PacingEventKind.CallConnected && !line.Agent.IsEmpty && !_agentsByText.TryGetValue(line.Agent, out agent))
        {
            return $"agent \"{line.Agent}\" is not logged in";
        }

        Count(call.State, -1);
        call.State = state;
        call.Since = _now;
        Count(state, 1);
        Tell(state, number, agent);
        if (agent >= 0)
        {
            call.Agent = agent;
            _agents[agent].Call = number;
            MoveAgent(agent, PacingEventKind.AgentBusy);
        }

        return null;
    }

    private void Count(PacingEventKind state, int by)
    {
        _pending += state is PacingEventKind.CallDialing or PacingEventKind.CallAnswered ? by : 0;
        _waiting += state == PacingEventKind.CallPerson ? by : 0;
    }

    private void EndCall(int number, PacingEventKind state, int result)
    {
        var call = _calls[number];
        Count(call.State, -1);
        _live--;
        if (call.Agent >= 0 && _agents[call.Agent].Call == number)
        {
            _agents[call.Agent].Call = -1;
        }

        Tell(state, number, result);
        _callNumbers.Remove(call.Id);
        call.Id = "";
        _freeCalls.Push(number);
    }

    private sealed class Agent
    {
        public string Id { get; set; } = "";

        public PacingEventKind State { get; set; }

        public int Call { get; set; }
    }

    private sealed class Call
    {
        public string Id { get; set; } = "";

        public PacingEventKind State { get; set; }

        /// <summary>When the state began, seconds.</summary>
        public double Since { get; set; }

        public int Agent { get; set; }
    }
}
