using System.CommandLine;
using System.Text;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Engine;
using DialerEngine.Host.Lists;
using DialerEngine.Host.Verbs;

namespace DialerEngine.Host;

/// <summary>Entry point of the command <c>./dialer</c>.</summary>
internal static class Program
{
    /// <summary>All verbs in the order of the help.</summary>
    internal static IEnumerable<Command> Verbs() =>
    [
        DemoVerb.Create(),
        ServeVerb.Create(RunningEngine.StartAsync),
        CheckVerb.Create(),
        ListVerb.Create(ConfiguredLists.Load),
        DncVerb.Create(),
        GroupVerb.Create(),
        RecordVerb.Create(),
        AgentVerb.Create(),
        ReloadVerb.Create(),
        CommandLine.Group("sip", "SIP tools: parse messages, place a test call.", SipParseVerb.Create(), SipCallVerb.Create()),
        CommandLine.Group("bench", "Load generators.", BenchSipVerb.Create()),
        PacingVerb.Create(),
        CpdVerb.Create(),
        NotifyVerb.Create(),
    ];

    private static Task<int> Main(string[] args)
    {
        // Measured figures and files are for programs too: the same digits in every country, UTF-8 everywhere.
        System.Globalization.CultureInfo.DefaultThreadCurrentCulture = System.Globalization.CultureInfo.InvariantCulture;
        System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return CommandLine.RunAsync(CommandLine.Root(Verbs()), args, Console.Out, Console.Error);
    }
}
