using System.Collections.Concurrent;
using CpdTrainer.Audio;
using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Media.G711;

namespace DialerEngine.Adapters.CpdServer.Tests;

/// <summary>Analysis on threads of its own: the same findings as at once, calls spread, nothing waited for or allocated on the thread that brings audio, bounds.</summary>
public sealed class HearingThreadTests
{
    private static readonly byte[] Busy = Encode(SignalLab.Codec(new SignalLab(5).Tone(6_000, -20, true, 1, 1, new ToneStretch(500, 480, 620), new ToneStretch(500)), "ulaw"));
    private static readonly byte[] Beep = Encode(SignalLab.Codec([.. new float[8_000], .. new SignalLab(3).Tone(400, -18, false, 1, 1, new ToneStretch(400, 1_400)), .. new float[12_000]], "ulaw"));

    [Fact]
    public void Findings_and_their_times_are_those_of_an_analysis_at_once()
    {
        var expected = Run(0).OrderBy(f => f.Call.Value).ThenBy(f => f.Finding.PositionMs).ThenBy(f => f.Finding.Kind).Select(Describe).ToArray();
        Assert.Contains(expected, f => f.Contains("PreConnectResult", StringComparison.Ordinal));
        Assert.Contains(expected, f => f.Contains("BeepStarted", StringComparison.Ordinal));
        foreach (var threads in (int[])[1, 3])
        {
            Assert.Equal(expected, Run(threads).OrderBy(f => f.Call.Value).ThenBy(f => f.Finding.PositionMs).ThenBy(f => f.Finding.Kind).Select(Describe));
        }

        static string Describe((CallHandle Call, CallFinding Finding) f) =>
            $"{f.Call} {f.Finding.Kind} {f.Finding.Result} at {f.Finding.PositionMs}, known {f.Finding.KnownAtMs}, happened {f.Finding.HappenedAtMs}";
    }

    [Fact]
    public async Task Calls_are_spread_over_the_threads_and_verdicts_come_without_their_end()
    {
        var found = new Findings();
        using var server = new CpdServer(new CpdServerOptions { MaxCalls = 30, Threads = 3 }, CpdProfileSet.BuiltIn, found);
        var tickets = Enumerable.Range(1, 30).Select(call => server.Open(Request(call), 0)).ToArray();
        await PlayAsync(server, tickets, Busy);
        await UntilAsync(() => found.All.Count(f => f.Finding.Kind == CallFindingKind.PreConnectResult) == 30, () => $"{found.All.Count} findings");
        Assert.All(server.Threads, t => Assert.True(t.Turns > 0));

        // Ten calls each: one thread's turns are not the others'.
        Assert.InRange(server.Threads.Min(t => t.Turns) * 4, server.Threads.Max(t => t.Turns), long.MaxValue);

        // Known one frame later: nothing more is wanted.
        Assert.All(tickets, t => Assert.False(server.Hear(t, new CallAudioFrame(Busy.AsSpan(0, 160), 0, 160, 48_000, 6_000))));
        Assert.Equal(0, server.Counters.OverrunFrames);
    }

    [Fact]
    public void A_call_that_brings_more_than_its_ring_holds_loses_the_newest_and_they_are_counted()
    {
        var events = new Blocking();
        using var server = new CpdServer(new CpdServerOptions { MaxCalls = 2, Threads = 1 }, CpdProfileSet.BuiltIn, events);
        var blocked = server.Open(new CallAnalysisRequest { Call = Call(1), AnswerTypeRecognition = "no_progress_detection" }, 0);
        server.Answered(blocked, 0);
        Hear(server, blocked, Busy, 0);
        Hear(server, blocked, Busy, 160);
        Assert.True(events.Entered.Wait(TimeSpan.FromSeconds(30)));

        // The one thread stands in the first call's finding; the second call's frames wait up to their bound, and nobody who brings them does.
        var other = server.Open(Request(2), 0);
        for (var frame = 0; frame < HearingRing.Frames + 10; frame++)
        {
            Assert.True(Hear(server, other, Busy, frame * 160));
        }

        Assert.Equal(10, server.Counters.OverrunFrames);
        events.Go.Set();
        server.Close(other, 900);
        server.Close(blocked, 900);
        Assert.Equal((0, 0L), (server.Counters.Active, server.Counters.Failed));
        Assert.InRange(server.Counters.Frames, HearingRing.Frames, HearingRing.Frames + 2);
    }

