using System.Buffers.Binary;

namespace DialerEngine.Media.Rtp;

/// <summary>
/// A view of one RTP packet (RFC 3550 section 5.1) over the caller's bytes; it copies and allocates nothing.
/// </summary>
public readonly ref struct RtpPacket
{
    /// <summary>Octets of the fixed header.</summary>
    public const int HeaderLength = 12;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _payloadStart;
    private readonly int _payloadLength;
    private readonly int _extensionStart;
    private readonly int _extensionLength;

    private RtpPacket(ReadOnlySpan<byte> bytes, int payloadStart, int payloadLength, int extensionStart, int extensionLength)
    {
        _bytes = bytes;
        _payloadStart = payloadStart;
        _payloadLength = payloadLength;
        _extensionStart = extensionStart;
        _extensionLength = extensionLength;
    }

    /// <summary>For audio: set on the first packet of a talkspurt (RFC 3551 section 4.1).</summary>
    public bool Marker => (_bytes[1] & 0x80) != 0;

    /// <summary>0..127.</summary>
    public byte PayloadType => (byte)(_bytes[1] & 0x7F);

    public ushort SequenceNumber => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>In units of the payload's clock, 8,000 a second for G.711.</summary>
    public uint Timestamp => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>The synchronisation source.</summary>
    public uint Ssrc => BinaryPrimitives.ReadUInt32BigEndian(_bytes[8..]);

    /// <summary>Number of contributing sources, 0..15.</summary>
    public int ContributingSourceCount => _bytes[0] & 0xF;

    public bool HasExtension => (_bytes[0] & 0x10) != 0;

    /// <summary>The profile's word of the header extension; meaningful only with <see cref="HasExtension"/>.</summary>
    public ushort ExtensionProfile => HasExtension ? BinaryPrimitives.ReadUInt16BigEndian(_bytes[(_extensionStart - 4)..]) : (ushort)0;

    /// <summary>The extension's data without its four octets of head; empty without extension.</summary>
    public ReadOnlySpan<byte> Extension => _bytes.Slice(_extensionStart, _extensionLength);

    /// <summary>The payload without padding; may be empty.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.Slice(_payloadStart, _payloadLength);

    /// <summary>Contributing source <paramref name="index"/>, 0 to <see cref="ContributingSourceCount"/> - 1.</summary>
    public uint ContributingSource(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)ContributingSourceCount);
        return BinaryPrimitives.ReadUInt32BigEndian(_bytes[(HeaderLength + (index * 4))..]);
    }

    /// <summary>Checks all lengths and gives the view; never throws, whatever the bytes.</summary>
    public static RtpParseError TryParse(ReadOnlySpan<byte> datagram, out RtpPacket packet)
    {
        packet = default;
        if (datagram.Length < HeaderLength)
        {
            return RtpParseError.TooShort;
        }

        if ((datagram[0] & 0xC0) != 0x80)
        {
            return RtpParseError.Version;
        }

        if (datagram[1] is >= 192 and <= 223)
        {
            return RtpParseError.ControlPacket;
        }

        var end = datagram.Length;
        if ((datagram[0] & 0x20) != 0)
        {
            var padding = datagram[^1];
            if (padding == 0 || padding > end - HeaderLength)
            {
                return RtpParseError.Padding;
            }

            end -= padding;
        }

        return TryLayOut(datagram, end, out packet);
    }

    private static RtpParseError TryLayOut(ReadOnlySpan<byte> datagram, int end, out RtpPacket packet)
    {
        packet = default;
        var position = HeaderLength + ((datagram[0] & 0xF) * 4);
        if (position > end)
        {
            return (datagram[0] & 0x20) != 0 && position <= datagram.Length ? RtpParseError.Padding : RtpParseError.ContributingSources;
        }

        var extensionStart = position;
        var extensionLength = 0;
        if ((datagram[0] & 0x10) != 0)
        {
            if (position + 4 > end)
            {
                return RtpParseError.Extension;
            }

            extensionLength = BinaryPrimitives.ReadUInt16BigEndian(datagram[(position + 2)..]) * 4;
            extensionStart = position + 4;
            position = extensionStart + extensionLength;
            if (position > end)
            {
                return RtpParseError.Extension;
            }
        }

        packet = new RtpPacket(datagram, position, end - position, extensionStart, extensionLength);
        return RtpParseError.None;
    }

    /// <summary>
    /// Writes the fixed header (no contributing sources, extension or padding). <paramref name="target"/> must hold
    /// <see cref="HeaderLength"/> octets; the payload follows right behind it.
    /// </summary>
    public static void WriteHeader(Span<byte> target, byte payloadType, bool marker, ushort sequenceNumber, uint timestamp, uint ssrc)
    {
        target = target[..HeaderLength];
        target[0] = 0x80;
        target[1] = (byte)((payloadType & 0x7F) | (marker ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], sequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], ssrc);
    }
}
