using System.Runtime.CompilerServices;
using DialerEngine.Cpd.Beeps;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Signal;
using DialerEngine.Cpd.Speech;
using DialerEngine.Cpd.Tones;
using DialerEngine.Media.G711;

namespace DialerEngine.Cpd;

/// <summary>
/// Listens to one channel. A value type of about 1 KB to be kept in arrays and used in place; everything else is shared. Frames of any length
/// up to 60 ms are taken as they come; the analysis steps every 20 ms. Nothing is allocated. Not thread-safe.
/// </summary>
public partial struct CallAnalyzer
{
    /// <summary>Largest frame that <see cref="Process(ReadOnlySpan{short})"/> takes, samples.</summary>
    public const int MaxFrameSamples = 480;

    // Hops of silence that end a machine's greeting without a beep.
    private const int GreetingGapHops = 75;

    // Samples of one value in a row that only a missing packet leaves in the middle of sound.
    private const int HoleSamples = 48;

    private readonly CpdProfile _profile;
    private readonly CpdPhase _phase;
    private WindowSamples _window;
    private short _filled;
    private short _lostInHop;
    private short _still;
    private byte _holesInRow;
    private bool _isSettled;
    private bool _isRinging;
    private bool _isRingReported;
    private bool _hasTone;
    private bool _isSureTone;
    private int _hops;
    private int _tonalHops;
    private float _noisePower;
    private bool _hasNoise;
    private float _lastDb;
    private float _beforeDb;
    private float _probability;
    private CpdOutcome _outcome;
    private int _decisionMs;
    private int _greetingEndMs;
    private int _pendingMachineMs;
    private int _voicedAtBeep;
    private float _beepDb;
    private byte _loudAfterBeep;
    private ToneTracker _tones;
    private CadenceTracker _cadence;
    private DataToneDetector _data;
    private SpeechTracker _speech;
    private BeepDetector _beep;

    /// <summary>Starts a phase; each phase has an analyser of its own.</summary>
    public CallAnalyzer(CpdProfile profile, CpdPhase phase)
    {
        ArgumentNullException.ThrowIfNull(profile);
        _profile = profile;
        _phase = phase;
        _filled = Spectrum.WindowSamples - Hop.Samples;
        (_outcome, _decisionMs, _greetingEndMs, _pendingMachineMs) = (CpdOutcome.None, -1, -1, -1);
        _probability = 0.5f;
        (_lastDb, _beforeDb) = (-96, LowestBeforeDb);
        _speech = new SpeechTracker();
        _beep = new BeepDetector();
    }

    /// <summary>What is known so far.</summary>
    public readonly CpdReport Report => new(
        _outcome != CpdOutcome.None || !_isRinging ? _outcome : CpdOutcome.RingBack,
        _decisionMs, _greetingEndMs, _beep.StartMs, _beep.EndMs, _beep.KnownMs, _probability);

    /// <summary>Position in the stream, milliseconds of audio taken.</summary>
    public readonly int PositionMs => (_hops * Hop.Milliseconds) + ((_filled - (Spectrum.WindowSamples - Hop.Samples)) / 8);

    /// <summary>True when nothing more can come of further audio: a tone settled it, or the wait for a beep is over.</summary>
    public readonly bool IsFinished => _isSettled && (_outcome is not (CpdOutcome.Answer or CpdOutcome.AnsweringMachine or CpdOutcome.Unknown)
        || _hops * Hop.Milliseconds >= _profile.MaxBeepWaitMs || _profile.CallAnswerTypeRecognition == CpdPreset.NoProgressDetection);

    /// <summary>Takes a frame of 8 kHz linear audio, 10, 20 or 30 ms or any other length up to <see cref="MaxFrameSamples"/>.</summary>
    /// <exception cref="ArgumentException">The frame is longer.</exception>
    public CpdEvents Process(ReadOnlySpan<short> samples)
    {
        if (samples.Length > MaxFrameSamples)
        {
            throw new ArgumentException("A frame has at most 480 samples.", nameof(samples));
        }

        var hop = default(Hop);
        return Take(samples, isLost: false, ref hop);
    }

    /// <summary>Takes a frame of G.711.</summary>
    /// <exception cref="ArgumentException">The frame is longer than <see cref="MaxFrameSamples"/>.</exception>
    [SkipLocalsInit]
    public CpdEvents Process(G711Law law, ReadOnlySpan<byte> codes)
    {
        if (codes.Length > MaxFrameSamples)
        {
            throw new ArgumentException("A frame has at most 480 samples.", nameof(codes));
        }

        Span<short> linear = stackalloc short[MaxFrameSamples];
        G711Codec.Decode(law, codes, linear);
        var hop = default(Hop);
        return Take(linear[..codes.Length], isLost: false, ref hop);
    }

    /// <summary>Marks audio that never came, in samples; what is longer than <see cref="MaxFrameSamples"/> is taken as so much.</summary>
    [SkipLocalsInit]
    public CpdEvents ProcessGap(int samples)
    {
        Span<short> silence = stackalloc short[MaxFrameSamples];
        silence = silence[..Math.Clamp(samples, 0, MaxFrameSamples)];
        silence.Clear();
        var hop = default(Hop);
        return Take(silence, isLost: true, ref hop);
    }

    /// <summary>Takes a frame and shows the last hop that it completed, for the training program.</summary>
    internal CpdEvents Trace(ReadOnlySpan<short> samples, ref Hop hop) => Take(samples, isLost: false, ref hop);

    /// <summary>What is known of the speech, for the training program.</summary>
    internal readonly SpeechTracker Speech => _speech;

