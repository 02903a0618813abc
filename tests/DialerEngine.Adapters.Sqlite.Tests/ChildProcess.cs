using System.Diagnostics;
using System.Globalization;
using System.Text;
using DialerEngine.Core;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using DialerEngine.StorageContract;

namespace DialerEngine.Adapters.Sqlite.Tests;

/// <summary>
/// What a test kills with SIGKILL: this assembly, run as a program, writing until it is dead. It says on standard output what it has
/// been told is durable.
/// </summary>
internal static class ChildProcess
{
    public const int Records = 2_000;

    public static int Main(string[] args)
    {
        switch (args)
        {
            case ["journal", var path]:
                WriteJournal(path);
                return 0;
            case ["import", var path]:
                Import(path);
                return 0;
            default:
                return 2;
        }
    }

    /// <summary>Starts a child; the caller kills it.</summary>
    public static Process Start(string what, string path)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        start.ArgumentList.Add(what);
        start.ArgumentList.Add(path);
        return Process.Start(start)!;
    }

    private static void WriteJournal(string path)
    {
        using var storage = SqliteStorage.Open(new SqliteStorageOptions { Path = path }, [ContractRecords.List]);
        var journal = storage.StartJournal(new Announcer(), TimeProvider.System);
        long sequence = 0;
        for (var i = 1; i <= Records; i++)
        {
            Append(journal, ContractRecords.Started(++sequence, i, i));
            if (i % 3 == 0)
            {
                Append(journal, ContractRecords.Connected(++sequence, i, i));
            }

            if (i > 20)
            {
                Append(journal, ContractRecords.Finished(++sequence, i - 20, i - 20, CallResult.NoAnswer));
            }
        }

        // Ends by being killed.
        Console.In.ReadLine();
        new ManualResetEventSlim().Wait();
    }

    private static void Append(IAttemptJournal journal, JournalEntry entry)
    {
        while (!journal.TryAppend(in entry))
        {
            Thread.Yield();
        }
    }

    private static void Import(string path)
    {
        using var storage = SqliteStorage.Open(new SqliteStorageOptions { Path = path }, [ContractRecords.List]);
        using var writer = storage.Bulk.BeginWrite(ContractRecords.List.Name, ["contact_info", "customer"]);
        var cells = new ListCell[2];
        for (var i = 0; ; i++)
        {
            var text = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"+1202{i:D7}Customer {i}{new string('x', 200)}"));
            cells[0] = ListCell.OfText(0, 12);
            cells[1] = ListCell.OfText(12, text.Length - 12);
            writer.Write(cells, text);
            if (i % 10_000 == 0)
            {
                Console.WriteLine(i.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private sealed class Announcer : IJournalListener
    {
        public void OnCommitted(GroupId group, long sequence)
        {
            Console.WriteLine(sequence.ToString(CultureInfo.InvariantCulture));
            Console.Out.Flush();
        }

        public void OnFault(StorageFault fault, string message) => Console.WriteLine(message);

        public void OnRecovered()
        {
        }
    }
}
