using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>Chains on a desktop: asked for once, each record with its handle, and all of them gone with the first that ends.</summary>
public sealed class ChainTests
{
    [Fact]
    public void The_rest_of_a_chain_comes_record_by_record_and_then_its_end()
    {
        var bench = AgentCallTests.Preview();
        var first = AgentCallTests.Shown(bench);
        var handles = Chain(bench, first, 3);
        Assert.Equal(3, handles.Distinct().Count());
        Assert.DoesNotContain(first, handles);
        Assert.Equal(EffectKind.ChainEnd, bench.Effects[^1].Kind);
    }

    [Fact]
    public void A_second_request_is_ignored()
    {
        var bench = AgentCallTests.Preview();
        var first = AgentCallTests.Shown(bench);
        var mate = Chain(bench, first, 2)[0];
        Assert.Null(DesktopRecordTests.Ask(bench, DesktopRequestKind.ChainedRecordRequest, first));
        Assert.False(bench.Has(EffectKind.TakeChain));
        Assert.Null(DesktopRecordTests.Ask(bench, DesktopRequestKind.ChainedRecordRequest, mate));
        Assert.False(bench.Has(EffectKind.TakeChain));
    }

    [Fact]
    public void A_record_without_a_chain_is_error_114_and_a_store_that_fails_113_and_may_be_asked_again()
    {
        var bench = AgentCallTests.Preview();
        var first = AgentCallTests.Shown(bench);
        Assert.Equal(DesktopError.DbError, Answer(bench, first, 0, failed: true));
        Assert.Equal(DesktopError.ChainedRecordsNotFound, Answer(bench, first, 0));
    }

    [Fact]
    public void A_chain_whose_other_records_are_done_is_an_empty_one()
    {
        var bench = AgentCallTests.Preview();
        Assert.Null(Answer(bench, AgentCallTests.Shown(bench), 0, others: 2));
        Assert.True(bench.Has(EffectKind.ChainEnd));
    }

    [Fact]
    public void A_processed_or_unknown_record_is_record_not_found()
    {
        var bench = AgentCallTests.Preview();
        var first = AgentCallTests.Shown(bench);
        DesktopRecordTests.Ask(bench, DesktopRequestKind.RecordProcessed, first);
        Assert.Equal(DesktopError.RecordNotFound, DesktopRecordTests.Ask(bench, DesktopRequestKind.ChainedRecordRequest, first));
        Assert.Equal(DesktopError.RecordNotFound, DesktopRecordTests.Ask(bench, DesktopRequestKind.ChainedRecordRequest, 123_456));
    }

    [Fact]
    public void A_chain_that_comes_too_late_goes_back()
    {
        var bench = AgentCallTests.Preview();
        var first = AgentCallTests.Shown(bench);
        Assert.Null(DesktopRecordTests.Ask(bench, DesktopRequestKind.ChainedRecordRequest, first));
        var asked = (ChainFetch)bench.Effects.Single(e => e.Kind == EffectKind.TakeChain).Reference!;
        DesktopRecordTests.Ask(bench, DesktopRequestKind.RecordProcessed, first);
        Fill(bench, asked, 2);
        Assert.Equal(2, bench.Entries.Count(e => e.Kind == JournalEntryKind.RecordReturned));
        Assert.Contains(bench.Effects, e => e.Kind == EffectKind.DesktopReply && e.Detail == (int)DesktopError.RecordNotFound);
    }

