using DialerEngine.Media.Audio;
using DialerEngine.Media.G711;
using DialerEngine.Sip.Calls;
using TrunkSimulator;

namespace DialerEngine.TrunkSimulator.Tests;

public sealed class TrunkServerTests : IDisposable
{
    // One number for each script: its last two digits are the script's number.
    private static readonly TrunkScript EveryScript = new()
    {
        Suffixes = Enum.GetValues<CalleeScript>().ToDictionary(s => $"{(int)s:D2}", s => s),
        RingMinSeconds = 2,
        RingMaxSeconds = 4,
        HangUpShare = 0,
        MachineSeconds = 10,
        LateAnswerSeconds = 40,
    };

    private readonly TrunkServer _server;
    private readonly TestCaller _caller;

    public TrunkServerTests()
    {
        _server = new TrunkServer(new TrunkServerOptions { Script = EveryScript, Speed = 50, Seed = 3 });
        _server.Start();
        _caller = new TestCaller(_server.LocalEndPoint);
    }

    public void Dispose()
    {
        _caller.Dispose();
        _server.Dispose();
    }

    private static string NumberOf(CalleeScript script) => $"555010{(int)script:D2}";

    private Task<Outcome> CallAsync(CalleeScript script, int hangUpAfterMs = 300, int ringTimeoutMs = 20_000) =>
        _caller.CallAsync(NumberOf(script), hangUpAfterMs, ringTimeoutMs);

    private async Task<LedgerEntry> EntryOfAsync(CalleeScript script)
    {
        LedgerEntry? entry;
        while ((entry = _server.Ledger.Snapshot().FirstOrDefault(e => e.Script == script)) is null)
        {
            await Task.Yield();
        }

        return entry;
    }

    [Theory]
    [InlineData(CalleeScript.Busy, 486, false)]
    [InlineData(CalleeScript.NotFound, 404, false)]
    [InlineData(CalleeScript.Unavailable, 480, false)]
    [InlineData(CalleeScript.UnavailableAfterRinging, 480, true)]
    [InlineData(CalleeScript.ServiceUnavailable, 503, false)]
    [InlineData(CalleeScript.Declined, 603, false)]
    [InlineData(CalleeScript.ServerError, 500, false)]
    public async Task A_refusing_callee_gives_its_status_and_the_ledger_agrees(CalleeScript script, int status, bool ringing)
    {
        var outcome = await CallAsync(script);
        Assert.Equal((status, SipEndCause.Refused, ringing, true), (outcome.Status, outcome.Cause, outcome.Ringing, outcome.Trying));
        Assert.Equal(script == CalleeScript.ServiceUnavailable ? 10 : -1, outcome.RetryAfter);
        var entry = await EntryOfAsync(script);
        Assert.Equal((status, LedgerEnd.Callee, -1L), (entry.Status, entry.EndedBy, entry.AnsweredMs));
        Assert.Equal(NumberOf(script), entry.Number);
    }

    [Fact]
    public async Task A_person_answers_says_hello_and_hears_the_caller()
    {
        var outcome = await CallAsync(CalleeScript.Person, hangUpAfterMs: 1800);
        Assert.Equal(SipEndCause.LocalHangUp, outcome.Cause);
        Assert.True(outcome.Ringing);
        Assert.InRange(outcome.AnswerMs, 40, 5000);
        Assert.InRange(SpokenMs(outcome.Heard), 200, 1000);
        var entry = await EntryOfAsync(CalleeScript.Person);
        Assert.Equal((200, LedgerEnd.Caller), (entry.Status, entry.EndedBy));
        Assert.True(entry.ConfirmedMs >= entry.AnsweredMs);
        Assert.True(entry.RtpIn > 20 && entry.RtpOut > 20, entry.ToString());
    }

