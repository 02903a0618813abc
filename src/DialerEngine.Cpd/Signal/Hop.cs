using System.Runtime.CompilerServices;
using DialerEngine.Cpd.Speech;

namespace DialerEngine.Cpd.Signal;

/// <summary>A line of the spectrum.</summary>
internal struct Peak
{
    /// <summary>Hz, interpolated between bins.</summary>
    public float Hz;

    /// <summary>Mean square of the line, on the 16-bit scale.</summary>
    public float Power;
}

/// <summary>Levels of twelve bands in dB, 281 to 3,437 Hz.</summary>
[InlineArray(Count)]
internal struct BandLevels
{
    public const int Count = 12;

    private float _first;
}

/// <summary>
/// Powers of 28 bands, 94 to 3,969 Hz: three of two bins below the twelve bands, each of these in two halves, and what lies above them. Fine enough
/// to tell one vowel from another.
/// </summary>
[InlineArray(Count)]
internal struct FineLevels
{
    public const int Count = (2 * BandLevels.Count) + 4;

    /// <summary>Fine bands below the twelve.</summary>
    public const int Below = 3;

    private float _first;
}

/// <summary>What one hop of 20 ms shows. Lives on the stack; nothing of it is kept but what the trackers take.</summary>
internal struct Hop
{
    /// <summary>Milliseconds of a hop.</summary>
    public const int Milliseconds = 20;

    public const int Samples = 160;

    /// <summary>Below this level no spectrum is taken, dBm0.</summary>
    public const float QuietDb = -64;

    private const int FirstBin = 9;

    // The pitch of a voice belongs to its level, but not to the band in which tones are sought: mains hum lies there.
    private const int FirstVoiceBin = 6;
    private const int LastBin = 110;

    // 10 * log10(32767^2 / 2) - 3.17: mean square of the 16-bit scale at 0 dBm0, ITU-T G.711 section 4.
    public const float ReferenceDb = 84.13f;

    // Every second edge from the fourth on parts the twelve bands: 9, 11, 13, 16, 20, 25, 31, 39, 49, 61, 75, 92, 111.
    private static ReadOnlySpan<byte> FineEdges =>
        [3, 5, 7, 9, 10, 11, 12, 13, 14, 16, 18, 20, 22, 25, 28, 31, 35, 39, 44, 49, 55, 61, 68, 75, 83, 92, 101, 111, 127];

    /// <summary>Number of the hop from the phase's start.</summary>
    public int Index;

    /// <summary>Level of 187 to 3,437 Hz, dBm0.</summary>
    public float LevelDb;

    /// <summary>Mean square of 281 to 3,437 Hz.</summary>
    public float Total;

    /// <summary>True when part of the hop was lost on the way: nothing may be concluded from its level.</summary>
    public bool IsLost;

    /// <summary>
    /// True for a lost hop that was seen as samples of one value instead of being marked: a missing packet, or the pause of a cadence that is
    /// digitally silent. How long it lasts tells them apart (<see cref="IsDead"/>).
    /// </summary>
    public bool IsHole;

    /// <summary>Samples of one value at the end of the audio so far.</summary>
    public int StillSamples;

    /// <summary>True when a spectrum was taken.</summary>
    public bool HasSpectrum;

    /// <summary>Shares of the band below 281..719 Hz, above 2 kHz, and in 1,530..1,970 Hz.</summary>
    public float LowShare;
    public float HighShare;
    public float FskShare;

    /// <summary>The three strongest lines, the strongest first; power 0 where there is none.</summary>
    public Peak First;
    public Peak Second;
    public Peak Third;

    /// <summary>Power of <see cref="Second"/> without the bins that belong to <see cref="First"/>.</summary>
    public float SecondAlone;

    /// <summary>A line that is expected, Hz; 0 for none. Set before the spectrum is taken.</summary>
    public float ToneHz;

    /// <summary>Power of five bins about <see cref="ToneHz"/>, and what five bins beside them hold: the noise that is in the line's band.</summary>
    public float ToneBand;
    public float BesideBand;

    public BandLevels Bands;

    public FineLevels Fine;

    /// <summary>Periodicity of a voice, 0..1, and its pitch in Hz, 0 where there is none; set after the answer only.</summary>
    public float Voicing;
    public float PitchHz;

    /// <summary>What the voice net saw of the hop; filled where a spectrum was taken.</summary>
    public VoiceInputs Inputs;

    /// <summary>More of one value than two packets of 20 ms: no loss, the sound has ended.</summary>
    public readonly bool IsDead => StillSamples > 2 * Samples;

