using DialerEngine.Adapters.Simulated.Simulation;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Engine;

namespace DialerEngine.Host.Simulation;

/// <summary>Makes a scenario from the values of its file, and notes what does not make sense together.</summary>
internal sealed class ScenarioBuilder(FaultList faults, string file)
{
    // Longest time without an answer in the base model; the configuration's own default is for real networks.
    private const int RingTimeoutMs = 28_000;
    private const int MostChannels = 10_000;

    /// <summary>No verdict of a scenario is waited for longer, ms.</summary>
    private const int LongestDetectionMs = 3_600_000;
    private readonly LawBuilder _laws = new(faults);
    private double _startOfDay;
    private double _seconds;

    public Scenario Build(SectionValues root, string fileName)
    {
        _startOfDay = root.TimeOfDay("start");
        _seconds = root.Number("hours") * 3_600;
        var trunks = root.Objects("trunks").Select(t => new ScenarioTrunk(t.Text("name"), t.Integer("lines"), t.Number("callsPerSecond"))).ToList();
        Unique(root.Objects("trunks"));
        var teams = root.Objects("teams").Select(Team).ToList();
        Unique(root.Objects("teams"));
        var lists = root.Objects("lists").Select(List).ToList();
        Unique(root.Objects("lists"));
        trunks = trunks.Count > 0 ? trunks : [new ScenarioTrunk("trunk", 10_000, 1_000)];
        lists = lists.Count > 0 ? lists : [new ScenarioList { Name = "list", Mix = Mix(null) }];
        var names = new Names([.. lists.Select(l => l.Name)], [.. teams.Select(t => t.Name)], [.. trunks.Select(t => t.Name)], []);
        var groups = root.Objects("groups").Select(g => Group(g, names, trunks)).ToList();
        Unique(root.Objects("groups"));
        groups = groups.Count > 0 ? groups : [Group(new SectionValues(ScenarioTable.Group, "groups", root.Line, root.Column), names, trunks) with { Name = "group" }];
        names = names with { Groups = [.. groups.Select(g => g.Name)] };
        var changes = root.Objects("changes").Select(c => Change(c, names)).OrderBy(c => c.At).ToList();
        var scenario = new Scenario
        {
            Name = root.TextOrNull("name") ?? fileName,
            Seconds = _seconds,
            WarmUpSeconds = root.Number("warmUpMinutes") * 60,
            StartOfDay = _startOfDay,
            Seed = root.Integer("seed"),
            Seeds = root.Integer("seeds"),
            TickMs = root.Integer("tickMs"),
            Trunks = trunks,
            Teams = teams,
            Lists = lists,
            Network = Network(root.Object("network")),
            Groups = groups,
            Changes = changes,
        };
        Check(root, scenario);
        return scenario;
    }

    private void Check(SectionValues root, Scenario scenario)
    {
        if (scenario.WarmUpSeconds >= scenario.Seconds)
        {
            faults.Error(root, "warmUpMinutes", $"must be less than the shift of {scenario.Seconds / 60} minutes");
        }

        var agents = Enumerable.Range(0, scenario.Teams.Count).Sum(scenario.MostAgents);
        if (agents is 0 or > ScenarioTable.MostAgents)
        {
            faults.Error(root, "teams", $"have {agents} agents together; must have 1 to {ScenarioTable.MostAgents:N0}");
        }
    }

    private ScenarioTeam Team(SectionValues team)
    {
        var agents = team.Integer("agents");
        var login = team.Has("login") ? TimeFromStart(team, "login") : 0;
        var logout = team.Has("logout") ? TimeFromStart(team, "logout") : double.PositiveInfinity;
        if (logout <= login)
        {
            faults.Error(team, "logout", "must be after login");
        }

        return new ScenarioTeam
        {
            Name = team.Text("name"),
            Agents = agents,
            LoginAt = login,
            LoginOver = team.Number("loginOverMinutes") * 60,
            LogoutAt = logout,
            Breaks = [.. team.Objects("breaks").Select(b => new ScenarioBreak(TimeFromStart(b, "at"), b.Number("minutes") * 60, b.Number("share")))],
            Talk = Required(team, "talk"),
            Wrap = Required(team, "wrap"),
            Connect = Required(team, "connect"),
            PauseShare = team.Number("pauseShare"),
            Pause = Required(team, "pause"),
            ReadyTimeShare = team.Number("readyTimeShare"),
            ReadyTimeError = team.Number("readyTimeError"),
        };
    }

