using DialerEngine.Cpd.Tones;

namespace DialerEngine.Cpd.Beeps;

/// <summary>
/// When a steady run of one line, of a pair, or a sweep is a beep. What a machine plays stands still; what a voice holds moves. How much a run may move shrinks with
/// its length: the limits lie between what generated beeps show at 15 dB signal-to-noise ratio and what recordings of speech without beeps and of music show. Struck and
/// plucked notes die away from their first moment on; a beep keeps its level.
/// </summary>
internal static class BeepRules
{
    private const float LowestHz = 285;
    private const float HighestHz = 2550;

    /// <summary>Below this a steady line may be the first harmonic of a voice.</summary>
    private const float LowestVoiceFreeHz = 385;

    /// <summary>Above this a line is rarely a voice's strongest.</summary>
    private const float VoiceHz = 680;
    private const float LowestSweepHz = 500;

    /// <summary>Pairs nearer than this may be two harmonics of a voice; beating pairs that are one line here are told by their length.</summary>
    private const float WidePairHz = 400;

    /// <summary>Hz a hop: what moves more is a sweep or nothing.</summary>
    private const float StillHz = 12;
    private const float SlowestSweepHz = 4;

    /// <summary>Whether the run in progress is a beep.</summary>
    public static bool IsBeep(in ToneTracker tones)
    {
        if (tones.Count < 4 || tones.Hz < LowestHz || MathF.Max(tones.Hz, tones.UpperHz) > HighestHz)
        {
            return false;
        }

        if (tones.UpperHz > 0)
        {
            return IsPair(tones);
        }

        if (IsSweep(tones))
        {
            return true;
        }

        var hz = tones.MaxHz - tones.MinHz;
        var db = tones.MaxDb - tones.MinDb;
        if (MathF.Abs(tones.Slope) > StillHz)
        {
            return false;
        }

        // Two lines too near to be told apart beat: one line that wavers.
        if (tones.Share > 0.85f && tones.Hz > LowestVoiceFreeHz && (tones.Hz < VoiceHz ? tones.Count >= 12 && hz < 50 && db < 9 : tones.Count >= 10 && hz < 60 && db < 4))
        {
            return true;
        }

        // Music beside it takes its share, but neither moves the line nor changes its level.
        if (tones.Hz > LowestSweepHz && tones.Count >= 9 && hz < 3 && db < 1.1f && KeepsLevel(tones))
        {
            return true;
        }

        // A packet lost within the beep leaves a dip in its level, but the line stays where it is. A bell dies away, but is purer than a note of music.
        if (tones.Hz > LowestSweepHz && tones.Count >= 8 && tones.Share > 0.95f && hz < 8 && db < 10
            && (KeepsLevel(tones) || (tones.Count >= 10 && tones.Share > 0.97f && hz < 4)))
        {
            return true;
        }

        return KeepsLevel(tones) && Unsteadiness(tones, hz, db) < Limit(tones.Count, tones.Hz);
    }

    /// <summary>The newest hop is hardly softer than the loudest: at 15 dB signal-to-noise ratio 98 in 100 beeps keep to it.</summary>
    private static bool KeepsLevel(in ToneTracker tones) =>
        tones.MaxDb - tones.LastDb < tones.Count switch { 4 => 0.6f, 5 => 0.7f, < 8 => 0.8f, _ => 1 };

    private static float Unsteadiness(in ToneTracker tones, float hz, float db) =>
        (hz / 6) + (db / 1.2f) + ((1 - tones.Share) * 8) + (MathF.Abs(tones.Slope) / 6);

    private static float Limit(int hops, float hz) => hz switch
    {
        < LowestVoiceFreeHz => hops switch { 4 => 0, < 8 => 0.9f, < 10 => 1.5f, _ => 2.5f },
        < VoiceHz => hops switch { 4 => 1.6f, 5 => 2.4f, < 8 => 3.4f, _ => 6.5f },
        _ => hops switch { 4 => 2.4f, 5 => 3.5f, < 8 => 4.8f, _ => 6.5f },
    };

    /// <summary>A line that moves evenly and keeps its level, as no voice does.</summary>
    private static bool IsSweep(in ToneTracker tones)
    {
        var slope = MathF.Abs(tones.Slope);
        if (tones.Count < 5 || slope < SlowestSweepHz || tones.Share <= 0.9f || tones.Hz < LowestVoiceFreeHz)
        {
            return false;
        }

        var db = tones.MaxDb - tones.MinDb;
        var unevenness = MathF.Abs(tones.MaxHz - tones.MinHz - (slope * (tones.Count - 2)));
        return tones.Hz > LowestSweepHz && slope > StillHz ? db < 2 : unevenness < 3 && db < 0.9f;
    }

    private static bool IsPair(in ToneTracker tones)
    {
        var hz = tones.MaxHz - tones.MinHz;
        var db = tones.MaxDb - tones.MinDb;
        if (MathF.Abs(tones.Slope) > StillHz || !KeepsLevel(tones))
        {
            return false;
        }

        var distance = tones.UpperHz - tones.Hz;
        if (distance >= WidePairHz)
        {
            return Unsteadiness(tones, hz, db) < Limit(tones.Count, tones.Hz);
        }

        var upperHz = tones.MaxUpperHz - tones.MinUpperHz;
        var tilt = tones.MaxTiltDb - tones.MinTiltDb;
        var unsteadiness = ((hz + upperHz) / 4) + (1.5f * (tilt + db)) + ((1 - tones.Share) * 6);

        // Neighbouring harmonics of one voice: the lower line is a multiple of the distance.
        var multiple = tones.Hz / distance;
        var isHarmonic = MathF.Abs(multiple - MathF.Round(multiple)) < 0.06f;
        return unsteadiness < tones.Count switch { 4 => isHarmonic ? 1.5f : 2.2f, 5 => isHarmonic ? 2 : 3, < 8 => isHarmonic ? 2.8f : 4, _ => isHarmonic ? 4 : 5 };
    }
}
