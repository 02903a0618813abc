using DialerEngine.Media;
using DialerEngine.Media.G711;

namespace TrunkSimulator.Audio;

/// <summary>
/// Makes sound that has the outward marks of speech: a glottal buzz of wandering pitch through three moving resonances, syllables at 3 to 6 a
/// second, unvoiced consonants, words of a few syllables and pauses between phrases. It says nothing; it is for detectors of speech.
/// </summary>
internal sealed class SpeechSynthesizer
{
    private const int Rate = G711Codec.SampleRate;

    // Resonances move every 5 ms.
    private const int GlideSamples = 40;

    // First three formants of a, e, i, o, u in Hz (Peterson and Barney 1952, rounded, men).
    private static readonly (int First, int Second, int Third)[] Vowels =
        [(730, 1090, 2440), (530, 1840, 2480), (270, 2290, 3010), (570, 840, 2410), (300, 870, 2240)];

    private const int A = 0;
    private const int E = 1;
    private const int O = 3;

    private readonly SeededMediaRandom _random;
    private readonly double _pitch;
    private readonly double _scale;
    private readonly double _level;
    private readonly Resonator _first = new();
    private readonly Resonator _second = new();
    private readonly Resonator _third = new();
    private double _phase;
    private double _flow;

    public SpeechSynthesizer(ulong seed, int voice)
    {
        _random = new SeededMediaRandom((seed * 1000) + (ulong)voice);
        var isHigh = (voice & 1) != 0;
        _pitch = (isHigh ? 180 : 100) + (40 * Share());
        _scale = isHigh ? 1.15 : 1;
        _level = 1500 + (1800 * Share());
    }

    /// <summary>"Hello?": two syllables, the second rising, of 500 to 700 ms in all.</summary>
    public short[] Hello()
    {
        var audio = new List<short>();
        Consonant(audio, 60);
        Syllable(audio, 150 + (int)(50 * Share()), rising: false, E, A);
        Silence(audio, 20);
        Consonant(audio, 40);
        Syllable(audio, 240 + (int)(100 * Share()), rising: true, E, O);
        return [.. audio];
    }

    /// <summary>Connected speech of about the given length: words read off with short gaps, no pause above 200 ms.</summary>
    public short[] Phrases(int milliseconds)
    {
        var audio = new List<short>();
        var word = 0;
        while (audio.Count < milliseconds * (Rate / 1000))
        {
            var syllables = 1 + (int)(3 * Share());
            for (var i = 0; i < syllables; i++)
            {
                if (Share() < 0.5)
                {
                    Consonant(audio, 30 + (int)(50 * Share()));
                }

                var vowel = (int)(_random.NextUInt32() % (uint)Vowels.Length);
                Syllable(audio, 120 + (int)(110 * Share()), rising: false, vowel, (int)(_random.NextUInt32() % (uint)Vowels.Length));
            }

            Silence(audio, ++word % 5 == 0 ? 100 + (int)(80 * Share()) : (int)(50 * Share()));
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

    /// <summary>The same sound in a room that is not dead: noise of about -68 dBFS, in place.</summary>
    public short[] InRoom(short[] sound)
    {
        for (var i = 0; i < sound.Length; i++)
        {
            sound[i] = (short)Math.Clamp(sound[i] + ((Share() + Share() - 1) * 24), -32_000, 32_000);
        }

        return sound;
    }

    private static void Silence(List<short> audio, int milliseconds) =>
        audio.AddRange(Enumerable.Repeat((short)0, milliseconds * (Rate / 1000)));

    /// <summary>A vowel that glides towards another, as loud as every other of the speaker.</summary>
    private void Syllable(List<short> audio, int milliseconds, bool rising, int from, int towards)
    {
        var length = milliseconds * (Rate / 1000);
        var sound = new double[length];
        var pitch = _pitch * (0.9 + (0.25 * Share()));
        var jitter = 1.0;
        for (var i = 0; i < length; i++)
        {
            var position = (double)i / length;
            if (i % GlideSamples == 0)
            {
                var glide = 0.35 * position;
                _first.Tune(Between(Vowels[from].First, Vowels[towards].First, glide), 80);
                _second.Tune(Between(Vowels[from].Second, Vowels[towards].Second, glide), 110);
                _third.Tune(Between(Vowels[from].Third, Vowels[towards].Third, glide), 160);
                jitter = 1 + (0.02 * (Share() - 0.5));
            }

            var pulse = Pulse(pitch * jitter * (rising ? 0.95 + (0.45 * position) : 1.06 - (0.16 * position)));
            var envelope = Math.Min(1, Math.Min(position / 0.12, (1 - position) / 0.25));
            sound[i] = (_first.Next(pulse) + (0.6 * _second.Next(pulse)) + (0.3 * _third.Next(pulse))) * envelope;
        }

        var loudness = Math.Sqrt(sound.Sum(v => v * v) / length);
        var gain = _level * (0.85 + (0.3 * Share())) / Math.Max(loudness, 1e-9);
        foreach (var value in sound)
        {
            audio.Add((short)Math.Clamp(value * gain, -30_000, 30_000));
        }
    }

    private double Between(double from, double towards, double share) => (from + ((towards - from) * share)) * _scale;

    /// <summary>The flow through the glottis (Rosenberg 1971: opens for 40 % of the period, closes in 16 %), differentiated as lips radiate it.</summary>
    private double Pulse(double hertz)
    {
        _phase += hertz / Rate;
        _phase -= _phase >= 1 ? 1 : 0;
        var flow = _phase < 0.4 ? 0.5 * (1 - Math.Cos(Math.PI * _phase / 0.4)) : _phase < 0.56 ? Math.Cos(Math.PI * (_phase - 0.4) / 0.32) : 0;
        (_flow, var before) = (flow, _flow);
        return flow - before;
    }

    private void Consonant(List<short> audio, int milliseconds)
    {
        var length = milliseconds * (Rate / 1000);
        var last = 0.0;
        for (var i = 0; i < length; i++)
        {
            // The difference of noise leans to the high frequencies, as s and f do.
            var noise = (Share() * 2) - 1;
            audio.Add((short)((noise - last) * _level * 0.4 * Math.Sin(Math.PI * i / length)));
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