    private ScenarioList List(SectionValues list) => new()
    {
        Name = list.Text("name"),
        Records = list.Integer("records"),
        Person = list.Number("answerChance"),
        BetaSum = list.Number("answerSpread"),
        Mix = Mix(list),
        PersonAnswer = _laws.Read(list, "personAnswer"),
        MachineAnswer = _laws.Read(list, "machineAnswer"),
        Talk = _laws.Read(list, "talk"),
        Weight = list.Integer("weight"),
        Open = list.Flag("open"),
    };

    private ScenarioMix Mix(SectionValues? of)
    {
        var mix = of?.Object("mix") ?? new SectionValues(ScenarioTable.Mix, "mix", 1, 1);
        var made = new ScenarioMix(mix.Number("machine"), mix.Number("noAnswer"), mix.Number("busy"), mix.Number("sit"), mix.Number("congestion"));
        if (made.Sum <= 0)
        {
            faults.Error(of!, "mix", "must not have weight 0 in everything");
        }

        return made;
    }

    private ScenarioNetwork Network(SectionValues network) => new()
    {
        PersonAnswer = _laws.Read(network, "personAnswer") ?? new ShiftedLaw(new LogNormalLaw(8, 0.6), 2.5, 26),
        MachineAnswer = _laws.Read(network, "machineAnswer") ?? new ShiftedLaw(new LogNormalLaw(13, 0.25), 2.5, double.PositiveInfinity),
        PersonDetection = _laws.Read(network, "personDetection") ?? new LogNormalLaw(1.2, 0.35),
        MachineDetection = _laws.Read(network, "machineDetection") ?? new LogNormalLaw(3, 0.25),
        Busy = Required(network, "busy"),
        Sit = Required(network, "sit"),
        Congestion = Required(network, "congestion"),
        PersonAsMachine = network.Number("personAsMachine"),
        MachineAsPerson = network.Number("machineAsPerson"),
        MachineTalk = Required(network, "machineTalk"),
        EventDelay = Required(network, "eventDelay"),
        HangUp = _laws.Read(network, "hangUp"),
    };

    private ScenarioGroup Group(SectionValues group, Names names, List<ScenarioTrunk> trunks)
    {
        var mode = ScenarioTable.Modes.GetValueOrDefault(group.Text("dialMode"), DialMode.Predict);
        var by = Enum.Parse<OptimizeBy>(group.Text("optimizeBy"));
        var trunkIndexes = Indexes(group, "trunks", names.Trunks);
        var made = new ScenarioGroup
        {
            Name = group.Text("name"),
            Lists = Indexes(group, "lists", names.Lists),
            Teams = Indexes(group, "teams", names.Teams),
            Trunks = trunkIndexes,
            Mode = mode,
            OptimizeBy = by,
            Goal = group.Integer("optimizeGoal"),
            Options = Options(group, (int)Math.Min(MostChannels, trunkIndexes.Sum(t => (long)trunks[t].Lines))),
        };
        CheckPacing(group, made);
        return made;
    }

    /// <summary>What the engine would refuse is a fault of the file.</summary>
    private void CheckPacing(SectionValues group, ScenarioGroup made)
    {
        if (!made.Mode.IsAutomatic() || made.Mode.IsForIvr())
        {
            faults.Error(group, "dialMode", "is a mode that is not simulated: it does not dial by itself, or has no agents");
            return;
        }

        var settings = GroupPacers.SettingsOf(
            new CampaignGroupDefinition
            {
                Id = new GroupId(1),
                Guid = Guid.Empty,
                Campaign = new CampaignDefinition { Id = 1, Name = "c", Lists = [] },
                AgentGroup = new AgentGroupDefinition("g", []),
                OptimizeBy = made.OptimizeBy,
                OptimizeGoal = made.Goal,
                Options = made.Options,
            },
            made.Mode);
        foreach (var fault in settings.Faults())
        {
            faults.Error(group, "optimizeGoal", fault.TrimEnd('.'));
        }
    }

