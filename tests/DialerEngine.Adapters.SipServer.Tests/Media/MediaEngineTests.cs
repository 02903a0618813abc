using System.Net;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Media;
using DialerEngine.Media.Audio;
using DialerEngine.Media.G711;
using DialerEngine.Media.Tones;

namespace DialerEngine.Adapters.SipServer.Tests.Media;

/// <summary>Streams of the media engine: ports, handles, what is sent from here, and the thread that serves them.</summary>
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
