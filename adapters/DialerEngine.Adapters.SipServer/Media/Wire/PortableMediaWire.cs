using System.Net;
using System.Net.Sockets;

namespace DialerEngine.Adapters.SipServer.Media.Wire;

/// <summary>
/// The wire for systems without epoll: <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, TimeSpan)"/>
/// over all sockets. Good for development and some hundred streams; it allocates per wait and its cost grows with the number of sockets.
/// </summary>
internal sealed class PortableMediaWire : IMediaWire
{
    // Select cannot be woken, so it never waits longer than this.
    private const int MaxWaitMilliseconds = 5;

    private readonly Lock _gate = new();
    private readonly Dictionary<Socket, int> _tags = [];
    private readonly List<Socket> _ready = [];
    private readonly ManualResetEventSlim _wake = new();

    public void Add(MediaSocket socket, int tag)
    {
        lock (_gate)
        {
            _tags[socket.Socket] = tag;
        }
    }

    public void Remove(MediaSocket socket, int tag)
    {
        lock (_gate)
        {
            _tags.Remove(socket.Socket);
        }
    }

    public int Wait(int timeoutMilliseconds, Span<int> ready)
    {
        var wait = timeoutMilliseconds < 0 ? MaxWaitMilliseconds : Math.Min(timeoutMilliseconds, MaxWaitMilliseconds);
        _ready.Clear();
        lock (_gate)
        {
            _ready.AddRange(_tags.Keys);
        }

        if (_ready.Count == 0)
        {
            _wake.Wait(wait);
            _wake.Reset();
            return 0;
        }

        try
        {
            Socket.Select(_ready, null, null, TimeSpan.FromMilliseconds(wait));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A stream was closed while it was waited for; the next wait is without it.
            return 0;
        }

        var written = 0;
        lock (_gate)
        {
            foreach (var socket in _ready)
            {
                if (written < ready.Length && _tags.TryGetValue(socket, out var tag))
                {
                    ready[written++] = tag;
                }
            }
        }

        return written;
    }

    public int Receive(MediaSocket socket, Span<byte> buffer, SocketAddress from)
    {
        try
        {
            return socket.Socket.Available > 0 ? socket.Socket.ReceiveFrom(buffer, SocketFlags.None, from) : -1;
        }
        catch (SocketException)
        {
            // "Connection reset" of an earlier send, which says that nobody listens there; the media timeout will tell.
            return -1;
        }
    }

    public bool Send(MediaSocket socket, ReadOnlySpan<byte> datagram, SocketAddress to)
    {
        try
        {
            return socket.Socket.SendTo(datagram, SocketFlags.None, to) == datagram.Length;
        }
        catch (SocketException)
        {
            // No route or a full queue: a lost packet, as on any network.
            return false;
        }
    }

    public void Wake() => _wake.Set();

    public void Dispose() => _wake.Dispose();
}
