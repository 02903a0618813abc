using DialerEngine.Adapters.TServer.Client;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Desktop;
using DialerEngine.EndToEnd.Tests.Support;
using DialerEngine.Host.Configuration;
using TrunkSimulator;

namespace DialerEngine.EndToEnd.Tests;

/// <summary>Preview and Push Preview over the real links: CTI WebSocket, SIP and RTP on loopback, SQLite; every step as a desktop takes it.</summary>
public sealed class PreviewTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_agent_previews_dials_talks_and_sets_the_result(bool nailedUp)
    {
        using var trunk = Trunk();
        await using var rig = await StartAsync(trunk, ["+12025550117", "+12025550100"], nailedUp);
        await using var desktop = await DeskClient.LogInAsync(rig.Engine.CtiUri);
        await desktop.UntilAsync(m => m.UserEventName == "CampaignStarted", "CampaignStarted");

        // The first is busy: the network's word is the result, the agent's may be another.
        var busy = await desktop.PreviewAsync();
        var handle = DeskClient.Integer(busy, "GSW_RECORD_HANDLE");
        Assert.Equal("+12025550117", Text(busy, "GSW_PHONE"));
        var dialing = await DialAsync(desktop, handle);
        Assert.Equal(CtiEventKind.Dialing, dialing.Kind);
        var released = await desktop.UntilAsync(CtiEventKind.Released, dialing.Call);
        Assert.Equal((long)CallResult.Busy, DeskClient.Integer(released.UserData, "GSW_CALL_RESULT"));
        Assert.Equal("RecordProcessedAcknowledge", DeskClient.NameOf(await desktop.AskAsync("RecordProcessed", d => d.Set("GSW_RECORD_HANDLE", handle))));

        var person = await desktop.PreviewAsync();
        handle = DeskClient.Integer(person, "GSW_RECORD_HANDLE");
        dialing = await DialAsync(desktop, handle);
        var talk = await desktop.UntilAsync(CtiEventKind.Established, dialing.Call);
        Assert.Equal(handle, DeskClient.Integer(talk.UserData, "GSW_RECORD_HANDLE"));
        Assert.Equal((long)CallResult.Answer, DeskClient.Integer(talk.UserData, "GSW_CALL_RESULT"));
        Assert.False((await desktop.Client.HoldAsync(dialing.Call)).IsError);
        Assert.False((await desktop.Client.RetrieveAsync(dialing.Call)).IsError);
        Assert.False((await desktop.Client.ReleaseAsync(dialing.Call)).IsError);
        var processed = await desktop.AskAsync("RecordProcessed", d => d.Set("GSW_RECORD_HANDLE", handle).Set("GSW_CALL_RESULT", (long)CallResult.WrongParty));
        Assert.Equal("RecordProcessedAcknowledge", DeskClient.NameOf(processed));
        Assert.Equal(109, DeskClient.Integer(await desktop.AskAsync("RecordProcessed", d => d.Set("GSW_RECORD_HANDLE", handle)), "GSW_ERROR_NUMBER"));

        var store = await rig.DoneAsync();
        Assert.Equal([CallResult.Busy, CallResult.WrongParty], store.Records.Select(r => r.Result));
        Assert.Equal(2, trunk.Ledger.Snapshot().Count);
    }

    [Fact]
    public async Task A_chain_is_seen_whole_and_its_second_number_dialled()
    {
        using var trunk = Trunk();
        await using var rig = await StartAsync(trunk, ["+12025550117", "+12025550100", "+12025550101"], nailedUp: false, chain: 3);
        await using var desktop = await DeskClient.LogInAsync(rig.Engine.CtiUri);
        var first = DeskClient.Integer(await desktop.PreviewAsync(), "GSW_RECORD_HANDLE");
        await desktop.AskAsync("ChainedRecordRequest", d => d.Set("GSW_RECORD_HANDLE", first));
        var end = await desktop.UntilAsync(m => m.UserEventName == "ChainedRecordsDataEnd", "the end of the chain");
        Assert.Equal(first, DeskClient.Integer(end.UserData, "GSW_RECORD_HANDLE"));

        // The first answer of the request is its first record; the others come unasked, as far as the client is concerned.
        var second = await desktop.UntilAsync(m => m.UserEventName == "ChainedRecord" && Text(m.UserData, "GSW_PHONE") == "+12025550101", "the third record");
        var dialing = await DialAsync(desktop, DeskClient.Integer(second.UserData, "GSW_RECORD_HANDLE"));
        await desktop.UntilAsync(CtiEventKind.Established, dialing.Call);
        await desktop.Client.ReleaseAsync(dialing.Call);
        await desktop.AskAsync("RecordProcessed", d => d.Set("GSW_RECORD_HANDLE", DeskClient.Integer(second.UserData, "GSW_RECORD_HANDLE")));
        await rig.Engine.DrainAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        var store = rig.Store();
        Assert.Equal([RecordStatus.ChainUpdated, RecordStatus.ChainUpdated, RecordStatus.Updated], store.Records.Select(r => r.Status));
    }

    [Fact]
    public async Task By_number_a_blended_agent_cancels_and_marks_do_not_call_wherever_the_record_is()
    {
        using var trunk = Trunk();
        await using var rig = await StartAsync(trunk, ["+12025550100", "+12025550101", "+12025550102"], nailedUp: false);
        await using var one = await DeskClient.LogInAsync(rig.Engine.CtiUri);
        await using var two = await DeskClient.LogInAsync(rig.Engine.CtiUri, 2);
        var shown = Text(await one.PreviewAsync(), "GSW_PHONE");

        var canceled = await two.AskAsync("RequestRecordCancel", d => d.Set("GSW_PHONE", shown));
        Assert.Equal(("RecordCancelAcknowledge", shown), (DeskClient.NameOf(canceled), Text(canceled, "GSW_PHONE")));
        var told = await one.UntilAsync(m => m.UserEventName == "RecordCancel", "RecordCancel");
        Assert.Equal(shown, Text(told.UserData, "GSW_PHONE"));

        var marked = await two.AskAsync("DoNotCall", d => d.Set("GSW_PHONE", "(202) 555-0102").Set("GSW_MESSAGE", "asked by mail"));
        Assert.Equal("DoNotCallAcknowledge", DeskClient.NameOf(marked));
        var added = await two.AskAsync("AddRecord", d => d.Set("GSW_PHONE", "202 555 0177").Set("GSW_TZ_NAME", "EST").Set("customer_name", "Ann"));
        Assert.Equal("AddRecordAcknowledge", DeskClient.NameOf(added));
        Assert.Equal(103, DeskClient.Integer(await two.AskAsync("AddRecord", d => d.Set("GSW_PHONE", "202 555 0178").Set("GSW_TZ_NAME", "Mars")), "GSW_ERROR_NUMBER"));

        var left = Text(await one.PreviewAsync(), "GSW_PHONE");
        Assert.DoesNotContain(left, new[] { shown, "+12025550102" });
        await rig.Engine.DrainAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        var store = rig.Store();
        Assert.Equal(4, store.Records.Count);
        Assert.Equal(2, store.Records.Count(r => r.Status == RecordStatus.Canceled));
    }

    [Fact]
    public async Task A_pushed_record_comes_unasked_and_is_dialled()
    {
        using var trunk = Trunk();
        await using var rig = await StartAsync(trunk, ["+12025550100"], nailedUp: false, mode: DialMode.PushPreview);
        await using var desktop = await DeskClient.LogInAsync(rig.Engine.CtiUri);
        Assert.False((await desktop.Client.ReadyAsync()).IsError);
        var pushed = (await desktop.UntilAsync(m => m.UserEventName == "PreviewRecord", "PreviewRecord")).UserData;
        Assert.Equal("1001", Text(pushed, "GSW_AGENT_ID"));
        Assert.Contains(Text(pushed, "GSW_CONTACT_MEDIA_TYPE"), new[] { "any", "voice" });
        Assert.True(DeskClient.Integer(pushed, "GSW_SWITCH_DBID") > 0);
        var handle = DeskClient.Integer(pushed, "GSW_RECORD_HANDLE");
        var dialing = await DialAsync(desktop, handle);
        await desktop.UntilAsync(CtiEventKind.Established, dialing.Call);
        await desktop.Client.ReleaseAsync(dialing.Call);
        await desktop.AskAsync("RecordProcessed", d => d.Set("GSW_RECORD_HANDLE", handle));
        Assert.Equal(CallResult.Answer, Assert.Single((await rig.DoneAsync()).Records).Result);
    }

    [Fact]
    public async Task An_agent_of_two_groups_is_assigned_to_one_and_then_to_both()
    {
        using var trunk = Trunk();
        await using var rig = await StartAsync(trunk, ["+12025550100", "+12025550101"], nailedUp: false, second: true);
        var first = DialerEngine.Host.Demo.DemoWorld.GroupName;
        var second = "Autumn@" + first.Split('@')[1];
        Assert.Null(await rig.Engine.Runtime.CommandAsync(second, Core.Groups.GroupCommandKind.Load, DialMode.NoDialMode, CancellationToken.None));
        await using var desktop = await DeskClient.LogInAsync(rig.Engine.CtiUri);
        await desktop.UntilAsync(m => m.UserEventName == "CampaignLoaded" && Text(m.UserData, "GSW_CAMPAIGN_GROUP_NAME") == second, "CampaignLoaded of the second group");

        // A record of the first group, whichever campaign the agent is assigned to meanwhile, is finished where it belongs.
        var handle = DeskClient.Integer(await desktop.PreviewAsync(), "GSW_RECORD_HANDLE");
        Assert.Null(rig.Engine.Runtime.Agents.Assign("1001", second));
        var assigned = await desktop.UntilAsync(m => m.UserEventName == "CampaignGroupAssigned", "CampaignGroupAssigned");
        Assert.Equal(second, Text(assigned.UserData, "GSW_CAMPAIGN_GROUP_NAME"));
        Assert.Equal(105, DeskClient.Integer(await desktop.AskAsync("PreviewRecordRequest"), "GSW_ERROR_NUMBER"));
        Assert.Equal("RecordProcessedAcknowledge", DeskClient.NameOf(await desktop.AskAsync("RecordProcessed", d => d.Set("GSW_RECORD_HANDLE", handle))));
        Assert.NotNull(rig.Engine.Runtime.Agents.Assign("1001", "nothing@nowhere"));
        Assert.Null(rig.Engine.Runtime.Agents.Assign("1001", null));
        Assert.Equal("PreviewRecord", DeskClient.NameOf(await desktop.PreviewAsync()));
    }

    private static async Task<CtiMessage> DialAsync(DeskClient desktop, long handle)
    {
        // A nailed-up line needs a moment to come up.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var answer = await desktop.DialAsync(handle);
            if (answer is not { ErrorCode: CallFault.OutOfService })
            {
                return answer;
            }

            await Task.Delay(50, limit.Token);
        }
    }

    private static string Text(Core.Desktop.UserData data, string key) => data.TryGetString(key, out var text) ? text : "";

    private static TrunkServer Trunk()
    {
        var trunk = new TrunkServer(new TrunkServerOptions
        {
            Seed = 5,
            Speed = 20,
            Script = new TrunkScript
            {
                Mix = new Dictionary<CalleeScript, double> { [CalleeScript.Person] = 1 },
                Suffixes = new Dictionary<string, CalleeScript> { ["17"] = CalleeScript.Busy },
                HangUpShare = 0,
            },
        });
        trunk.Start();
        return trunk;
    }

    private static Task<EngineRig> StartAsync(TrunkServer trunk, string[] numbers, bool nailedUp, int chain = 1, DialMode mode = DialMode.Preview, bool second = false) =>
        EngineRig.StartAsync(new EngineRigOptions
        {
            Trunk = trunk.LocalEndPoint,
            Numbers = numbers,
            Agents = 2,
            ScriptedAgents = false,
            ChainLength = chain,
            Adjust = c => c with
            {
                Compliance = [new TenantCompliance { Tenant = c.Groups[0].TenantName, TenantDbid = 1, ChecksList = true, Lists = c.Lists }],
                Groups =
                [
                    c.Groups[0] with { DialMode = mode },
                    .. second ? [c.Groups[0] with { Id = new GroupId(302), Guid = Guid.NewGuid(), DialMode = mode, Campaign = c.Groups[0].Campaign with { Id = 202, Name = "Autumn" } }]
                        : Array.Empty<CampaignGroupDefinition>(),
                ],
                Agents = [.. c.Agents.Select(a => a with { Phone = a.Phone with { NailedUp = nailedUp } })],
            },
        });
}
