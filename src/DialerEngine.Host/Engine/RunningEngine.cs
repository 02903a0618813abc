using DialerEngine.Core.Ports;
using DialerEngine.Host.Admin;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Serve;

namespace DialerEngine.Host.Engine;

/// <summary>A composed engine as <c>serve</c> runs it.</summary>
internal sealed class RunningEngine(EngineHost host) : IRunningEngine
{
    public IEngineControl Control { get; } = new EngineControl(host.Runtime, [.. host.Configuration.Groups.Select(g => g.Name)], () => host.NotReadyReason);

    public IListControl? Lists => host.ListControl;

    public RecordAccess? Records { get; } = new(host.RecordRequests, host.Configuration);

    public DialerEngine.Runtime.AgentRouter? Agents => host.Runtime.Agents;

    public DetectionControl? Detection { get; } = new(host.Detection, host.Configuration);

    public Uri? Cti => host.CtiUri;

    public IReadOnlyCollection<Dnc.DoNotCallKeeper> DoNotCall => host.Rules.Keepers;

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

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
