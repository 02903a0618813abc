using System.CommandLine;
using DialerEngine.Host.Verbs;

namespace DialerEngine.Host;

/// <summary>Entry point of the command <c>./dialer</c>.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => new RootCommand("dialer") { DemoVerb.Create() }.Parse(args).InvokeAsync();
}
