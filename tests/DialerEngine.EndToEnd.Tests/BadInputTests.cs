using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using DialerEngine.Core;
using DialerEngine.EndToEnd.Tests.Support;
using DialerEngine.Host.Demo;

namespace DialerEngine.EndToEnd.Tests;

/// <summary>Broken and hostile surroundings: nothing is lost, the rest goes on.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task Malformed_datagrams_and_desktop_garbage_during_a_run_change_nothing()
    {
        const int Seed = 20_261_120;
        using var log = new KeptLog();
        await using var run = new DemoRun(new DemoOptions { Records = 40, Agents = 5, Seconds = 60 }, TimeProvider.System, log);
        await run.StartAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var noise = Task.WhenAll(FireDatagramsAsync(run.Engine.SipEndPoint, Seed, stop.Token), FireDesktopAsync(run.Engine.CtiUri, Seed, stop.Token));
        await run.RunAsync((_, _) => { }, CancellationToken.None);
        await stop.CancelAsync();
        await noise;
        var books = await run.FinishAsync();
        Assert.True(books.Faults().Count == 0, $"seed {Seed}: {string.Join("; ", books.Faults())}");
        Assert.Equal(40, books.Finished);
        Assert.All(run.Agents, a => Assert.Equal(0, a.Errors));
        Assert.Empty(log.Errors);
    }

    [Fact]
    public async Task A_trunk_where_nobody_listens_loses_no_record()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var rig = await EngineRig.StartAsync(new EngineRigOptions
        {
            Trunk = (IPEndPoint)silent.LocalEndPoint!,
            Numbers = [.. Enumerable.Range(0, 10).Select(i => string.Create(CultureInfo.InvariantCulture, $"+12025550{i:D3}"))],
            RingTimeoutMs = 500,
        });

        // The agent's one call is never answered: the group dials one number and waits for the trunk.
        await rig.UntilAsync(s => s.Dials == 1, "the first dial");
        await rig.Engine.DrainAsync(TimeSpan.FromSeconds(40), CancellationToken.None);
        var store = rig.Store();
        Assert.Equal(10, store.Records.Count);
        Assert.All(store.Records, r => Assert.Equal(RecordStatus.Ready, r.Status));
        var attempt = Assert.Single(store.Attempts, a => a.State != 4);
        Assert.Equal((3, CallResult.GeneralError, 0), (attempt.State, attempt.Result, attempt.NetworkCode));
        Assert.Empty(rig.Log.Errors);
    }

    private static async Task FireDatagramsAsync(IPEndPoint target, int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        string[] starts =
        [
            "INVITE sip:a@127.0.0.1 SIP/2.0\r\n", "SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n", "BYE sip:a@127.0.0.1 SIP/2.0\r\nCall-ID: x\r\n", "OPTIONS * SIP/9.9\r\n\r\n", "",
            $"INVITE sip:dialer@{target} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{((IPEndPoint)socket.Client.LocalEndPoint!).Port};branch=z9hG4bK[n]\r\nFrom: <sip:mallory@x>;tag=[n]\r\nTo: <sip:d@x>\r\n"
            + "Call-ID: [n]\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:m@127.0.0.1>\r\nContent-Length: 0\r\n\r\n",
        ];
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var start = Encoding.ASCII.GetBytes(starts[random.Next(starts.Length)].Replace("[n]", n.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
            var tail = new byte[random.Next(0, 1_200)];
            random.NextBytes(tail);
            await socket.SendAsync(n % 3 == 0 ? start : [.. start, .. tail], target, CancellationToken.None);
            if (n % 50 == 0)
            {
                await Task.Delay(5, CancellationToken.None);
            }
        }
    }

    private static async Task FireDesktopAsync(Uri link, int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        string[] texts =
        [
            "{", "[]", "null", "{\"message\":\"RequestAgentLogin\"}", "{\"message\":\"RequestAgentReady\",\"referenceId\":1}", "{\"message\":12}", new string('{', 5_000),
            "{\"message\":\"RequestReleaseCall\",\"connId\":\"ffffffffffffffff\"}", "{\"message\":\"RequestAgentLogin\",\"thisDN\":\"7001\",\"agentId\":\"1001\"}",
            "{\"message\":\"RequestDistributeUserEvent\",\"userData\":{\"GSW_USER_EVENT\":\"RecordProcessed\",\"GSW_RECORD_HANDLE\":1}}",
        ];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var socket = new ClientWebSocket();
                socket.Options.AddSubProtocol("dialer.cti.v1");
                await socket.ConnectAsync(link, CancellationToken.None);
                for (var i = 0; i < 20 && socket.State == WebSocketState.Open; i++)
                {
                    var text = Encoding.UTF8.GetBytes(texts[random.Next(texts.Length)]);
                    await socket.SendAsync(text, random.Next(10) == 0 ? WebSocketMessageType.Binary : WebSocketMessageType.Text, true, CancellationToken.None);
                }
            }
            catch (Exception refused) when (refused is WebSocketException or HttpRequestException or IOException or InvalidOperationException)
            {
                // Being thrown out is the right answer to garbage.
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }
}
