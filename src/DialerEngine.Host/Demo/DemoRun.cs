using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Host.Admin;
using DialerEngine.Host.Engine;
using TrunkSimulator;

namespace DialerEngine.Host.Demo;

/// <summary>A whole demo: far end, engine, agents; from an empty folder to the report.</summary>
internal sealed class DemoRun(DemoOptions options, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    /// <summary>The number under which the demo's configuration knows its list.</summary>
    public static readonly ListId ListNumber = new(1);

    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("dialer-demo-").FullName;
    private readonly AttemptReports _reports = new();
    private readonly List<SimulatedAgent> _agents = [];
    private readonly List<Task> _working = [];
    private TrunkServer? _trunk;
    private SimulatedPhones? _phones;
    private EngineHost? _engine;
    private AdminServer? _admin;

    // A database of the user's own may have attempts of earlier days.
    private AttemptTotals _before = new(0, 0, 0, 0);

    private TrunkScript Script => options.Listens ? DemoWorld.PatientScript : DemoWorld.Script;

    public EngineHost Engine => _engine ?? throw new InvalidOperationException("the demo has not been started");

    /// <summary>Where the dashboard is, with the token that opens it.</summary>
    public string Dashboard { get; private set; } = "";

    /// <summary>RTP packets that the agents' phones heard.</summary>
    public long PacketsHeard => _phones?.PacketsHeard ?? 0;

    public IReadOnlyList<SimulatedAgent> Agents => _agents;

    /// <summary>Starts everything: simulator, phones, engine, list, group, agents.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        _trunk = new TrunkServer(new TrunkServerOptions { Seed = options.Seed, Speed = options.Speed, Script = Script, MaxCalls = 10_000 }, time);
        _trunk.Start();
        _phones = new SimulatedPhones(time);
        _phones.Start();
        var configuration = DemoWorld.Configure(options, _folder, _trunk.LocalEndPoint, _phones.LocalEndPoint);
        _engine = await EngineHost.StartAsync(configuration, new EngineHostOptions { Loggers = loggers, Time = time, Observers = [_reports] }, cancel);
        _before = _engine.CountAttempts();
        if (options.List is null)
        {
            DemoWorld.FillList(_engine.Bulk, options);
        }

        await CommandAsync(GroupCommandKind.Load, cancel);
        await CommandAsync(GroupCommandKind.Start, cancel);
        _admin = await AdminServer.StartAsync(new AdminServerSettings
        {
            Listen = configuration.Admin.Listen,
            Token = AdminToken.OpenOrCreate(configuration.Admin.TokenFile, out var token),
            Control = new EngineControl(_engine.Runtime, [DemoWorld.GroupName], () => _engine.NotReadyReason),
            Lists = _engine.ListControl,
            Detection = new DetectionControl(_engine.Detection, configuration),
            Cti = _engine.CtiUri,
            Time = time,
            Loggers = loggers,
        });
        Dashboard = $"{_admin.Address}/  (token {token})";
        var callees = new CalleePlanner(Script, options.Seed, options.Speed);
        for (var i = 1; i <= options.Agents && !options.Mode.IsForIvr(); i++)
        {
            var agent = new SimulatedAgent($"{7_000 + i}", $"{1_000 + i}", callees, options.Mode, options.Speed, options.Seed + (ulong)i, time);
            _agents.Add(agent);
            await agent.StartAsync(_engine.CtiUri, cancel);
            _working.Add(agent.WorkAsync(CancellationToken.None));
        }
    }

    /// <summary>Runs until the list is done, the time is over or somebody stops it; shows a look at the group twice a second.</summary>
    public async Task RunAsync(Action<GroupSnapshot, TimeSpan> show, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var limit = options.Seconds > 0 ? TimeSpan.FromSeconds(options.Seconds) : LongestRun;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(500), time);
        try
        {
            while (await tick.WaitForNextTickAsync(stop))
            {
                var elapsed = time.GetElapsedTime(started);
                if (await Engine.Runtime.SnapshotAsync(DemoWorld.GroupName, stop) is not { } seen)
                {
                    return;
                }

                show(seen, elapsed);
                if (elapsed >= limit || seen.RecordsFinished >= options.Records)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: the rest is an orderly end.
        }
    }

    /// <summary>Stops dialling, lets calls in progress finish, logs the agents out and reads the books.</summary>
    public async Task<DemoBooks> FinishAsync()
    {
        var last = await Engine.Runtime.SnapshotAsync(DemoWorld.GroupName, CancellationToken.None);
        await Engine.DrainAsync(DrainLimit, CancellationToken.None);
        last = await Engine.Runtime.SnapshotAsync(DemoWorld.GroupName, CancellationToken.None) ?? last;
        foreach (var agent in _agents)
        {
            await agent.LogOutAsync();
        }

        var counts = await Engine.Lists.CountAsync(ListNumber, time.GetUtcNow().ToUnixTimeSeconds(), CancellationToken.None);

        // The far end writes a call down when it is over there; the last BYEs may still be on their way.
        var all = Engine.CountAttempts();
        var journal = new AttemptTotals(all.Attempts - _before.Attempts, all.Finished - _before.Finished, all.Open - _before.Open, all.Withdrawn - _before.Withdrawn);
        for (var wait = 0; wait < 40 && _trunk!.Ledger.Count < journal.Attempts; wait++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), time);
        }

        return new DemoBooks(counts, journal, _reports, _trunk!.Ledger.Snapshot(), last!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents)
        {
            await agent.DisposeAsync();
        }

        if (_admin is not null)
        {
            await _admin.DisposeAsync();
        }

        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        _phones?.Dispose();
        _trunk?.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A file of a temporary folder that is still held is the system's to remove.
        }
    }

    private async Task CommandAsync(GroupCommandKind kind, CancellationToken cancel)
    {
        if (await Engine.Runtime.CommandAsync(DemoWorld.GroupName, kind, DialMode.NoDialMode, cancel) is { } refusal)
        {
            throw new EngineStartException(refusal);
        }
    }
}
