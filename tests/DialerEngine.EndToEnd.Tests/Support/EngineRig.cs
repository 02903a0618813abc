using System.Net;
using System.Text;
using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Demo;
using DialerEngine.Host.Engine;

namespace DialerEngine.EndToEnd.Tests.Support;

/// <summary>What an engine under test is made of.</summary>
internal sealed record EngineRigOptions
{
    public required IPEndPoint Trunk { get; init; }

    public required IReadOnlyList<string> Numbers { get; init; }

    public int Agents { get; init; } = 1;

    /// <summary>False: nobody logs in by itself; the test has the desktops in its own hand.</summary>
    public bool ScriptedAgents { get; init; } = true;

    /// <summary>Records of one person, next to each other in the list.</summary>
    public int ChainLength { get; init; } = 1;

    /// <summary>Talk time before the agent releases, ms; 0 leaves that to the customer.</summary>
    public int TalkMs { get; init; } = 150;

    /// <summary>CALL_RESULT that the agents give; null leaves it to what was heard.</summary>
    public int? AgentResult { get; init; }

    public int RingTimeoutMs { get; init; } = 2_500;

    /// <summary>True listens to the calls.</summary>
    public bool Listens { get; init; }

    /// <summary>The phone of an agent by its number from 1; null takes simulated phones.</summary>
    public Func<int, AgentPhone>? Phone { get; init; }

    public Func<EngineConfiguration, EngineConfiguration>? Adjust { get; init; }
}

/// <summary>A whole engine in process: SQLite in a temporary folder, SIP and RTP on loopback, agents over the CTI WebSocket.</summary>
internal sealed class EngineRig : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("dialer-e2e-").FullName;
    private readonly List<ScriptedAgent> _agents = [];
    private readonly EngineRigOptions _options;
    private SimulatedPhones? _phones;

    private EngineRig(EngineRigOptions options) => _options = options;

    public KeptLog Log { get; } = new();

    public EngineHost Engine { get; private set; } = null!;

    public IReadOnlyList<ScriptedAgent> Agents => _agents;

    public string Database => Path.Combine(_folder, "demo.db");

    /// <summary>Starts the engine, fills the list, starts the group and logs the agents in.</summary>
    public static async Task<EngineRig> StartAsync(EngineRigOptions options)
    {
        var rig = new EngineRig(options);
        try
        {
            await rig.StartPartsAsync();
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    public async Task<GroupSnapshot> SnapshotAsync() =>
        await Engine.Runtime.SnapshotAsync(DemoWorld.GroupName, CancellationToken.None) ?? throw new InvalidOperationException($"the group has failed: {Log}");

    /// <summary>Waits until a look at the group shows what is wanted.</summary>
    public async Task<GroupSnapshot> UntilAsync(Func<GroupSnapshot, bool> wanted, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var seen = await SnapshotAsync();
            if (wanted(seen))
            {
                return seen;
            }

            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"{what} was not seen: {seen} {Log}");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Waits until every record has its final result, and unloads the group.</summary>
    public async Task<StoreView> DoneAsync()
    {
        await UntilAsync(s => s.RecordsFinished >= _options.Numbers.Count, "the end of all records");
        await Engine.DrainAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        return Store();
    }

    public StoreView Store() => StoreView.Read(Database);

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents)
        {
            await agent.DisposeAsync();
        }

        if (Engine is not null)
        {
            await Engine.DisposeAsync();
        }

        _phones?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartPartsAsync()
    {
        if (_options.Phone is null)
        {
            _phones = new SimulatedPhones(TimeProvider.System);
            _phones.Start();
        }

        Engine = await EngineHost.StartAsync(Configure(), new EngineHostOptions { Loggers = Log }, CancellationToken.None);
        FillList(Engine.Bulk, _options.Numbers, _options.ChainLength);
        Assert.Null(await Engine.Runtime.CommandAsync(DemoWorld.GroupName, GroupCommandKind.Load, DialMode.NoDialMode, CancellationToken.None));
        Assert.Null(await Engine.Runtime.CommandAsync(DemoWorld.GroupName, GroupCommandKind.Start, DialMode.NoDialMode, CancellationToken.None));
        for (var i = 1; i <= _options.Agents && _options.ScriptedAgents; i++)
        {
            var agent = new ScriptedAgent($"{7_000 + i}", $"{1_000 + i}", _options.TalkMs, _options.AgentResult);
            _agents.Add(agent);
            await agent.StartAsync(Engine.CtiUri);
        }
    }

    private EngineConfiguration Configure()
    {
        var phones = _phones?.LocalEndPoint ?? new IPEndPoint(IPAddress.Loopback, 9);
        var configuration = DemoWorld.Configure(new DemoOptions { Agents = _options.Agents, Listens = _options.Listens }, _folder, _options.Trunk, phones);
        configuration = configuration with
        {
            Trunks = [configuration.Trunks[0] with { OptionsSeconds = 0 }],
            Groups =
            [
                configuration.Groups[0] with
                {
                    Options = configuration.Groups[0].Options with { RingTimeoutMs = _options.RingTimeoutMs, MinimumRingTimeMs = _options.RingTimeoutMs },
                },
            ],
        };
        if (_options.Phone is { } phoneOf)
        {
            configuration = configuration with { Agents = [.. configuration.Agents.Select(a => a with { Phone = phoneOf(a.Id.Value) })] };
        }

        return _options.Adjust?.Invoke(configuration) ?? configuration;
    }

    public static void FillList(ICallingListBulk bulk, IReadOnlyList<string> numbers, int chainLength = 1)
    {
        using var writer = bulk.BeginWrite("Spring_list", chainLength > 1 ? ["contact_info", "chain_id", "chain_n"] : ["contact_info"]);
        Span<ListCell> cells = stackalloc ListCell[3];
        cells = chainLength > 1 ? cells : cells[..1];
        foreach (var (place, number) in numbers.Index())
        {
            var bytes = Encoding.UTF8.GetBytes(number);
            cells[0] = ListCell.OfText(0, bytes.Length);
            if (chainLength > 1)
            {
                cells[1] = ListCell.OfInteger((place / chainLength) + 1);
                cells[2] = ListCell.OfInteger(place % chainLength);
            }

            Assert.Equal(ImportFault.None, writer.Write(cells, bytes));
        }

        writer.Commit();
    }
}
