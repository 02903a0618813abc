using System.Diagnostics;
using System.Globalization;
using System.Text;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Core;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;

namespace DialerEngine.Benchmarks;

/// <summary>
/// A long calling list in SQLite: import rate, time to the first records, fetch times at the start, in the middle and at the end, with and
/// without a filter and an order, memory; beside a naive query on the same records. Usage: list-fetch RECORDS [FOLDER].
/// </summary>
internal static class ListFetchLoad
{
    private const int PerFetch = 500;
    private const int Fetches = 200;
    private const int NaiveFetches = 5;

    private static readonly CallingListDefinition List = new()
    {
        Id = new ListId(1),
        Name = "Long",
        UserFields = [new UserFieldDefinition("state", UserFieldType.Varchar), new UserFieldDefinition("balance", UserFieldType.Float), new UserFieldDefinition("vip", UserFieldType.Int)],
    };

    public static int Run(string[] args)
    {
        var records = int.Parse(args[1], CultureInfo.InvariantCulture);
        var folder = args.Length > 2 ? args[2] : Directory.CreateTempSubdirectory("dialer-list-fetch-").FullName;
        var path = Path.Combine(folder, "long.db");
        try
        {
            Measure(records, path);
            return 0;
        }
        finally
        {
            foreach (var file in Directory.GetFiles(folder, "long.db*"))
            {
                File.Delete(file);
            }
        }
    }

    private static void Measure(int records, string path)
    {
        var columns = ListColumn.Of(List);
        using (var storage = SqliteStorage.Open(new SqliteStorageOptions { Path = path }, [List]))
        {
            var watch = Stopwatch.StartNew();
            Fill(storage, records);
            Say($"import: {records:N0} records in {watch.Elapsed.TotalSeconds:F1} s, {records / watch.Elapsed.TotalSeconds:N0} records/s; file {new FileInfo(path).Length >> 20:N0} MiB");
            watch.Restart();
            RecordOrder.TryParse("balance desc", columns, out var byBalance, out _);
            storage.EnsureOrders(List.Id, [byBalance!]);
            Say($"index of order \"balance desc\": {watch.Elapsed.TotalSeconds:F1} s");
        }

        var opening = Stopwatch.StartNew();
        using var store = SqliteStorage.Open(new SqliteStorageOptions { Path = path }, [List]);
        var batch = new RecordBatch(PerFetch);
        Fetch(store, batch, new GroupId(1), null, null);
        Say($"open to the first {batch.Count} records: {opening.Elapsed.TotalMilliseconds:F1} ms");
        RecordFilter.TryParse("state = 'CA' and balance >= 100.5 and vip <> 1", columns, out var filter, out _);
        RecordFilter.TryParse("record_id = 1", columns, out var nothing, out _);
        RecordOrder.TryParse("balance desc", columns, out var order, out _);
        foreach (var (name, share) in new[] { ("start", 0.0), ("middle", 0.5), ("end", 0.98) })
        {
            Retire(path, (long)(records * share));
            Report($"{name}, no filter", store, batch, 11, null, null);
            Report($"{name}, filter (1 in 60)", store, batch, 12, filter, null);
            Report($"{name}, order", store, batch, 13, null, order);
            Report($"{name}, filter and order", store, batch, 14, filter, order);
            Report($"{name}, filter that matches nothing", store, batch, 15, nothing, null);
            Naive($"{name}, naive: WHERE ... ORDER BY record_id LIMIT {PerFetch}", path, "record_id");
            Naive($"{name}, naive: WHERE ... ORDER BY balance DESC LIMIT {PerFetch}", path, "balance DESC");
        }

        Say($"memory: managed {GC.GetTotalMemory(forceFullCollection: true) >> 20} MiB, process {Environment.WorkingSet >> 20} MiB");
        var count = Stopwatch.StartNew();
        var counts = store.Lists.CountAsync(List.Id, 1_000_000, CancellationToken.None).AsTask();
        Say($"counting by status: {count.Elapsed.TotalMilliseconds:F0} ms{(counts.IsCompletedSuccessfully ? "" : ", and it failed")}");
        var survey = Stopwatch.StartNew();
        var rows = store.Survey.Survey(List.Id, filter, 1_000_000, CancellationToken.None);
        Say($"survey of the whole list with a filter: {survey.Elapsed.TotalSeconds:F1} s, {rows.Count} kinds of records");
    }

