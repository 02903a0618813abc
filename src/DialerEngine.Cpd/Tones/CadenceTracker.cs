using System.Runtime.CompilerServices;
using DialerEngine.Cpd.Signal;

namespace DialerEngine.Cpd.Tones;

/// <summary>A burst of call progress tone and the pause before it.</summary>
internal struct Burst
{
    public float PauseMs;
    public float OnMs;
    public float Hz;
    public float LevelDb;

    /// <summary>Mean share of the band below 720 Hz.</summary>
    public float Share;

    /// <summary>Mean share of the one or two strongest lines.</summary>
    public float LineShare;

    /// <summary>Amplitude of the tone alone: where its line was known before, without the noise that is in its band.</summary>
    public float Amplitude;
}

/// <summary>The last bursts, the newest first.</summary>
[InlineArray(Count)]
internal struct RecentBursts
{
    public const int Count = 6;

    private Burst _first;
}

/// <summary>
/// Call progress tones, 330 to 680 Hz: cuts the audio into bursts and pauses and hands them to <see cref="CadenceMatcher"/>. Beating pairs
/// (440+480 Hz) and modulated tones (400 Hz by 16 to 25 Hz) dip for up to 40 ms within a burst; shorter pauses than 50 ms are bridged for that.
/// </summary>
internal struct CadenceTracker
{
    private const float WindowStartMs = -6;
    private const float WindowEndMs = 14;
    private const int BridgedHops = 2;
    private const float MinLevelDb = -52;
    private const float MinShare = 0.72f;
    private const float MinLineShare = 0.66f;
    private const float MaxFallDb = 9;
    private const float MaxStepHz = 60;
    private const int SettledHops = 3;

    private const float SofterDb = 4;
    private const float LessLine = 0.7f;
    private const float LessPureBurst = 0.85f;

    // 6 dB: only then does what exceeds the noise say something of itself.
    private const float AboveNoise = 4;
    private const float MaxDropDb = 12;
    private const float EvenDb = 2;

    // A known line is on at 7 dB above the noise beside it, and off at 7 dB below itself; a soft burst may lie 13 dB below the one before.
    private const float OverBeside = 4;
    private const float UnderItself = 0.2f;
    private const float SoftestBurst = 0.05f;
    private const float SameLineHz = 25;

    public RecentBursts Bursts;

    /// <summary>Finished bursts in <see cref="Bursts"/>.</summary>
    public int Count;

    /// <summary>Milliseconds of the burst in progress; 0 between bursts.</summary>
    public float OnSoFarMs;

    /// <summary>Milliseconds of the pause in progress; 0 within a burst.</summary>
    public float PauseSoFarMs;

    /// <summary>Mean frequency of the burst in progress, and share of its hops that show two lines more than 60 Hz apart.</summary>
    public float Hz;
    public float PairShare;

    /// <summary>True when the oldest burst began with the audio and may have been cut.</summary>
    public bool IsFirstCut;

    /// <summary>Level of the burst's loudest hop, dB.</summary>
    public float MaxDb;

    private int _onHops;
    private int _offHops;
    private int _firstIndex;
    private int _lastIndex;
    private int _heardIndex;
    private byte _holes;
    private float _firstAmplitude;
    private float _lastAmplitude;
    private float _sumAmplitude;
    private float _before;
    private float _after;
    private float _lastEndMs;
    private float _sumDb;
    private float _sumShare;
    private float _sumLine;
    private float _firstBefore;
    private bool _isNarrow;
    private bool _wasPair;

    /// <summary>The line of the last burst, Hz, where it was a single one: the band in which the next is looked for. 0 where there is none.</summary>
    public readonly float ExpectedHz => Count > 0 && !_wasPair ? Bursts[0].Hz : 0;

    /// <summary>True while the burst in progress is of one loudness, as a network's tones are (within 1.1 dB in noise at 10 dB); notes swell or die away.</summary>
    public readonly bool IsEven => MaxDb - (_sumDb / Math.Max(_onHops, 1)) < EvenDb;

    /// <summary>True while a burst is on.</summary>
    public readonly bool IsOn => _onHops > 0;

    /// <summary>Takes a hop; true when a burst ended or a new one began, so that a cadence may have become complete.</summary>
    public bool Add(in Hop hop, float noisePower)
    {
        var amplitude = hop.HasSpectrum ? AmplitudeOf(hop) : 0;
        if (hop.IsLost)
        {
            return Lose(hop, amplitude);
        }

        if (_holes > 1 && IsOn && !IsTone(hop, noisePower))
        {
            // Two hops and more of one value and then no tone: it ended where it was last heard.
            EndAtHole(hop.Index);
        }

        _holes = 0;
        var changed = false;
        if (IsTone(hop, noisePower))
        {
            // The frequency of the first hop, which holds a part of the tone, is rough: what begins is looked at again when it stands.
            changed = !IsOn || _onHops == SettledHops;
            Extend(hop, amplitude);
        }
        else if (IsOn)
        {
            _after = _offHops == 0 ? amplitude : _after;
            _offHops++;
            changed = _offHops > BridgedHops;
            if (changed)
            {
                Finish();
            }
        }

        _before = amplitude;
        Advance(hop.Index);
        return changed;
    }

