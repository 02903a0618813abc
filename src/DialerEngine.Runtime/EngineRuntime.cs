using DialerEngine.Core;
using DialerEngine.Core.Callbacks;
using DialerEngine.Core.CallerId;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Telephony;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Runtime;

/// <summary>What an engine is made of.</summary>
public sealed record EngineSettings
{
    public required IReadOnlyList<CampaignGroupDefinition> Groups { get; init; }

    public required IReadOnlyList<AgentDefinition> Agents { get; init; }

    public required IReadOnlyList<TrunkLimits> Trunks { get; init; }

    public required ICallingListStore Store { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    public required EngineMetrics Metrics { get; init; }

    /// <summary>Gives the pacer of a dial mode for a group; null where there is none.</summary>
    public required Func<CampaignGroupDefinition, DialMode, IPacer?> PacerFor { get; init; }

    public IReadOnlyList<IGroupObserver> Observers { get; init; } = [];

    /// <summary>Asked before a record is dialled; null where no group has pre-dial validation.</summary>
    public IPreDialGate? Gate { get; init; }

    /// <summary>Which calling windows of a group's list are open; null fetches its records whatever their window.</summary>
    public Func<CampaignGroupDefinition, ListId, IFetchWindows?> WindowsFor { get; init; } = (_, _) => null;

    /// <summary>Gives the clock that a group's customers live by; null takes UTC for all of them.</summary>
    public Func<CampaignGroupDefinition, ICustomerClock?> CustomerClockFor { get; init; } = _ => null;

    /// <summary>Gives a group's rules; null where it has none.</summary>
    public Func<CampaignGroupDefinition, IDialGate?> DialGateFor { get; init; } = _ => null;

    /// <summary>Gives a group's choice of caller ids; null takes the campaign's.</summary>
    public Func<CampaignGroupDefinition, ICallerIds?> CallerIdsFor { get; init; } = _ => null;

    /// <summary>Keeps the book of test calls; null makes none.</summary>
    public IDetectionFeedback? DetectionFeedback { get; init; }
}

/// <summary>
/// All campaign groups of one engine with their loops: routes the network's, the journal's and the agents' words to the group that they
/// concern. Built first, then given its adapters by <see cref="Start"/>, because adapters need it to speak to.
/// </summary>
public sealed partial class EngineRuntime : ITelephonyEvents, ICallAnalysisEvents, IJournalListener, IRecordFetcher, IGroupObserver, IAsyncDisposable
{
    private readonly EngineSettings _settings;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, GroupLoop> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<int, GroupLoop> _byId = [];
    private readonly List<Task> _running = [];
    private readonly RecordHandleSpace _handles;
    private OrdinaryCalls? _ordinary;
    private AssignmentPlanner? _planner;

    public EngineRuntime(EngineSettings settings)
    {
        _settings = settings;
        _logger = settings.Loggers.CreateLogger<EngineRuntime>();
        Trunks = new TrunkGate(settings.Trunks);
        Agents = new AgentRouter(this, settings.Groups, settings.Agents);
        var sessions = settings.Groups.Select(g => GroupMachine.SessionsFor(g, MostChannelsOf(g))).DefaultIfEmpty(1).Max();
        _handles = new RecordHandleSpace(RecordHandleSpace.SlotsFor(sessions), Math.Max(1, settings.Groups.Count), 0);
    }

    public TrunkGate Trunks { get; }

    /// <summary>The agents' side: logins, states, calls.</summary>
    public AgentRouter Agents { get; }

    public IReadOnlyCollection<GroupLoop> Groups => _byName.Values;

