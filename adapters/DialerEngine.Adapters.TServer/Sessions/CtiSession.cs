using System.Net;
using System.Net.WebSockets;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Core;
using DialerEngine.Desktop;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Adapters.TServer.Sessions;

/// <summary>What every session shares.</summary>
internal sealed record CtiContext(
    CtiOptions Options,
    CtiSessions Sessions,
    Core.Desktop.IAgentGateway Gateway,
    DesktopRequests Requests,
    CtiMetrics Metrics,
    ILogger Logger,
    TimeProvider Time,
    LoginThrottle Throttle);

/// <summary>
/// One desktop's connection: a loop that reads and carries out requests one after the other, and a loop that sends what waits. Ends for
/// one reason (<see cref="CtiDisconnectReason"/>), and its end logs the agent out, or leaves them waited for (<see cref="WaitingAgent"/>).
/// </summary>
internal sealed partial class CtiSession : IAgentMailbox, IDisposable
{
    /// <summary>Receive buffer between messages, bytes: nearly every request fits, and a thousand idle desktops cost 2 MB.</summary>
    private const int SmallBuffer = 2_048;

    private const int KeptBuffer = 16 * 1_024;

    private readonly CtiContext _context;
    private readonly WebSocket _socket;
    private readonly OutgoingQueue _outgoing;
    private readonly TokenBucket _rate;
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _gate = new();
    private readonly IPAddress _remote;
    private CallReferences _references = new();
    private DesktopMemory _memory = new();
    private WaitingAgent? _waiting;
    private byte[] _buffer = new byte[SmallBuffer];
    private ITimer? _closeTimer;
    private int _reason;
    private string? _dn;
    private AgentId _agent;
    private string _loginId = "";
    private bool _loggedIn;
    private int _failedLogins;
    private int _refusedInARow;

    public CtiSession(CtiContext context, WebSocket socket, IPAddress remote)
    {
        _context = context;
        _socket = socket;
        _remote = remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote;
        Id = context.Sessions.NextId();
        _outgoing = new OutgoingQueue(context.Options.MaxQueuedMessages, context.Options.MaxQueuedBytes);
        _rate = new TokenBucket(context.Options.RequestsPerSecond, context.Options.RequestBurst, context.Time);
    }

    /// <summary>Number of the session in logs.</summary>
    public long Id { get; }

    private CtiDisconnectReason Reason => (CtiDisconnectReason)Volatile.Read(ref _reason);

    /// <summary>Serves the connection until it ends.</summary>
    public async Task RunAsync(string remote)
    {
        _context.Metrics.Opened();
        CtiLog.SessionOpened(_context.Logger, Id, remote);
        _context.Sessions.Add(this);
        var sending = SendLoopAsync();
        using var registration = _context.Time.CreateTimer(
            static session => ((CtiSession)session!).CheckRegistered(), this, _context.Options.RegistrationTimeout, Timeout.InfiniteTimeSpan);
        Send(new CtiEvent { Kind = CtiEventKind.LinkConnected, ApplicationId = _context.Options.ApplicationId });
        await ReceiveLoopAsync().ConfigureAwait(false);
        Leave();
        _outgoing.Complete();
        await CloseAsync(sending).ConfigureAwait(false);
        _context.Sessions.Remove(this);
        _context.Metrics.Closed(Reason);
        CtiLog.SessionClosed(_context.Logger, Id, _dn ?? "-", Reason);
    }

    /// <summary>Queues an event for the desktop; a desktop that does not read is cut off here.</summary>
    public void Send(CtiEvent message)
    {
        bool fits;
        WaitingAgent? waiting;
        lock (_gate)
        {
            waiting = _waiting;
            fits = waiting is not null || TryQueue(message);
        }

        // The connection broke in this moment: what comes now is for who waits for the agent.
        waiting?.Send(message);
        if (!fits)
        {
            Disconnect(CtiDisconnectReason.SlowReader);
        }
    }

    /// <summary>Queues an answer to this connection's own request. Where the agent has passed to another connection, it is not for that one's ears.</summary>
    private void SendHere(CtiEvent message)
    {
        bool fits;
        lock (_gate)
        {
            fits = _waiting is not null || TryQueue(message);
        }

        if (!fits)
        {
            Disconnect(CtiDisconnectReason.SlowReader);
        }
    }

