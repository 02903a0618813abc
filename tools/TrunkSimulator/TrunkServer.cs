using System.Net;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Media;
using DialerEngine.Sip.Calls;
using TrunkSimulator.Audio;

namespace TrunkSimulator;

/// <summary>
/// The far end of a SIP trunk with a population behind it: answers each number by its script, with real signalling and real audio, and keeps its
/// own log of every call. Start it, send calls to <see cref="LocalEndPoint"/>, stop it, compare the books.
/// </summary>
public sealed class TrunkServer : IDisposable
{
    // The longest that a due step may be late when nothing arrives.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(5);

    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly MediaEngine _media;
    private readonly TrunkWire _wire;
    private readonly TrunkCalls _calls;
    private readonly SipEndpoint _endpoint;
    private readonly Thread _thread;
    private volatile bool _stopping;
    private bool _started;
    private bool _disposed;

    /// <summary>Binds the socket and renders the voices.</summary>
    /// <param name="options">Checked here: an <see cref="ArgumentException"/> names what is wrong.</param>
    /// <param name="time">The clock.</param>
    /// <param name="callEnded">Told each ended call, on the server's thread; may be null.</param>
    public TrunkServer(TrunkServerOptions options, TimeProvider? time = null, Action<LedgerEntry>? callEnded = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs(Math.Log10(options.Speed)), 3, nameof(options));
        if (options.Script.Fault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        _time = time ?? TimeProvider.System;
        _startedAt = _time.GetTimestamp();
        var planner = new CalleePlanner(options.Script, options.Seed, options.Speed);
        _wire = new TrunkWire(options.Listen, planner);
        _calls = new TrunkCalls(options, planner, new CalleeVoices(options.Seed), Ledger, callEnded);
        _media = new MediaEngine(
            new MediaEngineOptions
            {
                LocalAddress = options.Listen.Address,
                MaxStreams = options.MaxCalls,
                FirstPort = options.FirstRtpPort,
                LastPort = options.LastRtpPort,
                RtpTimeoutMilliseconds = 0,
                CanonicalName = "trunk@invalid",
            },
            _time,
            new SeededMediaRandom(options.Seed),
            _calls);
        _endpoint = new SipEndpoint(
            new SipEndpointOptions
            {
                MaxCalls = options.MaxCalls,
                MaxTransactions = Math.Clamp(options.MaxCalls * 16, 4096, 500_000),
                UserAgent = "TrunkSimulator",
                ContactUser = "trunk",
                Secret0 = options.Seed,
                Secret1 = ~options.Seed,
            },
            _wire,
            _calls,
            0);
        _calls.Attach(_endpoint, _media);
        _thread = new Thread(Run) { IsBackground = true, Name = "trunk" };
    }

    /// <summary>Where calls are to be sent.</summary>
    public IPEndPoint LocalEndPoint => _wire.LocalEndPoint;

    /// <summary>Every call that has ended.</summary>
    public TrunkLedger Ledger { get; } = new();

    /// <summary>Calls in progress.</summary>
    public int OpenCalls => _calls.Count;

    /// <summary>Figures of its audio.</summary>
    public MediaEngineStatistics MediaStatistics => _media.Statistics;

    private long NowMs => (long)_time.GetElapsedTime(_startedAt).TotalMilliseconds;

    /// <summary>Begins to answer.</summary>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_started)
        {
            _started = true;
            _media.Start();
            _thread.Start();
        }
    }

    /// <summary>Stops answering and closes the sockets. Calls in progress are written to the ledger as ended by the network.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _stopping = true;
        if (_started)
        {
            _thread.Join();
        }

        _calls.CloseAll(NowMs);
        _media.Dispose();
        _wire.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            _endpoint.Advance(NowMs);
            _calls.RunDue(NowMs);
            _wire.Receive(_endpoint, Turn, () => NowMs);
        }
    }
}
