using System.Buffers.Binary;

namespace DialerEngine.Media.Rtcp;

/// <summary>
/// Walks a compound RTCP packet. The whole compound is checked first (RFC 3550 appendix A.2), so that a bad one has no effect at all.
/// </summary>
public ref struct RtcpReader
{
    private ReadOnlySpan<byte> _rest;

    private RtcpReader(ReadOnlySpan<byte> compound) => _rest = compound;

    /// <summary>Checks the compound and gives a reader before its first packet; never throws, whatever the bytes.</summary>
    public static RtcpParseError TryOpen(ReadOnlySpan<byte> datagram, out RtcpReader reader)
    {
        reader = default;
        if (datagram.Length < 8 || (datagram.Length & 3) != 0)
        {
            return RtcpParseError.TooShort;
        }

        if (datagram[1] is not ((byte)RtcpType.SenderReport or (byte)RtcpType.ReceiverReport))
        {
            return RtcpParseError.FirstPacket;
        }

        var rest = datagram;
        while (rest.Length > 0)
        {
            var error = CheckPacket(rest, out var length);
            if (error != RtcpParseError.None)
            {
                return error;
            }

            rest = rest[length..];
        }

        reader = new RtcpReader(datagram);
        return RtcpParseError.None;
    }

    /// <summary>The next packet; false at the end. Packets of unknown type are handed out too: skip them.</summary>
    public bool TryRead(out RtcpPacket packet)
    {
        if (_rest.IsEmpty)
        {
            packet = default;
            return false;
        }

        var length = (BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]) + 1) * 4;
        var padding = (_rest[0] & 0x20) != 0 ? _rest[length - 1] : 0;
        packet = new RtcpPacket(_rest[..(length - padding)]);
        _rest = _rest[length..];
        return true;
    }

    private static RtcpParseError CheckPacket(ReadOnlySpan<byte> rest, out int length)
    {
        length = 0;
        if (rest.Length < 4)
        {
            return RtcpParseError.Length;
        }

        if ((rest[0] & 0xC0) != 0x80)
        {
            return RtcpParseError.Version;
        }

        length = (BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) + 1) * 4;
        if (length > rest.Length)
        {
            return RtcpParseError.Length;
        }

        var padding = 0;
        if ((rest[0] & 0x20) != 0)
        {
            padding = rest[length - 1];
            if (length != rest.Length || padding == 0 || (padding & 3) != 0 || padding > length - 4)
            {
                return RtcpParseError.Padding;
            }
        }

        var count = rest[0] & 0x1F;
        var needed = (RtcpType)rest[1] switch
        {
            RtcpType.SenderReport => 28 + (count * RtcpReportBlock.Length),
            RtcpType.ReceiverReport => 8 + (count * RtcpReportBlock.Length),
            RtcpType.Bye => 4 + (count * 4),
            RtcpType.SourceDescription => count == 0 ? 4 : 8,
            _ => 4,
        };
        return needed > length - padding ? RtcpParseError.Length : RtcpParseError.None;
    }
}
