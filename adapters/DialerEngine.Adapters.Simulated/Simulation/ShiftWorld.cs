using System.Runtime.CompilerServices;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Adapters.Simulated.Simulation;

/// <summary>
/// Network, people, agents, lists and an instant journal of a scenario in virtual time: takes what the campaign groups do and gives them inputs in
/// the order of their moments. One thread; one seed is one run; nothing is allocated per call once warm.
/// </summary>
/// <remarks>A group hears of an answer when it happens and of what answered when the scenario's detector says so, rightly or wrongly.</remarks>
public sealed partial class ShiftWorld : ITelephony, IDesktopEdge, IAttemptJournal
{
    private static readonly DateTimeOffset Day = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private readonly Scenario _scenario;
    private readonly EventQueue _agenda = new();
    private readonly Queue<(int Group, GroupInput Input)> _said = new(1_024);
    private readonly Pacing.SeededRandom _callsRandom;
    private readonly Pacing.SeededRandom _agentsRandom;
    private readonly Group[] _groups;
    private readonly ShiftRecords[] _lists;
    private readonly Team[] _teams;
    private readonly Agent[] _agents;
    private readonly bool[] _trunkDown;
    private readonly DateTimeOffset _wallStart;

    /// <param name="scenario">The scenario.</param>
    /// <param name="seed">Seed of this run.</param>
    // Runs once, and is long to compile.
    [MethodImpl(MethodImplOptions.NoOptimization)]
    public ShiftWorld(Scenario scenario, long seed)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        _scenario = scenario;
        _callsRandom = new Pacing.SeededRandom(seed);
        _agentsRandom = new Pacing.SeededRandom(seed ^ 0x5DEECE66D);
        _wallStart = Day.AddSeconds(scenario.StartOfDay);
        _lists = [.. scenario.Lists.Select((l, i) => new ShiftRecords(i, l, seed))];
        _teams = [.. scenario.Teams.Select(t => new Team(t))];
        _agents = [.. scenario.Teams.SelectMany((t, i) => Enumerable.Repeat(i, scenario.MostAgents(i))).Select((team, i) => new Agent(i, team))];
        foreach (var agent in _agents)
        {
            _teams[agent.Team].Members.Add(agent);
        }

        _trunkDown = new bool[scenario.Trunks.Count];
        All = new ShiftMeter(scenario.Seconds, scenario.WarmUpSeconds, scenario.Groups.Min(g => g.Cap));
        _groups = [.. scenario.Groups.Select((g, i) => new Group(i, g, scenario))];
        foreach (var agent in _agents)
        {
            agent.Groups = [.. _groups.Where(g => g.Scenario.Teams.Contains(agent.Team)).Select(g => g.Index)];
        }

