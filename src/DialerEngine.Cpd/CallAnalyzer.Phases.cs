using DialerEngine.Cpd.Profiles;
using DialerEngine.Cpd.Signal;
using DialerEngine.Cpd.Speech;
using DialerEngine.Cpd.Tones;

namespace DialerEngine.Cpd;

public partial struct CallAnalyzer
{
    // A burst of ringing: longer than any busy burst (750 ms + 10 %), shorter than the long burst of a number-unobtainable tone.
    private const float MinRingMs = 850;
    private const float MaxRingMs = 2_250;
    private const float ContinuousMs = 3_000;

    /// <summary>A line in what sounds all the time, such as a held chord, is no beep.</summary>
    private const float BeepAboveFloorDb = 3;

    /// <summary>A burst of this length is no vowel.</summary>
    private const float SureToneMs = 700;
    private const int SureToneHops = 10;

    // The longest pause of a calling tone (ITU-T V.25: 1.5 to 2 s, and 10 %), and a burst to know it by.
    private const int CallingToneWaitMs = 2_900;

    // A beep without a word before it is a machine when nothing follows for so long: the next note of a melody would.
    private const int AfterLoneBeepMs = 1_400;
    private const float MelodyDb = 10;
    private const int MaxLoudAfterBeep = 10;
    private const float SureOfMachine = 0.85f;

    // Who was so far from being a person a moment ago is asked about half as often.
    private const float FarFromPerson = 0.6f;
    private const int AskedAfterForcedMs = 100;
    private const float SureOfSomebody = 0.3f;

    // A memory of 0.1 s, and 6 dB: whatever can be told from the noise around it stands above it.
    private const float LowestBeforeDb = -70;
    private const float BeforeStep = 0.2f;
    private const float AboveBeforeDb = 6;

    /// <summary>Whether the voice that answers sounded in the last 20 ms.</summary>
    public readonly bool IsVoiceHeard => _hops > 0 && _speech.IsHeard && _speech.LastActive == _hops - 1;

    /// <summary>The audio is over: gives the verdict that what was heard allows.</summary>
    public CpdEvents Complete()
    {
        if (_isSettled)
        {
            return _outcome == CpdOutcome.AnsweringMachine && _greetingEndMs < 0 ? EndGreeting() : CpdEvents.None;
        }

        if (_phase == CpdPhase.EarlyMedia || _isRinging || !_speech.IsHeard || (_cadence.Count >= 2 && _speech.Voiced < 6))
        {
            return _phase == CpdPhase.Answered && !_isRinging && _cadence.Count == 0 && _beep.StartMs < 0
                && _hops * Hop.Milliseconds >= Math.Min(_profile.InitialSilenceMs, 2000)
                ? Settle(IsTonal ? CpdOutcome.Unknown : CpdOutcome.Silence)
                : CpdEvents.None;
        }

        if (IsStill())
        {
            return Settle(CpdOutcome.Unknown);
        }

        // The audio ended before the evidence sufficed: a person when in doubt.
        if (!IsSomebody(Estimate(_hops - 1)))
        {
            return Settle(CpdOutcome.Unknown);
        }

        return Verdict(_probability >= SureOfMachine ? CpdOutcome.AnsweringMachine : CpdOutcome.Answer);
    }

    private CpdEvents EarlyMedia(ref Hop hop, bool runEnded, bool burstChanged)
    {
        var events = JudgeTones(hop, runEnded, burstChanged, speechHeard: false);
        if (events != CpdEvents.None || _isRinging || _tones.Count > 0 || _cadence.Count > 0)
        {
            return events;
        }

        _speech.Add(ref hop, _hasTone, _isSureTone);
        return !_speech.IsHeard && _hops * Hop.Milliseconds >= _profile.MaxPreConnectMs ? Settle(CpdOutcome.NoProgress) : events;
    }

