using System.CommandLine;
using System.Globalization;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Demo;
using DialerEngine.Host.Engine;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace DialerEngine.Host.Verbs;

/// <summary><c>dialer demo</c>: the whole engine on this machine, from an empty folder to a report.</summary>
internal static class DemoVerb
{
    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "End after this many seconds even if records are left (0: when the list is done)." };
        var records = new Option<int>("--records") { Description = "Records of the calling list, 1 to 100,000.", DefaultValueFactory = _ => 200 };
        var agents = new Option<int>("--agents") { Description = "Agents, 1 to 500.", DefaultValueFactory = _ => 10 };
        var mode = new Option<string>("--mode") { Description = "Dial mode, e.g. Progress, Predict, ProgressAndSeize, PredictAndSeize, Preview, PushPreview, ProgressGVP, PredictGVP, PowerGVP, Power (predictive ones: overdial rate, goal 3 %).", DefaultValueFactory = _ => nameof(DialMode.Progress) };
        var seed = new Option<ulong>("--seed") { Description = "Seed of callees and agents.", DefaultValueFactory = _ => 2026UL };
        var database = new Option<string?>("--db") { Description = "Dials a list of your own instead, from this database file (list import --db); the file stays, with results and history." };
        var list = new Option<string?>("--list") { Description = "With --db: name of the list." };
        Bound(records, 1, 100_000);
        Bound(agents, 1, 500);
        Bound(seconds, 0, 86_400);
        mode.Validators.Add(result =>
        {
            if (!TryReadMode(result.GetValue(mode), out _))
            {
                result.AddError($"--mode: \"{result.GetValue(mode)}\" is not a dial mode; use one of {string.Join(", ", Enum.GetValues<DialMode>().Where(m => m != DialMode.NoDialMode))}");
            }
        });
        var command = new Command("demo", "Runs the whole engine on this machine: a calling list is dialled over real SIP and RTP to a simulated trunk, simulated agents work on it, and a report shows that the books balance.")
        {
            seconds, records, agents, mode, seed, database, list,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            TryReadMode(parsed.GetValue(mode), out var dialMode);
            var options = new DemoOptions
            {
                Seconds = parsed.GetValue(seconds),
                Records = parsed.GetValue(records),
                Agents = parsed.GetValue(agents),
                Mode = dialMode,
                Seed = parsed.GetValue(seed),
            };
            if (parsed.GetValue(database) is null != parsed.GetValue(list) is null)
            {
                throw new CommandFailedException("dialer demo: --db and --list belong together", ExitCode.Wrong);
            }

            if (parsed.GetValue(database) is { } file)
            {
                options = await WithOwnListAsync(options, file, parsed.GetValue(list)!, cancel);
            }

            return await RunAsync(options, AnsiConsole.Console, cancel);
        });
        return command;
    }

    /// <summary>The options of a demo with a list that the user has imported.</summary>
    /// <exception cref="CommandFailedException">There is no such file or list, or none of its records is ready.</exception>
    internal static async Task<DemoOptions> WithOwnListAsync(DemoOptions options, string file, string list, CancellationToken cancel)
    {
        if (!File.Exists(file))
        {
            throw new CommandFailedException($"dialer demo: {file}: there is no such database; make one with dialer list import FILE --db {file} --list {list}", ExitCode.Wrong);
        }

        using var storage = SqliteStorage.Open(new SqliteStorageOptions { Path = file }, []);
        if (storage.UseStoredList(list) is not { } stored)
        {
            throw new CommandFailedException($"dialer demo: {file} has no list {list}; it has {string.Join(", ", storage.StoredLists())}", ExitCode.Wrong);
        }

        var counts = await storage.Lists.CountAsync(stored.Id, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), cancel);
        return counts.ReadyNow > 0
            ? options with { Database = Path.GetFullPath(file), List = stored with { Id = DemoRun.ListNumber }, Records = (int)Math.Min(int.MaxValue, counts.ReadyNow) }
            : throw new CommandFailedException($"dialer demo: no record of {list} is ready; dialer list show --db {file} --list {list} says in which state they are");
    }

    internal static async Task<int> RunAsync(DemoOptions options, IAnsiConsole console, CancellationToken cancel)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = 140;
            console.Profile.Capabilities.Ansi = false;
            console.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Demo: {options.Records} records, {options.Agents} agents, {options.Mode}; SIP and RTP over loopback to a simulated trunk, talk and ring times divided by {options.Speed}. Ctrl-C ends it cleanly."));
        var time = TimeProvider.System;
        await using var run = new DemoRun(options, time, NullLoggerFactory.Instance);
        try
        {
            await run.StartAsync(cancel);
        }
        catch (Exception fault) when (fault is EngineStartException or StorageFaultException or System.Net.Sockets.SocketException)
        {
            await Console.Error.WriteLineAsync($"demo: {fault.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 1;
        }

        Console.WriteLine($"Dashboard while it runs: {run.Dashboard}");
        var started = time.GetTimestamp();
        var screen = new DemoScreen(console, options);
        if (console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal)
        {
            await console.Live(new Text("starting")).StartAsync(live => run.RunAsync((seen, elapsed) => live.UpdateTarget(screen.Table(seen, elapsed)), cancel));
        }
        else
        {
            await run.RunAsync(screen.Line, cancel);
        }

        Console.WriteLine("Finishing: calls in progress end, records go back.");
        var books = await run.FinishAsync();
        return screen.Report(books, run, time.GetElapsedTime(started)) ? 0 : 1;
    }

    private static bool TryReadMode(string? text, out DialMode mode)
    {
        foreach (var known in Enum.GetValues<DialMode>())
        {
            if (known != DialMode.NoDialMode
                && (string.Equals(text, known.ToString(), StringComparison.OrdinalIgnoreCase) || string.Equals(text, known.DesktopName(), StringComparison.OrdinalIgnoreCase)))
            {
                mode = known;
                return true;
            }
        }

        mode = DialMode.NoDialMode;
        return false;
    }

    private static void Bound(Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        var value = result.GetValue(option);
        if (value < least || value > most)
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name}: {value} is outside {least} to {most}"));
        }
    });
}
