using DialerEngine.Adapters.Simulated;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Telephony;
using DialerEngine.Core.Treatments;
using DialerEngine.Pacing;
using DialerEngine.Runtime;

namespace DialerEngine.Simulation.Tests;

/// <summary>One campaign group as it ships (machine, wheel, driver) in a simulated world, in virtual time.</summary>
internal sealed class GroupRun : IRecordFetcher
{
    private const long TickTicks = 100 * Moment.TicksPerMillisecond;
    private readonly CountingIds _ids;
    private long _nextTick;

    public GroupRun(
        ulong seed, SimulatedBehaviour behaviour, int agents = 10, int records = 1_000, bool endless = false, CampaignGroupOptions? options = null, bool keepBook = true,
        TrunkLimits? trunk = null, DialMode mode = DialMode.Progress, bool nailedUp = true,
        SimulatedLists? lists = null, TreatmentDefinition[]? treatments = null, int maxAttempts = 0, long elapsed = 0, IDialGate? gate = null,
        Func<SimulatedWorld, IDesktopEdge>? desktop = null, int group = 1, ChainClaims? chains = null)
    {
        var list = new CallingListDefinition { Id = new ListId(1), Name = "list", Treatments = treatments ?? [], MaxAttempts = maxAttempts };
        var definitions = Enumerable.Range(1, agents)
            .Select(i => new AgentDefinition { Id = new AgentId(i), LoginId = $"{1000 + i}", Phone = new AgentPhone($"sip:{7000 + i}@localhost", nailedUp && !mode.IsForIvr()), IsPort = mode.IsForIvr() })
            .ToArray();
        Definition = new CampaignGroupDefinition
        {
            Id = new GroupId(group),
            Guid = Guid.Empty,
            Campaign = new CampaignDefinition { Id = 1, Name = "campaign", Lists = [new CampaignList(list)] },
            AgentGroup = new AgentGroupDefinition("group", [.. definitions.Select(d => d.Id)]),
            Trunks = ["trunk"],
            DialMode = mode,
            Options = options ?? new CampaignGroupOptions { NumberOfChannels = agents * 3 },
        };
        Lists = lists ?? new SimulatedLists(list.Id, records, endless) { Book = keepBook ? [] : null };
        World = new SimulatedWorld(seed, behaviour, definitions, Lists, elapsed);
        _ids = new CountingIds(elapsed + group);
        _nextTick = elapsed;
        Gate = new TrunkGate([trunk ?? new TrunkLimits("trunk", 10_000, 1_000)]);
        var wheel = new TimerWheel(EngineRuntime.TimersFor(Definition));
        var machine = new GroupMachine(new GroupMachineSettings
        {
            Definition = Definition,
            Agents = definitions,
            Trunks = [0],
            TrunkGate = Gate,
            Claims = new AgentClaims(definitions.Select(d => d.Id)),
            Chains = chains,
            Timers = wheel,
            Ids = _ids,
            DialGate = gate,
            PacerFor = wanted => new GroupPacer(new PacingSettings { Mode = wanted }),
        });
        Driver = new GroupDriver(machine, wheel, new GroupPorts { Telephony = World, Journal = World, Fetcher = this, Desktop = desktop?.Invoke(World) ?? World });
        World.OnPlaced = keepBook ? Placed : null;
    }

    public CampaignGroupDefinition Definition { get; }

    public SimulatedLists Lists { get; }

    public SimulatedWorld World { get; }

    public TrunkGate Gate { get; }

    public GroupDriver Driver { get; }

    public GroupMachine Machine => Driver.Machine;

    /// <summary>Calls placed more often than once for one attempt, or before the attempt was durable: must stay 0.</summary>
    public int Violations { get; private set; }

    public Dictionary<AttemptId, string> PlacedAttempts { get; } = [];

    /// <summary>Called with every call that is placed: for checks of what must not be dialled.</summary>
    public Action<DialRequest>? OnDial { get; set; }

    /// <summary>Called with every record that is taken from the list.</summary>
    public Action<CallRecord>? OnTaken { get; set; }

    /// <summary>Called after every step: for checks of what must hold at any moment.</summary>
    public Action? AfterStep { get; set; }

    /// <summary>Hears of each entry when it becomes durable, before the lists take it.</summary>
    public Action<JournalEntry>? OnEntry { set => World.OnCommit = value; }

    /// <summary>Hears of each call that an agent gets.</summary>
    public Action<CallSession>? OnAgentCall { set => World.OnAgentCall = value; }

    public string? Command(GroupCommandKind kind, DialMode mode = DialMode.NoDialMode)
    {
        var command = new GroupCommand { Kind = kind, DialMode = mode };
        Driver.Handle(World.Moment, new GroupInput { Kind = InputKind.Command, Reference = command });
        return command.Done.IsCompleted ? command.Done.Result : null;
    }

    public void Run(TimeSpan time)
    {
        var until = World.Now + time.Ticks;
        while (World.Now < until)
        {
            if (World.TryNext(Math.Min(until, _nextTick), out var input))
            {
                Driver.Handle(World.Moment, input);
            }
            else if (World.Now >= _nextTick)
            {
                _nextTick = World.Now + TickTicks;
                Driver.Tick(World.Moment);
            }

            AfterStep?.Invoke();
        }
    }

    public void Fetch(GroupMachine group, int listIndex, int limit)
    {
        var lead = group.FetchKind == FetchKind.Callbacks ? GroupMachine.CallbackLeadSeconds : 0;
        var count = Lists.Fetch(group.Tray, limit, World.Moment.UnixSeconds + lead, group.FetchKind);
        Taken(group.Tray);
        World.Say(2, new GroupInput { Kind = InputKind.FetchCompleted, Detail = count });
    }

    public void TakeChain(GroupMachine group, ChainFetch chain)
    {
        chain.Others = Lists.TakeChain(chain.Tray, chain.ChainId, chain.Record);
        Taken(chain.Tray);
        World.Say(3, new GroupInput { Kind = InputKind.ChainTaken, Reference = chain });
    }

    private void Taken(RecordBatch tray)
    {
        for (var i = 0; i < tray.Count && OnTaken is not null; i++)
        {
            OnTaken(tray[i]);
        }
    }

    private void Placed(DialRequest request)
    {
        OnDial?.Invoke(request);
        // Durable before visible, and one call for one attempt.
        if (!Lists.Book!.TryGetValue(request.Attempt, out var result) || result is not null || !PlacedAttempts.TryAdd(request.Attempt, request.Number))
        {
            Violations++;
        }
    }

    private sealed class CountingIds(long life) : IIdSource
    {
        private long _next;

        public AttemptId NextAttempt()
        {
            Span<byte> bytes = stackalloc byte[16];
            bytes.Clear();
            BitConverter.TryWriteBytes(bytes, ++_next);
            BitConverter.TryWriteBytes(bytes[8..], life);
            return new AttemptId(new Guid(bytes));
        }
    }
}
