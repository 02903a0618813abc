using DialerEngine.Media.Rtp;

namespace DialerEngine.Media.Tests.Rtp;

/// <summary>RFC 3550 appendices A.1, A.3 and A.8.</summary>
public sealed class RtpReceptionTests
{
    private static RtpReception Validated(ushort first, uint timestamp = 0)
    {
        var reception = default(RtpReception);
        reception.Reset(7);
        Assert.Equal(RtpAcceptance.Probation, reception.Update(first, timestamp, 0));
        Assert.Equal(RtpAcceptance.Accepted, reception.Update((ushort)(first + 1), timestamp + 160, 160));
        return reception;
    }

    [Fact]
    public void A_source_counts_after_two_packets_in_order()
    {
        var reception = Validated(100);
        Assert.True(reception.IsValid);
        Assert.Equal(1u, reception.Received);
        Assert.Equal(1u, reception.Expected);
        Assert.Equal(0, reception.CumulativeLost);
    }

    [Fact]
    public void A_gap_during_probation_begins_it_again()
    {
        var reception = default(RtpReception);
        Assert.Equal(RtpAcceptance.Probation, reception.Update(1, 0, 0));
        Assert.Equal(RtpAcceptance.Probation, reception.Update(9, 0, 0));
        Assert.Equal(RtpAcceptance.Accepted, reception.Update(10, 0, 0));
    }

    [Fact]
    public void Wraps_are_counted_in_the_extended_sequence()
    {
        var reception = Validated(65533);
        for (var i = 65535; i < 65535 + 10; i++)
        {
            reception.Update((ushort)i, 0, 0);
        }

        Assert.Equal((1u << 16) + 8, reception.ExtendedHighestSequence);
        Assert.Equal(11u, reception.Expected);
        Assert.Equal(0, reception.CumulativeLost);
    }

    [Fact]
    public void Loss_is_expected_minus_received_and_the_fraction_is_of_the_interval()
    {
        var reception = Validated(0);
        for (ushort sequence = 2; sequence <= 100; sequence++)
        {
            if (sequence % 4 != 0)
            {
                reception.Update(sequence, 0, 0);
            }
        }

        reception.Update(101, 0, 0);
        Assert.Equal(25, reception.CumulativeLost);
        Assert.Equal(25 * 256 / 101, reception.TakeFractionLost());
        reception.Update(102, 0, 0);
        Assert.Equal(0, reception.TakeFractionLost());
        Assert.Equal(25, reception.CumulativeLost);
    }

    [Fact]
    public void Duplicates_make_the_loss_negative_but_never_the_fraction()
    {
        var reception = Validated(0);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(RtpAcceptance.Accepted, reception.Update(1, 0, 0));
        }

        Assert.Equal(-5, reception.CumulativeLost);
        Assert.Equal(0, reception.TakeFractionLost());
    }

    [Fact]
    public void A_jump_must_be_confirmed_by_the_packet_after_it()
    {
        var reception = Validated(0);
        Assert.Equal(RtpAcceptance.Jumped, reception.Update(30000, 0, 0));
        Assert.Equal(RtpAcceptance.Accepted, reception.Update(2, 0, 0));
        Assert.Equal(RtpAcceptance.Jumped, reception.Update(30005, 0, 0));
        Assert.Equal(RtpAcceptance.Restarted, reception.Update(30006, 0, 0));
        Assert.Equal(1u, reception.Expected);
        Assert.Equal(30006u, reception.ExtendedHighestSequence);
    }

    [Theory]
    [InlineData(RtpReception.MaxDropout - 1, RtpAcceptance.Accepted)]
    [InlineData(RtpReception.MaxDropout, RtpAcceptance.Jumped)]
    [InlineData(-RtpReception.MaxMisorder + 1, RtpAcceptance.Accepted)]
    [InlineData(-RtpReception.MaxMisorder, RtpAcceptance.Jumped)]
    public void The_bounds_of_loss_and_reordering_are_the_RFCs(int step, RtpAcceptance expected)
    {
        // The RFC takes a step back of exactly MAX_MISORDER as a jump: delta <= RTP_SEQ_MOD - MAX_MISORDER.
        var reception = Validated(20000);
        Assert.Equal(expected, reception.Update((ushort)(20001 + step), 0, 0));
    }

    [Fact]
    public void Jitter_follows_the_integer_recurrence_of_the_RFC()
    {
        var reception = Validated(0);
        var random = new SeededMediaRandom(5);
        uint expected = 0;
        var previous = 0;
        for (ushort i = 2; i < 500; i++)
        {
            var lateness = (int)(random.NextUInt32() % 200);
            reception.Update(i, i * 160u, (uint)((i * 160) + lateness));
            var difference = (uint)Math.Abs(lateness - previous);
            expected += difference - ((expected + 8) >> 4);
            previous = lateness;
        }

        Assert.Equal(expected >> 4, reception.Jitter);
        Assert.InRange(reception.Jitter, 40u, 100u);
    }

    [Fact]
    public void A_hostile_timestamp_does_not_overflow_the_jitter()
    {
        var reception = Validated(0);
        for (ushort i = 2; i < 200; i++)
        {
            reception.Update(i, (i & 1) == 0 ? 0 : 0x8000_0000, 0);
        }

        Assert.InRange(reception.Jitter, 1u, 1u << 24);
    }
}
