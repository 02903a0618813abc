using DialerEngine.Media.Rtcp;
using DialerEngine.Media.Rtp;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Media.Tests.Rtcp;

public sealed class RtcpTests
{
    private static readonly RtcpReportBlock Block = new(0x01020304, 64, -3, 0x00010005, 17, 0xAABBCCDD, 0x8000);

    private static byte[] Compound(bool bye = true)
    {
        var bytes = new byte[256];
        var writer = new RtcpWriter(bytes);
        writer.SenderReport(42, new RtcpSenderInfo(0x1122334455667788, 99, 5, 800), [Block]);
        writer.SourceDescription(42, "dialer@host"u8);
        if (bye)
        {
            writer.Bye(42);
        }

        Assert.False(writer.Overflowed);
        return bytes[..writer.Length];
    }

    [Fact]
    public void A_compound_is_read_back_as_written()
    {
        Assert.Equal(RtcpParseError.None, RtcpReader.TryOpen(Compound(), out var reader));
        Assert.True(reader.TryRead(out var packet));
        Assert.Equal(RtcpType.SenderReport, packet.Type);
        Assert.Equal(42u, packet.Ssrc);
        Assert.Equal(new RtcpSenderInfo(0x1122334455667788, 99, 5, 800), packet.SenderInfo);
        Assert.Equal(Block, packet.ReportBlock(0));
        Assert.True(reader.TryRead(out packet));
        Assert.True(packet.TryGetCanonicalName(out var name));
        Assert.Equal("dialer@host"u8.ToArray(), name.ToArray());
        Assert.True(reader.TryRead(out packet));
        Assert.Equal(RtcpType.Bye, packet.Type);
        Assert.Equal(42u, packet.Ssrc);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void The_wire_form_of_a_receiver_report_is_the_RFCs()
    {
        var bytes = new byte[64];
        var writer = new RtcpWriter(bytes);
        writer.ReceiverReport(0x0A0B0C0D, [Block]);
        Assert.Equal(
            "81C90007" + "0A0B0C0D" + "01020304" + "40FFFFFD" + "00010005" + "00000011" + "AABBCCDD" + "00008000",
            Convert.ToHexString(bytes.AsSpan(0, writer.Length)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(255)]
    [InlineData(300)]
    public void Names_of_any_length_end_with_a_null_on_a_word_border(int length)
    {
        var bytes = new byte[600];
        var writer = new RtcpWriter(bytes);
        writer.ReceiverReport(1, []);
        writer.SourceDescription(1, new byte[length].Select(_ => (byte)'x').ToArray());
        Assert.Equal(0, writer.Length % 4);
        Assert.Equal(0, bytes[writer.Length - 1]);
        Assert.Equal(RtcpParseError.None, RtcpReader.TryOpen(bytes.AsSpan(0, writer.Length), out var reader));
        reader.TryRead(out _);
        reader.TryRead(out var packet);
        Assert.True(packet.TryGetCanonicalName(out var name));
        Assert.Equal(Math.Min(255, length), name.Length);
    }

    [Fact]
    public void A_packet_that_does_not_fit_is_left_out_and_told()
    {
        var writer = new RtcpWriter(new byte[40]);
        writer.SenderReport(1, default, []);
        writer.SourceDescription(1, "a-rather-long-name"u8);
        Assert.True(writer.Overflowed);
        Assert.Equal(28, writer.Length);
    }

    public static TheoryData<RtcpParseError, byte[]> Broken()
    {
        var good = Compound();
        byte[] wrongVersion = [.. good];
        wrongVersion[52] = 0x41;
        byte[] padded = [.. good];
        padded[0] |= 0x20;
        byte[] tooManyBlocks = [.. good];
        tooManyBlocks[0] = 0x9F;
        return new()
        {
            { RtcpParseError.TooShort, good[..4] },
            { RtcpParseError.TooShort, good[..51] },
            { RtcpParseError.Length, good[..48] },
            { RtcpParseError.FirstPacket, good[52..] },
            { RtcpParseError.Version, wrongVersion },
            { RtcpParseError.Padding, padded },
            { RtcpParseError.Length, tooManyBlocks },
        };
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_compound_is_refused_whole(RtcpParseError error, byte[] bytes)
    {
        Assert.Equal(error, RtcpReader.TryOpen(bytes, out var reader));
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void Any_damage_to_a_compound_is_survived()
    {
        Prop.ForAll<byte, byte, byte>((at, value, cut) =>
        {
            var bytes = Compound();
            bytes[at % bytes.Length] = value;
            bytes = bytes[..(bytes.Length - (cut % bytes.Length))];
            if (RtcpReader.TryOpen(bytes, out var reader) == RtcpParseError.None)
            {
                while (reader.TryRead(out var packet))
                {
                    _ = packet.Ssrc;
                    _ = packet.TryGetCanonicalName(out _);
                    for (var i = 0; packet.Type is RtcpType.SenderReport or RtcpType.ReceiverReport && i < packet.Count; i++)
                    {
                        _ = packet.ReportBlock(i);
                    }
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Two_sessions_learn_loss_and_round_trip_from_each_other()
    {
        var random = new SeededMediaRandom(3);
        var a = default(RtcpSession);
        var b = default(RtcpSession);
        a.Start(random, 1, 0);
        b.Start(random, 2, 0);
        var heardByB = default(RtpReception);
        heardByB.Reset(1);
        for (ushort i = 0; i < 101; i++)
        {
            if (i % 10 != 5)
            {
                heardByB.Update(i, i * 160u, i * 160u);
            }
        }

        // a reports at 1000 ms; it takes 30 ms; b answers after 500 ms; that takes 40 ms.
        var wall = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var bytes = new byte[512];
        var none = default(RtpReception);
        var length = a.Write(bytes, new RtcpSenderInfo(NtpTime.From(wall), 0, 101, 16160), ref none, "a"u8, bye: false, 1000);
        Assert.Equal(RtcpParseError.None, b.Receive(bytes.AsSpan(0, length), 0, 1030));
        length = b.Write(bytes, default, ref heardByB, "b"u8, bye: true, 1530);
        Assert.Equal(RtcpParseError.None, a.Receive(bytes.AsSpan(0, length), NtpTime.From(wall.AddMilliseconds(570)), 1570));
        Assert.InRange(a.Remote.RoundTripMilliseconds, 69, 71);
        Assert.Equal(10, a.Remote.CumulativeLost);
        Assert.Equal(10 * 256 / 100, a.Remote.FractionLost);
        Assert.True(a.ByeReceived);
    }

    [Fact]
    public void Intervals_are_spread_between_half_and_one_and_a_half_of_the_compensated_five_seconds()
    {
        var random = new SeededMediaRandom(1);
        var drawn = Enumerable.Range(0, 10_000).Select(_ => RtcpInterval.NextMilliseconds(random, false, 100, 80_000)).ToArray();
        Assert.InRange(drawn.Min(), 2052, 2100);
        Assert.InRange(drawn.Max(), 6100, 6157);
        Assert.InRange(drawn.Average(), 4050, 4160);
        Assert.InRange(RtcpInterval.NextMilliseconds(random, true, 100, 80_000), 1026, 3079);
    }

    [Fact]
    public void Ntp_time_is_seconds_since_1900_with_the_fraction_below()
    {
        Assert.Equal(2_208_988_800UL << 32, NtpTime.From(DateTimeOffset.UnixEpoch));
        Assert.Equal((2_208_988_801UL << 32) | 0x80000000, NtpTime.From(DateTimeOffset.UnixEpoch.AddMilliseconds(1500)));
        Assert.Equal(0x12345678u, NtpTime.Middle(0xFFFF1234_5678FFFF));
        Assert.Equal(0x18000u, NtpTime.ShortFromMilliseconds(1500));
    }

    [Fact]
    public void Reports_allocate_nothing()
    {
        var random = new SeededMediaRandom(3);
        var session = default(RtcpSession);
        session.Start(random, 1, 0);
        var reception = default(RtpReception);
        reception.Update(1, 0, 0);
        reception.Update(2, 0, 0);
        var bytes = new byte[256];
        var name = "cname"u8.ToArray();
        Assert.Equal(0, Allocation.Of(1000, () =>
        {
            var length = session.Write(bytes, new RtcpSenderInfo(1, 2, 3, 4), ref reception, name, false, 5);
            session.Receive(bytes.AsSpan(0, length), 6, 7);
        }));
    }
}
