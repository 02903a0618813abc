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
    TimeProvider Time);

/// <summary>
/// One desktop's connection: a loop that reads and carries out requests one after the other, and a loop that sends what waits. Ends for
/// one reason (<see cref="CtiDisconnectReason"/>), and its end logs the agent out.
/// </summary>
internal sealed partial class CtiSession : IDisposable
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
    private readonly CallReferences _references = new();
    private byte[] _buffer = new byte[SmallBuffer];
    private ITimer? _closeTimer;
    private int _reason;
    private string? _dn;
    private AgentId _agent;
    private bool _loggedIn;
    private int _failedLogins;
    private int _refusedInARow;

    public CtiSession(CtiContext context, WebSocket socket)
    {
        _context = context;
        _socket = socket;
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
        lock (_gate)
        {
            if (message.Kind == CtiEventKind.AgentLogout)
            {
                if (!_loggedIn)
                {
                    return;
                }

                _loggedIn = false;
            }

            var reference = message.Call.IsNone ? message.ReferenceId : _references.Passed(message.Kind, message.Call) ?? message.ReferenceId;
            fits = _outgoing.TryEnqueue(message, reference);
            if (message.Kind is CtiEventKind.Released or CtiEventKind.Abandoned)
            {
                while (fits && _references.TakeUnanswered(message.Call) is { } unanswered)
                {
                    fits = _outgoing.TryEnqueue(ErrorEvent(CtiError.InvalidConnectionId, "the call is over"), unanswered);
                }
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

    /// <summary>Gives DN and agent back to the engine.</summary>
    private void Leave()
    {
        Interlocked.CompareExchange(ref _reason, (int)CtiDisconnectReason.ConnectionLost, 0);
        bool loggedIn;
        AgentId agent;
        lock (_gate)
        {
            loggedIn = _loggedIn;
            agent = _agent;
            _loggedIn = false;
        }

        if (loggedIn)
        {
            CtiLog.AgentLostWithSession(_context.Logger, Id, agent, Reason);
            _context.Gateway.Logout(agent);
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
                    TakeGuarded(type, length);
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
    private void TakeGuarded(WebSocketMessageType type, int length)
    {
        try
        {
            Take(type, length);
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
            while (await _outgoing.WaitAsync(_abort.Token).ConfigureAwait(false))
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
        CtiDisconnectReason.Flood or CtiDisconnectReason.FailedLogins or CtiDisconnectReason.RegistrationTimeout => WebSocketCloseStatus.PolicyViolation,
        CtiDisconnectReason.ServerStopping => WebSocketCloseStatus.EndpointUnavailable,
        CtiDisconnectReason.InternalError => WebSocketCloseStatus.InternalServerError,
        _ => WebSocketCloseStatus.NormalClosure,
    };
}
