using System.Diagnostics.CodeAnalysis;
using DialerEngine.Cpd.Signal;

namespace DialerEngine.Cpd.Speech;

/// <summary>
/// Finds speech above an adaptive noise floor and keeps the statistics from which <see cref="SpeechFeatures"/> are made: words (parted by
/// more than 80 ms), phrases (by 260 ms or more), gaps, syllables, spectral movement.
/// </summary>
internal struct SpeechTracker
{
    /// <summary>Inactive hops that end a word, and that end a phrase.</summary>
    public const int WordGapHops = 4;
    public const int PhraseGapHops = 13;

    private const int MinWordHops = 3;

    // Less than 120 ms in all is half a syllable of somebody far off. A click rings on in the net's memory when it is over, so a first word has to
    // sound for 100 ms as well.
    private const int MinSpeechHops = 6;
    private const int MinLoudHops = 5;
    private const float LoudAboveFloorDb = 5;
    private const int FloorWindowHops = 25;
    private const float LowestFloorDb = -66;
    private const float MinSpeechDb = -56;

    private const float VoiceAbove = 0;

    // Until enough was heard to be speech at all: a single syllable may be all that somebody says.
    private const float FirstVoiceAbove = -0.5f;
    private const float SureVoice = 2.5f;
    private const float ClearlyVoiced = 0.6f;
    private const int MinBetweenHops = 8;
    private const float MaxDropDb = 40;

    // People and machines move at least half as much again, on average over what they say.
    internal const float MinFlux = 0.2f;
    private const int LongLossHops = 3;

    // 1.5 dB a second.
    private const float PeakFallDb = 0.03f;

    /// <summary>True from the first hop on that was not lost: floor and peak begin with it.</summary>
    public bool HasLevel;

    // Floor and peak of the energy, dBm0.
    public float FloorDb;
    public float PeakDb;

    /// <summary>Hop of the first word's start; -1 before.</summary>
    public int Onset;

    /// <summary>Last hop with speech.</summary>
    public int LastActive;
    public int WordStart;
    public int PhraseStart;
    public bool IsInWord;

    // Sums over the greeting, hops.
    public ushort Voiced;
    public ushort Words;
    public ushort PhraseWords;
    public ushort Phrases;
    public ushort FirstPhrase;
    public ushort FirstGap;
    public ushort LongestPhrase;
    public ushort LongestGap;
    public ushort LastGap;
    public ushort GapSum;
    public ushort LastWord;
    public ushort LongestWord;
    public ushort Syllables;

    // Spectral sums over hops with speech.
    public float LevelSum;
    public float LevelSquares;
    public float FluxSum;
    public float LowSum;
    public float Sibilants;
    public float SteadyHops;
    public float ShareSum;
    public float VoicingSum;

    // Pitch in octaves from 160 Hz over clearly voiced hops: sums, and the mean of the last ones.
    public ushort PitchHops;
    public float PitchSum;
    public float PitchSquares;
    public float RecentPitch;

    /// <summary>Log-odds that the last hop held the voice that answers, and their sum over the hops with speech.</summary>
    public float VoiceOdds;
    public float OddsSum;

    /// <summary>The net's leaning towards a machine: smoothed, and its sum over the hops with speech. Log-odds.</summary>
    public float Lean;
    public float LeanSum;

    /// <summary>The same sum over the phrase in progress, its mean over the first phrase, and the highest smoothed value.</summary>
    public float PhraseLeanSum;
    public float FirstPhraseLean;
    public float MaxLean;
    public ushort PhraseVoiced;

    /// <summary>Level and pitch of the last 100 ms of speech, and pitch of the last half second: how a phrase ends.</summary>
    public float RecentLevel;
    public float SlowPitch;

    // Sum of the levels between the words, dBm0, and hops of it.
    private float _betweenSum;
    private ushort _between;

    private float _windowMin;
    private float _previousMin;
    private ushort _candidate;
    private float _envelope;
    private float _valley;
    private float _crest;
    private float _previousHz;
    private VoiceFrontEnd _frontEnd;
    private VoiceState _voice;
    private bool _isActive;
    private byte _lostHops;
    private byte _loud;
    private int _activeBeforeLoss;

    public SpeechTracker()
    {
        Onset = -1;
        LastActive = -1;
    }

    /// <summary>True after the first word began.</summary>
    public readonly bool IsHeard => Onset >= 0;