    private CpdEvents Take(ReadOnlySpan<short> samples, bool isLost, ref Hop hop)
    {
        var events = CpdEvents.None;
        Span<short> window = _window;
        while (!samples.IsEmpty)
        {
            var count = Math.Min(samples.Length, Spectrum.WindowSamples - _filled);
            samples[..count].CopyTo(window[_filled..]);
            samples = samples[count..];
            _filled += (short)count;
            _lostInHop += isLost ? (short)count : (short)0;
            if (_filled == Spectrum.WindowSamples)
            {
                events |= Step(window, ref hop);
                window[Hop.Samples..].CopyTo(window);
                _filled = Spectrum.WindowSamples - Hop.Samples;
                _lostInHop = 0;
            }
        }

        return events;
    }

    private CpdEvents Step(ReadOnlySpan<short> window, ref Hop hop)
    {
        hop = new Hop { Index = _hops };
        if (IsFinished)
        {
            _hops++;
            return CpdEvents.None;
        }

        Measure(window, ref hop);
        _hops++;
        var noise = _phase == CpdPhase.EarlyMedia ? _noisePower : MathF.Min(_noisePower, 1.3f * Hop.ToPower(_speech.FloorDb));
        var runEnded = _tones.Add(hop, noise);
        var burstChanged = _cadence.Add(hop, noise);
        _isSureTone = _tones.Alone >= SureToneHops || (_cadence.IsOn && ((_isRinging && _tones.Alone > 0) || _cadence.OnSoFarMs > SureToneMs));
        _hasTone = _tones.Alone >= 2 || _isSureTone;
        FollowNoise(hop);
        if (_phase == CpdPhase.EarlyMedia)
        {
            return EarlyMedia(ref hop, runEnded, burstChanged);
        }

        return Answered(ref hop, runEnded, burstChanged);
    }

    /// <summary>Level without the direct current first: dead air, and what is under the floor, needs no spectrum.</summary>
    private void Measure(ReadOnlySpan<short> window, ref Hop hop)
    {
        var fresh = window[^Hop.Samples..];
        var sum = 0;
        foreach (var sample in fresh)
        {
            sum += sample;
        }

        var mean = sum / (float)Hop.Samples;
        var square = DialerEngine.Media.Audio.EnergyMeter.SumOfSquares(fresh) / (float)Hop.Samples;
        var level = Hop.ToDb(MathF.Max(0, square - (mean * mean)));
        hop.LevelDb = level;
        hop.ToneHz = _cadence.ExpectedHz;
        CountStill(fresh, ref hop);
        var isMissing = _lostInHop > Hop.Samples / 3;
        hop.IsHole = !isMissing && _lastDb > -50 && _holesInRow < 4 && (level < _lastDb - 2.5f || _holesInRow > 0) && HasHole(window);
        hop.IsLost = isMissing || hop.IsHole;
        _holesInRow = hop.IsLost ? (byte)Math.Min(_holesInRow + 1, 200) : (byte)0;
        if (hop.IsLost)
        {
            if (hop.IsHole && level > Hop.QuietDb)
            {
                // What sounds in a part of it says where in it the sound ended or began.
                hop.Analyze(window);
            }

            return;
        }

        _lastDb = level;
        if (level > Hop.QuietDb && (!_speech.HasLevel || level > _speech.FloorDb + 1.5f || _phase == CpdPhase.EarlyMedia || _tones.Count > 0
            || (_cadence.IsOn && level > _speech.PeakDb - 6)))
        {
            hop.Analyze(window);
            if (_phase == CpdPhase.Answered)
            {
                hop.Voicing = Pitch.Find(window, out hop.PitchHz);
            }
        }
    }

    /// <summary>Samples of one value at the end of the stream, as far as three hops; audio that never came is none.</summary>
    private void CountStill(ReadOnlySpan<short> fresh, ref Hop hop)
    {
        var last = fresh[^1];
        var still = fresh.Length - 1 - fresh.LastIndexOfAnyExcept(last);
        hop.StillSamples = _lostInHop > 0 ? 0 : still < fresh.Length ? still : Math.Min(_still + still, 4 * Hop.Samples);
        _still = (short)hop.StillSamples;
    }

    /// <summary>Noise between the tones, on the linear scale: quick down, slow up, untouched by tones.</summary>
    private void FollowNoise(in Hop hop)
    {
        if (hop.IsLost || _tones.Alone > 0 || _cadence.IsOn)
        {
            return;
        }

        var power = hop.HasSpectrum ? hop.Total : 0;
        if (_hops <= 1 || !_hasNoise)
        {
            (_noisePower, _hasNoise) = (0.25f * power, true);
            return;
        }

        _noisePower += (power < _noisePower ? 0.3f : 0.004f) * (power - _noisePower);
    }

    private static bool HasHole(ReadOnlySpan<short> samples)
    {
        var run = 1;
        for (var i = 1; i < samples.Length; i++)
        {
            run = samples[i] == samples[i - 1] ? run + 1 : 1;
            if (run >= HoleSamples)
            {
                return true;
            }
        }

        return false;
    }

    private CpdEvents Settle(CpdOutcome outcome)
    {
        if (_isSettled || outcome == CpdOutcome.None)
        {
            return CpdEvents.None;
        }

        _isSettled = true;
        _outcome = outcome;
        _decisionMs = _hops * Hop.Milliseconds;
        return CpdEvents.Result;
    }

    [InlineArray(Spectrum.WindowSamples)]
    private struct WindowSamples
    {
        private short _first;
    }
}
