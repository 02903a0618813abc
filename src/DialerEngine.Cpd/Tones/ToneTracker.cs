using DialerEngine.Cpd.Signal;

namespace DialerEngine.Cpd.Tones;

/// <summary>
/// Follows a single line or a pair of lines that stand steady from hop to hop, and turns them into <see cref="ToneRun"/>s. The edges are
/// finer than a hop: the share of the plateau's amplitude in the hops at the edges says where in them the tone began and ended.
/// </summary>
internal struct ToneTracker
{
    // Effective extent of the Hann window around its hop: from 6 ms before the hop's start to 14 ms into it.
    private const float WindowStartMs = -6;
    private const float WindowEndMs = 14;

    /// <summary>Share of the band that one line must hold, of the noise-free band, and that a pair must hold.</summary>
    private const float SingleShare = 0.6f;
    private const float CleanShare = 0.85f;
    private const float PairShare = 0.72f;
    private const float SecondOfPair = 0.12f;

    /// <summary>Shorter runs, such as the two lines of a hop in which one segment gives way to the next, are not remembered.</summary>
    private const int MinRunHops = 3;

    // What a line must keep to go on beside other sounds: 12 Hz, 2 dB, a third of the band.
    private const float SameLineHz = 12;
    private const float SameLevel = 0.25f;
    private const float BesideShare = 0.33f;

    // Above this fast sweeps are followed from their first step; below it lie the vowels.
    private const float SweepHz = 700;

    // Lines closer than this are one line of the spectrum (the main lobe of the Hann window is 125 Hz wide).
    private const float PairDistanceHz = 110;

    public RecentRuns Runs;

    /// <summary>Hops of the run in progress; 0 when there is none.</summary>
    public int Count;

    /// <summary>Hops in a row in which nothing but the run's lines sounded.</summary>
    public byte Alone;

    /// <summary>Mean frequencies of the run in progress.</summary>
    public float Hz;
    public float UpperHz;

    /// <summary>Extremes since the run's second hop.</summary>
    public float MinHz;
    public float MaxHz;
    public float MinDb;
    public float MaxDb;

    /// <summary>The same of the upper line of a pair, and of its level against the lower one, dB.</summary>
    public float MinUpperHz;
    public float MaxUpperHz;
    public float MinTiltDb;
    public float MaxTiltDb;

    /// <summary>Mean share of the band held by the lines.</summary>
    public float Share;

    /// <summary>Hz a hop: mean step of the run's line; far from 0 for a chirp.</summary>
    public float Slope;

    /// <summary>Where the run in progress began, milliseconds.</summary>
    public float StartMs;

    /// <summary>Level of the last hop, dB.</summary>
    public float LastDb;

    private float _lastHz;
    private float _lastUpperHz;
    private float _firstAmplitude;
    private float _lastAmplitude;
    private float _plateau;
    private float _beforeAmplitude;
    private int _firstIndex;
    private int _lastIndex;
    private float _holeAmplitude;
    private byte _holes;
    private Peak _previousFirst;
    private Peak _previousSecond;

    /// <summary>Takes a hop; true when a run ended with it, which is then <c>Runs[0]</c>.</summary>
    public bool Add(in Hop hop, float noisePower)
    {
        if (hop.IsLost)
        {
            // Only a tone that goes on behind the loss lasted through it; what ends in it ended where it was last heard.
            return Count > 0 && hop.IsHole && EndInHole(hop);
        }

        var isTonal = Classify(hop, noisePower, out var low, out var high, out var share);
        var goesOn = Count > 0 && isTonal && Continues(low.Hz, high.Hz);
        Alone = isTonal ? (byte)Math.Min(goesOn ? Alone + 1 : 1, 200) : (byte)0;
        if (Count >= MinRunHops && UpperHz == 0 && !goesOn && TryFindLine(hop, noisePower, out var line, out var lineShare))
        {
            // A line that stands as it stood goes on, whatever sounds beside it.
            (isTonal, low, high, share) = (true, line, default, lineShare);
        }

        var ended = false;
        if (Count > 0 && !(isTonal && Continues(low.Hz, high.Hz)))
        {
            ended = Count >= MinRunHops;
            Finish(_holes > 0 ? _holeAmplitude : AmplitudeIn(hop));
        }

        if (isTonal)
        {
            Extend(hop, low, high, share);
        }

        _holes = 0;
        _previousFirst = hop.First;
        _previousSecond = hop.Second;
        return ended;
    }