    /// <summary>How far the words stand above what is heard between them, dB; <see cref="MaxDropDb"/> while there is nothing between them.</summary>
    public readonly float DropDb => _between < MinBetweenHops ? MaxDropDb : Math.Clamp((LevelSum / MathF.Max(Voiced, 1)) - (_betweenSum / _between), -MaxDropDb, MaxDropDb);

    /// <summary>What the net keeps of all that it heard.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<short> Memory => _voice;

    /// <summary>Hops of pause up to and including the given one.</summary>
    public readonly int PauseHops(int index) => index - LastActive;

    /// <summary>
    /// Takes a hop. What stands like a tone is no speech, unless it moves and the net is sure of a voice: the vowel of a short word can stand for
    /// as long as the beginning of a tone. A tone that lasts (<paramref name="isSureTone"/>) is never speech.
    /// </summary>
    public void Add(ref Hop hop, bool isTone, bool isSureTone)
    {
        if (hop.IsLost)
        {
            // Speech goes on over a gap of up to 60 ms; the level of what is missing says nothing.
            _lostHops = (byte)Math.Min(_lostHops + 1, 200);
            if (_lostHops == 1)
            {
                _activeBeforeLoss = LastActive;
            }

            if (_isActive && IsInWord && _lostHops <= LongLossHops)
            {
                LastActive = hop.Index;
            }

            return;
        }

        var wasLost = _lostHops;
        _lostHops = 0;
        Follow(hop, isTone);
        Listen(ref hop);
        if (wasLost > LongLossHops && LastActive > _activeBeforeLoss && Onset >= 0)
        {
            // It was no loss but silence.
            LastActive = _activeBeforeLoss;
        }

        _loud = hop.LevelDb > FloorDb + LoudAboveFloorDb ? (byte)Math.Min(_loud + 1, 200) : IsInWord || _candidate > 0 ? _loud : (byte)0;
        _isActive = !isSureTone && (isTone ? VoiceOdds > SureVoice && hop.Inputs[VoiceInputs.Flux] > MinFlux : VoiceOdds > (Voiced < MinSpeechHops ? FirstVoiceAbove : VoiceAbove))
            && hop.LevelDb > MinSpeechDb;
        if (_isActive)
        {
            Active(hop);
        }
        else
        {
            Inactive(hop);
        }
    }

    private void Listen(ref Hop hop)
    {
        if (!hop.HasSpectrum)
        {
            VoiceNet.StepSilent(ref _voice);
            VoiceOdds = -9;
            return;
        }

        _frontEnd.Fill(ref hop, FloorDb, PeakDb);
        VoiceOdds = VoiceNet.Step(ref _voice, hop.Inputs, out var lean);
        Lean += 0.3f * (lean - Lean);
    }

    /// <summary>Floor: the lowest level of the last half to whole second, rising by at most 10 dB a second.</summary>
    private void Follow(in Hop hop, bool isTone)
    {
        var level = MathF.Max(hop.LevelDb, LowestFloorDb);
        if (!HasLevel)
        {
            HasLevel = true;
            (FloorDb, PeakDb, _windowMin, _previousMin, _envelope, _valley, _crest) = (level, level, level, level, level, level, level);
        }

        if (isTone)
        {
            return;
        }

        _windowMin = MathF.Min(_windowMin, level);
        var target = MathF.Min(_windowMin, _previousMin);
        FloorDb += target < FloorDb ? 0.5f * (target - FloorDb) : MathF.Min(0.2f, target - FloorDb);
        PeakDb = MathF.Max(level, PeakDb - PeakFallDb);
        if (hop.Index % FloorWindowHops == FloorWindowHops - 1)
        {
            (_previousMin, _windowMin) = (_windowMin, level);
        }
    }

    private void Active(in Hop hop)
    {
        if (!IsInWord)
        {
            _candidate++;
            if (_candidate >= MinWordHops)
            {
                BeginWord(hop.Index - MinWordHops + 1);
            }
        }

        if (IsInWord)
        {
            LastActive = hop.Index;
            Voiced++;
            Measure(hop);
        }
    }

    private void Inactive(in Hop hop)
    {
        _candidate = 0;

        // The end of a word dies away in the room.
        if (Onset >= 0 && hop.Index - LastActive >= WordGapHops && _between < ushort.MaxValue)
        {
            _betweenSum += MathF.Max(hop.LevelDb, LowestFloorDb);
            _between++;
        }

        if (IsInWord && hop.Index - LastActive >= WordGapHops)
        {
            IsInWord = false;
            LastWord = (ushort)(LastActive + 1 - WordStart);
            LongestWord = Math.Max(LongestWord, LastWord);
            if (Voiced < MinSpeechHops || (Words == 1 && _loud < MinLoudHops) || FluxSum < MinFlux * Voiced)
            {
                Forget();
            }
        }
    }

