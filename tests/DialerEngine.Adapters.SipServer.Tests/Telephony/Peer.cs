using System.Net;
using System.Text;
using System.Threading.Channels;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Adapters.SipServer.Transport;
using DialerEngine.Media;
using DialerEngine.Media.G711;
using DialerEngine.Media.Tones;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Sdp;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Adapters.SipServer.Tests.Telephony;

/// <summary>A far end that does what the test says: a trunk, or phones. Real sockets on loopback, real audio.</summary>
internal sealed class Peer : SipCallObserver, IMediaTap, IDisposable
{
    private static readonly TonePlan Voice = new([new ToneSegment(400, -10, 700)], Repeats: true);
    private readonly SipStack _stack;
    private readonly MediaEngine _media;
    private readonly Dictionary<SipCallHandle, PeerCall> _calls = [];
    private readonly Dictionary<MediaStreamHandle, PeerCall> _byStream = [];
    private readonly Channel<PeerCall> _incoming = Channel.CreateUnbounded<PeerCall>();
    private readonly SdpSession _sdp = new();
    private readonly Lock _gate = new();

    public Peer()
    {
        _media = new MediaEngine(new MediaEngineOptions { LocalAddress = IPAddress.Loopback }, TimeProvider.System, new SeededMediaRandom(3));
        _stack = new SipStack(
            new SipStackOptions
            {
                Udp = [new IPEndPoint(IPAddress.Loopback, 0)],
                Endpoint = SipStackOptions.NewEndpointOptions() with { ContactUser = "peer", Timers = Rig.Timers },
            },
            this, TimeProvider.System);
        _media.Start();
        _stack.Start();
    }

    public IPEndPoint EndPoint => _stack.LocalEndPoints[0];

    public SipEndpointCounters Counters => _stack.Endpoint.Counters;

    /// <summary>The next call that comes in; the test says what becomes of it.</summary>
    public async Task<PeerCall> IncomingAsync() => await _incoming.Reader.ReadAsync(new CancellationTokenSource(EventLog.Limit).Token);

    public bool HasIncoming => _incoming.Reader.Count > 0;

    public override bool OnIncoming(in SipIncomingCall incoming)
    {
        var call = new PeerCall(this, incoming.Call, incoming.Message.RequestUri, incoming.Message.From.Uri, incoming.Sdp) { Head = Encoding.UTF8.GetString(incoming.Message.Raw) };
        lock (_gate)
        {
            _calls[incoming.Call] = call;
        }

        _incoming.Writer.TryWrite(call);
        return true;
    }

    public override void OnAnswered(in SipCallAnswered answered)
    {
        if (Find(answered.Call) is { } call)
        {
            Connect(call, answered.Sdp);
            call.Answered.TrySetResult();
        }
    }

    /// <summary>The call is asked to go elsewhere; the test says whether it does.</summary>
    public override bool OnReferAsked(SipCallHandle call, ReadOnlySpan<byte> target, SipMessage request)
    {
        if (Find(call) is not { TakesReferrals: true } found)
        {
            return false;
        }

        found.Referred.TrySetResult(Encoding.ASCII.GetString(target));
        return true;
    }

    public override void OnSessionAnswer(in SipSessionAnswer answer)
    {
        if (Find(answer.Call) is { } call)
        {
            Connect(call, answer.Sdp);
            call.SessionAnswer.TrySetResult((answer.Status, Encoding.ASCII.GetString(answer.Sdp)));
        }
    }

    public override void OnConfirmed(SipCallHandle call, ReadOnlySpan<byte> sdp)
    {
        if (Find(call) is { } found)
        {
            Connect(found, sdp);
            found.Confirmed.TrySetResult();
        }
    }

    public override void OnEnded(in SipCallEnded ended)
    {
        if (Find(ended.Call) is { } call)
        {
            lock (_gate)
            {
                _calls.Remove(ended.Call);
            }

            if (call.Stream.IsValid)
            {
                _media.Close(call.Stream);
            }

            call.Ended.TrySetResult((ended.Cause, ended.Status));
        }
    }

