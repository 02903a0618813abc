using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;
using DialerEngine.Core.Tests.Groups;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Tests.Callbacks;

/// <summary>Requests about records that the group holds: what each does, and what it is answered.</summary>
public sealed class RecordRequestTests
{
    private static readonly CallOutcome FarEnd = new() { Result = CallResult.Ok, EndedBy = CallEndedBy.FarEnd, Answered = true };
    private readonly MachineBench _bench = new();

    private long Soon => _bench.Now.UnixSeconds + 3_600;

    private RecordOutcome? Ask(RecordRequest request)
    {
        _bench.Step(new GroupInput { Kind = InputKind.RecordRequest, Reference = request });
        return Answer(request);
    }

    private RecordOutcome? Answer(RecordRequest request) =>
        _bench.Effects.Where(e => e.Kind == EffectKind.RecordReply && e.Reference == request).Select(e => (RecordOutcome?)e.Detail).SingleOrDefault();

    private RecordRequest Request(RecordRequestKind kind, CallHandle call, RecordType type = RecordType.NoRecordType, long time = 0, bool wholeChain = true, int agent = 1) => new()
    {
        Kind = kind,
        RecordHandle = _bench.Machine.Find(call)?.RecordHandle ?? 77,
        Agent = new AgentId(agent),
        CallbackType = type,
        CallbackTime = time,
        WholeChain = wholeChain,
    };

    [Theory]
    [InlineData(RecordType.PersonalCallBack)]
    [InlineData(RecordType.CampaignCallBack)]
    public void A_callback_is_acknowledged_when_it_is_durable_and_takes_effect_when_the_record_is_finished(RecordType type)
    {
        var call = _bench.Connected();
        _bench.Commit();
        var request = Request(RecordRequestKind.Reschedule, call, type, Soon);

        Assert.Null(Ask(request));
        var noted = _bench.LastEntry(JournalEntryKind.RecordUpdated);
        Assert.Equal((RecordStatus.Retrieved, type, Soon, "1001"), (noted.RecordStatus, noted.RecordType, noted.DialScheduledTime, noted.CallbackAgent));
        _bench.Commit();
        Assert.Equal(RecordOutcome.Done, Answer(request));

        _bench.Call(InputKind.CallEnded, call, outcome: FarEnd);
        var done = Request(RecordRequestKind.MarkProcessed, call);
        Assert.Null(Ask(done));
        var entry = _bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((RecordStatus.Ready, type, Soon, CallResult.Answer), (entry.RecordStatus, entry.RecordType, entry.DialScheduledTime, entry.Result));
        Assert.Equal(ChainOperation.None, entry.Chain);
        _bench.Commit();
        Assert.Equal(RecordOutcome.Done, Answer(done));
        Assert.Contains(_bench.Effects, e => e.Kind == EffectKind.RecordEvent && e.RecordEvent.Kind == RecordEventKind.CallbackScheduled);
        Assert.DoesNotContain(_bench.Effects, e => e.Kind == EffectKind.RecordEvent && e.RecordEvent.Kind == RecordEventKind.LeadProcessed);
    }

    [Fact]
    public void A_callback_is_kept_though_the_agent_never_says_that_the_record_is_done()
    {
        var call = _bench.Connected();
        Ask(Request(RecordRequestKind.Reschedule, call, RecordType.CampaignCallBack, Soon));
        _bench.Call(InputKind.CallEnded, call, outcome: FarEnd);
        _bench.Pass(_bench.Group.Options.StaleCleanTimeoutMs + 1);

        Assert.Equal((RecordStatus.Ready, RecordType.CampaignCallBack), _bench.LastEntry(JournalEntryKind.AttemptFinished) is var e ? (e.RecordStatus, e.RecordType) : default);
    }

