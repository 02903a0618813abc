using System.Diagnostics.Metrics;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using DialerEngine.Adapters.TServer.Client;
using DialerEngine.Adapters.TServer.Sessions;
using DialerEngine.Desktop;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Adapters.TServer.Tests;

/// <summary>A CTI link on Kestrel, any free port of the loopback, with a fake engine behind it. Ends with the test.</summary>
internal sealed class Link : IAsyncDisposable
{
    /// <summary>Bound of every wait in the tests: a wait that reaches it fails the test.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly MeterListener _listener = new();
    private readonly CtiServer _server;

    private Link(CtiServer server, FakeEngine engine, CtiSessions sessions, DesktopEdge edge, CtiEndpoint endpoint)
    {
        _server = server;
        Engine = engine;
        Sessions = sessions;
        Edge = edge;
        Endpoint = endpoint;
    }

    public FakeEngine Engine { get; }

    public CtiSessions Sessions { get; }

    public DesktopEdge Edge { get; }

    public CtiEndpoint Endpoint { get; }

    public Uri Uri => _server.Uri;

    /// <summary>Reasons of ended sessions, as the metric counts them.</summary>
    public System.Threading.Channels.Channel<string> Disconnects { get; } = System.Threading.Channels.Channel.CreateUnbounded<string>();

    public static async Task<Link> StartAsync(Func<CtiOptions, CtiOptions>? change = null, TimeProvider? time = null)
    {
        var options = new CtiOptions { ApplicationId = FakeEngine.ApplicationId };
        options = change?.Invoke(options) ?? options;
        var meters = new Meters();
        var metrics = new CtiMetrics(meters);
        var sessions = new CtiSessions(metrics);
        var engine = new FakeEngine();
        var edge = new DesktopEdge(sessions, FakeEngine.ApplicationId, agent => agent.ToString());
        var endpoint = new CtiEndpoint(
            options, sessions, engine, new DesktopRequests(engine, edge), metrics, NullLogger<CtiEndpoint>.Instance, time ?? TimeProvider.System);
        var server = await CtiServer.StartAsync(endpoint, new IPEndPoint(IPAddress.Loopback, 0));
        var link = new Link(server, engine, sessions, edge, endpoint);
        link.Listen(meters);
        return link;
    }

    public Task<CtiClient> ConnectAsync(CtiClientOptions? options = null) => CtiClient.ConnectAsync(Uri, options ?? new CtiClientOptions { ReplyTimeout = Patience });

    /// <summary>A desktop with an agent logged in, login notifications read.</summary>
    public async Task<CtiClient> LoginAsync(string dn = "7001", string agentId = "1001")
    {
        var client = await ConnectAsync();
        var reply = await client.LoginAsync(dn, agentId, "secret");
        Assert.Equal(CtiEventKind.AgentLogin, reply.Kind);
        while ((await NextAsync(client)).UserEventName != "CampaignStarted")
        {
        }

        return client;
    }

    public static async Task<CtiMessage> NextAsync(CtiClient client)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await client.Events.ReadAsync(patience.Token);
    }

    /// <summary>A bare WebSocket, for what no client would do.</summary>
    public async Task<ClientWebSocket> RawAsync(string? subprotocol = "dialer.cti.v1")
    {
        var socket = new ClientWebSocket();
        if (subprotocol is not null)
        {
            socket.Options.AddSubProtocol(subprotocol);
        }

        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(Uri, CancellationToken.None);
        using var connected = await ReceiveAsync(socket);
        Assert.Equal("EventLinkConnected", connected!.RootElement.GetProperty("message").GetString());
        return socket;
    }

    /// <summary>One message; null for the close frame.</summary>
    public static async Task<JsonDocument?> ReceiveAsync(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[256 * 1024];
        var length = 0;
        WebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), patience.Token);
            length += result.Count;
        }
        while (!result.EndOfMessage);

        return result.MessageType == WebSocketMessageType.Close ? null : JsonDocument.Parse(buffer.AsMemory(0, length).ToArray());
    }

    public static Task SendAsync(ClientWebSocket socket, string text, WebSocketMessageType type = WebSocketMessageType.Text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), type, true, CancellationToken.None);

    public async Task<string> NextDisconnectAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await Disconnects.Reader.ReadAsync(patience.Token);
    }

    public async Task<string> NextOfEngineAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await Engine.Log.ReadAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _listener.Dispose();
    }

    private void Listen(Meters meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "dialer.cti.disconnects" && meters.Owns(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => Disconnects.Writer.TryWrite((string)tags[0].Value!));
        _listener.Start();
    }

    private sealed class Meters : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options);
            _meters.Add(meter);
            return meter;
        }

        public bool Owns(Meter meter) => _meters.Contains(meter);

        public void Dispose() => _meters.ForEach(m => m.Dispose());
    }
}

/// <summary>A clock that moves when told, timers included; its timestamps have a frequency of their own.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private long _ticks;

    public override long TimestampFrequency => 7 * TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks) * 7;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Volatile.Read(ref _ticks));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state, _ticks + dueTime.Ticks);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_gate)
        {
            _ticks += by.Ticks;
            due = _timers.Where(t => t.Due <= _ticks).ToList();
            due.ForEach(t => _timers.Remove(t));
        }

        due.ForEach(t => t.Fire());
    }

    private void Remove(ManualTimer timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state, long due) : ITimer
    {
        public long Due => due;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => time.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
