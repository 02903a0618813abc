using DialerEngine.Media;
using DialerEngine.Media.G711;

namespace TrunkSimulator.Audio;

/// <summary>A tune with a chord under it, made of decaying partials: what is played to callers in place of ringing.</summary>
internal static class MusicBox
{
    private const int Rate = G711Codec.SampleRate;

    // A pentatonic scale over A3, hertz: any of its notes go together.
    private static readonly double[] Scale = [220, 246.94, 277.18, 329.63, 369.99, 440, 493.88, 554.37, 659.26, 739.99];

    /// <summary>A tune of the given length.</summary>
    public static short[] Play(ulong seed, int milliseconds)
    {
        var random = new SeededMediaRandom(seed + 99);
        var samples = new double[milliseconds * Rate / 1000];
        for (var at = 0; at < samples.Length; at += Rate / 4)
        {
            Strike(samples, at, Scale[random.NextUInt32() % (uint)Scale.Length], 3_000, 0.6);
            if (at % Rate == 0)
            {
                var root = Scale[random.NextUInt32() % 4];
                Strike(samples, at, root, 2_000, 1.5);
                Strike(samples, at, root * 1.25, 1_500, 1.5);
                Strike(samples, at, root * 1.5, 1_500, 1.5);
            }
        }

        return [.. samples.Select(s => (short)Math.Clamp(s, -30_000, 30_000))];
    }

    private static void Strike(double[] samples, int at, double hertz, double level, double seconds)
    {
        var length = Math.Min(samples.Length - at, (int)(2 * seconds * Rate));
        for (var i = 0; i < length; i++)
        {
            var t = i / (double)Rate;
            var tone = Math.Sin(2 * Math.PI * hertz * t) + (0.5 * Math.Sin(4 * Math.PI * hertz * t)) + (0.25 * Math.Sin(6 * Math.PI * hertz * t));
            samples[at + i] += level * Math.Min(1, i / 40.0) * Math.Exp(-t / (0.5 * seconds)) * tone;
        }
    }
}
