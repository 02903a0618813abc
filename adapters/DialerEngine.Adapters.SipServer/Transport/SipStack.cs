using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Adapters.SipServer.Transport;

/// <summary>Work that runs on the SIP thread between messages, for example a load generator.</summary>
public interface ISipLoopWork
{
    /// <summary>Called at every turn of the loop.</summary>
    /// <returns>Microseconds after which it wants to be called again, at most; the loop turns at least every 10 ms anyway.</returns>
    int Run(SipEndpoint endpoint, long nowMs);
}

/// <summary>
/// A SIP endpoint with its sockets. One thread receives, parses, runs the endpoint and its timers and sends: a message is handled where it
/// arrived, without queue or hand-over. Other threads post commands through a bounded channel.
/// </summary>
public sealed class SipStack : ISipTransportSink, IDisposable
{
    private const int TurnMicroseconds = 10_000;
    private const int DatagramsPerTurn = 256;
    private const int CommandsPerTurn = 256;

    private readonly SipUdpSocket[] _sockets;
    private readonly Socket _wakeReceiver;
    private readonly Socket _wakeSender;
    private readonly SipTcpTransport? _tcp;
    private readonly List<Socket> _readable = [];
    private readonly List<Socket> _writable = [];
    private readonly byte[] _datagram = GC.AllocateUninitializedArray<byte>(SipParser.MaxMessageBytes, pinned: true);
    private readonly Channel<Command> _commands;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly ISipLoopWork? _work;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _asleep;
    private volatile bool _stopping;

