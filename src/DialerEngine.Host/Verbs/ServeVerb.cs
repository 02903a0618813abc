using System.CommandLine;
using DialerEngine.Adapters.TServer;
using DialerEngine.Host.Admin;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Reload;
using DialerEngine.Host.Serve;

namespace DialerEngine.Host.Verbs;

/// <summary>A configuration with the file that it is read from, again when a reload is asked for.</summary>
/// <param name="File">The file, as the operator named it.</param>
/// <param name="Read">What it said at the start; without faults.</param>
internal sealed record ServedConfiguration(string File, ConfigurationResult Read)
{
    /// <summary>Follows <c>log-level</c> of the configuration; null where the command line has settled it.</summary>
    public LogLevelSwitch? LogLevel { get; init; }
}

/// <summary><c>serve --config FILE</c>: runs the engine until a signal ends it.</summary>
internal static class ServeVerb
{
    public static Command Create(EngineStarter start)
    {
        var config = new Option<string>("--config") { Description = "Configuration file.", HelpName = "FILE", Required = true };
        var level = new Option<LogLevel?>("--log-level") { Description = "Least level of log messages; without it log-level of the configuration." };
        var command = new Command("serve", "Runs the engine. SIGTERM or Ctrl-C: no new dials, calls in progress finish, records return; a second one releases the calls. SIGHUP reloads the configuration.")
        {
            config, level,
        };
        command.SetAction(async (parsed, _) =>
        {
            var error = parsed.InvocationConfiguration.Error;
            var file = parsed.GetValue(config)!;
            var read = CheckVerb.Read(file, error);
            if (read.Configuration is null)
            {
                return ExitCode.Wrong;
            }

            using var signals = new StopSignals();
            signals.Listen();
            var asked = parsed.GetValue(level);
            var logLevel = new LogLevelSwitch(asked ?? read.Configuration.LogLevel);
            using var loggers = HostLogging.Create(logLevel);
            return await RunAsync(new ServedConfiguration(file, read) { LogLevel = asked is null ? logLevel : null }, start, signals, loggers, TimeProvider.System, parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    /// <summary>The whole life of a served engine.</summary>
    internal static async Task<int> RunAsync(
        ServedConfiguration served, EngineStarter start, StopSignals signals, ILoggerFactory loggers, TimeProvider time, TextWriter output)
    {
        var configuration = served.Read.Configuration!;
        var logger = loggers.CreateLogger("DialerEngine.Host");
        using var starting = new CancellationTokenSource();
        _ = signals.First.ContinueWith(_ => starting.Cancel(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        var token = AdminToken.OpenOrCreate(configuration.Admin.TokenFile, out var created);
        await using var engine = await start(configuration, loggers, time, starting.Token);
        using var reload = engine.Reload is { } target && served.Read.Values is not null
            ? new ConfigurationReload(served.File, served.Read, () => ConfigurationReader.Read(served.File), target, time, logger) { Applied = next => served.LogLevel?.Level = next.LogLevel }
            : null;
        await using var admin = await AdminServer.StartAsync(
            new AdminServerSettings
            {
                Listen = configuration.Admin.Listen,
                Certificate = CertificateOf(configuration.Admin.Certificate, time, loggers),
                Token = token,
                Control = engine.Control,
                Lists = engine.Lists,
                Records = engine.Records,
                Agents = engine.Agents,
                DoNotCall = engine.DoNotCall,
                Detection = engine.Detection,
                Cti = engine.Cti,
                ConfigurationFile = served.File,
                Reload = reload,
                Time = time,
                Loggers = loggers,
            });
        HostLog.AdminListening(logger, admin.Address);
        if (created is not null)
        {
            await output.WriteLineAsync($"Admin token (shown this once, kept as a hash in {configuration.Admin.TokenFile}): {created}");
        }

        await output.WriteLineAsync($"The engine runs; dashboard at {admin.Address}/");
        if (engine.Cti is { } cti)
        {
            await output.WriteLineAsync($"Agents' desktop at {Web.DesktopPage.AddressOf(cti, "localhost")}");
        }

        void OnReload() => _ = reload?.RunQuietlyAsync("SIGHUP");
        signals.Reload += OnReload;
        var signal = await signals.First;
        signals.Reload -= OnReload;
        engine.Stopping();
        var stopLimit = (reload?.Configuration ?? configuration).StopLimitSeconds;
        HostLog.Stopping(logger, signal, stopLimit);
        _ = signals.Second.ContinueWith(
            second => HostLog.Hurried(logger, second.Result), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        var all = await new GracefulStop(engine.Control, time, logger).RunAsync(TimeSpan.FromSeconds(stopLimit), signals.Second);
        return all ? ExitCode.Done : ExitCode.Failed;
    }

    private static LinkCertificate? CertificateOf(CertificateFiles? files, TimeProvider time, ILoggerFactory loggers)
    {
        try
        {
            return files is null ? null : LinkCertificate.Load(files.Certificate, files.Key, files.Password, time, loggers.CreateLogger<AdminServer>());
        }
        catch (LinkCertificateException unusable)
        {
            throw new CommandFailedException($"admin.certificate: {unusable.Message}");
        }
    }
}
