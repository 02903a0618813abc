using DialerEngine.Cpd.Signal;

namespace DialerEngine.Cpd.Tones;

/// <summary>
/// Fax and modem answers: CED and ANSam 2,100 Hz (ITU-T T.30, V.8: phase reversals and 15 Hz modulation do not disturb it), Bell 2,225 Hz,
/// the V.21 preamble (1,650 and 1,850 Hz), CNG 1,100 Hz for 0.5 s, V.25 calling tone 1,300 Hz.
/// </summary>
internal struct DataToneDetector
{
    /// <summary>Nothing human holds one line so purely for this long.</summary>
    private const int AnswerToneMs = 400;
    private const int PreambleMs = 500;
    private const float MinLevelDb = -50;

    private short _answerMs;
    private short _bellMs;
    private short _preambleMs;
    private byte _markHops;
    private byte _spaceHops;
    private byte _callingTones;

    /// <summary>True after one burst of a calling tone that must come twice.</summary>
    public readonly bool IsExpectingMore => _callingTones == 1;

    /// <summary>Whether a hop may belong to the signal of a data device.</summary>
    public static bool MayBe(in Hop hop) => hop.HasSpectrum && (hop.FskShare > 0.85f || (hop.First.Hz is > 2062 and < 2262 && hop.First.Power > 0.55f * hop.Total));

    /// <summary>Takes a hop and what the tone tracker made of it; true once a data device is certain.</summary>
    public bool Add(in Hop hop, in ToneTracker tones, bool runEnded, bool speechHeard)
    {
        if (hop.IsLost)
        {
            if (runEnded)
            {
                AddCallingTone(tones.Runs[0], speechHeard);
            }

            return _callingTones >= 2;
        }

        var isLoud = hop.HasSpectrum && hop.LevelDb > MinLevelDb;
        var share = isLoud ? hop.First.Power / MathF.Max(hop.Total, 1e-3f) : 0;
        _answerMs = Count(_answerMs, share > 0.55f && hop.First.Hz is > 2062 and < 2140, AnswerToneMs);
        _bellMs = Count(_bellMs, share > 0.65f && hop.First.Hz is > 2190 and < 2262, AnswerToneMs);
        AddPreamble(hop, isLoud);
        if (runEnded)
        {
            AddCallingTone(tones.Runs[0], speechHeard);
        }

        return _answerMs >= AnswerToneMs || _bellMs >= AnswerToneMs || _callingTones >= 2
            || (_preambleMs >= PreambleMs && _markHops >= 4 && _spaceHops >= 4);
    }

    private void AddPreamble(in Hop hop, bool isLoud)
    {
        var isPreamble = isLoud && hop.FskShare > 0.85f;
        _preambleMs = Count(_preambleMs, isPreamble, PreambleMs);
        if (_preambleMs == 0)
        {
            (_markHops, _spaceHops) = (0, 0);
        }

        if (isPreamble)
        {
            _markHops += hop.First.Hz is > 1590 and < 1720 && _markHops < 200 ? (byte)1 : (byte)0;

            // Flags hold six marks for two spaces: the space is the weaker line of most hops.
            var isSpace = hop.First.Hz is > 1780 and < 1910 || (hop.Second.Hz is > 1760 and < 1930 && hop.Second.Power > 0.04f * hop.First.Power);
            _spaceHops += isSpace && _spaceHops < 200 ? (byte)1 : (byte)0;
        }
    }

    /// <summary>One CNG burst of 420 to 580 ms is enough where nobody has spoken; 1,300 Hz, and CNG after speech, must come twice.</summary>
    private void AddCallingTone(in ToneRun run, bool speechHeard)
    {
        if (run.UpperHz > 0 || run.DurationMs is < 400 or > 730)
        {
            return;
        }

        if (run.Hz is > 1050 and < 1150 && run.DurationMs < 600)
        {
            _callingTones += speechHeard ? (byte)1 : (byte)2;
        }
        else if (run.Hz is > 1275 and < 1325 && !speechHeard)
        {
            _callingTones++;
        }
    }

    private static short Count(short value, bool hit, int limit) =>
        hit ? (short)Math.Min(value + Hop.Milliseconds, limit) : (short)Math.Max(value - Hop.Milliseconds, 0);
}