    /// <summary>Decibels by the float's own logarithm, within 0.3 dB, on the 16-bit scale.</summary>
    public static float FastDb(float power) => (BitConverter.SingleToInt32Bits(power + 1) - 0x3F800000) * (3.0103f / (1 << 23));

    /// <summary>dBm0 of a mean square.</summary>
    public static float ToDb(float meanSquare) => meanSquare < 1e-3f ? -96 : (10 * MathF.Log10(meanSquare)) - ReferenceDb;

    /// <summary>Mean square of a level.</summary>
    public static float ToPower(float levelDb) => MathF.Pow(10, (levelDb + ReferenceDb) / 10);

    /// <summary>Fills levels, shares and lines from 256 samples, of which the last 160 are new.</summary>
    [SkipLocalsInit]
    public void Analyze(ReadOnlySpan<short> window)
    {
        Span<float> power = stackalloc float[Spectrum.Bins];
        Spectrum.Power(window, power);
        HasSpectrum = true;
        Total = SumBands(power);
        LevelDb = ToDb(Total + Sum(power, FirstVoiceBin, FirstBin));
        var total = MathF.Max(Total, 1e-3f);
        LowShare = Sum(power, 9, 24) / total;
        HighShare = Sum(power, 64, LastBin + 1) / total;
        FskShare = Sum(power, 49, 64) / total;
        if (ToneHz > 0)
        {
            var bin = (int)((ToneHz / Spectrum.BinHz) + 0.5f);
            ToneBand = Sum(power, bin - 2, bin + 3);
            BesideBand = (Sum(power, bin - 6, bin - 2) + Sum(power, bin + 3, bin + 7)) * (5f / 8);
        }

        FindPeaks(power);
    }

    /// <summary>Power of the line near <paramref name="hz"/>, 0 where none of the three is.</summary>
    public readonly float PowerNear(float hz, float toleranceHz)
    {
        if (MathF.Abs(First.Hz - hz) <= toleranceHz)
        {
            return First.Power;
        }

        if (MathF.Abs(Second.Hz - hz) <= toleranceHz)
        {
            return Second.Power;
        }

        return MathF.Abs(Third.Hz - hz) <= toleranceHz ? Third.Power : 0;
    }

    private float SumBands(ReadOnlySpan<float> power)
    {
        for (var band = 0; band < FineLevels.Count; band++)
        {
            Fine[band] = Sum(power, FineEdges[band], FineEdges[band + 1]);
        }

        var total = 0f;
        for (var band = 0; band < BandLevels.Count; band++)
        {
            var sum = Fine[FineLevels.Below + (2 * band)] + Fine[FineLevels.Below + (2 * band) + 1];
            total += sum;
            Bands[band] = sum;
        }

        return total;
    }

    private static float Sum(ReadOnlySpan<float> power, int from, int to)
    {
        var sum = 0f;
        foreach (var value in power[from..to])
        {
            sum += value;
        }

        return sum;
    }

    private void FindPeaks(ReadOnlySpan<float> power)
    {
        int a = 0, b = 0, c = 0;
        float pa = 0, pb = 0, pc = 0;
        for (var k = FirstBin; k <= LastBin; k++)
        {
            var value = power[k];
            if (value <= pc || value < power[k - 1] || value < power[k + 1])
            {
                continue;
            }

            if (value > pa)
            {
                (c, pc, b, pb, a, pa) = (b, pb, a, pa, k, value);
            }
            else if (value > pb)
            {
                (c, pc, b, pb) = (b, pb, k, value);
            }
            else
            {
                (c, pc) = (k, value);
            }
        }

        First = Interpolate(power, a);
        Second = Interpolate(power, b);
        Third = Interpolate(power, c);
        SecondAlone = 0;
        for (var bin = Math.Max(b - 2, 0); b > 0 && bin <= Math.Min(b + 2, Spectrum.Bins - 1); bin++)
        {
            SecondAlone += Math.Abs(bin - a) <= 2 ? 0 : power[bin];
        }
    }

    /// <summary>Between the two strongest bins of a line the Hann window gives the frequency exactly: r = |X1|/|X0|, offset (2r - 1)/(r + 1).</summary>
    private static Peak Interpolate(ReadOnlySpan<float> power, int k)
    {
        if (k == 0)
        {
            return default;
        }

        var isUp = power[k + 1] > power[k - 1];
        var ratio = MathF.Sqrt((isUp ? power[k + 1] : power[k - 1]) / power[k]);
        var offset = ((2 * ratio) - 1) / (ratio + 1);
        return new Peak
        {
            Hz = (k + (isUp ? offset : -offset)) * Spectrum.BinHz,
            Power = power[k - 2] + power[k - 1] + power[k] + power[k + 1] + power[Math.Min(k + 2, Spectrum.Bins - 1)],
        };
    }
}
