using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using DialerEngine.Adapters.TServer;
using DialerEngine.Adapters.TServer.Sessions;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Benchmarks;

/// <summary>
/// Many desktops on the CTI link, each sent events at a steady rate, and beside it, in the same run, a bare Kestrel WebSocket that sends octets of the same length at the
/// same rate. Usage: desktop-load DESKTOPS EVENTS_PER_SECOND SECONDS. The desktops are a process of their own (<see cref="DesktopLoadClient"/>). The schedule is open:
/// a server that is late is late for every event after it, and the latency counts from the moment at which the event was due.
/// </summary>
internal static class DesktopLoad
{
    /// <summary>Marks the moment in a message, monotonic microseconds.</summary>
    public const string MomentKey = "LOAD_MOMENT";

    /// <summary>Every fifth event is one of a call, with everything that is attached to it.</summary>
    private const int CallEvery = 5;

    public static async Task<int> RunAsync(string[] args)
    {
        var desktops = int.Parse(args[1], CultureInfo.InvariantCulture);
        var rate = int.Parse(args[2], CultureInfo.InvariantCulture);
        var seconds = int.Parse(args[3], CultureInfo.InvariantCulture);
        await LinkAsync(desktops, rate, seconds);
        await BareAsync(desktops, rate, seconds);
        return 0;
    }

    /// <summary>Monotonic microseconds, the same in every process of this machine.</summary>
    public static long Now() => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

