using System.Net;
using System.Net.Sockets;

namespace DialerEngine.Adapters.SipServer.Media;

/// <summary>
/// Binds pairs of sockets: RTP on an even port, RTCP on the odd one above (RFC 3550 section 11). A range is gone through in a circle, so a port
/// rests as long as possible before its next call; packets of the last call then find nobody. Thread-safe.
/// </summary>
internal sealed class MediaPortPool
{
    // An ephemeral port may be odd or its neighbour taken; with half the ports free, 64 attempts fail once in 10^8.
    private const int EphemeralAttempts = 64;

    private readonly Lock _gate = new();
    private readonly IPAddress _address;
    private readonly int _first;
    private readonly int _pairs;
    private readonly int _buffer;
    private int _next;

    public MediaPortPool(MediaEngineOptions options)
    {
        _address = options.LocalAddress;
        _buffer = options.SocketBufferOctets;
        _first = (options.FirstPort + 1) & ~1;
        _pairs = options.FirstPort == 0 ? 0 : (options.LastPort - _first + 1) / 2;
        if (options.FirstPort != 0 && (options.FirstPort < 1024 || options.LastPort > 65535 || _pairs < 1))
        {
            throw new ArgumentException(
                $"The RTP port range {options.FirstPort}-{options.LastPort} holds no even port with its neighbour between 1024 and 65535.",
                nameof(options));
        }
    }

    public bool TryBind(out Socket rtp, out Socket rtcp)
    {
        var attempts = _pairs == 0 ? EphemeralAttempts : _pairs;
        for (var i = 0; i < attempts; i++)
        {
            if (TryBindPort(NextPort(), out rtp, out rtcp))
            {
                return true;
            }
        }

        rtp = null!;
        rtcp = null!;
        return false;
    }

    private int NextPort()
    {
        if (_pairs == 0)
        {
            return 0;
        }

        lock (_gate)
        {
            var port = _first + (2 * _next);
            _next = (_next + 1) % _pairs;
            return port;
        }
    }

    private bool TryBindPort(int port, out Socket rtp, out Socket rtcp)
    {
        rtp = null!;
        rtcp = null!;
        Socket? first = null;
        Socket? second = null;
        try
        {
            first = Bind(port);
            var bound = ((IPEndPoint)first.LocalEndPoint!).Port;
            if ((bound & 1) == 0)
            {
                second = Bind(bound + 1);
                rtp = first;
                rtcp = second;
                return true;
            }
        }
        catch (SocketException)
        {
            // The port is taken: the caller tries the next one.
            second?.Dispose();
        }

        first?.Dispose();
        return false;
    }

    private Socket Bind(int port)
    {
        var socket = new Socket(_address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.ReceiveBufferSize = _buffer;
            socket.SendBufferSize = _buffer;
            socket.Bind(new IPEndPoint(_address, port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
