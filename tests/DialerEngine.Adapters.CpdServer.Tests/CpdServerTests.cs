using System.Diagnostics;
using System.Reflection;
using CpdTrainer.Audio;
using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Media.G711;

namespace DialerEngine.Adapters.CpdServer.Tests;

/// <summary>Calls as the media side brings them: phases, gaps, order, pool, profiles.</summary>
public sealed class CpdServerTests
{
    private readonly Findings _found = new();

    [Fact]
    public void A_busy_tone_before_the_answer_is_a_pre_connect_result_with_its_time()
    {
        var server = Server();
        var ticket = server.Open(new CallAnalysisRequest { Call = Call(1), Profile = "us" }, 1_000);
        Play(server, ticket, Busy(), 1_000);
        var result = Assert.Single(_found.All, f => f.Finding.Kind == CallFindingKind.PreConnectResult);
        Assert.Equal((Call(1), CallResult.Busy), (result.Call, result.Finding.Result));
        Assert.Equal(result.Finding.KnownAtMs, 1_000 + result.Finding.PositionMs);
    }

    [Fact]
    public void After_the_answer_a_new_analysis_begins_and_the_beep_is_reported_with_start_and_end()
    {
        var server = Server();
        var ticket = server.Open(new CallAnalysisRequest { Call = Call(1) }, 0);
        Play(server, ticket, SignalLab.Codec(new SignalLab(2).Tone(2_000, -20, false, 1, 1, new ToneStretch(2_000, 440, 480)), "ulaw"), 0);
        server.Answered(ticket, 2_000);
        var beep = SignalLab.Codec([.. new float[8_000], .. new SignalLab(3).Tone(400, -18, false, 1, 1, new ToneStretch(400, 1_400)), .. new float[16_000]], "ulaw");
        Play(server, ticket, beep, 2_000);
        var start = _found.All.Single(f => f.Finding.Kind == CallFindingKind.BeepStarted).Finding;
        var end = _found.All.Single(f => f.Finding.Kind == CallFindingKind.BeepEnded).Finding;
        Assert.InRange(start.HappenedAtMs, 2_980, 3_040);
        Assert.InRange(end.HappenedAtMs, 3_360, 3_440);
        Assert.Equal(CallResult.AnsweringMachine, _found.All.Single(f => f.Finding.Kind == CallFindingKind.PostConnectResult).Finding.Result);
    }

    [Fact]
    public void Lost_late_and_reordered_frames_change_no_result()
    {
        var server = Server();
        var ticket = server.Open(new CallAnalysisRequest { Call = Call(1), Profile = "us" }, 0);
        var codes = Encode(Busy());
        for (var frame = 0; frame * 160 < codes.Length - 160; frame++)
        {
            if (frame % 17 == 7)
            {
                continue;
            }

            Hear(server, ticket, codes.AsSpan(frame * 160, 160), (uint)(uint.MaxValue - 8_000 + (frame * 160)), frame * 20);
            if (frame % 10 == 3)
            {
                Hear(server, ticket, codes.AsSpan((frame - 1) * 160, 160), (uint)(uint.MaxValue - 8_000 + ((frame - 1) * 160)), frame * 20);
            }
        }

        Assert.Equal(CallResult.Busy, _found.All.Single(f => f.Finding.Kind == CallFindingKind.PreConnectResult).Finding.Result);
        Assert.True(server.Counters.LateFrames > 5);
        Assert.True(server.Counters.GapFrames > 5);
    }

    [Fact]
    public void A_silence_after_comfort_noise_is_no_loss_and_ends_as_silence()
    {
        var server = Server();
        var ticket = server.Open(new CallAnalysisRequest { Call = Call(1) }, 0);
        server.Answered(ticket, 0);
        server.Hear(ticket, new CallAudioFrame(new byte[] { 70 }, 13, 1, 0, 0));
        var quiet = new byte[160];
        quiet.AsSpan().Fill(0xFF);
        for (var second = 1; second <= 7; second++)
        {
            Hear(server, ticket, quiet, (uint)(second * 8_000), second * 1_000);
            server.Hear(ticket, new CallAudioFrame(new byte[] { 70 }, 13, 1, (uint)((second * 8_000) + 160), second * 1_000));
        }

        Assert.Equal(CallResult.Silence, _found.All.Single(f => f.Finding.Kind == CallFindingKind.PostConnectResult).Finding.Result);
    }

