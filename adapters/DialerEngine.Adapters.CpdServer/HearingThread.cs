using System.Numerics;

namespace DialerEngine.Adapters.CpdServer;

/// <summary>
/// A thread that analyses the calls of its share of the slots. The media thread sets a bit for a call that has frames; every two milliseconds this thread takes the
/// bits and works them off. Nothing is allocated, nobody waits for it; with no call to listen to it sleeps.
/// </summary>
internal sealed class HearingThread : IDisposable
{
    private const int PollMs = 2;

    /// <summary>After so many calls in one look the next look follows at once.</summary>
    private const int BusyCalls = 64;

    private readonly CpdServer _server;
    private readonly int _number;
    private readonly int _step;
    private readonly long[] _pending;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private volatile bool _stopping;

    /// <param name="server">Whose calls.</param>
    /// <param name="number">This thread's number, from 0: it has the slots number, number + step, ...</param>
    /// <param name="step">How many threads there are.</param>
    /// <param name="slots">How many slots there are.</param>
    public HearingThread(CpdServer server, int number, int step, int slots)
    {
        (_server, _number, _step) = (server, number, step);
        _pending = new long[(((slots + step - 1) / step) + 63) / 64];
        _thread = new Thread(Run) { IsBackground = true, Name = $"hearing {number}" };
    }

    /// <summary>Calls worked off since the start, one count for each time one had frames; for tests of the spread.</summary>
    public long Turns { get; private set; }

    /// <summary>True when no call of this thread's has frames that wait for it to begin; for tests.</summary>
    public bool IsIdle => Array.TrueForAll(_pending, p => p == 0);

    public void Start() => _thread.Start();

    /// <summary>A slot of this thread's has frames. Any thread; never waits.</summary>
    public void Announce(int slot)
    {
        var bit = slot / _step;
        Interlocked.Or(ref _pending[bit >> 6], 1L << (bit & 63));
    }

    /// <summary>There is a call to listen to.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Ends the thread; what waits is left to the calls' ends.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _wake.Dispose();
    }

    private void Run()
    {
        if (_number == 0)
        {
            CpdServer.WarmUp();
        }

        while (!_stopping)
        {
            if (Look() < BusyCalls)
            {
                _wake.WaitOne(_server.HasCalls ? PollMs : Timeout.Infinite);
            }
        }
    }

    private int Look()
    {
        var calls = 0;
        for (var word = 0; word < _pending.Length; word++)
        {
            if (Volatile.Read(ref _pending[word]) == 0)
            {
                continue;
            }

            for (var bits = (ulong)Interlocked.Exchange(ref _pending[word], 0); bits != 0; bits &= bits - 1)
            {
                _server.WorkOff((((word << 6) + BitOperations.TrailingZeroCount(bits)) * _step) + _number);
                calls++;
            }
        }

        Turns += calls;
        return calls;
    }
}