    /// <summary>Where the run in progress would end if it ended with the last hop.</summary>
    public readonly float EndSoFarMs => (_lastIndex * Hop.Milliseconds) + WindowEndMs;

    private static bool Classify(in Hop hop, float noisePower, out Peak low, out Peak high, out float share)
    {
        low = hop.First;
        high = default;
        share = 0;
        if (!hop.HasSpectrum || hop.First.Power <= 0 || hop.LevelDb < -58)
        {
            return false;
        }

        var total = MathF.Max(hop.Total, 1e-3f);
        var clean = MathF.Max(total - noisePower, 0.25f * total);
        share = MathF.Min(1, MathF.Max(hop.First.Power / total, hop.First.Power / clean * 0.98f));
        var pair = hop.First.Power + hop.Second.Power;
        if (hop.Second.Power > SecondOfPair * pair && MathF.Abs(hop.First.Hz - hop.Second.Hz) > PairDistanceHz
            && (pair > PairShare * total || pair > CleanShare * clean) && hop.First.Power < 0.9f * pair)
        {
            share = MathF.Min(1, pair / clean);
            (low, high) = hop.First.Hz < hop.Second.Hz ? (hop.First, hop.Second) : (hop.Second, hop.First);
            return true;
        }

        return hop.First.Power > SingleShare * total || hop.First.Power > CleanShare * clean;
    }

    /// <summary>The run's own line among the strongest of a hop, as loud as it was and still a third of all there is.</summary>
    private readonly bool TryFindLine(in Hop hop, float noisePower, out Peak line, out float share)
    {
        line = MathF.Abs(hop.First.Hz - _lastHz) <= SameLineHz ? hop.First : MathF.Abs(hop.Second.Hz - _lastHz) <= SameLineHz ? hop.Second : default;
        share = hop.HasSpectrum ? MathF.Min(1, line.Power / MathF.Max(MathF.Max(hop.Total - noisePower, 0.25f * hop.Total), 1e-3f)) : 0;
        return share > BesideShare && MathF.Abs(MathF.Sqrt(line.Power) - _plateau) < SameLevel * _plateau;
    }

    private readonly bool Continues(float hz, float upperHz)
    {
        if (UpperHz > 0 != upperHz > 0)
        {
            return false;
        }

        // A sweep of up to 160 Hz a hop goes on in its direction; a steady line stays within the width of a bin.
        var step = hz - _lastHz;
        var isSweep = Count >= 3 && MathF.Abs(Slope) > 12 && MathF.Abs(step) < 180 && step * Slope > 0;
        var isFirstStep = Count <= 2 && MathF.Abs(step) < (hz > SweepHz ? 170 : 110);
        return (MathF.Abs(step) <= 25 || isSweep || (isFirstStep && upperHz == 0)) && MathF.Abs(upperHz - _lastUpperHz) <= 25;
    }

