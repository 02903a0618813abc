using System.CommandLine;
using System.CommandLine.Parsing;

namespace DialerEngine.Host.Cli;

/// <summary>
/// Runs the command line: one sentence on standard error and an exit code for whatever goes wrong, never a stack trace unless
/// <c>--trace</c> asks for it.
/// </summary>
internal static class CommandLine
{
    private static readonly Option<bool> Trace = new("--trace")
    {
        Description = "Show the stack trace of an unexpected fault.",
        Recursive = true,
    };

    /// <summary>A verb with sub-verbs, e.g. <c>sip parse|call</c>.</summary>
    public static Command Group(string name, string description, params ReadOnlySpan<Command> verbs)
    {
        var group = new Command(name, description);
        foreach (var verb in verbs)
        {
            group.Subcommands.Add(verb);
        }

        return group;
    }

    public static RootCommand Root(IEnumerable<Command> verbs)
    {
        var root = new RootCommand("DialerEngine: an outbound dialer engine beside SIP trunks. Every verb has --help.");
        root.Options.Add(Trace);
        foreach (var verb in verbs)
        {
            root.Subcommands.Add(verb);
        }

        return root;
    }

    /// <summary>Parses and runs; the exit code is 0, 1 or 2.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] arguments, TextWriter output, TextWriter error)
    {
        var parsed = root.Parse(arguments);
        var asksForHelp = parsed.Tokens.Any(t => t.Value is "--help" or "-h" or "-?" or "/?" or "--version");
        if (parsed.Errors.Count > 0 && !asksForHelp)
        {
            await error.WriteLineAsync(Sentence(parsed)).ConfigureAwait(false);
            return ExitCode.Wrong;
        }

        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            Output = output,
            Error = error,
            ProcessTerminationTimeout = TerminationTimeout(parsed),
        };
        try
        {
            var code = await parsed.InvokeAsync(configuration).ConfigureAwait(false);
            return code is ExitCode.Done or ExitCode.Failed or ExitCode.Wrong or > 128 ? code : ExitCode.Failed;
        }
        catch (CommandFailedException failed)
        {
            await error.WriteLineAsync(failed.Message).ConfigureAwait(false);
            return failed.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync($"{Name(parsed)}: interrupted").ConfigureAwait(false);
            return ExitCode.Failed;
        }
        catch (Exception unexpected)
        {
            var more = parsed.GetValue(Trace) ? Environment.NewLine + unexpected : "; run it again with --trace for the details";
            await error.WriteLineAsync($"{Name(parsed)}: {OneLine(unexpected.Message)}{more}").ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    /// <summary>
    /// Time from a signal to the end of the process: serve minds signals itself, the demo ends its calls and closes its books first.
    /// </summary>
    private static TimeSpan? TerminationTimeout(ParseResult parsed) => Name(parsed) switch
    {
        "dialer serve" => null,
        "dialer demo" => TimeSpan.FromSeconds(60),
        _ => TimeSpan.FromSeconds(5),
    };

    /// <summary>The verb as typed, e.g. <c>group start</c>.</summary>
    private static string Name(ParseResult parsed)
    {
        var names = new List<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
        {
            names.Insert(0, command.Command.Name);
        }

        return names.Count == 0 ? "dialer" : "dialer " + string.Join(' ', names);
    }

    private static string Sentence(ParseResult parsed)
    {
        var message = OneLine(parsed.Errors[0].Message).TrimEnd('.');
        if (parsed.UnmatchedTokens.Count > 0 && parsed.CommandResult.Command.Subcommands.Count > 0)
        {
            var verbs = parsed.CommandResult.Command.Subcommands.Select(c => c.Name).ToList();
            var written = parsed.UnmatchedTokens[0];
            message = $"there is no verb {written}{Configuration.DidYouMean.Ask(written, verbs)}";
        }
        else if (parsed.CommandResult.Command is { Subcommands.Count: > 0 } group)
        {
            message = "a verb is missing: one of " + string.Join(", ", group.Subcommands.Select(c => c.Name));
        }

        return $"{Name(parsed)}: {message} (see {Name(parsed)} --help)";
    }

    private static string OneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