    /// <summary>A burst goes on through a loss; samples of one value that last longer than a loss were a pause from their beginning.</summary>
    private bool Lose(in Hop hop, float amplitude)
    {
        var changed = false;
        if (!IsOn)
        {
            _before = hop.IsHole ? amplitude : _before;
        }
        else if (_offHops == 0)
        {
            if (hop.IsHole && _holes == 0)
            {
                (_heardIndex, _after) = (_lastIndex, amplitude);
            }

            _holes = hop.IsHole ? (byte)Math.Min(_holes + 1, 200) : (byte)0;
            _lastIndex = hop.Index;
            if (hop.IsDead && _holes > 1)
            {
                EndAtHole(hop.Index);
                Finish();
                changed = true;
            }
        }

        Advance(hop.Index);
        return changed;
    }

    private void EndAtHole(int index)
    {
        _lastIndex = _heardIndex;
        _offHops = index - _heardIndex;
        _holes = 0;
    }

    private void Advance(int index)
    {
        OnSoFarMs = IsOn ? (_lastIndex * Hop.Milliseconds) + WindowEndMs - StartMs(Plateau) : 0;
        PauseSoFarMs = IsOn || Count == 0 ? 0 : ((index + 1) * Hop.Milliseconds) - _lastEndMs;
    }

    /// <summary>Amplitude of the tone: in the band of a line that is known what exceeds the noise beside it, else all that is low.</summary>
    private readonly float AmplitudeOf(in Hop hop) => MathF.Sqrt(MathF.Max(
        0, (IsOn ? _isNarrow : hop.ToneHz > 0) && hop.ToneHz > 0 ? hop.ToneBand - hop.BesideBand : hop.LowShare * hop.Total));

    /// <summary>What the band of a known line says of a hop, whatever else sounds; null where it says nothing.</summary>
    private readonly bool? IsKnownLine(in Hop hop)
    {
        if (hop.ToneHz <= 0 || (IsOn && !_isNarrow))
        {
            return null;
        }

        var line = hop.ToneBand - hop.BesideBand;
        var amplitude = IsOn ? _sumAmplitude / _onHops : Bursts[0].Amplitude;
        var power = amplitude * amplitude;
        if (IsOn && _onHops >= 2 && line < UnderItself * power)
        {
            return false;
        }

        return MathF.Abs(hop.First.Hz - hop.ToneHz) <= SameLineHz && line > OverBeside * hop.BesideBand && line > (IsOn ? UnderItself : SoftestBurst) * power ? true : null;
    }

    private readonly bool IsTone(in Hop hop, float noisePower)
    {
        if (hop.HasSpectrum && IsKnownLine(hop) is { } isKnown)
        {
            return isKnown;
        }

        if (!hop.HasSpectrum || hop.LevelDb < MinLevelDb || hop.First.Hz is < 330 or > 680)
        {
            return false;
        }

        // What is far below the burst is what lies between bursts, however much of it is at low frequencies.
        if (IsOn ? hop.LevelDb < MaxDb - MaxFallDb : Count > 0 && hop.LevelDb < Bursts[0].LevelDb - MaxDropDb)
        {
            return false;
        }

        // While a burst is on, its line stays where it is; the lines of low noise do not.
        if (_onHops >= 3 && MathF.Abs(LineHz(hop) - Hz) > MaxStepHz)
        {
            return false;
        }

        var total = MathF.Max(hop.Total, 1e-3f);
        var clean = MathF.Max(total - noisePower, 0.25f * total);
        var lines = Lines(hop);

        // Softer than the burst and less of a line than the burst: the noise between bursts, even where it lies at low frequencies.
        if (IsOn
            ? _onHops >= 4 && hop.LevelDb < (_sumDb / _onHops) - SofterDb && lines < LessLine * total * (_sumLine / _onHops)
            : Count > 0 && hop.LevelDb < Bursts[0].LevelDb - SofterDb && lines < LessLine * total * Bursts[0].LineShare)
        {
            return false;
        }

        var isAboveNoise = total > AboveNoise * noisePower;
        var low = hop.LowShare * total;
        return (hop.LowShare > MinShare || (isAboveNoise && (low - (0.2f * noisePower)) / clean > 0.85f))
            && (lines > MinLineShare * total || (isAboveNoise && lines > 0.8f * clean));
    }

