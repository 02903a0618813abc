using DialerEngine.Core.Telephony;
using DialerEngine.Cpd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Adapters.CpdServer;

/// <summary>
/// Runs the detector on the audio of calls: on threads of its own, over which the calls are spread, or on the thread that brings the audio. A frame costs some two
/// microseconds and allocates nothing. The analysers are a pool of fixed size; a call that finds none goes on without analysis. Before the answer tones alone are
/// judged, the answer starts a fresh analysis. Each slot has a lock of its own, so that calls never wait for each other; with threads the media thread takes none of
/// them for a frame.
/// </summary>
public sealed partial class CpdServer : ICallAudioTap, IDisposable
{
    private const int SamplesPerMs = 8;
    private const int FrameSamples = 160;
    private const byte PcmuType = 0;
    private const byte PcmaType = 8;
    private const byte ComfortNoiseType = 13;

    private readonly CpdServerOptions _options;
    private readonly ICallAnalysisEvents _events;
    private readonly DecisionRecorder? _recorder;
    private readonly ILogger _logger;
    private readonly Slot[] _slots;
    private readonly Stack<int> _free;
    private readonly Lock _pool = new();
    private readonly HearingThread[] _threads;
    private CpdProfileSet _profiles;
    private long _opened;
    private long _refused;
    private long _frames;
    private long _late;
    private long _gaps;
    private long _results;
    private long _corrections;
    private long _failed;
    private long _overrun;
    private volatile int _active;

    /// <summary>Creates the pool.</summary>
    /// <param name="options">Bounds.</param>
    /// <param name="profiles">Profiles to start with.</param>
    /// <param name="events">Hears what is found.</param>
    /// <param name="recorder">Keeps the audio behind decisions; null keeps none.</param>
    /// <param name="logger">Told of analyses that failed; null tells nobody.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is out of its range.</exception>
    public CpdServer(CpdServerOptions options, CpdProfileSet profiles, ICallAnalysisEvents events, DecisionRecorder? recorder = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(profiles);
        ArgumentNullException.ThrowIfNull(events);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxCalls, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxCalls, 65_536);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxGapMs, 20);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxGapMs, 5_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Threads, CpdServerOptions.MostThreads);
        (_options, _profiles, _events, _recorder, _logger) = (options, profiles, events, recorder, logger ?? NullLogger.Instance);
        _slots = new Slot[options.MaxCalls];
        _free = new Stack<int>(options.MaxCalls);
        for (var i = options.MaxCalls - 1; i >= 0; i--)
        {
            _slots[i] = new Slot();
            _free.Push(i);
        }

        _threads = [.. Enumerable.Range(0, options.Threads).Select(n => new HearingThread(this, n, options.Threads, options.MaxCalls))];
        Array.ForEach(_threads, t => t.Start());
    }

    /// <summary>The profiles in force; setting them is the hot reload and touches no call that has begun.</summary>
    public CpdProfileSet Profiles
    {
        get => Volatile.Read(ref _profiles);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref _profiles, value);
        }
    }

    /// <summary>What was counted.</summary>
    public CpdServerCounters Counters
    {
        get
        {
            lock (_pool)
            {
                return new(
                    _opened, _refused, _slots.Length - _free.Count, Interlocked.Read(ref _frames), Interlocked.Read(ref _late), Interlocked.Read(ref _gaps),
                    Interlocked.Read(ref _results), Interlocked.Read(ref _corrections), Interlocked.Read(ref _failed), Interlocked.Read(ref _overrun));
            }
        }
    }

    /// <inheritdoc/>
    public CallAudioTicket Open(in CallAnalysisRequest request, long nowMilliseconds)
    {
        int index;
        lock (_pool)
        {
            if (!_free.TryPop(out index))
            {
                _refused++;
                return CallAudioTicket.None;
            }

            _opened++;
            _active++;
        }

        var profile = Profiles.Find(request.Profile, request.AnswerTypeRecognition);
        var slot = _slots[index];
        lock (slot)
        {
            slot.Generation++;
            slot.IsOpen = true;
            slot.Call = request.Call;
            slot.Profile = profile;
            slot.Recording = _recorder?.TryBegin(request.MaskedName);
            slot.Begin(CpdPhase.EarlyMedia, nowMilliseconds);
            if (_threads.Length > 0)
            {
                slot.Ring ??= new HearingRing();
                Volatile.Write(ref slot.Wanted, slot.Generation);
                _threads[index % _threads.Length].Wake();
            }

            return new CallAudioTicket(index, slot.Generation);
        }
    }

    /// <inheritdoc/>
    public void Answered(CallAudioTicket ticket, long nowMilliseconds)
    {
        if (TryFind(ticket) is not { } slot)
        {
            return;
        }

        lock (slot)
        {
            if (slot.Is(ticket) && slot.Phase == CpdPhase.EarlyMedia)
            {
                Drain(slot);
                slot.Recording?.MarkAnswer();
                slot.Begin(CpdPhase.Answered, nowMilliseconds);
                Volatile.Write(ref slot.Wanted, slot.Generation);
            }
        }
    }

    /// <inheritdoc/>
    public void Close(CallAudioTicket ticket, long nowMilliseconds)
    {
        if (TryFind(ticket) is not { } slot)
        {
            return;
        }

        lock (slot)
        {
            if (!slot.Is(ticket))
            {
                return;
            }

            Drain(slot);
            Volatile.Write(ref slot.Wanted, 0);
            slot.NowMs = nowMilliseconds;
            slot.IsClosing = true;
            try
            {
                if (slot.Phase == CpdPhase.Answered && !slot.HasFailed)
                {
                    Raise(slot, slot.Analyzer.Complete());
                }

                slot.Recording?.Finish(slot.Profile, slot.Analyzer.Report);
            }
#pragma warning disable CA1031 // A fault at the end of a call must not keep its analyser out of the pool for ever.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Fail(slot, fault);
            }

            slot.Recording = null;
            slot.IsOpen = false;
        }

        lock (_pool)
        {
            _free.Push(ticket.Slot);
            _active--;
        }
    }

    /// <summary>Ends the threads; calls that are open are heard no more.</summary>
    public void Dispose() => Array.ForEach(_threads, t => t.Dispose());

    private static bool IsDone(Slot slot) => slot.HasFailed || (slot.Analyzer.IsFinished && slot.Recording is null);

    private Slot? TryFind(CallAudioTicket ticket) => (uint)ticket.Slot < (uint)_slots.Length ? _slots[ticket.Slot] : null;
}
