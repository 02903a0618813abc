using System.Threading.Channels;
using DialerEngine.Adapters.TServer.Wire;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Sessions;

/// <summary>A message on its way to a desktop.</summary>
internal readonly record struct OutgoingMessage(CtiEvent Event, int? ReferenceId, int Bytes);

/// <summary>
/// Messages that wait for one desktop, bounded by number and bytes. Telephony, agent-state and error events pass before user events; within
/// each kind the order is kept. Any thread writes, one reads.
/// </summary>
internal sealed class OutgoingQueue(int maxMessages, int maxBytes)
{
    private const int EnvelopeBytes = 96;

    private readonly Lock _gate = new();
    private readonly Queue<OutgoingMessage> _first = new();
    private readonly Queue<OutgoingMessage> _then = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
        SingleReader = true,
    });

    private int _bytes;
    private bool _completed;

    /// <summary>Queues a message. False when it does not fit: nothing was queued. A message alone always fits.</summary>
    public bool TryEnqueue(CtiEvent message, int? referenceId)
    {
        var bytes = EnvelopeBytes + (message.UserData is { } data ? UserDataJson.EstimateBytes(data) : 0);
        lock (_gate)
        {
            var count = _first.Count + _then.Count;
            if (_completed || (count > 0 && (count >= maxMessages || _bytes + bytes > maxBytes)))
            {
                return _completed;
            }

            (message.Kind == CtiEventKind.UserEvent ? _then : _first).Enqueue(new OutgoingMessage(message, referenceId, bytes));
            _bytes += bytes;
        }

        _wake.Writer.TryWrite(true);
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
        lock (_gate)
        {
            _completed = true;
        }

        _wake.Writer.TryComplete();
    }

    /// <summary>Waits until there may be a message; false when there will be none any more.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken stop)
    {
        if (!await _wake.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            return false;
        }

        _wake.Reader.TryRead(out _);
        return true;
    }
}