    private void Extend(in Hop hop, in Peak low, in Peak high, float share)
    {
        var amplitude = MathF.Sqrt(low.Power + high.Power);
        if (Count == 0)
        {
            _firstIndex = hop.Index;
            _firstAmplitude = amplitude;
            _beforeAmplitude = MathF.Sqrt(PowerBefore(low.Hz) + (high.Hz > 0 ? PowerBefore(high.Hz) : 0));
            Hz = low.Hz;
            UpperHz = high.Hz;
            Share = share;
            Slope = 0;
            _plateau = amplitude;
        }
        else
        {
            var step = low.Hz - _lastHz;
            // The first hop holds only part of the tone: its frequency is not counted.
            Slope = Count <= 2 ? (Count - 1) * step : Slope + ((step - Slope) / Math.Min(Count - 1, 4));
            Share += (share - Share) / (Count + 1);
            var db = 20 * MathF.Log10(MathF.Max(amplitude, 0.01f));
            var tilt = high.Hz > 0 ? 10 * MathF.Log10(MathF.Max(high.Power, 1e-4f) / MathF.Max(low.Power, 1e-4f)) : 0;
            LastDb = db;
            if (Count == 1)
            {
                (Hz, UpperHz, _plateau) = (low.Hz, high.Hz, amplitude);
                (MinHz, MaxHz, MinDb, MaxDb) = (low.Hz, low.Hz, db, db);
                (MinUpperHz, MaxUpperHz, MinTiltDb, MaxTiltDb) = (high.Hz, high.Hz, tilt, tilt);
            }
            else
            {
                Hz += (low.Hz - Hz) / Count;
                UpperHz += (high.Hz - UpperHz) / Count;
                _plateau += (_lastAmplitude - _plateau) / Math.Max(Count - 1, 1);
                (MinHz, MaxHz) = (MathF.Min(MinHz, low.Hz), MathF.Max(MaxHz, low.Hz));
                (MinDb, MaxDb) = (MathF.Min(MinDb, db), MathF.Max(MaxDb, db));
                (MinUpperHz, MaxUpperHz) = (MathF.Min(MinUpperHz, high.Hz), MathF.Max(MaxUpperHz, high.Hz));
                (MinTiltDb, MaxTiltDb) = (MathF.Min(MinTiltDb, tilt), MathF.Max(MaxTiltDb, tilt));
            }
        }

        (_lastHz, _lastUpperHz, _lastAmplitude, _lastIndex) = (low.Hz, high.Hz, amplitude, hop.Index);
        Count = Math.Min(Count + 1, 1 << 20);
        StartMs = Count >= 2
            ? (_firstIndex * Hop.Milliseconds) + WindowStartMs
                + (Hop.Milliseconds * (1 - Ratio(_firstAmplitude) - Ratio(_beforeAmplitude)))
            : (_firstIndex * Hop.Milliseconds) + WindowStartMs;
    }

    private void Finish(float after)
    {
        var run = new ToneRun
        {
            StartMs = MathF.Max(0, StartMs),
            EndMs = EndSoFarMs + (Hop.Milliseconds * (Ratio(_lastAmplitude) - 1 + Ratio(after))),
            Hz = Hz,
            UpperHz = UpperHz,
        };
        if (Count >= MinRunHops)
        {
            Runs.Push(run);
        }

        Count = 0;
    }

    /// <summary>Samples of one value that last longer than a loss: the run is over. The first of them tells where in it the tone ended.</summary>
    private bool EndInHole(in Hop hop)
    {
        if (_holes == 0)
        {
            _holeAmplitude = hop.HasSpectrum ? AmplitudeIn(hop) : 0;
        }

        _holes = (byte)Math.Min(_holes + 1, 200);
        if (!hop.IsDead)
        {
            return false;
        }

        var ended = Count >= MinRunHops;
        Finish(_holeAmplitude);
        (_holes, Alone) = (0, 0);
        return ended;
    }

    private readonly float AmplitudeIn(in Hop hop) =>
        MathF.Sqrt(hop.PowerNear(_lastHz, 40) + (_lastUpperHz > 0 ? hop.PowerNear(_lastUpperHz, 40) : 0));

    private readonly float PowerBefore(float hz) => MathF.Abs(_previousFirst.Hz - hz) < 40 ? _previousFirst.Power
        : MathF.Abs(_previousSecond.Hz - hz) < 40 ? _previousSecond.Power : 0;

    private readonly float Ratio(float amplitude) => Math.Clamp(amplitude / MathF.Max(_plateau, 0.01f), 0, 1);
}
