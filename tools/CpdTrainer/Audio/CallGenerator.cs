namespace CpdTrainer.Audio;

/// <summary>
/// Makes answered calls out of utterances. Delays, gaps and tails are drawn from distributions whose shape is itself drawn for every call,
/// wider than those of any one corpus; level, noise, codec and loss come from the same distributions for people and machines, so that the
/// channel tells nothing.
/// </summary>
internal sealed class CallGenerator(SpeechBank bank, SignalLab lab)
{
    private static readonly string[] Codecs = ["alaw", "ulaw", "alaw+ulaw"];
    private static readonly string[] Noises = ["pink", "car", "hum", "white", "babble", "babble", "babble", "gusts", "clatter"];

    public MadeCall Make(Utterance utterance)
    {
        var call = new List<float>();
        var isClipped = lab.Chance(0.06);
        var rate = lab.Chance(0.6) ? lab.Between(0.82, 1.25) : 1;
        Silence(call, isClipped ? 0 : Delay());
        var longestGap = lab.Chance(0.9) ? lab.Between(250, 1_000) : 1_500;
        for (var i = 0; i < utterance.Segments.Length; i++)
        {
            var segment = SignalLab.Resample(utterance.Segments[i], rate);
            call.AddRange(isClipped && i == 0 ? segment.Skip((int)lab.Between(200, 900)) : segment);
            if (i < utterance.Segments.Length - 1)
            {
                Silence(call, lab.Between(110, longestGap));
            }
        }

        var speechEnd = call.Count / 8;
        var beepStart = -1;
        var voicedEnd = call.Count;
        if (utterance.IsMachine)
        {
            beepStart = Tail(call, speechEnd);
        }
        else
        {
            PersonTail(call, utterance);
            voicedEnd = call.Count;
        }

        var samples = call.ToArray();
        var voiced = VoicedHops(samples.AsSpan(0, voicedEnd), samples.Length);
        Colour(samples, speechEnd, beepStart, utterance.IsMachine ? 0.07 : 0.05);
        return new MadeCall(Channel(samples), utterance.IsMachine, speechEnd, beepStart, utterance.Kind, utterance.Voice, voiced);
    }

    /// <summary>Sound in which nobody answers: music, background voices, noise, tones. For the voice net alone.</summary>
    public MadeCall MakeUnvoiced()
    {
        var samples = new float[(int)lab.Between(16_000, 56_000)];
        var level = lab.Between(-40, -13);
        switch (lab.Index(6))
        {
            case 4 or 5:
                NetworkTone(level).AsSpan(0, samples.Length).CopyTo(samples);
                break;
            case 0 or 1:
                AddMusic(samples, level);
                break;
            case 2:
                AddBabble(samples, level - lab.Between(8, 25));
                break;
            default:
                for (var at = (int)lab.Between(0, 8_000); at < samples.Length; at += (int)lab.Between(4_000, 20_000))
                {
                    var beep = Beep();
                    beep.AsSpan(0, Math.Min(beep.Length, samples.Length - at)).CopyTo(samples.AsSpan(at));
                }

                break;
        }

        if (lab.Chance(0.6))
        {
            AddSomeNoise(samples, level - lab.Between(6, 30));
        }

        return new MadeCall(Channel(samples), false, 0, -1, "unvoiced", "unvoiced" + lab.Index(12), new bool[samples.Length / 160]);
    }

    /// <summary>A tone of some network, in any cadence: what rings or is engaged after a false answer.</summary>
    private float[] NetworkTone(double level)
    {
        var hz = lab.Between(320, 680);
        var upper = lab.Chance(0.4) ? hz + lab.Between(20, 200) : 0;
        var (am, depth) = lab.Chance(0.15) ? (lab.Between(14, 34), lab.Between(0.4, 1)) : (0, 0);
        var stretches = new List<ToneStretch>();
        for (var burst = 1 + lab.Index(3); burst > 0; burst--)
        {
            stretches.Add(new ToneStretch(lab.Between(100, lab.Chance(0.3) ? 2_500 : 800), hz, upper, AmHz: am, AmDepth: depth));
            stretches.Add(new ToneStretch(lab.Chance(0.2) ? lab.Between(1_000, 4_500) : lab.Between(100, 800)));
        }

        return lab.Tone(7_200, level - (upper > 0 ? 6 : 0), true, 1, 1, [.. stretches]);
    }

    private short[] Channel(float[] samples)
    {
        var linear = SignalLab.Codec(samples, Codecs[lab.Index(3)], lab.Chance(0.2) ? lab.Between(-150, 150) : 0);
        if (lab.Chance(0.4))
        {
            lab.Lose(linear, lab.Between(0.003, 0.05), lab.Chance(0.5));
        }

        return linear;
    }

