using DialerEngine.Sip.Calls;
using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Tests.Calls;

/// <summary>Once warm, an endpoint allocates nothing: neither for a call nor for what the network repeats.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void A_call_from_invite_to_bye_allocates_nothing_once_warm()
    {
        var pair = new Pair();
        pair.Calls(3_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        pair.Calls(1_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(4_000, pair.Caller.Endpoint.Counters.CallsAnswered);
        Assert.Equal(0, pair.Caller.Endpoint.Counters.Retransmissions);
    }

    [Fact]
    public void A_repeated_message_allocates_nothing()
    {
        var pair = new Pair();
        pair.Calls(1);
        pair.Callee.Keep = pair.Caller.Keep = true;
        pair.Calls(1);
        pair.Callee.Keep = pair.Caller.Keep = false;
        for (var i = 0; i < 300; i++)
        {
            pair.Repeat();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            pair.Repeat();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(pair.Callee.Endpoint.Counters.RepeatedRequests > 100);
        Assert.True(pair.Caller.Endpoint.Counters.RepeatedResponses > 100);
    }

    /// <summary>Two endpoints that hand each other their messages through one preallocated queue.</summary>
    private sealed class Pair
    {
        private readonly byte[][] _queue = [.. Enumerable.Range(0, 64).Select(_ => new byte[4096])];
        private readonly (Side To, int Length)[] _entries = new (Side, int)[64];
        private int _head;
        private int _count;
        private long _now = 1000;

        public Pair()
        {
            Caller = new Side(this, 5060);
            Callee = new Side(this, 5070);
            Caller.Other = Callee;
            Callee.Other = Caller;
        }

        public Side Caller { get; }

        public Side Callee { get; }

        public void Calls(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Caller.Place();
                Deliver();
                _now += 20;
                Caller.Endpoint.Advance(_now);
                Callee.Endpoint.Advance(_now);
            }
        }

        public void Repeat()
        {
            Caller.RepeatKept();
            Callee.RepeatKept();
            Deliver();
        }

        private void Deliver()
        {
            while (_count > 0)
            {
                var slot = _head;
                _head = (_head + 1) % _queue.Length;
                _count--;
                var (to, length) = _entries[slot];
                to.Endpoint.Receive(_queue[slot], 0, length, to.Other.Peer, _now);
            }
        }

        private void Enqueue(Side to, ReadOnlySpan<byte> message)
        {
            var slot = (_head + _count++) % _queue.Length;
            message.CopyTo(_queue[slot]);
            _entries[slot] = (to, message.Length);
        }

        public sealed class Side : SipCallObserver, ISipTransportSink
        {
            private readonly Pair _pair;
            private readonly SipLocalAddress _local;
            private readonly List<byte[]> _kept = [];

            public Side(Pair pair, ushort port)
            {
                _pair = pair;
                _local = new SipLocalAddress("10.0.0.1:" + port, SipTransport.Udp);
                Peer = SipPeer.FromIPv4(0x0A000001, port);
                Endpoint = new SipEndpoint(new SipEndpointOptions { Secret0 = port, Secret1 = 7 }, this, this, 1000);
            }

            public SipEndpoint Endpoint { get; }

            public SipPeer Peer { get; }

            public Side Other { get; set; } = null!;

            public bool Keep { get; set; }

            public void Place() => Endpoint.TryPlace(
                new SipCallRequest { Destination = Other.Peer, RequestUri = "sip:1@10.0.0.1:5070"u8, From = "<sip:2@10.0.0.1>"u8, Body = TestSdp.Offer },
                out _);

            public void RepeatKept()
            {
                foreach (var message in _kept)
                {
                    _pair.Enqueue(Other, message);
                }
            }

            public bool TrySend(in SipPeer destination, ReadOnlySpan<byte> message)
            {
                if (Keep)
                {
                    _kept.Add(message.ToArray());
                }

                _pair.Enqueue(Other, message);
                return true;
            }

            public SipLocalAddress? LocalFor(in SipPeer destination) => _local;

            public override bool OnIncoming(in SipIncomingCall incoming)
            {
                Endpoint.TryRing(incoming.Call);
                return Endpoint.TryAnswer(incoming.Call, TestSdp.Answer);
            }

            public override void OnAnswered(in SipCallAnswered answered) => Endpoint.TryHangUp(answered.Call);
        }
    }
}