    /// <param name="options">Sockets and bounds.</param>
    /// <param name="observer">Takes the events, on the SIP thread.</param>
    /// <param name="time">The clock.</param>
    /// <param name="work">Runs on the SIP thread at every turn; may be null.</param>
    /// <exception cref="SocketException">An address cannot be bound.</exception>
    public SipStack(SipStackOptions options, SipCallObserver observer, TimeProvider time, ISipLoopWork? work = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.Udp.Count, nameof(options));
        _time = time;
        _work = work;
        _startedAt = time.GetTimestamp();
        _commands = Channel.CreateBounded<Command>(new BoundedChannelOptions(options.CommandCapacity)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });
        _sockets = [.. options.Udp.Select(bind => new SipUdpSocket(bind, options.SocketBufferBytes, options.AdvertisedHost))];
        if (options.Tcp.Count > 0)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxTcpConnections, 1, nameof(options));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxTcpConnections, 10_000, nameof(options));
            _tcp = new SipTcpTransport(
                options.Tcp, options.AdvertisedHost, options.MaxTcpConnections, () => NowMs,
                (buffer, offset, length, connection) => Endpoint!.Receive(buffer, offset, length, connection.Peer, NowMs));
        }

        _wakeReceiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _wakeReceiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _wakeSender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _wakeSender.Connect(_wakeReceiver.LocalEndPoint!);
        Endpoint = new SipEndpoint(options.Endpoint, this, observer, 0);
        _thread = new Thread(Loop) { IsBackground = true, Name = "sip" };
    }

    /// <summary>The endpoint. Only the SIP thread may use it: the observer, posted commands and loop work.</summary>
    public SipEndpoint Endpoint { get; }

    /// <summary>What each UDP socket is bound to, in the order of the options.</summary>
    public IReadOnlyList<IPEndPoint> LocalEndPoints => [.. _sockets.Select(s => s.LocalEndPoint)];

    /// <summary>What each TCP listener is bound to, in the order of the options.</summary>
    public IReadOnlyList<IPEndPoint> TcpEndPoints => _tcp is null ? [] : [.. _tcp.LocalEndPoints];

    /// <summary>Ends with the loop; faulted if something in it threw, which is a bug.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Milliseconds since the stack was made: the endpoint's clock.</summary>
    public long NowMs => (long)_time.GetElapsedTime(_startedAt).TotalMilliseconds;

    /// <summary>Starts the SIP thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>
    /// Hands work to the SIP thread. With a static function and a pooled state nothing is allocated. May be called from any thread.
    /// </summary>
    /// <returns>False if the queue is full or the stack is stopping: hold back and try later.</returns>
    public bool TryPost(Action<SipEndpoint, object?, long> run, object? state = null, long argument = 0)
    {
        if (_stopping || !_commands.Writer.TryWrite(new Command(run, state, argument)))
        {
            return false;
        }

        if (Interlocked.Exchange(ref _asleep, 0) == 1)
        {
            Wake();
        }

        return true;
    }

    /// <inheritdoc />
    public bool TrySend(in SipPeer destination, ReadOnlySpan<byte> message) => destination.Transport switch
    {
        SipTransport.Udp => SocketFor(destination) is { } socket && socket.TrySend(destination, message),
        SipTransport.Tcp => _tcp is not null && _tcp.TrySend(destination, message),
        _ => false,
    };

    /// <inheritdoc />
    public SipLocalAddress? LocalFor(in SipPeer destination) => destination.Transport switch
    {
        SipTransport.Udp => SocketFor(destination)?.LocalFor(destination),
        SipTransport.Tcp => _tcp?.LocalFor(destination),
        _ => null,
    };

    /// <summary>Stops the thread and closes the sockets. Calls in progress are not ended: hang them up before.</summary>
    public void Dispose()
    {
        _stopping = true;
        Wake();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        _tcp?.Dispose();
        _wakeReceiver.Dispose();
        _wakeSender.Dispose();
    }

    private SipUdpSocket? SocketFor(in SipPeer peer)
    {
        foreach (var socket in _sockets)
        {
            if (socket.Reaches(peer))
            {
                return socket;
            }
        }

        return null;
    }

    private void Wake()
    {
        try
        {
            _wakeSender.Send([1], SocketFlags.None);
        }
        catch (SocketException)
        {
            // The loop turns every 10 ms by itself.
        }
    }

    private void Loop()
    {
        try
        {
            while (!_stopping)
            {
                Turn();
            }

            _completion.SetResult();
        }
#pragma warning disable CA1031 // A fault of the loop must reach whoever waits for it, whatever it is.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _stopping = true;
            _completion.SetException(fault);
        }
    }

    private void Turn()
    {
        Endpoint.Advance(NowMs);
        for (var i = 0; i < CommandsPerTurn && _commands.Reader.TryRead(out var command); i++)
        {
            command.Run(Endpoint, command.State, command.Argument);
        }

        var wait = Math.Min(TurnMicroseconds, _work?.Run(Endpoint, NowMs) ?? TurnMicroseconds);
        Volatile.Write(ref _asleep, 1);
        if (_commands.Reader.TryPeek(out _))
        {
            wait = 0;
        }

        _readable.Clear();
        _readable.Add(_wakeReceiver);
        foreach (var socket in _sockets)
        {
            _readable.Add(socket.Socket);
        }

        _writable.Clear();
        _tcp?.AddTo(_readable, _writable);
        Socket.Select(_readable, _writable.Count > 0 ? _writable : null, null, Math.Max(0, wait));
        Volatile.Write(ref _asleep, 0);
        if (_readable.Contains(_wakeReceiver))
        {
            _wakeReceiver.Receive(_datagram.AsSpan(0, 16), SocketFlags.None);
        }

        foreach (var socket in _sockets)
        {
            if (_readable.Contains(socket.Socket))
            {
                Drain(socket);
            }
        }

        _tcp?.Serve(_readable, _writable);
    }

    private void Drain(SipUdpSocket socket)
    {
        for (var i = 0; i < DatagramsPerTurn; i++)
        {
            var length = socket.Receive(_datagram, out var from);
            if (length > 0)
            {
                Endpoint.Receive(_datagram, 0, length, from, NowMs);
            }

            if (socket.Socket.Available == 0)
            {
                return;
            }
        }
    }

    private readonly record struct Command(Action<SipEndpoint, object?, long> Run, object? State, long Argument);
}
