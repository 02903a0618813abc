namespace DialerEngine.Media.Rtcp;

/// <summary>What is wrong with a compound RTCP packet (RFC 3550 sections 6.1, 6.4 and appendix A.2).</summary>
public enum RtcpParseError : byte
{
    None,

    /// <summary>Fewer octets than a header, or a length that is not a multiple of four.</summary>
    TooShort,

    /// <summary>A version other than 2.</summary>
    Version,

    /// <summary>A packet's length field runs past the datagram, or its counts past the packet.</summary>
    Length,

    /// <summary>Padding on a packet that is not the last, or a count of zero or past the packet.</summary>
    Padding,

    /// <summary>The first packet is neither SR nor RR.</summary>
    FirstPacket,
}

/// <summary>RTCP packet types (RFC 3550 section 12.1).</summary>
public enum RtcpType : byte
{
    SenderReport = 200,
    ReceiverReport = 201,
    SourceDescription = 202,
    Bye = 203,
    Application = 204,
}