    [Fact]
    public void Handing_a_frame_over_allocates_nothing()
    {
        using var server = new CpdServer(new CpdServerOptions { MaxCalls = 4, Threads = 2 }, CpdProfileSet.BuiltIn, new Findings());
        var tickets = Enumerable.Range(1, 4).Select(call => server.Open(Request(call), 0)).ToArray();
        foreach (var ticket in tickets)
        {
            Hear(server, ticket, Busy, 0);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var frame = 1; frame * 160 < Busy.Length - 160; frame++)
        {
            foreach (var ticket in tickets)
            {
                Hear(server, ticket, Busy, frame * 160);
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Frames_of_a_call_that_is_over_never_reach_the_next_one_of_its_slot()
    {
        var found = new Findings();
        using var server = new CpdServer(new CpdServerOptions { MaxCalls = 1, Threads = 1 }, CpdProfileSet.BuiltIn, found);
        for (var round = 1; round <= 200; round++)
        {
            var ticket = server.Open(Request(round), 0);
            for (var frame = 0; frame < 5; frame++)
            {
                Assert.True(Hear(server, ticket, Busy, frame * 160));
            }

            server.Close(ticket, 100);
            Assert.False(Hear(server, ticket, Busy, 800));
        }

        // What waited was heard before each end.
        Assert.Equal((1_000L, 200L, 0), (server.Counters.Frames, server.Counters.Opened, server.Counters.Active));
        Assert.Empty(found.All);
    }

    [Fact]
    public void The_ring_takes_long_frames_in_parts_wraps_and_refuses_what_does_not_fit_whole()
    {
        var ring = new HearingRing();
        var codes = new byte[480];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = (byte)i;
        }

        for (var round = 0; round < 50; round++)
        {
            Assert.True(ring.TryWrite(7, new CallAudioFrame(codes.AsSpan(0, 400), 8, 250, uint.MaxValue - 100, round)));
            foreach (var (length, present, offset) in ((int, int, int)[])[(160, 160, 0), (160, 90, 160), (80, 0, 320)])
            {
                Assert.True(ring.TryPeek(out var generation, out var frame));
                Assert.Equal((7, length, present, 8), (generation, frame.Codes.Length, frame.Present, frame.PayloadType));
                Assert.Equal(unchecked(uint.MaxValue - 100 + (uint)offset), frame.Timestamp);
                Assert.Equal(round, frame.NowMilliseconds);
                Assert.True(frame.Codes.SequenceEqual(codes.AsSpan(offset, length)));
                ring.Advance();
            }

            Assert.False(ring.TryPeek(out _, out _));
        }

        for (var i = 0; i < HearingRing.Frames - 2; i++)
        {
            Assert.True(ring.TryWrite(1, new CallAudioFrame(codes.AsSpan(0, 160), 0, 160, 0, 0)));
        }

        Assert.False(ring.TryWrite(1, new CallAudioFrame(codes, 0, 480, 0, 0)));
        Assert.True(ring.TryWrite(1, new CallAudioFrame([], 13, 0, 0, 0)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65)]
    public void A_number_of_threads_that_cannot_be_is_refused(int threads) => Assert.Throws<ArgumentOutOfRangeException>(
        () => new CpdServer(new CpdServerOptions { Threads = threads }, CpdProfileSet.BuiltIn, new Findings()));

    private static ConcurrentQueue<(CallHandle Call, CallFinding Finding)> Run(int threads)
    {
        var found = new Findings();
        using var server = new CpdServer(new CpdServerOptions { MaxCalls = 12, Threads = threads }, CpdProfileSet.BuiltIn, found);
        var tickets = Enumerable.Range(1, 12).Select(call => server.Open(Request(call), 0)).ToArray();
        PlayAsync(server, [.. tickets.Where((_, i) => i % 2 == 0)], Busy).GetAwaiter().GetResult();
        foreach (var ticket in tickets.Where((_, i) => i % 2 == 1))
        {
            server.Answered(ticket, 0);
        }

        PlayAsync(server, [.. tickets.Where((_, i) => i % 2 == 1)], Beep).GetAwaiter().GetResult();
        Array.ForEach(tickets, t => server.Close(t, 10_000));
        return found.All;
    }

    /// <summary>As fast as the rings take it, so that the test needs no clock.</summary>
    private static async Task PlayAsync(CpdServer server, CallAudioTicket[] tickets, byte[] codes)
    {
        for (var frame = 0; frame * 160 <= codes.Length - 160; frame++)
        {
            foreach (var ticket in tickets)
            {
                Hear(server, ticket, codes, frame * 160);
            }

            if (frame % 8 == 7)
            {
                var heard = server.Counters.Frames;
                await UntilAsync(() => server.Threads.Count == 0 || server.Threads.All(t => t.IsIdle), () => $"{heard} frames");
            }
        }
    }

    private static async Task UntilAsync(Func<bool> wanted, Func<string> what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!wanted())
        {
            Assert.False(limit.IsCancellationRequested, what());
            await Task.Delay(1, CancellationToken.None);
        }
    }

    private static bool Hear(CpdServer server, CallAudioTicket ticket, byte[] codes, int at) =>
        server.Hear(ticket, new CallAudioFrame(codes.AsSpan(at % (codes.Length - 160), 160), 0, 160, (uint)at, at / 8));

    private static CallAnalysisRequest Request(int call) => new() { Call = Call(call), Profile = "us" };

    private static CallHandle Call(int index) => new(new GroupId(1), index, 1);

    private static byte[] Encode(short[] samples)
    {
        var codes = new byte[samples.Length];
        G711Codec.Encode(G711Law.MuLaw, samples, codes);
        return codes;
    }

    private sealed class Findings : ICallAnalysisEvents
    {
        private readonly ConcurrentQueue<(CallHandle Call, CallFinding Finding)> _all = new();

        public ConcurrentQueue<(CallHandle Call, CallFinding Finding)> All => _all;

        public void Found(CallHandle call, in CallFinding finding) => _all.Enqueue((call, finding));
    }

    /// <summary>Holds the thread that brings the first finding.</summary>
    private sealed class Blocking : ICallAnalysisEvents
    {
        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Go { get; } = new();

        public void Found(CallHandle call, in CallFinding finding)
        {
            Entered.Set();
            Go.Wait(TimeSpan.FromSeconds(30));
        }
    }
}
