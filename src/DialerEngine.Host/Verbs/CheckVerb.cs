using System.CommandLine;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Verbs;

/// <summary><c>check --config FILE</c>: validates a configuration completely, one line per finding; <c>check --schema</c> prints the JSON schema.</summary>
internal static class CheckVerb
{
    public static Command Create()
    {
        var config = new Option<string?>("--config") { Description = "Configuration file.", HelpName = "FILE" };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON schema of configuration files instead." };
        var command = new Command("check", "Validates a configuration completely: one line per fault.") { config, schema };
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(schema))
            {
                output.Write(SchemaWriter.Write());
                return ExitCode.Done;
            }

            var file = parsed.GetValue(config)
                ?? throw new CommandFailedException("dialer check: name the configuration file: --config FILE", ExitCode.Wrong);
            return Check(file, output, parsed.InvocationConfiguration.Error);
        });
        return command;
    }

    /// <summary>Reads a configuration for a verb that needs one: warnings and errors go to <paramref name="error"/>; null where it cannot be used.</summary>
    public static EngineConfiguration? Load(string file, TextWriter error) => Read(file, error).Configuration;

    /// <summary>The same with all that was read.</summary>
    public static ConfigurationResult Read(string file, TextWriter error)
    {
        var result = ConfigurationReader.Read(file);
        Print(result, error);
        return result;
    }

    private static int Check(string file, TextWriter output, TextWriter error)
    {
        var result = ConfigurationReader.Read(file);
        Print(result, error);
        var errors = result.Faults.Count(f => f.Severity == FaultSeverity.Error);
        var warnings = result.Faults.Count - errors;
        if (result.Configuration is not { } configuration)
        {
            error.WriteLine($"{file}: {errors} {(errors == 1 ? "error" : "errors")}, {warnings} {(warnings == 1 ? "warning" : "warnings")}: it cannot be used");
            return ExitCode.Wrong;
        }

        output.WriteLine(
            $"{file}: good ({warnings} {(warnings == 1 ? "warning" : "warnings")}): campaign groups {configuration.Groups.Count}, calling lists {configuration.Lists.Count}, "
            + $"agents {configuration.Agents.Count}, trunks {configuration.Trunks.Count}");
        return ExitCode.Done;
    }

    private static void Print(ConfigurationResult result, TextWriter error)
    {
        foreach (var fault in result.Faults)
        {
            error.WriteLine(fault.ToString());
        }

        if (result.Unlisted > 0)
        {
            error.WriteLine($"and {result.Unlisted} more");
        }
    }
}
