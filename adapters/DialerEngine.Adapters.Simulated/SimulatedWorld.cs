using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Adapters.Simulated;

/// <summary>How the simulated customers, agents and storage behave. Times in ms; shares 0 to 1.</summary>
public sealed record SimulatedBehaviour
{
    public double PersonShare { get; init; } = 0.35;

    public double BusyShare { get; init; } = 0.10;

    public double UnknownNumberShare { get; init; } = 0.05;

    public double CongestionShare { get; init; }

    public double RingMeanMs { get; init; } = 8_000;

    public double TalkMeanMs { get; init; } = 60_000;

    public double WrapMeanMs { get; init; } = 10_000;

    /// <summary>People hang up before an agent comes with this chance.</summary>
    public double ImpatientShare { get; init; }

    /// <summary>Agents go not ready for a break after a call with this chance.</summary>
    public double BreakShare { get; init; }

    /// <summary>Agents log out in the middle of a call with this chance.</summary>
    public double LogoutInCallShare { get; init; }

    /// <summary>An agent's phone refuses a call with this chance.</summary>
    public double PhoneFaultShare { get; init; }

    /// <summary>From an engaging call's INVITE to the agent's answer.</summary>
    public double EngageMeanMs { get; init; } = 1_500;

    /// <summary>An engaged agent hangs up within a minute with this chance.</summary>
    public double EngagedLossShare { get; init; }

    /// <summary>The network forgets to tell a call's end with this chance.</summary>
    public double LostEndShare { get; init; }

    /// <summary>Desktops send RecordProcessed after a call with this chance.</summary>
    public double RecordProcessedShare { get; init; } = 0.5;

    /// <summary>The destination of a treatment does not take a call with this chance.</summary>
    public double RouteFaultShare { get; init; }

    /// <summary>Of those who answer, machines; only calls that are listened to tell them apart.</summary>
    public double MachineShare { get; init; }

    /// <summary>From the answer to the detector's verdict, mean.</summary>
    public double DetectMeanMs { get; init; } = 1_200;

    /// <summary>The detector never says anything with this chance.</summary>
    public double VerdictLossShare { get; init; }

    /// <summary>Before the answer a busy tone is heard with this chance, and the far end answers all the same.</summary>
    public double ToneShare { get; init; }

    /// <summary>A verdict of a person is taken back with this chance.</summary>
    public double CorrectionShare { get; init; }

    public int JournalLatencyMs { get; init; } = 3;

    /// <summary>The journal stands still for <see cref="JournalOutageMs"/> with this chance per commit.</summary>
    public double JournalOutageShare { get; init; }

    public int JournalOutageMs { get; init; } = 20_000;
}

/// <summary>
/// Network, customers, agents, storage and desktops of one campaign group in virtual time: takes the group's effects and gives it inputs in the order
/// of their moments. One thread, one seed, one run. Allocates nothing per call once warm.
/// </summary>
public sealed partial class SimulatedWorld : ITelephony, IDesktopEdge, IAttemptJournal
{
    private readonly SeededRandom _random;
    private readonly SimulatedBehaviour _behaviour;
    private readonly PriorityQueue<GroupInput, (long At, long Order)> _due = new(4_096);
    private readonly Dictionary<ulong, Customer> _customers = new(4_096);
    private readonly Dictionary<int, Agent> _agents = [];
    private readonly Queue<JournalEntry> _journal = new(4_096);
    private long _order;
    private bool _commitDue;

    public SimulatedWorld(ulong seed, SimulatedBehaviour behaviour, IReadOnlyList<AgentDefinition> agents, SimulatedLists lists, long startTicks = 0)
    {
        Now = startTicks;
        _random = new SeededRandom(seed);
        _behaviour = behaviour;
        Lists = lists;
        foreach (var agent in agents)
        {
            _agents.Add(agent.Id.Value, new Agent(agent));
        }
    }

    /// <summary>The calling lists as the world's storage has them.</summary>
    public SimulatedLists Lists { get; }

    /// <summary>Virtual time, ticks of 100 ns.</summary>
    public long Now { get; private set; }

