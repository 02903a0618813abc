using System.Text;
using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Tests.Calls;

/// <summary>Thousands of calls between two endpoints over a bad network: everything ends, exactly once, and nothing stays behind.</summary>
public sealed class LossyNetworkTests
{
    [Theory]
    [InlineData(1, 0.0, 0.0, 1, 1)]
    [InlineData(2, 0.05, 0.05, 1, 80)]
    [InlineData(3, 0.15, 0.10, 5, 400)]
    [InlineData(4, 0.30, 0.30, 1, 900)]
    [InlineData(5, 0.30, 0.00, 50, 50)]
    [InlineData(6, 0.00, 0.50, 1, 1500)]
    public void Every_call_ends_once_and_nothing_is_left(int seed, double loss, double duplication, int delayMin, int delayMax)
    {
        const int Calls = 1_500;
        var network = new VirtualNetwork(seed, new Weather(loss, duplication, delayMin, delayMax));
        var caller = new Caller(seed);
        var callee = new Callee(seed + 1000);
        var a = network.Add(5060, caller);
        var b = network.Add(5070, callee);
        caller.Endpoint = a.Endpoint;
        callee.Endpoint = b.Endpoint;
        network.EveryTick = now =>
        {
            caller.Tick(now, b.Peer, Calls);
            callee.Tick(now);
        };

        network.Run(30_000);
        Assert.Equal(Calls, caller.Placed);
        network.Run(300_000);

        Assert.All(caller.Ends, (ends, token) => Assert.True(ends == 1, $"seed {seed}: call {token} ended {ends} times"));
        Assert.All(callee.Ends.Values, ends => Assert.Equal(1, ends));
        Assert.Equal(callee.Received, callee.Ends.Count);
        foreach (var node in new[] { a, b })
        {
            Assert.Equal(0, node.Endpoint.CallCount);
            Assert.Equal(0, node.Endpoint.TransactionCount);
            Assert.Equal(0, node.Endpoint.TimerCount);
            Assert.Equal(0, node.Endpoint.RentedChunks);
            Assert.Equal(0, node.Endpoint.Counters.MalformedMessages);
        }

        if (loss == 0)
        {
            // Nothing is lost: no call may end for want of an answer, and every 2xx that crossed a CANCEL was ended by BYE.
            Assert.DoesNotContain(SipEndCause.NoResponse, caller.Causes);
            Assert.DoesNotContain(SipEndCause.AcknowledgementMissing, callee.Causes);
            Assert.DoesNotContain(SipEndCause.DialogLost, caller.Causes);
        }

        Assert.True(caller.Causes.Contains(SipEndCause.LocalHangUp) && caller.Causes.Contains(SipEndCause.Cancelled));
    }

    [Fact]
    public void Over_a_reliable_transport_nothing_is_repeated_and_nothing_lingers()
    {
        const int Calls = 300;
        var network = new VirtualNetwork(9, new Weather(0, 0, 20, 20));
        var caller = new Caller(9);
        var callee = new Callee(10);
        var a = network.Add(5060, caller, transport: SipTransport.Tcp);
        var b = network.Add(5070, callee, transport: SipTransport.Tcp);
        caller.Endpoint = a.Endpoint;
        callee.Endpoint = b.Endpoint;
        network.EveryTick = now =>
        {
            caller.Tick(now, b.Peer, Calls);
            callee.Tick(now);
        };
        network.Run(20_000);
        Assert.All(caller.Ends, ends => Assert.Equal(1, ends));
        Assert.Equal(0, a.Endpoint.Counters.Retransmissions);
        Assert.Equal(0, b.Endpoint.Counters.Retransmissions);

        // Only the INVITEs with a 2xx wait: 64*T1 over any transport (RFC 6026).
        Assert.True(a.Endpoint.TransactionCount < Calls);
        network.Run(35_000);
        Assert.Equal(0, a.Endpoint.TransactionCount + b.Endpoint.TransactionCount);
        Assert.Equal(0, a.Endpoint.TimerCount + b.Endpoint.TimerCount);
    }

