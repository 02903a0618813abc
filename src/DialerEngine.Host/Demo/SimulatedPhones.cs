using System.Net;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Adapters.SipServer.Transport;
using DialerEngine.Media;
using DialerEngine.Media.Audio;
using DialerEngine.Media.G711;
using DialerEngine.Media.Tones;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Sdp;

namespace DialerEngine.Host.Demo;

/// <summary>
/// Phones of simulated agents: one SIP address for all of them, each call is answered at once and carries real RTP both ways (a quiet tone, so that
/// the callee hears somebody).
/// </summary>
internal sealed class SimulatedPhones : SipCallObserver, IDisposable
{
    private readonly SipStack _stack;
    private readonly MediaEngine _media;
    private readonly AnnouncementClip _voice;
    private readonly Dictionary<int, (MediaStreamHandle Stream, int Generation)> _calls = [];
    private readonly SdpSession _sdp = new();
    private readonly byte[] _body = new byte[1_024];
    private ulong _session;

    public SimulatedPhones(TimeProvider time)
    {
        _media = new MediaEngine(new MediaEngineOptions { LocalAddress = IPAddress.Loopback }, time, new SeededMediaRandom(7));
        _voice = AnnouncementClip.FromSource(new ToneGenerator(new TonePlan([new ToneSegment(1_000, -35, 300), ToneSegment.Pause(1_000)], Repeats: false)), 2_000);
        _stack = new SipStack(
            new SipStackOptions { Udp = [new IPEndPoint(IPAddress.Loopback, 0)], Endpoint = SipStackOptions.NewEndpointOptions() with { ContactUser = "phone" } },
            this, time);
    }

    /// <summary>Address of the phones.</summary>
    public IPEndPoint LocalEndPoint => _stack.LocalEndPoints[0];

    /// <summary>RTP packets that the phones have heard. Calls that are up count too: a nailed-up line ends some time after its agent has logged out.</summary>
    public long PacketsHeard => _media.Statistics.PacketsReceived;

    public void Start()
    {
        _media.Start();
        _stack.Start();
    }

    public override bool OnIncoming(in SipIncomingCall incoming)
    {
        if (_media.TryOpen(out var stream, out var local) != MediaOpenError.None)
        {
            return _stack.Endpoint.TryReject(incoming.Call, 480);
        }

        var own = new SdpLocal { Address = IPAddress.Loopback, RtpPort = local!.Port, SessionId = ++_session };
        if (_sdp.Parse(incoming.Sdp) != SdpParseError.None || SdpNegotiator.Answer(_sdp, own, _body, out var written, out var agreed) != SdpOutcome.Agreed
            || agreed.RemoteAddress.ToIPAddress() is not { } remote)
        {
            _media.Close(stream);
            return _stack.Endpoint.TryReject(incoming.Call, 488);
        }

        _media.SetRemote(stream, new MediaRemote
        {
            Rtp = new IPEndPoint(remote, agreed.RemotePort),
            Law = agreed.Codec == SdpCodec.Pcma ? G711Law.ALaw : G711Law.MuLaw,
            TelephoneEventType = agreed.SendTelephoneEvent,
        });
        _media.PlayClip(stream, _voice, repeats: true);
        _calls[incoming.Call.Index] = (stream, incoming.Call.Generation);
        return _stack.Endpoint.TryRing(incoming.Call) && _stack.Endpoint.TryAnswer(incoming.Call, _body.AsSpan(0, written));
    }

    public override void OnEnded(in SipCallEnded ended)
    {
        if (_calls.Remove(ended.Call.Index, out var call))
        {
            _media.Close(call.Stream);
        }
    }

    public void Dispose()
    {
        _stack.Dispose();
        _media.Dispose();
    }
}
