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
    /// <summary>Bursts nearer than this belong to one beep (double beeps).</summary>
    private const int GroupMs = 500;

    private const float LoneBeepDb = 10;
    private const byte MaxLoudHops = 10;
    private const float SameLineHz = 20;

    /// <summary>What sounded before a tone fades by so many dB a hop: some 200 ms after the last sound a tone stands alone.</summary>
    private const float AroundFallDb = 2;
    private const float HeldToneMs = 150;
    private const float HeldProgressMs = 1100;

    /// <summary>Longer than the calling tones and segments that share a beep's frequency (V.25: 700 ms).</summary>
    private const float LongestKnownToneMs = 800;

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
    private float _aroundDb;
    private float _earlierDb;
    private float _latestDb;
    private float _heldHz;
    private float _heldDb;
    private byte _loudHops;
    private bool _isHeld;
    private bool _isHeldProgress;

    public BeepDetector()
    {
        (StartMs, EndMs, KnownMs) = (-1, -1, -1);
        (_aroundDb, _earlierDb, _latestDb) = (Hop.QuietDb, Hop.QuietDb, Hop.QuietDb);
    }

    /// <summary>
    /// Takes a hop after the trackers did; <paramref name="standsOut"/> says that it is louder than what always sounds, and
    /// <paramref name="speechAfterBeep"/> that somebody spoke on after the last beep.
    /// </summary>
    public CpdEvents Add(
        in Hop hop, in ToneTracker tones, in CadenceTracker cadence, bool runEnded, bool standsOut, bool speechHeard, bool speechAfterBeep)
    {
        var now = (hop.Index + 1) * Hop.Milliseconds;
        if (tones.Count <= 1 && !hop.IsLost)
        {
            // The first hop of a run and the one before hold the tone's own beginning.
            (_aroundDb, _earlierDb, _latestDb) = (MathF.Max(_earlierDb, _aroundDb - AroundFallDb), _latestDb, hop.LevelDb);
        }

        if (IsOn)
        {
            return runEnded || tones.Count == 0 ? End(tones, now) : CpdEvents.None;
        }

        if (_isHeld)
        {
            return ReadHeld(hop, tones, cadence, now, speechAfterBeep);
        }

        if (tones.Count > 0 && standsOut && BeepRules.IsBeep(tones)
            && (speechHeard || IsNextOfGroup(tones) || (!FollowsTone(tones) && _aroundDb < hop.LevelDb - LoneBeepDb)))
        {
            var isProgress = IsProgressTone(tones);
            if (speechHeard || !(isProgress || IsKnownTone(tones.Hz)))
            {
                return Begin(tones.StartMs, now, speechAfterBeep);
            }

            (_isHeld, _isHeldProgress, _heldStartMs, _heldEndMs) = (true, isProgress, tones.StartMs, -1);
            (_heldHz, _heldDb, _loudHops) = (tones.Hz, hop.LevelDb, 0);
        }

        return CpdEvents.None;
    }

    private CpdEvents ReadHeld(in Hop hop, in ToneTracker tones, in CadenceTracker cadence, int now, bool speechAfterBeep)
    {
        if (_heldEndMs < 0)
        {
            if (tones.Count > 0 && tones.StartMs < _heldStartMs + 30)
            {
                if (_isHeldProgress || tones.EndSoFarMs - _heldStartMs < LongestKnownToneMs)
                {
                    return CpdEvents.None;
                }

                _isHeld = false;
                return BeepRules.IsBeep(tones) ? Begin(_heldStartMs, now, speechAfterBeep) : CpdEvents.None;
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

        if (tones.Count > 3 && !_isHeldProgress)
        {
            // The same line again is a double beep, since nothing else repeats itself so soon; another one is the next of a melody or of a special information tone.
            _isHeld = false;
            return MathF.Abs(tones.Hz - _heldHz) < SameLineHz && BeepRules.IsBeep(tones) ? Begin(_heldStartMs, now, speechAfterBeep) : CpdEvents.None;
        }

        if (tones.Count > 0 && !_isHeldProgress)
        {
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

    /// <summary>The second of a double beep, the third of a pager.</summary>
    private readonly bool IsNextOfGroup(in ToneTracker tones) => EndMs >= 0 && tones.StartMs - EndMs < GroupMs && !FollowsTone(tones);

    /// <summary>A tone that takes over from another one is part of a melody or of a special information tone.</summary>
    private static bool FollowsTone(in ToneTracker tones) => tones.Runs[0].EndMs > 0 && tones.StartMs - tones.Runs[0].EndMs < 45
        && MathF.Abs(tones.Hz - tones.Runs[0].Hz) > 100;

    /// <summary>Ringing, busy and dial tones have one line of 400 to 450 Hz, or two of 350 to 620 Hz.</summary>
    private static bool IsProgressTone(in ToneTracker tones) => tones.Hz > 330 && (tones.UpperHz > 0 ? tones.UpperHz < 680 : tones.Hz < 515);

    private static bool IsKnownTone(float hz) =>
        hz is (>= 515 and < 680) or (> 880 and < 1020) or (> 1050 and < 1150) or (> 1275 and < 1325) or (> 2055 and < 2145) or (> 2185 and < 2265);
}
