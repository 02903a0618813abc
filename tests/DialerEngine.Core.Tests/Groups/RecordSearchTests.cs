using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>What a group does with records that others cancelled by number or customer (desktop protocol, Canceling Records).</summary>
public sealed class RecordSearchTests
{
    [Fact]
    public void A_record_is_not_dialled_while_another_one_of_its_chain_is_in_a_call()
    {
        var bench = new MachineBench(agents: 2);
        bench.Command(GroupCommandKind.Load);
        (bench.Machine.Tray[0].ChainId, bench.Machine.Tray[1].ChainId, bench.Machine.Tray[2].ChainId) = (5, 5, 6);
        bench.Fetched(3);
        bench.Command(GroupCommandKind.Start);
        foreach (var agent in new[] { 1, 2 })
        {
            bench.AgentState(agent, Core.AgentState.NotReady);
            bench.AgentState(agent, Core.AgentState.Ready);
        }

        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal([100L, 102], bench.Entries.Where(e => e.Kind == JournalEntryKind.AttemptStarted).Select(e => e.Record.Value));
        var held = bench.LastEntry(JournalEntryKind.RecordUpdated);
        Assert.Equal(
            (101L, RecordStatus.Ready, DialerEngine.Core.Compliance.RuleReason.OpenAttempt, bench.Now.UnixSeconds + 60),
            (held.Record.Value, held.RecordStatus, held.Rule, held.DialScheduledTime));
        Assert.Equal(2, bench.LinesTaken);
    }

    private readonly MachineBench _bench = new();

    private RecordsFound? Search(params int[] records) => Search(DisposalKind.Cancel, records);

    private RecordsFound? Search(DisposalKind kind, params int[] records)
    {
        var search = Asked(kind, records);
        foreach (var effect in _bench.Effects.Where(e => e.Kind == EffectKind.RecordsFound))
        {
            search.Answer(effect.Detail != 0);
        }

        return search.Done.IsCompleted ? search.Done.Result : null;
    }

    private RecordSearch Asked(DisposalKind kind, params int[] records)
    {
        var search = new RecordSearch { Kind = kind, WholeChain = true, Records = records.Select(r => (_bench.List.Id, new RecordId(r))).ToHashSet() };
        _bench.Step(new GroupInput { Kind = InputKind.RecordSearch, Reference = search });
        return search;
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Desktops_are_told_but_not_the_one_that_asks(int asker, bool told)
    {
        var bench = AgentCallTests.Preview();
        var shown = bench.Machine.FindRecord(AgentCallTests.Shown(bench))!.Record!.Id;
        var search = new RecordSearch { Kind = DisposalKind.Cancel, WholeChain = true, Records = new HashSet<(ListId, RecordId)> { (bench.List.Id, shown) }, Asker = new AgentId(asker) };
        bench.Step(new GroupInput { Kind = InputKind.RecordSearch, Reference = search });
        Assert.Equal(told, bench.Has(EffectKind.RecordCanceled));
        Assert.Equal(RecordStatus.Canceled, bench.LastEntry(JournalEntryKind.RecordUpdated).RecordStatus);
    }

    [Fact]
    public void Records_in_the_buffer_are_dropped_and_never_dialled()
    {
        _bench.Command(GroupCommandKind.Load);
        _bench.Fetched(8);
        while (_bench.Has(EffectKind.Fetch))
        {
            _bench.Fetched(0);
        }

        Assert.Equal(new RecordsFound(2, 0), Search(100, 102, 999));
        Assert.Equal(new RecordsFound(0, 0), Search(100, 102));
        Assert.Equal(2, _bench.Machine.Counters.RecordsFinished);
        _bench.Wanted = s => s.AvailableRecords;
        _bench.Command(GroupCommandKind.Start);
        _bench.AgentState(1, AgentState.NotReady);
        _bench.AgentState(1, AgentState.Ready);
        Assert.Equal([101L, 103L, 104L, 105L, 106L, 107L], _bench.Entries.Where(e => e.Kind == JournalEntryKind.AttemptStarted).Select(e => e.Record.Value).Order());
    }

    [Fact]
    public async Task A_record_that_is_being_fetched_is_looked_for_when_it_has_come()
    {
        _bench.Command(GroupCommandKind.Load);
        var search = Asked(DisposalKind.Cancel, 101);
        Assert.False(_bench.Has(EffectKind.RecordsFound));
        _bench.Fetched(3);

        Assert.True(_bench.Has(EffectKind.RecordsFound));
        search.Answer(true);
        Assert.Equal(new RecordsFound(1, 0), await search.Done);
    }

    [Theory]
    [InlineData(DisposalKind.Cancel, RecordType.General, CallResult.CancelRecord)]
    [InlineData(DisposalKind.DoNotCall, RecordType.NoCall, CallResult.DoNotCall)]
    public void A_record_in_an_agents_call_is_final_when_the_agent_is_done_and_the_desktop_is_told(DisposalKind kind, RecordType type, CallResult result)
    {
        var call = _bench.Connected();
        var record = (int)_bench.Machine.Find(call)!.Record!.Id.Value;

        Assert.Equal(new RecordsFound(0, 1), Search(kind, record));
        Assert.Single(_bench.Effects, e => e.Kind == EffectKind.RecordCanceled && e.Agent == new AgentId(1) && e.Detail == 1);
        Search(kind, record);
        _bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Result = CallResult.Answer, EndedBy = CallEndedBy.FarEnd });
        _bench.Pass(_bench.Group.Options.StaleCleanTimeoutMs + 1);
        var entry = _bench.LastEntry(JournalEntryKind.AttemptFinished);
        Assert.Equal((RecordStatus.Canceled, type, result), (entry.RecordStatus, entry.RecordType, entry.RecordResult));
    }

    [Fact]
    public void A_dial_that_is_not_out_yet_is_taken_back_and_one_that_rings_is_ended()
    {
        var call = _bench.Dialled();
        Assert.Equal(new RecordsFound(1, 0), Search((int)_bench.Machine.Find(call)!.Record!.Id.Value));
        Assert.True(_bench.Has(EffectKind.Release));

        _bench.AgentState(2, AgentState.NotReady);
        _bench.AgentState(2, AgentState.Ready);
        var intended = (int)_bench.LastEntry(JournalEntryKind.AttemptStarted).Record.Value;
        Asked(DisposalKind.Cancel, intended);
        _bench.Commit();
        Assert.DoesNotContain(_bench.Effects, e => e.Kind == EffectKind.Place);
        Assert.Equal((intended, RecordStatus.Canceled), _bench.LastEntry(JournalEntryKind.AttemptWithdrawn) is var e ? ((int)e.Record.Value, e.RecordStatus) : default);
    }
}
