namespace DialerEngine.Core.Telephony;

/// <summary>Names an analysis that is under way; of no use after it was closed. <see cref="None"/> stands for a call that is not analysed.</summary>
public readonly record struct CallAudioTicket(int Slot, int Generation)
{
    /// <summary>No analysis; all members of <see cref="ICallAudioTap"/> take it and do nothing.</summary>
    public static CallAudioTicket None => new(-1, 0);

    public bool IsNone => Slot < 0;
}

/// <summary>A stretch of received audio of a call, G.711 at 8,000 Hz.</summary>
/// <param name="codes">The octets, at most 60 ms (480); valid during the call only.</param>
/// <param name="payloadType">RTP payload type: 0 PCMU, 8 PCMA (RFC 3551 table 4), 13 comfort noise (RFC 3389). Others are taken for a gap.</param>
/// <param name="present">How many of the octets were received; fewer than half make the frame a gap.</param>
/// <param name="timestamp">RTP timestamp, or the position since the first frame; both count samples and may wrap.</param>
/// <param name="nowMilliseconds">Monotonic clock at which the frame was handed over.</param>
public readonly ref struct CallAudioFrame(ReadOnlySpan<byte> codes, byte payloadType, int present, uint timestamp, long nowMilliseconds)
{
    public ReadOnlySpan<byte> Codes { get; } = codes;

    public byte PayloadType { get; } = payloadType;

    public int Present { get; } = present;

    public uint Timestamp { get; } = timestamp;

    public long NowMilliseconds { get; } = nowMilliseconds;
}

/// <summary>How a call's audio is to be analysed.</summary>
public struct CallAnalysisRequest
{
    public CallHandle Call;

    /// <summary>The calling list, for what is counted by list.</summary>
    public ListId List;

    /// <summary>Profile by name (of the trunk or country); null or one that is not known is the default profile.</summary>
    public string? Profile;

    /// <summary>Value of option <c>call_answer_type_recognition</c>; null leaves the profile's own.</summary>
    public string? AnswerTypeRecognition;

    /// <summary>A name for recordings with the number already masked; null where none is wanted.</summary>
    public string? MaskedName;
}

/// <summary>
/// Takes a call's received audio from the media side. Every member returns within microseconds, never waits and never throws; the media
/// thread calls <see cref="Hear"/>, any thread the others.
/// </summary>
public interface ICallAudioTap
{
    /// <summary>Begins to listen before the answer. <see cref="CallAudioTicket.None"/> when every analyser is in use: the call goes on without.</summary>
    CallAudioTicket Open(in CallAnalysisRequest request, long nowMilliseconds);

    /// <summary>The far end answered: what comes from now on is judged as an answer.</summary>
    void Answered(CallAudioTicket ticket, long nowMilliseconds);

    /// <summary>Takes audio. False when nothing more can come of further audio: the call may be closed.</summary>
    bool Hear(CallAudioTicket ticket, in CallAudioFrame frame);

    /// <summary>The call is over or needs no more analysis; an answered call without a result gets the one that the evidence allows.</summary>
    void Close(CallAudioTicket ticket, long nowMilliseconds);
}

/// <summary>What an analysis found.</summary>
public enum CallFindingKind : byte
{
    /// <summary>A result before the answer: busy, special information tone, fax and the like. The call need not be waited for.</summary>
    PreConnectResult,

    /// <summary>A result after the answer: person, machine, fax, silence and the like.</summary>
    PostConnectResult,

    /// <summary>Ringing was recognised.</summary>
    Ringing,

    /// <summary>The greeting is over.</summary>
    GreetingEnded,

    /// <summary>A beep began, and is over: a message may start.</summary>
    BeepStarted,
    BeepEnded,

    /// <summary>After a verdict of a person a beep was heard: it was a machine.</summary>
    Correction,
}

/// <summary>Something that an analysis found.</summary>
public struct CallFinding
{
    public CallFindingKind Kind;

    /// <summary>The result; <see cref="CallResult.Unknown"/> for kinds that bring none.</summary>
    public CallResult Result;

    /// <summary>Monotonic clock at which it became known (<c>GSW_CPD_COMPLETED</c> of a result).</summary>
    public long KnownAtMs;

    /// <summary>
    /// Monotonic clock at which it happened: where a beep began or ended, where the greeting ended (a person's verdict brings that too); other
    /// results' own is <see cref="KnownAtMs"/>.
    /// </summary>
    public long HappenedAtMs;

    /// <summary>True for a verdict that was given because the audio is over, on what had been heard until then.</summary>
    public bool IsAtEnd;

    /// <summary>Position in the audio of its phase at which it became known, ms.</summary>
    public int PositionMs;

    /// <summary>Estimate, 0..1, that a machine answered; 0.5 where nothing is known.</summary>
    public float MachineProbability;

    /// <summary>True when a person answered and an agent is wanted.</summary>
    public readonly bool IsPerson => Kind == CallFindingKind.PostConnectResult && Result == CallResult.Answer;
}

/// <summary>Hears findings. Called on the thread that brought the audio, with the analysis locked: hand over and return.</summary>
public interface ICallAnalysisEvents
{
    void Found(CallHandle call, in CallFinding finding);
}
