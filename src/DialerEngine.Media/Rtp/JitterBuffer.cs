using System.Numerics;
using DialerEngine.Media.G711;

namespace DialerEngine.Media.Rtp;

/// <summary>What became of a packet put into a <see cref="JitterBuffer"/>.</summary>
public enum JitterPut : byte
{
    /// <summary>Its audio waits for its time.</summary>
    Stored,

    /// <summary>All of it was there already.</summary>
    Duplicate,

    /// <summary>Its time has passed; the delay grows so that the next like it is in time.</summary>
    Late,

    /// <summary>Further ahead or behind than the buffer reaches: the source restarted, and so did the buffer.</summary>
    Restarted,

    /// <summary>Longer than the buffer: not taken.</summary>
    TooLarge,
}

/// <summary>
/// Orders G.711 audio by timestamp and plays it at an even pace. The delay adapts: a late packet lengthens it at once, two seconds
/// with more reserve than needed shorten it by one frame, if possible in silence; the same rule follows a far clock that drifts.
/// Holds at most 50 frames of 20 ms (1 s). Sample-exact, so any packet length, reordering and overlaps are allowed. No allocation after
/// construction; not thread-safe.
/// </summary>
public sealed class JitterBuffer
{
    /// <summary>Frames of 20 ms that it can hold.</summary>
    public const int CapacityFrames = 50;

    private const int Capacity = CapacityFrames * G711Codec.FrameSamples;
    private const int RingSize = 8192;
    private const int Mask = RingSize - 1;
    private const int Step = G711Codec.FrameSamples;
    private const int WindowPackets = 100;
    private const int PatienceFrames = 50;
    private const int LateBeforeRestart = 50;

    // Mean square of about -45 dBm0 on the 16-bit scale: below it, leaving out 20 ms is not heard.
    private const int QuietMeanSquare = 8_000;

    private readonly byte[] _ring = new byte[RingSize];
    private readonly ulong[] _present = new ulong[RingSize / 64];
    private readonly int _minDelay;
    private readonly int _maxDelay;
    private G711Law _law;
    private bool _started;
    private uint _playAt;
    private uint _end;
    private int _minLead;
    private int _windowLeft;
    private int _skipWait;
    private int _stretch;
    private int _consecutiveLate;
    private int _peakLead;

