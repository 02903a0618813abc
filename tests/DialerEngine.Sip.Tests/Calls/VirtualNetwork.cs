using System.Text;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Tests.Calls;

/// <summary>What the network does to datagrams.</summary>
public sealed record Weather(double Loss, double Duplication, int DelayMinMs, int DelayMaxMs)
{
    public static readonly Weather Calm = new(0, 0, 1, 1);
}

/// <summary>Endpoints joined by datagrams in virtual time: loss, duplication, delay and, by unequal delays, reordering. One seed is one run.</summary>
public sealed class VirtualNetwork(int seed, Weather weather)
{
    private readonly Random _random = new(seed);
    private readonly PriorityQueue<(SipPeer To, SipPeer From, byte[] Bytes), (long, long)> _flying = new();
    private readonly Dictionary<ushort, Node> _nodes = [];
    private long _order;

    public long NowMs { get; private set; } = 1_000;

    public Weather Weather { get; set; } = weather;

    /// <summary>Called every 10 ms of virtual time.</summary>
    public Action<long>? EveryTick { get; set; }

    public Node Add(
        ushort port, SipCallObserver observer, Func<SipEndpointOptions, SipEndpointOptions>? change = null, SipTransport transport = SipTransport.Udp)
    {
        var options = new SipEndpointOptions { Secret0 = (ulong)seed * 31 + port, Secret1 = (ulong)port * 977 + 5 };
        var node = new Node(this, port, transport);
        node.Endpoint = new SipEndpoint(change?.Invoke(options) ?? options, node, observer, NowMs);
        _nodes.Add(port, node);
        return node;
    }

    public void Run(long milliseconds)
    {
        var until = NowMs + milliseconds;
        while (NowMs < until)
        {
            var tick = ((NowMs / 10) + 1) * 10;
            while (_flying.TryPeek(out _, out var due) && due.Item1 < tick)
            {
                var flight = _flying.Dequeue();
                NowMs = Math.Max(NowMs, due.Item1);
                if (_nodes.TryGetValue(flight.To.Port, out var node))
                {
                    node.Endpoint.Receive(flight.Bytes, 0, flight.Bytes.Length, flight.From, NowMs);
                }
            }

            NowMs = tick;
            foreach (var node in _nodes.Values)
            {
                node.Endpoint.Advance(NowMs);
            }

            EveryTick?.Invoke(NowMs);
        }
    }

    private void Send(SipPeer to, SipPeer from, ReadOnlySpan<byte> bytes)
    {
        var copies = _random.NextDouble() < Weather.Duplication ? 2 : 1;
        var message = bytes.ToArray();
        for (var i = 0; i < copies; i++)
        {
            if (_random.NextDouble() >= Weather.Loss)
            {
                _flying.Enqueue((to, from, message), (NowMs + _random.Next(Weather.DelayMinMs, Weather.DelayMaxMs + 1), _order++));
            }
        }
    }

    public sealed class Node(VirtualNetwork network, ushort port, SipTransport transport) : ISipTransportSink
    {
        private readonly SipLocalAddress _local = new("10.0.0.1:" + port, transport);

        public SipEndpoint Endpoint { get; set; } = null!;

        public SipPeer Peer { get; } = SipPeer.FromIPv4(0x0A00_0001, port, transport);

        public bool TrySend(in SipPeer destination, ReadOnlySpan<byte> message)
        {
            network.Send(destination, Peer, message);
            return true;
        }

        public SipLocalAddress? LocalFor(in SipPeer destination) => _local;
    }
}

/// <summary>Session descriptions for tests.</summary>
public static class TestSdp
{
    public static readonly byte[] Offer = Encoding.ASCII.GetBytes(
        "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n");

    public static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        "v=0\r\no=- 2 2 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\nm=audio 50000 RTP/AVP 0\r\n");
}
