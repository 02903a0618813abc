using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Media;
using DialerEngine.Media.G711;
using DialerEngine.Media.Rtp;

namespace DialerEngine.Adapters.SipServer.Tests.Media;

/// <summary>Two streams relayed to each other: one continuous stream, laws, keys, any datagrams, no allocation.</summary>
public sealed class MediaBridgeTests : IDisposable
{
    private readonly MediaRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Two_bridged_streams_hear_each_other_as_one_continuous_stream()
    {
        var (a, farA) = _rig.OpenCall();
        var (b, farB) = _rig.OpenCall();
        _rig.Run(100);
        Assert.True(_rig.Engine.Bridge(a, b));
        for (var i = 0; i < 10; i++)
        {
            farA.Send((byte)(i + 1));
            _rig.Run(20);
        }

        Assert.True(_rig.Engine.Unbridge(a));
        _rig.Run(100);
        var heard = farB.Hear();
        Assert.Single(heard.Select(p => p.Ssrc).Distinct());
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (byte)i), heard.Select(p => p.Payload[0]).Where(v => v != 0xFF));
        Assert.All(heard.Zip(heard.Skip(1)), p => Assert.Equal(1, (ushort)(p.Second.Sequence - p.First.Sequence)));
        Assert.All(heard.Zip(heard.Skip(1)), p => Assert.InRange((int)(p.Second.Timestamp - p.First.Timestamp), 80, 400));
        Assert.Equal(3, heard.Count(p => p.Marker));
    }

    [Fact]
    public void Laws_are_converted_between_legs_that_differ()
    {
        var (a, farA) = _rig.OpenCall(G711Law.MuLaw);
        var (b, farB) = _rig.OpenCall(G711Law.ALaw);
        _rig.Engine.Bridge(a, b);
        farA.Send(0x93);
        farB.Send(0x93, type: 8);
        _rig.Drain();
        Span<byte> expected = [0x93];
        G711Codec.Transcode(G711Law.MuLaw, expected, G711Law.ALaw, expected);
        var toB = Assert.Single(farB.Hear());
        Assert.Equal((8, expected[0]), (toB.Type, toB.Payload[0]));
        expected[0] = 0x93;
        G711Codec.Transcode(G711Law.ALaw, expected, G711Law.MuLaw, expected);
        var toA = Assert.Single(farA.Hear());
        Assert.Equal((0, expected[0]), (toA.Type, toA.Payload[0]));
    }

    [Fact]
    public void Keys_are_sent_heard_and_relayed_with_each_legs_payload_type()
    {
        var (a, farA) = _rig.OpenCall(eventType: 101);
        var (b, farB) = _rig.OpenCall(eventType: 96);
        _rig.Engine.Bridge(a, b);
        _rig.Engine.SendDigits(b, "7");
        _rig.Run(300);
        var keys = farB.Hear().Where(p => p.Type == 96).ToArray();
        Assert.Equal(7, keys.Length);
        Assert.Single(keys.Select(k => k.Timestamp).Distinct());
        foreach (var key in keys)
        {
            farA.Send(key.Payload, 101, key.Marker, advance: false);
        }

        _rig.Drain();
        Assert.Contains("0:7", _rig.Told);
        Assert.Single(_rig.Told, t => t.EndsWith('7'));
        var relayed = farB.Hear();
        Assert.Equal(7, relayed.Count);
        Assert.All(relayed, p => Assert.Equal(96, p.Type));
        Assert.Single(relayed.Select(p => p.Timestamp).Distinct());
    }

    [Fact]
    public void Dynamic_payload_types_are_sent_heard_and_relayed_as_each_side_named_them()
    {
        var (a, farA) = _rig.OpenCall();
        var (b, farB) = _rig.OpenCall();
        _rig.Engine.SetRemote(a, MediaRig.RemoteOf(farA) with { ReceiveALawType = 110, TelephoneEventType = 97, ReceiveTelephoneEventType = 99 });
        _rig.Engine.SetRemote(b, MediaRig.RemoteOf(farB) with { Law = G711Law.ALaw, SendType = 120 });
        _rig.Engine.Bridge(a, b);
        farA.Send(0x93, type: 110);
        farA.Send([5, 0, 0, 160], 99, marker: true);
        farA.Send([6, 0, 0, 160], 97, marker: true);
        _rig.Drain();
        Assert.Equal([(120, 160), (101, 4)], farB.Hear().Select(p => ((int)p.Type, p.Payload.Length)));
        Assert.Contains("0:5", _rig.Told);
        Assert.DoesNotContain("0:6", _rig.Told);
    }

    [Fact]
    public void Keys_are_refused_where_the_far_end_takes_none()
    {
        var (a, _) = _rig.OpenCall(eventType: -1);
        Assert.False(_rig.Engine.SendDigits(a, "1"));
        var (b, _) = _rig.OpenCall();
        Assert.False(_rig.Engine.SendDigits(b, "1x"));
        Assert.False(_rig.Engine.SendDigits(b, new string('1', 40)));
    }

    [Fact]
    public void Any_datagrams_are_survived_by_a_bridged_and_tapped_stream()
    {
        var (a, farA) = _rig.OpenCall();
        var (b, farB) = _rig.OpenCall(G711Law.ALaw);
        _rig.Engine.Bridge(a, b);
        _rig.Engine.SetTap(a, new CountingTap());
        var random = new SeededMediaRandom(4711);
        for (var i = 0; i < 5000; i++)
        {
            var bytes = new byte[random.NextUInt32() % 400];
            for (var j = 0; j < bytes.Length; j++)
            {
                bytes[j] = (byte)random.NextUInt32();
            }

            if (bytes.Length > 12 && i % 3 != 0)
            {
                RtpPacket.WriteHeader(bytes, (byte)(i % 5 == 0 ? 101 : 8 * (i & 1)), false, (ushort)(i * (i % 7)), random.NextUInt32(), (uint)(i % 3));
                bytes[0] = (byte)(0x80 | (random.NextUInt32() & 0x3F));
            }

            farA.SendRaw(bytes);
            if (i % 4 == 0)
            {
                farA.SendControl(bytes);
            }

            _rig.Run(1);
        }

        Assert.True(_rig.Engine.TryGetStatistics(a, out var s));
        Assert.True(s.PacketsReceived > 100 && s.MalformedPackets > 1000, s.ToString());
        farB.Hear();
    }

    [Fact]
    public void A_bridged_call_with_a_tap_allocates_nothing_once_warm()
    {
        var (a, farA) = _rig.OpenCall();
        var (b, farB) = _rig.OpenCall(G711Law.ALaw);
        _rig.Engine.Bridge(a, b);
        _rig.Engine.SetTap(a, new CountingTap());
        var packet = new byte[172];
        RtpPacket.WriteHeader(packet, 0, false, 1, 0, 5);
        long allocated = 0;
        for (var i = 0; i < 400; i++)
        {
            RtpPacket.WriteHeader(packet, 0, false, (ushort)i, (uint)(i * 160), 5);
            farA.SendRaw(packet);
            farB.SendRaw(packet);
            var before = GC.GetAllocatedBytesForCurrentThread();
            _rig.Run(20);
            allocated += i < 100 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.True(farB.Hear().Count >= 399);
        Assert.True(_rig.Engine.Statistics.PacketsSent >= 790);
    }

    private sealed class CountingTap : IMediaTap
    {
        public int Frames { get; private set; }

        public void Hear(MediaStreamHandle stream, in MediaFrame frame) => Frames++;
    }
}
