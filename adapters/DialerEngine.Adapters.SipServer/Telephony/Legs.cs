using System.Net;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Sip.Calls;

namespace DialerEngine.Adapters.SipServer.Telephony;

/// <summary>A customer's leg. Pooled; used on the SIP thread only.</summary>
internal sealed class CustomerLeg(int index)
{
    public int Index { get; } = index;

    public CallHandle Call;
    public SipCallHandle Sip = SipCallHandle.None;
    public MediaStreamHandle Media;
    public IPEndPoint? Local;
    public int Trunk;
    public ulong SdpSession;
    public ulong SdpVersion;
    public bool RingingTold;
    public bool Answered;
    public bool Held;

    /// <summary>How the call is to be listened to, where it is.</summary>
    public bool Listen;
    public bool ListenOnConnect;
    public CallAnalysisRequest Analysis;
    public CallAudioTicket Ticket = CallAudioTicket.None;

    /// <summary>The phone that the leg is, or is about to be, connected to; null for none.</summary>
    public AgentPhoneLine? Agent;

    /// <summary>The phone of the agent who dialled and hears what comes before the answer; null for none.</summary>
    public AgentPhoneLine? Hearer;

    /// <summary>True once the far end's own audio is put through to <see cref="Hearer"/>.</summary>
    public bool HearsFarEnd;

    /// <summary>True while <see cref="Hearer"/> hears a ringing tone of this engine.</summary>
    public bool HearsTone;

    /// <summary>The destination of a two-step transfer; null for none.</summary>
    public DestinationLeg? Destination;

    /// <summary>True where the call is left as soon as the far end has taken our REFER.</summary>
    public bool IsMuteTransfer;

    public void Clear()
    {
        Destination = null;
        IsMuteTransfer = false;
        Call = CallHandle.None;
        Sip = SipCallHandle.None;
        Media = default;
        Local = null;
        Trunk = 0;
        SdpSession = 0;
        SdpVersion = 1;
        RingingTold = false;
        Answered = false;
        Held = false;
        Listen = false;
        ListenOnConnect = false;
        Analysis = default;
        Ticket = CallAudioTicket.None;
        Agent = null;
        Hearer = null;
        HearsFarEnd = false;
        HearsTone = false;
    }
}

/// <summary>The leg to the destination of a two-step transfer. Pooled; used on the SIP thread only.</summary>
internal sealed class DestinationLeg(int index)
{
    public int Index { get; } = index;

    public SipCallHandle Sip = SipCallHandle.None;
    public MediaStreamHandle Media;
    public IPEndPoint? Local;
    public IPAddress Towards = IPAddress.Loopback;
    public ulong SdpSession;
    public ulong SdpVersion;

    /// <summary>Who is to be, or is, put through; null when they have gone.</summary>
    public CustomerLeg? Customer;

    /// <summary>True when customer and destination are put through.</summary>
    public bool Bridged;

    public void Clear()
    {
        Sip = SipCallHandle.None;
        Media = default;
        Local = null;
        Towards = IPAddress.Loopback;
        SdpSession = 0;
        SdpVersion = 1;
        Customer = null;
        Bridged = false;
    }
}

/// <summary>How far an agent's phone line is.</summary>
internal enum LineState : byte
{
    Down,
    Calling,

    /// <summary>Its call was given up and the far end has not said so yet; the next customer waits for that.</summary>
    Leaving,
    Up,
}

/// <summary>An agent's phone: the call that reaches it, nailed up for the shift or for one customer. Used on the SIP thread only.</summary>
internal sealed class AgentPhoneLine(AgentDefinition agent, int index)
{
    public AgentDefinition Agent { get; } = agent;

    public int Index { get; } = index;

    public LineState State;
    public SipCallHandle Sip = SipCallHandle.None;
    public MediaStreamHandle Media;
    public IPEndPoint? Local;
    public ulong SdpSession;
    public ulong SdpVersion;

    /// <summary>True from login to logout: a line that falls is brought up again.</summary>
    public bool Wanted;

    /// <summary>When to try again, in the endpoint's milliseconds; 0 for never.</summary>
    public long RetryAt;
    public int Failures;

    /// <summary>The customer who is on the line or for whom the phone rings; null for none.</summary>
    public CustomerLeg? Customer;

    /// <summary>The engaging call that this line carries or is being called for, until a customer joins; none otherwise.</summary>
    public Engagement Engagement;

    /// <summary>The customer's leg that is heard on the line before its answer; null for none.</summary>
    public CustomerLeg? Heard;

    /// <summary>True when customer and agent are put through, on hold or not.</summary>
    public bool Bridged;

    /// <summary>True when it was told that the phone rings for the customer.</summary>
    public bool RingingTold;
}
