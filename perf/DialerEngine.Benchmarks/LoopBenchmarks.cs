using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using DialerEngine.Adapters.Simulated;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;
using DialerEngine.Pacing;
using DialerEngine.Runtime;

namespace DialerEngine.Benchmarks;

/// <summary>
/// The group loop alone: whole simulated calls (dial, ring, answer or not, agent, talk, wrap-up, journal, result) through machine, wheel and driver, one
/// thread. The baseline passes as many inputs through a bounded channel and does nothing with them.
/// </summary>
[MemoryDiagnoser]
public class LoopBenchmarks : IRecordFetcher
{
    private const int CallsPerRun = 10_000;
    private SimulatedWorld _world = null!;
    private GroupDriver _driver = null!;
    private SimulatedLists _lists = null!;
    private Channel<GroupInput> _channel = null!;
    private long _nextTick;

    [Params(100, 1_000)]
    public int Agents { get; set; }

    /// <summary>Inputs that one call takes on average, measured at set-up.</summary>
    public double InputsPerCall { get; private set; }

    [GlobalSetup]
    public void SetUp()
    {
        var list = new CallingListDefinition { Id = new ListId(1), Name = "list" };
        var agents = Enumerable.Range(1, Agents)
            .Select(i => new AgentDefinition { Id = new AgentId(i), LoginId = $"{i}", Phone = new AgentPhone($"sip:{i}@localhost") }).ToArray();
        var group = new CampaignGroupDefinition
        {
            Id = new GroupId(1),
            Guid = Guid.Empty,
            Campaign = new CampaignDefinition { Id = 1, Name = "campaign", Lists = [new CampaignList(list)] },
            AgentGroup = new AgentGroupDefinition("group", [.. agents.Select(a => a.Id)]),
            Trunks = ["trunk"],
            Options = new CampaignGroupOptions { NumberOfChannels = Agents * 3 },
        };
        _lists = new SimulatedLists(list.Id, Agents * 100, endless: true);
        _world = new SimulatedWorld(1, new SimulatedBehaviour { RecordProcessedShare = 0 }, agents, _lists);
        var wheel = new TimerWheel(EngineRuntime.TimersFor(group));
        var machine = new GroupMachine(new GroupMachineSettings
        {
            Definition = group,
            Agents = agents,
            Trunks = [0],
            TrunkGate = new TrunkGate([new TrunkLimits("trunk", 100_000, 100_000)]),
            Claims = new AgentClaims(agents.Select(a => a.Id)),
            Timers = wheel,
            Ids = new GuidIdSource(),
            PacerFor = mode => mode == DialMode.Progress ? new ProgressivePacer() : null,
        });
        _driver = new GroupDriver(machine, wheel, new GroupPorts { Telephony = _world, Journal = _world, Fetcher = this, Desktop = _world });
        foreach (var kind in new[] { GroupCommandKind.Load, GroupCommandKind.Start })
        {
            _driver.Handle(_world.Moment, new GroupInput { Kind = InputKind.Command, Reference = new GroupCommand { Kind = kind } });
        }

        _world.LogEverybodyIn();
        var inputs = RunCalls(CallsPerRun);
        InputsPerCall = inputs / (double)CallsPerRun;
        _channel = Channel.CreateBounded<GroupInput>(new BoundedChannelOptions(8_192) { SingleReader = true });
        Console.WriteLine($"// inputs per call: {InputsPerCall:F1}");
    }

    [Benchmark(OperationsPerInvoke = CallsPerRun)]
    public long Calls() => RunCalls(CallsPerRun);

    [Benchmark(Baseline = true, OperationsPerInvoke = CallsPerRun)]
    public long ChannelOnly()
    {
        var inputs = (long)(CallsPerRun * InputsPerCall);
        long read = 0;
        for (long i = 0; i < inputs; i++)
        {
            _channel.Writer.TryWrite(new GroupInput { Kind = InputKind.Tick, Number = i });
            if (_channel.Reader.TryRead(out var input))
            {
                read += input.Number;
            }
        }

        return read;
    }

    public void Fetch(GroupMachine group, int listIndex, int limit)
    {
        var count = _lists.Fetch(group.Tray, limit, _world.Moment.UnixSeconds);
        _world.Say(2, new GroupInput { Kind = InputKind.FetchCompleted, Detail = count });
    }

    private long RunCalls(int calls)
    {
        var until = _world.Placed + calls;
        long inputs = 0;
        while (_world.Placed < until)
        {
            if (_world.TryNext(_nextTick, out var input))
            {
                _driver.Handle(_world.Moment, input);
                inputs++;
            }
            else
            {
                _nextTick = _world.Now + (100 * Moment.TicksPerMillisecond);
                _driver.Tick(_world.Moment);
            }
        }

        return inputs;
    }
}
