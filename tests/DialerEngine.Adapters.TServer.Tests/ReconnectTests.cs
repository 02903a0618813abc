using System.Net.WebSockets;
using DialerEngine.Adapters.TServer.Client;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Tests;

/// <summary>A connection that breaks and comes back: call and records are there again; one that does not come back gives them up.</summary>
public sealed class ReconnectTests
{
    private static readonly CallHandle Call = new(new GroupId(1), 4, 2);
    private static readonly AgentId Agent = new(1001);

    [Fact]
    public async Task An_agent_who_comes_back_finds_the_call_and_the_records()
    {
        await using var link = await Link.StartAsync(time: new ManualTime());
        var broken = await InAsync(link);
        link.Engine.Calls[Call] = Agent;
        Show(link, CtiEventKind.Established, 42);
        Tell(link, "PreviewRecord", 43);
        Tell(link, "ScheduledCall", 44);
        Tell(link, "RecordProcessedAcknowledge", 44);
        await ReadUntilAsync(broken, "RecordProcessedAcknowledge");
        broken.Abort();
        await WaitedForAsync(link);

        // While nobody is there: new data of the call, and a record that is taken back.
        Show(link, CtiEventKind.AttachedDataChanged, 42, "note", "new");
        await using var back = await link.ConnectAsync();
        Assert.Equal(CtiEventKind.AgentLogin, (await back.LoginAsync("7001", "1001", "secret")).Kind);
        var seen = new List<CtiMessage>();
        do
        {
            seen.Add(await Link.NextAsync(back));
        }
        while (seen[^1].UserEventName != "CampaignStarted");

        var call = Assert.Single(seen, m => m.Kind == CtiEventKind.Established);
        Assert.Equal(Call, call.Call);
        Assert.True(call.UserData.TryGetString("note", out var note) && note == "new");
        Assert.True(Assert.Single(seen, m => m.UserEventName == "PreviewRecord").UserData.TryGetInteger("GSW_RECORD_HANDLE", out var handle) && handle == 43);
        Assert.DoesNotContain(seen, m => m.UserEventName == "ScheduledCall");
        Assert.Equal(["login 1001 7001"], Log(link));
        Assert.Equal(0, link.Sessions.Waiting);

        // The call is the agent's own again, to be released without naming it.
        link.Engine.OnControl = (_, control, on) => link.Sessions.Send(Agent, new CtiEvent { Kind = CtiEventKind.Released, Call = on, UserData = Data(42) });
        Assert.Equal(CtiEventKind.Released, (await back.ReleaseAsync(Call)).Kind);
    }

    [Fact]
    public async Task An_agent_who_was_ready_is_not_offered_to_calls_while_away_and_one_on_a_call_is_left_as_they_are()
    {
        var time = new ManualTime();
        await using var link = await Link.StartAsync(time: time);
        var ready = await InAsync(link);
        await Link.SendAsync(ready, """{"message":"RequestAgentReady"}""");
        Assert.Equal("login 1001 7001", await link.NextOfEngineAsync());
        Assert.Equal("state 1001 Ready", await link.NextOfEngineAsync());
        ready.Abort();
        Assert.Equal("state 1001 NotReady", await link.NextOfEngineAsync());
        await WaitedForAsync(link);

        await using var back = await link.ConnectAsync();
        await back.LoginAsync("7001", "1001", "secret");
        Assert.Equal(CtiEventKind.LinkConnected, (await Link.NextAsync(back)).Kind);
        Assert.Equal(CtiEventKind.AgentLogin, (await Link.NextAsync(back)).Kind);
        Assert.Equal(CtiEventKind.AgentNotReady, (await Link.NextAsync(back)).Kind);

        var talking = await InAsync(link, "7002", "1002");
        await Link.SendAsync(talking, """{"message":"RequestAgentReady"}""");
        Assert.Equal("login 1002 7002", await link.NextOfEngineAsync());
        Assert.Equal("state 1002 Ready", await link.NextOfEngineAsync());
        link.Sessions.Send(new AgentId(1002), new CtiEvent { Kind = CtiEventKind.Established, Call = Call, UserData = Data(42) });
        await ReadUntilAsync(talking, "EventEstablished");
        talking.Abort();
        await WaitedForAsync(link);
        Assert.Empty(Log(link));

        // The call ends with "ready" to follow: nobody is there.
        link.Sessions.Send(new AgentId(1002), new CtiEvent { Kind = CtiEventKind.Released, Call = Call, UserData = Data(42) });
        link.Sessions.Send(new AgentId(1002), new CtiEvent { Kind = CtiEventKind.AgentReady });
        Assert.Equal("state 1002 NotReady", await link.NextOfEngineAsync());
    }

