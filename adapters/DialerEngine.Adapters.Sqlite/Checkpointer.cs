using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Core.Ports;

namespace DialerEngine.Adapters.Sqlite;

/// <summary>
/// Brings the write-ahead log home into the database file on a thread of its own, so that neither a fetch nor the journal waits for it: its flushes
/// take most of the time that a fetch of scattered records would take. Whoever writes says how much; after so much the thread does its work while others
/// go on writing. Where it cannot keep up, the log is brought home by the writer that reaches <see cref="MostPages"/>.
/// </summary>
internal sealed class Checkpointer : IDisposable
{
    /// <summary>Longest log, in pages of 4 KiB, that writers leave to the thread: 256 MiB of disk.</summary>
    public const int MostPages = 65_536;

    // As SQLite's own: a thousand pages.
    private const int Due = 1_000;

    // A log that is longer than this and nearly home is finished while nobody writes, so that it begins anew from its start.
    private const int LongLog = 8_192;
    private const int NearlyHome = 1_024;

    private readonly SqliteStorageOptions _options;
    private readonly Lock _writer;
    private readonly AutoResetEvent _work = new(false);
    private readonly Lock _starting = new();
    private Thread? _thread;
    private volatile bool _stop;
    private int _pages;

    public Checkpointer(SqliteStorageOptions options, Lock writer)
    {
        _options = options;
        _writer = writer;
    }

    /// <summary>Gives a writer's connection the page cache of one transaction and leaves checkpoints to this thread.</summary>
    public static void Prepare(SqliteConnection connection)
    {
        // 16 MiB: a fetch of 500 records that lie scattered changes some 2,000 pages; what does not fit is written twice.
        connection.Execute("PRAGMA cache_size=-16384", "opening the database");
        connection.Execute(FormattableString.Invariant($"PRAGMA wal_autocheckpoint={MostPages}"), "opening the database");
    }

    /// <summary>Says that a transaction changed about so many pages.</summary>
    public void Wrote(int pages)
    {
        if (Interlocked.Add(ref _pages, pages) < Due)
        {
            return;
        }

        Interlocked.Exchange(ref _pages, 0);
        lock (_starting)
        {
            if (_stop)
            {
                return;
            }

            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "checkpoints" };
                _thread.Start();
            }

            _work.Set();
        }
    }

    public void Dispose()
    {
        Thread? running;
        lock (_starting)
        {
            _stop = true;
            running = _thread;
            _work.Set();
        }

        running?.Join();
        _work.Dispose();
    }

    private void Run()
    {
        SqliteConnection? connection = null;
        SqliteStatement? checkpoint = null;
        try
        {
            while (true)
            {
                _work.WaitOne();
                if (_stop)
                {
                    return;
                }

                try
                {
                    connection ??= SqliteConnection.Open(_options.Path, SqliteAccess.Write, _options.BusyTimeoutMs, fullSync: false);
                    checkpoint ??= connection.Prepare("PRAGMA wal_checkpoint(PASSIVE)", "bringing the log home");
                    var (log, left) = BringHome(checkpoint);
                    if (log > LongLog && left < NearlyHome)
                    {
                        lock (_writer)
                        {
                            BringHome(checkpoint);
                        }
                    }
                }
                catch (StorageFaultException)
                {
                    // A full or failing disk: writers meet it themselves and say so. The log keeps what is not home yet.
                    connection?.Dispose();
                    (connection, checkpoint) = (null, null);
                }
            }
        }
        finally
        {
            connection?.Dispose();
        }
    }

    /// <summary>Copies what no reader needs from the log any more; waits for nobody. Pages in the log, and those that are not home.</summary>
    private static (long Log, long Left) BringHome(SqliteStatement checkpoint)
    {
        var pages = checkpoint.Step() ? (checkpoint.Integer(1), checkpoint.Integer(1) - checkpoint.Integer(2)) : default;
        checkpoint.Reset();
        return pages;
    }
}
