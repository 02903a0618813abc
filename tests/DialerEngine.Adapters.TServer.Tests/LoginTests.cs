using System.Net;
using System.Net.WebSockets;
using DialerEngine.Adapters.TServer.Sessions;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Tests;

/// <summary>Who comes in: passwords, guessing, web pages of other origins.</summary>
public sealed class LoginTests
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress There = IPAddress.Parse("192.0.2.2");

    [Theory]
    [InlineData(OpenLogins.FromThisMachine, true)]
    [InlineData(OpenLogins.Everywhere, true)]
    [InlineData(OpenLogins.Never, false)]
    public async Task An_agent_without_a_password_logs_in_from_where_the_link_is_open(OpenLogins open, bool comesIn)
    {
        await using var link = await Link.StartAsync(o => o with { OpenLogins = open });
        link.Engine.PasswordOf = _ => null;
        await using var client = await link.ConnectAsync();
        var reply = await client.LoginAsync("7001", "1001", "secret");
        Assert.Equal(comesIn ? CtiEventKind.AgentLogin : CtiEventKind.Error, reply.Kind);
        if (!comesIn)
        {
            Assert.Equal((int)CtiError.BadPassword, reply.ErrorCode);
            Assert.False(link.Engine.Log.TryRead(out _));
        }
    }

    [Fact]
    public async Task Guessing_over_many_connections_is_slowed_down_and_the_right_password_waits_too()
    {
        var time = new ManualTime();
        await using var link = await Link.StartAsync(o => o with { MaxFailedLogins = 100 }, time);
        await using var client = await link.ConnectAsync();
        for (var i = 0; i < LoginThrottle.FreeOfPair; i++)
        {
            Assert.Equal((int)CtiError.BadPassword, (await client.LoginAsync("7001", "1001", "guess")).ErrorCode);
        }

        await using var another = await link.ConnectAsync();
        var refused = await another.LoginAsync("7002", "1001", "secret");
        Assert.Equal((int)CtiError.TooManyRequests, refused.ErrorCode);
        Assert.Contains("1 s", refused.ErrorMessage, StringComparison.Ordinal);

        // Another agent at the same address is not touched, and after the wait the agent is not either.
        Assert.Equal(CtiEventKind.AgentLogin, (await another.LoginAsync("7002", "1002", "secret")).Kind);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CtiEventKind.AgentLogin, (await client.LoginAsync("7001", "1001", "secret")).Kind);
    }

    [Fact]
    public void Waits_double_up_to_a_minute_and_are_forgotten()
    {
        var time = new ManualTime();
        var throttle = new LoginThrottle(time);
        var waits = new List<double>();
        for (var i = 0; i < LoginThrottle.FreeOfPair + 8; i++)
        {
            throttle.Failed(Here, "1001");
            waits.Add(throttle.WaitOf(Here, "1001").TotalSeconds);
        }

        Assert.Equal([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60], waits);
        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(There, "1001"));
        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(Here, "1002"));
        throttle.Succeeded(Here, "1001");
        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(Here, "1001"));

        throttle.Failed(There, "1001");
        time.Advance(TimeSpan.FromMinutes(15));
        throttle.Failed(There, "1001");
        for (var i = 0; i < LoginThrottle.FreeOfPair - 2; i++)
        {
            throttle.Failed(There, "1001");
        }

        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(There, "1001"));
    }

    [Fact]
    public void One_address_cannot_try_login_after_login_id_nor_fill_the_memory()
    {
        var throttle = new LoginThrottle(new ManualTime());
        for (var i = 0; i < LoginThrottle.FreeOfAddress; i++)
        {
            throttle.Failed(Here, $"agent {i}");
        }

        Assert.Equal(1, throttle.WaitOf(Here, "one who never failed").TotalSeconds);
        for (var i = 0; i < LoginThrottle.Capacity * 2; i++)
        {
            throttle.Failed(There, $"agent {i}");
        }

        Assert.Equal(60, throttle.WaitOf(There, "agent 0").TotalSeconds);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("http://{host}", true)]
    [InlineData("https://{host}", true)]
    [InlineData("http://evil.example", false)]
    [InlineData("http://{host}.evil.example", false)]
    [InlineData("null", false)]
    [InlineData("file://", false)]
    [InlineData("https://crm.example", true)]
    [InlineData("http://crm.example", false)]
    [InlineData("https://crm.example:8443", false)]
    public async Task Web_pages_connect_from_this_server_and_from_the_origins_named(string? origin, bool connects)
    {
        await using var link = await Link.StartAsync(o => o with { AllowedOrigins = ["https://crm.example"] });
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("dialer.cti.v1");
        socket.Options.CollectHttpResponseDetails = true;
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin.Replace("{host}", link.Uri.Authority, StringComparison.Ordinal));
        }

        if (connects)
        {
            await socket.ConnectAsync(link.Uri, CancellationToken.None);
        }
        else
        {
            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(link.Uri, CancellationToken.None));
            Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
        }
    }

    [Fact]
    public async Task A_name_of_the_world_that_leads_to_the_loopback_is_no_origin_of_ours_unless_named()
    {
        await using var link = await Link.StartAsync();
        Assert.Equal("HTTP/1.1 403 Forbidden", await HandshakeAsync(link.Uri, "evil.example:8481"));
        Assert.Equal("HTTP/1.1 101 Switching Protocols", await HandshakeAsync(link.Uri, "localhost:8481"));
        await using var named = await Link.StartAsync(o => o with { AllowedOrigins = ["http://evil.example:8481"] });
        Assert.Equal("HTTP/1.1 101 Switching Protocols", await HandshakeAsync(named.Uri, "evil.example:8481"));
    }

    private static async Task<string> HandshakeAsync(Uri uri, string host)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(uri.Host, uri.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"GET /cti HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: dialer.cti.v1\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return (await reader.ReadLineAsync().WaitAsync(Link.Patience))!;
    }
}