    private CpdEvents Answered(ref Hop hop, bool runEnded, bool burstChanged)
    {
        if (_profile.CallAnswerTypeRecognition == CpdPreset.NoProgressDetection)
        {
            return Settle(CpdOutcome.Answer);
        }

        _speech.Add(ref hop, _hasTone, _isSureTone);
        if (_hasTone && _cadence.OnSoFarMs > SureToneMs && _speech.IsHeard
            && (_speech.Onset * Hop.Milliseconds) + (3 * Hop.Milliseconds) >= ((hop.Index + 1) * Hop.Milliseconds) - _cadence.OnSoFarMs)
        {
            // The tone itself was taken for speech before it had lasted.
            _speech.Forget();
        }

        _tonalHops += hop.HasSpectrum && !hop.IsLost && hop.LevelDb > -50 && hop.First.Power > 0.3f * hop.Total ? 1 : 0;
        var speechHeard = _speech.Voiced >= 15;
        var events = _isSettled ? CpdEvents.None : JudgeTones(hop, runEnded, burstChanged, speechHeard);
        if ((events & CpdEvents.Result) != 0)
        {
            return events;
        }

        events |= Beep(hop, runEnded, speechHeard);
        if (!_isSettled)
        {
            events |= Decide(hop.Index);
        }
        else if (_outcome == CpdOutcome.AnsweringMachine && _greetingEndMs < 0 && !_speech.IsInWord
            && _speech.PauseHops(hop.Index) >= GreetingGapHops)
        {
            events |= EndGreeting();
        }

        return events;
    }

    /// <summary>Tones of the network and of data devices, on either side of the answer.</summary>
    private CpdEvents JudgeTones(in Hop hop, bool runEnded, bool burstChanged, bool speechHeard)
    {
        if (_data.Add(hop, _tones, runEnded, speechHeard))
        {
            if (_phase == CpdPhase.Answered || (runEnded ? ToneDb : hop.LevelDb) > _beforeDb + AboveBeforeDb)
            {
                return Settle(CpdOutcome.Fax);
            }

            // A note of the music that somebody has in place of ringing: what sounded before it was as loud.
            _data = default;
        }

        FollowBefore(hop, runEnded);

        if (runEnded)
        {
            var sit = SitGrammar.Read(_tones.Runs, _profile.PlainTripleResult);
            if (sit != CpdOutcome.None)
            {
                return Settle(sit);
            }
        }

        if (_cadence.IsOn && _cadence.OnSoFarMs >= ContinuousMs && _cadence.IsEven)
        {
            return Settle(IsDialTone() ? CpdOutcome.NoProgress : CpdOutcome.NuTone);
        }

        if (burstChanged && _cadence.Count >= 1 && CadenceMatcher.TryMatch(_cadence, _profile.Cadences, out var meaning))
        {
            return Settle(meaning switch
            {
                CadenceMeaning.Busy => CpdOutcome.Busy,
                CadenceMeaning.Congestion => _profile.CongestionResult,
                _ => CpdOutcome.NuTone,
            });
        }

        return Ringing();
    }

    /// <summary>Level of the last steady tone, dBm0.</summary>
    private readonly float ToneDb => _tones.LastDb - Hop.ReferenceDb;

    /// <summary>The mean level, dB, of the last 200 ms before a tone: a data device begins in silence or noise, a note in music.</summary>
    private void FollowBefore(in Hop hop, bool runEnded)
    {
        if (_phase != CpdPhase.EarlyMedia || hop.IsLost)
        {
            return;
        }

        if (runEnded)
        {
            // A tone that was none of these counts like anything else, as long as it was.
            _beforeDb += (1 - MathF.Pow(1 - BeforeStep, _tones.Runs[0].DurationMs / Hop.Milliseconds)) * (ToneDb - _beforeDb);
        }

        if (_tones.Count == 0 && !DataToneDetector.MayBe(hop))
        {
            _beforeDb += BeforeStep * (MathF.Max(hop.LevelDb, LowestBeforeDb) - _beforeDb);
        }
    }

    /// <summary>Dial tone is two lines (350 + 440 Hz) or one of 425 to 450 Hz; number unobtainable is one of 400 Hz.</summary>
    private readonly bool IsDialTone() => _cadence.PairShare > 0.5f || _cadence.Hz > 413 || _cadence.Hz < 380;

    /// <summary>One long burst, or two of 400 ms and then a pause of at least a second.</summary>
    private CpdEvents Ringing()
    {
        if (!_isRinging && !_cadence.IsOn && _cadence.Count > 0)
        {
            var last = _cadence.Bursts[0];
            var isLong = last.OnMs is >= MinRingMs and <= MaxRingMs && _cadence.PauseSoFarMs is >= 500 and < 700
                && last.Hz is > 370 and < 490 && last.Share > 0.7f;
            var isDouble = _cadence.Count > 1 && _cadence.PauseSoFarMs >= 1_100 && IsNear(last.OnMs, 400, 70) && IsNear(last.PauseMs, 200, 50)
                && (IsNear(_cadence.Bursts[1].OnMs, 400, 70) || _cadence.Bursts[1].OnMs < 400);
            _isRinging = isLong || isDouble;
        }

        if (!_isRinging || _isRingReported)
        {
            return CpdEvents.None;
        }

        _isRingReported = true;
        return CpdEvents.RingBack;
    }

