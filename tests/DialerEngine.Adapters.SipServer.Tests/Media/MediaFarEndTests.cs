using System.Net;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Media.G711;
using DialerEngine.Media.Rtcp;
using DialerEngine.Sip.Sdp;

namespace DialerEngine.Adapters.SipServer.Tests.Media;

/// <summary>What comes from a far end, and what is known of it: its side of the session, its address, silence, reports.</summary>
public sealed class MediaFarEndTests : IDisposable
{
    private readonly MediaRig _rig = new();

    public void Dispose() => _rig.Dispose();

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
}