    private static async Task LinkAsync(int desktops, int rate, int seconds)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new CtiMetrics(services.GetRequiredService<IMeterFactory>());
        var sessions = new CtiSessions(metrics);
        var gateway = new Everybody();
        var endpoint = new CtiEndpoint(
            new CtiOptions { ApplicationId = 101, MaxSessions = desktops + 10, ReconnectGrace = TimeSpan.Zero }, sessions, gateway,
            new DesktopRequests(gateway, new DesktopEdge(sessions, 101, _ => "1")), metrics, NullLogger<CtiEndpoint>.Instance, TimeProvider.System);
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        await using var server = await CtiServer.StartAsync(endpoint, new IPEndPoint(IPAddress.Loopback, 0));
        using var client = DesktopLoadClient.Start(server.Uri.Port, desktops);
        await client.WaitForConnectedAsync();
        var perDesktop = (GC.GetTotalMemory(forceFullCollection: true) - heap) / desktops;
        var agents = Enumerable.Range(1, desktops).Select(i => new AgentId(i)).ToArray();
        var load = Measure(desktops, rate, seconds, (desktop, number, moment) => sessions.Send(agents[desktop], EventOf(number, moment)));
        await Task.Delay(500);
        var alone = AllocatedBy(10_000, number => _ = EventOf(number, Now()));
        Report("CTI link", desktops, rate, load, await client.FinishAsync(), perDesktop, alone);
    }

    private static async Task BareAsync(int desktops, int rate, int seconds)
    {
        var sockets = new List<WebSocket>();
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.UseWebSockets();
        app.Run(async http =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { SubProtocol = "dialer.cti.v1" });
            lock (sockets)
            {
                sockets.Add(socket);
            }

            var buffer = new byte[2_048];
            try
            {
                while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
                {
                    // The login, which asks for nothing here.
                }
            }
            catch (WebSocketException)
            {
                // The client is done.
            }
        });
        await app.StartAsync();
        var port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        using var client = DesktopLoadClient.Start(port, desktops);
        await client.WaitForConnectedAsync();
        while (Count() < desktops)
        {
            await Task.Delay(10);
        }

        var perDesktop = (GC.GetTotalMemory(forceFullCollection: true) - heap) / desktops;
        var under = Enumerable.Repeat(Task.CompletedTask, desktops).ToArray();
        byte[][] texts = [TextOf(1), TextOf(0)];
        var load = Measure(desktops, rate, seconds, (desktop, number, moment) =>
        {
            var octets = texts[number % CallEvery == 0 ? 1 : 0];
            Encoding.ASCII.GetBytes(moment.ToString("D16", CultureInfo.InvariantCulture), octets.AsSpan(MomentAt(octets)));
            if (!under[desktop].IsCompleted)
            {
                // A socket takes one message at a time: the one before is not through, this one is lost and shows as not received.
                return;
            }

            var sending = sockets[desktop].SendAsync(octets.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            under[desktop] = sending.IsCompletedSuccessfully ? Task.CompletedTask : sending.AsTask();
        });
        await Task.Delay(500);
        Report("bare Kestrel WebSocket", desktops, rate, load, await client.FinishAsync(), perDesktop, 0);
        await app.StopAsync();

        int Count()
        {
            lock (sockets)
            {
                return sockets.Count;
            }
        }
    }

    private static int MomentAt(byte[] octets) => octets.AsSpan().IndexOf("\"LOAD_MOMENT\":"u8) + MomentKey.Length + 3;

    /// <summary>The text of an event as the link writes it, with room for the moment.</summary>
    private static byte[] TextOf(int number)
    {
        var message = EventOf(number, 1_000_000_000_000_000);
        var text = new StringBuilder("{\"message\":\"").Append(number % CallEvery == 0 ? "EventEstablished" : "EventUserEvent").Append("\",\"thisDN\":\"7001\",");
        if (number % CallEvery == 0)
        {
            text.Append("\"connId\":\"0001000004000002\",");
        }

        return Encoding.ASCII.GetBytes(text.Append("\"userData\":{")
            .AppendJoin(',', message.UserData!.Pairs.Select(p => $"\"{p.Key}\":" + (p.Value is long number64 ? number64.ToString(CultureInfo.InvariantCulture) : $"\"{p.Value}\"")))
            .Append("}}").ToString());
    }

    /// <summary>An event as the desktop edge makes it: a fresh list of keys each time.</summary>
    private static CtiEvent EventOf(int number, long moment)
    {
        var data = new UserData().Set(MomentKey, moment);
        var isCall = number % CallEvery == 0;
        if (!isCall)
        {
            data.Set("GSW_USER_EVENT", "CampaignModeChanged");
        }

        data.Set("GSW_APPLICATION_ID", 101).Set("GSW_CAMPAIGN_NAME", "Spring").Set("GSW_CAMPAIGN_DESCRIPTION", "Spring offers")
            .Set("GSW_CAMPAIGN_GROUP_NAME", "Spring@Team A").Set("GSW_CAMPAIGN_GROUP_DESCRIPTION", "Team A works Spring").Set("GSW_CAMPAIGN_MODE", "Progressive");
        if (isCall)
        {
            data.Set("GSW_CAMPAIGN_GROUP_GUID", "00000001-0000-0000-0000-000000000001").Set("GSW_CAMPAIGN_GROUP_DBID", "1").Set("GSW_TENANT_NAME", "Environment")
                .Set("InteractionType", "Outbound").Set("InteractionSubtype", "OutboundNew").Set("GSW_TENANT_CCID", 12).Set("GSW_CPN_DIGITS", "+15550100")
                .Set("GSW_RECORD_HANDLE", 42).Set("GSW_CALLING_LIST", "List 1").Set("GSW_CALL_ATTEMPT_GUID", "00000005-0006-0007-0102-030405060708")
                .Set("GSW_HIST_SEQUENCE_NUM", 0).Set("GSW_START_PROCESSING", 1_700_200_000).Set("GSW_DIALING", 1_700_200_001).Set("GSW_CPD_COMPLETED", 1_700_200_009)
                .Set("GSW_AGENT_ANSWERED", 1_700_200_010).Set("GSW_AGENT_ID", "1001").Set("GSW_ATTEMPTS", 2).Set("GSW_CALL_RESULT", 33).Set("GSW_CHAIN_ID", 500)
                .Set("GSW_CHAIN_N", 0).Set("GSW_FROM", 28_800).Set("GSW_UNTIL", 64_800).Set("GSW_PHONE", "+15550123").Set("GSW_PHONE_TYPE", 4)
                .Set("GSW_RECORD_STATUS", 2).Set("GSW_RECORD_TYPE", 2).Set("GSW_CONTACT_MEDIA_TYPE", "voice").Set("GSW_SWITCH_DBID", 101)
                .Set("customer_name", "Zoe Miller").Set("balance", "12.5").Set("visits", 3);
        }

        return new CtiEvent { Kind = isCall ? CtiEventKind.Established : CtiEventKind.UserEvent, Call = isCall ? new CallHandle(new GroupId(1), 4, 2) : default, UserData = data };
    }

    /// <summary>Sends by an open schedule for the seconds given after two to warm up; what it cost this process, the desktops' process not counted.</summary>
    private static Figures Measure(int desktops, int rate, int seconds, Action<int, int, long> send)
    {
        var perSecond = (long)desktops * rate;
        var start = Now();
        var warm = perSecond * 2;
        var total = warm + (perSecond * seconds);
        var figures = default(Figures);
        for (long sent = 0; sent < total;)
        {
            if (sent == warm)
            {
                figures = new Figures(Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true), 0, GC.GetTotalPauseDuration(), Now());
            }

            var due = Math.Min(total, (Now() - start) * perSecond / 1_000_000);
            if (sent >= due)
            {
                Thread.Sleep(1);
                continue;
            }

            for (; sent < due && (sent != warm || figures.Since > 0); sent++)
            {
                // Round by round, so that every desktop has its events evenly.
                send((int)(sent % desktops), (int)(sent / desktops), sent < warm ? 0 : start + (sent * 1_000_000 / perSecond));
            }
        }

        return new Figures(
            Environment.CpuUsage.TotalTime - figures.Cpu, GC.GetTotalAllocatedBytes(precise: true) - figures.Allocated, total - warm,
            GC.GetTotalPauseDuration() - figures.Pauses, Now() - figures.Since);
    }

    private static long AllocatedBy(int times, Action<int> run)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++)
        {
            run(i);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / times;
    }

    private static void Report(string what, int desktops, int rate, in Figures load, string client, long perDesktop, long building) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: desktops={desktops} events/s={desktops * rate} sent={load.Events} took_s={load.Since / 1e6:F1} {client} cpu%={100 * load.Cpu.TotalMicroseconds / load.Since:F0} cpu_us/event={load.Cpu.TotalMicroseconds / load.Events:F1} alloc_B/event={load.Allocated / load.Events} (making the event: {building}) gc_pause%={100 * load.Pauses.TotalMicroseconds / load.Since:F2} heap_B/desktop={perDesktop} working_set_MB={Environment.WorkingSet / 1_048_576}"));

    /// <param name="Cpu">Of this process.</param>
    /// <param name="Allocated">Octets.</param>
    /// <param name="Events">Sent.</param>
    /// <param name="Pauses">Of the collector.</param>
    /// <param name="Since">Start, then length, microseconds.</param>
    private readonly record struct Figures(TimeSpan Cpu, long Allocated, long Events, TimeSpan Pauses, long Since);

    /// <summary>Lets everybody in; login ids are the agents' numbers.</summary>
    private sealed class Everybody : IAgentGateway
    {
        public AgentLogin TryLogin(string dn, string loginId, string? password, out AgentId agent)
        {
            agent = new AgentId(int.Parse(loginId, CultureInfo.InvariantCulture));
            return AgentLogin.Ok;
        }

        public void Logout(AgentId agent, bool lost = false)
        {
        }

        public void SetState(AgentId agent, AgentState state)
        {
        }

        public bool TryCallControl(AgentId agent, CallControl control, CallHandle call) => false;

        public bool TryUpdateUserData(AgentId agent, CallHandle call, UserData userData) => false;

        public CampaignGroupDefinition? FindGroup(AgentId agent, string? campaignGroupName, string? campaignName) => null;

        public IReadOnlyList<LoadedGroup> GroupsOf(AgentId agent) => [];

        public bool TryPost(GroupId group, DesktopRequest request) => false;
    }
}
