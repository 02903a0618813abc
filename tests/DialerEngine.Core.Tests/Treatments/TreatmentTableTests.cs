using DialerEngine.Core.Callbacks;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;
using DialerEngine.Core.Tests.Groups;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Core.Tests.Treatments;

/// <summary>
/// Each row of the table "Apply to Record" (outbound contact reference 3.1, docs/treatments.md) through a whole call to the entry that makes it durable: what
/// the record becomes and when it is dialled again, and what becomes of the rest of its chain.
/// </summary>
public sealed class TreatmentTableTests
{
    private const string Date = "2030-01-02 18:00";
    private static readonly long At = new DateTimeOffset(2030, 1, 2, 18, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    public static TheoryData<RecordAction, int, string?, RecordType, RecordStatus, long, ChainOperation, long> Rows() => new()
    {
        // Times: seconds from the call's end; -1 for the date, 0 for none.
        { RecordAction.NoAction, 0, null, RecordType.General, RecordStatus.Updated, 0, ChainOperation.Complete, 0 },
        { RecordAction.MarkDb, 0, null, RecordType.General, RecordStatus.Updated, 0, ChainOperation.Complete, 0 },
        { RecordAction.MarkAllChain, 0, null, RecordType.General, RecordStatus.Updated, 0, ChainOperation.UpdateAll, 0 },
        { RecordAction.CycleRedial, 10, null, RecordType.CampaignRescheduled, RecordStatus.Ready, 600, ChainOperation.None, 0 },
        { RecordAction.RetryIn, 30, null, RecordType.CampaignRescheduled, RecordStatus.Ready, 1_800, ChainOperation.None, 0 },
        { RecordAction.RetryAtDate, 0, Date, RecordType.CampaignRescheduled, RecordStatus.Ready, -1, ChainOperation.None, 0 },
        { RecordAction.NextInChain, 0, null, RecordType.General, RecordStatus.Updated, 0, ChainOperation.Next, 1 },
        { RecordAction.NextInChainAfter, 5, null, RecordType.General, RecordStatus.Updated, 0, ChainOperation.Next, 300 },
        { RecordAction.NextInChainAtDate, 0, Date, RecordType.General, RecordStatus.Updated, 0, ChainOperation.Next, -1 },
        { RecordAction.MarkAsAgentError, 0, null, RecordType.General, RecordStatus.AgentError, 0, ChainOperation.Complete, 0 },
        { RecordAction.Reschedule, 20, null, RecordType.CampaignRescheduled, RecordStatus.Ready, 1_200, ChainOperation.None, 0 },
        { RecordAction.Reschedule, 0, Date, RecordType.CampaignRescheduled, RecordStatus.Ready, -1, ChainOperation.None, 0 },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_does_what_it_says(
        RecordAction action, int interval, string? date, RecordType type, RecordStatus status, long again, ChainOperation chain, long next)
    {
        var bench = Busy(action, interval, date, chainRest: 2);
        var now = bench.Now.UnixSeconds;
        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);

        Assert.Equal((CallResult.Busy, 1, now), (entry.RecordResult, entry.Attempts, entry.CallTime));
        Assert.Equal((type, status, Absolute(again, now)), (entry.RecordType, entry.RecordStatus, entry.DialScheduledTime));
        Assert.Equal((chain, next == 1 ? now : Absolute(next, now)), (entry.Chain, entry.ChainScheduledTime));
    }

    [Fact]
    public void Every_record_action_has_its_row()
    {
        var rows = Rows().Select(r => (RecordAction)r[0]).ToHashSet();

        // A personal callback that misses its agent is the one thing that can be given to the group: TreatmentPlanTests.
        Assert.Equal([RecordAction.AssignToGroup], Enum.GetValues<RecordAction>().Where(a => !rows.Contains(a)));
    }

    [Theory]
    [InlineData(RecordAction.NextInChain, 0)]
    [InlineData(RecordAction.NextInChainAfter, 5)]
    public void Next_in_chain_passes_on_where_the_chain_has_no_other_record(RecordAction action, int interval)
    {
        var entry = Busy(action, interval, null, chainRest: 0).LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((RecordStatus.Updated, ChainOperation.Complete), (entry.RecordStatus, entry.Chain));
    }

    [Theory]
    [InlineData(RecordRequestKind.Cancel, true, RecordType.General, CallResult.CancelRecord, ChainOperation.CancelAll)]
    [InlineData(RecordRequestKind.Cancel, false, RecordType.General, CallResult.CancelRecord, ChainOperation.None)]
    [InlineData(RecordRequestKind.DoNotCall, true, RecordType.NoCall, CallResult.DoNotCall, ChainOperation.DoNotCallAll)]
    [InlineData(RecordRequestKind.DoNotCall, false, RecordType.NoCall, CallResult.DoNotCall, ChainOperation.None)]
    public void Whole_chain_or_the_record_alone(RecordRequestKind request, bool wholeChain, RecordType type, CallResult result, ChainOperation chain)
    {
        // Desktop protocol, "Canceled and DoNotCall Chained Records" (GSW_CHAIN_ATTR).
        var bench = new MachineBench();
        var call = bench.Connected();
        var handle = bench.Machine.Find(call)!.RecordHandle;
        bench.Step(new GroupInput
        {
            Kind = InputKind.RecordRequest,
            Reference = new RecordRequest { Kind = request, RecordHandle = handle, Agent = new AgentId(1), WholeChain = wholeChain },
        });
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Ok, Answered = true, EndedBy = CallEndedBy.FarEnd });

        var entry = bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((type, RecordStatus.Canceled, result, chain), (entry.RecordType, entry.RecordStatus, entry.RecordResult, entry.Chain));
    }

    private static long Absolute(long time, long now) => time switch
    {
        -1 => At,
        0 => 0,
        _ => now + time,
    };

    private static MachineBench Busy(RecordAction action, int interval, string? date, int chainRest)
    {
        var at = TreatmentTime.TryParse(date, out var parsed) ? parsed : null;
        var bench = new MachineBench(treatments: new TreatmentDefinition
        {
            Name = "t",
            Result = CallResult.Busy,
            RecordAction = action,
            IntervalMinutes = interval,
            At = at,
        });
        bench.Command(GroupCommandKind.Load);
        bench.Machine.Tray[0].ChainRest = chainRest;
        bench.Fetched(1);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.Ready);
        bench.Commit();
        var call = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Busy, NetworkCode = 486, EndedBy = CallEndedBy.FarEnd });
        return bench;
    }
}