    [Fact]
    public void Processing_one_record_ends_the_chain_on_the_desktop()
    {
        var bench = AgentCallTests.Preview(new AgentPhone("sip:7001@localhost"));
        bench.Step(new GroupInput { Kind = InputKind.AgentLine, Agent = new AgentId(1), Detail = 1 });
        var first = AgentCallTests.Shown(bench);
        var mates = Chain(bench, first, 2);
        Assert.Null(AgentCallTests.Dial(bench, mates[0]));
        bench.Commit();
        var call = bench.Effects.Single(e => e.Kind == EffectKind.Place).Call;
        bench.Call(InputKind.CallAnswered, call);
        bench.Call(InputKind.AgentConnected, call, 1);
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true });
        Assert.Equal(DesktopError.None, DesktopRecordTests.Ask(bench, DesktopRequestKind.UpdateCallCompletionStats, first, w => w.Updates = [new("note", "home")]));

        DesktopRecordTests.Ask(bench, DesktopRequestKind.RecordProcessed, mates[0]);
        var returned = bench.Entries.FindIndex(e => e.Kind == JournalEntryKind.RecordReturned);
        var finished = bench.Entries.FindIndex(e => e.Kind == JournalEntryKind.AttemptFinished);
        var updated = bench.Entries.FindIndex(e => e.Kind == JournalEntryKind.RecordUpdated);
        Assert.True(returned >= 0 && returned < finished && finished < updated, "untouched ones, then the record, then changed ones");
        Assert.Equal((RecordStatus.Updated, "home"), (bench.Entries[updated].RecordStatus, (string?)bench.Entries[updated].FieldUpdates!.Single().Value));
        bench.Commit();
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal(0, bench.Machine.Snapshot().RecordsOnDesktops);
        Assert.NotEqual(0, AgentCallTests.Shown(bench));
    }

    [Fact]
    public void Cancelling_one_record_only_leaves_the_others()
    {
        var bench = AgentCallTests.Preview();
        var first = AgentCallTests.Shown(bench);
        var mates = Chain(bench, first, 2);
        DesktopRecordTests.Ask(bench, DesktopRequestKind.RequestRecordCancel, mates[0], w => w.WholeChain = false);
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.RecordReturned);
        Assert.Equal(DesktopError.None, DesktopRecordTests.Ask(bench, DesktopRequestKind.UpdateCallCompletionStats, mates[1]));
        DesktopRecordTests.Ask(bench, DesktopRequestKind.RecordReject, first);
        Assert.Equal(DesktopError.RecordNotFound, DesktopRecordTests.Ask(bench, DesktopRequestKind.UpdateCallCompletionStats, mates[1]));
    }

    [Fact]
    public void An_agent_who_leaves_leaves_no_record_of_the_chain()
    {
        var bench = AgentCallTests.Preview();
        Chain(bench, AgentCallTests.Shown(bench), 3);
        bench.AgentState(1, AgentState.LoggedOut);
        bench.Commit();
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.Equal(0, bench.Machine.Snapshot().RecordsOnDesktops);
        Assert.Equal(0, bench.RunningTimers);
    }

    private static List<int> Chain(MachineBench bench, int first, int mates)
    {
        Assert.Null(DesktopRecordTests.Ask(bench, DesktopRequestKind.ChainedRecordRequest, first));
        Fill(bench, (ChainFetch)bench.Effects.Single(e => e.Kind == EffectKind.TakeChain).Reference!, mates);
        return [.. bench.Effects.Where(e => e.Kind == EffectKind.ChainedRecord).Select(e => bench.Machine.Find(e.Call)!.RecordHandle)];
    }

    private static DesktopError? Answer(MachineBench bench, int first, int mates, bool failed = false, int others = 0)
    {
        Assert.Null(DesktopRecordTests.Ask(bench, DesktopRequestKind.ChainedRecordRequest, first));
        Fill(bench, (ChainFetch)bench.Effects.Single(e => e.Kind == EffectKind.TakeChain).Reference!, mates, failed, others);
        return bench.Effects.Where(e => e.Kind == EffectKind.DesktopReply).Select(e => (DesktopError?)e.Detail).SingleOrDefault();
    }

    private static void Fill(MachineBench bench, ChainFetch chain, int count, bool failed = false, int others = 0)
    {
        for (var i = 0; i < count; i++)
        {
            var record = chain.Tray[i];
            record.List = chain.List;
            record.Id = new RecordId(900 + i);
            record.ContactInfo = $"+120255509{i:D2}";
            record.RecordStatus = RecordStatus.Retrieved;
            record.RecordType = RecordType.General;
            record.ChainId = chain.ChainId;
        }

        chain.Tray.Count = count;
        chain.Others = Math.Max(count, others);
        chain.Failed = failed;
        bench.Step(new GroupInput { Kind = InputKind.ChainTaken, Reference = chain });
    }
}
