using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using DialerEngine.Adapters.TServer.Client;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Tests;

/// <summary>Peers that do what none should: the link answers EventError or ends their connection, and nobody else's.</summary>
public sealed class HostileTests
{
    public static TheoryData<string> BadMessages() =>
    [
        "", " ", "null", "[]", "7", "\"RequestAgentReady\"", "{", "{}", "{\"message\":}", "{\"message\":null}", "{\"message\":\"Nonsense\"}",
        "{\"message\":\"RequestAgentReady\"} {}", "{\"message\":\"RequestAgentReady\",}", "{\"message\":\"\\ud800\"}", "{\"message\":{}}",
        "{\"message\":\"RequestRegisterAddress\"}", "{\"message\":\"RequestRegisterAddress\",\"thisDN\":\"\"}",
        "{\"message\":\"RequestRegisterAddress\",\"thisDN\":[1]}", "{\"message\":\"RequestRegisterAddress\",\"thisDN\":1.5}",
        "{\"message\":\"RequestRegisterAddress\",\"thisDN\":\"a\\nb\"}",
        "{\"message\":\"RequestRegisterAddress\",\"thisDN\":\"" + new string('7', 65) + "\"}",
        "{\"message\":\"RequestAgentLogin\",\"thisDN\":\"7001\",\"agentId\":true}",
        "{\"message\":\"RequestAgentReady\",\"referenceId\":\"x\"}", "{\"message\":\"RequestAgentReady\",\"referenceId\":99999999999}",
        "{\"message\":\"RequestDistributeUserEvent\",\"userData\":[]}", "{\"message\":\"RequestDistributeUserEvent\",\"userData\":\"x\"}",
        "{\"message\":\"RequestDistributeUserEvent\",\"userData\":{\"a\":1.5}}", "{\"message\":\"RequestDistributeUserEvent\",\"userData\":{\"a\":null}}",
        "{\"message\":\"RequestDistributeUserEvent\",\"userData\":{\"a\":[1]}}", "{\"message\":\"RequestDistributeUserEvent\",\"userData\":{\"a\":{\"b\":true}}}",
        "{\"message\":\"RequestDistributeUserEvent\",\"userData\":" + string.Concat(Enumerable.Repeat("{\"a\":", 5_000)),
        "{\"message\":\"RequestDistributeUserEvent\",\"userData\":" + string.Concat(Enumerable.Repeat("{\"a\":", 20)) + "1" + new string('}', 21),
        "{\"message\":\"RequestDistributeUserEvent\",\"userData\":{" + string.Join(',', Enumerable.Range(0, 513).Select(i => $"\"k{i}\":1")) + "}}",
    ];

    [Theory]
    [MemberData(nameof(BadMessages))]
    public async Task A_bad_message_is_answered_with_an_error_and_the_connection_goes_on(string message)
    {
        await using var link = await Link.StartAsync();
        using var socket = await link.RawAsync();
        await Link.SendAsync(socket, message);
        using (var answer = await Link.ReceiveAsync(socket))
        {
            Assert.Equal("EventError", answer!.RootElement.GetProperty("message").GetString());
            Assert.True(answer.RootElement.GetProperty("errorCode").GetInt32() > 0);
            Assert.NotEqual("", answer.RootElement.GetProperty("errorMessage").GetString());
        }

        await Link.SendAsync(socket, """{"thisDN":7001,"unknown":[{}],"referenceId":"12","message":"RequestRegisterAddress"}""");
        using var good = await Link.ReceiveAsync(socket);
        Assert.Equal("""{"message":"EventRegistered","referenceId":12,"thisDN":"7001"}""", good!.RootElement.GetRawText());
    }

    [Fact]
    public async Task An_error_returns_the_reference_of_a_bad_message()
    {
        await using var link = await Link.StartAsync();
        using var socket = await link.RawAsync();
        await Link.SendAsync(socket, """{"referenceId":77,"message":"RequestDistributeUserEvent","userData":{"a":false}}""");
        using var answer = await Link.ReceiveAsync(socket);
        Assert.Equal(77, answer!.RootElement.GetProperty("referenceId").GetInt32());
        Assert.Equal((int)CtiError.InvalidAttribute, answer.RootElement.GetProperty("errorCode").GetInt32());
    }

    [Fact]
    public async Task A_binary_frame_is_answered_with_an_error()
    {
        await using var link = await Link.StartAsync();
        using var socket = await link.RawAsync();
        await Link.SendAsync(socket, "{}", WebSocketMessageType.Binary);
        using var answer = await Link.ReceiveAsync(socket);
        Assert.Equal((int)CtiError.BadMessageType, answer!.RootElement.GetProperty("errorCode").GetInt32());
    }

