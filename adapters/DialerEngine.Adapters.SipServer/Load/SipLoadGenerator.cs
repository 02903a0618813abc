using System.Diagnostics;
using System.Net;
using System.Text;
using DialerEngine.Adapters.SipServer.Transport;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Adapters.SipServer.Load;

/// <summary>One load run.</summary>
public sealed record SipLoadOptions
{
    /// <summary>The far end, UDP.</summary>
    public required IPEndPoint Target { get; init; }

    /// <summary>Calls per second, 0.1 to 50,000.</summary>
    public required double Rate { get; init; }

    /// <summary>Calls to measure, 1 to 10,000,000.</summary>
    public required int Total { get; init; }

    /// <summary>Seconds from the answer to our BYE; 0: at once.</summary>
    public double HoldSeconds { get; init; }

    /// <summary>
    /// True: every call has a stream of its own that sends audio both ways from the answer to the BYE. A call without audio (no port left,
    /// at most 14,000 streams at once, no usable answer) counts as failed. False: signalling only.
    /// </summary>
    public bool WithAudio { get; init; }

    /// <summary>Calls before the measured part, at <see cref="WarmUpRate"/>.</summary>
    public int WarmUpCalls { get; init; } = 200;

    /// <summary>Calls per second of the warm-up.</summary>
    public double WarmUpRate { get; init; } = 100;
}

/// <summary>
/// Places calls at a constant rate whatever the answers do (open loop), so that a slow far end cannot flatter the figures: warm-up, full
/// collection, measured part. Runs on the SIP thread and, without audio, allocates nothing per call.
/// </summary>
public sealed class SipLoadGenerator : SipCallObserver, ISipLoopWork
{
    private const int GraceMs = 40_000;
    private const double WarmUpAudioSeconds = 1;
    private readonly SipLoadOptions _options;
    private readonly TimeProvider _time;
    private readonly long[] _placedAt;
    private readonly long[] _setup;
    private readonly (SipCallHandle Call, long Due)[] _held;
    private readonly byte[] _from;
    private readonly byte[] _uriStart;
    private readonly byte[] _uriEnd;
    private readonly byte[] _uri = new byte[128];
    private readonly byte[] _sdp;
    private readonly SipPeer _target;
    private readonly LoadMedia? _media;
    private readonly bool[] _silent;
    private readonly TaskCompletionSource<SipLoadReport> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Phase _phase = Phase.WarmUp;
    private long _phaseStart;
    private long _lastPlaced;
    private int _placed;
    private int _ended;
    private int _failed;
    private int _setups;
    private int _heldHead;
    private int _heldCount;
    private Snapshot _before;
    private Snapshot _placedSnapshot;
    private long _heapBefore;
    private double? _heapPerCall;
    private TimeSpan _forcedPause;
    private TimeSpan _forcedCpu;

    private SipLoadGenerator(SipLoadOptions options, TimeProvider time, LoadMedia? media)
    {
        _media = media;
        _silent = new bool[media is null ? 0 : Math.Max(options.Total, options.WarmUpCalls)];
        _options = options;
        _time = time;
        _placedAt = new long[Math.Max(options.Total, options.WarmUpCalls)];
        _setup = new long[options.Total];
        _held = new (SipCallHandle, long)[Math.Max(options.Total, options.WarmUpCalls)];
        _target = SipPeer.From(options.Target.Address, options.Target.Port);
        _from = "<sip:load@dialer.invalid>"u8.ToArray();
        _uriStart = "sip:u"u8.ToArray();
        _uriEnd = Encoding.ASCII.GetBytes("@" + options.Target);
        _sdp = Encoding.ASCII.GetBytes(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 101\r\n"
            + "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n");
    }

    private enum Phase
    {
        WarmUp,
        Measure,
        Drain,
        Done,
    }