    /// <summary>Builds the groups' loops on the given adapters and runs them.</summary>
    public void Start(ITelephony telephony, IAttemptJournal journal, IDesktopEdge desktop)
    {
        Invariant.That(_byName.Count == 0);
        var claims = new AgentClaims(_settings.Agents.Select(a => a.Id));
        _ordinary = new OrdinaryCalls(new OrdinaryCallPorts
        {
            Telephony = telephony,
            Desktop = desktop,
            Trunks = Trunks,
            Claims = claims,
            Owners = Agents,
            Time = _settings.Time,
            Logger = _logger,
            TrunkIndex = TrunkIndex,
            GateFor = _settings.DialGateFor,
            Busy = Agents.SetOnOrdinaryCall,
        });
        var chains = new ChainClaims(_settings.Groups.Sum(g => GroupMachine.SessionsFor(g, MostChannelsOf(g))));
        var ports = new GroupPorts
        {
            Telephony = telephony,
            Journal = journal,
            Fetcher = this,
            Desktop = desktop,
            CallOwners = Agents,
            OrdinaryCalls = _ordinary,
            Gate = _settings.Gate,
            Observers = [this, _settings.Metrics, .. _settings.Observers],
        };
        var agents = _settings.Agents.ToDictionary(a => a.Id);
        foreach (var (place, group) in _settings.Groups.Index())
        {
            var wheel = new TimerWheel(TimersFor(group));
            var machine = new GroupMachine(new GroupMachineSettings
            {
                Definition = group,
                Agents = [.. group.AgentGroup.Agents.Select(id => agents[id])],
                Trunks = [.. group.Trunks.Select(TrunkIndex)],
                TrunkGate = Trunks,
                MostChannels = MostChannelsOf(group),
                Claims = claims,
                Chains = chains,
                Timers = wheel,
                Ids = new GuidIdSource(),
                PacerFor = mode => _settings.PacerFor(group, mode),
                CustomerClock = _settings.CustomerClockFor(group) ?? UtcCustomerClock.Instance,
                DialGate = _settings.DialGateFor(group),
                CallerIds = _settings.CallerIdsFor(group),
                RecordHandles = _handles with { Group = place },
                DetectionFeedback = _settings.DetectionFeedback,
            });
            var loop = new GroupLoop(new GroupDriver(machine, wheel, ports), _settings.Time, _settings.Metrics, _settings.Loggers.CreateLogger<GroupLoop>());
            _byName.Add(group.Name, loop);
            _byId.Add(group.Id.Value, loop);
        }

        Agents.Open(telephony, _ordinary);
        _planner = new AssignmentPlanner(this, _settings.Time, _logger);
        foreach (var loop in _byName.Values)
        {
            _running.Add(Task.Run(() => loop.RunAsync(_stop.Token)));
        }
    }

    /// <summary>Room for channels that a group may be given while it runs: twice what it has, 40 more at least, 10,000 at most.</summary>
    public static int MostChannelsOf(CampaignGroupDefinition group)
    {
        ArgumentNullException.ThrowIfNull(group);
        const int LeastMore = 40;
        const int Most = 10_000;
        var channels = group.Options.NumberOfChannels;
        return Math.Max(channels, Math.Min(Most, Math.Max(2 * channels, channels + LeastMore)));
    }

    /// <summary>Timers that a group can have running at one time: one for each of its sessions.</summary>
    public static int TimersFor(CampaignGroupDefinition group) =>
        GroupMachine.SessionsFor(group, MostChannelsOf(group)) + 8;

    public GroupLoop? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The group that a record handle belongs to, whether or not it names a record.</summary>
    public GroupLoop? FindByHandle(int recordHandle) => recordHandle > 0 ? Find(_settings.Groups[_handles.GroupOf(recordHandle)].Id) : null;

    public GroupLoop? Find(GroupId id) => _byId.GetValueOrDefault(id.Value);

