using DialerEngine.Host.Admin;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Serve;

/// <summary>An engine that runs: its groups, SIP, CTI and storage. Disposing of it closes all of them.</summary>
internal interface IRunningEngine : IAsyncDisposable
{
    IEngineControl Control { get; }

    /// <summary>The engine's calling lists; null where it has none to show.</summary>
    IListControl? Lists => null;

    /// <summary>Requests about records; null where it takes none.</summary>
    RecordAccess? Records => null;

    /// <summary>The agents; null where there are none to be assigned.</summary>
    DialerEngine.Runtime.AgentRouter? Agents => null;

    /// <summary>The detector; null where the engine has none.</summary>
    DetectionControl? Detection => null;

    /// <summary>Address of the CTI link, with the port that was bound; null where there is none.</summary>
    Uri? Cti => null;

    /// <summary>Takes a new configuration; null where none is taken.</summary>
    Reload.IReloadTarget? Reload => null;

    /// <summary>The engine is being stopped: what its groups do from now on is not an operator's doing.</summary>
    void Stopping()
    {
        // Nothing depends on it where nobody is told.
    }

    /// <summary>Do-not-call lists of the tenants.</summary>
    IReadOnlyCollection<Dnc.DoNotCallKeeper> DoNotCall => [];
}

/// <summary>Starts an engine on a configuration; throws <see cref="Cli.CommandFailedException"/> with one sentence where it cannot.</summary>
internal delegate Task<IRunningEngine> EngineStarter(
    EngineConfiguration configuration, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel);
