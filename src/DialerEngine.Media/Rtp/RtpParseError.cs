namespace DialerEngine.Media.Rtp;

/// <summary>What is wrong with a datagram that is not an RTP packet (RFC 3550 sections 5.1, 5.3.1 and appendix A.1).</summary>
public enum RtpParseError : byte
{
    None,

    /// <summary>Fewer than the twelve octets of the fixed header.</summary>
    TooShort,

    /// <summary>The version is not 2.</summary>
    Version,

    /// <summary>The list of contributing sources runs past the end.</summary>
    ContributingSources,

    /// <summary>The header extension runs past the end.</summary>
    Extension,

    /// <summary>The padding count is zero or larger than what follows the header.</summary>
    Padding,

    /// <summary>The second octet is that of an RTCP packet (types 192..223, RFC 5761 section 4).</summary>
    ControlPacket,
}
