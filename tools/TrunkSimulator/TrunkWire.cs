using System.Net;
using System.Net.Sockets;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace TrunkSimulator;

/// <summary>
/// The trunk's UDP socket, and the faults of a network that a well-behaved SIP endpoint would not make: answers that come twice, a 100 that never
/// comes, a first INVITE that gets lost. One thread uses it.
/// </summary>
internal sealed class TrunkWire : ISipTransportSink, IDisposable
{
    // Call-IDs whose first INVITE was dropped; the oldest are forgotten, and their calls would lose one INVITE more.
    private const int MaxLost = 4096;

    private readonly Socket _socket;
    private readonly CalleePlanner _planner;
    private readonly SipLocalAddress _local;
    private readonly byte[] _datagram = GC.AllocateUninitializedArray<byte>(SipParser.MaxMessageBytes, pinned: true);
    private readonly SipMessage _message = new();
    private readonly HashSet<string> _lost = [];
    private readonly Queue<string> _lostInOrder = [];

    public TrunkWire(IPEndPoint bind, CalleePlanner planner)
    {
        _planner = planner;
        _socket = new Socket(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = 4 << 20,
            SendBufferSize = 4 << 20,
        };
        _socket.Bind(bind);
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _local = new SipLocalAddress(LocalEndPoint.ToString(), SipTransport.Udp);
    }

    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Waits for a datagram, then hands over all that are there, at most 256.</summary>
    public void Receive(SipEndpoint endpoint, TimeSpan wait, Func<long> nowMs)
    {
        try
        {
            if (!_socket.Poll(wait, SelectMode.SelectRead))
            {
                return;
            }

            for (var i = 0; i < 256 && _socket.Available > 0; i++)
            {
                EndPoint from = new IPEndPoint(LocalEndPoint.Address, 0);
                var length = _socket.ReceiveFrom(_datagram, ref from);
                var sender = (IPEndPoint)from;
                if (!IsLost(length))
                {
                    endpoint.Receive(_datagram, 0, length, SipPeer.From(sender.Address, sender.Port), nowMs());
                }
            }
        }
        catch (SocketException)
        {
            // The system reports that an earlier datagram found no port: the caller's timers see to it.
        }
    }

    public bool TrySend(in SipPeer destination, ReadOnlySpan<byte> message)
    {
        if (destination.Transport != SipTransport.Udp)
        {
            return false;
        }

        var times = 1;
        if (message.StartsWith("SIP/2.0 100"u8) && ScriptOf(message) == CalleeScript.NeverTrying)
        {
            return true;
        }

        if (message.StartsWith("SIP/2.0 200"u8) && ScriptOf(message) == CalleeScript.AnswersTwice)
        {
            times = 2;
        }

        try
        {
            var target = destination.ToEndPoint();
            for (var i = 0; i < times; i++)
            {
                _socket.SendTo(message, target);
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public SipLocalAddress? LocalFor(in SipPeer destination) => destination.Transport == SipTransport.Udp ? _local : null;

    public void Dispose() => _socket.Dispose();

    /// <summary>The number in a URI's user part; empty when there is none.</summary>
    internal static string NumberOf(ReadOnlySpan<byte> uri) =>
        SipUri.TryParse(uri, out var parsed) ? System.Text.Encoding.UTF8.GetString(parsed.User.IsEmpty ? parsed.Opaque : parsed.User) : string.Empty;

    private bool IsLost(int length)
    {
        if (!_datagram.AsSpan(0, length).StartsWith("INVITE "u8)
            || SipParser.TryParse(_datagram, 0, length, _message) != SipParseError.None
            || !_message.To.Tag.IsEmpty
            || _planner.PlanOf(NumberOf(_message.RequestUri)).Script != CalleeScript.FirstInviteLost)
        {
            return false;
        }

        var id = System.Text.Encoding.UTF8.GetString(_message.CallId);
        if (!_lost.Add(id))
        {
            return false;
        }

        _lostInOrder.Enqueue(id);
        if (_lostInOrder.Count > MaxLost)
        {
            _lost.Remove(_lostInOrder.Dequeue());
        }

        return true;
    }

    /// <summary>The script of the number in the To of an answer to an INVITE.</summary>
    private CalleeScript? ScriptOf(ReadOnlySpan<byte> message)
    {
        var copy = message.ToArray();
        return SipParser.TryParse(copy, 0, copy.Length, _message) == SipParseError.None && _message.CSeqMethod == SipMethod.Invite
            ? _planner.PlanOf(NumberOf(_message.To.Uri)).Script
            : null;
    }
}