    private static void Fill(SqliteStorage storage, int records)
    {
        string[] states = ["CA", "NY", "TX", "FL", "WA", "OR", "NV", "AZ", "UT", "ID", "MT", "WY", "CO", "NM", "ND", "SD", "NE", "KS", "OK", "AR"];
        using var writer = storage.Bulk.BeginWrite(List.Name, ["contact_info", "tz_dbid", "state", "balance", "vip"]);
        var text = new byte[64];
        var cells = new ListCell[5];
        for (var i = 0; i < records; i++)
        {
            var length = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"+1{2_000_000_000L + i}"), text);
            var state = Encoding.ASCII.GetBytes(states[(int)((uint)(i * 2_654_435_761L >> 7) % states.Length)], text.AsSpan(length));
            cells[0] = ListCell.OfText(0, length);
            cells[1] = ListCell.OfInteger(i % 4);
            cells[2] = ListCell.OfText(length, state);
            cells[3] = ListCell.OfReal((uint)(i * 40_503L % 30_011) / 100.0);
            cells[4] = ListCell.OfInteger(i % 2);
            writer.Write(cells, text);
        }

        writer.Commit();
    }

    private static void Retire(string path, long until)
    {
        if (until > 0)
        {
            Execute(path, $"UPDATE \"list_Long\" SET record_status = 3 WHERE record_id <= {until} AND record_status <> 3");
        }
    }

    private static int Fetch(SqliteStorage store, RecordBatch batch, GroupId group, RecordFilter? filter, RecordOrder? order)
    {
        // This store answers before it returns.
        var fetch = store.Lists.FetchAsync(
            new FetchRequest(group, 1, 101, List.Id, PerFetch, 1_000_000) { Filter = filter, Order = order }, batch, CancellationToken.None).AsTask();
        return fetch.IsCompletedSuccessfully ? batch.Count : throw new InvalidOperationException("the fetch failed", fetch.Exception);
    }

    private static void Report(string name, SqliteStorage store, RecordBatch batch, int group, RecordFilter? filter, RecordOrder? order)
    {
        var times = new List<double>();
        var found = 0;
        var used = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < Fetches; i++)
        {
            var watch = Stopwatch.StartNew();
            found += Fetch(store, batch, new GroupId(group), filter, order);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        var processor = (Environment.CpuUsage.TotalTime - used).TotalMilliseconds / Fetches;
        Say($"{name}: {Fetches} fetches, {found:N0} records, p50 {times[Fetches / 2]:F2} ms, p99 {times[Fetches * 99 / 100]:F2} ms, largest {times[^1]:F2} ms, processor {processor:F2} ms each");
    }

    private static void Naive(string name, string path, string order)
    {
        // What a table without indexes would do.
        var sql = $"SELECT * FROM \"list_Long\" NOT INDEXED WHERE record_status = 1 AND dial_sched_time = 0 AND state = 'CA' AND balance >= 100.5 AND vip <> 1 ORDER BY {order} LIMIT {PerFetch}";
        var times = new List<double>();
        for (var i = 0; i < NaiveFetches; i++)
        {
            var watch = Stopwatch.StartNew();
            Execute(path, sql);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        Say($"{name}: median of {NaiveFetches} {times[NaiveFetches / 2]:F1} ms, largest {times[^1]:F1} ms");
    }

    private static void Execute(string path, string sql)
    {
        using var connection = SqliteConnection.Open(path, SqliteAccess.Write, 30_000, fullSync: false);
        connection.Execute(sql, "measuring");
    }

    private static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