    /// <summary>Runs a load and returns its figures.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static async Task<SipLoadReport> RunAsync(SipLoadOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Rate, 0.1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Rate, 50_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Total, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Total, 10_000_000);
        ArgumentOutOfRangeException.ThrowIfNegative(options.HoldSeconds);
        using var media = options.WithAudio ? new LoadMedia(Math.Max(options.Total, options.WarmUpCalls), options.Target, time) : null;
        var load = new SipLoadGenerator(options, time, media);
        var bind = new IPEndPoint(
            IPAddress.IsLoopback(options.Target.Address) ? options.Target.Address
            : options.Target.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        using var stack = new SipStack(
            new SipStackOptions
            {
                Udp = [bind],
                Endpoint = SipStackOptions.NewEndpointOptions() with { MaxCalls = 500_000, MaxTransactions = 2_000_000, OfferReliableProvisionals = false },
            },
            load, time, load);
        stack.Start();
        var ended = await Task.WhenAny(load._done.Task, stack.Completion, media?.Completion ?? stack.Completion).ConfigureAwait(false);
        await ended.ConfigureAwait(false);
        return await load._done.Task.ConfigureAwait(false);
    }

    /// <inheritdoc />
    public int Run(SipEndpoint endpoint, long nowMs)
    {
        Endpoint = endpoint;
        var now = _time.GetTimestamp();
        if (_phaseStart == 0)
        {
            _phaseStart = now;
        }

        HangUpDue(nowMs);
        var elapsed = _time.GetElapsedTime(_phaseStart, now).TotalSeconds;
        switch (_phase)
        {
            case Phase.WarmUp:
                PlaceDue(_options.WarmUpCalls, _options.WarmUpRate, elapsed);
                if (_ended >= _options.WarmUpCalls && endpoint.CallCount == 0)
                {
                    BeginMeasure();
                }

                break;
            case Phase.Measure:
                PlaceDue(_options.Total, _options.Rate, elapsed);
                if (_placed == _options.Total)
                {
                    _phase = Phase.Drain;
                    _placedSnapshot = Snapshot.Take(_time);
                    _lastPlaced = nowMs;
                }

                break;
            case Phase.Drain:
                MeasureHeld();
                if ((_ended >= _options.Total && endpoint.CallCount == 0)
                    || nowMs - _lastPlaced > GraceMs + (_options.HoldSeconds * 1000))
                {
                    Finish();
                }

                break;
        }

        return _phase == Phase.Done ? 10_000 : 1_000;
    }

    /// <inheritdoc />
    public override void OnAnswered(in SipCallAnswered answered)
    {
        if (_phase is Phase.Measure or Phase.Drain)
        {
            _setup[_setups++] = _time.GetTimestamp() - _placedAt[answered.Token];
        }

        var hold = _phase != Phase.WarmUp ? _options.HoldSeconds : _media is null ? 0 : Math.Min(_options.HoldSeconds, WarmUpAudioSeconds);
        if (_media is not null && !_media.TryAnswer((int)answered.Token, answered.Sdp))
        {
            _silent[answered.Token] = true;
            hold = 0;
        }

        if (hold <= 0)
        {
            Endpoint!.TryHangUp(answered.Call);
            return;
        }

        _held[(_heldHead + _heldCount) % _held.Length] = (answered.Call, Endpoint!.NowMs + (long)(hold * 1000));
        _heldCount++;
    }

    /// <inheritdoc />
    public override void OnEnded(in SipCallEnded ended)
    {
        _ended++;
        _failed += ended.Cause == SipEndCause.LocalHangUp && (_media is null || !_silent[ended.Token]) ? 0 : 1;
        _media?.Close((int)ended.Token);
    }

    private SipEndpoint? Endpoint { get; set; }

