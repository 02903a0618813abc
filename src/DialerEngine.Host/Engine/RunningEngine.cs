using DialerEngine.Core.Ports;
using DialerEngine.Host.Admin;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Reload;
using DialerEngine.Host.Serve;

namespace DialerEngine.Host.Engine;

/// <summary>A composed engine as <c>serve</c> runs it.</summary>
internal sealed class RunningEngine : IRunningEngine
{
    private readonly EngineHost _host;

    public RunningEngine(EngineHost host)
    {
        _host = host;
        Control = new EngineControl(host.Runtime, [.. host.Configuration.Groups.Select(g => g.Name)], () => host.NotReadyReason);
        Records = new RecordAccess(host.RecordRequests, host.Configuration);
        Detection = new DetectionControl(host.Detection, host.Configuration);
        host.Reconfigured += Records.Reconfigure;
    }

    public IEngineControl Control { get; }

    public IListControl? Lists => _host.ListControl;

    public RecordAccess? Records { get; }

    public DialerEngine.Runtime.AgentRouter? Agents => _host.Runtime.Agents;

    public DetectionControl? Detection { get; }

    public Uri? Cti => _host.CtiUri;

    public IReadOnlyCollection<Dnc.DoNotCallKeeper> DoNotCall => _host.Rules.Keepers;

    public IReloadTarget? Reload => _host;

    public void Stopping() => _host.Stopping();

    /// <summary>Starts an engine; what cannot be started is one sentence.</summary>
    public static async Task<IRunningEngine> StartAsync(EngineConfiguration configuration, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            return new RunningEngine(await EngineHost.StartAsync(configuration, new EngineHostOptions { Loggers = loggers, Time = time }, cancel));
        }
        catch (Exception fault) when (fault is EngineStartException or StorageFaultException)
        {
            throw new CommandFailedException($"dialer serve: {fault.Message}", ExitCode.Failed);
        }
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
