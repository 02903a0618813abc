using System.Globalization;
using DialerEngine.Core;
using DialerEngine.Desktop;
using DialerEngine.EndToEnd.Tests.Support;
using TrunkSimulator;

namespace DialerEngine.Interop.Tests;

/// <summary>baresip as the phone of an agent, the trunk simulator as the customers.</summary>
public sealed class BaresipTests
{
    [BaresipFact]
    public async Task A_nailed_up_line_to_baresip_carries_customers_both_ways()
    {
        using var phone = await BaresipPhone.StartAsync("7001");
        using var trunk = Trunk();
        await using (var rig = await RigAsync(trunk, phone, nailedUp: true, calls: 3, talkMs: 700))
        {
            var store = await rig.DoneAsync();
            Assert.All(store.Records, r => Assert.Equal((RecordStatus.Updated, CallResult.Answer), (r.Status, r.Result)));
            Assert.Equal(3, rig.Agents[0].Count(CtiEventKind.Established));
            Assert.Empty(rig.Log.Errors);
        }

        // One call to the phone for the whole shift; the customers heard the agent and were heard.
        Assert.Single(Regex(phone.Output, "Call established"));
        Assert.All(trunk.Ledger.Snapshot(), e => Assert.True(e is { RtpIn: > 20, RtpOut: > 20 }, $"{e}"));
    }

    [BaresipFact]
    public async Task A_phone_that_rings_for_each_customer_answers_and_is_hung_up_each_time()
    {
        using var phone = await BaresipPhone.StartAsync("7001");
        using var trunk = Trunk();
        await using var rig = await RigAsync(trunk, phone, nailedUp: false, calls: 3, talkMs: 700);
        var store = await rig.DoneAsync();
        Assert.All(store.Records, r => Assert.Equal((RecordStatus.Updated, CallResult.Answer), (r.Status, r.Result)));
        Assert.Equal((3, 3), (rig.Agents[0].Count(CtiEventKind.Ringing), rig.Agents[0].Count(CtiEventKind.Established)));
        Assert.Equal(3, Regex(phone.Output, "Call established").Count);
        Assert.All(trunk.Ledger.Snapshot(), e => Assert.True(e is { RtpIn: > 20, RtpOut: > 20 }, $"{e}"));
        Assert.Empty(rig.Log.Errors);
    }

    [BaresipFact]
    public async Task An_agent_who_hangs_up_on_baresip_ends_the_call_and_goes_on_to_the_next()
    {
        using var phone = await BaresipPhone.StartAsync("7001");
        using var trunk = Trunk();
        await using var rig = await RigAsync(trunk, phone, nailedUp: false, calls: 2, talkMs: 0);
        for (var call = 1; call <= 2; call++)
        {
            var wanted = call;
            await rig.UntilAsync(s => rig.Agents[0].Count(CtiEventKind.Established) >= wanted, "a talk");
            Assert.Contains("\"ok\":true", await phone.CommandAsync("hangup"), StringComparison.Ordinal);
        }

        var store = await rig.DoneAsync();
        Assert.All(store.Records, r => Assert.Equal((RecordStatus.Updated, CallResult.Answer), (r.Status, r.Result)));
        Assert.All(store.Attempts, a => Assert.Equal((3, (int)CallEndedBy.Agent), (a.State, a.EndedBy)));
        Assert.Equal(2, rig.Agents[0].Count(CtiEventKind.Released));
    }

    [BaresipFact]
    public async Task A_nailed_up_line_that_baresip_drops_is_brought_up_again()
    {
        using var phone = await BaresipPhone.StartAsync("7001");
        using var trunk = Trunk();
        await using var rig = await RigAsync(trunk, phone, nailedUp: true, calls: 2, talkMs: 0);
        await rig.Agents[0].UntilAsync(CtiEventKind.Established);
        Assert.Contains("\"ok\":true", await phone.CommandAsync("hangup"), StringComparison.Ordinal);
        await rig.Agents[0].UntilAsync(CtiEventKind.Released);
        await rig.UntilAsync(s => rig.Agents[0].Count(CtiEventKind.Established) >= 2, "the next customer on the new line");
        await rig.Agents[0].Client.ReleaseAsync(rig.Agents[0].Seen.Last(m => m.Kind == CtiEventKind.Established).Call);
        var store = await rig.DoneAsync();
        Assert.All(store.Records, r => Assert.Equal(CallResult.Answer, r.Result));
    }

    private static TrunkServer Trunk()
    {
        var trunk = new TrunkServer(new TrunkServerOptions
        {
            Speed = 20,
            Script = new TrunkScript { Mix = new Dictionary<CalleeScript, double> { [CalleeScript.Person] = 1 }, HangUpShare = 0 },
        });
        trunk.Start();
        return trunk;
    }

    private static Task<EngineRig> RigAsync(TrunkServer trunk, BaresipPhone phone, bool nailedUp, int calls, int talkMs) =>
        EngineRig.StartAsync(new EngineRigOptions
        {
            Trunk = trunk.LocalEndPoint,
            Numbers = [.. Enumerable.Range(0, calls).Select(i => string.Create(CultureInfo.InvariantCulture, $"+12025550{i:D3}"))],
            TalkMs = talkMs,
            Phone = _ => new AgentPhone(phone.Uri, nailedUp),
        });

    private static System.Text.RegularExpressions.MatchCollection Regex(string text, string pattern) => System.Text.RegularExpressions.Regex.Matches(text, pattern);
}
