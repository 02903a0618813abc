using DialerEngine.Media.G711;

namespace CpdTrainer.Audio;

/// <summary>A stretch of tone: up to three lines, amplitude modulation, phase reversals; no lines for a pause.</summary>
internal readonly record struct ToneStretch(
    double Ms, double Hz1 = 0, double Hz2 = 0, double Hz3 = 0, double AmHz = 0, double AmDepth = 0, double ReversalMs = 0, double GainDb = 0, double EndHz = 0);

/// <summary>Makes and spoils signals: tones, noises, levels, codecs, lost packets. Seeded; 8 kHz, samples as floats on the 16-bit scale.</summary>
/// <param name="seed">Equal seeds give equal signals.</param>
internal sealed class SignalLab(ulong seed)
{
    private ulong _state = seed;
    private readonly double[] _pink = new double[3];

    /// <summary>0..1.</summary>
    public double Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    public double Between(double from, double to) => from + ((to - from) * Next());

    public int Index(int count) => (int)(Next() * count);

    public bool Chance(double probability) => Next() < probability;

    /// <summary>Normal distribution.</summary>
    public double Gauss() => Math.Sqrt(-2 * Math.Log(1 - Next())) * Math.Cos(2 * Math.PI * Next());

    /// <summary>Amplitude of a sine of so many dBFS.</summary>
    public static double Amplitude(double dbfs) => 32767 * Math.Pow(10, dbfs / 20);

    /// <summary>Plays stretches one after another until <paramref name="ms"/> are full, repeating them.</summary>
    public float[] Tone(double ms, double dbfs, bool repeats, double hzFactor, double timeFactor, params ToneStretch[] stretches)
    {
        var samples = new float[(int)(ms * 8)];
        double p1 = Next() * 6, p2 = Next() * 6, p3 = Next() * 6, pm = Next() * 6;
        double at = 0;
        for (var i = 0; at < samples.Length && (repeats || i < stretches.Length); i++)
        {
            var s = stretches[i % stretches.Length];
            var end = Math.Min(at + (s.Ms * timeFactor * 8), samples.Length);
            var amplitude = Amplitude(dbfs + s.GainDb);
            for (var n = (int)at; n < (int)end; n++)
            {
                var progress = (n - at) / Math.Max(1, end - at);
                var hz1 = s.EndHz > 0 ? s.Hz1 + ((s.EndHz - s.Hz1) * progress) : s.Hz1;
                var value = s.Hz1 > 0 ? Math.Sin(p1 += Step(hz1 * hzFactor)) : 0;
                value += s.Hz2 > 0 ? Math.Sin(p2 += Step(s.Hz2 * hzFactor)) : 0;
                value += s.Hz3 > 0 ? Math.Sin(p3 += Step(s.Hz3 * hzFactor)) : 0;
                value *= 1 + (s.AmDepth * Math.Sin(pm += Step(s.AmHz)));
                samples[n] = (float)(value * amplitude * (s.ReversalMs > 0 && (int)((n - at) / 8 / s.ReversalMs) % 2 == 1 ? -1 : 1));
            }

            at = end;
        }

        return samples;
    }

    private static double Step(double hz) => 2 * Math.PI * hz / 8000;

    /// <summary>Mean level of what is louder than silence, dBFS of an RMS.</summary>
    public static double ActiveLevel(ReadOnlySpan<float> samples)
    {
        double sum = 0;
        var count = 0;
        for (var at = 0; at + 160 <= samples.Length; at += 160)
        {
            double power = 0;
            foreach (var s in samples.Slice(at, 160))
            {
                power += s * s;
            }

            if (power / 160 > 30 * 30)
            {
                sum += power;
                count += 160;
            }
        }

        return count == 0 ? -96 : 10 * Math.Log10(sum / count / 32767.0 / 32767.0);
    }

    /// <summary>Multiplies in place.</summary>
    public static void Gain(Span<float> samples, double db)
    {
        var factor = (float)Math.Pow(10, db / 20);
        foreach (ref var s in samples)
        {
            s *= factor;
        }
    }