    /// <summary>Hops of clean speech within 28 dB of its mean; holes of up to two hops are filled.</summary>
    private static bool[] VoicedHops(ReadOnlySpan<float> speech, int length)
    {
        var voiced = new bool[length / 160];
        var limit = SignalLab.ActiveLevel(speech) - 28;
        for (var hop = 0; (hop + 1) * 160 <= speech.Length; hop++)
        {
            double sum = 0;
            foreach (var s in speech.Slice(hop * 160, 160))
            {
                sum += s * s;
            }

            voiced[hop] = 10 * Math.Log10((sum / 160 / 32767.0 / 32767.0) + 1e-12) > limit;
        }

        for (var hop = 1; hop + 2 < voiced.Length; hop++)
        {
            voiced[hop] |= voiced[hop - 1] && (voiced[hop + 1] || voiced[hop + 2]);
        }

        return voiced;
    }

    /// <summary>From the answer to the first word: the same for people and machines, since it depends on the network, not on who answers.</summary>
    private double Delay()
    {
        if (lab.Chance(0.12))
        {
            return lab.Between(800, 3_200);
        }

        if (lab.Chance(0.1))
        {
            return lab.Between(0, 200);
        }

        return lab.Chance(0.5) ? lab.Between(30, 1_000) : 80 - (Math.Log(1 - lab.Next()) * 350);
    }

    private static void Silence(List<float> call, double ms) => call.AddRange(new float[(int)(Math.Clamp(ms, 0, 5_000) * 8)]);

    /// <summary>The machine: a pause, and mostly a beep.</summary>
    private int Tail(List<float> call, int speechEnd)
    {
        if (lab.Chance(0.1))
        {
            Silence(call, 3_000);
            return -1;
        }

        Silence(call, lab.Chance(0.3) ? lab.Between(600, 2_600) : lab.Between(80, 900));
        var start = call.Count / 8;
        call.AddRange(Beep());
        Silence(call, 1_500);
        return Math.Max(start, speechEnd);
    }

    /// <summary>The person waits, and some say something again.</summary>
    private void PersonTail(List<float> call, Utterance utterance)
    {
        Silence(call, lab.Between(1_700, 3_000));
        if (lab.Chance(0.25))
        {
            call.AddRange(utterance.Segments[^1]);
            Silence(call, 1_500);
        }
    }

    public float[] Beep()
    {
        var hz = lab.Between(380, 2_050);
        var ms = lab.Between(100, 1_000);
        var level = lab.Between(-30, -9);
        return lab.Index(6) switch
        {
            0 => lab.Tone((3 * ms / 2) + 20, level, true, 1, 1, new ToneStretch(Math.Min(ms, 250), hz), new ToneStretch(Math.Min(ms, 250) / 2)),
            1 => lab.Tone(ms, level - 3, false, 1, 1, new ToneStretch(ms, 697 + lab.Index(250), lab.Between(1_209, 1_480))),
            2 => lab.Tone(Math.Min(ms, 450), level, false, 1, 1, new ToneStretch(Math.Min(ms, 450), lab.Between(550, 900), EndHz: lab.Between(950, 1_700))),
            _ => lab.Tone(ms, level, false, 1, 1, new ToneStretch(ms, hz)),
        };
    }

    private void Colour(float[] samples, int speechEnd, int beepStart, double musicChance)
    {
        var level = lab.Between(-38, -13);
        var speech = samples.AsSpan(0, Math.Min(speechEnd * 8, samples.Length));
        var gain = level - SignalLab.ActiveLevel(speech);
        if (lab.Chance(0.3))
        {
            lab.Tilt(samples.AsSpan(0, beepStart < 0 ? samples.Length : beepStart * 8));
        }

        SignalLab.Gain(beepStart < 0 ? samples : speech, Math.Min(gain, 40));
        if (lab.Chance(0.2))
        {
            lab.Reverberate(samples);
        }

        if (lab.Chance(musicChance))
        {
            AddMusic(samples.AsSpan(0, beepStart < 0 ? samples.Length : beepStart * 8), level - lab.Between(6, 18));
        }

        if (lab.Chance(0.65))
        {
            AddSomeNoise(samples, level - lab.Between(5, 30));
        }

        if (lab.Chance(0.35))
        {
            lab.Narrow(samples);
        }

        if (lab.Chance(0.05))
        {
            SignalLab.Gain(samples, lab.Between(6, 20));
        }
    }