    [Fact]
    public void A_full_pool_refuses_and_a_closed_ticket_reaches_nobody()
    {
        var server = Server(1);
        var first = server.Open(new CallAnalysisRequest { Call = Call(1) }, 0);
        Assert.True(server.Open(new CallAnalysisRequest { Call = Call(2) }, 0).IsNone);
        server.Close(first, 10);
        server.Close(first, 20);
        var second = server.Open(new CallAnalysisRequest { Call = Call(3), Profile = "us" }, 30);
        Assert.False(second.IsNone);
        Play(server, first, Busy(), 0);
        Assert.Empty(_found.All);
        Assert.Equal((2, 1, 1), (server.Counters.Opened, server.Counters.Refused, server.Counters.Active));
    }

    [Fact]
    public void A_call_closed_before_its_verdict_gets_the_one_that_the_evidence_allows()
    {
        var server = Server();
        var ticket = server.Open(new CallAnalysisRequest { Call = Call(1) }, 0);
        server.Answered(ticket, 0);
        var silence = new short[8 * 2_500];
        Play(server, ticket, silence, 0);
        server.Close(ticket, 2_500);
        var given = _found.All.Single(f => f.Finding.Kind == CallFindingKind.PostConnectResult).Finding;
        Assert.Equal((CallResult.Silence, true), (given.Result, given.IsAtEnd));
    }

    [Fact]
    public void A_tone_that_settles_the_call_says_that_nothing_more_is_wanted()
    {
        var server = Server();
        var ticket = server.Open(new CallAnalysisRequest { Call = Call(1), Profile = "us" }, 0);
        var codes = Encode(Busy());
        var wanted = true;
        var frames = 0;
        for (; wanted && (frames + 1) * 160 <= codes.Length; frames++)
        {
            wanted = server.Hear(ticket, new CallAudioFrame(codes.AsSpan(frames * 160, 160), 0, 160, (uint)(frames * 160), frames * 20));
        }

        Assert.False(wanted);
        Assert.False(Assert.Single(_found.All, f => f.Finding.Kind == CallFindingKind.PreConnectResult).Finding.IsAtEnd);

        // The answer that crosses the end of the call begins a fresh analysis.
        server.Answered(ticket, frames * 20);
        Assert.True(server.Hear(ticket, new CallAudioFrame(codes.AsSpan(0, 160), 0, 160, 0, frames * 20)));
        server.Close(ticket, frames * 20);
        Assert.False(server.Hear(ticket, new CallAudioFrame(codes.AsSpan(0, 160), 0, 160, 160, frames * 20)));
        Assert.Equal((0, 0L), (server.Counters.Active, server.Counters.Failed));
    }

    [Fact]
    public void A_reload_changes_calls_that_start_after_it_only()
    {
        var server = Server();
        var before = server.Open(new CallAnalysisRequest { Call = Call(1), Profile = "line" }, 0);
        server.Profiles = new CpdProfileSet([new CpdProfile { Name = "line", CallAnswerTypeRecognition = CpdPreset.NoProgressDetection }]);
        var after = server.Open(new CallAnalysisRequest { Call = Call(2), Profile = "LINE" }, 0);
        var overridden = server.Open(new CallAnalysisRequest { Call = Call(3), Profile = "line", AnswerTypeRecognition = "positive_am_detection" }, 0);
        foreach (var ticket in new[] { before, after, overridden })
        {
            server.Answered(ticket, 0);
            Play(server, ticket, new short[800], 0);
        }

        Assert.Equal(Call(2), Assert.Single(_found.All).Call);
    }

