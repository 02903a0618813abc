using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Calls;

/// <summary>
/// Takes the events of an endpoint, on the endpoint's thread, and may call the endpoint from within. What an event refers to is valid during
/// the event only. Events that a user does not care for have an answer of their own here.
/// </summary>
public abstract class SipCallObserver
{
    /// <summary>101 to 199 for a call that we placed.</summary>
    public virtual void OnProgress(in SipCallProgress progress) { }

    /// <summary>A call that we placed was answered.</summary>
    public virtual void OnAnswered(in SipCallAnswered answered) { }

    /// <summary>A call ended; exactly once for each.</summary>
    public virtual void OnEnded(in SipCallEnded ended) { }

    /// <summary>A call comes in. False: it is refused with 480.</summary>
    public virtual bool OnIncoming(in SipIncomingCall incoming) => false;

    /// <summary>The ACK of our answer came. Its body, if any, answers an offer in our 2xx.</summary>
    public virtual void OnConfirmed(SipCallHandle call, ReadOnlySpan<byte> sdp) { }

    /// <summary>The far end offers another session. False: it is refused with 488.</summary>
    public virtual bool OnOffer(in SipSessionOffer offer) => false;

    /// <summary>The far end answered our offer inside a call.</summary>
    public virtual void OnSessionAnswer(in SipSessionAnswer answer) { }

    /// <summary>Our transfer moves on.</summary>
    public virtual void OnTransferProgress(in SipTransferProgress progress) { }

    /// <summary>The far end asks us to call someone else. True: 202, and the user must act; false: 603.</summary>
    public virtual bool OnReferAsked(SipCallHandle call, ReadOnlySpan<byte> referTo, SipMessage message) => false;

    /// <summary>INFO inside a call (DTMF and others). It has been answered with 200.</summary>
    public virtual void OnInfo(SipCallHandle call, SipMessage message) { }

    /// <summary>REGISTER. The default is 405.</summary>
    public virtual SipDecision OnRegister(in SipRegistration registration) => new(405);

    /// <summary>A 2xx for a call that is long over was acknowledged and ended with BYE.</summary>
    public virtual void OnUnwantedAnswer(SipMessage response) { }

    /// <summary>The answer to an OPTIONS that we sent: its status, 408 if none came.</summary>
    public virtual void OnProbeAnswered(long token, int status) { }
}
