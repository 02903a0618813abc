using CpdTrainer.Audio;
using DialerEngine.Cpd.Signal;
using DialerEngine.Cpd.Speech;

namespace CpdTrainer.Training;

/// <summary>
/// Makes another speaker of the hops of a call: speaks faster or slower, the spectrum moved along the logarithm of frequency as by a longer or a
/// shorter vocal tract, tilted and louder or softer, the pitch moved. Drawn anew for each call of each pass, so that no pass hears the same voices.
/// </summary>
internal sealed class VoiceWarp
{
    private const double Chance = 0.85;

    private static readonly float[] FineAt = Octaves([4, 6, 8, 9.5, 10.5, 11.5, 12.5, 13.5, 15, 17, 19, 21, 23.5, 26.5, 29.5, 33, 37, 41.5, 46.5, 52, 58, 64.5, 71.5, 79, 87.5, 96.5, 106, 119]);
    private static readonly float[] BandsAt = Octaves([10, 12, 14.5, 18, 22.5, 28, 35, 44, 55, 68, 83.5, 101.5]);

    private readonly float[] _from = new float[FineLevels.Count + BandLevels.Count];
    private readonly float[] _tilt = new float[FineLevels.Count];
    private float _pitch;
    private float _level;

    /// <summary>Hops of the call for one hop of what is made.</summary>
    public float Stretch { get; private set; } = 1;

    /// <summary>The call as it is.</summary>
    public void Rest()
    {
        (Stretch, _pitch, _level) = (1, 0, 0);
        _tilt.AsSpan().Clear();
        Fill(0);
    }

    /// <summary>Somebody else.</summary>
    public void Draw(SignalLab lab)
    {
        Rest();
        if (!lab.Chance(Chance))
        {
            return;
        }

        Stretch = (float)lab.Between(0.87, 1.15);
        var octaves = (float)lab.Between(-0.14, 0.14);
        Fill(octaves);
        _pitch = octaves + (float)(0.25 * lab.Gauss());
        _level = (float)(0.25 * lab.Gauss());
        var (slope, bend, at) = (0.07 * lab.Gauss(), 0.12 * lab.Gauss(), lab.Between(2, 7));
        for (var band = 0; band < _tilt.Length; band++)
        {
            _tilt[band] = (float)((slope * (FineAt[band] - 5)) + (bend * Math.Cos(2.2 * (FineAt[band] - at))));
        }
    }

    /// <summary>One hop, lane by lane apart, as the net would see it of that speaker.</summary>
    public void Take(ReadOnlySpan<Half> hop, Span<float> x, int stride)
    {
        for (var band = 0; band < _from.Length; band++)
        {
            var at = (int)_from[band];
            var part = _from[band] - at;
            var value = (float)hop[at];
            value += part > 0 ? part * ((float)hop[at + 1] - value) : 0;
            x[band * stride] = band < FineLevels.Count ? Math.Clamp(value + _tilt[band], -2, 2) : value;
        }

        for (var i = VoiceInputs.Rest; i < VoiceInputs.Count; i++)
        {
            x[i * stride] = (float)hop[i];
        }

        x[VoiceInputs.Rest * stride] += _level;
        var pitch = (float)hop[VoiceInputs.Rest + 4];
        x[(VoiceInputs.Rest + 4) * stride] += pitch == 0 ? 0 : _pitch * ((float)hop[VoiceInputs.Rest + 3] + 1) / 2;
    }

    private void Fill(float octaves)
    {
        Fill(FineAt, octaves, _from.AsSpan(0, FineLevels.Count), 0);
        Fill(BandsAt, octaves, _from.AsSpan(FineLevels.Count), FineLevels.Count);
    }

    /// <summary>Where each band's level is taken from: a place between two bands.</summary>
    private static void Fill(float[] centres, float octaves, Span<float> from, int first)
    {
        for (var band = 0; band < from.Length; band++)
        {
            var wanted = Math.Clamp(centres[band] - octaves, centres[0], centres[^1]);
            var at = 0;
            while (at < centres.Length - 2 && centres[at + 1] <= wanted)
            {
                at++;
            }

            from[band] = first + Math.Clamp(at + ((wanted - centres[at]) / (centres[at + 1] - centres[at])), 0, centres.Length - 1);
        }
    }

    private static float[] Octaves(double[] bins) => Array.ConvertAll(bins, bin => (float)Math.Log2(bin));
}