    [Fact]
    public void An_operating_point_of_a_profile_is_for_its_own_preset()
    {
        var own = new OperatingPoint(0.01f, 0.01f, 0.9f, 600, 700, 1_500, 4_000, 9_000, 0.5f);
        var set = new CpdProfileSet([new CpdProfile { Name = "line", CallAnswerTypeRecognition = CpdPreset.AccuratePositiveAmDetection, Point = own }]);
        Assert.Equal(own, set.Find("line", "telephony_preset").EffectivePoint);
        Assert.Equal(own, set.Find("line", null).EffectivePoint);
        Assert.Equal(own, set.Find("line", "accurate_positive_am_detection").EffectivePoint);
        Assert.Equal(CpdPresets.PointOf(CpdPreset.PositiveAmDetection), set.Find("line", "positive_am_detection").EffectivePoint);
    }

    [Fact]
    public void Hearing_allocates_nothing()
    {
        var server = new CpdServer(new CpdServerOptions { MaxCalls = 4 }, CpdProfileSet.BuiltIn, new Nobody());
        var codes = Encode(SignalLab.Codec(Cpd.Tests.Signals.TestSignal.Speech(new SignalLab(1), 6_000, -20), "ulaw"));
        long allocated = -1;
        for (var round = 0; round < 100 && allocated != 0; round++)
        {
            var ticket = server.Open(new CallAnalysisRequest { Call = Call(1), AnswerTypeRecognition = "accurate_positive_am_detection" }, 0);
            server.Answered(ticket, 0);
            var start = GC.GetAllocatedBytesForCurrentThread();
            for (var frame = 0; frame * 160 < codes.Length - 160; frame++)
            {
                Hear(server, ticket, codes.AsSpan(frame * 160, 160), (uint)(frame * 160), frame * 20);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - start;
            server.Close(ticket, 0);
        }

        // Codec and level meter built without optimisation box within the vector operations; what ships is optimised.
        var isPlain = typeof(G711Codec).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled ?? false;
        Assert.InRange(allocated, 0, isPlain ? 30_000 : 0);
    }

    [Fact]
    public void Frames_of_any_kind_and_order_never_throw()
    {
        var server = Server(3);
        var lab = new SignalLab(77);
        var codes = new byte[600];
        var tickets = new List<CallAudioTicket>();
        for (var i = 0; i < 3_000; i++)
        {
            switch (lab.Index(8))
            {
                case 0:
                    tickets.Add(server.Open(new CallAnalysisRequest { Call = Call(1), Profile = lab.Chance(0.5) ? "gb" : "none such" }, i));
                    break;
                case 1 when tickets.Count > 0:
                    server.Close(tickets[lab.Index(tickets.Count)], i);
                    break;
                case 2 when tickets.Count > 0:
                    server.Answered(tickets[lab.Index(tickets.Count)], i);
                    break;
                default:
                    var ticket = tickets.Count == 0 ? new CallAudioTicket(lab.Index(9) - 3, 1) : tickets[lab.Index(tickets.Count)];
                    var type = (byte)lab.Index(20);
                    server.Hear(ticket, new CallAudioFrame(codes.AsSpan(0, lab.Index(601)), type, lab.Index(600), (uint)(i * lab.Index(400)), i));
                    break;
            }
        }

        Assert.InRange(server.Counters.Active, 0, 3);
    }

    private static CallHandle Call(int index) => new(new GroupId(1), index, 1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_analysis_that_throws_gives_the_call_to_a_person_is_counted_and_harms_no_other(int faults)
    {
        var events = new Faulty(Call(1), faults);
        var log = new KeptLog();
        var server = new CpdServer(new CpdServerOptions { MaxCalls = 4 }, CpdProfileSet.BuiltIn, events, logger: log);
        var bad = server.Open(new CallAnalysisRequest { Call = Call(1) }, 0);
        var good = server.Open(new CallAnalysisRequest { Call = Call(2) }, 0);
        server.Answered(bad, 0);
        server.Answered(good, 0);
        var beep = Encode(SignalLab.Codec([.. new float[8_000], .. new SignalLab(3).Tone(400, -18, false, 1, 1, new ToneStretch(400, 1_400)), .. new float[16_000]], "ulaw"));
        for (var at = 0; at + 160 <= beep.Length; at += 160)
        {
            Hear(server, bad, beep.AsSpan(at, 160), (uint)at, at / 8);
            Hear(server, good, beep.AsSpan(at, 160), (uint)at, at / 8);
        }

        Assert.Equal(1, server.Counters.Failed);
        Assert.False(server.Hear(bad, new CallAudioFrame(beep.AsSpan(0, 160), 0, 160, 0, 9_000)));
        Assert.Equal(faults == 1 ? [CallResult.Answer] : [], events.Results(Call(1)));
        Assert.Equal([CallResult.AnsweringMachine], events.Results(Call(2)));
        var line = Assert.Single(log.Lines);
        Assert.StartsWith($"Error 4601 The analysis of call {Call(1)} failed (Answered, ", line, StringComparison.Ordinal);
        Assert.Contains("a fault of the analysis", line, StringComparison.Ordinal);

        // The slot goes back to the pool and serves the next call.
        server.Close(bad, 10_000);
        server.Close(good, 10_000);
        Assert.Equal(0, server.Counters.Active);
        Assert.False(server.Open(new CallAnalysisRequest { Call = Call(3) }, 11_000).IsNone);
    }

    private CpdServer Server(int calls = 8) => new(new CpdServerOptions { MaxCalls = calls }, CpdProfileSet.BuiltIn, _found);

    [Fact]
    public void An_analysis_that_throws_before_the_answer_is_logged_and_the_answer_begins_a_fresh_one()
    {
        var events = new Faulty(Call(1), 1);
        var log = new KeptLog();
        var server = new CpdServer(new CpdServerOptions { MaxCalls = 1 }, CpdProfileSet.BuiltIn, events, logger: log);
        var ticket = server.Open(new CallAnalysisRequest { Call = Call(1), Profile = "us" }, 0);
        Play(server, ticket, Busy(), 0);
        Assert.Empty(events.Results(Call(1)));
        Assert.Contains("failed (EarlyMedia, ", Assert.Single(log.Lines), StringComparison.Ordinal);
        server.Answered(ticket, 7_000);
        Play(server, ticket, new short[8 * 6_000], 7_000);
        Assert.Equal([CallResult.Silence], events.Results(Call(1)));
    }

    private static short[] Busy() =>
        SignalLab.Codec(new SignalLab(5).Tone(6_000, -20, true, 1, 1, new ToneStretch(500, 480, 620), new ToneStretch(500)), "ulaw");

    private static byte[] Encode(short[] samples)
    {
        var codes = new byte[samples.Length];
        G711Codec.Encode(G711Law.MuLaw, samples, codes);
        return codes;
    }

    private static void Play(CpdServer server, CallAudioTicket ticket, short[] samples, long startMs)
    {
        var codes = Encode(samples);
        for (var at = 0; at + 160 <= codes.Length; at += 160)
        {
            Hear(server, ticket, codes.AsSpan(at, 160), (uint)((startMs * 8) + at), startMs + (at / 8) + 20);
        }
    }

    private static void Hear(CpdServer server, CallAudioTicket ticket, ReadOnlySpan<byte> codes, uint timestamp, long now) =>
        server.Hear(ticket, new CallAudioFrame(codes, 0, codes.Length, timestamp, now));

    private sealed class Findings : ICallAnalysisEvents
    {
        public List<(CallHandle Call, CallFinding Finding)> All { get; } = [];

        public void Found(CallHandle call, in CallFinding finding) => All.Add((call, finding));
    }

    /// <summary>Throws at so many of a call's findings.</summary>
    private sealed class Faulty(CallHandle victim, int faults) : ICallAnalysisEvents
    {
        private readonly List<(CallHandle Call, CallFinding Finding)> _all = [];
        private int _left = faults;

        public void Found(CallHandle call, in CallFinding finding)
        {
            if (call == victim && _left-- > 0)
            {
                throw new InvalidOperationException("a fault of the analysis");
            }

            _all.Add((call, finding));
        }

        public CallResult[] Results(CallHandle call) =>
            [.. _all.Where(f => f.Call == call && f.Finding.Kind == CallFindingKind.PostConnectResult).Select(f => f.Finding.Result)];
    }

    private sealed class Nobody : ICallAnalysisEvents
    {
        public void Found(CallHandle call, in CallFinding finding)
        {
        }
    }
}