    private CpdEvents Beep(in Hop hop, bool runEnded, bool speechHeard)
    {
        if (_isRinging && !speechHeard)
        {
            return CpdEvents.None;
        }

        var hadBeep = _beep.StartMs >= 0;
        var standsOut = hop.LevelDb > _speech.FloorDb + BeepAboveFloorDb;
        var events = _beep.Add(hop, _tones, _cadence, runEnded, standsOut, speechHeard, hadBeep && _speech.Voiced - _voicedAtBeep > 50);
        if ((events & CpdEvents.BeepStart) != 0)
        {
            _voicedAtBeep = _speech.Voiced;

            // One that was held back is over and was looked after by the detector itself.
            (_beepDb, _loudAfterBeep) = (_beep.IsOn ? hop.LevelDb : float.MaxValue, 0);
            events |= _speech.IsHeard ? EndGreeting() : CpdEvents.None;
            if (_isSettled && _outcome == CpdOutcome.Answer)
            {
                events |= CpdEvents.Correction;
            }
            else if (!_isSettled)
            {
                _pendingMachineMs = speechHeard ? 0 : 1;
            }
        }

        if (_pendingMachineMs >= 0 && !_isSettled && !_beep.IsOn)
        {
            _loudAfterBeep += !hop.IsLost && _loudAfterBeep < 200 && hop.LevelDb > _beepDb - MelodyDb && _speech.VoiceOdds < 0 ? (byte)1 : (byte)0;
            events |= AfterBeep();
        }

        return events;
    }

    /// <summary>
    /// A beep after speech is a machine. Without a word before it, three short ones are a pager, fewer a machine that has no greeting, unless sound that
    /// is no voice goes on as loud: then it was a note of a melody.
    /// </summary>
    private CpdEvents AfterBeep()
    {
        if (_loudAfterBeep > MaxLoudAfterBeep)
        {
            _pendingMachineMs = -1;
            return CpdEvents.None;
        }

        if (_pendingMachineMs == 0)
        {
            if (IsSomebody(Estimate(_hops - 1)))
            {
                return Verdict(CpdOutcome.AnsweringMachine);
            }

            _pendingMachineMs = -1;
            return CpdEvents.None;
        }

        if (_beep.Bursts >= 3 && _beep.EndMs - _beep.StartMs < 2_500)
        {
            return Settle(CpdOutcome.PagerDetected);
        }

        return (_hops * Hop.Milliseconds) - _beep.EndMs > (_data.IsExpectingMore ? CallingToneWaitMs : AfterLoneBeepMs) && !_isRinging ? Verdict(CpdOutcome.AnsweringMachine) : CpdEvents.None;
    }

    private CpdEvents Decide(int index)
    {
        var now = (index + 1) * Hop.Milliseconds;
        if (!_speech.IsHeard)
        {
            var isQuiet = !_isRinging && _cadence.Count == 0 && !_cadence.IsOn && _tones.Count < 5;
            if (now >= _profile.InitialSilenceMs && isQuiet && !IsTonal && _pendingMachineMs < 0)
            {
                return Settle(CpdOutcome.Silence);
            }

            var limit = IsTonal ? _profile.MaxAnalysisMs : _profile.MaxAnalysisMs + _profile.InitialSilenceMs;
            return now >= limit && !_isRinging ? Settle(CpdOutcome.Unknown) : CpdEvents.None;
        }

        var pauseMs = _speech.PauseHops(index) * Hop.Milliseconds;
        if (!AnswerPolicy.IsDue(index, pauseMs))
        {
            return CpdEvents.None;
        }

        return Judge(index, now, pauseMs);
    }

