using DialerEngine.Media.Dtmf;

namespace DialerEngine.Media.Tests.Dtmf;

public sealed class TelephoneEventTests
{
    private static List<(int Frame, TelephoneEventPacket Packet)> Send(string keys, int frames)
    {
        var sender = default(TelephoneEventSender);
        foreach (var key in keys)
        {
            Assert.True(sender.TryEnqueue(key));
        }

        var sent = new List<(int, TelephoneEventPacket)>();
        for (var i = 0; i < frames; i++)
        {
            if (sender.TryStep((uint)(i * 160), 160, out var packet))
            {
                sent.Add((i, packet));
            }
        }

        Assert.False(sender.IsBusy);
        return sent;
    }

    [Fact]
    public void A_key_is_sent_with_one_timestamp_a_growing_duration_and_its_end_three_times()
    {
        var sent = Send("5", 20).Select(s => s.Packet).ToArray();
        Assert.Equal([160, 320, 480, 640, 800, 800, 800], sent.Select(s => (int)s.Payload.Duration));
        Assert.Equal([false, false, false, false, true, true, true], sent.Select(s => s.Payload.End));
        Assert.Equal([true, false, false, false, false, false, false], sent.Select(s => s.Marker));
        Assert.All(sent, s => Assert.Equal(0u, s.Timestamp));
        Assert.All(sent, s => Assert.Equal(5, s.Payload.Event));
    }

    [Fact]
    public void Keys_follow_each_other_with_a_pause()
    {
        var sent = Send("1#", 40);
        var second = sent.First(s => s.Packet.Payload.Event == 11).Frame;
        var firstEnd = sent.Last(s => s.Packet.Payload.Event == 1).Frame;
        Assert.Equal(3, second - firstEnd - 1);
    }

    [Fact]
    public void All_sixteen_keys_arrive_in_order_and_the_queue_is_bounded()
    {
        const string keys = "0123456789*#ABCDdcba9876543210*#";
        Assert.Equal(TelephoneEventSender.Capacity, keys.Length);
        var heard = Receive(Send(keys, 400).Select(s => s.Packet));
        Assert.Equal(keys.ToUpperInvariant(), heard);

        var sender = default(TelephoneEventSender);
        Assert.All(keys, key => Assert.True(sender.TryEnqueue(key)));
        Assert.False(sender.TryEnqueue('1'));
        Assert.False(default(TelephoneEventSender).TryEnqueue('x'));
    }

    // RFC 4733 section 2.5: any packet of the event is enough to know it; repeated ends count once.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void One_packet_of_seven_is_enough_to_hear_a_key_once(int survivor)
    {
        var sent = Send("78", 60).Select(s => s.Packet).ToArray();
        Assert.Equal("78", Receive([sent[survivor], .. sent[7..]]));
    }

    [Fact]
    public void Doubled_and_reordered_packets_make_no_second_key()
    {
        var sent = Send("42", 60).Select(s => s.Packet).ToArray();
        Assert.Equal("42", Receive([sent[1], sent[0], sent[0], .. sent[2..9], sent[6], sent[3], .. sent[8..]]));
    }

    [Fact]
    public void A_lost_end_is_closed_by_time()
    {
        var receiver = default(TelephoneEventReceiver);
        Assert.Equal(TelephoneEventStep.Started, receiver.Receive(new TelephoneEvent(3, false, 10, 160), 1000, 0));
        Assert.False(receiver.Expire(59, 60));
        Assert.True(receiver.Expire(60, 60));
        Assert.False(receiver.Expire(200, 60));
        Assert.Equal(TelephoneEventStep.None, receiver.Receive(new TelephoneEvent(3, true, 10, 800), 1000, 250));
    }

    [Fact]
    public void The_wire_form_is_the_RFCs()
    {
        var bytes = new byte[4];
        new TelephoneEvent(11, true, 10, 0x0320).Write(bytes);
        Assert.Equal("0B8A0320", Convert.ToHexString(bytes));
        Assert.True(TelephoneEvent.TryParse(bytes, out var parsed));
        Assert.Equal(new TelephoneEvent(11, true, 10, 0x0320), parsed);
        Assert.False(TelephoneEvent.TryParse(bytes.AsSpan(0, 3), out _));
    }

    [Theory]
    [InlineData('1', 697, 1209)]
    [InlineData('5', 770, 1336)]
    [InlineData('9', 852, 1477)]
    [InlineData('0', 941, 1336)]
    [InlineData('*', 941, 1209)]
    [InlineData('#', 941, 1477)]
    [InlineData('A', 697, 1633)]
    [InlineData('D', 941, 1633)]
    public void Audible_keys_have_the_frequencies_of_Q23(char key, int low, int high)
    {
        Assert.True(DtmfTones.TryGetFrequencies((byte)TelephoneEvent.FromKey(key), out var l, out var h));
        Assert.Equal((low, high), (l, h));
    }

    private static string Receive(IEnumerable<TelephoneEventPacket> packets)
    {
        var receiver = default(TelephoneEventReceiver);
        var heard = string.Empty;
        foreach (var packet in packets)
        {
            var step = receiver.Receive(packet.Payload, packet.Timestamp, 0);
            if (step is TelephoneEventStep.Started or TelephoneEventStep.StartedAndEnded)
            {
                heard += TelephoneEvent.ToKey(packet.Payload.Event);
            }
        }

        return heard;
    }
}