    private static float Lines(in Hop hop) => hop.First.Power + (hop.Second.Hz is > 300 and < 720 ? hop.SecondAlone : 0);

    private static bool IsPair(in Hop hop) => hop.Second.Hz is > 300 and < 720 && hop.SecondAlone > 0.12f * hop.First.Power;

    /// <summary>Frequency of a single line, the mean of two.</summary>
    private static float LineHz(in Hop hop) => IsPair(hop)
        ? ((hop.First.Hz * hop.First.Power) + (hop.Second.Hz * hop.SecondAlone)) / (hop.First.Power + hop.SecondAlone)
        : hop.First.Hz;

    private void Extend(in Hop hop, float amplitude)
    {
        var hz = LineHz(hop);
        // The lines of a dial tone differ by 6 dB at most; a harmonic of mains hum is weaker.
        var isWide = IsPair(hop) && hop.SecondAlone > 0.2f * hop.First.Power && MathF.Abs(hop.First.Hz - hop.Second.Hz) > 60;
        if (_onHops == 0)
        {
            (_firstIndex, _firstAmplitude, _sumAmplitude, _sumDb) = (hop.Index, amplitude, 0, 0);
            (_sumShare, _sumLine) = (0, 0);
            _isNarrow = hop.ToneHz > 0 && MathF.Abs(hz - hop.ToneHz) <= SameLineHz;
            if (!_isNarrow)
            {
                amplitude = MathF.Sqrt(MathF.Max(0, hop.LowShare * hop.Total));
                (_firstAmplitude, _before) = (amplitude, hop.ToneHz > 0 ? 0 : _before);
            }

            (Hz, PairShare, MaxDb) = (hz, 0, hop.LevelDb);
            _firstBefore = _before;
        }

        _onHops = Math.Min(_onHops + 1, 1 << 20);
        Hz += (hz - Hz) / _onHops;
        PairShare += ((isWide ? 1 : 0) - PairShare) / _onHops;
        MaxDb = MathF.Max(MaxDb, hop.LevelDb);
        _sumShare += hop.LowShare;
        _sumLine += Lines(hop) / MathF.Max(hop.Total, 1e-3f);
        _sumAmplitude += amplitude;
        _sumDb += hop.LevelDb;
        (_lastIndex, _lastAmplitude, _offHops) = (hop.Index, amplitude, 0);
    }

    private readonly float Plateau => _onHops > 2 ? (_sumAmplitude - _firstAmplitude - _lastAmplitude) / (_onHops - 2) : _sumAmplitude / Math.Max(_onHops, 1);

    private readonly float StartMs(float plateau) =>
        (_firstIndex * Hop.Milliseconds) + WindowStartMs + (Hop.Milliseconds * (1 - Ratio(_firstAmplitude, plateau) - Ratio(_firstBefore, plateau)));

    private void Finish()
    {
        if (_onHops < 2)
        {
            // A hop of noise is no burst.
            (_onHops, _offHops) = (0, 0);
            return;
        }

        var plateau = Plateau;
        var start = StartMs(plateau);
        var end = (_lastIndex * Hop.Milliseconds) + WindowEndMs + (Hop.Milliseconds * (Ratio(_lastAmplitude, plateau) - 1 + Ratio(_after, plateau)));
        if (Count > 0 && end - start < 0.75f * Bursts[0].OnMs && _sumDb / _onHops < Bursts[0].LevelDb - 2
            && _sumLine / _onHops < LessPureBurst * Bursts[0].LineShare)
        {
            // Shorter, softer and less of a line than the burst before: a stretch of noise in the pause.
            (_onHops, _offHops) = (0, 0);
            return;
        }

        for (var i = RecentBursts.Count - 1; i > 0; i--)
        {
            Bursts[i] = Bursts[i - 1];
        }

        Bursts[0] = new Burst { PauseMs = Count == 0 ? 0 : start - _lastEndMs, OnMs = end - start, Hz = Hz, LevelDb = _sumDb / _onHops, Share = _sumShare / _onHops, LineShare = _sumLine / _onHops, Amplitude = plateau };
        _wasPair = PairShare > 0.3f;
        IsFirstCut = Count == 0 ? _firstIndex <= 1 : IsFirstCut && Count < RecentBursts.Count;
        Count = Math.Min(Count + 1, RecentBursts.Count);
        _lastEndMs = end;
        (_onHops, _offHops) = (0, 0);
    }

    private static float Ratio(float amplitude, float plateau) => Math.Clamp(amplitude / MathF.Max(plateau, 0.01f), 0, 1);

    /// <summary>Milliseconds of the pause before the burst in progress.</summary>
    public readonly float PauseBeforeMs => Count == 0 ? 0 : StartMs(Plateau) - _lastEndMs;
}
