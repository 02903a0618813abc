using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Tests.Groups;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Tests.Callbacks;

/// <summary>Callbacks that a group has fetched: served, moved, offered, missed.</summary>
public sealed class CallbackServiceTests
{
    private static MachineBench Bench(CampaignGroupOptions? options = null, params TreatmentDefinition[] treatments)
    {
        var bench = new MachineBench(options: options ?? new CampaignGroupOptions { PredictiveCallback = false }, treatments: treatments);
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(8);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.NotReady);
        return bench;
    }

    /// <summary>The list gives one callback that is due.</summary>
    private static void Fetch(MachineBench bench, RecordType type, int from = 0, int till = 86_400, string agent = "1001")
    {
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.True(bench.Has(EffectKind.Fetch));
        Assert.Equal(FetchKind.Callbacks, bench.Machine.FetchKind);
        var record = bench.Machine.Tray[0];
        record.List = bench.List.Id;
        record.Id = new RecordId(900);
        record.ContactInfo = "+12025550900";
        record.RecordStatus = RecordStatus.Retrieved;
        record.RecordType = type;
        record.DialScheduledTime = bench.Now.UnixSeconds;
        (record.DailyFrom, record.DailyTill, record.AgentLoginId) = (from, till, agent);
        bench.Machine.Tray.Count = 1;
        bench.Step(new GroupInput { Kind = InputKind.FetchCompleted, Detail = 1 });
    }

    private static CallSession Offered(MachineBench bench) => bench.Machine.Find(bench.Effects.Single(e => e.Kind == EffectKind.ScheduledCall).Call)!;

    private static (RecordStatus, RecordType, long) Stored(MachineBench bench) =>
        bench.LastEntry(JournalEntryKind.RecordUpdated) is var e ? (e.RecordStatus, e.RecordType, e.DialScheduledTime) : default;

    [Fact]
    public void A_callback_outside_the_daily_window_is_moved_into_it()
    {
        var bench = Bench();
        Fetch(bench, RecordType.CampaignCallBack, from: 28_800, till: 64_800);

        // The bench's day begins at midnight.
        Assert.Equal((RecordStatus.Ready, RecordType.CampaignCallBack, bench.Now.UnixSeconds - 1 + 28_800), Stored(bench));
        Assert.Equal(0, bench.Machine.CallbacksHeld);
        Assert.False(bench.Has(EffectKind.ScheduledCall));
    }

    [Fact]
    public void An_offered_callback_that_the_agent_leaves_behind_is_due_again()
    {
        var bench = Bench();
        Fetch(bench, RecordType.CampaignCallBack);
        Offered(bench);
        bench.AgentState(1, AgentState.LoggedOut);

        Assert.Equal((RecordStatus.Ready, RecordType.CampaignCallBack, bench.Now.UnixSeconds + 60), Stored(bench));
        bench.Commit();
        Assert.Equal(0, bench.Machine.Counters.Results);
    }

    [Fact]
    public void A_rejected_callback_is_a_brand_new_record()
    {
        var bench = Bench();
        Fetch(bench, RecordType.CampaignCallBack);
        bench.Step(new GroupInput
        {
            Kind = InputKind.RecordRequest,
            Reference = new RecordRequest { Kind = RecordRequestKind.Reject, RecordHandle = Offered(bench).RecordHandle, Agent = new AgentId(1) },
        });

        Assert.Equal((RecordStatus.Ready, RecordType.General, 0), Stored(bench));
        Assert.Equal((ChainOperation.MakeReady, "1001"), bench.LastEntry(JournalEntryKind.RecordUpdated) is var e ? (e.Chain, e.AgentLoginId) : default);
    }

    [Fact]
    public void An_offered_callback_that_is_processed_has_the_agents_result()
    {
        var bench = Bench();
        Fetch(bench, RecordType.CampaignCallBack);
        var request = new RecordRequest { Kind = RecordRequestKind.MarkProcessed, RecordHandle = Offered(bench).RecordHandle, Agent = new AgentId(1), Result = CallResult.WrongParty };
        bench.Step(new GroupInput { Kind = InputKind.RecordRequest, Reference = request });
        Assert.Equal((RecordStatus.Updated, CallResult.WrongParty), bench.LastEntry(JournalEntryKind.RecordUpdated) is var e ? (e.RecordStatus, e.RecordResult) : default);
        bench.Commit();

        Assert.Contains(bench.Effects, e => e.Kind == EffectKind.RecordReply && e.Reference == request);
    }

    [Theory]
    [InlineData(RecordType.CampaignCallBack, CallResult.GroupCallBackError)]
    [InlineData(RecordType.PersonalCallBack, CallResult.AgentCallBackError)]
    public void A_callback_that_finds_nobody_in_time_is_missed(RecordType type, CallResult result)
    {
        var bench = Bench();
        bench.AgentState(1, AgentState.LoggedOut);
        Fetch(bench, type, agent: "1002");
        Assert.Equal(1, bench.Machine.CallbacksHeld);
        bench.Pass(60 * 60_000);
        bench.Step(new GroupInput { Kind = InputKind.Tick });

        Assert.Equal((RecordStatus.MissedCallBack, result), bench.LastEntry(JournalEntryKind.RecordUpdated) is var e ? (e.RecordStatus, e.RecordResult) : default);
        Assert.Equal((0, 1), (bench.Machine.CallbacksHeld, bench.Machine.Counters.CallbacksMissed));
        Assert.Equal(
            [RecordEventKind.CallbackMissed, RecordEventKind.LeadProcessed], bench.Effects.Where(e => e.Kind == EffectKind.RecordEvent).Select(e => e.RecordEvent.Kind));
    }

    [Fact]
    public void A_treatment_for_agent_callback_error_is_applied()
    {
        var bench = Bench(null, new TreatmentDefinition { Name = "any", Result = CallResult.AgentCallBackError, RecordAction = RecordAction.AssignToGroup });
        Fetch(bench, RecordType.PersonalCallBack, agent: "nobody");
        bench.Pass(60 * 60_000);
        bench.Step(new GroupInput { Kind = InputKind.Tick });

        Assert.Equal((RecordStatus.Ready, RecordType.CampaignCallBack, bench.Now.UnixSeconds), Stored(bench));
    }

    [Fact]
    public void A_personal_callback_keeps_its_agent_free_from_the_dial_on_and_brings_the_customer_to_them()
    {
        var bench = Bench();
        bench.Wanted = _ => 0;
        bench.AgentState(1, AgentState.Ready);
        Fetch(bench, RecordType.PersonalCallBack);
        bench.Commit();
        var call = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        Assert.Equal(0, bench.Machine.Snapshot().CallsConnected);
        bench.Call(InputKind.CallAnswered, call);

        Assert.Equal(1, bench.Effects.Single(e => e.Kind == EffectKind.Deliver).Agent.Value);
    }

    [Fact]
    public void The_agent_of_a_callback_that_nobody_answers_is_free_again()
    {
        var bench = Bench();
        bench.Wanted = _ => 0;
        bench.AgentState(1, AgentState.Ready);
        Fetch(bench, RecordType.PersonalCallBack);
        bench.Commit();
        var call = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        var ready = -1;
        bench.Wanted = s => (ready = s.ReadyAgents) * 0;
        bench.Call(InputKind.CallEnded, call, outcome: new Telephony.CallOutcome { Result = CallResult.Busy, EndedBy = CallEndedBy.FarEnd });

        Assert.Equal(1, ready);
    }

    [Fact]
    public void Unloading_returns_callbacks_to_their_list()
    {
        var bench = Bench();
        Fetch(bench, RecordType.PersonalCallBack, agent: "nobody");
        bench.Command(GroupCommandKind.Unload);

        Assert.Equal(new RecordId(900), bench.Entries.First(e => e.Kind == JournalEntryKind.RecordReturned).Record);
    }
}
