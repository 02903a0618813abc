using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Adapters.TServer.Client;
using DialerEngine.Core;
using DialerEngine.EndToEnd.Tests.Support;
using DialerEngine.Host.Demo;
using Microsoft.Extensions.Logging.Abstractions;
using TrunkSimulator;

namespace DialerEngine.EndToEnd.Tests;

/// <summary>The engine as a process of its own that is killed without warning, and one that is asked to stop.</summary>
[Trait("Category", "Process")]
public sealed class KillTests(Xunit.Abstractions.ITestOutputHelper figures)
{
    private const int Records = 600;
    private const int Agents = 8;
    private const int Kills = 20;
    private const int Seed = 4_711;

    [Fact]
    public async Task Twenty_kills_in_one_run_lose_no_record_and_no_attempt_and_dial_nothing_twice()
    {
        var random = new Random(Seed);
        using var phones = new SimulatedPhones(TimeProvider.System);
        phones.Start();
        var trunk = new TrunkServer(new TrunkServerOptions
        {
            Seed = Seed,
            Speed = 20,
            MaxCalls = 4_096,

            // Nobody waits for a caller who will never hang up.
            Script = DemoWorld.Script with { HangUpShare = 1 },
        });
        trunk.Start();
        using var site = new EngineSite(trunk.LocalEndPoint, phones.LocalEndPoint, Agents);
        FillList(site);
        using var over = new CancellationTokenSource();
        var agents = Enumerable.Range(1, Agents).Select(i => Task.Run(() => WorkAsync(site.Cti, i, over.Token))).ToArray();
        var output = new StringBuilder();
        var killedDialling = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var engine = EngineProcess.Start(site.Configuration);
            using var gone = new CancellationTokenSource();
            if (kill == 0)
            {
                await site.LearnTokenAsync(engine);
            }

            var running = site.LoadAndStartAsync(gone.Token);

            // Every second one dies while it starts, or whenever that is; the others once they dial, however slow the machine is.
            if (kill % 2 == 1)
            {
                await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(20), CancellationToken.None));
            }

            await Task.Delay(50 + random.Next(kill % 2 == 1 ? 1_450 : 2_950), CancellationToken.None);
            var dialled = running.IsCompleted;
            await engine.KillAsync();
            await gone.CancelAsync();
            killedDialling += await running && dialled ? 1 : 0;
            output.Append(engine.Output);
        }

        // The last one works for a while and is asked to stop.
        using (var engine = EngineProcess.Start(site.Configuration))
        {
            using var gone = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            Assert.True(await site.LoadAndStartAsync(gone.Token), engine.Output);
            await Task.Delay(1_500, CancellationToken.None);
            Assert.True(await engine.TerminateAsync(TimeSpan.FromSeconds(30)) == 0, engine.Output);
            output.Append(engine.Output);
        }

        await over.CancelAsync();
        await Task.WhenAll(agents);

        // Calls that nobody ends any more are written down when the far end is closed.
        trunk.Dispose();
        var store = StoreView.Read(site.Database);
        var ledger = trunk.Ledger.Snapshot();
        figures.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Kills} kills, {killedDialling} while dialling; {store.Attempts.Count(a => a.State == 3)} attempts, {store.Attempts.Count(a => a.Recovered)} recovered, {store.Attempts.Count(a => a.State == 4)} withdrawn, {ledger.Count} calls at the far end; {store.Records.Count(r => r.Status == RecordStatus.Ready)} records ready"));
        var faults = Faults(store, ledger);
        Assert.True(ledger.Count > 100, $"only {ledger.Count} calls were made");
        Assert.True(faults.Count == 0, $"seed {Seed}: {string.Join(Environment.NewLine, faults.Take(20))}");
        Assert.True(killedDialling >= 5, $"only {killedDialling} of {Kills} kills hit an engine that dialled");
        var recovered = Regex.Matches(output.ToString(), @"Recovery for application \d+: (\d+) attempts finished as Stale, (\d+) as System Error, (\d+) records returned");
        Assert.Contains(recovered, r => r.Groups[1].Value != "0" || r.Groups[2].Value != "0");
        Assert.Contains(recovered, r => r.Groups[3].Value != "0");
    }

    /// <summary>What does not balance between the list, the journal and the far end's own log.</summary>
    private static List<string> Faults(StoreView store, IReadOnlyList<LedgerEntry> ledger)
    {
        var faults = new List<string>();
        if (store.Records.Count != Records)
        {
            faults.Add($"{store.Records.Count} records of {Records}");
        }

        faults.AddRange(store.Records.Where(r => r.Status is not (RecordStatus.Ready or RecordStatus.Updated or RecordStatus.Stale or RecordStatus.ChainUpdated)).Select(r => $"left over: {r}"));
        faults.AddRange(store.Attempts.Where(a => a.State is not (3 or 4)).Select(a => $"without a result: {a}"));
        faults.AddRange(store.Attempts.Where(a => a.State == 3 && a.Result == CallResult.Ok).Select(a => $"with no result in the end: {a}"));
        faults.AddRange(store.Attempts.GroupBy(a => a.Guid).Where(g => g.Count() > 1).Select(g => $"two attempts {g.Key}"));
        foreach (var record in store.Records)
        {
            var attempts = store.Of(record);
            if (record.Attempts != attempts.Count)
            {
                faults.Add($"{record} counts {record.Attempts} attempts, the journal has {attempts.Count}");
            }

            if (record.Status == RecordStatus.Updated && attempts.Count == 0)
            {
                faults.Add($"finished without an attempt: {record}");
            }

            var calls = ledger.Count(e => e.Number == record.Number);
            if (calls > attempts.Count)
            {
                faults.Add($"{record}: {calls} calls at the far end, {attempts.Count} attempts in the journal");
            }

            if (attempts.Count - calls > attempts.Count(a => a.Recovered))
            {
                faults.Add($"{record}: {attempts.Count} attempts in the journal, {calls} calls at the far end: {string.Join("; ", attempts)}");
            }
        }

        faults.AddRange(ledger.Where(e => store.Records.All(r => r.Number != e.Number)).Select(e => $"nobody's call: {e}"));
        return faults;
    }

    internal static void FillList(EngineSite site, int records = Records)
    {
        var list = new CallingListDefinition { Id = new ListId(1), Name = "Spring_list", DefaultCountry = "US" };
        using var storage = SqliteStorage.Open(new SqliteStorageOptions { Path = site.Database }, [list], NullLogger<SqliteStorage>.Instance);
        EngineRig.FillList(storage.Bulk, [.. Enumerable.Range(0, records).Select(i => string.Create(CultureInfo.InvariantCulture, $"+1202555{i:D4}"))]);
    }

    /// <summary>An agent who logs in again whenever the engine is there.</summary>
    internal static async Task WorkAsync(Uri link, int number, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await using var agent = new ScriptedAgent($"{7_000 + number}", $"{1_000 + number}", talkMs: 200);
                await agent.StartAsync(link);
                await agent.Client.Completion.WaitAsync(over);
            }
            catch (Exception gone) when (gone is CtiConnectionException or OperationCanceledException or TimeoutException or System.Net.WebSockets.WebSocketException
                or HttpRequestException or IOException or Xunit.Sdk.XunitException)
            {
                // The engine is not there, or not any more.
            }

            await Task.Delay(30, CancellationToken.None);
        }
    }
}
