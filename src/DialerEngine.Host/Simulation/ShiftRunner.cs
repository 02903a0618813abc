using System.Runtime.CompilerServices;
using DialerEngine.Adapters.Simulated.Pacing.Policies;
using DialerEngine.Adapters.Simulated.Simulation;
using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Pacing;
using DialerEngine.Host.Engine;
using DialerEngine.Pacing;
using DialerEngine.Runtime;

namespace DialerEngine.Host.Simulation;

/// <summary>Figures of one run: of all groups together and of each, and what became of the records.</summary>
internal sealed record ShiftRun(ShiftResult All, IReadOnlyList<ShiftResult> Groups, string? Refusal)
{
    /// <summary>Steps that the groups' machines took.</summary>
    public long Steps { get; init; }
}

/// <summary>
/// One run of a scenario: the groups' machines with their drivers, wheels, trunk gate and pacers as they ship, in virtual time on one thread.
/// </summary>
internal sealed class ShiftRunner : IRecordFetcher
{
    private readonly Scenario _scenario;
    private readonly ShiftWorld _world;
    private readonly GroupDriver[] _drivers;
    private readonly long _tick;
    private long _nextTick;
    private long _steps;

    /// <param name="scenario">The scenario.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="policy">A policy of <see cref="Policies"/>; null for the engine's own pacers.</param>
    // Runs once, and is long to compile.
    [MethodImpl(MethodImplOptions.NoOptimization)]
    public ShiftRunner(Scenario scenario, long seed, string? policy = null)
    {
        _scenario = scenario;
        _world = new ShiftWorld(scenario, seed);
        _tick = scenario.TickMs * Moment.TicksPerMillisecond;
        Trunks = new TrunkGate([.. scenario.Trunks.Select(t => new TrunkLimits(t.Name, t.Lines, t.CallsPerSecond))]);
        var agents = _world.AgentDefinitions;
        var claims = new AgentClaims(agents.Select(a => a.Id));
        var pacers = new GroupPacers();
        _drivers = [.. scenario.Groups.Select((_, i) => Build(i, policy, agents, claims, pacers))];
    }

    /// <summary>Names of the policies that can take the engine's place: a fixed ratio, an adaptive level, an Erlang rate, one call for each ready agent.</summary>
    public static IReadOnlyList<string> Policies { get; } = ["progressive", "ratio", "adaptive", "erlang"];

    public TrunkGate Trunks { get; }

    public ShiftWorld World => _world;

    public GroupMachine MachineOf(int group) => _drivers[group].Machine;

    /// <summary>True for the name of a policy; "ratio" may have a number behind it, as in ratio:1.8.</summary>
    public static bool IsPolicy(string name) => Policies.Contains(name) || RatioOf(name) is not null;

    /// <summary>Runs the shift from its beginning to its end.</summary>
    public ShiftRun Run()
    {
        string? refusal = null;
        for (var i = 0; i < _drivers.Length; i++)
        {
            Command(i, GroupCommandKind.Load);
            Command(i, GroupCommandKind.Start);
            refusal ??= _drivers[i].Machine.State == CampaignGroupState.Running ? null : $"group {_scenario.Groups[i].Name} cannot be started in mode {_scenario.Groups[i].Mode}";
        }

        RunUntil((long)(_scenario.Seconds * TimeSpan.TicksPerSecond));
        var (all, groups) = _world.Results();
        return new ShiftRun(all, groups, refusal) { Steps = _steps };
    }

    /// <summary>After the shift: stops and unloads every group and lets its calls end. True when everything has come to rest.</summary>
    public bool Drain()
    {
        for (var i = 0; i < _drivers.Length; i++)
        {
            Command(i, GroupCommandKind.Unload);
        }

        var limit = _world.Now + TimeSpan.FromHours(2).Ticks;
        while (_world.Now < limit && _drivers.Any(d => d.Machine.State != CampaignGroupState.NotLoaded))
        {
            RunUntil(_world.Now + TimeSpan.TicksPerSecond);
        }

        return _drivers.All(d => d.Machine.State == CampaignGroupState.NotLoaded);
    }

    public void Fetch(GroupMachine group, int listIndex, int limit) => _world.Fetch(group, listIndex, limit);

    private void RunUntil(long end)
    {
        while (_world.Now < end)
        {
            if (_world.TryNext(Math.Min(end, _nextTick), out var group, out var input))
            {
                _steps++;
                _drivers[group].Handle(_world.Moment, input);
            }
            else if (_world.Now >= _nextTick)
            {
                _nextTick = _world.Now + _tick;
                var now = _world.Moment;
                foreach (var driver in _drivers)
                {
                    _steps++;
                    driver.Tick(now);
                }
            }
        }
    }

    private void Command(int group, GroupCommandKind kind) =>
        _drivers[group].Handle(_world.Moment, new GroupInput { Kind = InputKind.Command, Reference = new GroupCommand { Kind = kind } });

    // Runs once, and is long to compile.
    [MethodImpl(MethodImplOptions.NoOptimization)]
    private GroupDriver Build(int group, string? policy, IReadOnlyList<AgentDefinition> agents, AgentClaims claims, GroupPacers pacers)
    {
        var definition = _world.DefinitionOf(group);
        if (policy is not null)
        {
            // A policy has the place of the pacer; the machine itself must hold back nothing, except in progressive dialling.
            definition = definition with { DialMode = policy == "progressive" ? DialMode.Progress : DialMode.Predict };
        }

        var wheel = new TimerWheel(EngineRuntime.TimersFor(definition));
        var known = agents.ToDictionary(a => a.Id);
        var machine = new GroupMachine(new GroupMachineSettings
        {
            Definition = definition,
            Agents = [.. definition.AgentGroup.Agents.Select(a => known[a])],
            Trunks = _scenario.Groups[group].Trunks,
            TrunkGate = Trunks,
            Claims = claims,
            Timers = wheel,
            Ids = new CountingIds(),
            PacerFor = mode => (policy is null ? pacers.PacerFor(definition, mode) : PolicyPacer(policy, group)) is { } pacer ? _world.Measure(group, pacer) : null,
        });
        _world.Attach(group, machine);
        return new GroupDriver(machine, wheel, new GroupPorts { Telephony = _world, Journal = _world, Fetcher = this, Desktop = _world });
    }

    private IPacer PolicyPacer(string policy, int group)
    {
        var wanted = _scenario.Groups[group];
        var lists = wanted.Lists.Select(l => _scenario.Lists[l]).ToList();
        var teams = wanted.Teams.Select(t => _scenario.Teams[t]).ToList();
        return policy switch
        {
            "progressive" => new ProgressivePacer(),
            "adaptive" => new AdaptiveLevelPacer(wanted.Cap),

            // Told the truth of the first hour: what a planner would have entered.
            "erlang" => new ErlangPacer(wanted.Cap, lists.Average(l => l.Person), teams.Average(t => t.Talk.Mean + t.Wrap.Mean)),
            _ => new FixedRatioPacer(RatioOf(policy) ?? 2),
        };
    }

    private static double? RatioOf(string policy) =>
        policy.StartsWith("ratio:", StringComparison.Ordinal)
        && double.TryParse(policy.AsSpan(6), System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var ratio)
        && ratio is > 0 and <= 100 ? ratio : null;

    private sealed class CountingIds : Core.IIdSource
    {
        private long _next;

        public AttemptId NextAttempt()
        {
            Span<byte> bytes = stackalloc byte[16];
            bytes.Clear();
            BitConverter.TryWriteBytes(bytes, ++_next);
            return new AttemptId(new Guid(bytes));
        }
    }
}