    /// <summary>The agent of this session has come back: shows the desktop what there is, after the answer to its login. Called while nothing else is sent for the agent.</summary>
    public void Adopt(AgentId agent, string loginId, int? referenceId, DesktopMemory memory, CallReferences references)
    {
        bool fits;
        lock (_gate)
        {
            _agent = agent;
            _loginId = loginId;
            _loggedIn = true;
            _memory = memory;
            _references = references;
            fits = _outgoing.TryEnqueue(new CtiEvent { Kind = CtiEventKind.AgentLogin, AgentLoginId = loginId }, referenceId);
            foreach (var message in memory.Replay())
            {
                fits = fits && _outgoing.TryEnqueue(message, null);
            }
        }

        if (!fits)
        {
            Disconnect(CtiDisconnectReason.SlowReader);
        }
    }

    /// <summary>Ends the session, the first reason counting: with a close frame where the desktop still reads, at once where it does not.</summary>
    public void Disconnect(CtiDisconnectReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, 0) != 0)
        {
            return;
        }

        if (reason is CtiDisconnectReason.SlowReader or CtiDisconnectReason.ConnectionLost)
        {
            // Not on this thread: it may be a group's loop, and what waits on the token runs on.
            _ = _abort.CancelAsync();
        }
        else
        {
            // The send loop sends what waits and the close frame; the desktop's answer ends the receive loop, or the timeout does.
            _outgoing.Complete();
            AbortLater();
        }
    }

    public void Dispose()
    {
        _closeTimer?.Dispose();
        _abort.Dispose();
    }

    private static CtiEvent ErrorEvent(CtiError error, string words) =>
        new() { Kind = CtiEventKind.Error, ErrorCode = (int)error, ErrorMessage = words };

    private bool TryQueue(CtiEvent message)
    {
        if (message.Kind == CtiEventKind.AgentLogout)
        {
            if (!_loggedIn)
            {
                return true;
            }

            _loggedIn = false;
        }

        _memory.Passed(message);
        var reference = message.Call.IsNone ? message.ReferenceId : _references.Passed(message.Kind, message.Call) ?? message.ReferenceId;
        var fits = _outgoing.TryEnqueue(message, reference);
        if (message.Kind is CtiEventKind.Released or CtiEventKind.Abandoned)
        {
            while (fits && _references.TakeUnanswered(message.Call) is { } unanswered)
            {
                fits = _outgoing.TryEnqueue(ErrorEvent(CtiError.InvalidConnectionId, "the call is over"), unanswered);
            }
        }

        return fits;
    }

    private void AbortLater()
    {
        var timer = _context.Time.CreateTimer(
            static session => _ = ((CtiSession)session!).AbortNowAsync(), this, _context.Options.CloseTimeout, Timeout.InfiniteTimeSpan);
        Interlocked.Exchange(ref _closeTimer, timer)?.Dispose();
    }

    private async Task AbortNowAsync()
    {
        try
        {
            await _abort.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The session ended in the same moment.
        }
    }

    private void CheckRegistered()
    {
        if (Volatile.Read(ref _dn) is null)
        {
            Disconnect(CtiDisconnectReason.RegistrationTimeout);
        }
    }

    /// <summary>Gives DN and agent back to the engine, or leaves the agent waited for.</summary>
    private void Leave()
    {
        Interlocked.CompareExchange(ref _reason, (int)CtiDisconnectReason.ConnectionLost, 0);
        bool loggedIn;
        AgentId agent;
        WaitingAgent? waiting = null;
        lock (_gate)
        {
            loggedIn = _loggedIn;
            agent = _agent;
            _loggedIn = false;
            if (loggedIn && MayComeBack)
            {
                waiting = _waiting = new WaitingAgent(_context, agent, _loginId, _dn!, _memory, _references);
            }
        }

        if (waiting is not null)
        {
            CtiLog.AgentAwaited(_context.Logger, agent, Id, Reason);
            _context.Sessions.Wait(waiting);
        }
        else if (loggedIn)
        {
            CtiLog.AgentLostWithSession(_context.Logger, Id, agent, Reason);
            _context.Gateway.Logout(agent, lost: true);
        }

        if (agent != default)
        {
            _context.Sessions.Unbind(agent, this);
        }

        if (_dn is { } dn)
        {
            _context.Sessions.Unregister(dn, this);
        }
    }

    /// <summary>
    /// A connection that broke, and one that a browser closed because its page went away (1001) or closed without a word: the desktop may be back in a moment. One that
    /// closed in order (1000) will not be, and one that did not read or broke the rules is not wanted.
    /// </summary>
    private bool MayComeBack => _context.Options.ReconnectGrace > TimeSpan.Zero && !_context.Sessions.IsStopping && Reason switch
    {
        CtiDisconnectReason.ConnectionLost => true,
        CtiDisconnectReason.ClosedByDesktop => _socket.CloseStatus != WebSocketCloseStatus.NormalClosure,
        _ => false,
    };

    private async Task ReceiveLoopAsync()
    {
        try
        {
            while (Reason == CtiDisconnectReason.None)
            {
                var (type, length) = await ReceiveMessageAsync().ConfigureAwait(false);
                if (type == WebSocketMessageType.Close)
                {
                    Disconnect(CtiDisconnectReason.ClosedByDesktop);
                    return;
                }

                if (length > _context.Options.MaxMessageBytes)
                {
                    RefuseReference(null, CtiError.BadMessageLength, $"a message may have {_context.Options.MaxMessageBytes} bytes");
                    Disconnect(CtiDisconnectReason.MessageTooBig);
                }
                else
                {
                    await TakeGuardedAsync(type, length).ConfigureAwait(false);
                }
            }

            await DrainAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            CtiLog.Broken(_context.Logger, Id, e);
            Disconnect(CtiDisconnectReason.ConnectionLost);
        }
    }

    /// <summary>The last line: a fault of the engine ends this connection and no other.</summary>
    private async ValueTask TakeGuardedAsync(WebSocketMessageType type, int length)
    {
        try
        {
            await TakeAsync(type, length).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            CtiLog.Fault(_context.Logger, Id, e);
            RefuseReference(null, CtiError.Internal, "the engine failed");
            Disconnect(CtiDisconnectReason.InternalError);
        }
    }

    /// <summary>One message into the buffer; of a message above the limit no more than one byte above it.</summary>
    private async ValueTask<(WebSocketMessageType Type, int Length)> ReceiveMessageAsync()
    {
        var length = 0;
        ValueWebSocketReceiveResult received;
        do
        {
            MakeRoom(length);
            received = await _socket.ReceiveAsync(_buffer.AsMemory(length), _abort.Token).ConfigureAwait(false);
            length += received.Count;
        }
        while (!received.EndOfMessage && length <= _context.Options.MaxMessageBytes);

        return (received.MessageType, length);
    }

    /// <summary>Keeps the buffer as big as the message needs, up to one byte above the limit, and small between messages.</summary>
    private void MakeRoom(int length)
    {
        if (length == 0 && _buffer.Length > KeptBuffer)
        {
            _buffer = new byte[SmallBuffer];
        }
        else if (length == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(length * 2, _context.Options.MaxMessageBytes + 1));
        }
    }

    /// <summary>The session ends by the engine's will: waits, within the time given, for the desktop's close frame.</summary>
    private async Task DrainAsync()
    {
        while (_socket.State is WebSocketState.Open or WebSocketState.CloseSent)
        {
            var received = await _socket.ReceiveAsync(_buffer.AsMemory(), _abort.Token).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }
        }
    }

    private async Task SendLoopAsync()
    {
        using var writer = new CtiEventWriter();
        try
        {
            while (await _outgoing.WaitAsync().ConfigureAwait(false))
            {
                await SendQueuedAsync(writer).ConfigureAwait(false);
            }

            await SendQueuedAsync(writer).ConfigureAwait(false);
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await _socket.CloseOutputAsync(StatusOf(Reason), Reason.ToString(), _abort.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            CtiLog.Broken(_context.Logger, Id, e);
            Disconnect(CtiDisconnectReason.ConnectionLost);
        }
        catch (Exception e)
        {
            CtiLog.Fault(_context.Logger, Id, e);
            Disconnect(CtiDisconnectReason.InternalError);
        }
    }

    private async ValueTask SendQueuedAsync(CtiEventWriter writer)
    {
        while (_outgoing.TryDequeue(out var message))
        {
            var bytes = writer.Write(message.Event, message.ReferenceId, _dn);
            await _socket.SendAsync(bytes, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, _abort.Token).ConfigureAwait(false);
            _context.Metrics.Sent();
        }
    }

    private async Task CloseAsync(Task sending)
    {
        // Whatever the send loop still waits for ends with this.
        AbortLater();
        await sending.ConfigureAwait(false);
        _socket.Abort();
    }

    private static WebSocketCloseStatus StatusOf(CtiDisconnectReason reason) => reason switch
    {
        CtiDisconnectReason.MessageTooBig => WebSocketCloseStatus.MessageTooBig,
        CtiDisconnectReason.Flood or CtiDisconnectReason.FailedLogins or CtiDisconnectReason.RegistrationTimeout or CtiDisconnectReason.TakenOver => WebSocketCloseStatus.PolicyViolation,
        CtiDisconnectReason.ServerStopping => WebSocketCloseStatus.EndpointUnavailable,
        CtiDisconnectReason.InternalError => WebSocketCloseStatus.InternalServerError,
        _ => WebSocketCloseStatus.NormalClosure,
    };
}
