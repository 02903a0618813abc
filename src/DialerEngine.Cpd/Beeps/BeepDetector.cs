using DialerEngine.Cpd.Signal;
using DialerEngine.Cpd.Tones;

namespace DialerEngine.Cpd.Beeps;

/// <summary>
/// Beeps of answering machines: one or two steady lines, or a sweep, of 300 to 2,500 Hz and at least 80 ms. The purer the tone, the sooner it
/// is believed. While nobody has spoken, tones that might be ringing, busy, the first segment of a special information tone or a fax are
/// held back until what follows tells them apart.
/// </summary>
internal struct BeepDetector
{
    private const float LowestHz = 285;
    private const float HighestHz = 2550;

    /// <summary>Below this a steady line may be the first harmonic of a voice, and a sweep a vowel.</summary>
    private const float LowestVoiceFreeHz = 385;
    private const float LowestSweepHz = 500;
    private const float PairDistanceHz = 400;

    /// <summary>Bursts nearer than this belong to one beep (double beeps).</summary>
    private const int GroupMs = 500;

    private const float LoneBeepDb = 10;
    private const byte MaxLoudHops = 10;
    private const float HeldToneMs = 150;
    private const float HeldProgressMs = 1100;

    /// <summary>First and last moment of the beep, milliseconds; -1 while there is none.</summary>
    public int StartMs;
    public int EndMs;

    /// <summary>Moment at which the beep was known.</summary>
    public int KnownMs;

    /// <summary>Bursts of the beep so far.</summary>
    public byte Bursts;

    /// <summary>True while it sounds.</summary>
    public bool IsOn;

    private float _heldStartMs;
    private float _heldEndMs;
    private float _heldDb;
    private byte _loudHops;
    private bool _isHeld;
    private bool _isHeldProgress;

    public BeepDetector()
    {
        (StartMs, EndMs, KnownMs) = (-1, -1, -1);
    }

    /// <summary>
    /// Takes a hop after the trackers did; <paramref name="standsOut"/> says that it is louder than what always sounds, and
    /// <paramref name="speechAfterBeep"/> that somebody spoke on after the last beep.
    /// </summary>
    public CpdEvents Add(
        in Hop hop, in ToneTracker tones, in CadenceTracker cadence, bool runEnded, bool standsOut, bool speechHeard, bool speechAfterBeep)
    {
        var now = (hop.Index + 1) * Hop.Milliseconds;
        if (IsOn)
        {
            return runEnded || tones.Count == 0 ? End(tones, now) : CpdEvents.None;
        }

        if (_isHeld)
        {
            return ReadHeld(hop, tones, cadence, now, speechAfterBeep);
        }

        if (tones.Count > 0 && standsOut && IsBeep(tones) && (speechHeard || !FollowsTone(tones)))
        {
            var isProgress = tones.Hz is > 330 and < 680;
            if (speechHeard || !(isProgress || IsKnownTone(tones.Hz)))
            {
                return Begin(tones.StartMs, now, speechAfterBeep);
            }

            (_isHeld, _isHeldProgress, _heldStartMs, _heldEndMs) = (true, isProgress, tones.StartMs, -1);
            (_heldDb, _loudHops) = (hop.LevelDb, 0);
        }

        return CpdEvents.None;
    }

    private CpdEvents ReadHeld(in Hop hop, in ToneTracker tones, in CadenceTracker cadence, int now, bool speechAfterBeep)
    {
        if (_heldEndMs < 0)
        {
            if (tones.Count > 0 && tones.StartMs < _heldStartMs + 30)
            {
                return CpdEvents.None;
            }

            _heldEndMs = tones.Runs[0].EndMs;
            if (_heldEndMs - _heldStartMs > (_isHeldProgress ? 830 : 1_100))
            {
                _isHeld = false;
                return CpdEvents.None;
            }
        }

        // Sound as loud as the tone goes on behind it: a melody, not a beep that stands alone.
        _loudHops += !hop.IsLost && hop.LevelDb > _heldDb - LoneBeepDb ? (byte)1 : (byte)0;
        if (_loudHops > MaxLoudHops)
        {
            _isHeld = false;
            return CpdEvents.None;
        }

        if (tones.Count > 0 && !_isHeldProgress)
        {
            _isHeld = tones.Runs[1].EndMs > _heldEndMs;
            return CpdEvents.None;
        }

        if (now - _heldEndMs < (_isHeldProgress ? HeldProgressMs : HeldToneMs))
        {
            return CpdEvents.None;
        }

        _isHeld = false;
        if (_isHeldProgress && (cadence.Count > 1 || cadence.IsOn || (cadence.Count == 1 && cadence.Bursts[0].OnMs > 830)))
        {
            return CpdEvents.None;
        }

        var events = Begin(_heldStartMs, now, speechAfterBeep);
        IsOn = false;
        EndMs = (int)_heldEndMs;
        return events | CpdEvents.BeepEnd;
    }

