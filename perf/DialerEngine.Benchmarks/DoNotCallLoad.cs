using System.Diagnostics;
using System.Globalization;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Ports;

namespace DialerEngine.Benchmarks;

/// <summary>
/// <c>dnc-load COUNT [FOLDER]</c>: a do-not-call list of COUNT numbers, filled one by one, saved, loaded, asked; beside it a hash set of 64-bit
/// numbers and a table of SQLite with the same numbers and the same questions, and the list's way from its own table. Each part is a process of
/// its own, so that its memory is its own. Half of the questions are hits, in random order.
/// </summary>
internal static class DoNotCallLoad
{
    public const int Numbers = 100_000_000;

    private const long Now = 1_800_000_000;

    /// <summary>Entries in the engine's own table: one has some 100 octets and three indexes, so there are fewer of them.</summary>
    private const int MostInTable = 10_000_000;

    private const int Asked = 1 << 20;

    /// <summary>Numbers as a register has them: close together, every other one missing.</summary>
    public static ulong Number(int index) => 12_010_000_000UL + ((ulong)index * 2);

    public static void Fill(DoNotCallNumbers numbers, int count)
    {
        for (var i = 0; i < count; i++)
        {
            numbers.Add(Number(i), 0);
        }
    }

    public static int Run(string[] args)
    {
        if (!int.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > DoNotCallNumbers.MaxCount)
        {
            Console.Error.WriteLine($"dnc-load: COUNT must be a whole number from 1 to {DoNotCallNumbers.MaxCount}, not {args[1]}");
            return 2;
        }

        if (args.Length == 4)
        {
            return Part(args[3], count, args[2]);
        }

        var folder = args.Length > 2 ? args[2] : Directory.CreateTempSubdirectory("dialer-dnc-load-").FullName;
        try
        {
            foreach (var part in (ReadOnlySpan<string>)["fill", "load", "hashset", "sqlite", "table"])
            {
                using var process = Process.Start(Environment.ProcessPath!, ["dnc-load", args[1], folder, part]);
                process.WaitForExit();
                if (process.ExitCode != 0)
                {
                    return process.ExitCode;
                }
            }

            return 0;
        }
        finally
        {
            foreach (var file in Directory.GetFiles(folder, "dnc-load.*"))
            {
                File.Delete(file);
            }
        }
    }

    private static int Part(string part, int count, string folder)
    {
        var file = Path.Combine(folder, "dnc-load.snapshot");
        switch (part)
        {
            case "fill":
                FillAndSave(count, file);
                return 0;
            case "load":
                LoadAndAsk(count, file);
                return 0;
            case "hashset":
                AskHashSet(count);
                return 0;
            case "sqlite":
                AskSqlite(count, Path.Combine(folder, "dnc-load.plain.db"));
                return 0;
            case "table":
                LoadTable(Math.Min(count, MostInTable), Path.Combine(folder, "dnc-load.db"));
                return 0;
            default:
                Console.Error.WriteLine($"dnc-load: no part {part}");
                return 2;
        }
    }

    private static void FillAndSave(int count, string path)
    {
        var numbers = new DoNotCallNumbers();
        Tell("filled one by one", numbers, () => Fill(numbers, count));
        Tell("snapshot written", numbers, () =>
        {
            using var file = File.Create(path, 1 << 20);
            DoNotCallSnapshot.Save(numbers, file, 1, 1, 1);
        });
    }

    private static void LoadAndAsk(int count, string path)
    {
        var numbers = new DoNotCallNumbers();
        Tell("snapshot loaded", numbers, () =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
            var error = DoNotCallSnapshot.TryLoad(numbers, file, 1, out _, out _);
            if (error != SnapshotError.None)
            {
                throw new InvalidOperationException(error.ToString());
            }
        });
        Ask("do-not-call list", count, number => numbers.Contains(number, Now));
        for (var i = 0; i < 100_000; i++)
        {
            numbers.Add(90_000_000_000UL + (ulong)i, Now + 1_000);
        }

