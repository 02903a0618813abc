namespace TrunkSimulator;

internal static class Program
{
    private static int Main() => 0;
}