    /// <summary>How far the wall clock is from 2026-01-01 and the time since; an operator or a time service sets it, forward or back. Virtual time goes on evenly.</summary>
    public TimeSpan WallSkew { get; set; }

    public Moment Moment => new(Now, DateTimeOffset.UnixEpoch.AddYears(56).AddTicks(Now) + WallSkew);

    /// <summary>True while somebody has something to say at or before a moment; then time has moved to it.</summary>
    public bool TryNext(long until, out GroupInput input)
    {
        while (_due.TryPeek(out input, out var when) && when.At <= until)
        {
            _due.Dequeue();
            Now = Math.Max(Now, when.At);
            if (input.Kind == InputKind.None)
            {
                Happen(input);
                continue;
            }

            if (input.Kind == InputKind.JournalCommitted)
            {
                input.Number = Commit();
            }

            if (input.Kind == InputKind.CallEnded && _customers.Remove(input.Call.Value, out var customer))
            {
                _pool.Push(customer);
            }

            return true;
        }

        Now = Math.Max(Now, until);
        return false;
    }

    /// <summary>All agents log in and go ready at once.</summary>
    public void LogEverybodyIn()
    {
        foreach (var agent in _agents.Values)
        {
            if (agent.State == AgentState.LoggedOut && !agent.IsPort)
            {
                Say(0, new GroupInput { Kind = InputKind.AgentLine, Agent = agent.Id, Detail = 1 });
                SetState(agent, AgentState.NotReady, 0);
                SetState(agent, AgentState.Ready, 1);
            }
        }
    }

    /// <summary>Lets something be said to the group after a delay.</summary>
    public void Say(double delayMs, in GroupInput input) =>
        _due.Enqueue(input, (Now + (long)(delayMs * Moment.TicksPerMillisecond), _order++));

    private void SetState(Agent agent, AgentState state, double delayMs)
    {
        agent.State = state;
        Say(delayMs, new GroupInput { Kind = InputKind.AgentState, Agent = agent.Id, Detail = (int)state, Number = ++agent.Version });
    }

    public bool TryAppend(in JournalEntry entry)
    {
        if (_journal.Count >= 65_536)
        {
            return false;
        }

        _journal.Enqueue(entry);
        if (!_commitDue)
        {
            _commitDue = true;
            var outage = _random.Chance(_behaviour.JournalOutageShare);
            if (outage)
            {
                Say(1, new GroupInput { Kind = InputKind.JournalFault });
            }

            Say(_behaviour.JournalLatencyMs + (outage ? _behaviour.JournalOutageMs : 0), new GroupInput { Kind = InputKind.JournalCommitted });
        }

        return true;
    }

    /// <summary>Raised for each entry that becomes durable. For checkers; null in benchmarks.</summary>
    public Action<JournalEntry>? OnCommit { get; set; }

    /// <summary>Raised for each call that an agent gets. For scripts; null in benchmarks.</summary>
    public Action<CallSession>? OnAgentCall { get; set; }

    /// <summary>Entries that no commit has made durable yet: what a crash loses.</summary>
    public int UncommittedEntries => _journal.Count;

    private long Commit()
    {
        _commitDue = false;
        long last = 0;
        while (_journal.TryDequeue(out var entry))
        {
            OnCommit?.Invoke(entry);
            Lists.Apply(entry);
            last = entry.Sequence;
        }

        return last;
    }

    private sealed class Agent(AgentDefinition definition)
    {
        public AgentId Id { get; } = definition.Id;

        public bool IsPort { get; } = definition.IsPort;

        public bool NailedUp { get; } = definition.Phone.NailedUp;

        public AgentState State { get; set; }

        public long Version { get; set; }

        public int RecordHandle { get; set; }

        public CallHandle Call { get; set; }

        /// <summary>The engaging call that stands; 0 for none.</summary>
        public long Engaged { get; set; }

        /// <summary>The engaging call that was asked for last and not given up; 0 for none.</summary>
        public long Engaging { get; set; }
    }

    private sealed class Customer
    {
        public CallHandle Call { get; set; }

        public bool Answered { get; set; }

        public bool Over { get; set; }

        public bool Lost { get; set; }
    }
}
