namespace TrunkSimulator;

/// <summary>How a called number behaves.</summary>
public enum CalleeScript : byte
{
    /// <summary>Rings, answers, says hello, then talks and listens; hangs up after its talk, or waits for the caller to.</summary>
    Person,

    /// <summary>An answering machine: greeting, a beep of 1000 Hz, then it records until its time is over.</summary>
    Machine,

    /// <summary>486 Busy Here.</summary>
    Busy,

    /// <summary>Rings until the caller gives up.</summary>
    NoAnswer,

    /// <summary>404 Not Found.</summary>
    NotFound,

    /// <summary>180, then 480 Temporarily Unavailable.</summary>
    UnavailableAfterRinging,

    /// <summary>480 at once.</summary>
    Unavailable,

    /// <summary>503 Service Unavailable with Retry-After.</summary>
    ServiceUnavailable,

    /// <summary>603 Decline.</summary>
    Declined,

    /// <summary>500 Server Internal Error.</summary>
    ServerError,

    /// <summary>183 with the special information tone for a vacant code and an announcement, then 404 with Q.850 cause 1.</summary>
    VacantEarlyMedia,

    /// <summary>183 with busy tone; 486 with Q.850 cause 17 when the caller listens too long.</summary>
    BusyEarlyMedia,

    /// <summary>A fax machine: answers and sends CED.</summary>
    Fax,

    /// <summary>A person who answers just before the caller's ring timeout.</summary>
    LateAnswer,

    /// <summary>Answers and hangs up within a second.</summary>
    EarlyHangUp,

    /// <summary>A person whose every 200 comes twice.</summary>
    AnswersTwice,

    /// <summary>A person behind a network that never sends 100 Trying.</summary>
    NeverTrying,

    /// <summary>A person whose first INVITE gets lost; the retransmission arrives.</summary>
    FirstInviteLost,

    /// <summary>Answers and says nothing.</summary>
    Silent,

    /// <summary>183 with music in place of ringing (personalised ring tone), then a person answers.</summary>
    MusicRingBack,

    /// <summary>183 with ringing tone, then a person answers.</summary>
    RingBackEarlyMedia,

    /// <summary>A false answer: 200, then the special information tone for a vacant code and an announcement.</summary>
    VacantAfterAnswer,

    /// <summary>183 with congestion tone; 480 with Q.850 cause 42 when the caller listens too long.</summary>
    CongestionEarlyMedia,
}

/// <summary>One call's course, all times scaled already.</summary>
/// <param name="Script">What happens.</param>
/// <param name="ProgressMs">From INVITE to the first 180, 183 or refusal.</param>
/// <param name="RingMs">From there to the answer or the refusal.</param>
/// <param name="SpeakAfterMs">From the answer to the first sound; not scaled.</param>
/// <param name="TalkMs">From the answer (a machine: from the beep) to hanging up; 0 waits for the caller.</param>
/// <param name="Voice">Which of the voices speaks.</param>
public readonly record struct CalleePlan(CalleeScript Script, int ProgressMs, int RingMs, int SpeakAfterMs, int TalkMs, int Voice);
