using System.Net;
using DialerEngine.Media.G711;
using DialerEngine.Sip.Sdp;

namespace DialerEngine.Adapters.SipServer.Media;

/// <summary>What the far end's session description says of its side of a stream.</summary>
public sealed record MediaRemote
{
    /// <summary>Where RTP goes to. Port 0 or an address of "any" sends nothing (hold by c=0.0.0.0, a rejected stream).</summary>
    public required IPEndPoint Rtp { get; init; }

    /// <summary>Where RTCP goes to; the RTP port plus one when not given (RFC 3550 section 11).</summary>
    public IPEndPoint? Rtcp { get; init; }

    /// <summary>Law to send; both are always understood when received.</summary>
    public G711Law Law { get; init; } = G711Law.MuLaw;

    /// <summary>Payload type to send <see cref="Law"/> with, 0..127; -1 for the law's static one.</summary>
    public int SendType { get; init; } = -1;

    /// <summary>A dynamic payload type that brings u-law, 96..127; -1 for none. The static types are always understood.</summary>
    public int ReceiveMuLawType { get; init; } = -1;

    /// <summary>A dynamic payload type that brings A-law, 96..127; -1 for none.</summary>
    public int ReceiveALawType { get; init; } = -1;

    /// <summary>Payload type to send telephone events with, 96..127; -1 when the far end does not take them.</summary>
    public int TelephoneEventType { get; init; } = -1;

    /// <summary>Payload type that brings telephone events; -1 for the same as <see cref="TelephoneEventType"/>.</summary>
    public int ReceiveTelephoneEventType { get; init; } = -1;

    /// <summary>True when the far end takes comfort noise (payload type 13); else it is not relayed to it.</summary>
    public bool ComfortNoise { get; init; }

    /// <summary>False where the session says that the far end sends nothing (it listens only, or is held): its silence is then no fault.</summary>
    public bool Sends { get; init; } = true;

    /// <summary>
    /// Whether sending follows the port that packets of the signalled host come from (symmetric RTP behind a NAT that keeps the address).
    /// Other hosts are never followed.
    /// </summary>
    public bool Symmetric { get; init; } = true;

    /// <summary>
    /// Takes what a negotiation came to. A far end that does not want to hear us, or whose address is a name, is sent nothing.
    /// </summary>
    public static MediaRemote From(in SdpStream stream, bool symmetric = true)
    {
        var isHeard = (stream.Direction & SdpDirection.SendOnly) != 0;
        var address = isHeard ? stream.RemoteAddress.ToIPAddress() : null;
        return new MediaRemote
        {
            Rtp = address is null ? new IPEndPoint(IPAddress.Any, 0) : new IPEndPoint(address, stream.RemotePort),
            Rtcp = address is not null && stream.RemoteRtcpPort is > 0 and <= 65535 ? new IPEndPoint(address, stream.RemoteRtcpPort) : null,
            Law = stream.Codec == SdpCodec.Pcma ? G711Law.ALaw : G711Law.MuLaw,
            SendType = stream.SendPayloadType,
            ReceiveMuLawType = stream.ReceivePcmu,
            ReceiveALawType = stream.ReceivePcma,
            TelephoneEventType = stream.SendTelephoneEvent,
            ReceiveTelephoneEventType = stream.ReceiveTelephoneEvent,
            Sends = (stream.Direction & SdpDirection.RecvOnly) != 0,
            Symmetric = symmetric,
        };
    }
}
