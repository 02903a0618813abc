using System.Net;
using System.Net.Sockets;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Media;
using DialerEngine.Media.Audio;
using DialerEngine.Media.Tones;
using DialerEngine.Sip.Sdp;

namespace DialerEngine.Adapters.SipServer.Load;

/// <summary>
/// The audio of a load run: each call has a stream of its own, which plays a tone towards the far end's description and takes what comes
/// back. Used on the SIP thread, except for <see cref="Completion"/>.
/// </summary>
internal sealed class LoadMedia : IDisposable
{
    // Two bound ports a stream: beyond this the ephemeral range of a host is used up.
    private const int MostStreams = 14_000;

    private readonly MediaEngine _engine;
    private readonly MediaStreamHandle[] _streams;
    private readonly SdpSession _sdp = new();
    private readonly byte[] _body = new byte[1024];
    private readonly AnnouncementClip _tone;
    private readonly IPAddress _local;
    private MediaEngineStatistics _before;

    /// <param name="calls">How many calls a part of the run has at most; their tokens are the indices.</param>
    /// <param name="target">The far end's signalling address: its side of the host's routing table is where audio is received.</param>
    /// <param name="time">The clock.</param>
    public LoadMedia(int calls, IPEndPoint target, TimeProvider time)
    {
        using (var probe = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp))
        {
            probe.Connect(target);
            _local = ((IPEndPoint)probe.LocalEndPoint!).Address;
        }

        _streams = new MediaStreamHandle[calls];
        var beep = ToneCatalog.Beep(hertz: 440, milliseconds: 1000);
        _tone = AnnouncementClip.FromSource(new ToneGenerator(beep), beep.PassMilliseconds);
        _engine = new MediaEngine(
            new MediaEngineOptions { LocalAddress = _local, MaxStreams = Math.Min(calls, MostStreams) }, time, new SeededMediaRandom(1));
        _engine.Start();
    }

    /// <summary>Ends with the media thread; faulted if it threw.</summary>
    public Task Completion => _engine.Completion;

    /// <summary>Opens the stream of a call. Empty if there is none to be had: no port, or too many streams.</summary>
    public ReadOnlySpan<byte> Offer(int token)
    {
        if (_engine.TryOpen(out _streams[token], out var local) != MediaOpenError.None)
        {
            return default;
        }

        var own = new SdpLocal { Address = _local, RtpPort = local!.Port, SessionId = (ulong)token + 1 };
        return _body.AsSpan(0, SdpNegotiator.WriteOffer(own, _body));
    }

    /// <summary>Sends towards what the far end answered. False if that is no audio that was offered, or nowhere to send to.</summary>
    public bool TryAnswer(int token, ReadOnlySpan<byte> sdp)
    {
        if (sdp.IsEmpty || _sdp.Parse(sdp) != SdpParseError.None)
        {
            return false;
        }

        // An answer is read against what we can do; our own address plays no part in it.
        var own = new SdpLocal { Address = _local, RtpPort = 2, SessionId = 1 };
        return SdpNegotiator.TakeAnswer(_sdp, own, out var agreed) == SdpOutcome.Agreed
            && MediaRemote.From(agreed) is { Rtp.Port: > 0 } remote
            && _engine.SetRemote(_streams[token], remote)
            && _engine.PlayClip(_streams[token], _tone, repeats: true);
    }

    /// <summary>Closes the stream of a call that is over; harmless if it has none.</summary>
    public void Close(int token)
    {
        _engine.Close(_streams[token]);
        _streams[token] = default;
    }

    /// <summary>Begins the measured part.</summary>
    public void BeginMeasure()
    {
        _engine.ResetLateness();
        _before = _engine.Statistics;
    }

    /// <summary>The figures since <see cref="BeginMeasure"/>.</summary>
    public SipLoadAudio Measured()
    {
        var now = _engine.Statistics;
        var sent = now.PacketsSent - _before.PacketsSent;
        var skipped = now.SkippedTicks - _before.SkippedTicks;

        // Skipped frames stand in no histogram; where they are more than one in a hundred, the percentile lies among them.
        double? late = sent + skipped == 0 ? null
            : skipped * 100 > sent + skipped ? MediaEngine.SkippedFromMilliseconds
            : Math.Round(now.LatenessP99Milliseconds, 3);
        return new SipLoadAudio(sent, now.PacketsReceived - _before.PacketsReceived, skipped, late, Math.Round(now.LatenessMaxMilliseconds, 3));
    }

    public void Dispose() => _engine.Dispose();
}
