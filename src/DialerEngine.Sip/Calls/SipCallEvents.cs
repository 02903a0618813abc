using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Calls;

/// <summary>Which side ended a call.</summary>
public enum SipEndedBy : byte
{
    /// <summary>We did: BYE, CANCEL, refusal.</summary>
    Local,

    /// <summary>The far end did: refusal, BYE, CANCEL.</summary>
    Remote,

    /// <summary>Nobody: no answer to a message, or the transport failed.</summary>
    Network,
}

/// <summary>What ended a call.</summary>
public enum SipEndCause : byte
{
    /// <summary>A final answer of 300 to 699 that nobody asked for: status, phrase and Reason say which.</summary>
    Refused,

    /// <summary>No answer at all to the INVITE (timer B, 64*T1).</summary>
    NoResponse,

    /// <summary>The transport could not send.</summary>
    TransportFailure,

    /// <summary>We cancelled before the answer at the user's wish.</summary>
    Cancelled,

    /// <summary>We cancelled because the ring timeout passed.</summary>
    RingTimeout,

    /// <summary>A 2xx crossed our CANCEL: it was acknowledged and ended with BYE. The far end may bill it.</summary>
    AnsweredAfterCancel,

    /// <summary>BYE from the far end.</summary>
    RemoteHangUp,

    /// <summary>BYE from us.</summary>
    LocalHangUp,

    /// <summary>The far end cancelled the call it was making to us.</summary>
    CallerCancelled,

    /// <summary>We refused a call that came in.</summary>
    LocalRefusal,

    /// <summary>We answered a call and never got the ACK (64*T1); ended with BYE.</summary>
    AcknowledgementMissing,

    /// <summary>A request inside the dialog got 481, 408 or no answer: the far end has lost the call (RFC 3261 section 12.2.1.2).</summary>
    DialogLost,

    /// <summary>The session was not refreshed in time (RFC 4028 section 10); ended with BYE.</summary>
    SessionExpired,
}

/// <summary>A provisional answer, 101 to 199.</summary>
public readonly ref struct SipCallProgress
{
    public required SipCallHandle Call { get; init; }

    public required long Token { get; init; }

    public required int Status { get; init; }

    /// <summary>Which early dialog it belongs to: 0 for the first To tag seen, 1 for the second and so on; -1 beyond the eighth.</summary>
    public required int Fork { get; init; }

    /// <summary>The session description in it; may come with any status. Empty if none.</summary>
    public required ReadOnlySpan<byte> Sdp { get; init; }

    /// <summary>The whole message, valid during the event.</summary>
    public required SipMessage Message { get; init; }
}

/// <summary>The answer to a call that we placed. Its ACK has been sent.</summary>
public readonly ref struct SipCallAnswered
{
    public required SipCallHandle Call { get; init; }

    public required long Token { get; init; }

    /// <summary>The early dialog that answered, as in <see cref="SipCallProgress.Fork"/>; a new number if it was silent before.</summary>
    public required int Fork { get; init; }

    /// <summary>The session description of the answer, or the last one of the same early dialog if the 2xx has none.</summary>
    public required ReadOnlySpan<byte> Sdp { get; init; }

    public required SipMessage Message { get; init; }
}

/// <summary>How a call ended. Raised exactly once for each call, after which its handle names nothing that can be acted upon.</summary>
public readonly ref struct SipCallEnded
{
    public required SipCallHandle Call { get; init; }

    public required long Token { get; init; }

    public required SipEndCause Cause { get; init; }

    public required SipEndedBy EndedBy { get; init; }

    /// <summary>True for a call that came in.</summary>
    public required bool Incoming { get; init; }

    /// <summary>Final status of the INVITE; 0 if there was none.</summary>
    public required int Status { get; init; }

    /// <summary>Its reason phrase as received.</summary>
    public required ReadOnlySpan<byte> Phrase { get; init; }

    /// <summary>Every Reason value received in provisional and final answers, BYE or CANCEL, raw, in order, separated by a comma; at most 1,024 bytes.</summary>
    public required ReadOnlySpan<byte> Reasons { get; init; }

    /// <summary>The cause of the last <c>Reason: Q.850</c>, 0 if none (RFC 3326, RFC 6432).</summary>
    public required int Q850 { get; init; }

    /// <summary>Seconds of Retry-After in the final answer, -1 if none.</summary>
    public required int RetryAfterSeconds { get; init; }

    /// <summary>A 180 or another 101 to 199 with that meaning came.</summary>
    public required bool Ringing { get; init; }

    /// <summary>A session description came before the answer.</summary>
    public required bool EarlyMedia { get; init; }

    /// <summary>Moments in the endpoint's milliseconds, -1 if it did not happen: INVITE, first provisional, ringing, answer, end.</summary>
    public required SipCallMoments Moments { get; init; }

    /// <summary>The message that ended the call, valid during the event: final answer (with Contact for 3xx), BYE or CANCEL; null if none.</summary>
    public required SipMessage? Message { get; init; }
}

/// <summary>When the stages of a call were reached: milliseconds of the endpoint's clock, -1 for a stage not reached.</summary>
public readonly record struct SipCallMoments(long Started, long FirstProvisional, long Ringing, long Answered, long Ended);

/// <summary>A call that comes in. Ring, answer or reject it now or later; <c>100 Trying</c> is sent by the endpoint.</summary>
public readonly ref struct SipIncomingCall
{
    public required SipCallHandle Call { get; init; }

    public required SipPeer From { get; init; }

    /// <summary>The offer; empty if the INVITE has none, then the answer must offer.</summary>
    public required ReadOnlySpan<byte> Sdp { get; init; }

    public required SipMessage Message { get; init; }
}

/// <summary>The far end wants another session in a call (re-INVITE or UPDATE). Answer with <c>TryAnswerOffer</c> or <c>TryRejectOffer</c>.</summary>
public readonly ref struct SipSessionOffer
{
    public required SipCallHandle Call { get; init; }

    public required long Token { get; init; }

    /// <summary>The offer; empty for a re-INVITE without one: then our answer is the offer and the ACK brings the far end's answer.</summary>
    public required ReadOnlySpan<byte> Sdp { get; init; }

    public required SipMessage Message { get; init; }
}

/// <summary>A session description that answers our offer: to our re-INVITE, or in the ACK after an offer that we gave in a 2xx.</summary>
public readonly ref struct SipSessionAnswer
{
    public required SipCallHandle Call { get; init; }

    public required long Token { get; init; }

    /// <summary>2xx: accepted. Otherwise the refusal's status; 408 if no answer came. The session stays as it was then.</summary>
    public required int Status { get; init; }

    public required ReadOnlySpan<byte> Sdp { get; init; }
}

/// <summary>How far a transfer that we asked for has come (RFC 3515).</summary>
public readonly ref struct SipTransferProgress
{
    public required SipCallHandle Call { get; init; }

    public required long Token { get; init; }

    /// <summary>Status of the answer to the REFER (202: taken, more will come), then of the new call as the far end's NOTIFY reports it.</summary>
    public required int Status { get; init; }

    /// <summary>No further progress will come.</summary>
    public required bool Final { get; init; }
}

/// <summary>A REGISTER and where it came from.</summary>
public readonly ref struct SipRegistration
{
    public required SipPeer From { get; init; }

    public required SipMessage Message { get; init; }
}

/// <summary>What the user answers to a request outside of calls.</summary>
/// <param name="Status">200 to 699.</param>
/// <param name="HeaderLines">Further header lines, each ended by CR LF (Contact with expires, WWW-Authenticate); may be null.</param>
public readonly record struct SipDecision(int Status, byte[]? HeaderLines = null);
