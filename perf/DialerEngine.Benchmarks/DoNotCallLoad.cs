using System.Diagnostics;
using System.Globalization;
using DialerEngine.Core.Compliance;

namespace DialerEngine.Benchmarks;

/// <summary><c>dnc-load COUNT</c>: fills a list one by one, saves and loads its snapshot; times and memory on one line each.</summary>
internal static class DoNotCallLoad
{
    public const int Numbers = 100_000_000;

    /// <summary>Numbers as a register has them: close together, every other one missing.</summary>
    public static ulong Number(int index) => 12_010_000_000UL + ((ulong)index * 2);

    public static void Fill(DoNotCallNumbers numbers, int count)
    {
        for (var i = 0; i < count; i++)
        {
            numbers.Add(Number(i), 0, 1_800_000_000);
        }

        numbers.Merge(1_800_000_000);
    }

    public static int Run(string[] args)
    {
        var count = int.Parse(args[1], CultureInfo.InvariantCulture);
        var path = Path.GetTempFileName();
        var numbers = new DoNotCallNumbers();
        Tell("one by one", () => Fill(numbers, count), numbers);
        Tell("snapshot written", () =>
        {
            using var file = File.Create(path, 1 << 20);
            DoNotCallSnapshot.Save(numbers, file, 1, 1, 1, 1_800_000_000);
        }, numbers);
        var loaded = new DoNotCallNumbers();
        numbers = new DoNotCallNumbers();
        GC.Collect();
        Tell("snapshot loaded", () =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
            var error = DoNotCallSnapshot.TryLoad(loaded, file, 1, out _, out _);
            if (error != SnapshotError.None)
            {
                throw new InvalidOperationException(error.ToString());
            }
        }, loaded);
        var random = new Random(1);
        var ask = new ulong[1 << 20];
        for (var i = 0; i < ask.Length; i++)
        {
            ask[i] = Number(random.Next(count)) + (ulong)(i & 1);
        }

        var hits = 0;
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; round < 10; round++)
        {
            foreach (var number in ask)
            {
                hits += loaded.Contains(number, 1_800_000_000) ? 1 : 0;
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"look-up: {Stopwatch.GetElapsedTime(started).TotalNanoseconds / (10.0 * ask.Length):F0} ns each, {hits} hits"));
        File.Delete(path);
        return 0;
    }

    private static void Tell(string what, Action work, DoNotCallNumbers numbers)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, {numbers.MergedCount} numbers, arrays {numbers.Octets >> 20} MB, process {process.WorkingSet64 >> 20} MB, peak {process.PeakWorkingSet64 >> 20} MB"));
    }
}
