namespace DialerEngine.Media.G711;

/// <summary>The two companding laws of ITU-T G.711. The value is the static RTP payload type of RFC 3551 table 4.</summary>
public enum G711Law : byte
{
    /// <summary>PCMU, payload type 0; North America and Japan.</summary>
    MuLaw = 0,

    /// <summary>PCMA, payload type 8; the rest of the world.</summary>
    ALaw = 8,
}