    private CpdEvents Judge(int index, int now, int pauseMs)
    {
        var point = _profile.EffectivePoint;
        var sinceOnset = (index - _speech.Onset) * Hop.Milliseconds;
        var isLimit = sinceOnset >= point.LimitMs || now >= _profile.MaxAnalysisMs;
        if ((_isRinging || (_beep.IsOn && _pendingMachineMs == 0)) && !isLimit)
        {
            // What rings is nobody yet; a beep that sounds behind the words settles it when it ends.
            return CpdEvents.None;
        }

        if (IsStill())
        {
            return isLimit && !_isRinging ? Settle(CpdOutcome.Unknown) : CpdEvents.None;
        }

        if (_profile.CallAnswerTypeRecognition == CpdPreset.NoAmDetection)
        {
            var isDue = pauseMs >= 300 || isLimit;
            return isDue && IsSomebody(Estimate(index)) ? Verdict(CpdOutcome.Answer) : isLimit ? Settle(CpdOutcome.Unknown) : CpdEvents.None;
        }

        if (pauseMs > (long)point.ForcedPauseMs + AskedAfterForcedMs)
        {
            // When a verdict was due nobody had spoken; a longer pause tells nothing more.
            return isLimit ? Settle(CpdOutcome.Unknown) : CpdEvents.None;
        }

        if (!AnswerPolicy.IsVerdictPossible(point, pauseMs, sinceOnset, isLimit)
            || (_probability > FarFromPerson && !isLimit && !AnswerPolicy.IsDueWhenFar(index, pauseMs)))
        {
            return CpdEvents.None;
        }

        var features = Estimate(index);
        var verdict = AnswerPolicy.Judge(point, _probability, pauseMs, sinceOnset, isLimit);
        if (verdict == AnswerVerdict.Wait || !IsSomebody(features))
        {
            return verdict != AnswerVerdict.Wait && isLimit ? Settle(CpdOutcome.Unknown) : CpdEvents.None;
        }

        return Verdict(verdict == AnswerVerdict.Person ? CpdOutcome.Answer : CpdOutcome.AnsweringMachine);
    }

    /// <summary>Asks the classifier; only where its answer can matter, since it is the dearest step.</summary>
    private SpeechFeatures Estimate(int index)
    {
        var features = default(SpeechFeatures);
        features.Fill(_speech, index);
        _probability = AnswerModel.MachineProbability(features);
        return features;
    }

    /// <summary>Whether words were heard at all: music, noise and tones have moments that sound like a voice. Asked only where a verdict is due.</summary>
    private static bool IsSomebody(in SpeechFeatures features) => AnswerModel.SomebodyProbability(features) >= SureOfSomebody;

    /// <summary>Music plays: a fourth of what was heard has a line that stands out.</summary>
    private readonly bool IsTonal => _tonalHops * 4 > _hops;

    /// <summary>Without the movement of speech.</summary>
    private readonly bool IsStill() => _speech.FluxSum / MathF.Max(_speech.Voiced, 1) < SpeechTracker.MinFlux;

    /// <summary>The tone tracker, for the training program.</summary>
    internal readonly ToneTracker Tones => _tones;

    /// <summary>The cadence tracker, for the training program.</summary>
    internal readonly CadenceTracker Cadence => _cadence;

    /// <summary>The classifier's view after the last hop, for the training program and the evidence picture; false before the first word.</summary>
    internal readonly bool TryFeatures(out SpeechFeatures features, out int pauseMs, out int sinceOnsetMs)
    {
        features = default;
        var index = _hops - 1;
        (pauseMs, sinceOnsetMs) = (0, 0);
        if (!_speech.IsHeard)
        {
            return false;
        }

        features.Fill(_speech, index);
        (pauseMs, sinceOnsetMs) = (_speech.PauseHops(index) * Hop.Milliseconds, (index - _speech.Onset) * Hop.Milliseconds);
        return true;
    }

    private CpdEvents Verdict(CpdOutcome outcome)
    {
        // Who is called a person in the middle of a word has not ended yet.
        var events = Settle(outcome);
        return outcome == CpdOutcome.Answer && !_speech.IsInWord && events != CpdEvents.None ? events | EndGreeting() : events;
    }

    private CpdEvents EndGreeting()
    {
        if (_speech.LastActive < 0)
        {
            return CpdEvents.None;
        }

        _greetingEndMs = (_speech.LastActive + 1) * Hop.Milliseconds;
        return CpdEvents.GreetingEnd;
    }

    private static bool IsNear(float value, float expected, float tolerance) => MathF.Abs(value - expected) <= tolerance;
}
