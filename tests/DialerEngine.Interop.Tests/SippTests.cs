using System.Collections.Concurrent;
using System.Net;
using System.Text;
using DialerEngine.Adapters.SipServer.Transport;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Interop.Tests;

/// <summary>Our stack over real sockets against sipp, in both directions.</summary>
public sealed class SippTests
{
    [SippFact]
    public async Task A_call_is_answered_and_ended_by_us()
    {
        var run = await RunAsync("answer", 5);
        Assert.Equal(5, run.Count("ended LocalHangUp by Local 200 OK"));
        Assert.Equal(5, run.Count("progress 180"));
        Assert.Equal(0, run.Counters.Retransmissions);
    }

    [SippTheory]
    [InlineData("486 Busy Here", "X-None: 1", "ended Refused by Remote 486 Busy Here")]
    [InlineData("404 Not Found", "Reason: Q.850;cause=1", "ended Refused by Remote 404 Not Found q850 1")]
    [InlineData("503 Service Unavailable", "Retry-After: 7", "ended Refused by Remote 503 Service Unavailable retry 7")]
    [InlineData("302 Moved Temporarily", "Contact: <sip:else@127.0.0.1>", "ended Refused by Remote 302 Moved Temporarily contact sip:else@127.0.0.1")]
    public async Task A_refusal_is_reported_with_all_that_it_says(string status, string line, string expected)
    {
        var run = await RunAsync("refuse", 1, words: (status, line));
        Assert.Equal(expected, run.Events[^1]);
    }

    [SippFact]
    public async Task A_call_that_rings_too_long_is_cancelled()
    {
        var run = await RunAsync("ring-only", 1, ringTimeoutMs: 1_000);
        Assert.Equal("ended RingTimeout by Local 487 Request Terminated", run.Events[^1]);
    }

    [SippFact]
    public async Task An_answer_that_crosses_the_cancel_is_acknowledged_and_ended()
    {
        var run = await RunAsync("late-answer", 1, ringTimeoutMs: 300);
        Assert.Equal("ended AnsweredAfterCancel by Local 200 OK", run.Events[^1]);
    }

    [SippFact]
    public async Task Early_media_serves_as_the_answer_of_a_success_without_one()
    {
        var run = await RunAsync("early-media", 1);
        Assert.Contains("progress 183 with sdp", run.Events);
        Assert.Contains("answered with sdp", run.Events);
    }

    [SippFact]
    public async Task An_invite_that_is_not_answered_at_once_is_repeated()
    {
        var run = await RunAsync("slow", 1);
        Assert.Equal("ended LocalHangUp by Local 200 OK", run.Events[^1]);
        Assert.InRange(run.Counters.Retransmissions, 1, 2);
    }

    [SippFact]
    public async Task Every_repeated_success_gets_its_ack()
    {
        var run = await RunAsync("lost-ack", 20, holdMs: 3_000);
        Assert.Equal(20, run.Count("ended LocalHangUp by Local 200 OK"));
        Assert.True(run.Counters.Retransmissions > 0);
    }

    [SippFact]
    public async Task A_call_is_ended_by_the_far_end()
    {
        var run = await RunAsync("hang-up", 3, holdMs: 30_000);
        Assert.Equal(3, run.Count("ended RemoteHangUp by Remote 200 OK q850 16"));
    }

    [SippTheory]
    [InlineData("challenge-401")]
    [InlineData("challenge-407")]
    public async Task A_challenge_is_answered_with_the_right_digest(string scenario)
    {
        var run = await RunAsync(scenario, 2, credentials: new SipCredentials("us", "secret"));
        Assert.Equal(2, run.Count("ended LocalHangUp by Local 200 OK"));
    }

    [SippFact]
    public async Task Calls_of_sipp_are_answered_by_us()
    {
        var run = new CallWatch(0, null, 0, 0);
        using var stack = run.Open();
        using var sipp = SippPeer.Call(stack.LocalEndPoints[0], 20, "-r", "50", "-d", "100");
        Assert.Null(await sipp.FaultAsync());
        await run.EndedAsync(20);
        Assert.Equal(20, run.Count("ended RemoteHangUp by Remote 200 OK"));
        Assert.Equal(0, run.Counters.MalformedMessages);
    }