    /// <summary>Adds noise of a kind (white, pink, hum, car) at an RMS of so many dBFS.</summary>
    public void AddNoise(Span<float> samples, string kind, double dbfs)
    {
        var rms = Amplitude(dbfs);
        double phase = Next() * 6, low = 0;
        var mains = Chance(0.5) ? 50 : 60;
        double gust = 0, hit = 0;
        var gustHz = Between(0.3, 3);
        for (var i = 0; i < samples.Length; i++)
        {
            var white = Gauss();
            phase += Step(mains);
            low = (0.97 * low) + (0.243 * white);
            gust = kind == "gusts" ? 0.4 + (1.2 * Math.Max(0, Math.Sin((phase / mains * gustHz) + (2 * Math.Sin(phase / mains * 0.7))))) : 0;
            hit = kind != "clatter" ? 0 : Next() < 0.0004 ? Between(1, 6) : hit * 0.995;
            samples[i] += (float)(rms * (kind switch
            {
                "pink" => Pink(white),
                "hum" => (0.9 * Math.Sin(phase)) + (0.7 * Math.Sin(2 * phase)) + (0.5 * Math.Sin(3 * phase)) + (0.3 * Math.Sin(5 * phase)) + (0.2 * white),
                "car" => low + (0.1 * white),
                "gusts" => gust * (low + (0.3 * white)),
                "clatter" => (0.2 + hit) * white * 0.5,
                _ => white,
            }));
        }
    }

    /// <summary>Plays faster (above 1) or slower, and higher or lower with it.</summary>
    public static float[] Resample(float[] samples, double rate)
    {
        if (rate == 1)
        {
            return samples;
        }

        var made = new float[(int)(samples.Length / rate)];
        for (var i = 0; i < made.Length; i++)
        {
            var at = i * rate;
            var left = Math.Min((int)at, samples.Length - 2);
            made[i] = (float)(samples[left] + ((at - left) * (samples[left + 1] - samples[left])));
        }

        return made;
    }

    /// <summary>A handset of its own: more or less of the high tones, and of the low ones.</summary>
    public void Tilt(Span<float> samples)
    {
        var high = (float)Between(-0.5, 0.5);
        var low = (float)Between(0, 0.12);
        float previous = 0, slow = 0;
        foreach (ref var s in samples)
        {
            var input = s;
            slow += low * (input - slow);
            s = input - (high * previous) - (low > 0.05f ? 0.8f * slow : 0);
            previous = input;
        }
    }

    /// <summary>A room: thirty reflections that die away within 100 to 500 ms.</summary>
    public void Reverberate(Span<float> samples)
    {
        var dry = samples.ToArray();
        var length = Between(100, 500) * 8;
        var wet = Between(0.1, 0.5);
        for (var reflection = 0; reflection < 30; reflection++)
        {
            var delay = (int)(40 + (Next() * length));
            var gain = (float)(wet * Math.Exp(-3 * delay / length) * (Chance(0.5) ? 1 : -1) * Between(0.3, 1) * 0.5);
            for (var i = delay; i < samples.Length; i++)
            {
                samples[i] += dry[i - delay] * gain;
            }
        }
    }

    /// <summary>Codes and decodes: u-law, A-law, both in tandem.</summary>
    public static short[] Codec(ReadOnlySpan<float> samples, string codec, double dc = 0)
    {
        var linear = new short[samples.Length];
        for (var i = 0; i < samples.Length; i++)
        {
            linear[i] = (short)Math.Clamp(samples[i] + dc, -32768, 32767);
        }

        foreach (var law in codec.Split('+'))
        {
            if (law is "alaw" or "ulaw")
            {
                var kind = law == "alaw" ? G711Law.ALaw : G711Law.MuLaw;
                foreach (ref var s in linear.AsSpan())
                {
                    s = G711Codec.Decode(kind, G711Codec.Encode(kind, s));
                }
            }
        }

        return linear;
    }

    /// <summary>A coder of little rate, roughly: narrower band, short-term level quantised, noise that follows the signal.</summary>
    public void Narrow(Span<float> samples)
    {
        float a = 0, b = 0;
        double envelope = 0;
        foreach (ref var s in samples)
        {
            envelope = (0.99 * envelope) + (0.01 * Math.Abs(s));
            var noisy = s + (float)(Gauss() * envelope * 0.12);
            a += 0.75f * (noisy - a);
            b += 0.03f * (a - b);
            s = a - b;
        }
    }

    /// <summary>Loses packets of 20 ms, single or in short bursts: zeros or the packet before instead.</summary>
    public void Lose(Span<short> samples, double share, bool repeats)
    {
        for (var at = 160; at + 160 <= samples.Length; at += 160)
        {
            if (!Chance(share))
            {
                continue;
            }

            if (repeats)
            {
                samples.Slice(at - 160, 160).CopyTo(samples[at..]);
            }
            else
            {
                samples.Slice(at, 160).Clear();
            }
        }
    }

    private double Pink(double white)
    {
        _pink[0] = (0.99765 * _pink[0]) + (white * 0.0990460);
        _pink[1] = (0.96300 * _pink[1]) + (white * 0.2965164);
        _pink[2] = (0.57000 * _pink[2]) + (white * 1.0526913);
        return (_pink[0] + _pink[1] + _pink[2] + (white * 0.1848)) * 0.55;
    }
}
