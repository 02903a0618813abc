using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Adapters.Sqlite.Journal;

/// <summary>
/// The attempt journal: a bounded queue and one writer thread with a connection of its own. The thread takes all that waits, up to
/// the batch size, writes it in one transaction with one flush (group commit), and tells the listener. A commit that fails is tried
/// again, in order, until it succeeds; nothing is lost or reordered meanwhile.
/// </summary>
public sealed class SqliteAttemptJournal : IAttemptJournal, IAsyncDisposable
{
    private readonly SqliteStorageOptions _options;
    private readonly ListCatalog _catalog;
    private readonly Lock _writer;
    private readonly Checkpointer _checkpointer;
    private readonly IJournalListener _listener;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly JournalQueue _queue;
    private readonly JournalEntry[] _batch;
    private readonly Dictionary<int, long> _committed = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isGivingUp;
    private JournalTransaction? _transaction;

    private SqliteAttemptJournal(
        SqliteStorageOptions options, ListCatalog catalog, Lock writer, Checkpointer checkpointer, IJournalListener listener, TimeProvider time, ILogger logger)
    {
        _options = options;
        _catalog = catalog;
        _writer = writer;
        _checkpointer = checkpointer;
        _listener = listener;
        _time = time;
        _logger = logger;
        _queue = new JournalQueue(options.JournalQueueCapacity, time);
        _batch = new JournalEntry[options.JournalBatchSize];
    }

    /// <summary>Entries that wait for their commit.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Commits made since the start; entries per commit show how well commits are shared.</summary>
    public long Commits { get; private set; }

    /// <summary>Entries made durable since the start.</summary>
    public long Entries { get; private set; }

    /// <inheritdoc/>
    public bool TryAppend(in JournalEntry entry)
    {
        // A malformed entry is the appender's bug and must stop its group here, not the writer of all groups later.
        Invariant.That(entry.Kind is >= JournalEntryKind.AttemptStarted and <= JournalEntryKind.AttemptWithdrawn);
        return _queue.TryAdd(entry);
    }

    /// <summary>
    /// Takes no more entries and waits until those that wait are durable. Returns how many are not when the time is over (0: all is
    /// written); they are lost then, and recovery will finish their attempts at the next start.
    /// </summary>
    public async ValueTask<int> StopAsync(TimeSpan patience)
    {
        _queue.Close();
        try
        {
            await _ended.Task.WaitAsync(patience, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Patience is over: the try under way is the last one.
            _isGivingUp = true;
            _queue.Wake();
            await _ended.Task.ConfigureAwait(false);
        }

        return _queue.Count;
    }

    /// <summary>Stops with a patience of 10 seconds.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.FromSeconds(10)).ConfigureAwait(false);

    internal static SqliteAttemptJournal Start(
        SqliteStorageOptions options, ListCatalog catalog, Lock writer, Checkpointer checkpointer, IJournalListener listener, TimeProvider time, ILogger logger)
    {
        var journal = new SqliteAttemptJournal(options, catalog, writer, checkpointer, listener, time, logger);
        new Thread(journal.Run) { IsBackground = true, Name = "attempt journal" }.Start();
        return journal;
    }

    private void Run()
    {
        try
        {
            while (!_isGivingUp)
            {
                var count = _queue.WaitAndPeek(_batch);
                if (count == 0 || !WriteUntilDurable(count))
                {
                    break;
                }

                _queue.Remove(count);
                Tell(count);
            }
        }
        finally
        {
            _transaction?.Dispose();
            _ended.TrySetResult();
        }
    }

    private bool WriteUntilDurable(int count)
    {
        var delay = _options.JournalRetryMs;
        for (var failed = 0; ; failed++)
        {
            if (TryWrite(count) is not { } fault)
            {
                if (failed > 0)
                {
                    SqliteLog.JournalRecovered(_logger, failed);
                    _listener.OnRecovered();
                }

                return true;
            }

            if (failed == 0)
            {
                SqliteLog.JournalFault(_logger, _queue.Count, fault.Message);
                _listener.OnFault(fault.Fault, fault.Message);
            }

            if (_isGivingUp)
            {
                return false;
            }

            _queue.WaitBeforeRetry(TimeSpan.FromMilliseconds(delay));
            delay = Math.Min(delay * 2, _options.JournalRetryMaxMs);
        }
    }

    private StorageFaultException? TryWrite(int count)
    {
        lock (_writer)
        {
            try
            {
                _transaction ??= new JournalTransaction(_options, _catalog, _logger);
                _transaction.Write(_batch.AsSpan(0, count));
                Commits++;
                Entries += count;
                _checkpointer.Wrote(count);
                return null;
            }
            catch (StorageFaultException e)
            {
                // The transaction is undone; the batch is still in the queue. A fresh connection rules out any doubtful state.
                _transaction?.Dispose();
                _transaction = null;
                return e;
            }
        }
    }

    private void Tell(int count)
    {
        _committed.Clear();
        for (var i = 0; i < count; i++)
        {
            _committed[_batch[i].Group.Value] = _batch[i].Sequence;
        }

        foreach (var (group, sequence) in _committed)
        {
            _listener.OnCommitted(new GroupId(group), sequence);
        }
    }
}
