namespace DialerEngine.Media.Tests;

/// <summary>Measures what a piece of code allocates on this thread once warm.</summary>
internal static class Allocation
{
    public static long Of(int times, Action action)
    {
        for (var i = 0; i < 200; i++)
        {
            action();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
