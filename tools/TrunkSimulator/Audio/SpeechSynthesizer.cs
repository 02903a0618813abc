using DialerEngine.Media;
using DialerEngine.Media.G711;

namespace TrunkSimulator.Audio;

/// <summary>
/// Makes sound that has the outward marks of speech: a glottal buzz of wandering pitch through two moving resonances, syllables at 3 to 6 a
/// second, unvoiced consonants, words of a few syllables and pauses between phrases. It says nothing; it is for detectors of speech.
/// </summary>
internal sealed class SpeechSynthesizer
{
    private const int Rate = G711Codec.SampleRate;

    // First and second formants of a, e, i, o, u in Hz (Peterson and Barney 1952, rounded, men).
    private static readonly (int First, int Second)[] Vowels = [(730, 1090), (530, 1840), (270, 2290), (570, 840), (300, 870)];

    private readonly SeededMediaRandom _random;
    private readonly double _pitch;
    private readonly double _scale;
    private readonly double _level;
    private readonly Resonator _first = new();
    private readonly Resonator _second = new();
    private double _phase;

    public SpeechSynthesizer(ulong seed, int voice)
    {
        _random = new SeededMediaRandom((seed * 1000) + (ulong)voice);
        var isHigh = (voice & 1) != 0;
        _pitch = (isHigh ? 180 : 100) + (40 * Share());
        _scale = isHigh ? 1.15 : 1;
        _level = 5000 + (6000 * Share());
    }

    /// <summary>"Hello?": one or two syllables of 350 to 800 ms in all.</summary>
    public short[] Hello()
    {
        var audio = new List<short>();
        var syllables = 1 + (int)(2 * Share());
        for (var i = 0; i < syllables; i++)
        {
            Syllable(audio, 170 + (int)(130 * Share()), rising: i == syllables - 1);
        }

        return [.. audio];
    }

    /// <summary>Connected speech of about the given length: words with short gaps and no pause above 500 ms.</summary>
    public short[] Phrases(int milliseconds)
    {
        var audio = new List<short>();
        var word = 0;
        while (audio.Count < milliseconds * (Rate / 1000))
        {
            var syllables = 1 + (int)(3 * Share());
            for (var i = 0; i < syllables; i++)
            {
                Syllable(audio, 140 + (int)(110 * Share()), rising: false);
            }

            Silence(audio, ++word % 6 == 0 ? 250 + (int)(200 * Share()) : 30 + (int)(70 * Share()));
        }

        return [.. audio];
    }

    /// <summary>One side of a conversation: turns of 1 to 4 s with 1 to 4 s of listening between.</summary>
    public short[] Conversation(int milliseconds)
    {
        var audio = new List<short>();
        while (audio.Count < milliseconds * (Rate / 1000))
        {
            Silence(audio, 1000 + (int)(3000 * Share()));
            audio.AddRange(Phrases(1000 + (int)(3000 * Share())));
        }

        return [.. audio];
    }

    private static void Silence(List<short> audio, int milliseconds) =>
        audio.AddRange(Enumerable.Repeat((short)0, milliseconds * (Rate / 1000)));

    private void Syllable(List<short> audio, int milliseconds, bool rising)
    {
        if (Share() < 0.4)
        {
            Consonant(audio, 30 + (int)(50 * Share()));
        }

        var (first, second) = Vowels[_random.NextUInt32() % (uint)Vowels.Length];
        _first.Tune(first * _scale, 80);
        _second.Tune(second * _scale, 120);
        var length = milliseconds * (Rate / 1000);
        var pitch = _pitch * (0.9 + (0.25 * Share()));
        for (var i = 0; i < length; i++)
        {
            var position = (double)i / length;
            _phase += pitch * (rising ? 1 + (0.3 * position) : 1.05 - (0.15 * position)) / Rate;
            var pulse = 0.0;
            if (_phase >= 1)
            {
                _phase -= 1;
                pulse = 1;
            }

            var envelope = Math.Sin(Math.PI * Math.Min(1, position * 1.1));
            var sample = (_first.Next(pulse) + (0.5 * _second.Next(pulse))) * envelope * _level * 0.9;
            audio.Add((short)Math.Clamp(sample, -30_000, 30_000));
        }
    }

    private void Consonant(List<short> audio, int milliseconds)
    {
        var length = milliseconds * (Rate / 1000);
        var last = 0.0;
        for (var i = 0; i < length; i++)
        {
            // The difference of noise leans to the high frequencies, as s and f do.
            var noise = (Share() * 2) - 1;
            audio.Add((short)((noise - last) * _level * 0.12 * Math.Sin(Math.PI * i / length)));
            last = noise;
        }
    }

    private double Share() => _random.NextUInt32() / 4294967296.0;

    /// <summary>A two-pole resonance.</summary>
    private sealed class Resonator
    {
        private double _a;
        private double _b;
        private double _gain;
        private double _y1;
        private double _y2;

        public void Tune(double hertz, double bandwidth)
        {
            var radius = Math.Exp(-Math.PI * bandwidth / Rate);
            _a = 2 * radius * Math.Cos(2 * Math.PI * hertz / Rate);
            _b = -radius * radius;
            _gain = Math.Sqrt(1 - radius);
        }

        public double Next(double x)
        {
            var y = (_gain * 4 * x) + (_a * _y1) + (_b * _y2);
            _y2 = _y1;
            _y1 = y;
            return y;
        }
    }
}
