using System.Threading.Tasks.Sources;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Sessions;

/// <summary>A message on its way to a desktop.</summary>
internal readonly record struct OutgoingMessage(CtiEvent Event, int? ReferenceId, int Bytes);

/// <summary>
/// Messages that wait for one desktop, bounded by number and bytes. Telephony, agent-state and error events pass before user events; within
/// each kind the order is kept. Any thread writes, one reads. Its waits allocate nothing: there are as many of them as there are events.
/// </summary>
internal sealed class OutgoingQueue(int maxMessages, int maxBytes) : IValueTaskSource<bool>
{
    private const int EnvelopeBytes = 96;

    private readonly Lock _gate = new();
    private readonly Queue<OutgoingMessage> _first = new();
    private readonly Queue<OutgoingMessage> _then = new();

    // The reader goes on by itself: whoever writes may be a group's loop.
    private ManualResetValueTaskSourceCore<bool> _wake = new() { RunContinuationsAsynchronously = true };
    private int _bytes;
    private bool _waiting;
    private bool _completed;

    /// <summary>Queues a message. False when it does not fit: nothing was queued. A message alone always fits.</summary>
    public bool TryEnqueue(CtiEvent message, int? referenceId)
    {
        var bytes = EnvelopeBytes + (message.UserData is { } data ? UserDataJson.EstimateBytes(data) : 0);
        bool wake;
        lock (_gate)
        {
            var count = _first.Count + _then.Count;
            if (_completed || (count > 0 && (count >= maxMessages || _bytes + bytes > maxBytes)))
            {
                return _completed;
            }

            (message.Kind == CtiEventKind.UserEvent ? _then : _first).Enqueue(new OutgoingMessage(message, referenceId, bytes));
            _bytes += bytes;
            wake = _waiting;
            _waiting = false;
        }

        if (wake)
        {
            _wake.SetResult(true);
        }

        return true;
    }

    /// <summary>Takes the next message, if there is one.</summary>
    public bool TryDequeue(out OutgoingMessage message)
    {
        lock (_gate)
        {
            if (!_first.TryDequeue(out message) && !_then.TryDequeue(out message))
            {
                return false;
            }

            _bytes -= message.Bytes;
            return true;
        }
    }

    /// <summary>Takes no more messages; what is queued is still read.</summary>
    public void Complete()
    {
        bool wake;
        lock (_gate)
        {
            _completed = true;
            wake = _waiting;
            _waiting = false;
        }

        if (wake)
        {
            _wake.SetResult(false);
        }
    }

    /// <summary>Waits until there is a message; false when there will be none any more. One reader, one wait at a time; <see cref="Complete"/> ends it.</summary>
    public ValueTask<bool> WaitAsync()
    {
        lock (_gate)
        {
            if (_first.Count + _then.Count > 0)
            {
                return ValueTask.FromResult(true);
            }

            if (_completed)
            {
                return ValueTask.FromResult(false);
            }

            _wake.Reset();
            _waiting = true;
            return new ValueTask<bool>(this, _wake.Version);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _wake.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wake.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);
}