    /// <summary>Creates an empty buffer.</summary>
    /// <param name="law">Law of the octets, for the test of silence and the filling of gaps.</param>
    /// <param name="minDelayMilliseconds">Delay at the start, and reserve kept, 0..500.</param>
    /// <param name="maxDelayMilliseconds">Bound of the delay, up to 900.</param>
    public JitterBuffer(G711Law law, int minDelayMilliseconds = 40, int maxDelayMilliseconds = 400)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)minDelayMilliseconds, 500u);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxDelayMilliseconds, 900);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDelayMilliseconds, minDelayMilliseconds);
        _law = law;
        _minDelay = minDelayMilliseconds * 8;
        _maxDelay = maxDelayMilliseconds * 8;
    }

    /// <summary>Packets that came too late.</summary>
    public long LatePackets { get; private set; }

    /// <summary>Frames left out to shorten the delay.</summary>
    public long SkippedFrames { get; private set; }

    /// <summary>Frames put in to lengthen the delay.</summary>
    public long StretchedFrames { get; private set; }

    /// <summary>How long the earliest of the recent packets wait to be played, in milliseconds; at most the 1 s that the buffer holds.</summary>
    public int DelayMilliseconds => Math.Max(0, _peakLead) / 8;

    /// <summary>True from the first packet on.</summary>
    public bool IsStarted => _started;

    /// <summary>Delay at the start, and reserve kept, in samples.</summary>
    public int ReserveSamples => _minDelay;

    /// <summary>Samples from the next one to be played to the end of the last that is there; 0 when nothing is.</summary>
    public int Ahead => _started ? Math.Max(0, (int)(_end - _playAt)) : 0;

    /// <summary>True when nothing of the next 20 ms is there.</summary>
    public bool IsNextMissing
    {
        get
        {
            for (var done = 0; done < Step;)
            {
                var position = (int)((_playAt + (uint)done) & Mask);
                var run = Math.Min(Step - done, 64 - (position & 63));
                if ((_present[position >> 6] & RunMask(position, run)) != 0)
                {
                    return false;
                }

                done += run;
            }

            return true;
        }
    }

    /// <summary>Forgets all audio and waits for a new source.</summary>
    public void Reset(G711Law law)
    {
        _law = law;
        _started = false;
        Array.Clear(_present);
    }

    /// <summary>Takes the audio of one packet.</summary>
    public JitterPut Put(uint timestamp, ReadOnlySpan<byte> octets)
    {
        if (octets.Length > Capacity - _maxDelay)
        {
            return JitterPut.TooLarge;
        }

        if (!_started)
        {
            Start(timestamp);
        }

        var lead = (int)(timestamp - _playAt);
        if (lead < -Capacity || lead > Capacity - octets.Length)
        {
            Start(timestamp);
            Store(timestamp, octets);
            return JitterPut.Restarted;
        }

        if (lead + octets.Length <= 0)
        {
            return TakeLate(timestamp, octets, lead);
        }

        _consecutiveLate = 0;
        ObserveLead(lead);
        var skip = Math.Max(0, -lead);
        return Store(timestamp + (uint)skip, octets[skip..]) ? JitterPut.Stored : JitterPut.Duplicate;
    }

    /// <summary>
    /// Gives the next stretch of audio. Returns how many of its octets are real; the others hold the law's silence. 0 means a gap (loss,
    /// a pause of the sender, or the delay being built up): conceal it or play comfort noise.
    /// </summary>
    public int Get(Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target.Length, Capacity);
        if (!_started)
        {
            target.Fill(G711Codec.SilenceOf(_law));
            return 0;
        }

        if (_stretch > 0)
        {
            _stretch--;
            _peakLead += target.Length;
            StretchedFrames++;
            target.Fill(G711Codec.SilenceOf(_law));
            return 0;
        }

        var found = Take(target);
        if (_skipWait > 0 && (found == 0 || --_skipWait == 0 || IsQuiet(target)))
        {
            _skipWait = 0;
            _peakLead -= target.Length;
            SkippedFrames++;
            found = Take(target);
        }

        return found;
    }

    private void Start(uint timestamp)
    {
        Array.Clear(_present);
        _started = true;
        _playAt = timestamp - (uint)_minDelay;
        _end = timestamp;
        _peakLead = _minDelay;
        _stretch = 0;
        _skipWait = 0;
        _consecutiveLate = 0;
        BeginWindow();
    }

    private void BeginWindow()
    {
        _windowLeft = WindowPackets;
        _minLead = int.MaxValue;
    }

    private JitterPut TakeLate(uint timestamp, ReadOnlySpan<byte> octets, int lead)
    {
        LatePackets++;
        if (++_consecutiveLate >= LateBeforeRestart)
        {
            Start(timestamp);
            Store(timestamp, octets);
            return JitterPut.Restarted;
        }

        ObserveLead(lead);
        return JitterPut.Late;
    }

    private void ObserveLead(int lead)
    {
        _minLead = Math.Min(_minLead, lead);
        _peakLead = lead > _peakLead ? lead : _peakLead - ((_peakLead - lead) >> 6);
        if (lead < 0)
        {
            var room = Math.Max(0, (_maxDelay - _peakLead) / Step);
            _stretch = Math.Max(_stretch, Math.Min((-lead + Step - 1) / Step, room));
            _skipWait = 0;
            BeginWindow();
            return;
        }

        if (--_windowLeft > 0)
        {
            return;
        }

        if (_minLead > _minDelay + Step)
        {
            _skipWait = PatienceFrames;
        }

        BeginWindow();
    }

    private bool Store(uint timestamp, ReadOnlySpan<byte> octets)
    {
        var fresh = false;
        var done = 0;
        if ((int)(timestamp + (uint)octets.Length - _end) > 0)
        {
            _end = timestamp + (uint)octets.Length;
        }

        while (done < octets.Length)
        {
            var position = (int)((timestamp + (uint)done) & Mask);
            var run = Math.Min(octets.Length - done, 64 - (position & 63));
            var runMask = RunMask(position, run);
            ref var word = ref _present[position >> 6];
            if ((word & runMask) == 0)
            {
                octets.Slice(done, run).CopyTo(_ring.AsSpan(position));
                fresh = true;
            }
            else if ((word & runMask) != runMask)
            {
                // Overlap: what came first stays, so that a repetition never changes audio half played.
                for (var i = 0; i < run; i++)
                {
                    if ((word >> ((position & 63) + i) & 1) == 0)
                    {
                        _ring[position + i] = octets[done + i];
                    }
                }

                fresh = true;
            }

            word |= runMask;
            done += run;
        }

        return fresh;
    }

    private int Take(Span<byte> target)
    {
        var silence = G711Codec.SilenceOf(_law);
        var found = 0;
        var done = 0;
        while (done < target.Length)
        {
            // A run of up to 64 positions of one word of the bitmap at a time.
            var position = (int)((_playAt + (uint)done) & Mask);
            var run = Math.Min(target.Length - done, 64 - (position & 63));
            var runMask = RunMask(position, run);
            ref var word = ref _present[position >> 6];
            var here = word & runMask;
            word &= ~runMask;
            found += BitOperations.PopCount(here);
            var slice = target.Slice(done, run);
            if (here == runMask)
            {
                _ring.AsSpan(position, run).CopyTo(slice);
            }
            else
            {
                for (var i = 0; i < run; i++)
                {
                    slice[i] = (here >> ((position & 63) + i) & 1) != 0 ? _ring[position + i] : silence;
                }
            }

            done += run;
        }

        _playAt += (uint)target.Length;
        return found;
    }

    private static ulong RunMask(int position, int run) => (run == 64 ? ulong.MaxValue : (1UL << run) - 1) << (position & 63);

    private bool IsQuiet(ReadOnlySpan<byte> codes)
    {
        long sum = 0;
        foreach (var code in codes)
        {
            int sample = G711Codec.Decode(_law, code);
            sum += sample * sample;
        }

        return sum < (long)QuietMeanSquare * codes.Length;
    }
}
