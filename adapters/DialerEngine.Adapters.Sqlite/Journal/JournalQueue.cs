using DialerEngine.Core;

namespace DialerEngine.Adapters.Sqlite.Journal;

/// <summary>
/// Bounded first-in first-out queue of entries: many appenders, one taker. Grows by doubling up to its bound and allocates nothing
/// once it has been as full as it gets.
/// </summary>
internal sealed class JournalQueue(int capacity, TimeProvider time)
{
    private readonly object _gate = new();
    private JournalEntry[] _ring = new JournalEntry[Math.Min(256, capacity)];
    private int _head;
    private int _count;
    private bool _isClosed;
    private bool _isWoken;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>False when the queue is full or closed.</summary>
    public bool TryAdd(in JournalEntry entry)
    {
        lock (_gate)
        {
            if (_count == capacity || _isClosed)
            {
                return false;
            }

            if (_count == _ring.Length)
            {
                Grow();
            }

            var tail = _head + _count;
            _ring[tail < _ring.Length ? tail : tail - _ring.Length] = entry;
            if (++_count == 1)
            {
                Monitor.PulseAll(_gate);
            }

            return true;
        }
    }

    /// <summary>Waits for entries and copies up to the batch's size; they stay in the queue until removed. 0 when closed and empty.</summary>
    public int WaitAndPeek(JournalEntry[] batch)
    {
        lock (_gate)
        {
            while (_count == 0 && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            var taken = Math.Min(_count, batch.Length);
            var first = Math.Min(taken, _ring.Length - _head);
            Array.Copy(_ring, _head, batch, 0, first);
            Array.Copy(_ring, 0, batch, first, taken - first);
            return taken;
        }
    }

    /// <summary>Removes the oldest entries, which are durable now.</summary>
    public void Remove(int count)
    {
        lock (_gate)
        {
            Invariant.That(count <= _count);
            for (var i = 0; i < count; i++)
            {
                _ring[_head] = default;
                _head = _head + 1 == _ring.Length ? 0 : _head + 1;
            }

            _count -= count;
        }
    }

    /// <summary>Waits between two tries, or less when the queue is closed or woken meanwhile.</summary>
    public void WaitBeforeRetry(TimeSpan delay)
    {
        lock (_gate)
        {
            if (_isWoken)
            {
                return;
            }

            var isDue = false;
            using var timer = time.CreateTimer(
                _ =>
                {
                    lock (_gate)
                    {
                        isDue = true;
                        Monitor.PulseAll(_gate);
                    }
                },
                null,
                delay,
                Timeout.InfiniteTimeSpan);
            while (!isDue && !_isWoken)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Takes no more entries; the taker drains what is left.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends waiting between tries for good: from now on a failed try is not repeated.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Grow()
    {
        var larger = new JournalEntry[Math.Min(_ring.Length * 2, capacity)];
        var first = _ring.Length - _head;
        Array.Copy(_ring, _head, larger, 0, first);
        Array.Copy(_ring, 0, larger, first, _count - first);
        _ring = larger;
        _head = 0;
    }
}