    [Fact]
    public async Task A_machine_speaks_long_beeps_and_hangs_up_itself()
    {
        var outcome = await CallAsync(CalleeScript.Machine, hangUpAfterMs: 0);
        Assert.Equal(SipEndCause.RemoteHangUp, outcome.Cause);
        Assert.True(SpokenMs(outcome.Heard) > 3000);
        var beep = Enumerable.Range(0, outcome.Heard.Length / 160).Count(i => IsTone(outcome.Heard.AsSpan(i * 160, 160), 1000));
        Assert.InRange(beep, 8, 18);
        Assert.Equal(LedgerEnd.Callee, (await EntryOfAsync(CalleeScript.Machine)).EndedBy);
    }

    [Fact]
    public async Task A_vacant_number_plays_its_tone_before_the_refusal_with_the_networks_cause()
    {
        var outcome = await CallAsync(CalleeScript.VacantEarlyMedia);
        Assert.Equal((404, 1, true), (outcome.Status, outcome.Q850, outcome.EarlyMedia));
        var frames = Enumerable.Range(0, outcome.Heard.Length / 160).ToArray();
        Assert.Contains(frames, i => IsTone(outcome.Heard.AsSpan(i * 160, 160), 985.2));
        Assert.Contains(frames, i => IsTone(outcome.Heard.AsSpan(i * 160, 160), 1370.6));
        Assert.Contains(frames, i => IsTone(outcome.Heard.AsSpan(i * 160, 160), 1776.7));
    }

    [Fact]
    public async Task Busy_tone_is_played_until_the_caller_cancels_or_the_network_refuses()
    {
        var given = await CallAsync(CalleeScript.BusyEarlyMedia, ringTimeoutMs: 100);
        Assert.Equal(SipEndCause.RingTimeout, given.Cause);
        var waited = await CallAsync(CalleeScript.BusyEarlyMedia);
        Assert.Equal((486, 17, true), (waited.Status, waited.Q850, waited.EarlyMedia));
    }

    [Fact]
    public async Task A_fax_machine_answers_with_its_tone()
    {
        var outcome = await CallAsync(CalleeScript.Fax, hangUpAfterMs: 0);
        Assert.True(outcome.AnswerMs >= 0);
        var late = await CallAsync(CalleeScript.Fax, hangUpAfterMs: 2500);
        Assert.Equal(SipEndCause.RemoteHangUp, late.Cause);
    }

    [Fact]
    public async Task Nobody_answers_until_the_caller_gives_up()
    {
        var outcome = await CallAsync(CalleeScript.NoAnswer, ringTimeoutMs: 1_500);
        Assert.Equal((SipEndCause.RingTimeout, true), (outcome.Cause, outcome.Ringing));
        var entry = await EntryOfAsync(CalleeScript.NoAnswer);
        Assert.Equal((487, LedgerEnd.Caller), (entry.Status, entry.EndedBy));
    }

    [Fact]
    public async Task A_late_answer_takes_its_time()
    {
        var outcome = await CallAsync(CalleeScript.LateAnswer);
        Assert.True(outcome.AnswerMs >= 800, $"answered after {outcome.AnswerMs} ms");
    }

    [Fact]
    public async Task An_early_hang_up_comes_from_the_callee()
    {
        var outcome = await CallAsync(CalleeScript.EarlyHangUp, hangUpAfterMs: 0);
        Assert.Equal(SipEndCause.RemoteHangUp, outcome.Cause);
        Assert.Equal(LedgerEnd.Callee, (await EntryOfAsync(CalleeScript.EarlyHangUp)).EndedBy);
    }

    [Fact]
    public async Task A_doubled_answer_is_seen_as_a_repetition()
    {
        var outcome = await CallAsync(CalleeScript.AnswersTwice);
        Assert.Equal(SipEndCause.LocalHangUp, outcome.Cause);
        Assert.True(_caller.Counters.RepeatedResponses > 0);
    }

    [Fact]
    public async Task A_lost_first_invite_is_made_good_by_the_retransmission()
    {
        var outcome = await CallAsync(CalleeScript.FirstInviteLost);
        Assert.Equal(SipEndCause.LocalHangUp, outcome.Cause);
        Assert.True(outcome.AnswerMs >= 500);
        Assert.True(_caller.Counters.Retransmissions > 0);
        await EntryOfAsync(CalleeScript.FirstInviteLost);
        Assert.Single(_server.Ledger.Snapshot(), e => e.Script == CalleeScript.FirstInviteLost);
    }

