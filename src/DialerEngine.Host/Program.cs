namespace DialerEngine.Host;

/// <summary>Entry point of the command <c>./dialer</c>.</summary>
internal static class Program
{
    private static int Main(string[] args) => args.Length > 0 ? 2 : 0;
}