    private void AddSomeNoise(float[] samples, double noise)
    {
        var kind = Noises[lab.Index(Noises.Length)];
        if (kind == "babble")
        {
            AddBabble(samples, noise);
        }
        else
        {
            lab.AddNoise(samples, kind, noise);
        }
    }

    /// <summary>One to six voices behind the one that answers, forwards or backwards; a few of them drop out for a while.</summary>
    private void AddBabble(Span<float> samples, double dbfs)
    {
        var voices = 1 + lab.Index(6);
        var isBackwards = lab.Chance(0.3);
        for (var voice = 0; voice < voices; voice++)
        {
            var at = -lab.Index(8_000);
            while (at < samples.Length)
            {
                var utterance = bank.Machines[lab.Index(bank.Machines.Count)];
                foreach (var segment in utterance.Segments)
                {
                    var gain = (float)Math.Pow(10, (dbfs - (10 * Math.Log10(voices)) - SignalLab.ActiveLevel(segment)) / 20);
                    for (var i = Math.Max(0, -at); i < segment.Length && at + i < samples.Length; i++)
                    {
                        samples[at + i] += segment[isBackwards ? segment.Length - 1 - i : i] * gain;
                    }

                    at += segment.Length + (lab.Chance(0.4) ? lab.Index(4_000) : 0);
                }
            }
        }
    }

    /// <summary>Music, recorded where there is some, or made: chords, melodies or both, struck or sustained, with or without a beat, of up to eight partials.</summary>
    public void AddMusic(Span<float> samples, double dbfs)
    {
        if (bank.Music.Count > 0 && lab.Chance(0.6))
        {
            AddRecordedMusic(samples, dbfs);
            return;
        }

        var at = 0;
        var root = lab.Between(90, 330);
        var beat = lab.Between(900, 4_800);
        var voices = 1 + lab.Index(4);
        var partials = 1 + lab.Index(8);
        var decay = lab.Chance(0.5) ? lab.Between(1_500, 8_000) : 1e9;
        var vibrato = lab.Chance(0.3) ? lab.Between(0.002, 0.012) : 0;
        var vibratoHz = lab.Between(4, 7);
        var isDrummed = lab.Chance(0.4);
        var brightness = lab.Between(0.6, 1.6);
        var tones = lab.Chance(0.5) ? new[] { 0, 2, 4, 5, 7, 9, 11, 12, 14, 16 } : [0, 2, 3, 5, 7, 8, 10, 12, 14, 15];
        while (at < samples.Length)
        {
            var length = Math.Min((int)(beat * (1 << lab.Index(3)) * 0.5), samples.Length - at);
            var isRest = lab.Chance(0.06);
            for (var voice = 0; voice < voices && !isRest; voice++)
            {
                var hz = root * Math.Pow(2, tones[lab.Index(tones.Length)] / 12.0) * (voice == 0 ? 1 : lab.Chance(0.5) ? 2 : 1);
                var attack = lab.Between(20, 400);
                for (var partial = 1; partial <= partials && hz * partial < 3_600; partial++)
                {
                    var amplitude = SignalLab.Amplitude(dbfs - 3 - (5 * Math.Log10(voices))) / Math.Pow(partial, brightness);
                    double phase = lab.Next() * 6;
                    for (var i = 0; i < length; i++)
                    {
                        phase += 2 * Math.PI * hz * partial / 8000 * (1 + (vibrato * Math.Sin(2 * Math.PI * vibratoHz * (at + i) / 8000)));
                        samples[at + i] += (float)(amplitude * Math.Min(1, i / attack) * Math.Exp(-i / decay) * Math.Sin(phase));
                    }
                }
            }

            if (isDrummed && lab.Chance(0.7))
            {
                var drum = (float)SignalLab.Amplitude(dbfs - lab.Between(0, 10));
                for (var i = 0; i < Math.Min(length, 1_200); i++)
                {
                    samples[at + i] += drum * (float)(lab.Gauss() * Math.Exp(-i / 250.0));
                }
            }

            at += length;
        }
    }

    private void AddRecordedMusic(Span<float> samples, double dbfs)
    {
        var piece = bank.Music[lab.Index(bank.Music.Count)];
        var from = lab.Index(Math.Max(1, piece.Length - samples.Length));
        var length = Math.Min(samples.Length, piece.Length - from);
        var gain = (float)Math.Pow(10, (dbfs - SignalLab.ActiveLevel(piece.AsSpan(from, length))) / 20);
        for (var i = 0; i < length; i++)
        {
            samples[i] += piece[from + i] * gain;
        }
    }
}
