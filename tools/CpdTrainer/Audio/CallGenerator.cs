namespace CpdTrainer.Audio;

/// <summary>A made call: time 0 is the answer.</summary>
internal sealed record MadeCall(short[] Samples, bool IsMachine, int SpeechEndMs, int BeepStartMs, string Kind, string Voice);

/// <summary>
/// Makes answered calls out of utterances. Delays, gaps and tails are drawn from distributions whose shape is itself drawn for every call,
/// wider than those of any one corpus; level, noise, codec and loss come from the same distributions for people and machines, so that the
/// channel tells nothing.
/// </summary>
internal sealed class CallGenerator(SpeechBank bank, SignalLab lab)
{
    private static readonly string[] Codecs = ["alaw", "ulaw", "alaw+ulaw"];
    private static readonly string[] Noises = ["pink", "car", "hum", "white", "babble"];

    public MadeCall Make(Utterance utterance)
    {
        var call = new List<float>();
        var isClipped = lab.Chance(0.06);
        Silence(call, isClipped ? 0 : Delay(utterance.IsMachine));
        var longestGap = lab.Chance(0.85) ? lab.Between(250, 1_000) : 1_600;
        for (var i = 0; i < utterance.Segments.Length; i++)
        {
            var segment = utterance.Segments[i];
            call.AddRange(isClipped && i == 0 ? segment.Skip((int)lab.Between(200, 900)) : segment);
            if (i < utterance.Segments.Length - 1)
            {
                Silence(call, lab.Between(110, longestGap));
            }
        }

        var speechEnd = call.Count / 8;
        var beepStart = utterance.IsMachine ? Tail(call, speechEnd) : PersonTail(call, utterance);
        var samples = call.ToArray();
        Colour(samples, speechEnd, beepStart, utterance);
        var linear = SignalLab.Codec(samples, Codecs[lab.Index(3)], lab.Chance(0.2) ? lab.Between(-150, 150) : 0);
        if (lab.Chance(0.4))
        {
            lab.Lose(linear, lab.Between(0.003, 0.05), lab.Chance(0.5));
        }

        return new MadeCall(linear, utterance.IsMachine, speechEnd, beepStart, utterance.Kind, utterance.Voice);
    }

    private double Delay(bool isMachine)
    {
        if (lab.Chance(isMachine ? 0.1 : 0.12))
        {
            return lab.Between(800, 3_200);
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
    private int PersonTail(List<float> call, Utterance utterance)
    {
        Silence(call, lab.Between(1_700, 3_000));
        if (lab.Chance(0.25))
        {
            call.AddRange(utterance.Segments[^1]);
            Silence(call, 1_500);
        }

        return -1;
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

    private void Colour(float[] samples, int speechEnd, int beepStart, Utterance utterance)
    {
        var level = lab.Between(-38, -13);
        var speech = samples.AsSpan(0, Math.Min(speechEnd * 8, samples.Length));
        var gain = level - SignalLab.ActiveLevel(speech);
        SignalLab.Gain(beepStart < 0 ? samples : speech, Math.Min(gain, 40));
        if (lab.Chance(utterance.IsMachine ? 0.07 : 0.04))
        {
            AddMusic(samples.AsSpan(0, beepStart < 0 ? samples.Length : beepStart * 8), level - lab.Between(6, 16));
        }

        if (lab.Chance(0.65))
        {
            var kind = Noises[lab.Index(Noises.Length)];
            var noise = level - lab.Between(6, 30);
            if (kind == "babble")
            {
                AddBabble(samples, noise);
            }
            else
            {
                lab.AddNoise(samples, kind, noise);
            }
        }

        if (lab.Chance(0.35))
        {
            lab.Narrow(samples);
        }
    }

    private void AddBabble(Span<float> samples, double dbfs)
    {
        for (var voice = 0; voice < 4; voice++)
        {
            var at = -lab.Index(8_000);
            while (at < samples.Length)
            {
                var utterance = bank.Machines[lab.Index(bank.Machines.Count)];
                foreach (var segment in utterance.Segments)
                {
                    var gain = (float)Math.Pow(10, (dbfs - 6 - SignalLab.ActiveLevel(segment)) / 20);
                    for (var i = Math.Max(0, -at); i < segment.Length && at + i < samples.Length; i++)
                    {
                        samples[at + i] += segment[i] * gain;
                    }

                    at += segment.Length;
                }
            }
        }
    }

    /// <summary>Chords of four partials each that change every 200 to 800 ms.</summary>
    public void AddMusic(Span<float> samples, double dbfs)
    {
        var at = 0;
        var root = lab.Between(110, 330);
        while (at < samples.Length)
        {
            var length = Math.Min((int)lab.Between(1_600, 6_400), samples.Length - at);
            for (var voice = 0; voice < 3; voice++)
            {
                var hz = root * Math.Pow(2, lab.Index(24) / 12.0);
                for (var partial = 1; partial <= 4 && hz * partial < 3_400; partial++)
                {
                    var amplitude = SignalLab.Amplitude(dbfs - 6) / partial;
                    for (var i = 0; i < length; i++)
                    {
                        samples[at + i] += (float)(amplitude * Math.Exp(-i / 6_000.0) * Math.Sin(2 * Math.PI * hz * partial * i / 8000));
                    }
                }
            }

            at += length;
        }
    }
}
