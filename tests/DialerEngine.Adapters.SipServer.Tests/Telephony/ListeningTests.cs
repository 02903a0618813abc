using System.Collections.Concurrent;
using DialerEngine.Core;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Adapters.SipServer.Tests.Telephony;

/// <summary>Customers' audio reaches the detector from early media to the end of the call, and a call without a detector is a person.</summary>
public sealed class ListeningTests
{
    [Fact]
    public async Task Audio_after_the_answer_is_heard_until_the_call_ends()
    {
        var ears = new Ears();
        using var rig = new Rig(ears: ears, trunk: t => t with { CpdProfile = "line" });
        var call = rig.Place(listen: true);
        var customer = await rig.Trunk.IncomingAsync();
        await customer.RingAsync();
        Assert.Empty(ears.Opened);
        await customer.AnswerAsync();
        await rig.Log.NextAsync("Answered", call);
        await ears.UntilAsync(e => e.Loud >= 10, "audio of the answer");
        Assert.Equal("line", Assert.Single(ears.Opened).Profile);
        Assert.Equal(1, ears.AnsweredCalls);
        Assert.Equal(0, ears.BeforeAnswer);
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
        Assert.Equal(1, ears.Closed);
        Assert.Equal("Dialing Ringing Answered Ended", rig.Log.Of(call));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Early_media_is_heard_before_the_answer_unless_only_the_answer_is_wanted(bool onConnect)
    {
        var ears = new Ears();
        using var rig = new Rig(ears: ears);
        var call = rig.Place(listen: true, onConnect: onConnect);
        var customer = await rig.Trunk.IncomingAsync();
        await customer.RingWithMediaAsync();
        await rig.Log.NextAsync("Ringing", call);
        await customer.SendsAsync(15);
        if (!onConnect)
        {
            await ears.UntilAsync(e => e.BeforeAnswer >= 5, "early media");
        }

        await customer.AnswerAsync();
        await rig.Log.NextAsync("Answered", call);
        var before = ears.BeforeAnswer;
        await ears.UntilAsync(e => e.Loud >= before + 10, "audio of the answer");
        Assert.Equal(onConnect, before == 0);
        Assert.Single(ears.Opened);
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
        Assert.Equal(1, ears.Closed);
    }

    [Fact]
    public async Task An_answer_without_any_audio_is_silence_that_is_heard()
    {
        var ears = new Ears();
        using var rig = new Rig(ears: ears);
        var call = rig.Place(listen: true);
        var customer = await rig.Trunk.IncomingAsync();
        customer.IsMute = true;
        await customer.AnswerAsync();
        await rig.Log.NextAsync("Answered", call);
        await ears.UntilAsync(e => e.Silent >= 10, "silence");
        Assert.Equal(0, ears.Loud);

        // The first frames without a packet may be loss; the rest is a pause.
        Assert.InRange(ears.Missing, 1, 5);
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_no_analyser_is_to_be_had_the_answer_is_a_person(bool hasEars)
    {
        using var rig = new Rig(ears: hasEars ? new Ears { IsFull = true } : null);
        var call = rig.Place(listen: true);
        var customer = await rig.Trunk.IncomingAsync();
        await customer.AnswerAsync();
        Assert.Equal(CallResult.Answer, (await rig.Log.NextAsync("Classified", call)).Outcome.Result);
        Assert.Equal("Dialing Answered Classified", rig.Log.Of(call));
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
    }

    [Fact]
    public async Task A_call_whose_analysis_is_done_gives_its_analyser_back_and_goes_on()
    {
        var ears = new Ears { WantedFrames = 5 };
        using var rig = new Rig(ears: ears);
        var call = rig.Place(listen: true);
        var customer = await rig.Trunk.IncomingAsync();
        await customer.AnswerAsync();
        await rig.Log.NextAsync("Answered", call);
        await ears.UntilAsync(e => e.Closed == 1, "the end of the analysis");
        await customer.SendsAsync(10);
        Assert.InRange(ears.Heard, 5, 6);
        rig.Telephony.Release(call);
        await rig.EndAsync(call);
    }

    /// <summary>A detector that counts what it hears.</summary>
    private sealed class Ears : ICallAudioTap
    {
        private readonly ConcurrentQueue<CallAnalysisRequest> _opened = new();
        private int _loud;
        private int _silent;
        private int _missing;
        private int _before;
        private int _answered;
        private int _closed;
        private int _heard;

        public bool IsFull { get; init; }

        /// <summary>Frames after which nothing more is wanted.</summary>
        public int WantedFrames { get; init; } = int.MaxValue;

        public CallAnalysisRequest[] Opened => [.. _opened];

        public int Loud => Volatile.Read(ref _loud);

        public int Silent => Volatile.Read(ref _silent);

        public int Missing => Volatile.Read(ref _missing);

        public int BeforeAnswer => Volatile.Read(ref _before);

        public int AnsweredCalls => Volatile.Read(ref _answered);

        public int Closed => Volatile.Read(ref _closed);

        public int Heard => Volatile.Read(ref _heard);

        public CallAudioTicket Open(in CallAnalysisRequest request, long nowMilliseconds)
        {
            if (IsFull)
            {
                return CallAudioTicket.None;
            }

            _opened.Enqueue(request);
            return new CallAudioTicket(0, 1);
        }

        public void Answered(CallAudioTicket ticket, long nowMilliseconds) => Interlocked.Increment(ref _answered);

        public bool Hear(CallAudioTicket ticket, in CallAudioFrame frame)
        {
            var heard = Interlocked.Increment(ref _heard);
            if (Volatile.Read(ref _answered) == 0)
            {
                Interlocked.Increment(ref _before);
            }

            if (frame.Present == 0)
            {
                Interlocked.Increment(ref _missing);
            }
            else if (frame.Codes.ContainsAnyExcept((byte)0xFF, (byte)0x7F))
            {
                Interlocked.Increment(ref _loud);
            }
            else
            {
                Interlocked.Increment(ref _silent);
            }

            return heard < WantedFrames;
        }

        public void Close(CallAudioTicket ticket, long nowMilliseconds) => Interlocked.CompareExchange(ref _closed, 1, 0);

        public async Task UntilAsync(Func<Ears, bool> wanted, string what)
        {
            using var limit = new CancellationTokenSource(EventLog.Limit);
            while (!wanted(this))
            {
                if (limit.IsCancellationRequested)
                {
                    throw new TimeoutException($"{what} did not come: {_heard} frames, {_loud} loud, {_silent} silent, {_missing} missing");
                }

                await Task.Delay(5, CancellationToken.None);
            }
        }
    }
}
