using System.Net;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Media;
using DialerEngine.Media.Audio;
using DialerEngine.Media.G711;
using DialerEngine.Media.Rtcp;
using DialerEngine.Media.Rtp;
using DialerEngine.Media.Tones;
using DialerEngine.Sip.Sdp;

namespace DialerEngine.Adapters.SipServer.Tests.Media;

public sealed class MediaEngineTests : IDisposable
{
    private readonly MediaRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_stream_sends_silence_every_twenty_milliseconds_once_it_knows_where_to()
    {
        var (_, far) = _rig.OpenCall(G711Law.ALaw);
        _rig.Run(999);
        var heard = far.Hear();
        Assert.Equal(50, heard.Count);
        Assert.True(heard[0].Marker);
        Assert.All(heard, p => Assert.Equal(8, p.Type));
        Assert.All(heard, p => Assert.All(p.Payload, b => Assert.Equal(0xD5, b)));
        Assert.All(heard.Zip(heard.Skip(1)), p => Assert.Equal((1, 160u), ((ushort)(p.Second.Sequence - p.First.Sequence), p.Second.Timestamp - p.First.Timestamp)));
    }

    [Fact]
    public void Ports_come_in_pairs_the_lower_one_even()
    {
        Assert.Equal(MediaOpenError.None, _rig.Engine.TryOpen(out _, out var local));
        Assert.Equal(0, local!.Port & 1);
    }

    [Fact]
    public void A_configured_range_is_gone_through_in_a_circle_and_its_end_is_told()
    {
        using var probe = new MediaRig();
        probe.Engine.TryOpen(out var handle, out var free);
        probe.Engine.Close(handle);
        using var rig = new MediaRig(new MediaEngineOptions { FirstPort = free!.Port, LastPort = free.Port + 1 });
        Assert.Equal(MediaOpenError.None, rig.Engine.TryOpen(out var first, out var local));
        Assert.Equal(free.Port, local!.Port);
        Assert.Equal(MediaOpenError.NoPort, rig.Engine.TryOpen(out _, out _));
        rig.Engine.Close(first);
        Assert.Equal(MediaOpenError.None, rig.Engine.TryOpen(out _, out _));
        Assert.Throws<ArgumentException>(() => new MediaRig(new MediaEngineOptions { FirstPort = 20001, LastPort = 20002 }));
    }

    [Fact]
    public void A_handle_of_a_closed_stream_is_refused_even_when_its_place_is_used_again()
    {
        using var rig = new MediaRig(new MediaEngineOptions { MaxStreams = 1 });
        rig.Engine.TryOpen(out var old, out _);
        Assert.Equal(MediaOpenError.TooManyStreams, rig.Engine.TryOpen(out _, out _));
        Assert.True(rig.Engine.Close(old));
        Assert.False(rig.Engine.Close(old));
        rig.Engine.TryOpen(out var fresh, out _);
        Assert.Equal(old.Index, fresh.Index);
        Assert.False(rig.Engine.SendSilence(old));
        Assert.False(rig.Engine.TryGetStatistics(old, out _));
        Assert.False(rig.Engine.Bridge(old, fresh));
        Assert.False(rig.Engine.SendSilence(default));
        Assert.True(rig.Engine.SendSilence(fresh));
    }

    [Fact]
    public void A_clip_is_played_to_its_end_then_silence_follows_and_the_end_is_told_once()
    {
        var (handle, far) = _rig.OpenCall();
        var clip = new AnnouncementClip(Enumerable.Range(0, 800).Select(i => (short)(i * 40)).ToArray());
        Assert.True(_rig.Engine.PlayClip(handle, clip, token: 42));
        _rig.Run(200);
        var heard = far.Hear();
        Assert.Equal(clip.Codes(G711Law.MuLaw).ToArray(), heard.Take(5).SelectMany(p => p.Payload));
        Assert.All(heard.Skip(5), p => Assert.Equal(0xFF, p.Payload[0]));
        Assert.Equal(["0:played 42"], _rig.Told);
    }

