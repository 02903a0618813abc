using System.Buffers.Binary;

namespace DialerEngine.Media.Rtcp;

/// <summary>One report block of an SR or RR (RFC 3550 section 6.4.1).</summary>
/// <param name="Ssrc">The source reported on.</param>
/// <param name="FractionLost">Loss since the last report, in 256ths.</param>
/// <param name="CumulativeLost">Signed 24 bits.</param>
/// <param name="ExtendedHighestSequence">Highest sequence received, with the count of wraps above.</param>
/// <param name="Jitter">In timestamp units.</param>
/// <param name="LastSenderReport">LSR: middle 32 bits of the last SR's NTP time; 0 when none was received.</param>
/// <param name="DelaySinceLastSenderReport">DLSR in 1/65536 s.</param>
public readonly record struct RtcpReportBlock(
    uint Ssrc,
    byte FractionLost,
    int CumulativeLost,
    uint ExtendedHighestSequence,
    uint Jitter,
    uint LastSenderReport,
    uint DelaySinceLastSenderReport)
{
    /// <summary>Octets of a block on the wire.</summary>
    public const int Length = 24;
}

/// <summary>The sender's part of an SR (RFC 3550 section 6.4.1).</summary>
/// <param name="NtpTime">64-bit NTP time: seconds since 1900 above, fraction below.</param>
/// <param name="RtpTimestamp">The same moment on the stream's RTP clock.</param>
/// <param name="PacketCount">Packets sent since the SSRC began.</param>
/// <param name="OctetCount">Payload octets sent since the SSRC began.</param>
public readonly record struct RtcpSenderInfo(ulong NtpTime, uint RtpTimestamp, uint PacketCount, uint OctetCount);

/// <summary>A view of one packet inside a compound; checked lengths, no copy.</summary>
public readonly ref struct RtcpPacket
{
    private readonly ReadOnlySpan<byte> _bytes;

    internal RtcpPacket(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public RtcpType Type => (RtcpType)_bytes[1];

    /// <summary>Report, chunk or source count, 0..31.</summary>
    public int Count => _bytes[0] & 0x1F;

    /// <summary>The sender of an SR or RR, or the first source of an SDES or BYE; 0 when the packet carries none.</summary>
    public uint Ssrc => _bytes.Length >= 8 ? BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]) : 0;

    /// <summary>The packet's bytes behind its four octets of head, without padding.</summary>
    public ReadOnlySpan<byte> Body => _bytes[4..];

    /// <summary>The sender's part; meaningful only for a sender report.</summary>
    public RtcpSenderInfo SenderInfo => new(
        BinaryPrimitives.ReadUInt64BigEndian(_bytes[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(_bytes[16..]),
        BinaryPrimitives.ReadUInt32BigEndian(_bytes[20..]),
        BinaryPrimitives.ReadUInt32BigEndian(_bytes[24..]));

    /// <summary>Report block <paramref name="index"/> of an SR or RR, 0 to <see cref="Count"/> - 1.</summary>
    public RtcpReportBlock ReportBlock(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        var block = _bytes[((Type == RtcpType.SenderReport ? 28 : 8) + (index * RtcpReportBlock.Length))..];
        return new RtcpReportBlock(
            BinaryPrimitives.ReadUInt32BigEndian(block),
            block[4],
            (BinaryPrimitives.ReadInt32BigEndian(block[4..]) << 8) >> 8,
            BinaryPrimitives.ReadUInt32BigEndian(block[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[20..]));
    }

    /// <summary>Finds the canonical name (SDES item 1, RFC 3550 section 6.5.1) of the first chunk; false when there is none.</summary>
    public bool TryGetCanonicalName(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (Type != RtcpType.SourceDescription || Count == 0)
        {
            return false;
        }

        var items = _bytes[8..];
        while (items.Length >= 2 && items[0] != 0)
        {
            var length = items[1];
            if (length > items.Length - 2)
            {
                return false;
            }

            if (items[0] == 1)
            {
                name = items.Slice(2, length);
                return true;
            }

            items = items[(2 + length)..];
        }

        return false;
    }
}