    /// <summary>Gives a command to a group; the refusal in one sentence, or null when it is done.</summary>
    public async Task<string?> CommandAsync(string name, GroupCommandKind kind, DialMode mode, CancellationToken cancel)
    {
        if (Find(name) is not { } loop)
        {
            return $"there is no campaign group named {name}";
        }

        if (kind == GroupCommandKind.Start && loop.Machine.DialMode is var current && (mode == DialMode.NoDialMode ? current : mode).IsAutomatic()
            && OtherAutomatic(loop) is { } other)
        {
            return $"{other} runs already for the agent group {loop.Machine.Definition.AgentGroup.Name}: one campaign group at a time may dial automatically for the same agents";
        }

        var command = new GroupCommand { Kind = kind, DialMode = mode };
        if (!loop.TryPost(new GroupInput { Kind = InputKind.Command, Reference = command }))
        {
            return loop.Failed ? $"{name} has failed; see the log" : $"{name} is saturated; try again";
        }

        return await command.Done.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Changes one of a group's lists; the refusal in one sentence, or null when it is done.</summary>
    public async Task<string?> ChangeListAsync(string name, ListChange change, CancellationToken cancel)
    {
        if (Find(name) is not { } loop)
        {
            return $"there is no campaign group named {name}";
        }

        if (!loop.TryPost(new GroupInput { Kind = InputKind.ListChange, Reference = change }))
        {
            return loop.Failed ? $"{name} has failed; see the log" : $"{name} is saturated; try again";
        }

        return await change.Done.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Configures a group anew between two of its inputs; the refusal in one sentence, or null when it is done.</summary>
    public async Task<string?> ReconfigureAsync(CampaignGroupDefinition definition, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (Find(definition.Id) is not { } loop)
        {
            return $"there is no campaign group named {definition.Name}";
        }

        var change = new GroupReconfiguration
        {
            Definition = definition,
            Trunks = [.. definition.Trunks.Select(TrunkIndex)],
            PacerFor = mode => _settings.PacerFor(definition, mode),
            CustomerClock = _settings.CustomerClockFor(definition) ?? UtcCustomerClock.Instance,
            DialGate = _settings.DialGateFor(definition),
            CallerIds = _settings.CallerIdsFor(definition),
        };
        if (!loop.Post(new GroupInput { Kind = InputKind.Reconfigure, Reference = change }))
        {
            return $"{definition.Name} has failed; see the log";
        }

        return await change.Done.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>A look at a group; null when there is none of that name.</summary>
    public async Task<GroupSnapshot?> SnapshotAsync(string name, CancellationToken cancel)
    {
        if (Find(name) is not { Failed: false } loop)
        {
            return null;
        }

        var request = new SnapshotRequest();
        if (!loop.Post(new GroupInput { Kind = InputKind.Snapshot, Reference = request }))
        {
            return null;
        }

        return await request.Done.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Asks something about a record that a group holds; null when the group does not run or its inbox is full.</summary>
    public Task<RecordOutcome>? TryAskAsync(GroupId group, RecordRequest request) =>
        Find(group) is { } loop && loop.Post(new GroupInput { Kind = InputKind.RecordRequest, Reference = request }) ? request.Answer : null;

    public void OnCommitted(GroupId group, long sequence) =>
        Find(group)?.Post(new GroupInput { Kind = InputKind.JournalCommitted, Number = sequence });

    public void OnFault(StorageFault fault, string message)
    {
        RuntimeLog.JournalFault(_logger, fault.ToString(), message);
        foreach (var loop in _byId.Values)
        {
            loop.Post(new GroupInput { Kind = InputKind.JournalFault });
        }
    }

    public void OnRecovered()
    {
        RuntimeLog.JournalRecovered(_logger);
        foreach (var loop in _byId.Values)
        {
            loop.Post(new GroupInput { Kind = InputKind.JournalRecovered });
        }
    }

    public void Fetch(GroupMachine group, int listIndex, int limit) => _ = FetchAsync(group, group.ListAt(listIndex), limit);

    public void TakeChain(GroupMachine group, ChainFetch chain) => _ = TakeChainAsync(group.Definition, chain);

    public void StateChanged(CampaignGroupDefinition group, CampaignGroupState state, DialMode mode, GroupCommandKind by) =>
        RuntimeLog.GroupState(_logger, group.Name, state.ToString(), mode.ToString(), by.ToString());

    public void AttemptStarted(CampaignGroupDefinition group, CallSession session)
    {
        // Nothing is logged per dial: the journal has it.
    }

    public void AttemptFinished(CampaignGroupDefinition group, CallSession session)
    {
        if (_logger.IsEnabled(LogLevel.Debug))
        {
            RuntimeLog.AttemptFinished(
                _logger, session.Attempt.ToString(), session.Record!.Id.ToString(), group.Name, session.Result.Name(), session.Outcome.NetworkCode, session.Outcome.NetworkPhrase);
        }
    }

    public void CallStuck(CampaignGroupDefinition group, CallSession session) =>
        RuntimeLog.CallStuck(_logger, session.Handle.ToString(), group.Name, session.State.ToString());

    /// <summary>Stops the loops. Groups should be unloaded first; whatever is still open is found by recovery at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_planner is not null)
        {
            await _planner.DisposeAsync().ConfigureAwait(false);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running).ConfigureAwait(false);
        foreach (var loop in _byName.Values)
        {
            loop.Dispose();
        }

        _stop.Dispose();
    }

    /// <summary>Gives a group a word from outside its calls: an answer of the pre-dial gate, or that dialling is suspended. Nothing is lost.</summary>
    public void Say(GroupId group, in GroupInput input) => Find(group)?.Post(input);

    internal void PostTo(GroupId group, in GroupInput input) => Find(group)?.Post(input);

    private string? OtherAutomatic(GroupLoop loop)
    {
        foreach (var other in _byName.Values)
        {
            if (!ReferenceEquals(other, loop) && other.Machine.State == CampaignGroupState.Running && other.Machine.DialMode.IsAutomatic()
                && other.Machine.Definition.AgentGroup.Name == loop.Machine.Definition.AgentGroup.Name)
            {
                return other.Machine.Definition.Name;
            }
        }

        return null;
    }

    private int TrunkIndex(string name)
    {
        for (var i = 0; i < _settings.Trunks.Count; i++)
        {
            if (_settings.Trunks[i].Name == name)
            {
                return i;
            }
        }

        throw new ArgumentException($"there is no trunk named {name}");
    }

    private async Task TakeChainAsync(CampaignGroupDefinition group, ChainFetch chain)
    {
        await Task.Yield();
        try
        {
            var request = new ChainRequest(
                group.Id, group.Campaign.Id, group.ApplicationId, chain.List, chain.ChainId, chain.Record, _settings.Time.GetUtcNow().ToUnixTimeSeconds());
            var taken = await _settings.Store.TakeChainAsync(request, chain.Tray, _stop.Token).ConfigureAwait(false);
            chain.Others = taken.Others;
        }
        catch (StorageFaultException fault)
        {
            RuntimeLog.ChainFailed(_logger, group.Name, fault.Message);
            chain.Failed = true;
        }
        catch (OperationCanceledException)
        {
            // The engine stops; recovery returns what may have been marked.
            return;
        }

        PostTo(group.Id, new GroupInput { Kind = InputKind.ChainTaken, Reference = chain });
    }

    private async Task FetchAsync(GroupMachine group, CampaignList list, int limit)
    {
        var kind = group.FetchKind;
        var lead = kind == FetchKind.Callbacks ? GroupMachine.CallbackLeadSeconds : 0;

        // Leaves the loop's thread at once: a store may take its time.
        await Task.Yield();
        var definition = group.Definition;
        try
        {
            var request = new FetchRequest(
                definition.Id, definition.Campaign.Id, definition.ApplicationId, list.List.Id, limit, _settings.Time.GetUtcNow().ToUnixTimeSeconds() + lead)
            {
                Kind = kind,
                ObserveCampaign = definition.Options.CallbackObserveCampaign,
                ObserveGroup = definition.Options.CallbackObserveGroup,
                Filter = list.Filter,
                Order = list.Order,
                FreshPercent = definition.Options.FreshRecordShare,
                Priorities = definition.Options.RecordPriorities,
                Windows = _settings.WindowsFor(definition, list.List.Id),
            };
            var count = await _settings.Store.FetchAsync(request, group.Tray, _stop.Token).ConfigureAwait(false);
            PostTo(definition.Id, new GroupInput { Kind = InputKind.FetchCompleted, Detail = count });
        }
        catch (StorageFaultException fault)
        {
            RuntimeLog.FetchFailed(_logger, list.List.Name, definition.Name, fault.Message);
            PostTo(definition.Id, new GroupInput { Kind = InputKind.FetchFailed });
        }
        catch (OperationCanceledException)
        {
            // The engine stops; recovery returns what this fetch may have marked.
        }
    }
}
