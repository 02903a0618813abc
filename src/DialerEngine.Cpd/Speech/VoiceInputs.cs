using System.Runtime.CompilerServices;
using DialerEngine.Cpd.Signal;

namespace DialerEngine.Cpd.Speech;

/// <summary>What <see cref="VoiceNet"/> sees of one hop; every number is of the order of 1.</summary>
[InlineArray(Count)]
internal struct VoiceInputs
{
    public const int Count = FineLevels.Count + BandLevels.Count + 8;

    /// <summary>Where the levels over the floor of each band stand, and the first of the other eight; the levels of the fine bands come first.</summary>
    public const int OverFloor = FineLevels.Count;
    public const int Rest = FineLevels.Count + BandLevels.Count;

    /// <summary>How much the spectrum moved since the hop before.</summary>
    public const int Flux = Rest + 7;

    private float _first;
}

/// <summary>Levels of the twelve bands in 1/256 dB: the state of a channel has to be small.</summary>
[InlineArray(BandLevels.Count)]
internal struct StoredLevels
{
    /// <summary>Steps of a decibel; levels on the 16-bit scale lie between 0 and 96 dB.</summary>
    public const float Scale = 256;

    private short _first;
}

/// <summary>Noise floor of each band and the levels of the hop before: turns hops into <see cref="VoiceInputs"/>.</summary>
internal struct VoiceFrontEnd
{
    // Decibels a hop: 3 dB a second.
    private const float FloorRise = 0.06f;
    private const float FloorFall = 0.4f;

    private StoredLevels _floors;
    private StoredLevels _previous;
    private float _previousHz;
    private bool _isStarted;

    /// <summary>
    /// Levels of the fine bands relative to the loudest of the last seconds, of the twelve bands relative to the floor of each, steadiness, periodicity.
    /// Levels in dBm0 are those of the whole band.
    /// </summary>
    public void Fill(ref Hop hop, float floorDb, float peakDb)
    {
        ref var inputs = ref hop.Inputs;
        var flux = 0f;
        for (var band = 0; band < BandLevels.Count; band++)
        {
            var level = Hop.FastDb(hop.Bands[band]);
            var stored = (short)(level * StoredLevels.Scale);
            if (!_isStarted)
            {
                (_floors[band], _previous[band]) = (stored, stored);
            }

            var floor = _floors[band] / StoredLevels.Scale;
            floor += level < floor ? FloorFall * (level - floor) : MathF.Min(FloorRise, level - floor);
            _floors[band] = (short)MathF.Round(floor * StoredLevels.Scale);
            flux += MathF.Abs(level - (_previous[band] / StoredLevels.Scale));
            _previous[band] = stored;
            inputs[VoiceInputs.OverFloor + band] = MathF.Min((level - floor) / 12, 3.5f);
        }

        for (var band = 0; band < FineLevels.Count; band++)
        {
            inputs[band] = Math.Clamp((Hop.FastDb(hop.Fine[band]) - Hop.ReferenceDb - peakDb + 28) / 15, -2, 2);
        }

        _isStarted = true;
        inputs[VoiceInputs.Rest] = (hop.LevelDb + 40) / 15;
        inputs[VoiceInputs.Rest + 1] = Math.Clamp((hop.LevelDb - floorDb) / 12, -1, 4);
        inputs[VoiceInputs.Rest + 2] = MathF.Min((peakDb - floorDb) / 12, 4);
        inputs[VoiceInputs.Rest + 3] = (hop.Voicing * 2) - 1;
        inputs[VoiceInputs.Rest + 4] = hop.PitchHz > 0 ? hop.Voicing * MathF.Log2(hop.PitchHz / 160) : 0;
        inputs[VoiceInputs.Rest + 5] = (hop.First.Power / MathF.Max(hop.Total, 1e-3f) * 2) - 1;
        inputs[VoiceInputs.Rest + 6] = MathF.Min(MathF.Abs(hop.First.Hz - _previousHz), 100) / 50;
        inputs[VoiceInputs.Flux] = MathF.Min(flux / (6 * BandLevels.Count), 3);
        _previousHz = hop.First.Hz;
    }
}
