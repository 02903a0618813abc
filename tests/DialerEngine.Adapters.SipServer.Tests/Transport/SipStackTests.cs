using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DialerEngine.Adapters.SipServer.Load;
using DialerEngine.Adapters.SipServer.Transport;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Adapters.SipServer.Tests.Transport;

/// <summary>Two stacks with real sockets on loopback.</summary>
public sealed class SipStackTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", "Udp")]
    [InlineData("0.0.0.0", "127.0.0.1", "Udp")]
    [InlineData("127.0.0.1", "127.0.0.1", "Tcp")]
    [InlineData("0.0.0.0", "127.0.0.1", "Tcp")]
    [InlineData("::1", "::1", "Udp")]
    [InlineData("::", "::1", "Tcp")]
    public async Task A_call_goes_from_stack_to_stack(string bind, string target, string transport)
    {
        if (bind.Contains(':', StringComparison.Ordinal) && !HasIPv6Loopback())
        {
            return;
        }

        var kind = Enum.Parse<SipTransport>(transport);
        var called = new Party();
        var caller = new Party();
        using var far = called.Open(bind, kind);
        using var near = caller.Open(bind, kind);
        var port = (kind == SipTransport.Tcp ? far.TcpEndPoints : far.LocalEndPoints)[0].Port;
        var peer = SipPeer.From(IPAddress.Parse(target), port, kind);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(near.TryPost((endpoint, state, _) => ((Party)state!).Place(endpoint, peer), caller));
            Assert.Equal("ended LocalHangUp", await caller.NextEndAsync(Patience));
            Assert.Equal("ended RemoteHangUp", await called.NextEndAsync(Patience));
        }

        Assert.DoesNotContain("0.0.0.0", string.Concat(called.Seen), StringComparison.Ordinal);
        Assert.DoesNotContain("[::]", string.Concat(called.Seen), StringComparison.Ordinal);
        Assert.Contains(kind == SipTransport.Tcp ? "SIP/2.0/TCP" : "SIP/2.0/UDP", called.Seen.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_on_a_stream_are_framed_whatever_its_pieces_are()
    {
        var party = new Party();
        using var stack = party.Open("127.0.0.1", SipTransport.Tcp);
        using var client = new TcpClient();
        await client.ConnectAsync(stack.TcpEndPoints[0]);
        var stream = client.GetStream();
        var options = Options(1) + Options(2) + Options(3);
        var bytes = Encoding.ASCII.GetBytes(options);
        foreach (var piece in new[] { 1, 10, 200, bytes.Length - 211 })
        {
            var done = bytes.Length - (bytes.Length - Sum(piece));
            await stream.WriteAsync(bytes.AsMemory(done - piece, piece));
            await stream.FlushAsync();
        }

        var buffer = new byte[8192];
        var answer = "";
        while (answer.Split("SIP/2.0 200 OK").Length < 4)
        {
            using var limit = new CancellationTokenSource(Patience);
            var read = await stream.ReadAsync(buffer, limit.Token);
            Assert.True(read > 0, "the connection was closed: " + answer);
            answer += Encoding.ASCII.GetString(buffer, 0, read);
        }

        Assert.Contains("CSeq: 3 OPTIONS", answer, StringComparison.Ordinal);

        static int Sum(int last) => last switch { 1 => 1, 10 => 11, 200 => 211, _ => 211 + last };
        static string Options(int n) =>
            $"OPTIONS sip:a@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:1;branch=z9hG4bK{n}\r\nFrom: <sip:b@c>;tag=1\r\nTo: <sip:a@b>\r\n"
            + $"Call-ID: x{n}\r\nCSeq: {n} OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
    }

    [Fact]
    public async Task A_stream_that_carries_no_sip_is_closed()
    {
        var party = new Party();
        using var stack = party.Open("127.0.0.1", SipTransport.Tcp);
        using var client = new TcpClient();
        await client.ConnectAsync(stack.TcpEndPoints[0]);
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        using var limit = new CancellationTokenSource(Patience);
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[10], limit.Token));
    }

    [Fact]
    public async Task A_full_command_queue_refuses_and_a_running_stack_takes_commands_in_order()
    {
        var party = new Party();
        using var stack = new SipStack(
            new SipStackOptions
            {
                Udp = [new IPEndPoint(IPAddress.Loopback, 0)],
                Endpoint = SipStackOptions.NewEndpointOptions(),
                CommandCapacity = 4,
            },
            party, TimeProvider.System);
        var seen = new ConcurrentQueue<long>();
        var done = new TaskCompletionSource();
        for (var i = 0; i < 4; i++)
        {
            Assert.True(stack.TryPost((_, _, argument) => { seen.Enqueue(argument); if (argument == 3) { done.SetResult(); } }, null, i));
        }

        Assert.False(stack.TryPost((_, _, _) => { }));
        stack.Start();
        await done.Task.WaitAsync(Patience);
        Assert.Equal([0, 1, 2, 3], seen);
    }

    [Fact]
    public void The_unspecified_address_cannot_become_a_local_address()
    {
        Assert.Throws<ArgumentException>(() => new SipLocalAddress("0.0.0.0:5060", SipTransport.Udp));
        Assert.Throws<ArgumentException>(() => new SipLocalAddress("[::]:5060", SipTransport.Udp));
    }

    [Fact]
    public async Task The_load_generator_counts_every_call()
    {
        var party = new Party();
        using var far = party.Open("127.0.0.1", SipTransport.Udp);
        var report = await SipLoadGenerator.RunAsync(
            new SipLoadOptions { Target = far.LocalEndPoints[0], Rate = 200, Total = 100, WarmUpCalls = 20, HoldSeconds = 1 }, TimeProvider.System)
            .WaitAsync(Patience);
        Assert.Equal(100, report.Calls);
        Assert.Equal(0, report.Failed);
        Assert.NotNull(report.SetupMsP50);
        Assert.NotNull(report.HeapBytesPerHeldCall);
        Assert.Null(report.RtpLateMsP99);
        for (var i = 0; i < 120; i++)
        {
            Assert.Equal("ended RemoteHangUp", await party.NextEndAsync(Patience));
        }
    }

    [Fact]
    public async Task The_load_generator_counts_calls_that_fail()
    {
        var party = new Party { Refuses = true };
        using var far = party.Open("127.0.0.1", SipTransport.Udp);
        var report = await SipLoadGenerator.RunAsync(
            new SipLoadOptions { Target = far.LocalEndPoints[0], Rate = 100, Total = 10, WarmUpCalls = 1 }, TimeProvider.System).WaitAsync(Patience);
        Assert.Equal(10, report.Failed);
        Assert.Null(report.SetupMsP50);
    }

    private static bool HasIPv6Loopback()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Answers every call that comes in; hangs up every call of its own once it is answered.</summary>
    private sealed class Party : SipCallObserver
    {
        private readonly ConcurrentQueue<string> _ends = new();
        private readonly SemaphoreSlim _ended = new(0);
        private SipStack? _stack;

        public ConcurrentQueue<string> Seen { get; } = new();

        public bool Refuses { get; init; }

        public SipStack Open(string bind, SipTransport transport)
        {
            var address = new IPEndPoint(IPAddress.Parse(bind), 0);
            _stack = new SipStack(
                new SipStackOptions
                {
                    Udp = [address],
                    Tcp = transport == SipTransport.Tcp ? [address] : [],
                    Endpoint = SipStackOptions.NewEndpointOptions(),
                },
                this, TimeProvider.System);
            _stack.Start();
            return _stack;
        }

        public void Place(SipEndpoint endpoint, SipPeer peer) => Assert.Equal(
            SipPlaceError.None,
            endpoint.TryPlace(
                new SipCallRequest { Destination = peer, RequestUri = "sip:a@far.example"u8, From = "<sip:b@near.example>"u8, Body = "v=0\r\n"u8 }, out _));

        public async Task<string> NextEndAsync(TimeSpan patience)
        {
            Assert.True(await _ended.WaitAsync(patience), "no call ended");
            Assert.True(_ends.TryDequeue(out var end));
            return end;
        }

        public override bool OnIncoming(in SipIncomingCall incoming)
        {
            Seen.Enqueue(Encoding.UTF8.GetString(incoming.Message.Raw));
            return !Refuses && _stack!.Endpoint.TryAnswer(incoming.Call, "v=0\r\n"u8);
        }

        public override void OnAnswered(in SipCallAnswered answered) => _stack!.Endpoint.TryHangUp(answered.Call);

        public override void OnEnded(in SipCallEnded ended)
        {
            _ends.Enqueue("ended " + ended.Cause);
            _ended.Release();
        }
    }
}
