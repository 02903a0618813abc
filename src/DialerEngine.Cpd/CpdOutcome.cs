namespace DialerEngine.Cpd;

/// <summary>
/// What the detector concluded. Values of 0 and above are CALL_RESULT numbers of the outbound specification; the negative ones are states
/// for which no call result follows.
/// </summary>
public enum CpdOutcome : short
{
    /// <summary>Only ringing was heard.</summary>
    RingBack = -2,

    /// <summary>Nothing was concluded.</summary>
    None = -1,

    Busy = 6,
    SitDetected = 8,
    AnsweringMachine = 9,

    /// <summary>Congestion tone (fast busy) of the network: no circuit on the way.</summary>
    AllTrunksBusy = 10,
    SitInvalidNum = 11,
    SitVacant = 12,
    SitIntercept = 13,
    SitUnknown = 14,
    SitNoCircuit = 15,
    SitReorder = 16,

    /// <summary>Fax or modem: CED, CNG, ANSam, Bell answer tone, V.21 preamble.</summary>
    Fax = 17,

    /// <summary>Sound was heard until the limit that is neither a person, a machine nor a known tone, such as music.</summary>
    Unknown = 28,

    /// <summary>Nothing was said before the profile's limit.</summary>
    Silence = 32,

    /// <summary>A person.</summary>
    Answer = 33,
    NuTone = 34,
    NoProgress = 36,
    PagerDetected = 39,
}

/// <summary>Side of the answer on which the audio lies.</summary>
public enum CpdPhase : byte
{
    /// <summary>Before the answer: only tones are judged, speech and music never are.</summary>
    EarlyMedia,

    /// <summary>After the answer.</summary>
    Answered,
}

/// <summary>What a frame brought. Several may come at once.</summary>
[Flags]
public enum CpdEvents : byte
{
    None = 0,

    /// <summary><see cref="CpdReport.Outcome"/> is settled.</summary>
    Result = 1,

    /// <summary>The greeting is over; <see cref="CpdReport.GreetingEndMs"/> is set.</summary>
    GreetingEnd = 2,

    /// <summary>A beep began; <see cref="CpdReport.BeepStartMs"/> is set.</summary>
    BeepStart = 4,

    /// <summary>The beep is over; <see cref="CpdReport.BeepEndMs"/> is set. Time to leave a message.</summary>
    BeepEnd = 8,

    /// <summary>A beep was heard after the call had been called a person: the verdict was wrong.</summary>
    Correction = 16,

    /// <summary>Ringing was recognised.</summary>
    RingBack = 32,
}

/// <summary>The state of the analysis; times are milliseconds from the phase's first sample, -1 where it did not happen.</summary>
/// <param name="Outcome">Result, or <see cref="CpdOutcome.None"/> while it is open.</param>
/// <param name="DecisionMs">Position in the stream, look-ahead included, at which the result was given.</param>
/// <param name="GreetingEndMs">Where the greeting ended.</param>
/// <param name="BeepStartMs">Where the beep began.</param>
/// <param name="BeepEndMs">Where it ended.</param>
/// <param name="BeepKnownMs">Position at which the beep's start was reported.</param>
/// <param name="MachineProbability">The model's last estimate, 0..1; 0.5 while nothing was heard.</param>
public readonly record struct CpdReport(
    CpdOutcome Outcome, int DecisionMs, int GreetingEndMs, int BeepStartMs, int BeepEndMs, int BeepKnownMs, float MachineProbability);