    [Fact]
    public async Task A_network_without_trying_still_rings_and_answers()
    {
        var outcome = await CallAsync(CalleeScript.NeverTrying);
        Assert.True(outcome.Ringing);
        Assert.Equal(SipEndCause.LocalHangUp, outcome.Cause);
    }

    [Fact]
    public async Task An_invite_without_offer_gets_ours()
    {
        var outcome = await _caller.CallAsync(NumberOf(CalleeScript.Person), hangUpAfterMs: 200, offer: false);
        Assert.True(outcome.AnswerMs >= 0);
    }

    [Fact]
    public async Task Many_calls_at_once_leave_as_many_entries_and_nothing_open()
    {
        using var server = new TrunkServer(new TrunkServerOptions { Speed = 100, Seed = 11 });
        server.Start();
        using var caller = new TestCaller(server.LocalEndPoint);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => caller.CallAsync($"4930{i:D5}", hangUpAfterMs: 100, ringTimeoutMs: 1500)));
        while (server.OpenCalls > 0)
        {
            await Task.Yield();
        }

        var ledger = server.Ledger.Snapshot();
        Assert.Equal(100, ledger.Count);
        Assert.Equal(outcomes.Count(o => o.AnswerMs >= 0), ledger.Count(e => e.AnsweredMs >= 0));
        Assert.Equal(100, ledger.Select(e => e.CallId).Distinct().Count());
        Assert.Equal(0, server.MediaStatistics.OpenStreams);
    }

    [Fact]
    public async Task A_server_that_is_stopped_writes_its_open_calls_as_ended_by_the_network()
    {
        var call = CallAsync(CalleeScript.NoAnswer, ringTimeoutMs: 3000);
        while (_server.OpenCalls == 0)
        {
            await Task.Yield();
        }

        _server.Dispose();
        var entry = Assert.Single(_server.Ledger.Snapshot());
        Assert.Equal((LedgerEnd.Network, 0, -1L), (entry.EndedBy, entry.Status, entry.AnsweredMs));
        Assert.Equal(0, _server.OpenCalls);
        _ = call.Exception;
    }

    [Fact]
    public void The_ledger_is_written_as_json_lines()
    {
        var ledger = new TrunkLedger();
        ledger.Add(new LedgerEntry { CallId = "a@b", Number = "1", Script = CalleeScript.Busy, InvitedMs = 5, Status = 486, EndedBy = LedgerEnd.Callee });
        var writer = new StringWriter();
        ledger.WriteJsonLines(writer);
        Assert.Equal(
            """{"callId":"a@b","number":"1","script":"Busy","invitedMs":5,"ringingMs":-1,"answeredMs":-1,"confirmedMs":-1,"endedMs":-1,"status":486,"endedBy":"Callee","rtpIn":0,"rtpOut":0}""",
            writer.ToString().TrimEnd());
    }

    private static int SpokenMs(byte[] heard)
    {
        var frames = 0;
        for (var i = 0; i + 160 <= heard.Length; i += 160)
        {
            frames += EnergyMeter.LevelDbm0(G711Law.MuLaw, heard.AsSpan(i, 160)) > -40 ? 1 : 0;
        }

        return frames * 20;
    }

    /// <summary>True when most of a frame's energy is at one frequency.</summary>
    private static bool IsTone(ReadOnlySpan<byte> codes, double hertz)
    {
        var samples = new short[codes.Length];
        G711Codec.Decode(G711Law.MuLaw, codes, samples);
        double re = 0, im = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            re += samples[i] * Math.Cos(2 * Math.PI * hertz * i / 8000);
            im += samples[i] * Math.Sin(2 * Math.PI * hertz * i / 8000);
        }

        var energy = EnergyMeter.SumOfSquares(samples);
        return energy > 1_000_000 && 2 * ((re * re) + (im * im)) / samples.Length > 0.8 * energy;
    }
}