    private static async Task<CallWatch> RunAsync(
        string scenario, int calls, int ringTimeoutMs = 0, int holdMs = 0, SipCredentials? credentials = null, (string, string)? words = null)
    {
        using var sipp = await SippPeer.AnswerAsync(scenario, calls, words);
        var run = new CallWatch(ringTimeoutMs, credentials, holdMs, calls);
        using var stack = run.Open();
        stack.TryPost((endpoint, state, port) => ((CallWatch)state!).Place(endpoint, (int)port), run, sipp.Port);
        await run.EndedAsync(calls);
        Assert.Null(await sipp.FaultAsync());
        return run;
    }

    /// <summary>Places calls or answers them, and keeps what happens as text.</summary>
    private sealed class CallWatch(int ringTimeoutMs, SipCredentials? credentials, int holdMs, int calls) : SipCallObserver, ISipLoopWork
    {
        private static readonly byte[] Sdp = Encoding.ASCII.GetBytes(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n");

        private readonly ConcurrentQueue<string> _events = new();
        private readonly Queue<(SipCallHandle Call, long Due)> _held = new();
        private readonly SemaphoreSlim _ended = new(0);
        private SipStack? _stack;

        public string[] Events => [.. _events];

        public SipEndpointCounters Counters => _stack!.Endpoint.Counters;

        public int Count(string text) => _events.Count(e => e == text);

        public SipStack Open()
        {
            _stack = new SipStack(
                new SipStackOptions { Udp = [new IPEndPoint(IPAddress.Loopback, 0)], Endpoint = SipStackOptions.NewEndpointOptions() },
                this, TimeProvider.System, this);
            _stack.Start();
            return _stack;
        }

        public async Task EndedAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Assert.True(await _ended.WaitAsync(TimeSpan.FromSeconds(50)), "a call did not end: " + string.Join("; ", Events));
            }
        }

        public void Place(SipEndpoint endpoint, int port)
        {
            for (var i = 0; i < calls; i++)
            {
                var error = endpoint.TryPlace(
                    new SipCallRequest
                    {
                        Destination = SipPeer.FromIPv4(0x7F000001, (ushort)port),
                        RequestUri = Encoding.ASCII.GetBytes($"sip:u{i}@127.0.0.1:{port}"),
                        From = "<sip:us@127.0.0.1>"u8,
                        Body = Sdp,
                        Credentials = credentials,
                        RingTimeoutMs = ringTimeoutMs,
                    },
                    out _);
                Assert.Equal(SipPlaceError.None, error);
            }
        }

        public int Run(SipEndpoint endpoint, long nowMs)
        {
            while (_held.TryPeek(out var held) && held.Due <= nowMs)
            {
                endpoint.TryHangUp(_held.Dequeue().Call);
            }

            return 10_000;
        }

        public override void OnProgress(in SipCallProgress progress) =>
            _events.Enqueue($"progress {progress.Status}{(progress.Sdp.IsEmpty ? "" : " with sdp")}");

        public override void OnAnswered(in SipCallAnswered answered)
        {
            _events.Enqueue($"answered{(answered.Sdp.IsEmpty ? "" : " with sdp")}");
            _held.Enqueue((answered.Call, _stack!.Endpoint.NowMs + holdMs));
        }

        public override bool OnIncoming(in SipIncomingCall incoming)
        {
            _stack!.Endpoint.TryRing(incoming.Call);
            return _stack.Endpoint.TryAnswer(incoming.Call, Sdp);
        }

        public override void OnEnded(in SipCallEnded ended)
        {
            var contact = ended.Status is >= 300 and < 400 && ended.Message is { } message && message.TryGetContact(out var address)
                ? " contact " + Encoding.UTF8.GetString(address.Uri) : "";
            _events.Enqueue(
                $"ended {ended.Cause} by {ended.EndedBy} {ended.Status} {Encoding.UTF8.GetString(ended.Phrase)}"
                + (ended.Q850 == 0 ? "" : $" q850 {ended.Q850}") + (ended.RetryAfterSeconds < 0 ? "" : $" retry {ended.RetryAfterSeconds}") + contact);
            _ended.Release();
        }
    }
}
