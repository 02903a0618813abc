using System.Text;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Tests.Calls;

/// <summary>Messages of real calls, spoilt and shuffled: the endpoint neither throws nor keeps anything for ever.</summary>
public sealed class HostileTrafficTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Spoilt_messages_never_throw_and_everything_is_freed_in_the_end(int seed) => Run(seed, ScriptedPeer.Far, new Side());

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Everything_is_freed_over_a_reliable_transport_too(int seed) =>
        Run(seed, ScriptedPeer.Far.WithTransport(SipTransport.Tcp), new Side());

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    public void Everything_is_freed_where_the_transport_fails_now_and_then(int seed) =>
        Run(seed, ScriptedPeer.Far, new Side { FailsOneIn = 12, Random = new Random(-seed) });

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    public void Everything_is_freed_where_the_tables_are_full(int seed) =>
        Run(seed, ScriptedPeer.Far, new Side(maxTransactions: 40, maxCalls: 30, maxMemory: 1 << 20));

    private static void Run(int seed, SipPeer far, Side side)
    {
        var random = new Random(seed);
        var now = 1_000L;
        var corpus = new List<byte[]>();
        for (var step = 0; step < 20_000; step++)
        {
            if (random.Next(20) == 0)
            {
                side.Place(far);
            }

            if (side.Sent.Count > 0)
            {
                corpus.Add(Reflect(side.Sent.Dequeue(), random));
                side.Sent.Clear();
            }

            if (corpus.Count == 0)
            {
                continue;
            }

            var pick = corpus[random.Next(Math.Max(0, corpus.Count - 200), corpus.Count)].ToArray();
            Spoil(ref pick, random);
            now += random.Next(3) == 0 ? random.Next(600) : 0;
            try
            {
                side.Endpoint.Receive(pick, 0, pick.Length, far, now);
                side.Act(random);
            }
            catch (Exception fault)
            {
                Assert.Fail($"seed {seed}, step {step}: {fault}\n{Encoding.Latin1.GetString(pick)}");
            }
        }

        side.HangUpAll();
        for (var i = 0; i < 40_000; i++)
        {
            side.Endpoint.Advance(now += 10);
        }

        Assert.True(side.Endpoint.CallCount == 0, $"seed {seed}: {side.Endpoint.CallCount} calls are left");
        Assert.True(side.Endpoint.TransactionCount == 0, $"seed {seed}: {side.Endpoint.TransactionCount} transactions are left");
        Assert.Equal(0, side.Endpoint.TimerCount);
        Assert.Equal(0, side.Endpoint.RentedChunks);
        Assert.Equal(side.Endpoint.Counters.CallsPlaced + side.Endpoint.Counters.CallsReceived, side.Endpoint.Counters.CallsEnded);
        Assert.True(side.Endpoint.Counters.CallsAnswered > 0 && side.Endpoint.Counters.CallsReceived > 0);
    }

    /// <summary>Makes of a message that the endpoint sent one that it could receive: a response to it, or a request in its dialog.</summary>
    private static byte[] Reflect(string sent, Random random)
    {
        if (sent.StartsWith("SIP/2.0", StringComparison.Ordinal))
        {
            var tag = ScriptedPeer.Tag(ScriptedPeer.Header(sent, "To"));
            string[] methods = ["ACK", "BYE", "INVITE", "CANCEL", "UPDATE", "REFER", "INFO", "OPTIONS", "PRACK"];
            return Encoding.UTF8.GetBytes(ScriptedPeer.FarInvite(
                "Refer-To: <sip:x@192.0.2.3>\r\n", "z9hG4bK" + random.Next(50), random.Next(4) == 0 ? "" : tag, methods[random.Next(methods.Length)],
                random.Next(1, 9)).Replace("farcall", ScriptedPeer.Header(sent, "Call-ID"), StringComparison.Ordinal));
        }

        string[] answers = ["100 Trying", "180 Ringing", "183 Session Progress", "200 OK", "200 OK", "200 OK", "401 Unauthorized", "486 Busy Here", "302 Moved", "481 No"];
        string[] lines =
        [
            "Contact: <sip:far@192.0.2.1:5066>\r\n", "Require: 100rel\r\nRSeq: 7\r\n", "Reason: Q.850;cause=17\r\nRetry-After: 9\r\n",
            "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n", "Record-Route: <sip:192.0.2.4;lr>, <sip:h.example>\r\nContact: <sip:q@h.example>\r\n",
        ];
        if (random.Next(3) == 0 && sent.StartsWith("INVITE", StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(ScriptedPeer.FarInvite(branch: "z9hG4bKnew" + random.Next(100000)).Replace("farcall", "c" + random.Next(100000), StringComparison.Ordinal));
        }

        return Encoding.UTF8.GetBytes(ScriptedPeer.Response(
            sent, answers[random.Next(answers.Length)], "t" + random.Next(3), lines[random.Next(lines.Length)], random.Next(2) == 0 ? "" : "v=0\r\n"));
    }

    private static void Spoil(ref byte[] bytes, Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                break;
            case 1:
                bytes = bytes[..random.Next(1, bytes.Length)];
                break;
            case 2:
                var lines = Encoding.Latin1.GetString(bytes).Split("\r\n").ToList();
                lines.RemoveAt(random.Next(lines.Count));
                bytes = Encoding.Latin1.GetBytes(string.Join("\r\n", lines));
                bytes = bytes.Length == 0 ? [0] : bytes;
                break;
        }
    }

    private sealed class Side : SipCallObserver, ISipTransportSink
    {
        private readonly SipLocalAddress _local = new("192.0.2.9:5062", SipTransport.Udp);
        private readonly HashSet<SipCallHandle> _calls = [];

        public Side(int maxTransactions = 500_000, int maxCalls = 300, int maxMemory = 512 << 20) => Endpoint = new SipEndpoint(
            new SipEndpointOptions
            {
                Secret0 = 3,
                Secret1 = 4,
                MaxCalls = maxCalls,
                MaxTransactions = maxTransactions,
                MaxMemoryBytes = maxMemory,
                LongestSetupMs = 20_000,
            },
            this, this, 1_000);

        /// <summary>One message in so many is refused by the transport; 0: none.</summary>
        public int FailsOneIn { get; init; }

        public Random Random { get; init; } = new(0);

        public SipEndpoint Endpoint { get; }

        public Queue<string> Sent { get; } = new();

        public void Place(SipPeer far)
        {
            if (Endpoint.TryPlace(
                new SipCallRequest
                {
                    Destination = far,
                    RequestUri = "sip:100@192.0.2.1"u8,
                    From = "<sip:us@example.com>"u8,
                    Body = TestSdp.Offer,
                    Credentials = new SipCredentials("a", "b"),
                },
                out var call) == SipPlaceError.None)
            {
                _calls.Add(call);
            }
        }

        public void Act(Random random)
        {
            if (_calls.Count == 0 || random.Next(6) != 0)
            {
                return;
            }

            var call = _calls.ElementAt(random.Next(_calls.Count));
            switch (random.Next(8))
            {
                case 0:
                    Endpoint.TryHangUp(call, "SIP;cause=200"u8);
                    break;
                case 1:
                    Endpoint.TryAnswer(call, TestSdp.Answer);
                    break;
                case 2:
                    Endpoint.TryReInvite(call, TestSdp.Offer);
                    break;
                case 3:
                    Endpoint.TryTransfer(call, "sip:x@192.0.2.3"u8);
                    break;
                case 4:
                    Endpoint.TryAnswerOffer(call, TestSdp.Answer);
                    break;
                case 5:
                    Endpoint.TryReject(call, 486);
                    break;
                case 6:
                    Endpoint.TryReportReferral(call, 180);
                    break;
                default:
                    Endpoint.TryRing(call);
                    break;
            }
        }

        public void HangUpAll()
        {
            foreach (var call in _calls.ToArray())
            {
                Endpoint.TryHangUp(call);
            }
        }

        public bool TrySend(in SipPeer destination, ReadOnlySpan<byte> message)
        {
            if (FailsOneIn > 0 && Random.Next(FailsOneIn) == 0)
            {
                return false;
            }

            Sent.Enqueue(Encoding.UTF8.GetString(message));
            return true;
        }

        public SipLocalAddress? LocalFor(in SipPeer destination) => _local;

        public override bool OnIncoming(in SipIncomingCall incoming) => _calls.Add(incoming.Call);

        public override bool OnOffer(in SipSessionOffer offer) => true;

        public override void OnEnded(in SipCallEnded ended) => _calls.Remove(ended.Call);
    }
}
