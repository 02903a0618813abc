using DialerEngine.Media.Rtp;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Media.Tests.Rtp;

public sealed class RtpPacketTests
{
    private static readonly byte[] Plain = [0x80, 0x88, 0x12, 0x34, 0, 0, 0, 160, 0xDE, 0xAD, 0xBE, 0xEF, 1, 2, 3, 4];

    [Fact]
    public void The_fixed_header_is_read()
    {
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(Plain, out var packet));
        Assert.True(packet.Marker);
        Assert.Equal(8, packet.PayloadType);
        Assert.Equal(0x1234, packet.SequenceNumber);
        Assert.Equal(160u, packet.Timestamp);
        Assert.Equal(0xDEADBEEFu, packet.Ssrc);
        Assert.Equal([1, 2, 3, 4], packet.Payload.ToArray());
    }

    [Fact]
    public void Contributing_sources_extension_and_padding_are_taken_off_the_payload()
    {
        byte[] bytes =
        [
            0xB2, 0x00, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, // V=2 P X CC=2
            0, 0, 0, 10, 0, 0, 0, 11, // two CSRC
            0xBE, 0xDE, 0, 1, 9, 9, 9, 9, // extension of one word
            7, 8, // payload
            0, 2, // padding
        ];
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(bytes, out var packet));
        Assert.Equal(2, packet.ContributingSourceCount);
        Assert.Equal(10u, packet.ContributingSource(0));
        Assert.Equal(11u, packet.ContributingSource(1));
        Assert.True(packet.HasExtension);
        Assert.Equal(0xBEDE, packet.ExtensionProfile);
        Assert.Equal([9, 9, 9, 9], packet.Extension.ToArray());
        Assert.Equal([7, 8], packet.Payload.ToArray());
    }

    public static TheoryData<RtpParseError, byte[]> Broken() => new()
    {
        { RtpParseError.TooShort, Plain[..11] },
        { RtpParseError.TooShort, [] },
        { RtpParseError.Version, [0x40, .. Plain[1..]] },
        { RtpParseError.Version, [0x00, 0x01, .. Plain[2..]] },
        { RtpParseError.ContributingSources, [0x8F, .. Plain[1..]] },
        { RtpParseError.Extension, [0x90, .. Plain[1..12], 0, 0, 0] },
        { RtpParseError.Extension, [0x90, .. Plain[1..12], 0, 0, 0xFF, 0xFF] },
        { RtpParseError.Padding, [0xA0, .. Plain[1..15], 0] },
        { RtpParseError.Padding, [0xA0, .. Plain[1..15], 5] },
        { RtpParseError.Padding, [0xA0, .. Plain[1..15], 255] },
        { RtpParseError.ControlPacket, [0x80, 200, .. Plain[2..]] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_packet_is_named_by_what_is_wrong(RtpParseError error, byte[] bytes)
    {
        Assert.Equal(error, RtpPacket.TryParse(bytes, out _));
    }

    [Fact]
    public void Padding_may_fill_the_whole_payload()
    {
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse([0xA0, .. Plain[1..15], 4], out var packet));
        Assert.Equal(0, packet.Payload.Length);
    }

    [Fact]
    public void Any_bytes_either_parse_inside_their_bounds_or_give_an_error()
    {
        Prop.ForAll<byte[]>(tail =>
        {
            for (var first = 0x80; first < 0xC0; first++)
            {
                byte[] bytes = [(byte)first, 0, .. tail];
                if (RtpPacket.TryParse(bytes, out var packet) == RtpParseError.None)
                {
                    var overhead = RtpPacket.HeaderLength + (packet.ContributingSourceCount * 4) + packet.Extension.Length;
                    Assert.True(overhead + packet.Payload.Length <= bytes.Length);
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        Prop.ForAll<byte, ushort, uint>((type, sequence, timestamp) =>
        {
            Span<byte> bytes = stackalloc byte[RtpPacket.HeaderLength];
            var plainType = (byte)(type & 0x3F);
            RtpPacket.WriteHeader(bytes, plainType, (sequence & 1) != 0, sequence, timestamp, ~timestamp);
            return RtpPacket.TryParse(bytes, out var packet) == RtpParseError.None && packet.PayloadType == plainType
                && packet.Marker == ((sequence & 1) != 0) && packet.SequenceNumber == sequence && packet.Timestamp == timestamp
                && packet.Ssrc == ~timestamp && packet.Payload.IsEmpty;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Parsing_and_writing_allocate_nothing()
    {
        var target = new byte[172];
        Assert.Equal(0, Allocation.Of(1000, () =>
        {
            RtpPacket.WriteHeader(target, 0, false, 1, 2, 3);
            if (RtpPacket.TryParse(target, out var packet) != RtpParseError.None || packet.Payload.Length != 160)
            {
                throw new InvalidOperationException("not read");
            }
        }));
    }
}
