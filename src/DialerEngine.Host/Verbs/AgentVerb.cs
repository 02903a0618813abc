using System.CommandLine;
using System.Security.Cryptography;
using DialerEngine.Core;
using DialerEngine.Host.Cli;

namespace DialerEngine.Host.Verbs;

/// <summary><c>agent hash-password</c>: makes the passwordHash of an agent.</summary>
internal static class AgentVerb
{
    public static Command Create() => CommandLine.Group("agent", "Agents' passwords.", HashPassword());

    private static Command HashPassword()
    {
        var iterations = new Option<int>("--iterations")
        {
            Description = $"Rounds, {AgentPasswordHash.MinIterations:N0} to {AgentPasswordHash.MaxIterations:N0}: what one login costs, and one guess of who steals the configuration.",
            DefaultValueFactory = _ => AgentPasswordHash.DefaultIterations,
        };
        var command = new Command(
            "hash-password", "Reads a password, a line of standard input, and writes the passwordHash for the configuration. At a terminal it is asked for twice and not shown.")
        {
            iterations,
        };
        command.SetAction(parsed =>
        {
            var password = Console.IsInputRedirected ? Console.In.ReadLine() : Ask(parsed.InvocationConfiguration.Error);
            return Run(password, parsed.GetValue(iterations), parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    /// <summary>Hashes one password.</summary>
    internal static int Run(string? password, int iterations, TextWriter output)
    {
        if (iterations is < AgentPasswordHash.MinIterations or > AgentPasswordHash.MaxIterations)
        {
            throw new CommandFailedException(
                $"dialer agent hash-password: --iterations must be {AgentPasswordHash.MinIterations:N0} to {AgentPasswordHash.MaxIterations:N0}, not {iterations}", ExitCode.Wrong);
        }

        if (password is null or "" || password.Length > AgentPasswordHash.MaxPasswordLength)
        {
            throw new CommandFailedException(
                $"dialer agent hash-password: a password of 1 to {AgentPasswordHash.MaxPasswordLength} characters is wanted on standard input", ExitCode.Wrong);
        }

        output.WriteLine(AgentPasswordHash.Create(password, RandomNumberGenerator.GetBytes(AgentPasswordHash.SaltOctets), iterations));
        return ExitCode.Done;
    }

    private static string Ask(TextWriter prompt)
    {
        var first = ReadHidden(prompt, "Password: ");
        return first == ReadHidden(prompt, "Again: ")
            ? first
            : throw new CommandFailedException("dialer agent hash-password: the two passwords are not the same", ExitCode.Wrong);
    }

    private static string ReadHidden(TextWriter prompt, string words)
    {
        prompt.Write(words);
        var typed = new System.Text.StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    prompt.WriteLine();
                    return typed.ToString();
                case ConsoleKey.Backspace:
                    typed.Length = Math.Max(0, typed.Length - 1);
                    break;
                default:
                    if (!char.IsControl(key.KeyChar) && typed.Length <= AgentPasswordHash.MaxPasswordLength)
                    {
                        typed.Append(key.KeyChar);
                    }

                    break;
            }
        }
    }
}