    private sealed class Caller(int seed) : SipCallObserver
    {
        private readonly Random _random = new(seed);
        private readonly PriorityQueue<SipCallHandle, long> _hangUps = new();
        private long _now;

        public SipEndpoint Endpoint { get; set; } = null!;

        public int Placed { get; private set; }

        public List<int> Ends { get; } = [];

        public HashSet<SipEndCause> Causes { get; } = [];

        public void Tick(long now, SipPeer target, int total)
        {
            _now = now;
            while (_hangUps.TryPeek(out var call, out var due) && due <= now)
            {
                _hangUps.Dequeue();
                Endpoint.TryHangUp(call);
            }

            for (var i = 0; i < 2 && Placed < total; i++)
            {
                Ends.Add(0);
                var error = Endpoint.TryPlace(
                    new SipCallRequest
                    {
                        Destination = target,
                        RequestUri = Encoding.ASCII.GetBytes($"sip:u{Placed}@10.0.0.1:{target.Port}"),
                        From = "<sip:caller@10.0.0.1>"u8,
                        Body = TestSdp.Offer,
                        Token = Placed,
                        RingTimeoutMs = _random.Next(5) == 0 ? 3_000 : 0,
                    },
                    out var handle);
                Assert.Equal(SipPlaceError.None, error);
                Placed++;
                if (_random.Next(3) == 0)
                {
                    _hangUps.Enqueue(handle, now + _random.Next(0, 4_000));
                }
            }
        }

        public override void OnAnswered(in SipCallAnswered answered)
        {
            Assert.False(answered.Sdp.IsEmpty);
            _hangUps.Enqueue(answered.Call, _now + _random.Next(0, 3_000));
        }

        public override void OnEnded(in SipCallEnded ended)
        {
            Ends[(int)ended.Token]++;
            Causes.Add(ended.Cause);
        }
    }

    private sealed class Callee(int seed) : SipCallObserver
    {
        private readonly Random _random = new(seed);
        private readonly PriorityQueue<(SipCallHandle Call, int Act), long> _acts = new();
        private long _now;

        public SipEndpoint Endpoint { get; set; } = null!;

        public int Received { get; private set; }

        public Dictionary<SipCallHandle, int> Ends { get; } = [];

        public HashSet<SipEndCause> Causes { get; } = [];

        public void Tick(long now)
        {
            _now = now;
            while (_acts.TryPeek(out var act, out var due) && due <= now)
            {
                _acts.Dequeue();
                switch (act.Act)
                {
                    case 0:
                        Endpoint.TryRing(act.Call);
                        break;
                    case 1:
                        Endpoint.TryAnswer(act.Call, TestSdp.Answer);
                        break;
                    case 2:
                        Endpoint.TryReject(act.Call, 486);
                        break;
                    case 3:
                        Endpoint.TryHangUp(act.Call);
                        break;
                    case 4:
                        Endpoint.TryRing(act.Call, 183, TestSdp.Answer);
                        break;
                }
            }
        }

        public override bool OnIncoming(in SipIncomingCall incoming)
        {
            Received++;
            var call = incoming.Call;
            _acts.Enqueue((call, _random.Next(2) == 0 ? 0 : 4), _now + _random.Next(0, 500));
            var answerAt = _now + _random.Next(0, 4_000);
            switch (_random.Next(4))
            {
                case 0:
                    _acts.Enqueue((call, 2), answerAt);
                    break;
                case 1:
                    _acts.Enqueue((call, 1), answerAt);
                    _acts.Enqueue((call, 3), answerAt + _random.Next(0, 2_000));
                    break;
                default:
                    _acts.Enqueue((call, 1), answerAt);
                    break;
            }

            return true;
        }

        public override void OnEnded(in SipCallEnded ended)
        {
            Ends[ended.Call] = Ends.GetValueOrDefault(ended.Call) + 1;
            Causes.Add(ended.Cause);
        }
    }
}