    [Fact]
    public async Task Text_that_is_no_UTF_8_ends_the_connection()
    {
        await using var link = await Link.StartAsync();
        using var socket = await link.RawAsync();
        await socket.SendAsync(new byte[] { (byte)'{', 0xC3, 0x28, (byte)'}' }, WebSocketMessageType.Text, true, CancellationToken.None);
        JsonDocument? answer = null;
        try
        {
            answer = await Link.ReceiveAsync(socket);
        }
        catch (WebSocketException)
        {
            // The server's end of the connection came before its close frame was read.
        }

        if (answer is not null)
        {
            Assert.Equal("EventError", answer.RootElement.GetProperty("message").GetString());
        }
        else
        {
            Assert.Equal("ConnectionLost", await link.NextDisconnectAsync());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task A_message_above_64_KiB_is_answered_with_an_error_and_ends_the_connection(int frames)
    {
        await using var link = await Link.StartAsync();
        using var socket = await link.RawAsync();
        var part = new byte[(65_536 / frames) + 1];
        Array.Fill(part, (byte)' ');
        for (var i = 1; i <= frames; i++)
        {
            await socket.SendAsync(part, WebSocketMessageType.Text, i == frames, CancellationToken.None);
        }

        using var answer = await Link.ReceiveAsync(socket);
        Assert.Equal((int)CtiError.BadMessageLength, answer!.RootElement.GetProperty("errorCode").GetInt32());
        Assert.Null(await Link.ReceiveAsync(socket));
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, socket.CloseStatus);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Equal("MessageTooBig", await link.NextDisconnectAsync());
    }

    [Fact]
    public async Task A_message_of_64_KiB_is_taken()
    {
        await using var link = await Link.StartAsync();
        using var socket = await link.RawAsync();
        await Link.SendAsync(socket, """{"message":"RequestRegisterAddress","thisDN":"7001"}""".PadRight(65_536));
        using var answer = await Link.ReceiveAsync(socket);
        Assert.Equal("EventRegistered", answer!.RootElement.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_flood_is_refused_request_by_request_and_then_ended()
    {
        await using var link = await Link.StartAsync(o => o with { RequestBurst = 10, RequestsPerSecond = 1, MaxRefusedRequests = 20 }, new ManualTime());
        await using var client = await link.ConnectAsync();
        for (var i = 0; i < 30; i++)
        {
            await client.SendAsync(new CtiRequest { Kind = CtiRequestKind.RegisterAddress, ThisDn = "7001" });
        }

        await client.Completion.WaitAsync(Link.Patience);
        var messages = await client.Events.ReadAllAsync().ToListAsync();
        Assert.Equal(10, messages.Count(m => m.Kind == CtiEventKind.Registered));
        Assert.Equal(20, messages.Count(m => m.ErrorCode == (int)CtiError.TooManyRequests));
        Assert.Equal("Flood", client.CloseReason);
        Assert.Equal("Flood", await link.NextDisconnectAsync());
    }

    [Fact]
    public async Task After_a_pause_requests_are_taken_again()
    {
        var time = new ManualTime();
        await using var link = await Link.StartAsync(o => o with { RequestBurst = 1, RequestsPerSecond = 2 }, time);
        await using var client = await link.ConnectAsync();
        Assert.Equal(CtiEventKind.Registered, (await client.RegisterAsync("7001")).Kind);
        await client.SendAsync(new CtiRequest { Kind = CtiRequestKind.RegisterAddress, ThisDn = "7001" });
        await Link.NextAsync(client);
        await Link.NextAsync(client);
        Assert.Equal((int)CtiError.TooManyRequests, (await Link.NextAsync(client)).ErrorCode);
        time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(CtiEventKind.Registered, (await client.RegisterAsync("7001")).Kind);
    }

    [Fact]
    public async Task Guessing_passwords_ends_the_connection()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.ConnectAsync();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal((int)CtiError.BadPassword, (await client.LoginAsync("7001", "1001", "guess" + i)).ErrorCode);
        }

        await client.Completion.WaitAsync(Link.Patience);
        Assert.Equal("FailedLogins", await link.NextDisconnectAsync());
    }

    [Fact]
    public async Task A_connection_that_registers_no_DN_is_ended()
    {
        var time = new ManualTime();
        await using var link = await Link.StartAsync(time: time);
        await using var idle = await link.ConnectAsync();
        await using var registered = await link.ConnectAsync();
        await registered.RegisterAsync("7001");
        time.Advance(TimeSpan.FromSeconds(30));
        await idle.Completion.WaitAsync(Link.Patience);
        Assert.Equal("RegistrationTimeout", await link.NextDisconnectAsync());
        Assert.Equal(CtiEventKind.Registered, (await registered.RegisterAsync("7001")).Kind);
    }

    [Fact]
    public async Task A_desktop_that_does_not_read_is_cut_off_and_its_agent_logged_out()
    {
        await using var link = await Link.StartAsync();
        using var socket = await link.RawAsync();
        await Link.SendAsync(socket, """{"message":"RequestAgentLogin","thisDN":"7001","agentId":"1001","password":"secret"}""");
        Assert.Equal("login 1001 7001", await link.NextOfEngineAsync());

        // Big enough to fill what the sockets hold in a moment; the session's own bound does the rest.
        var data = new UserData().Set("text", new string('x', 20_000));
        var left = 200_000;
        string? reason;
        while (!link.Disconnects.Reader.TryRead(out reason) && left-- > 0)
        {
            link.Sessions.Send(new AgentId(1001), new CtiEvent { Kind = CtiEventKind.UserEvent, UserData = data });
            await Task.Yield();
        }

        Assert.Equal("SlowReader", reason);
        Assert.Equal("logout 1001", await link.NextOfEngineAsync());
        await using var back = await link.LoginAsync();
        Assert.Equal(CtiEventKind.AgentReady, (await back.ReadyAsync()).Kind);
    }

    [Fact]
    public async Task A_desktop_that_is_gone_without_a_word_is_found_by_its_unanswered_ping()
    {
        await using var link = await Link.StartAsync(o => o with
        {
            KeepAliveInterval = TimeSpan.FromMilliseconds(20),
            KeepAliveTimeout = TimeSpan.FromMilliseconds(100),
        });
        using var silent = new System.Net.Sockets.TcpClient();
        await silent.ConnectAsync(link.Uri.Host, link.Uri.Port);
        await silent.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "GET /cti HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: dialer.cti.v1\r\n\r\n"));
        Assert.Equal("ConnectionLost", await link.NextDisconnectAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("chat")]
    public async Task A_WebSocket_without_the_subprotocol_is_refused_with_400(string? subprotocol)
    {
        await using var link = await Link.StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (subprotocol is not null)
        {
            socket.Options.AddSubProtocol(subprotocol);
        }

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(link.Uri, CancellationToken.None));
        Assert.Equal(HttpStatusCode.BadRequest, socket.HttpStatusCode);
    }

    [Fact]
    public async Task A_plain_request_is_told_to_upgrade()
    {
        await using var link = await Link.StartAsync();
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new UriBuilder(link.Uri) { Scheme = "http" }.Uri);
        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        Assert.Contains("WebSocket", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_connections_than_the_limit_are_refused_with_503_until_one_ends()
    {
        await using var link = await Link.StartAsync(o => o with { MaxSessions = 1 });
        await using (await link.ConnectAsync())
        {
            using var socket = new ClientWebSocket();
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.AddSubProtocol("dialer.cti.v1");
            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(link.Uri, CancellationToken.None));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, socket.HttpStatusCode);
        }

        await link.NextDisconnectAsync();
        while (link.Sessions.Count > 0)
        {
            await Task.Yield();
        }

        await using var next = await link.ConnectAsync();
    }

    [Fact]
    public async Task A_client_whose_events_are_not_read_gives_up_rather_than_lose_one()
    {
        await using var link = await Link.StartAsync();
        await using var client = await link.ConnectAsync(new CtiClientOptions { EventCapacity = 3, ReplyTimeout = Link.Patience });
        await client.SendAsync(new CtiRequest { Kind = CtiRequestKind.AgentLogin, ThisDn = "7001", AgentId = "1001", Password = "secret" });
        await client.Completion.WaitAsync(Link.Patience);
        Assert.Equal(3, (await client.Events.ReadAllAsync().ToListAsync()).Count);
        await Assert.ThrowsAsync<CtiConnectionException>(() => client.ReadyAsync());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_clear_error()
    {
        var link = await Link.StartAsync();
        var uri = link.Uri;
        await link.DisposeAsync();
        var fault = await Assert.ThrowsAsync<CtiConnectionException>(() => CtiClient.ConnectAsync(uri));
        Assert.Contains(uri.ToString(), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_bytes_make_the_reader_throw()
    {
        // Seeded: a failure prints the case that made it.
        var random = new Random(20_261);
        var seeds = ((IEnumerable<object[]>)BadMessages()).Select(m => Encoding.UTF8.GetBytes((string)m[0])).Where(m => m.Length is > 0 and < 400).ToList();
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = (byte[])seeds[random.Next(seeds.Count)].Clone();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                var result = CtiRequestReader.Read(bytes);
                Assert.True(result.Request is not null ^ result.Error != CtiError.None);
            }
            catch (Exception e)
            {
                Assert.Fail($"round {round}: {Convert.ToHexString(bytes)}: {e.Message}");
            }
        }
    }
}
