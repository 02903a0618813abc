using System.Net.Sockets;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Adapters.SipServer.Transport;

/// <summary>One TCP connection for SIP: one buffer for what comes in, one for what the kernel does not take yet. Used by the SIP thread.</summary>
internal sealed class SipTcpConnection : IDisposable
{
    /// <summary>Most bytes that wait for a slow far end; beyond them the connection is closed, and its transactions fail.</summary>
    private const int MaxWaitingBytes = 256 * 1024;

    private static readonly byte[] Pong = "\r\n"u8.ToArray();
    private readonly byte[] _in = new byte[SipParser.MaxMessageBytes + 4];
    private readonly SipMessage _frame = new();
    private byte[] _out = [];
    private int _inLength;
    private int _outLength;
    private bool _open;

    public SipTcpConnection(Socket socket, SipPeer peer, bool open)
    {
        Socket = socket;
        Peer = peer;
        _open = open;
        socket.Blocking = false;
        socket.NoDelay = true;
    }

    public Socket Socket { get; }

    /// <summary>The far end, with this connection's number.</summary>
    public SipPeer Peer { get; }

    /// <summary>Moment of the last message, for the choice of whom to close when the table is full.</summary>
    public long LastUsedMs { get; set; }

    /// <summary>It waits until the kernel takes more, or until it is connected.</summary>
    public bool WantsToWrite => !_open || _outLength > 0;

    /// <summary>Sends or keeps a message. False: the connection is of no use any more.</summary>
    public bool TrySend(ReadOnlySpan<byte> message)
    {
        if (_open && _outLength == 0)
        {
            var sent = Socket.Send(message, SocketFlags.None, out var error);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                return false;
            }

            message = message[(error == SocketError.Success ? sent : 0)..];
        }

        if (message.IsEmpty)
        {
            return true;
        }

        if (_outLength + message.Length > MaxWaitingBytes)
        {
            return false;
        }

        if (_out.Length < _outLength + message.Length)
        {
            Array.Resize(ref _out, Math.Max(_outLength + message.Length, _out.Length * 2));
        }

        message.CopyTo(_out.AsSpan(_outLength));
        _outLength += message.Length;
        return true;
    }

    /// <summary>The socket takes bytes again, or its connecting has come to an end. False: it failed.</summary>
    public bool TryFlush()
    {
        if (!_open)
        {
            if ((int)Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! != 0)
            {
                return false;
            }

            _open = true;
        }

        if (_outLength == 0)
        {
            return true;
        }

        var sent = Socket.Send(_out.AsSpan(0, _outLength), SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            return false;
        }

        if (error == SocketError.Success)
        {
            _out.AsSpan(sent, _outLength - sent).CopyTo(_out);
            _outLength -= sent;
        }

        return true;
    }

    /// <summary>
    /// Reads what is there and hands whole messages over (RFC 3261 section 18.3). False: the far end closed, or sent what is no SIP; after
    /// that nothing on the stream can be trusted.
    /// </summary>
    public bool TryReceive(Action<byte[], int, int, SipTcpConnection> take)
    {
        var read = Socket.Receive(_in.AsSpan(_inLength), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return true;
        }

        if (error != SocketError.Success || read == 0)
        {
            return false;
        }

        _inLength += read;
        var at = 0;
        while (at < _inLength)
        {
            var outcome = SipParser.TryParse(_in, at, _inLength - at, _frame, stream: true);
            if (outcome == SipParseError.Incomplete)
            {
                break;
            }

            if (outcome == SipParseError.KeepAlive)
            {
                // RFC 5626 section 4.4.1: two line ends ask for one.
                if (_inLength - at >= 4 && !TrySend(Pong))
                {
                    return false;
                }

                at = _inLength;
                break;
            }

            if (outcome != SipParseError.None)
            {
                return false;
            }

            var length = _frame.Consumed;
            take(_in, at, length, this);
            at += length;
        }

        _in.AsSpan(at, _inLength - at).CopyTo(_in);
        _inLength -= at;
        return _inLength < _in.Length;
    }

    public void Dispose() => Socket.Dispose();
}
