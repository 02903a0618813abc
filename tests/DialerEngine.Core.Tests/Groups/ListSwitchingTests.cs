using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Lists;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>Lists and the buffer while a group lives.</summary>
public sealed class ListSwitchingTests
{
    [Fact]
    public void A_list_that_is_switched_off_gives_nothing_and_its_waiting_records_go_back()
    {
        var bench = Loaded(8);
        Assert.Null(Change(bench, new ListChange { List = "list", IsActive = false }));
        Assert.Equal(8, bench.Entries.Count(e => e is { Kind: JournalEntryKind.RecordReturned, Reason: "list changed" }));
        Assert.Equal(0, bench.Machine.Snapshot().RecordsBuffered);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.False(bench.Has(EffectKind.Fetch));
        Assert.Null(Change(bench, new ListChange { List = "list", IsActive = true }));
        Assert.True(bench.Has(EffectKind.Fetch));
    }

    [Fact]
    public void A_new_filter_sends_back_what_it_does_not_let_through()
    {
        var bench = Loaded(8);
        Assert.Null(Change(bench, new ListChange { List = "list", ChangesFilter = true, Filter = Filter("record_id >= 104") }));
        Assert.Equal([100L, 101, 102, 103], bench.Entries.Where(e => e.Kind == JournalEntryKind.RecordReturned).Select(e => e.Record.Value));
        Assert.Equal("record_id >= 104", bench.Machine.Snapshot().Lists[0].Filter);
        Assert.Equal(4, bench.Machine.Snapshot().Lists[0].Buffered);
    }

    [Fact]
    public void What_a_fetch_under_way_brings_is_held_against_the_new_filter()
    {
        var bench = new MachineBench();
        bench.Command(GroupCommandKind.Load);
        Assert.True(bench.Has(EffectKind.Fetch));
        Assert.Null(Change(bench, new ListChange { List = "list", ChangesFilter = true, Filter = Filter("record_id = 101") }));
        bench.Fetched(3);
        Assert.Equal([100L, 102], bench.Entries.Where(e => e.Kind == JournalEntryKind.RecordReturned).Select(e => e.Record.Value));
    }

    [Theory]
    [InlineData("other", null, "campaign has no calling list other; it has list")]
    [InlineData("list", 0, "weight must be 1 to 1,000")]
    [InlineData("list", 1_001, "weight must be 1 to 1,000")]
    public void A_change_that_makes_no_sense_is_refused(string list, int? weight, string refusal) =>
        Assert.Equal(refusal, Change(Loaded(4), new ListChange { List = list, Weight = weight }));

    [Fact]
    public void A_stop_puts_the_buffer_back_and_fetches_nothing_until_the_start()
    {
        var bench = Loaded(8);
        bench.Command(GroupCommandKind.Start);
        bench.Command(GroupCommandKind.Stop);
        Assert.Equal(8, bench.Entries.Count(e => e is { Kind: JournalEntryKind.RecordReturned, Reason: "group stopped" }));
        Assert.False(bench.Has(EffectKind.Fetch));
        bench.Command(GroupCommandKind.Start);
        Assert.True(bench.Has(EffectKind.Fetch));
    }

    private static MachineBench Loaded(int records)
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { OptRecordBufferSize = 20 });
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(records);
        return bench;
    }

    private static string? Change(MachineBench bench, ListChange change)
    {
        bench.Step(new GroupInput { Kind = InputKind.ListChange, Reference = change });
        return bench.Effects.Single(e => e.Kind == EffectKind.ListChangeDone).Text;
    }

    private static RecordFilter Filter(string text) =>
        RecordFilter.TryParse(text, ListColumn.Mandatory, out var filter, out var error) ? filter! : throw new ArgumentException(error!.ToString());
}
