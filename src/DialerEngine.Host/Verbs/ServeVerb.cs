using System.CommandLine;
using DialerEngine.Host.Admin;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Serve;

namespace DialerEngine.Host.Verbs;

/// <summary><c>serve --config FILE</c>: runs the engine until a signal ends it.</summary>
internal static class ServeVerb
{
    public static Command Create(EngineStarter start)
    {
        var config = new Option<string>("--config") { Description = "Configuration file.", HelpName = "FILE", Required = true };
        var level = new Option<LogLevel>("--log-level") { Description = "Least level of log messages.", DefaultValueFactory = _ => LogLevel.Information };
        var command = new Command("serve", "Runs the engine. SIGTERM or Ctrl-C: no new dials, calls in progress finish, records return; a second one releases the calls.")
        {
            config, level,
        };
        command.SetAction(async (parsed, _) =>
        {
            var error = parsed.InvocationConfiguration.Error;
            if (CheckVerb.Load(parsed.GetValue(config)!, error) is not { } configuration)
            {
                return ExitCode.Wrong;
            }

            using var signals = new StopSignals();
            signals.Listen();
            using var loggers = HostLogging.Create(parsed.GetValue(level));
            return await RunAsync(configuration, start, signals, loggers, TimeProvider.System, parsed.InvocationConfiguration.Output, parsed.GetValue(config));
        });
        return command;
    }

    /// <summary>The whole life of a served engine.</summary>
    internal static async Task<int> RunAsync(
        EngineConfiguration configuration, EngineStarter start, StopSignals signals, ILoggerFactory loggers, TimeProvider time, TextWriter output, string? file = null)
    {
        var logger = loggers.CreateLogger("DialerEngine.Host");
        using var starting = new CancellationTokenSource();
        _ = signals.First.ContinueWith(_ => starting.Cancel(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        var token = AdminToken.OpenOrCreate(configuration.Admin.TokenFile, out var created);
        await using var engine = await start(configuration, loggers, time, starting.Token);
        await using var admin = await AdminServer.StartAsync(
            new AdminServerSettings
            {
                Listen = configuration.Admin.Listen,
                Token = token,
                Control = engine.Control,
                Lists = engine.Lists,
                Records = engine.Records,
                Agents = engine.Agents,
                DoNotCall = engine.DoNotCall,
                Detection = engine.Detection,
                Cti = engine.Cti,
                ConfigurationFile = file,
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

        var signal = await signals.First;
        HostLog.Stopping(logger, signal, configuration.StopLimitSeconds);
        _ = signals.Second.ContinueWith(
            second => HostLog.Hurried(logger, second.Result), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        var all = await new GracefulStop(engine.Control, time, logger).RunAsync(TimeSpan.FromSeconds(configuration.StopLimitSeconds), signals.Second);
        return all ? ExitCode.Done : ExitCode.Failed;
    }
}