    public void Hear(MediaStreamHandle stream, in MediaFrame frame)
    {
        PeerCall? call;
        lock (_gate)
        {
            _byStream.TryGetValue(stream, out call);
        }

        var loudest = 0;
        double energy = 0, real = 0, imaginary = 0;
        for (var i = 0; i < frame.Codes.Length; i++)
        {
            var sample = (int)G711Codec.Decode(frame.Law, frame.Codes[i]);
            loudest = Math.Max(loudest, Math.Abs(sample));
            energy += sample * sample;

            // 1,000 Hz turns by an eighth each sample; a frame of 20 ms has whole waves of it and of our voice.
            var (sin, cos) = Math.SinCos(i * Math.PI / 4);
            real += sample * cos;
            imaginary += sample * sin;
        }

        var beepShare = 2 * ((real * real) + (imaginary * imaginary)) / (frame.Codes.Length * Math.Max(1, energy));
        call?.Heard(loudest > 1_000, loudest > 1_000 && beepShare > 0.9);
    }

    /// <summary>Calls somebody with an offer of its own.</summary>
    public async Task<PeerCall> CallAsync(IPEndPoint target, string uri, string from)
    {
        var call = new PeerCall(this, SipCallHandle.None, default, default, default);
        await RunAsync(endpoint =>
        {
            var length = Offer(call);
            var error = endpoint.TryPlace(
                new SipCallRequest
                {
                    Destination = SipPeer.From(target.Address, target.Port),
                    RequestUri = Encoding.ASCII.GetBytes(uri),
                    From = Encoding.ASCII.GetBytes(from),
                    Body = call.Body.AsSpan(0, length),
                },
                out var handle);
            Assert.Equal(SipPlaceError.None, error);
            call.Handle = handle;
            lock (_gate)
            {
                _calls[handle] = call;
            }

            return true;
        });
        return call;
    }

    /// <summary>Runs something on the peer's own thread.</summary>
    public async Task<bool> RunAsync(Func<SipEndpoint, bool> run)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(_stack.TryPost((endpoint, _, _) =>
        {
            try
            {
                done.SetResult(run(endpoint));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }));
        return await done.Task.WaitAsync(EventLog.Limit);
    }

    /// <summary>Opens the call's audio and writes an offer into its body.</summary>
    public int Offer(PeerCall call, SdpDirection direction = SdpDirection.SendRecv)
    {
        OpenStream(call);
        return SdpNegotiator.WriteOffer(LocalOf(call, direction), call.Body);
    }

    /// <summary>Opens the call's audio and writes the answer to its offer into its body.</summary>
    public int AnswerTo(PeerCall call)
    {
        OpenStream(call);
        Assert.Equal(SdpParseError.None, _sdp.Parse(call.OfferHeard));
        Assert.Equal(SdpOutcome.Agreed, SdpNegotiator.Answer(_sdp, LocalOf(call, SdpDirection.SendRecv), call.Body, out var written, out var agreed));
        _media.SetRemote(call.Stream, MediaRemote.From(agreed));
        return written;
    }

    public MediaStreamStatistics StatisticsOf(PeerCall call)
    {
        _media.TryGetStatistics(call.Stream, out var statistics);
        return statistics;
    }

    public void Dispose()
    {
        _stack.Dispose();
        _media.Dispose();
    }

    private PeerCall? Find(SipCallHandle handle)
    {
        lock (_gate)
        {
            return _calls.GetValueOrDefault(handle);
        }
    }

    private void OpenStream(PeerCall call)
    {
        if (call.Stream.IsValid)
        {
            return;
        }

        Assert.Equal(MediaOpenError.None, _media.TryOpen(out var stream, out var local));
        call.Stream = stream;
        call.Port = local!.Port;
        lock (_gate)
        {
            _byStream[stream] = call;
        }

        _media.SetTap(stream, this, MediaTapMode.AsReceived);
        if (call.IsMute)
        {
            _media.SendNothing(stream);
        }
        else
        {
            _media.PlayTone(stream, Voice);
        }
    }

    private void Connect(PeerCall call, ReadOnlySpan<byte> sdp)
    {
        if (!sdp.IsEmpty && call.Stream.IsValid && _sdp.Parse(sdp) == SdpParseError.None
            && SdpNegotiator.TakeAnswer(_sdp, LocalOf(call, SdpDirection.SendRecv), out var agreed) == SdpOutcome.Agreed)
        {
            _media.SetRemote(call.Stream, MediaRemote.From(agreed));
        }
    }

    private static SdpLocal LocalOf(PeerCall call, SdpDirection direction) =>
        new() { Address = IPAddress.Loopback, RtpPort = call.Port, SessionId = 77, SessionVersion = ++call.Version, Direction = direction };
}

