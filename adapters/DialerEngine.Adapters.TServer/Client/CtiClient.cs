using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Threading.Channels;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Core;
using DialerEngine.Core.Desktop;

namespace DialerEngine.Adapters.TServer.Client;

/// <summary>
/// A desktop's connection to the engine: the reference client of the CTI link. Connect, log in, go ready, read <see cref="Events"/>. Every
/// message comes through <see cref="Events"/> in its order, replies too; the request methods also give the reply to their caller.
/// Thread-safe.
/// </summary>
/// <example>
/// <code>
/// await using var desktop = await CtiClient.ConnectAsync(new Uri("ws://127.0.0.1:8080/cti"));
/// await desktop.LoginAsync("7001", "1001", "secret");
/// await desktop.ReadyAsync();
/// await foreach (var message in desktop.Events.ReadAllAsync())
/// {
///     if (message.Kind == CtiEventKind.Released)
///     {
///         await desktop.RecordProcessedAsync(message.UserData, callResult: 33);
///         await desktop.ReadyAsync();
///     }
/// }
/// </code>
/// </example>
public sealed class CtiClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly CtiClientOptions _options;
    private readonly Channel<CtiMessage> _events;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<CtiMessage>> _awaited = new();
    private readonly TaskCompletionSource<CtiMessage> _linkConnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _receiving;
    private volatile bool _ended;
    private int _disposed;
    private int _lastReference;

    private CtiClient(ClientWebSocket socket, CtiClientOptions options)
    {
        _socket = socket;
        _options = options;
        _events = Channel.CreateBounded<CtiMessage>(new BoundedChannelOptions(options.EventCapacity) { SingleWriter = true });
        _receiving = ReceiveLoopAsync();
    }

    /// <summary>Every message from the engine in its order. Completes when the connection ends.</summary>
    public ChannelReader<CtiMessage> Events => _events.Reader;

    /// <summary>The engine's application DBID (<c>GSW_APPLICATION_ID</c>), from EventLinkConnected.</summary>
    public int ApplicationId { get; private set; }

    /// <summary>Why the engine closed the connection, from its close frame; null while it is open or where it broke.</summary>
    public string? CloseReason => _socket.CloseStatusDescription;

    /// <summary>Completes when the connection has ended, whoever ended it.</summary>
    public Task Completion => _receiving;

    /// <summary>Connects and waits for EventLinkConnected.</summary>
    /// <exception cref="CtiConnectionException">The engine is not there, is no engine, or does not take the connection.</exception>
    public static async Task<CtiClient> ConnectAsync(Uri uri, CtiClientOptions? options = null, CancellationToken stop = default)
    {
        options ??= new CtiClientOptions();
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(CtiNames.Subprotocol);
        socket.Options.RemoteCertificateValidationCallback = options.CertificateValidation;
        try
        {
            await socket.ConnectAsync(uri, stop).ConfigureAwait(false);
        }
        catch (WebSocketException e)
        {
            socket.Dispose();
            throw new CtiConnectionException($"{uri} does not take a CTI connection: {e.Message}", e);
        }

        var client = new CtiClient(socket, options);
        try
        {
            var linked = await client.WithinAsync(client._linkConnected.Task, "EventLinkConnected", stop).ConfigureAwait(false);
            client.ApplicationId = linked.ApplicationId;
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends a request and waits for its reply, EventError included. Gives the request a reference id of its own where it has none.</summary>
    /// <exception cref="CtiConnectionException">The connection is gone, or no reply came in time.</exception>
    public async Task<CtiMessage> RequestAsync(CtiRequest request, CancellationToken stop = default)
    {
        var reference = request.ReferenceId ?? Interlocked.Increment(ref _lastReference);
        var reply = new TaskCompletionSource<CtiMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_awaited.TryAdd(reference, reply))
        {
            throw new ArgumentException($"reference id {reference} is awaited already", nameof(request));
        }

        try
        {
            await SendAsync(request with { ReferenceId = reference }, stop).ConfigureAwait(false);
            if (_ended)
            {
                throw new CtiConnectionException("the connection has ended");
            }

            return await WithinAsync(reply.Task, CtiNames.Of(request.Kind), stop).ConfigureAwait(false);
        }
        finally
        {
            _awaited.TryRemove(reference, out _);
        }
    }

    /// <summary>Sends a request and waits for nothing.</summary>
    /// <exception cref="CtiConnectionException">The connection is gone.</exception>
    public async Task SendAsync(CtiRequest request, CancellationToken stop = default)
    {
        var bytes = CtiClientJson.Write(request);
        await _sending.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            // A web socket whose sending is cancelled half-way is aborted: who loses patience gives up the reply, not the connection.
            await _socket.SendAsync(bytes, WebSocketMessageType.Text, true, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or InvalidOperationException or ObjectDisposedException or IOException)
        {
            throw new CtiConnectionException("the connection has ended", e);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Registers a DN.</summary>
    public Task<CtiMessage> RegisterAsync(string thisDn, CancellationToken stop = default) =>
        RequestAsync(new CtiRequest { Kind = CtiRequestKind.RegisterAddress, ThisDn = thisDn }, stop);

    /// <summary>Logs an agent in on a DN.</summary>
    public Task<CtiMessage> LoginAsync(string thisDn, string agentId, string? password = null, CancellationToken stop = default) =>
        RequestAsync(new CtiRequest { Kind = CtiRequestKind.AgentLogin, ThisDn = thisDn, AgentId = agentId, Password = password }, stop);

    /// <summary>The agent takes calls.</summary>
    public Task<CtiMessage> ReadyAsync(CancellationToken stop = default) =>
        RequestAsync(new CtiRequest { Kind = CtiRequestKind.AgentReady }, stop);

    /// <summary>The agent takes no calls; with <paramref name="afterCallWork"/> because it finishes the last one.</summary>
    public Task<CtiMessage> NotReadyAsync(bool afterCallWork = false, CancellationToken stop = default) =>
        RequestAsync(new CtiRequest { Kind = CtiRequestKind.AgentNotReady, WorkMode = afterCallWork ? CtiNames.AfterCallWork : null }, stop);

    /// <summary>The agent goes home.</summary>
    public Task<CtiMessage> LogoutAsync(CancellationToken stop = default) =>
        RequestAsync(new CtiRequest { Kind = CtiRequestKind.AgentLogout }, stop);

    /// <summary>Dials a record that the agent has on the desktop; the reply is EventDialing.</summary>
    /// <param name="recordHandle"><c>GSW_RECORD_HANDLE</c>.</param>
    /// <param name="number">Another number than the record's own; null for that.</param>
    /// <param name="stop">Ends the waiting.</param>
    public Task<CtiMessage> MakeCallAsync(long recordHandle, string? number = null, CancellationToken stop = default) =>
        RequestAsync(new CtiRequest { Kind = CtiRequestKind.MakeCall, OtherDn = number, UserData = new UserData().Set("GSW_RECORD_HANDLE", recordHandle) }, stop);

    /// <summary>Answers a call; the reply is EventEstablished.</summary>
    public Task<CtiMessage> AnswerAsync(CallHandle call, CancellationToken stop = default) => ControlAsync(CtiRequestKind.AnswerCall, call, stop);

    /// <summary>Ends a call; the reply is EventReleased.</summary>
    public Task<CtiMessage> ReleaseAsync(CallHandle call, CancellationToken stop = default) => ControlAsync(CtiRequestKind.ReleaseCall, call, stop);

    /// <summary>Puts a call on hold; the reply is EventHeld.</summary>
    public Task<CtiMessage> HoldAsync(CallHandle call, CancellationToken stop = default) => ControlAsync(CtiRequestKind.HoldCall, call, stop);

    /// <summary>Takes a call back from hold; the reply is EventRetrieved.</summary>
    public Task<CtiMessage> RetrieveAsync(CallHandle call, CancellationToken stop = default) => ControlAsync(CtiRequestKind.RetrieveCall, call, stop);

    /// <summary>Changes a call's attached data; the reply is EventAttachedDataChanged.</summary>
    public Task<CtiMessage> UpdateUserDataAsync(CallHandle call, UserData userData, CancellationToken stop = default) =>
        RequestAsync(new CtiRequest { Kind = CtiRequestKind.UpdateUserData, ConnId = call.ToString(), UserData = userData }, stop);

    /// <summary>Sends a request of the desktop protocol and waits for its reply, a user event that may be an error (<c>GSW_ERROR</c>).</summary>
    public Task<CtiMessage> UserEventAsync(UserData userData, CancellationToken stop = default) =>
        RequestAsync(new CtiRequest { Kind = CtiRequestKind.DistributeUserEvent, UserData = userData }, stop);

    /// <summary>RecordProcessed for the record of a call.</summary>
    /// <param name="attachedData">The call's attached data: names record, list and campaign.</param>
    /// <param name="callResult"><c>GSW_CALL_RESULT</c>; null leaves the detected one.</param>
    /// <param name="stop">Ends the waiting.</param>
    public Task<CtiMessage> RecordProcessedAsync(UserData attachedData, int? callResult = null, CancellationToken stop = default)
    {
        var request = new UserData().Set("GSW_AGENT_REQ_TYPE", "RecordProcessed").Set("GSW_APPLICATION_ID", ApplicationId);
        foreach (var key in (ReadOnlySpan<string>)["GSW_RECORD_HANDLE", "GSW_CALLING_LIST", "GSW_CAMPAIGN_NAME", "GSW_CAMPAIGN_GROUP_NAME"])
        {
            if (attachedData.TryGet(key, out var value))
            {
                request.TrySet(key, value);
            }
        }

        if (callResult is { } result)
        {
            request.Set("GSW_CALL_RESULT", result);
        }

        return UserEventAsync(request, stop);
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var patience = new CancellationTokenSource(_options.ReplyTimeout, _options.Time);
                await _sending.WaitAsync(patience.Token).ConfigureAwait(false);
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token).ConfigureAwait(false);
                await _receiving.WaitAsync(patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // It is ending anyway.
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        _socket.Dispose();
        _stop.Dispose();
        _sending.Dispose();
    }

    private Task<CtiMessage> ControlAsync(CtiRequestKind kind, CallHandle call, CancellationToken stop) =>
        RequestAsync(new CtiRequest { Kind = kind, ConnId = call.ToString() }, stop);

    private async Task<CtiMessage> WithinAsync(Task<CtiMessage> reply, string what, CancellationToken stop)
    {
        try
        {
            return await reply.WaitAsync(_options.ReplyTimeout, _options.Time, stop).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new CtiConnectionException($"no answer to {what} within {_options.ReplyTimeout.TotalSeconds:0.#} s", e);
        }
    }

    private async Task ReceiveLoopAsync()
    {
        var buffer = new byte[4_096];
        Exception? fault = null;
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult received;
                do
                {
                    if (length == buffer.Length)
                    {
                        Array.Resize(ref buffer, length * 2);
                    }

                    received = await _socket.ReceiveAsync(buffer.AsMemory(length), _stop.Token).ConfigureAwait(false);
                    length += received.Count;
                }
                while (!received.EndOfMessage && length <= _options.MaxMessageBytes);

                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await AnswerCloseAsync().ConfigureAwait(false);
                    return;
                }

                if (!received.EndOfMessage || CtiClientJson.Read(buffer.AsSpan(0, length)) is not { } message || !Take(message))
                {
                    fault = new CtiConnectionException("the engine sent what this client cannot take, or Events were not read");
                    _socket.Abort();
                    return;
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            fault = e;
        }
        finally
        {
            End(fault);
        }
    }

    private async Task AnswerCloseAsync()
    {
        if (_socket.State == WebSocketState.CloseReceived)
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _stop.Token).ConfigureAwait(false);
        }
    }

    private bool Take(CtiMessage message)
    {
        var taken = _events.Writer.TryWrite(message);
        if (message.Kind == Desktop.CtiEventKind.LinkConnected)
        {
            _linkConnected.TrySetResult(message);
        }

        if (message.ReferenceId is { } reference && _awaited.TryRemove(reference, out var reply))
        {
            reply.TrySetResult(message);
        }

        return taken;
    }

    private void End(Exception? fault)
    {
        var ended = new CtiConnectionException(_socket.CloseStatusDescription is { } why ? "the engine closed the connection: " + why : "the connection has ended", fault);
        _ended = true;
        _events.Writer.TryComplete();
        _linkConnected.TrySetException(ended);
        foreach (var reply in _awaited.Values)
        {
            reply.TrySetException(ended);
        }
    }
}
