using System.Globalization;
using DialerEngine.EndToEnd.Tests.Support;
using DialerEngine.Host.Demo;
using NotificationReceiver;
using SQLitePCL;
using TrunkSimulator;

namespace DialerEngine.EndToEnd.Tests;

/// <summary>Call attempt records of an engine that is killed over and over, to a receiver that loses answers, refuses and resets.</summary>
[Trait("Category", "Process")]
public sealed class NotificationKillTests(Xunit.Abstractions.ITestOutputHelper figures)
{
    private const int Agents = 8;
    private const int Kills = 6;
    private const int Seed = 815;

    [Fact]
    public async Task Kills_lose_no_attempt_record_and_send_none_under_another_identity()
    {
        var random = new Random(Seed);
        using var phones = new SimulatedPhones(TimeProvider.System);
        phones.Start();
        using var trunk = new TrunkServer(new TrunkServerOptions { Seed = Seed, Speed = 20, MaxCalls = 4_096, Script = DemoWorld.Script with { HangUpShare = 1 } });
        trunk.Start();
        await using var receiver = await ReceiverServer.StartAsync(new ReceiverOptions { Seed = Seed });
        using var site = new EngineSite(trunk.LocalEndPoint, phones.LocalEndPoint, Agents, string.Create(CultureInfo.InvariantCulture, $$"""

              "notifications": {
                "send-campaigngroup-states": true, "campaigngroup-states-uri": "{{receiver.Uri}}states", "campaigngroup-states-interval": 1,
                "send-history": true, "history-uri": "{{receiver.Uri}}attempts", "history-wait-recovery-timeout": 0.2, "history-http-response-timeout": 1,
                "allow-plain-http": true, "allowed-hosts": [ "127.0.0.1" ]
              },
            """));
        KillTests.FillList(site, 400);
        using var over = new CancellationTokenSource();
        var agents = Enumerable.Range(1, Agents).Select(i => Task.Run(() => KillTests.WorkAsync(site.Cti, i, over.Token))).ToArray();
        string[] modes = ["lose%20", "409%30", "reset%20", "slow:300%20", "503%20", "418%50"];
        for (var kill = 0; kill < Kills; kill++)
        {
            Assert.True(ReceiverMode.TryParse(modes[kill % modes.Length], out var mode));
            receiver.SetMode(mode);
            using var engine = EngineProcess.Start(site.Configuration);
            using var gone = new CancellationTokenSource();
            if (kill == 0)
            {
                await site.LearnTokenAsync(engine);
            }

            var running = site.LoadAndStartAsync(gone.Token);
            await Task.Delay(1_500 + random.Next(2_500), CancellationToken.None);
            await engine.KillAsync();
            await gone.CancelAsync();
            await running;
        }

        receiver.SetMode(ReceiverMode.Good);
        using (var engine = EngineProcess.Start(site.Configuration))
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            Assert.True(await site.LoadAndStartAsync(limit.Token), engine.Output);
            await Task.Delay(1_000, CancellationToken.None);
            await over.CancelAsync();
            await Task.WhenAll(agents);
            Assert.True(await engine.TerminateAsync(TimeSpan.FromSeconds(30)) == 0, engine.Output);
        }

        // The last stop may leave records; the next start sends them.
        using (var engine = EngineProcess.Start(site.Configuration))
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (Waiting(site.Database) > 0 && !limit.IsCancellationRequested)
            {
                await Task.Delay(50, CancellationToken.None);
            }

            // It may not have come far enough yet to be asked to stop.
            await engine.KillAsync();
        }

        var store = StoreView.Read(site.Database);
        var received = receiver.Store.Snapshot();
        var complete = store.Attempts.Where(a => a.State == 3).Select(a => Guid.Parse(a.Guid)).ToHashSet();
        var withdrawn = store.Attempts.Where(a => a.State == 4).Select(a => Guid.Parse(a.Guid)).ToHashSet();
        figures.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Kills} kills: {complete.Count} attempts ({store.Attempts.Count(a => a.Recovered)} recovered), {withdrawn.Count} withdrawn; {received.Count} at the receiver, {receiver.Store.Repeated} repeats, {receiver.Requests} requests"));
        Assert.True(complete.Count > 50, $"only {complete.Count} attempts");
        Assert.Equal(0, Waiting(site.Database));
        Assert.All(complete, a => Assert.Equal(1, received.GetValueOrDefault(a, -1)));
        Assert.Empty(received.Keys.Except(complete).Except(withdrawn));
        Assert.All(withdrawn, a => Assert.Equal(1, received.GetValueOrDefault(a, 1)));
        Assert.Equal(0, receiver.Store.WithoutFirst);
        Assert.Contains(receiver.Bodies, b => b.Contains("CampaignGroupState", StringComparison.Ordinal));
    }

    private static long Waiting(string database)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open_v2(database, out var db, raw.SQLITE_OPEN_READONLY, null));
        using (db)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(db, "SELECT count(*) FROM attempt_outbox", out var statement));
            using (statement)
            {
                Assert.Equal(raw.SQLITE_ROW, raw.sqlite3_step(statement));
                return raw.sqlite3_column_int64(statement, 0);
            }
        }
    }
}