/// <summary>A call at a scripted far end.</summary>
internal sealed class PeerCall(Peer peer, SipCallHandle handle, ReadOnlySpan<byte> uri, ReadOnlySpan<byte> from, ReadOnlySpan<byte> offer)
{
    private const int FramesToBelieve = 10;
    private readonly Lock _gate = new();
    private int _loudInARow;
    private int _quietInARow;
    private int _beeps;
    private (bool Loud, TaskCompletionSource Found)? _listening;

    public SipCallHandle Handle { get; set; } = handle;

    public string Uri { get; } = Encoding.ASCII.GetString(uri);

    /// <summary>True sends no audio at all; set before the call's first session description.</summary>
    public bool IsMute { get; set; }

    /// <summary>True takes a REFER; set before the call is answered.</summary>
    public bool TakesReferrals { get; set; }

    /// <summary>Where the call was asked to go.</summary>
    public TaskCompletionSource<string> Referred { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Says how the call that a REFER asked for fares.</summary>
    public Task<bool> ReportReferralAsync(int status) => peer.RunAsync(endpoint => endpoint.TryReportReferral(Handle, status));

    /// <summary>The INVITE as it came.</summary>
    public string Head { get; init; } = "";

    public string From { get; } = Encoding.ASCII.GetString(from);

    public byte[] OfferHeard { get; } = offer.ToArray();

    public byte[] Body { get; } = new byte[1_024];

    public MediaStreamHandle Stream { get; set; }

    public int Port { get; set; }

    public ulong Version { get; set; }

    public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Confirmed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<(int Status, string Sdp)> SessionAnswer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<(SipEndCause Cause, int Status)> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<(SipEndCause Cause, int Status)> EndAsync() => Ended.Task.WaitAsync(EventLog.Limit);

    public Task<bool> RingAsync() => peer.RunAsync(endpoint => endpoint.TryRing(Handle));

    public Task<bool> RingWithMediaAsync() => peer.RunAsync(endpoint => endpoint.TryRing(Handle, 183, Body.AsSpan(0, peer.AnswerTo(this))));

    public Task<bool> AnswerAsync() => peer.RunAsync(endpoint => endpoint.TryAnswer(Handle, Body.AsSpan(0, peer.AnswerTo(this))));

    public Task<bool> AnswerWithoutSdpAsync() => peer.RunAsync(endpoint => endpoint.TryAnswer(Handle, default));

    public Task<bool> RejectAsync(int status, string lines = "") => peer.RunAsync(endpoint => endpoint.TryReject(Handle, status, Encoding.ASCII.GetBytes(lines)));

    public Task<bool> HangUpAsync() => peer.RunAsync(endpoint => endpoint.TryHangUp(Handle));

    public Task<bool> ReInviteAsync(SdpDirection direction) =>
        peer.RunAsync(endpoint => endpoint.TryReInvite(Handle, Body.AsSpan(0, peer.Offer(this, direction))));

    public Task<bool> ReInviteWithoutOfferAsync() => peer.RunAsync(endpoint => endpoint.TryReInvite(Handle, default));

    public MediaStreamStatistics Statistics => peer.StatisticsOf(this);

    /// <summary>Waits until the next ten frames in a row are loud, or silent.</summary>
    public Task HearsAsync(bool loud)
    {
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _loudInARow = 0;
            _quietInARow = 0;
            _listening = (loud, found);
        }

        return found.Task.WaitAsync(EventLog.Limit);
    }

    /// <summary>Waits until so many more packets were sent.</summary>
    public async Task SendsAsync(uint packets)
    {
        var goal = Statistics.PacketsSent + packets;
        using var limit = new CancellationTokenSource(EventLog.Limit);
        while (Statistics.PacketsSent < goal)
        {
            await Task.Delay(5, limit.Token);
        }
    }

    /// <summary>Frames heard that were a tone of 1,000 Hz and little else.</summary>
    public int Beeps
    {
        get
        {
            lock (_gate)
            {
                return _beeps;
            }
        }
    }

    public void Heard(bool loud, bool beep)
    {
        lock (_gate)
        {
            _beeps += beep ? 1 : 0;
            _loudInARow = loud ? _loudInARow + 1 : 0;
            _quietInARow = loud ? 0 : _quietInARow + 1;
            if (_listening is { } wanted && (wanted.Loud ? _loudInARow : _quietInARow) >= FramesToBelieve)
            {
                _listening = null;
                wanted.Found.SetResult();
            }
        }
    }
}
