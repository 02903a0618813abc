using System.Net;
using System.Text;
using DialerEngine.Adapters.SipServer.Media.Wire;
using DialerEngine.Media;

namespace DialerEngine.Adapters.SipServer.Media;

/// <summary>
/// Sends, receives and relays the audio of all calls from one thread. Each open stream has a place in one of twenty slots a millisecond apart, so
/// that sending is spread over the 20 ms of a frame; between slots the thread takes what has arrived and relays it at once. Every
/// call of the public surface is thread-safe and short (a lock that the thread holds for a slot or a batch at most). Warm streams
/// allocate nothing.
/// </summary>
public sealed partial class MediaEngine : IDisposable
{
    /// <summary>Frames later than this are not sent but counted as skipped.</summary>
    public const int SkippedFromMilliseconds = 100;

    internal const int SlotCount = 20;
    internal const long FrameMicroseconds = 20_000;
    private const long SlotMicroseconds = FrameMicroseconds / SlotCount;

    private readonly MediaEngineOptions _options;
    private readonly TimeProvider _time;
    private readonly IMediaRandom _random;
    private readonly IMediaObserver _observer;
    private readonly MediaPortPool _ports;
    private readonly IMediaWire _wire;
    private readonly Lock _gate = new();
    private readonly List<MediaStreamState> _streams = [];
    private readonly Stack<int> _free = [];
    private readonly List<int>[] _slots = new List<int>[SlotCount];
    private readonly LatenessHistogram _lateness = new();
    private readonly byte[] _receive = GC.AllocateArray<byte>(2048, pinned: true);
    private readonly byte[] _send = GC.AllocateArray<byte>(2048, pinned: true);
    private readonly int[] _ready = new int[256];
    private readonly SocketAddress _from;
    private readonly byte[] _canonicalName;
    private readonly long _started;
    private readonly double _microsecondsPerTick;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;
    private bool _stopping;
    private bool _disposed;
    private int _open;
    private long _nextSlot;
    private long _packetsSent;
    private long _packetsReceived;
    private long _skippedTicks;

    /// <summary>Creates an engine that does nothing until <see cref="Start"/>. A port range that holds no pair is an <see cref="ArgumentException"/>.</summary>
    public MediaEngine(MediaEngineOptions options, TimeProvider time, IMediaRandom random, IMediaObserver? observer = null)
    {
        _options = options;
        _time = time;
        _random = random;
        _observer = observer ?? SilentObserver.Instance;
        _ports = new MediaPortPool(options);
        _wire = options.UseEpoll ? new LinuxMediaWire() : new PortableMediaWire();
        _from = SocketAddressBytes.Room(options.LocalAddress.AddressFamily);
        _canonicalName = Encoding.UTF8.GetBytes(options.CanonicalName);
        _started = time.GetTimestamp();
        _microsecondsPerTick = 1e6 / time.TimestampFrequency;
        for (var i = 0; i < SlotCount; i++)
        {
            _slots[i] = [];
        }
    }

    /// <summary>Ends with the media thread; faulted if something in it, an observer or a tap threw, which is a bug.</summary>
    public Task Completion => _completion.Task;

    /// <summary>The engine's monotonic clock, ms since it was made: the one that taps are given.</summary>
    public long NowMilliseconds => NowMicroseconds() / 1000;

    /// <summary>Figures since the start, or since <see cref="ResetLateness"/> for lateness.</summary>
    public MediaEngineStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return new MediaEngineStatistics(
                    _open, _packetsSent, _packetsReceived, _lateness.Percentile(0.5), _lateness.Percentile(0.99), _lateness.MaxMilliseconds, _skippedTicks);
            }
        }
    }

    /// <summary>Begins a new measurement of lateness.</summary>
    public void ResetLateness()
    {
        lock (_gate)
        {
            _lateness.Reset();
        }
    }

    /// <summary>Starts the media thread.</summary>
    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "media", Priority = ThreadPriority.AboveNormal };
                _thread.Start();
            }
        }
    }

    /// <summary>Stops the thread and closes all streams. Not from within an observer or a tap: it waits for their thread.</summary>
    public void Dispose()
    {
        Thread? thread;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _stopping = true;
            thread = _thread;
        }

        _wire.Wake();
        thread?.Join();
        lock (_gate)
        {
            _disposed = true;
            foreach (var state in _streams)
            {
                if (state.IsOpen)
                {
                    CloseState(state);
                }
            }

            _wire.Dispose();
        }
    }

    private long NowMicroseconds() => (long)((_time.GetTimestamp() - _started) * _microsecondsPerTick);

    private sealed class SilentObserver : IMediaObserver
    {
        public static readonly SilentObserver Instance = new();
    }
}