    [Fact]
    public void What_cannot_be_is_answered_with_its_reason()
    {
        var call = _bench.Connected();
        _bench.Commit();

        Assert.Equal(RecordOutcome.InvalidTime, Ask(Request(RecordRequestKind.Reschedule, call, RecordType.CampaignCallBack, _bench.Now.UnixSeconds)));
        Assert.Equal(RecordOutcome.InvalidTime, Ask(Request(RecordRequestKind.Reschedule, call, RecordType.CampaignCallBack, _bench.Now.UnixSeconds + (6L * 366 * 86_400))));
        Assert.Equal(RecordOutcome.InvalidCallbackType, Ask(Request(RecordRequestKind.Reschedule, call, RecordType.General, Soon)));
        Assert.Equal(RecordOutcome.NotTheAgentsRecord, Ask(Request(RecordRequestKind.Cancel, call, agent: 2)));
        Assert.Equal(RecordOutcome.RecordNotFound, Ask(Request(RecordRequestKind.Cancel, CallHandle.None)));
        Assert.Equal(RecordOutcome.NotAllowedNow, Ask(Request(RecordRequestKind.Reject, call)));
        Assert.Equal(RecordOutcome.UnknownAgent, Ask(new RecordRequest
        {
            Kind = RecordRequestKind.Reschedule,
            RecordHandle = _bench.Machine.Find(call)!.RecordHandle,
            CallbackType = RecordType.PersonalCallBack,
            CallbackTime = Soon,
            CallbackAgent = "nobody",
        }));
        Assert.DoesNotContain(_bench.Entries, e => e.Kind == JournalEntryKind.RecordUpdated);
    }

    [Theory]
    [InlineData(RecordRequestKind.Cancel, true, RecordType.General, CallResult.CancelRecord, ChainOperation.CancelAll)]
    [InlineData(RecordRequestKind.Cancel, false, RecordType.General, CallResult.CancelRecord, ChainOperation.None)]
    [InlineData(RecordRequestKind.DoNotCall, true, RecordType.NoCall, CallResult.DoNotCall, ChainOperation.DoNotCallAll)]
    [InlineData(RecordRequestKind.DoNotCall, false, RecordType.NoCall, CallResult.DoNotCall, ChainOperation.None)]
    public void Cancel_and_do_not_call_are_final_and_need_no_other_word(RecordRequestKind kind, bool wholeChain, RecordType type, CallResult result, ChainOperation chain)
    {
        var call = _bench.Connected();
        Assert.Equal(RecordOutcome.Done, Ask(Request(kind, call, wholeChain: wholeChain)));
        Assert.Equal(kind == RecordRequestKind.DoNotCall, _bench.Has(EffectKind.DoNotCall));
        Assert.Equal(RecordOutcome.RecordNotFound, Ask(Request(RecordRequestKind.MarkProcessed, call)));
        _bench.Call(InputKind.CallEnded, call, outcome: FarEnd);

        var entry = _bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((RecordStatus.Canceled, type, result, chain, CallResult.Answer), (entry.RecordStatus, entry.RecordType, entry.RecordResult, entry.Chain, entry.Result));
    }

    [Fact]
    public void A_call_that_is_still_dialled_is_ended_when_its_record_is_cancelled()
    {
        var call = _bench.Dialled();
        Assert.Equal(RecordOutcome.Done, Ask(Request(RecordRequestKind.Cancel, call, agent: 0)));
        Assert.True(_bench.Has(EffectKind.Release));
        _bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.NoAnswer, EndedBy = CallEndedBy.Engine });

        Assert.Equal(RecordStatus.Canceled, _bench.LastEntry(JournalEntryKind.AttemptFinished).RecordStatus);
    }

    [Theory]
    [InlineData(AgentTreatment.None, RecordStatus.Updated, RecordType.General)]
    [InlineData(AgentTreatment.Campaign, RecordStatus.Ready, RecordType.CampaignRescheduled)]
    [InlineData(AgentTreatment.Personal, RecordStatus.Ready, RecordType.PersonalRescheduled)]
    public void An_agents_result_is_treated_only_where_the_agent_says_so(AgentTreatment treatment, RecordStatus status, RecordType type)
    {
        var bench = new MachineBench(treatments: new TreatmentDefinition { Name = "later", Result = (CallResult)1001, RecordAction = RecordAction.RetryIn, IntervalMinutes = 10 });
        var call = bench.Connected();
        bench.Call(InputKind.CallEnded, call, outcome: FarEnd);
        bench.Step(new GroupInput
        {
            Kind = InputKind.RecordRequest,
            Reference = new RecordRequest
            {
                Kind = RecordRequestKind.MarkProcessed,
                RecordHandle = bench.Machine.Find(call)!.RecordHandle,
                Agent = new AgentId(1),
                Result = (CallResult)1001,
                Treatment = treatment,
            },
        });

        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((status, type, (CallResult)1001), (entry.RecordStatus, entry.RecordType, entry.RecordResult));
        Assert.Equal(status == RecordStatus.Ready ? bench.Now.UnixSeconds + 600 : 0, entry.DialScheduledTime);
    }
}
