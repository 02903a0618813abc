using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Adapters.SipServer.Transport;

/// <summary>One UDP socket for SIP: receives into a buffer that the caller owns and sends without allocating. Used by one thread.</summary>
internal sealed class SipUdpSocket : IDisposable
{
    public const int MaxLocalAddresses = 4096;
    private readonly SocketAddress _sender;
    private readonly SocketAddress _destination;
    private readonly Dictionary<SipPeer, SipLocalAddress> _locals = [];
    private readonly string? _advertisedHost;
    private readonly bool _isIPv6;

    public SipUdpSocket(IPEndPoint bind, int bufferBytes, string? advertisedHost)
    {
        _isIPv6 = bind.AddressFamily == AddressFamily.InterNetworkV6;
        _advertisedHost = advertisedHost;
        Socket = new Socket(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        if (_isIPv6)
        {
            Socket.DualMode = false;
        }

        Socket.ReceiveBufferSize = bufferBytes;
        Socket.SendBufferSize = bufferBytes;
        Socket.Bind(bind);
        LocalEndPoint = (IPEndPoint)Socket.LocalEndPoint!;
        _sender = new SocketAddress(bind.AddressFamily);
        _destination = new IPEndPoint(_isIPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, 1).Serialize();
    }

    public Socket Socket { get; }

    public IPEndPoint LocalEndPoint { get; }

    /// <summary>True if this socket can reach a peer of that address family.</summary>
    public bool Reaches(in SipPeer peer) => peer.IsIPv6 == _isIPv6;

    /// <summary>Takes one datagram; call it only when one is there.</summary>
    /// <returns>Its length, or -1 if the socket reported a fault of an earlier send.</returns>
    public int Receive(Span<byte> into, out SipPeer from)
    {
        from = default;
        try
        {
            var length = Socket.ReceiveFrom(into, SocketFlags.None, _sender);
            var address = _sender.Buffer.Span;
            var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
            from = _isIPv6
                ? SipPeer.FromIPv6(address.Slice(8, 16), port, SipTransport.Udp, 0, BinaryPrimitives.ReadUInt32LittleEndian(address[24..]))
                : SipPeer.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(address[4..]), port);
            return length;
        }
        catch (SocketException)
        {
            return -1;
        }
    }

    public bool TrySend(in SipPeer destination, ReadOnlySpan<byte> message)
    {
        var address = _destination.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], destination.Port);
        if (_isIPv6)
        {
            destination.WriteAddress(address[8..]);
            BinaryPrimitives.WriteUInt32LittleEndian(address[24..], destination.ScopeId);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(address[4..], destination.IPv4);
        }

        try
        {
            return Socket.SendTo(message, SocketFlags.None, _destination) == message.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>
    /// The address by which a peer reaches this socket: the bound one, or where it is bound to any address, the one that the routing table
    /// takes towards the peer. Kept per peer address, at most 4,096; then the table starts anew.
    /// </summary>
    public SipLocalAddress LocalFor(in SipPeer destination)
    {
        var key = destination.WithPort(1);
        if (_locals.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_locals.Count >= MaxLocalAddresses)
        {
            _locals.Clear();
        }

        var host = _advertisedHost ?? Format(RouteTo(LocalEndPoint.Address, destination));
        return _locals[key] = new SipLocalAddress(host + ":" + LocalEndPoint.Port, SipTransport.Udp);
    }

    public void Dispose() => Socket.Dispose();

    public static string Format(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? "[" + new IPAddress(address.GetAddressBytes()) + "]" : address.ToString();

    /// <summary>The bound address, or the one that the routing table takes towards a peer if the socket is bound to any.</summary>
    public static IPAddress RouteTo(IPAddress bound, in SipPeer destination)
    {
        if (!bound.Equals(IPAddress.Any) && !bound.Equals(IPAddress.IPv6Any))
        {
            return bound;
        }

        using var probe = new Socket(bound.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // Connecting a UDP socket sends nothing; it asks the kernel for the route.
            probe.Connect(destination.ToEndPoint());
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return destination.IsIPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        }
    }
}