    /// <summary>What was heard was a chord, a hum, a tone of the network or a click: nobody has spoken yet.</summary>
    public void Forget()
    {
        (Onset, LastActive, Voiced, Words, PhraseWords, Phrases, FirstPhrase, FirstGap) = (-1, -1, 0, 0, 0, 0, 0, 0);
        (LongestPhrase, LongestGap, LastGap, GapSum, LastWord, LongestWord, Syllables, PitchHops) = (0, 0, 0, 0, 0, 0, 0, 0);
        (LevelSum, LevelSquares, FluxSum, LowSum, Sibilants, SteadyHops, ShareSum) = (0, 0, 0, 0, 0, 0, 0);
        (VoicingSum, LeanSum, PitchSum, PitchSquares, RecentPitch, SlowPitch, RecentLevel) = (0, 0, 0, 0, 0, 0, 0);
        (PhraseLeanSum, FirstPhraseLean, MaxLean, PhraseVoiced, OddsSum, _betweenSum, _between) = (0, 0, 0, 0, 0, 0, 0);
    }

    private void BeginWord(int start)
    {
        IsInWord = true;
        WordStart = start;
        Words++;
        PhraseWords++;
        Voiced += (ushort)(MinWordHops - 1);
        if (Onset < 0)
        {
            (Onset, PhraseStart, Phrases) = (start, start, 1);
            return;
        }

        var gap = (ushort)(start - LastActive - 1);
        GapSum += gap;
        LastGap = gap;
        LongestGap = Math.Max(LongestGap, gap);
        if (gap >= PhraseGapHops)
        {
            var phrase = (ushort)(LastActive + 1 - PhraseStart);
            LongestPhrase = Math.Max(LongestPhrase, phrase);
            if (Phrases == 1)
            {
                (FirstPhrase, FirstGap, FirstPhraseLean) = (phrase, gap, PhraseLeanSum / Math.Max((int)PhraseVoiced, 1));
            }

            (PhraseLeanSum, PhraseVoiced) = (0, 0);

            Phrases++;
            PhraseWords = 1;
            PhraseStart = start;
        }
    }

    private void Measure(in Hop hop)
    {
        RecentLevel = PhraseVoiced == 0 ? hop.LevelDb : RecentLevel + (0.2f * (hop.LevelDb - RecentLevel));
        PhraseVoiced++;
        LevelSum += hop.LevelDb;
        LevelSquares += hop.LevelDb * hop.LevelDb;
        CountSyllables(hop.LevelDb);
        if (!hop.HasSpectrum)
        {
            return;
        }

        LowSum += hop.LowShare;
        Sibilants += hop.HighShare > 0.3f ? 1 : 0;
        var share = hop.First.Power / MathF.Max(hop.Total, 1e-3f);
        ShareSum += share;
        SteadyHops += share > 0.3f && MathF.Abs(hop.First.Hz - _previousHz) < 10 ? 1 : 0;
        _previousHz = hop.First.Hz;
        FluxSum += hop.Inputs[VoiceInputs.Flux];
        OddsSum += VoiceOdds;
        VoicingSum += hop.Voicing;
        LeanSum += Lean;
        PhraseLeanSum += Lean;
        MaxLean = Voiced < 10 ? Lean : MathF.Max(MaxLean, Lean);
        if (hop.Voicing > ClearlyVoiced && hop.PitchHz > 0)
        {
            var pitch = MathF.Log2(hop.PitchHz / 160);
            RecentPitch = PitchHops == 0 ? pitch : RecentPitch + (0.2f * (pitch - RecentPitch));
            SlowPitch = PitchHops == 0 ? pitch : SlowPitch + (0.04f * (pitch - SlowPitch));
            PitchHops++;
            PitchSum += pitch;
            PitchSquares += pitch * pitch;
        }
    }

    /// <summary>A crest of the smoothed level that stands 3 dB above the valleys on both sides.</summary>
    private void CountSyllables(float level)
    {
        _envelope += 0.5f * (level - _envelope);
        if (_envelope > _crest)
        {
            _crest = _envelope;
        }

        if (_crest - _envelope > 3)
        {
            Syllables += (ushort)(_crest - _valley > 3 ? 1 : 0);
            (_crest, _valley) = (_envelope, _envelope);
        }

        if (_envelope < _valley)
        {
            (_valley, _crest) = (_envelope, _envelope);
        }
    }
}
