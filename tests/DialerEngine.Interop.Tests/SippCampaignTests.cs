using System.Globalization;
using DialerEngine.Core;
using DialerEngine.Desktop;
using DialerEngine.EndToEnd.Tests.Support;

namespace DialerEngine.Interop.Tests;

/// <summary>A whole engine that dials sipp: what became of the record, of the attempt, and of the network's own words in the store.</summary>
public sealed class SippCampaignTests
{
    private static readonly string[] OneNumber = ["+12025550123"];

    [SippFact]
    public async Task An_answered_call_reaches_an_agent_and_is_ended_by_the_agent()
    {
        var (store, agent, _) = await DialAsync("answer", 3, Numbers(3));
        Assert.All(store.Records, r => Assert.Equal((RecordStatus.Updated, CallResult.Answer, 1), (r.Status, r.Result, r.Attempts)));
        Assert.Equal(3, store.Attempts.Count);
        Assert.All(store.Attempts, a => Assert.Equal(
            (3, CallResult.Answer, (int)CallEndedBy.Agent, 200, "1001"), (a.State, a.Result, a.EndedBy, a.NetworkCode, a.Agent)));
        Assert.Equal((3, 3, 3), (agent.Count(CtiEventKind.Ringing), agent.Count(CtiEventKind.Established), agent.Count(CtiEventKind.Released)));
    }

    [SippTheory]
    [InlineData("486 Busy Here", "X-None: 1", CallResult.Busy, 486, 0)]
    [InlineData("404 Not Found", "Reason: Q.850;cause=1", CallResult.SitVacant, 404, 1)]
    [InlineData("480 Temporarily Unavailable", "Reason: Q.850;cause=17", CallResult.Busy, 480, 17)]
    [InlineData("484 Address Incomplete", "X-None: 1", CallResult.SitInvalidNum, 484, 0)]
    [InlineData("603 Decline", "X-None: 1", CallResult.GeneralError, 603, 0)]
    public async Task A_refusal_is_the_records_result(string status, string line, CallResult result, int code, int q850)
    {
        var (store, agent, _) = await DialAsync("refuse", 1, OneNumber, (status, line));
        var record = Assert.Single(store.Records);
        Assert.Equal((RecordStatus.Updated, result, 1), (record.Status, record.Result, record.Attempts));
        var attempt = Assert.Single(store.Attempts);
        Assert.Equal((3, result, code, q850), (attempt.State, attempt.Result, attempt.NetworkCode, attempt.Q850));
        Assert.Equal(status[4..], attempt.Phrase);
        Assert.Equal((int)CallEndedBy.FarEnd, attempt.EndedBy);
        Assert.Equal(0, agent.Count(CtiEventKind.Established));
    }

    [SippFact]
    public async Task A_trunk_that_is_out_of_service_is_tried_again_after_its_time_and_given_up_in_the_end()
    {
        var (store, _, _) = await DialAsync("refuse", 3, OneNumber, ("503 Service Unavailable", "Retry-After: 2"));
        var record = Assert.Single(store.Records);
        Assert.Equal((RecordStatus.Updated, CallResult.AllTrunksBusy, 3), (record.Status, record.Result, record.Attempts));
        Assert.Equal(3, store.Attempts.Count);
        Assert.All(store.Attempts, a => Assert.Equal((3, CallResult.AllTrunksBusy, 503), (a.State, a.Result, a.NetworkCode)));
        for (var i = 1; i < 3; i++)
        {
            var waitedMs = store.Attempts[i].StartedAt - store.Attempts[i - 1].FinishedAt;
            Assert.True(waitedMs >= 1_990, string.Create(CultureInfo.InvariantCulture, $"Retry-After said 2 s, dialled again after {waitedMs} ms"));
        }
    }

    [SippFact]
    public async Task A_call_that_nobody_answers_is_cancelled_after_the_ring_time()
    {
        var (store, _, _) = await DialAsync("ring-only", 1, OneNumber, ringTimeoutMs: 1_000);
        Assert.Equal((RecordStatus.Updated, CallResult.NoAnswer), (store.Records[0].Status, store.Records[0].Result));
        Assert.Equal((CallResult.NoAnswer, 487), (store.Attempts.Single().Result, store.Attempts.Single().NetworkCode));
    }

    [SippFact]
    public async Task Early_media_then_an_answer_reaches_the_agent()
    {
        var (store, agent, _) = await DialAsync("early-media", 1, OneNumber);
        Assert.Equal(CallResult.Answer, store.Records[0].Result);
        Assert.Equal((CallResult.Answer, 200), (store.Attempts.Single().Result, store.Attempts.Single().NetworkCode));
        Assert.Equal(1, agent.Count(CtiEventKind.Established));
    }

    [SippTheory]
    [InlineData("slow")]
    [InlineData("repeated-answer")]
    public async Task Lost_and_repeated_messages_do_not_change_the_result(string scenario)
    {
        var (store, agent, _) = await DialAsync(scenario, 3, Numbers(3), talkMs: 400, ringTimeoutMs: 6_000);
        Assert.All(store.Records, r => Assert.Equal((RecordStatus.Updated, CallResult.Answer, 1), (r.Status, r.Result, r.Attempts)));
        Assert.Equal(3, store.Attempts.Count);
        Assert.Equal(3, agent.Count(CtiEventKind.Established));
    }

    [SippFact]
    public async Task An_answer_that_crosses_the_cancel_is_no_answer_and_reaches_nobody()
    {
        var (store, agent, _) = await DialAsync("late-answer", 1, OneNumber, ringTimeoutMs: 500);
        Assert.Equal((RecordStatus.Updated, CallResult.NoAnswer), (store.Records[0].Status, store.Records[0].Result));
        Assert.Equal((3, CallResult.NoAnswer, 200), (store.Attempts.Single().State, store.Attempts.Single().Result, store.Attempts.Single().NetworkCode));
        Assert.Equal(0, agent.Count(CtiEventKind.Established));
    }

    [SippFact]
    public async Task A_customer_who_hangs_up_ends_the_talk()
    {
        var (store, agent, _) = await DialAsync("hang-up", 2, Numbers(2), talkMs: 0);
        Assert.All(store.Records, r => Assert.Equal((RecordStatus.Updated, CallResult.Answer), (r.Status, r.Result)));
        Assert.All(store.Attempts, a => Assert.Equal((3, CallResult.Answer, (int)CallEndedBy.FarEnd, 16), (a.State, a.Result, a.EndedBy, a.Q850)));
        Assert.Equal((2, 2), (agent.Count(CtiEventKind.Established), agent.Count(CtiEventKind.Released)));
    }

    private static string[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"+12025550{i:D3}"))];

    private static async Task<(StoreView Store, ScriptedAgent Agent, string Folder)> DialAsync(
        string scenario, int calls, IReadOnlyList<string> numbers, (string, string)? words = null, int talkMs = 150, int ringTimeoutMs = 2_500)
    {
        using var sipp = await SippPeer.AnswerAsync(scenario, calls, words);
        await using var rig = await EngineRig.StartAsync(new EngineRigOptions
        {
            Trunk = sipp.EndPoint,
            Numbers = numbers,
            TalkMs = talkMs,
            RingTimeoutMs = ringTimeoutMs,
        });
        var store = await rig.DoneAsync();
        Assert.Null(await sipp.FaultAsync());
        return (store, rig.Agents[0], rig.Database);
    }
}
