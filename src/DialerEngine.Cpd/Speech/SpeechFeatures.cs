using System.Runtime.CompilerServices;

namespace DialerEngine.Cpd.Speech;

/// <summary>What the classifier sees; built from a <see cref="SpeechTracker"/> at a moment. Times are in units of 20 ms hops, capped.</summary>
[InlineArray(Count)]
internal struct SpeechFeatures
{
    public const int Count = Spoken + VoiceNet.Units;

    /// <summary>Statistics of what was heard; the net's memory of it follows.</summary>
    public const int Spoken = 42;

    /// <summary>Names in order, for the training program and the evidence picture.</summary>
    public static readonly string[] Names =
    [
        "onset", "sinceOnset", "voiced", "pause", "word", "words", "phrases", "firstPhrase", "longestPhrase", "longestGap", "meanGap",
        "phrase", "speechRatio", "syllables", "syllableRate", "snr", "lastGap", "firstGap", "longestWord", "levelDeviation", "flux", "low",
        "sibilants", "steady", "share", "meanPhrase", "extent", "pauseRatio",
        "pitch", "pitchDeviation", "pitchEnd", "voicing", "phraseWords", "lean", "meanLean",
        "phraseLean", "firstPhraseLean", "maxLean", "finalPitch", "finalLevel", "drop", "voiceOdds",
        .. Enumerable.Range(0, VoiceNet.Units).Select(i => "unit" + i),
    ];

    private float _first;

    /// <summary>Fills the features as they stand after hop <paramref name="index"/>; call only after speech was heard.</summary>
    public void Fill(in SpeechTracker speech, int index)
    {
        var pause = Math.Min(speech.PauseHops(index), 150);
        var extent = speech.LastActive + 1 - speech.Onset;
        var voiced = MathF.Max(speech.Voiced, 1);
        var phrase = speech.LastActive + 1 - speech.PhraseStart;
        var longestPhrase = Math.Max(speech.LongestPhrase, phrase);
        var gaps = Math.Max(speech.Words - 1, 0);
        var mean = speech.LevelSum / voiced;
        this[0] = Math.Min(speech.Onset, 200);
        this[1] = Math.Min(index - speech.Onset, 400);
        this[2] = Math.Min(voiced, 350);
        this[3] = pause;
        this[4] = speech.IsInWord ? speech.LastActive + 1 - speech.WordStart : speech.LastWord;
        this[5] = Math.Min((int)speech.Words, 20);
        this[6] = Math.Min((int)speech.Phrases, 8);
        this[7] = Math.Min(speech.Phrases == 1 ? phrase : speech.FirstPhrase, 200);
        this[8] = Math.Min(longestPhrase, 250);
        this[9] = Math.Min((int)speech.LongestGap, 150);
        this[10] = gaps == 0 ? 0 : Math.Min(speech.GapSum / (float)gaps, 100);
        this[11] = Math.Min(phrase, 250);
        this[12] = voiced / Math.Max(extent, 1);
        this[13] = Math.Min((int)speech.Syllables, 30);
        this[14] = speech.Syllables / voiced * 50;
        this[15] = Math.Clamp(speech.PeakDb - speech.FloorDb, 0, 50);
        this[16] = Math.Min((int)speech.LastGap, 150);
        this[17] = Math.Min((int)speech.FirstGap, 150);
        this[18] = Math.Min(Math.Max((int)speech.LongestWord, speech.IsInWord ? speech.LastActive + 1 - speech.WordStart : 0), 200);
        this[19] = MathF.Sqrt(MathF.Max((speech.LevelSquares / voiced) - (mean * mean), 0));
        this[20] = speech.FluxSum / voiced;
        this[21] = speech.LowSum / voiced;
        this[22] = speech.Sibilants / voiced;
        this[23] = speech.SteadyHops / voiced;
        this[24] = speech.ShareSum / voiced;
        this[25] = Math.Min(extent / (float)Math.Max((int)speech.Phrases, 1), 200);
        this[26] = Math.Min(extent, 400);
        this[27] = pause / (float)(pause + Math.Max((int)speech.LongestGap, 4));
        var pitches = MathF.Max(speech.PitchHops, 1);
        var pitch = speech.PitchSum / pitches;
        this[28] = pitch;
        this[29] = MathF.Sqrt(MathF.Max((speech.PitchSquares / pitches) - (pitch * pitch), 0));
        this[30] = speech.RecentPitch - pitch;
        this[31] = speech.VoicingSum / voiced;
        this[32] = Math.Min((int)speech.PhraseWords, 20);
        this[33] = speech.Lean;
        this[34] = speech.LeanSum / voiced;
        this[35] = speech.PhraseLeanSum / Math.Max((int)speech.PhraseVoiced, 1);
        this[36] = speech.Phrases == 1 ? this[35] : speech.FirstPhraseLean;
        this[37] = speech.MaxLean;
        this[38] = speech.RecentPitch - speech.SlowPitch;
        this[39] = speech.RecentLevel - mean;
        this[40] = speech.DropDb;
        this[41] = speech.OddsSum / voiced;
        ReadOnlySpan<short> memory = speech.Memory;
        for (var i = 0; i < memory.Length; i++)
        {
            this[Spoken + i] = memory[i];
        }
    }
}