    private CampaignGroupOptions Options(SectionValues group, int lines)
    {
        var values = group.Object("options");
        var found = new FaultList(file);
        var options = GroupOptionsBuilder.Build(values, found);
        foreach (var fault in found.InOrder.Where(f => f.Severity == FaultSeverity.Error))
        {
            // Warnings are about people; here there are none.
            faults.Add(fault);
        }

        return options with
        {
            // Nobody is asked or told over HTTP here.
            SendHistory = false,
            PreDialValidation = false,

            // When a verdict comes, and whether it is right, is the network's part of a scenario: the group waits for it, and people wait from it on.
            Detection = new DetectionOptions { Recognition = AnswerTypeRecognition.FullPositiveAmDetection, LimitMs = LongestDetectionMs, VerdictLagMs = 0 },
            NumberOfChannels = values.Has("number_of_channels") ? options.NumberOfChannels : lines,
            RingTimeoutMs = values.Has("call_wait_connected_timeout") ? options.RingTimeoutMs : Math.Max(RingTimeoutMs, options.MinimumRingTimeMs),
        };
    }

    private ScenarioChange Change(SectionValues change, Names names)
    {
        if (change.Has("at") == change.Has("atHours"))
        {
            faults.Error(change, "at", "is missing; a change needs at (time of day) or atHours, one of the two");
        }

        var at = change.Has("atHours") ? change.Number("atHours") * 3_600 : change.Has("at") ? TimeFromStart(change, "at") : 0;
        if (at > _seconds)
        {
            faults.Error(change, change.Has("at") ? "at" : "atHours", $"is after the end of the shift, which is {_seconds / 3_600} hours long");
        }

        return new ScenarioChange
        {
            At = at,
            List = Index(change, "list", names.Lists),
            Person = change.Has("answerChance") ? change.Number("answerChance") : null,
            Mix = change.Has("mix") ? Mix(change) : null,
            Open = change.Has("open") ? change.Flag("open") : null,
            PersonAnswer = _laws.Read(change, "personAnswer"),
            MachineAnswer = _laws.Read(change, "machineAnswer"),
            Team = Index(change, "team", names.Teams),
            Agents = change.Has("agents") ? change.Integer("agents") : null,
            Talk = _laws.Read(change, "talk"),
            Wrap = _laws.Read(change, "wrap"),
            Trunk = Index(change, "trunk", names.Trunks),
            Down = change.Has("down") ? change.Flag("down") : null,
            Group = Index(change, "group", names.Groups),
            Mode = change.Has("dialMode") ? ScenarioTable.Modes[change.Text("dialMode")] : null,
            Dialing = change.Has("dialing") ? change.Flag("dialing") : null,
        };
    }

    private Law Required(SectionValues values, string key) => _laws.Read(values, key) ?? Law.Constant(0);

    /// <summary>A time of day as seconds from the start; what is earlier on the clock is on the next day.</summary>
    private double TimeFromStart(SectionValues values, string key)
    {
        var at = values.TimeOfDay(key) - _startOfDay;
        return at < 0 ? at + 86_400 : at;
    }

    private void Unique(IReadOnlyList<SectionValues> of)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in of)
        {
            if (!seen.Add(item.Text("name")))
            {
                faults.Error(item, "name", "is another's name already; give each its own");
            }
        }
    }

    private int[] Indexes(SectionValues values, string key, IReadOnlyList<string> names)
    {
        if (!values.Has(key))
        {
            return [.. Enumerable.Range(0, names.Count)];
        }

        var found = new List<int>();
        foreach (var name in values.Texts(key))
        {
            var index = names.ToList().IndexOf(name.Value);
            if (index < 0)
            {
                faults.Error(name, $"is not the name of one of the {key}{DidYouMean.Ask(name.Value, names)}");
            }
            else
            {
                found.Add(index);
            }
        }

        return [.. found];
    }

    private int? Index(SectionValues values, string key, IReadOnlyList<string> names)
    {
        if (!values.Has(key))
        {
            return null;
        }

        var index = names.ToList().IndexOf(values.Text(key));
        if (index < 0)
        {
            faults.Error(values, key, $"is not the name of a {key}{DidYouMean.Ask(values.Text(key), names)}");
            return null;
        }

        return index;
    }

    private sealed record Names(IReadOnlyList<string> Lists, IReadOnlyList<string> Teams, IReadOnlyList<string> Trunks, IReadOnlyList<string> Groups);
}