        PlanTheDay();
    }

    /// <summary>All groups together.</summary>
    internal ShiftMeter All { get; }

    /// <summary>Virtual time, ticks of 100 ns.</summary>
    public long Now { get; private set; }

    /// <summary>Both clocks.</summary>
    public Moment Moment => new(Now, _wallStart.AddTicks(Now));

    /// <summary>Agents' definitions, for the groups' machines.</summary>
    public IReadOnlyList<AgentDefinition> AgentDefinitions => [.. _agents.Select(a => new AgentDefinition
    {
        Id = a.Id,
        LoginId = $"{a.Number + 1}",
        Phone = new AgentPhone($"sip:{a.Number + 1}@localhost"),
    })];

    /// <summary>What a scenario's group is called and made of, as the engine wants it.</summary>
    public CampaignGroupDefinition DefinitionOf(int group)
    {
        var wanted = _scenario.Groups[group];
        return new CampaignGroupDefinition
        {
            Id = new GroupId(group + 1),
            Guid = Guid.Empty,
            Campaign = new CampaignDefinition
            {
                Id = group + 1,
                Name = wanted.Name,
                Lists = [.. wanted.Lists.Select(l => new CampaignList(ListDefinition(l), _scenario.Lists[l].Weight))],
            },
            AgentGroup = new AgentGroupDefinition(wanted.Name, [.. _agents.Where(a => a.Groups.Contains(group)).Select(a => a.Id)]),
            Trunks = [.. wanted.Trunks.Select(t => _scenario.Trunks[t].Name)],
            DialMode = wanted.Mode,
            OptimizeBy = wanted.OptimizeBy,
            OptimizeGoal = wanted.Goal,
            Options = wanted.Options,
        };
    }

    /// <summary>Puts the meters between a group and its pacer; the same one whenever the mode changes, so that counting goes on.</summary>
    public IPacer Measure(int group, IPacer pacer)
    {
        var measured = _groups[group].Pacer ??= new MeasuredPacer(_groups.Length == 1 ? [All] : [All, _groups[group].Meter]) { Inner = pacer };
        measured.Inner = pacer;
        return measured;
    }

    /// <summary>Tells the world the group's machine; before anything else happens.</summary>
    public void Attach(int group, GroupMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        _groups[group].Machine = machine;
        _groups[group].Slots = new Slot[machine.SessionCount];
    }

    /// <summary>True while somebody has something to say to a group at or before a moment; then time has moved to it.</summary>
    public bool TryNext(long until, out int group, out GroupInput input)
    {
        while (true)
        {
            if (_said.TryDequeue(out var said))
            {
                (group, input) = said;
                return true;
            }

            if (_agenda.NextAt > until)
            {
                Now = Math.Max(Now, until);
                (group, input) = (0, default);
                return false;
            }

            var happening = _agenda.Take();
            Now = Math.Max(Now, happening.At);
            Happen(happening);
        }
    }

    /// <summary>Fills a group's tray from one of its lists; the input that says so follows at once.</summary>
    public void Fetch(GroupMachine machine, int listIndex, int limit)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var group = machine.Definition.Id.Value - 1;

        // Nobody makes appointments here.
        var count = machine.FetchKind == FetchKind.Callbacks ? 0 : _lists[_scenario.Groups[group].Lists[listIndex]].Fetch(machine.Tray, limit, Moment.UnixSeconds);
        _agenda.Add(new Happening { At = Now, Kind = HappeningKind.Fetched, Subject = group, Detail = count });
    }

    public bool TryAppend(in JournalEntry entry)
    {
        var group = _groups[entry.Group.Value - 1];
        group.LastSequence = entry.Sequence;
        if (entry.List.Value > 0)
        {
            _lists[entry.List.Value - 1].Apply(entry);
        }

        if (!group.CommitDue)
        {
            group.CommitDue = true;
            _agenda.Add(new Happening { At = Now, Kind = HappeningKind.Committed, Subject = group.Index });
        }

        return true;
    }

    /// <summary>Figures of the run up to the end of the shift: all together, and each group.</summary>
    public (ShiftResult All, IReadOnlyList<ShiftResult> Groups) Results() =>
        (All.Result(), _groups.Length == 1 ? [All.Result()] : [.. _groups.Select(g => g.Meter.Result())]);

    /// <summary>Records of a list: taken, come back, finished, and left (-1: without end).</summary>
    public (long Taken, long Back, long Finished, long Left) Books(int list) =>
        (_lists[list].Taken, _lists[list].Back, _lists[list].Finished, _lists[list].Left);

    private void PlanTheDay()
    {
        for (var i = 0; i < _scenario.Changes.Count; i++)
        {
            PlanAt(_scenario.Changes[i].At, HappeningKind.Change, i);
        }

        for (var t = 0; t < _teams.Length; t++)
        {
            var team = _scenario.Teams[t];
            for (var n = 1; team.LoginOver > 0 && n <= team.Agents; n++)
            {
                PlanAt(team.LoginAt + (team.LoginOver * (n - 1) / team.Agents), HappeningKind.Wanted, t, n);
            }

            if (team.LoginOver <= 0)
            {
                PlanAt(team.LoginAt, HappeningKind.Wanted, t, team.Agents);
            }

            if (team.LogoutAt < _scenario.Seconds)
            {
                PlanAt(team.LogoutAt, HappeningKind.Wanted, t, 0);
            }

            for (var b = 0; b < team.Breaks.Count; b++)
            {
                PlanAt(team.Breaks[b].At, HappeningKind.BreakBegins, t, b);
            }
        }
    }

    private CallingListDefinition ListDefinition(int list) => new() { Id = _lists[list].Id, Name = _scenario.Lists[list].Name, DailyFrom = 0, DailyTill = 86_400 };

    private void PlanAt(double seconds, HappeningKind kind, int subject, int detail = 0) =>
        _agenda.Add(new Happening { At = (long)(seconds * TimeSpan.TicksPerSecond), Kind = kind, Subject = subject, Detail = detail });

    private void Plan(double delaySeconds, HappeningKind kind, CallHandle call, int detail = 0, int subject = 0) => _agenda.Add(new Happening
    {
        At = Now + (long)(delaySeconds * TimeSpan.TicksPerSecond),
        Kind = kind,
        Call = call,
        Detail = detail,
        Subject = subject,
    });

    private void Say(int group, in GroupInput input) => _said.Enqueue((group, input));

    private void Happen(in Happening what)
    {
        switch (what.Kind)
        {
            case HappeningKind.Answered: Answered(what.Call); break;
            case HappeningKind.Verdict: Verdict(what); break;
            case HappeningKind.CallEnds: CallEnds(what.Call, (CallResult)what.Detail); break;
            case HappeningKind.Congestion: CallEnds(what.Call, CallResult.AllTrunksBusy); break;
            case HappeningKind.EngineEnds: EngineEnds(what.Call); break;
            case HappeningKind.HangsUp: HangsUp(what); break;
            case HappeningKind.AgentConnects:
                Say(what.Call.Group.Value - 1, new GroupInput { Kind = InputKind.AgentConnected, Call = what.Call, Agent = _agents[what.Subject].Id });
                break;
            case HappeningKind.AgentEngages: AgentEngages(_agents[what.Subject], what.Detail); break;
            case HappeningKind.WrapEnds: WrapEnds(_agents[what.Subject], what.Detail); break;
            case HappeningKind.PauseEnds: PauseEnds(_agents[what.Subject], what.Detail); break;
            case HappeningKind.AnnouncementEnds:
                Say(what.Call.Group.Value - 1, new GroupInput { Kind = InputKind.AnnouncementEnded, Call = what.Call });
                break;
            case HappeningKind.Committed:
                _groups[what.Subject].CommitDue = false;
                Say(what.Subject, new GroupInput { Kind = InputKind.JournalCommitted, Number = _groups[what.Subject].LastSequence });
                break;
            case HappeningKind.Fetched: Say(what.Subject, new GroupInput { Kind = InputKind.FetchCompleted, Detail = what.Detail }); break;
            case HappeningKind.Change: Apply(_scenario.Changes[what.Subject]); break;
            case HappeningKind.Wanted: Resize(_teams[what.Subject], what.Detail); break;
            case HappeningKind.BreakBegins: BreakBegins(_teams[what.Subject], _scenario.Teams[what.Subject].Breaks[what.Detail]); break;
            case HappeningKind.LineUp or HappeningKind.LineDown: LineMoves(_agents[what.Subject], what.Kind == HappeningKind.LineUp); break;
        }
    }

    private void Apply(ScenarioChange change)
    {
        for (var i = 0; i < _lists.Length; i++)
        {
            if (change.List is null || change.List == i)
            {
                var list = _lists[i];
                list.Person = change.Person ?? list.Person;
                list.Mix = change.Mix ?? list.Mix;
                list.Open = change.Open ?? list.Open;
                list.PersonAnswer = change.PersonAnswer ?? list.PersonAnswer;
                list.MachineAnswer = change.MachineAnswer ?? list.MachineAnswer;
            }
        }

        for (var i = 0; i < _teams.Length; i++)
        {
            if (change.Team is null || change.Team == i)
            {
                _teams[i].Talk = change.Talk ?? _teams[i].Talk;
                _teams[i].Wrap = change.Wrap ?? _teams[i].Wrap;
                if (change.Agents is { } wanted)
                {
                    Resize(_teams[i], wanted);
                }
            }
        }

        for (var i = 0; i < _trunkDown.Length; i++)
        {
            _trunkDown[i] = change.Down is { } down && (change.Trunk is null || change.Trunk == i) ? down : _trunkDown[i];
        }

        for (var i = 0; i < _groups.Length; i++)
        {
            if (change.Group is null || change.Group == i)
            {
                Command(i, change);
            }
        }
    }

    private void Command(int group, ScenarioChange change)
    {
        if (change.Mode is { } mode)
        {
            Say(group, new GroupInput { Kind = InputKind.Command, Reference = new GroupCommand { Kind = GroupCommandKind.SetDialMode, DialMode = mode } });
        }

        if (change.Dialing is { } dialing)
        {
            var kind = dialing ? GroupCommandKind.Start : GroupCommandKind.Stop;
            Say(group, new GroupInput { Kind = InputKind.Command, Reference = new GroupCommand { Kind = kind } });
        }
    }

    private struct Slot
    {
        public CallHandle Call;
        public int List;
        public bool Machine;
        public bool Answered;
        public bool Connected;
        public bool Closing;
    }

    private sealed class Group(int index, ScenarioGroup group, Scenario scenario)
    {
        public int Index { get; } = index;

        public ScenarioGroup Scenario { get; } = group;

        public ShiftMeter Meter { get; } = new(scenario.Seconds, scenario.WarmUpSeconds, group.Cap);

        public GroupMachine? Machine { get; set; }

        public MeasuredPacer? Pacer { get; set; }

        public Slot[] Slots { get; set; } = [];

        public bool CommitDue { get; set; }

        public long LastSequence { get; set; }
    }

    private sealed class Team(ScenarioTeam team)
    {
        public ScenarioTeam Scenario { get; } = team;

        public Law Talk { get; set; } = team.Talk;

        public Law Wrap { get; set; } = team.Wrap;

        public List<Agent> Members { get; } = [];

        public int Wanted { get; set; }

        public int LoggedIn { get; set; }
    }

    private sealed class Agent(int number, int team)
    {
        public int Number { get; } = number;

        public AgentId Id { get; } = new(number + 1);

        public int Team { get; } = team;

        public int[] Groups { get; set; } = [];

        public Occupation Occupation { get; set; }

        public long Version { get; set; }

        public int Lap { get; set; }

        /// <summary>The group whose call the agent has or had last.</summary>
        public int Group { get; set; }

        public long BreakUntil { get; set; }

        /// <summary>A call on its way to the agent, who looks idle until it is connected.</summary>
        public CallHandle Delivery { get; set; }

        /// <summary>The engaging call that rings or stands; default where there is none.</summary>
        public Engagement Engagement { get; set; }
    }
}