        Ask("do-not-call list, 100,000 numbers with an end beside", count, number => numbers.Contains(number, Now));
    }

    private static void AskHashSet(int count)
    {
        var set = new HashSet<long>(count);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            set.Add((long)Number(i));
        }

        Say($"hash set filled: {watch.Elapsed.TotalSeconds:F1} s, {set.Count} numbers, {Memory()}");
        Ask("HashSet<long>", count, number => set.Contains((long)number));
    }

    /// <summary>The smallest table that SQLite can have for this: the numbers are the keys, and nothing else is in it.</summary>
    private static void AskSqlite(int count, string path)
    {
        using var connection = SqliteConnection.Open(path, SqliteAccess.Create, 30_000, fullSync: false);
        connection.Execute("CREATE TABLE number (number INTEGER PRIMARY KEY)", "measuring");
        connection.Begin("measuring");
        var watch = Stopwatch.StartNew();
        var insert = connection.Prepare("INSERT INTO number VALUES (?1)", "measuring");
        for (var i = 0; i < count; i++)
        {
            insert.Bind(1, (long)Number(i)).Run();
        }

        connection.Commit("measuring");
        Say($"SQLite filled: {watch.Elapsed.TotalSeconds:F1} s, file {new FileInfo(path).Length >> 20} MiB, {Memory()}");
        var find = connection.Prepare("SELECT 1 FROM number WHERE number = ?1", "measuring");
        Ask("SQLite, statement kept prepared", count, number =>
        {
            var found = find.Bind(1, (long)number).Step();
            find.Reset();
            return found;
        });
    }

    /// <summary>What an engine without a snapshot does at its start: it reads its own table.</summary>
    private static void LoadTable(int count, string path)
    {
        using (var storage = SqliteStorage.Open(new SqliteStorageOptions { Path = path }, []))
        {
        }

        using (var connection = SqliteConnection.Open(path, SqliteAccess.Write, 30_000, fullSync: false))
        {
            connection.Execute(
                $"""
                WITH RECURSIVE i(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i WHERE n < {count - 1})
                INSERT INTO gsw_donotcall_list (phone, tenant_dbid, is_internal, time_stamp, expiration)
                SELECT '+' || (12010000000 + n * 2), 1, 0, {Now}, 0 FROM i
                """,
                "measuring");
        }

        using var store = SqliteStorage.Open(new SqliteStorageOptions { Path = path }, []);
        var reader = new TableReader();
        Tell("read from the engine's own table", reader.List.Numbers, () =>
        {
            store.DoNotCall.ReadChanges(1, default, reader, CancellationToken.None);
        });
    }

    private static void Ask(string what, int count, Func<ulong, bool> contains)
    {
        var random = new Random(1);
        var ask = new ulong[Asked];
        for (var i = 0; i < ask.Length; i++)
        {
            ask[i] = Number(random.Next(count)) + (ulong)(i & 1);
        }

        var best = double.MaxValue;
        var hits = 0;
        long octets = 0;
        for (var round = 0; round < 5; round++)
        {
            hits = 0;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            foreach (var number in ask)
            {
                hits += contains(number) ? 1 : 0;
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / ask.Length);
            octets = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        if (hits != Asked / 2)
        {
            throw new InvalidOperationException($"{what}: {hits} hits instead of {Asked / 2}");
        }

        Say($"look-up, {what}: {best:F0} ns (best of 5 rounds of {Asked}), {octets / (double)ask.Length:F1} octets each, {Memory()}");
    }

    private static void Tell(string what, DoNotCallNumbers numbers, Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Say($"{what}: {seconds:F1} s, {numbers.Count} numbers, arrays {numbers.Octets >> 20} MiB ({numbers.Octets / (double)numbers.Count:F2} octets each), {Memory()}");
    }

    private static string Memory()
    {
        using var process = Process.GetCurrentProcess();
        return FormattableString.Invariant($"heap {GC.GetTotalMemory(false) >> 20} MiB, process {process.WorkingSet64 >> 20} MiB, its peak {process.PeakWorkingSet64 >> 20} MiB");
    }

    private static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

    private sealed class TableReader : IDoNotCallReader
    {
        public DoNotCallList List { get; } = new("load");

        public void Added(ReadOnlySpan<byte> phone, ReadOnlySpan<byte> customerId, long expiration)
        {
            Span<char> text = stackalloc char[32];
            if (NumberKey.TryPackE164(text[..System.Text.Encoding.ASCII.GetChars(phone, text)], out var number))
            {
                List.AddNumber(number, expiration);
            }
        }

        public void Removed(ReadOnlySpan<byte> phone, ReadOnlySpan<byte> customerId)
        {
        }
    }
}