    [Fact]
    public async Task A_login_of_the_same_agent_on_the_same_dn_takes_a_hanging_session_over_at_once()
    {
        await using var link = await Link.StartAsync();
        var hanging = await InAsync(link);
        link.Engine.Calls[Call] = Agent;
        Show(link, CtiEventKind.Established, 42);
        Tell(link, "PreviewRecord", 43);
        await ReadUntilAsync(hanging, "PreviewRecord");

        // Whoever has not the password, and any other agent, is refused as before.
        await using var other = await link.ConnectAsync();
        Assert.Equal((int)CtiError.BadPassword, (await other.LoginAsync("7001", "1001", "guess")).ErrorCode);
        Assert.Equal((int)CtiError.ResourceSeized, (await other.LoginAsync("7001", "1002", "secret")).ErrorCode);
        Assert.Equal(WebSocketState.Open, hanging.State);

        await using var back = await link.ConnectAsync();
        Assert.Equal(CtiEventKind.AgentLogin, (await back.LoginAsync("7001", "1001", "secret")).Kind);
        Assert.Equal("TakenOver", await link.NextDisconnectAsync());
        var seen = new List<CtiMessage>();
        do
        {
            seen.Add(await Link.NextAsync(back));
        }
        while (seen[^1].UserEventName != "CampaignStarted");

        Assert.Equal(Call, Assert.Single(seen, m => m.Kind == CtiEventKind.Established).Call);
        Assert.Single(seen, m => m.UserEventName == "PreviewRecord");
        Assert.Equal(["login 1001 7001"], Log(link));

        // The old page is told why, and what comes now is for the new one.
        while (await Link.ReceiveAsync(hanging) is { } message)
        {
            message.Dispose();
        }

        Assert.Equal((WebSocketCloseStatus.PolicyViolation, "TakenOver"), (hanging.CloseStatus, hanging.CloseStatusDescription));
        Tell(link, "ScheduledCall", 44);
        Assert.Equal("ScheduledCall", (await Link.NextAsync(back)).UserEventName);
        link.Engine.OnControl = (_, _, on) => link.Sessions.Send(Agent, new CtiEvent { Kind = CtiEventKind.Released, Call = on, UserData = Data(42) });
        Assert.Equal(CtiEventKind.Released, (await back.ReleaseAsync(Call)).Kind);
    }

    [Fact]
    public async Task A_session_may_be_taken_over_again_and_an_agent_who_was_ready_stays_so()
    {
        await using var link = await Link.StartAsync();
        var first = await InAsync(link);
        await Link.SendAsync(first, """{"message":"RequestAgentReady"}""");
        await ReadUntilAsync(first, "EventAgentReady");
        await using var second = await link.ConnectAsync();
        Assert.Equal(CtiEventKind.AgentLogin, (await second.LoginAsync("7001", "1001", "secret")).Kind);
        await using var third = await link.ConnectAsync();
        Assert.Equal(CtiEventKind.AgentLogin, (await third.LoginAsync("7001", "1001", "secret")).Kind);
        Assert.Equal(CtiEventKind.LinkConnected, (await Link.NextAsync(third)).Kind);
        Assert.Equal(CtiEventKind.AgentLogin, (await Link.NextAsync(third)).Kind);
        Assert.Equal(CtiEventKind.AgentReady, (await Link.NextAsync(third)).Kind);
        Assert.Equal(["login 1001 7001", "state 1001 Ready"], Log(link));

        // At another place the agent is somebody who is logged in elsewhere.
        await using var elsewhere = await link.ConnectAsync();
        Assert.Equal((int)CtiError.ResourceSeized, (await elsewhere.LoginAsync("7009", "1001", "secret")).ErrorCode);
    }

    [Fact]
    public async Task After_call_work_is_found_again()
    {
        await using var link = await Link.StartAsync(time: new ManualTime());
        var broken = await InAsync(link);
        Show(link, CtiEventKind.Established, 42);
        Show(link, CtiEventKind.Released, 42);
        link.Sessions.Send(Agent, new CtiEvent { Kind = CtiEventKind.AgentNotReady, AfterCallWork = true });
        await ReadUntilAsync(broken, "EventAgentNotReady");
        broken.Abort();
        await WaitedForAsync(link);
        await using var back = await link.ConnectAsync();
        await back.LoginAsync("7001", "1001", "secret");
        await Link.NextAsync(back);
        await Link.NextAsync(back);
        Assert.Equal(CtiEventKind.Released, (await Link.NextAsync(back)).Kind);
        Assert.Equal("AfterCallWork", (await Link.NextAsync(back)).WorkMode);
    }