    [Fact]
    public void A_tone_repeats_until_it_is_stopped()
    {
        var (handle, far) = _rig.OpenCall();
        _rig.Engine.PlayTone(handle, ToneCatalog.Busy("US"));
        _rig.Run(1999);
        var levels = far.Hear().Select(p => EnergyMeter.LevelDbm0(G711Law.MuLaw, p.Payload) > -40).ToArray();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i / 25 % 2 == 0), levels);
        _rig.Engine.SendNothing(handle);
        _rig.Run(100);
        Assert.Empty(far.Hear());
    }

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
    public void A_negotiated_stream_gives_the_far_ends_side()
    {
        var stream = new SdpStream
        {
            RemoteAddress = SdpAddress.From(IPAddress.Parse("192.0.2.9")),
            RemotePort = 4000,
            RemoteRtcpPort = 4001,
            Codec = SdpCodec.Pcma,
            SendPayloadType = 8,
            ReceivePcmu = -1,
            ReceivePcma = 8,
            SendTelephoneEvent = 96,
            ReceiveTelephoneEvent = 101,
            Direction = SdpDirection.SendOnly,
        };
        var remote = MediaRemote.From(stream);
        Assert.Equal((new IPEndPoint(IPAddress.Parse("192.0.2.9"), 4000), G711Law.ALaw, 96, 101, false),
            (remote.Rtp, remote.Law, remote.TelephoneEventType, remote.ReceiveTelephoneEventType, remote.Sends));
        Assert.Equal(0, MediaRemote.From(stream with { Direction = SdpDirection.RecvOnly }).Rtp.Port);
    }

    [Fact]
    public void A_far_end_that_sends_nothing_by_agreement_is_not_missed()
    {
        using var rig = new MediaRig(new MediaEngineOptions { RtpTimeoutMilliseconds = 500 });
        var (a, far) = rig.OpenCall();
        rig.Engine.SetRemote(a, MediaRig.RemoteOf(far) with { Sends = false });
        rig.Run(1500);
        Assert.Empty(rig.Told);
        rig.Engine.SetRemote(a, MediaRig.RemoteOf(far));
        rig.Run(450);
        Assert.Empty(rig.Told);
        rig.Run(150);
        Assert.Single(rig.Told);
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
    public void Streams_over_ipv6_hear_each_other()
    {
        using var rig = new MediaRig(new MediaEngineOptions { LocalAddress = IPAddress.IPv6Loopback });
        rig.Engine.TryOpen(out var a, out var localA);
        rig.Engine.TryOpen(out var b, out var localB);
        rig.Engine.SetRemote(a, new MediaRemote { Rtp = localB! });
        rig.Engine.SetRemote(b, new MediaRemote { Rtp = localA! });
        rig.Run(200);
        rig.Engine.TryGetStatistics(b, out var s);
        Assert.InRange(s.PacketsReceived, 9u, 11u);
    }

    [Fact]
    public async Task A_tap_that_throws_faults_the_completion_instead_of_the_process()
    {
        using var engine = new MediaEngine(new MediaEngineOptions(), TimeProvider.System, new SeededMediaRandom(1), new ThrowingObserver());
        engine.TryOpen(out var handle, out var local);
        using var far = new FarEnd(local!);
        engine.SetRemote(handle, MediaRig.RemoteOf(far));
        engine.Start();
        far.Send();
        await Assert.ThrowsAsync<InvalidOperationException>(() => engine.Completion.WaitAsync(TimeSpan.FromSeconds(30)));
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
    public void A_raw_tap_hears_packets_as_they_come_and_none_after_it_is_removed()
    {
        var (a, far) = _rig.OpenCall();
        var tap = new ListTap();
        _rig.Engine.SetTap(a, tap, MediaTapMode.AsReceived);
        far.Send(3, type: 8);
        far.Send(4);
        _rig.Drain();
        Assert.Equal([(3, G711Law.ALaw), (4, G711Law.MuLaw)], tap.Frames.Select(f => ((int)f.Value, f.Law)));
        _rig.Engine.SetTap(a, null);
        far.Send(5);
        _rig.Drain();
        Assert.Equal(2, tap.Frames.Count);
    }

    [Fact]
    public void Broken_and_unagreed_packets_are_counted_and_dropped()
    {
        var (a, far) = _rig.OpenCall();
        far.SendRaw([1, 2, 3]);
        far.Send(1, type: 18);
        far.SendControl([9, 9, 9, 9, 9, 9, 9, 9]);
        far.Send(1);
        _rig.Drain();
        Assert.True(_rig.Engine.TryGetStatistics(a, out var s));
        Assert.Equal((1u, 3u), (s.PacketsReceived, s.MalformedPackets));
        Assert.Equal(["0:first"], _rig.Told);
    }

    [Fact]
    public void Packets_before_the_far_end_is_known_are_tolerated()
    {
        _rig.Engine.TryOpen(out var handle, out var local);
        var far = _rig.NewFarEnd(local!);
        far.Send();
        _rig.Run(50);
        _rig.Engine.SetRemote(handle, MediaRig.RemoteOf(far));
        far.Send();
        _rig.Run(25);
        _rig.Engine.TryGetStatistics(handle, out var s);
        Assert.Equal((1u, 1u), (s.EarlyPackets, s.PacketsReceived));
        Assert.NotEmpty(far.Hear());
    }

    [Fact]
    public void Sending_follows_another_port_of_the_signalled_host_but_never_while_the_known_one_is_alive()
    {
        var (a, far) = _rig.OpenCall();
        var moved = _rig.NewFarEnd(far.Peer);
        far.Send();
        _rig.Drain();
        moved.Send();
        _rig.Run(40);
        Assert.Empty(moved.Hear());
        _rig.Run(1000);
        far.Hear();
        moved.Send();
        _rig.Run(40);
        Assert.Equal(2, moved.Hear().Count);
        Assert.True(far.Hear().Count <= 1);

        // The same description again, as a session refresh repeats it, must not undo that.
        _rig.Engine.SetRemote(a, MediaRig.RemoteOf(far));
        _rig.Run(40);
        Assert.Equal(2, moved.Hear().Count);
    }

    [Fact]
    public void Another_host_is_never_heard_nor_followed()
    {
        Assert.Equal(MediaOpenError.None, _rig.Engine.TryOpen(out var handle, out var local));
        var far = _rig.NewFarEnd(local!);
        _rig.Engine.SetRemote(handle, new MediaRemote { Rtp = new IPEndPoint(IPAddress.Parse("127.0.0.2"), far.Local.Port) });
        far.Send();
        _rig.Run(50);
        _rig.Engine.TryGetStatistics(handle, out var s);
        Assert.Equal((1u, 0u), (s.ForeignPackets, s.PacketsReceived));
        Assert.Empty(far.Hear());
    }

    [Fact]
    public void A_far_end_on_hold_is_sent_nothing()
    {
        var (a, far) = _rig.OpenCall();
        _rig.Engine.SetRemote(a, new MediaRemote { Rtp = new IPEndPoint(IPAddress.Any, far.Local.Port) });
        _rig.Run(100);
        Assert.Empty(far.Hear());
        _rig.Engine.SetRemote(a, MediaRig.RemoteOf(far));
        _rig.Run(100);
        Assert.Equal(5, far.Hear().Count);
    }

    [Fact]
    public void Silence_of_the_far_end_is_told_once_until_it_speaks_again()
    {
        using var rig = new MediaRig(new MediaEngineOptions { RtpTimeoutMilliseconds = 500 });
        var (_, far) = rig.OpenCall();
        rig.Run(1500);
        Assert.Single(rig.Told);
        Assert.StartsWith("0:silent 5", rig.Told[0], StringComparison.Ordinal);
        far.Send();
        rig.Run(600);
        Assert.Equal(3, rig.Told.Count);
    }

    [Fact]
    public void Reports_are_sent_and_read_and_a_bye_is_told()
    {
        var (a, far) = _rig.OpenCall();
        for (var i = 0; i < 400; i++)
        {
            far.Send();
            _rig.Run(20);
        }

        var reports = far.HearControl();
        Assert.NotEmpty(reports);
        Assert.Equal(RtcpParseError.None, RtcpReader.TryOpen(reports[^1], out var reader));
        Assert.True(reader.TryRead(out var packet));
        Assert.Equal(RtcpType.SenderReport, packet.Type);
        Assert.Equal(far.Ssrc, packet.ReportBlock(0).Ssrc);
        Assert.Equal(0, packet.ReportBlock(0).CumulativeLost);
        var ssrc = far.Hear()[0].Ssrc;
        Assert.Equal(ssrc, packet.Ssrc);

        var bytes = new byte[128];
        var writer = new RtcpWriter(bytes);
        writer.ReceiverReport(far.Ssrc, [new RtcpReportBlock(ssrc, 128, 9, 0, 80, NtpTime.Middle(packet.SenderInfo.NtpTime), 0)]);
        writer.Bye(far.Ssrc);
        far.SendControl(bytes[..writer.Length]);
        _rig.Drain();
        _rig.Engine.TryGetStatistics(a, out var s);
        Assert.Equal((128, 9), (s.Remote.FractionLost, s.Remote.CumulativeLost));
        Assert.True(s.Remote.RoundTripMilliseconds >= 0);
        Assert.Contains("0:left", _rig.Told);

        far.HearControl();
        _rig.Engine.Close(a);
        Assert.Equal(RtcpParseError.None, RtcpReader.TryOpen(Assert.Single(far.HearControl()), out reader));
        var bye = false;
        while (reader.TryRead(out packet))
        {
            bye |= packet.Type == RtcpType.Bye;
        }

        Assert.True(bye);
    }

    [Fact]
    public void A_starved_thread_skips_the_past_and_keeps_the_time_line()
    {
        var (_, far) = _rig.OpenCall();
        _rig.Run(40);
        _rig.Freeze(1000);
        _rig.Run(40);
        var heard = far.Hear();
        Assert.InRange(heard.Count, 4, 10);
        Assert.InRange((int)(heard[^1].Timestamp - heard[0].Timestamp), 8320, 8640);
        Assert.InRange(_rig.Engine.Statistics.SkippedTicks, 40, 50);
    }

    [Fact]
    public void An_observer_may_close_the_stream_it_is_told_about()
    {
        using var engine = new MediaEngine(new MediaEngineOptions(), TimeProvider.System, new SeededMediaRandom(1), new ClosingObserver());
        ClosingObserver.Engine = engine;
        engine.TryOpen(out var handle, out var local);
        using var far = new FarEnd(local!);
        engine.SetRemote(handle, MediaRig.RemoteOf(far));
        far.Send();
        for (var i = 0; i < 10; i++)
        {
            engine.RunOnce(0);
        }

        Assert.Equal(0, engine.Statistics.OpenStreams);
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_thread_runs_on_either_wire_and_stops(bool epoll)
    {
        using var engine = new MediaEngine(
            new MediaEngineOptions { UseEpoll = epoll && OperatingSystem.IsLinux() }, TimeProvider.System, new SeededMediaRandom(1));
        engine.TryOpen(out var a, out var localA);
        engine.TryOpen(out var b, out var localB);
        engine.SetRemote(a, new MediaRemote { Rtp = localB! });
        engine.SetRemote(b, new MediaRemote { Rtp = localA! });
        engine.Start();
        MediaStreamStatistics s;
        do
        {
            Thread.Yield();
            Assert.True(engine.TryGetStatistics(b, out s));
        }
        while (s.PacketsReceived < 5);

        Assert.Equal(0, s.PacketsLost);
        Assert.True(engine.Statistics.LatenessP50Milliseconds > 0);
        engine.Dispose();
        Assert.Equal(MediaOpenError.Stopped, engine.TryOpen(out _, out _));
    }

    private sealed class CountingTap : IMediaTap
    {
        public int Frames { get; private set; }

        public void Hear(MediaStreamHandle stream, in MediaFrame frame) => Frames++;
    }

    private sealed class ThrowingObserver : IMediaObserver
    {
        public void FirstPacket(MediaStreamHandle stream) => throw new InvalidOperationException("a bug");
    }

    private sealed class ClosingObserver : IMediaObserver
    {
        public static MediaEngine? Engine { get; set; }

        public void FirstPacket(MediaStreamHandle stream) => Engine!.Close(stream);
    }
}
