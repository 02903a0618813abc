using System.CommandLine;

namespace DialerEngine.Host.Verbs;

/// <summary><c>pacing</c>: the pacer alone (<c>serve</c>, <c>bench</c>, <c>replay</c>), and the whole loop in virtual time (<c>simulate</c>, <c>sweep</c>).</summary>
internal static class PacingVerb
{
    /// <summary>The command for the root command.</summary>
    public static Command Create() => new("pacing", "The pacing controller without telephony: alone, with a log, and in rehearsed shifts.")
    {
        Serve(),
        PacingBenchTable.Create(),
        PacingSimulateVerb.Create(),
        PacingSweepVerb.Create(),
        PacingReplayVerb.Create(),
    };

    private static Command Serve()
    {
        var explain = new Option<bool>("--explain") { Description = "Adds the reason of each decision to its line, as \"why\"." };
        var command = new Command(
            "serve",
            "Reads one JSON object a line (configure, agent, call, readyTime, tick) and answers each tick with the number of calls to place. "
            + "A line with a fault is named on standard error and passed over (a tick is then answered with 0); a faulty configure line, "
            + "or any line before the first configure line, ends the command with exit code 2.")
        {
            explain,
        };
        command.SetAction(result =>
        {
            using var input = Console.OpenStandardInput();
            using var output = Console.OpenStandardOutput();
            return PacingServe.Run(input, output, result.InvocationConfiguration.Error, result.GetValue(explain));
        });
        return command;
    }
}