    private CpdEvents Begin(float startMs, int now, bool speechAfterBeep)
    {
        IsOn = true;
        if (StartMs >= 0 && (startMs - EndMs < GroupMs || !speechAfterBeep))
        {
            Bursts = startMs - EndMs < GroupMs ? (byte)Math.Min(Bursts + 1, 250) : Bursts;
            return CpdEvents.None;
        }

        (StartMs, KnownMs, Bursts) = (Math.Max(0, (int)startMs), now, 1);
        return CpdEvents.BeepStart;
    }

    private CpdEvents End(in ToneTracker tones, int now)
    {
        IsOn = false;
        var end = Math.Min((int)tones.Runs[0].EndMs, now);
        if (EndMs >= 0 && end - EndMs > 2 * GroupMs && StartMs < EndMs)
        {
            // A stray tone long after the beep: the message plays already.
            return CpdEvents.None;
        }

        EndMs = end;
        return CpdEvents.BeepEnd;
    }

    private static bool IsBeep(in ToneTracker tones)
    {
        if (tones.Count < 4 || tones.Hz < LowestHz || MathF.Max(tones.Hz, tones.UpperHz) > HighestHz)
        {
            return false;
        }

        var hz = tones.MaxHz - tones.MinHz;
        var db = tones.MaxDb - tones.MinDb;
        if (MathF.Abs(tones.Slope) > 12)
        {
            return tones.UpperHz == 0 && tones.Hz > LowestSweepHz && tones.Count >= 5 && tones.Share > 0.9f && db < 2;
        }

        // Two lines nearer than this may be harmonics of a voice; beating pairs that are one line here are told by their length.
        if (tones.UpperHz > 0 && tones.UpperHz - tones.Hz < PairDistanceHz)
        {
            return false;
        }

        if (tones.Hz is > 385 and < 680 && tones.Count >= 12 && tones.Share > 0.85f && hz < 50 && db < 9)
        {
            return true;
        }

        // A packet lost within the beep leaves a dip in its level, but the line stays where it is.
        if (tones.Hz > LowestSweepHz && tones.Count >= 8 && tones.Share > 0.95f && hz < 8 && db < 10)
        {
            return true;
        }

        var unsteadiness = (hz / 6) + (db / 1.2f) + ((1 - tones.Share) * 8) + (MathF.Abs(tones.Slope) / 6);
        return tones.Hz < LowestVoiceFreeHz ? tones.Count >= 10 && unsteadiness < 2.5f : unsteadiness < Limit(tones.Count);
    }

    /// <summary>How unsteady a line may be; what a voice holds still for 80 ms it does not hold for 120.</summary>
    private static float Limit(int hops) => hops switch
    {
        4 => 2.8f,
        5 => 3.7f,
        6 or 7 => 5.2f,
        _ => 6.5f,
    };

    /// <summary>A tone that takes over from another one is part of a melody or of a special information tone.</summary>
    private static bool FollowsTone(in ToneTracker tones) => tones.Runs[0].EndMs > 0 && tones.StartMs - tones.Runs[0].EndMs < 45
        && MathF.Abs(tones.Hz - tones.Runs[0].Hz) > 100;

    private static bool IsKnownTone(float hz) =>
        hz is (> 880 and < 1020) or (> 1050 and < 1150) or (> 1275 and < 1325) or (> 2055 and < 2145) or (> 2185 and < 2265);
}
