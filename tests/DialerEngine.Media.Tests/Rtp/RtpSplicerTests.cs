using DialerEngine.Media.Rtp;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Media.Tests.Rtp;

public sealed class RtpSplicerTests
{
    [Fact]
    public void Local_audio_is_numbered_from_the_first_sequence_with_a_marker_at_the_start()
    {
        var splicer = default(RtpSplicer);
        splicer.Start(9, 65535);
        Assert.Equal(new RtpStamp(65535, 1000, true), splicer.Local(1000, 160));
        Assert.Equal(new RtpStamp(0, 1160, false), splicer.Local(1160, 160));
    }

    [Fact]
    public void A_relayed_source_continues_the_numbers_and_keeps_its_losses()
    {
        var splicer = default(RtpSplicer);
        splicer.Start(9, 100);
        splicer.Local(1000, 160);
        Assert.True(splicer.TryRelay(5, 7000, 50_000, false, 1160, 160, out var stamp));
        Assert.Equal(new RtpStamp(101, 1160, true), stamp);
        Assert.True(splicer.TryRelay(5, 7002, 50_320, false, 1480, 160, out stamp));
        Assert.Equal(new RtpStamp(103, 1480, false), stamp);
        Assert.True(splicer.TryRelay(5, 7001, 50_160, false, 1480, 160, out stamp));
        Assert.Equal(new RtpStamp(102, 1320, false), stamp);
        Assert.Equal(new RtpStamp(104, 1640, true), splicer.Local(1640, 160));
    }

    [Fact]
    public void A_straggler_from_before_the_splice_is_not_sent()
    {
        var splicer = default(RtpSplicer);
        splicer.Start(9, 100);
        splicer.TryRelay(5, 7000, 50_000, false, 0, 160, out _);
        Assert.False(splicer.TryRelay(5, 6999, 49_840, false, 160, 160, out _));
        for (ushort i = 1; i < 40_000; i++)
        {
            Assert.True(splicer.TryRelay(5, (ushort)(7000 + i), 50_000 + (i * 160u), false, i * 160u, 160, out _));
        }
    }

    [Fact]
    public void A_new_source_or_a_jump_of_its_clock_begins_a_splice()
    {
        var splicer = default(RtpSplicer);
        splicer.Start(9, 0);
        splicer.TryRelay(5, 10, 0, false, 0, 160, out _);
        Assert.True(splicer.TryRelay(6, 60_000, 0x8000_0000, false, 160, 160, out var stamp));
        Assert.Equal(new RtpStamp(1, 160, true), stamp);
        Assert.True(splicer.TryRelay(6, 60_001, 0x1000_0000, false, 320, 160, out stamp));
        Assert.Equal(new RtpStamp(2, 320, true), stamp);
        Assert.True(splicer.TryRelay(6, 30_001, 0x1000_00A0, false, 480, 160, out stamp));
        Assert.Equal(new RtpStamp(3, 480, true), stamp);
    }

    [Fact]
    public void Whatever_the_sources_do_the_newest_packet_never_goes_back_in_sequence_or_time()
    {
        Prop.ForAll<ushort[]>(moves =>
        {
            var splicer = default(RtpSplicer);
            splicer.Start(9, 65_000);
            uint clock = 0xFFFF_F000;
            ushort highest = 64_999;
            uint newest = 0;
            var first = true;
            foreach (var move in moves)
            {
                clock += 160;
                RtpStamp stamp;
                if (move % 3 == 0)
                {
                    stamp = splicer.Local(clock, 160);
                }
                else if (!splicer.TryRelay((uint)(move % 5), move, move * 977u, false, clock, 160, out stamp))
                {
                    continue;
                }

                if ((short)(stamp.SequenceNumber - highest) > 0)
                {
                    Assert.True(first || stamp.Marker || (int)(stamp.Timestamp - newest) > -RtpSplicer.MaxDriftSamples * 2);
                    Assert.True(first || !stamp.Marker || (int)(stamp.Timestamp - newest) > 0);
                    highest = stamp.SequenceNumber;
                    newest = splicer.LastTimestamp;
                    first = false;
                }
            }
        }).QuickCheckThrowOnFailure();
    }
}