    private void PlaceDue(int total, double rate, double elapsedSeconds)
    {
        var due = (int)Math.Min(total, elapsedSeconds * rate);
        while (_placed < due)
        {
            var uri = _uri.AsSpan();
            _uriStart.CopyTo(uri);
            System.Buffers.Text.Utf8Formatter.TryFormat(_placed, uri[_uriStart.Length..], out var digits);
            _uriEnd.CopyTo(uri[(_uriStart.Length + digits)..]);
            var body = _media is null ? _sdp : _media.Offer(_placed);
            _placedAt[_placed] = _time.GetTimestamp();
            var error = body.IsEmpty ? SipPlaceError.TooManyCalls : Endpoint!.TryPlace(
                new SipCallRequest
                {
                    Destination = _target,
                    RequestUri = uri[..(_uriStart.Length + digits + _uriEnd.Length)],
                    From = _from,
                    Body = body,
                    Token = _placed,
                },
                out _);
            _placed++;
            if (error != SipPlaceError.None)
            {
                _ended++;
                _failed++;
                _media?.Close(_placed - 1);
            }
        }
    }

    private void HangUpDue(long nowMs)
    {
        while (_heldCount > 0 && _held[_heldHead].Due <= nowMs)
        {
            Endpoint!.TryHangUp(_held[_heldHead].Call);
            _heldHead = (_heldHead + 1) % _held.Length;
            _heldCount--;
        }
    }

    private void BeginMeasure()
    {
        Collect();
        _heapBefore = GC.GetTotalMemory(false);
        _placed = _ended = _failed = 0;
        Array.Clear(_silent);
        _media?.BeginMeasure();
        _phase = Phase.Measure;
        _before = Snapshot.Take(_time);
        _baseRetransmissions = Endpoint!.Counters.Retransmissions;
        _baseUnansweredByes = Endpoint.Counters.UnansweredByes;
        _phaseStart = _time.GetTimestamp();
    }

    private long _baseRetransmissions;
    private long _baseUnansweredByes;

    /// <summary>Once every call stands: what they hold on the heap. The collection's own cost is taken out of the figures.</summary>
    private void MeasureHeld()
    {
        // With audio none is taken: a full collection stops the media thread, and that would be the lateness measured.
        if (_media is not null || _heapPerCall is not null || _heldCount < _options.Total)
        {
            return;
        }

        var before = Snapshot.Take(_time);
        Collect();
        _heapPerCall = (GC.GetTotalMemory(false) - _heapBefore) / (double)_options.Total;
        var after = Snapshot.Take(_time);
        _forcedPause = after.Pause - before.Pause;
        _forcedCpu = after.Cpu - before.Cpu;
    }

    private void Finish()
    {
        _phase = Phase.Done;
        var after = Snapshot.Take(_time);
        var counters = Endpoint!.Counters;
        var failed = _failed + (_options.Total - _ended) + (int)(counters.UnansweredByes - _baseUnansweredByes);
        var elapsed = _time.GetElapsedTime(_before.At, after.At);
        Array.Sort(_setup, 0, _setups);
        var audio = _media?.Measured();
        _done.SetResult(new SipLoadReport(
            _options.Total,
            failed,
            counters.Retransmissions - _baseRetransmissions,
            Math.Round(_options.Total / _time.GetElapsedTime(_before.At, _placedSnapshot.At).TotalSeconds, 1),
            Math.Round((after.Cpu - _before.Cpu - _forcedCpu).TotalMilliseconds / _options.Total, 4),
            Math.Round((after.Allocated - _before.Allocated) / (double)_options.Total, 1),
            Percentile(0.5), Percentile(0.99), Percentile(1),
            Math.Round((after.Pause - _before.Pause - _forcedPause) / elapsed * 100, 3),
            _heapPerCall is { } heap ? Math.Round(heap, 1) : null,
            audio?.LateMsP99)
        {
            Audio = audio,
        });
    }

    private double? Percentile(double share) => _setups == 0
        ? null
        : Math.Round(_setup[Math.Min(_setups - 1, (int)(_setups * share))] * 1000.0 / _time.TimestampFrequency, 3);

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    private readonly record struct Snapshot(long At, TimeSpan Cpu, long Allocated, TimeSpan Pause)
    {
        public static Snapshot Take(TimeProvider time)
        {
            using var process = Process.GetCurrentProcess();
            return new(time.GetTimestamp(), process.TotalProcessorTime, GC.GetTotalAllocatedBytes(true), GC.GetTotalPauseDuration());
        }
    }
}
