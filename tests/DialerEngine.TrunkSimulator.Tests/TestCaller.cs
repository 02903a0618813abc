using System.Collections.Concurrent;
using System.Net;
using System.Text;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Adapters.SipServer.Transport;
using DialerEngine.Media;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Sdp;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.TrunkSimulator.Tests;

/// <summary>What a caller saw of one call.</summary>
internal sealed record Outcome(
    int Status, SipEndCause Cause, int Q850, int RetryAfter, bool Ringing, bool EarlyMedia, bool Trying, long AnswerMs, long EndMs, byte[] Heard);

/// <summary>The other end of the trunk: places calls with audio and hears them out.</summary>
internal sealed class TestCaller : SipCallObserver, IMediaTap, IDisposable
{
    private readonly SipStack _sip;
    private readonly MediaEngine _media;
    private readonly IPEndPoint _trunk;
    private readonly ConcurrentDictionary<long, Call> _calls = new();
    private readonly ConcurrentDictionary<MediaStreamHandle, Call> _byStream = new();
    private readonly SdpSession _session = new();
    private long _tokens;

    public TestCaller(IPEndPoint trunk)
    {
        _trunk = trunk;
        _media = new MediaEngine(new MediaEngineOptions(), TimeProvider.System, new SeededMediaRandom(99));
        _sip = new SipStack(
            new SipStackOptions { Udp = [new IPEndPoint(IPAddress.Loopback, 0)], Endpoint = new SipEndpointOptions { Secret0 = 5, Secret1 = 6 } },
            this,
            TimeProvider.System);
        _media.Start();
        _sip.Start();
    }

    public SipEndpointCounters Counters => _sip.Endpoint.Counters;

    /// <summary>Calls a number; hangs up so long after the answer (0: waits for the callee), gives up ringing after the other time.</summary>
    public Task<Outcome> CallAsync(string number, int hangUpAfterMs = 200, int ringTimeoutMs = 20_000, bool offer = true)
    {
        Assert.Equal(MediaOpenError.None, _media.TryOpen(out var stream, out var local));
        var call = new Call { Token = Interlocked.Increment(ref _tokens), Stream = stream, HangUpAfterMs = hangUpAfterMs, Port = local!.Port };
        _calls[call.Token] = call;
        _byStream[stream] = call;
        _media.SetTap(stream, this);
        Assert.True(_sip.TryPost((endpoint, _, _) => Place(endpoint, call, number, ringTimeoutMs, offer)));
        return call.Done.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public override void OnProgress(in SipCallProgress progress) => Connect(_calls[progress.Token], progress.Sdp);

    public override void OnAnswered(in SipCallAnswered answered)
    {
        var call = _calls[answered.Token];
        Connect(call, answered.Sdp);
        if (call.HangUpAfterMs > 0)
        {
            var handle = answered.Call;
            _ = Task.Delay(call.HangUpAfterMs).ContinueWith(
                _ => _sip.TryPost((endpoint, _, _) => endpoint.TryHangUp(handle)), TaskScheduler.Default);
        }
    }

    public override void OnEnded(in SipCallEnded ended)
    {
        var call = _calls[ended.Token];
        _media.SetTap(call.Stream, null);
        _media.Close(call.Stream);
        var m = ended.Moments;
        call.Done.SetResult(new Outcome(
            ended.Status, ended.Cause, ended.Q850, ended.RetryAfterSeconds, ended.Ringing, ended.EarlyMedia, m.FirstProvisional >= 0,
            m.Answered < 0 ? -1 : m.Answered - m.Started, m.Ended - m.Started, [.. call.Heard]));
    }

    public void Hear(MediaStreamHandle stream, in MediaFrame frame) => _byStream[stream].Heard.AddRange(frame.Codes);

    public void Dispose()
    {
        _sip.Dispose();
        _media.Dispose();
    }

    private void Place(SipEndpoint endpoint, Call call, string number, int ringTimeoutMs, bool offer)
    {
        Span<byte> sdp = stackalloc byte[1024];
        var length = offer ? SdpNegotiator.WriteOffer(LocalOf(call), sdp) : 0;
        var error = endpoint.TryPlace(
            new SipCallRequest
            {
                Destination = SipPeer.From(_trunk.Address, _trunk.Port),
                RequestUri = Encoding.ASCII.GetBytes($"sip:{number}@{_trunk}"),
                From = "<sip:1000@127.0.0.1>"u8,
                Body = sdp[..length],
                RingTimeoutMs = ringTimeoutMs,
                Token = call.Token,
            },
            out _);
        if (error != SipPlaceError.None)
        {
            call.Done.SetException(new InvalidOperationException(error.ToString()));
        }
    }

    private void Connect(Call call, ReadOnlySpan<byte> sdp)
    {
        if (!sdp.IsEmpty && _session.Parse(sdp) == SdpParseError.None
            && SdpNegotiator.TakeAnswer(_session, LocalOf(call), out var stream) == SdpOutcome.Agreed)
        {
            _media.SetRemote(call.Stream, MediaRemote.From(stream));
        }
    }

    private static SdpLocal LocalOf(Call call) => new() { Address = IPAddress.Loopback, RtpPort = call.Port, SessionId = 1 };

    private sealed class Call
    {
        public required long Token { get; init; }

        public required MediaStreamHandle Stream { get; init; }

        public required int HangUpAfterMs { get; init; }

        public required int Port { get; init; }

        public List<byte> Heard { get; } = [];

        public TaskCompletionSource<Outcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
