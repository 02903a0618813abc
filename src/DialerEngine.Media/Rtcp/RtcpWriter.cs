using System.Buffers.Binary;

namespace DialerEngine.Media.Rtcp;

/// <summary>
/// Writes a compound RTCP packet into the caller's bytes: report first, then SDES with the canonical name, then BYE
/// (RFC 3550 section 6.1). When the room ends nothing more is written and <see cref="Overflowed"/> is set; nothing throws.
/// </summary>
/// <param name="target">A datagram's worth of bytes.</param>
public ref struct RtcpWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;

    /// <summary>Octets written so far.</summary>
    public int Length { get; private set; }

    /// <summary>True when a packet did not fit; that packet was left out.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>A sender report with at most 31 blocks (more are an error of the caller).</summary>
    public void SenderReport(uint ssrc, scoped in RtcpSenderInfo info, scoped ReadOnlySpan<RtcpReportBlock> blocks)
    {
        if (!TryBegin(RtcpType.SenderReport, blocks.Length, 28 + (blocks.Length * RtcpReportBlock.Length), out var packet))
        {
            return;
        }

        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(packet[8..], info.NtpTime);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], info.RtpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet[20..], info.PacketCount);
        BinaryPrimitives.WriteUInt32BigEndian(packet[24..], info.OctetCount);
        WriteBlocks(packet[28..], blocks);
    }

    /// <summary>A receiver report with at most 31 blocks; none at all is valid.</summary>
    public void ReceiverReport(uint ssrc, scoped ReadOnlySpan<RtcpReportBlock> blocks)
    {
        if (!TryBegin(RtcpType.ReceiverReport, blocks.Length, 8 + (blocks.Length * RtcpReportBlock.Length), out var packet))
        {
            return;
        }

        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], ssrc);
        WriteBlocks(packet[8..], blocks);
    }

    /// <summary>A source description with the canonical name only, cut at 255 octets (RFC 3550 section 6.5.1).</summary>
    public void SourceDescription(uint ssrc, scoped ReadOnlySpan<byte> canonicalName)
    {
        var name = canonicalName[..Math.Min(255, canonicalName.Length)];

        // At least one null octet ends the chunk, and it fills up to a multiple of four.
        var length = 8 + ((2 + name.Length + 4) & ~3);
        if (!TryBegin(RtcpType.SourceDescription, 1, length, out var packet))
        {
            return;
        }

        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], ssrc);
        packet[8] = 1;
        packet[9] = (byte)name.Length;
        name.CopyTo(packet[10..]);
        packet[(10 + name.Length)..].Clear();
    }

    /// <summary>A BYE for one source, without reason text (RFC 3550 section 6.6).</summary>
    public void Bye(uint ssrc)
    {
        if (TryBegin(RtcpType.Bye, 1, 8, out var packet))
        {
            BinaryPrimitives.WriteUInt32BigEndian(packet[4..], ssrc);
        }
    }

    private bool TryBegin(RtcpType type, int count, int length, out Span<byte> packet)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 31);
        packet = default;
        if (Overflowed || length > _target.Length - Length)
        {
            Overflowed = true;
            return false;
        }

        packet = _target.Slice(Length, length);
        packet[0] = (byte)(0x80 | count);
        packet[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)((length / 4) - 1));
        Length += length;
        return true;
    }

    private static void WriteBlocks(Span<byte> target, scoped ReadOnlySpan<RtcpReportBlock> blocks)
    {
        foreach (ref readonly var block in blocks)
        {
            BinaryPrimitives.WriteUInt32BigEndian(target, block.Ssrc);
            BinaryPrimitives.WriteInt32BigEndian(target[4..], block.CumulativeLost & 0xFFFFFF);
            target[4] = block.FractionLost;
            BinaryPrimitives.WriteUInt32BigEndian(target[8..], block.ExtendedHighestSequence);
            BinaryPrimitives.WriteUInt32BigEndian(target[12..], block.Jitter);
            BinaryPrimitives.WriteUInt32BigEndian(target[16..], block.LastSenderReport);
            BinaryPrimitives.WriteUInt32BigEndian(target[20..], block.DelaySinceLastSenderReport);
            target = target[RtcpReportBlock.Length..];
        }
    }
}