    [Fact]
    public async Task Who_does_not_come_back_in_time_is_logged_out_once()
    {
        var time = new ManualTime();
        await using var link = await Link.StartAsync(o => o with { ReconnectGrace = TimeSpan.FromSeconds(20) }, time);
        var broken = await InAsync(link);
        broken.Abort();
        await WaitedForAsync(link);
        time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(1, link.Sessions.Waiting);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["login 1001 7001", "logout 1001"], Log(link));
        Assert.Equal(0, link.Sessions.Waiting);
        await using var later = await link.LoginAsync();
        Assert.Equal(["login 1001 7001"], Log(link));
    }

    [Fact]
    public async Task The_way_back_needs_the_password_and_is_the_agents_own()
    {
        await using var link = await Link.StartAsync(time: new ManualTime());
        var broken = await InAsync(link);
        broken.Abort();
        await WaitedForAsync(link);
        await using var other = await link.ConnectAsync();
        Assert.Equal((int)CtiError.BadPassword, (await other.LoginAsync("7001", "1001", "guess")).ErrorCode);
        Assert.Equal(1, link.Sessions.Waiting);
        await using var back = await link.ConnectAsync();
        Assert.Equal((int)CtiError.ResourceSeized, (await back.LoginAsync("7001", "1001", "secret")).ErrorCode);
        await other.DisposeAsync();
        Assert.Equal("ClosedByDesktop", await link.NextDisconnectAsync());
        Assert.Equal(CtiEventKind.AgentLogin, (await back.LoginAsync("7001", "1001", "secret")).Kind);
        Assert.Equal(0, link.Sessions.Waiting);
    }

    [Fact]
    public async Task An_agent_who_logs_in_at_another_place_leaves_the_first_one()
    {
        await using var link = await Link.StartAsync(time: new ManualTime());
        var broken = await InAsync(link);
        broken.Abort();
        await WaitedForAsync(link);
        await using var elsewhere = await link.LoginAsync("7009");
        Assert.Equal(["login 1001 7001", "logout 1001", "login 1001 7009"], Log(link));
    }

    [Theory]
    [InlineData(WebSocketCloseStatus.NormalClosure, false)]
    [InlineData(WebSocketCloseStatus.EndpointUnavailable, true)]
    public async Task A_page_that_goes_away_may_be_back_and_a_desktop_that_closes_in_order_will_not(WebSocketCloseStatus status, bool waits)
    {
        await using var link = await Link.StartAsync(time: new ManualTime());
        var socket = await InAsync(link);
        await socket.CloseAsync(status, null, CancellationToken.None);
        Assert.Equal("ClosedByDesktop", await link.NextDisconnectAsync());
        Assert.Equal(waits ? 1 : 0, link.Sessions.Waiting);
        Assert.Equal(waits ? ["login 1001 7001"] : ["login 1001 7001", "logout 1001"], Log(link));
    }

    [Fact]
    public async Task The_engine_may_log_an_agent_out_who_is_waited_for()
    {
        await using var link = await Link.StartAsync(time: new ManualTime());
        var broken = await InAsync(link);
        broken.Abort();
        await WaitedForAsync(link);
        link.Sessions.Send(Agent, new CtiEvent { Kind = CtiEventKind.AgentLogout });
        Assert.Equal(0, link.Sessions.Waiting);
        Assert.Equal(["login 1001 7001"], Log(link));
    }

    [Fact]
    public async Task When_the_engine_stops_nobody_is_waited_for()
    {
        var link = await Link.StartAsync(time: new ManualTime());
        var broken = await InAsync(link);
        broken.Abort();
        await WaitedForAsync(link);
        link.Endpoint.Stop();
        Assert.Equal(["login 1001 7001", "logout 1001"], Log(link));
        await link.DisposeAsync();
    }

    [Fact]
    public async Task Without_grace_a_lost_connection_logs_the_agent_out_at_once()
    {
        await using var link = await Link.StartAsync(o => o with { ReconnectGrace = TimeSpan.Zero });
        var broken = await InAsync(link);
        broken.Abort();
        await link.NextDisconnectAsync();
        Assert.Equal(["login 1001 7001", "logout 1001"], Log(link));
    }

    private static async Task<ClientWebSocket> InAsync(Link link, string dn = "7001", string agentId = "1001")
    {
        var socket = await link.RawAsync();
        await Link.SendAsync(socket, $$"""{"message":"RequestAgentLogin","thisDN":"{{dn}}","agentId":"{{agentId}}","password":"secret"}""");
        await ReadUntilAsync(socket, "CampaignStarted");
        return socket;
    }

    private static async Task ReadUntilAsync(ClientWebSocket socket, string what)
    {
        string text;
        do
        {
            using var message = await Link.ReceiveAsync(socket);
            text = message!.RootElement.GetRawText();
        }
        while (!text.Contains('"' + what + '"', StringComparison.Ordinal));
    }

    private static async Task WaitedForAsync(Link link)
    {
        Assert.Equal("ConnectionLost", await link.NextDisconnectAsync());
        Assert.Equal(1, link.Sessions.Waiting);
    }

    private static void Show(Link link, CtiEventKind kind, long handle, string? key = null, string? value = null)
    {
        var data = Data(handle);
        if (key is not null)
        {
            data.Set(key, value!);
        }

        link.Sessions.Send(Agent, new CtiEvent { Kind = kind, Call = Call, UserData = data });
    }

    private static void Tell(Link link, string name, long handle) =>
        link.Sessions.Send(Agent, new CtiEvent { Kind = CtiEventKind.UserEvent, UserData = new UserData().Set("GSW_USER_EVENT", name).Set("GSW_RECORD_HANDLE", handle) });

    private static UserData Data(long handle) => new UserData().Set("GSW_RECORD_HANDLE", handle).Set("GSW_PHONE", "+15550123");

    private static List<string> Log(Link link)
    {
        var log = new List<string>();
        while (link.Engine.Log.TryRead(out var line))
        {
            log.Add(line);
        }

        return log;
    }
}
