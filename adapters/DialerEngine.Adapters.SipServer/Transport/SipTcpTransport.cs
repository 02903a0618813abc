using System.Net;
using System.Net.Sockets;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Adapters.SipServer.Transport;

/// <summary>
/// SIP over TCP: listeners and connections in the same loop as UDP. A connection serves both directions and is used again for the same far
/// end (RFC 3261 section 18, RFC 5923 in spirit). Bounded: at the bound the connection that was silent longest is closed.
/// </summary>
internal sealed class SipTcpTransport : IDisposable
{
    private readonly Socket[] _listeners;
    private readonly string? _advertisedHost;
    private readonly int _maxConnections;
    private readonly Dictionary<int, SipTcpConnection> _byNumber = [];
    private readonly Dictionary<SipPeer, int> _byPeer = [];
    private readonly Dictionary<SipPeer, SipLocalAddress> _locals = [];
    private readonly List<SipTcpConnection> _ready = [];
    private readonly Action<byte[], int, int, SipTcpConnection> _take;
    private readonly Func<long> _nowMs;
    private int _lastNumber;

    public SipTcpTransport(
        IReadOnlyList<IPEndPoint> binds, string? advertisedHost, int maxConnections, Func<long> nowMs,
        Action<byte[], int, int, SipTcpConnection> take)
    {
        _advertisedHost = advertisedHost;
        _maxConnections = maxConnections;
        _take = take;
        _nowMs = nowMs;
        _listeners = [.. binds.Select(Listen)];
    }

    public IEnumerable<IPEndPoint> LocalEndPoints => _listeners.Select(l => (IPEndPoint)l.LocalEndPoint!);

    /// <summary>Connections open or being opened.</summary>
    public int Count => _byNumber.Count;

    /// <summary>Adds what the loop must wait for.</summary>
    public void AddTo(List<Socket> readable, List<Socket> writable)
    {
        foreach (var listener in _listeners)
        {
            readable.Add(listener);
        }

        foreach (var connection in _byNumber.Values)
        {
            readable.Add(connection.Socket);
            if (connection.WantsToWrite)
            {
                writable.Add(connection.Socket);
            }
        }
    }

    /// <summary>Serves what the wait has found.</summary>
    public void Serve(List<Socket> readable, List<Socket> writable)
    {
        foreach (var listener in _listeners)
        {
            if (readable.Contains(listener))
            {
                Accept(listener);
            }
        }

        _ready.Clear();
        foreach (var connection in _byNumber.Values)
        {
            if (readable.Contains(connection.Socket) || writable.Contains(connection.Socket))
            {
                _ready.Add(connection);
            }
        }

        foreach (var connection in _ready)
        {
            if (_byNumber.ContainsKey(connection.Peer.Connection)
                && ((writable.Contains(connection.Socket) && !connection.TryFlush())
                    || (readable.Contains(connection.Socket) && !Receive(connection))))
            {
                Close(connection);
            }
        }
    }

    public bool TrySend(in SipPeer destination, ReadOnlySpan<byte> message)
    {
        if (!_byNumber.TryGetValue(destination.Connection, out var connection)
            && (!_byPeer.TryGetValue(KeyOf(destination), out var number) || !_byNumber.TryGetValue(number, out connection)))
        {
            connection = Connect(destination);
        }

        if (connection is null)
        {
            return false;
        }

        connection.LastUsedMs = _nowMs();
        if (connection.TrySend(message))
        {
            return true;
        }

        Close(connection);
        return false;
    }

    /// <summary>The address of the listener towards a peer; null if none listens for its address family.</summary>
    public SipLocalAddress? LocalFor(in SipPeer destination)
    {
        var family = destination.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var listener = Array.Find(_listeners, l => l.AddressFamily == family);
        if (listener is null)
        {
            return null;
        }

        var key = KeyOf(destination).WithPort(1);
        if (_locals.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_locals.Count >= SipUdpSocket.MaxLocalAddresses)
        {
            _locals.Clear();
        }

        var bound = (IPEndPoint)listener.LocalEndPoint!;
        var host = _advertisedHost ?? SipUdpSocket.Format(SipUdpSocket.RouteTo(bound.Address, destination));
        return _locals[key] = new SipLocalAddress(host + ":" + bound.Port, SipTransport.Tcp);
    }

    public void Dispose()
    {
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }

        foreach (var connection in _byNumber.Values)
        {
            connection.Dispose();
        }
    }

    private static SipPeer KeyOf(in SipPeer peer) => peer.WithTransport(SipTransport.Tcp);

    private static Socket Listen(IPEndPoint bind)
    {
        var socket = new Socket(bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (bind.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = false;
        }

        socket.Bind(bind);
        socket.Listen(512);
        socket.Blocking = false;
        return socket;
    }

    private bool Receive(SipTcpConnection connection)
    {
        connection.LastUsedMs = _nowMs();
        return connection.TryReceive(_take);
    }

    private void Accept(Socket listener)
    {
        try
        {
            var socket = listener.Accept();
            var remote = (IPEndPoint)socket.RemoteEndPoint!;
            Add(socket, SipPeer.From(remote.Address, remote.Port, SipTransport.Tcp), open: true);
        }
        catch (SocketException)
        {
            // The far end has gone before it was accepted.
        }
    }

    private SipTcpConnection? Connect(in SipPeer destination)
    {
        var family = destination.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            socket.Connect(destination.ToEndPoint());
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            return Add(socket, KeyOf(destination), open: false);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }

        return Add(socket, KeyOf(destination), open: true);
    }

    private SipTcpConnection Add(Socket socket, SipPeer peer, bool open)
    {
        if (_byNumber.Count >= _maxConnections)
        {
            Close(_byNumber.Values.MinBy(c => c.LastUsedMs)!);
        }

        // Numbers are not used again within two thousand million connections: a call that keeps an old one finds nothing.
        _lastNumber = _lastNumber == int.MaxValue ? 1 : _lastNumber + 1;
        var connection = new SipTcpConnection(socket, peer.WithConnection(_lastNumber), open) { LastUsedMs = _nowMs() };
        _byNumber.Add(_lastNumber, connection);
        _byPeer[peer] = _lastNumber;
        return connection;
    }

    private void Close(SipTcpConnection connection)
    {
        var number = connection.Peer.Connection;
        _byNumber.Remove(number);
        var key = KeyOf(connection.Peer);
        if (_byPeer.TryGetValue(key, out var current) && current == number)
        {
            _byPeer.Remove(key);
        }

        connection.Dispose();
    }
}
