using System.Text;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Lists;
using DialerEngine.Host.Rehearsal;

namespace DialerEngine.Host.Tests.Rehearsal;

/// <summary>Rehearsals and histories over the real storage.</summary>
public sealed class ListRehearsalTests : IDisposable
{
    private const long At = 1_795_197_600;

    private static readonly CallingListDefinition List = new()
    {
        Id = new ListId(1),
        Name = "spring",
        UserFields = [new UserFieldDefinition("state", UserFieldType.Varchar), new UserFieldDefinition("visits", UserFieldType.Int, null, "0")],
    };

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteStorage _storage;

    public ListRehearsalTests()
    {
        _storage = SqliteStorage.Open(new SqliteStorageOptions { Path = Path.Combine(_folder.Path, "s.db") }, [List]);
        var csv = new StringBuilder("contact_info,state,tz_dbid,dial_sched_time,record_status,record_type,chain_id,chain_n\n");
        for (var i = 0; i < 100; i++)
        {
            // 0-39 free, 40-49 filtered, 50-69 in a closed zone, 70-79 scheduled in two hours, 80-84 done, 85-89 no call, 90-99 behind their chain's first.
            csv.Append($"+1202555{i:D4},{(i is >= 40 and < 50 ? "NY" : "CA")},{(i is >= 50 and < 70 ? 5 : 1)},{(i is >= 70 and < 80 ? At + 7_300 : 0)}");
            csv.Append($",{(i is >= 80 and < 85 ? 3 : 1)},{(i is >= 85 and < 90 ? 7 : 2)},{(i < 90 ? i + 1 : i - 89)},{(i < 90 ? 0 : 1)}\n");
        }

        var file = Path.Combine(_folder.Path, "list.csv");
        File.WriteAllText(file, csv.ToString());
        var report = new ListImporter(_storage.Bulk, TimeProvider.System).Import(file, List, new ListImportOptions(), null, CancellationToken.None);
        Assert.Equal(100, report.Accepted);
    }

    public void Dispose()
    {
        _storage.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_rehearsal_counts_every_record_once_by_what_holds_it()
    {
        var forecast = Rehearse(new RehearsalRequest { At = At, Windows = new FifthOpensInThreeHours(), First = 3 });
        Assert.Equal((100L, 40L), (forecast.Total, forecast.ReadyNow));
        Assert.Equal(
            ["no call 5", "filter 10", "chain 10", "schedule 10", "window 20", "status Updated 5"],
            forecast.Held.Select(h => $"{h.Rule} {h.Count}"));
        Assert.Equal(100, forecast.ReadyNow + forecast.Held.Sum(h => h.Count));
        Assert.Equal((40L, 10L, 20L), (forecast.Hours[0], forecast.Hours[2], forecast.Hours[3]));
        Assert.Equal(["1 +1••••••••00", "2 +1••••••••01", "3 +1••••••••02"], forecast.First);
        Assert.Equal(["41 +1••••••••40", "42 +1••••••••41", "43 +1••••••••42"], forecast.Held.Single(h => h.Rule == "filter").Examples);
    }

    [Fact]
    public void Rules_are_asked_of_records_that_nothing_else_holds()
    {
        var forecast = Rehearse(new RehearsalRequest { At = At, Windows = new FifthOpensInThreeHours(), Rules = [new Even()], ShowNumbers = true, Examples = 1 });
        Assert.Equal(["2 +12025550001"], forecast.Held.Single(h => h.Rule == "even").Examples);
        Assert.Equal((20L, 20L), (forecast.ReadyNow, forecast.Held.Single(h => h.Rule == "even").Count));
        Assert.Equal(100, forecast.ReadyNow + forecast.Held.Sum(h => h.Count));
    }

    [Fact]
    public async Task A_rehearsal_changes_nothing_and_the_first_records_are_those_that_a_fetch_takes()
    {
        var before = (await _storage.Lists.CountAsync(List.Id, At, CancellationToken.None)).ByStatus;
        var forecast = Rehearse(new RehearsalRequest { At = At, First = 1_000, Windows = new FifthOpensInThreeHours() });
        Assert.Equal(before, (await _storage.Lists.CountAsync(List.Id, At, CancellationToken.None)).ByStatus);
        var batch = new RecordBatch(200);
        await _storage.Lists.FetchAsync(
            new FetchRequest(new GroupId(1), 1, 101, List.Id, 200, At) { Filter = CampaignListOf().Filter, Windows = new FifthOpensInThreeHours() }, batch, CancellationToken.None);
        Assert.Equal(forecast.First, Enumerable.Range(0, batch.Count).Select(i => ListRehearsal.Show(batch[i], showNumber: false)));
        Assert.Equal(forecast.ReadyNow, batch.Count);
    }

    [Fact]
    public async Task A_records_history_tells_what_happened_to_it_in_order()
    {
        var batch = new RecordBatch(1);
        await _storage.Lists.FetchAsync(new FetchRequest(new GroupId(3), 1, 101, List.Id, 1, At), batch, CancellationToken.None);
        var listener = new Committed();
        var journal = _storage.StartJournal(listener, TimeProvider.System);
        var started = new JournalEntry
        {
            Kind = JournalEntryKind.AttemptStarted, Group = new GroupId(3), Sequence = 1, Attempt = new AttemptId(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)),
            List = List.Id, Record = batch[0].Id, CampaignId = 1, ApplicationId = 101, Phone = batch[0].ContactInfo, At = (At * 1_000) + 500, Trunk = "north",
        };
        Assert.True(journal.TryAppend(started));
        Assert.True(journal.TryAppend(started with
        {
            Kind = JournalEntryKind.AttemptFinished, Sequence = 2, At = (At * 1_000) + 9_000, Result = CallResult.Busy, NetworkCode = 486, NetworkPhrase = "Busy Here",
            RecordStatus = RecordStatus.Ready, RecordResult = CallResult.Busy, Attempts = 1, DialScheduledTime = At + 600,
        }));
        Assert.True(journal.TryAppend(started with
        {
            Kind = JournalEntryKind.RecordUpdated, Sequence = 3, At = (At * 1_000) + 20_000, RecordStatus = RecordStatus.Canceled, RecordResult = CallResult.Busy,
            Reason = "record-cancel", Actor = "admin API",
        }));
        await journal.StopAsync(TimeSpan.FromSeconds(30));
        await journal.DisposeAsync();

        var history = _storage.Survey.History(List.Id, batch[0].Id, 100)!;
        Assert.Equal(
            [
                "Fetched|group 3||", "AttemptStarted|group 3||trunk north",
                "Result|group 3||Busy (SIP 486 Busy Here); record Ready, scheduled for 2026-11-20 18:10Z, attempt 1", "Updated|admin API|record-cancel|record Canceled, Busy",
            ],
            history.Events.Select(e => $"{e.What}|{e.Actor}|{e.Rule}|{e.Detail}"));
        Assert.Equal(RecordStatus.Canceled, history.Record.RecordStatus);
        Assert.Null(_storage.Survey.History(List.Id, new RecordId(9_999), 100));
    }

    private static CampaignList CampaignListOf()
    {
        Assert.True(RecordFilter.TryParse("state = 'CA'", ListColumn.Of(List), out var filter, out _));
        return new CampaignList(List) { Filter = filter };
    }

    private ListForecast Rehearse(RehearsalRequest request)
    {
        var list = CampaignListOf();
        var group = new CampaignGroupDefinition
        {
            Id = new GroupId(1), Guid = Guid.Empty, Campaign = new CampaignDefinition { Id = 1, Name = "c", Lists = [list] },
            AgentGroup = new AgentGroupDefinition("g", []),
        };
        return new ListRehearsal(_storage.Survey).Rehearse(group, list, request, CancellationToken.None);
    }

    private sealed class FifthOpensInThreeHours : IFetchWindows
    {
        public bool IsOpen(int timeZoneDbid, int dailyFrom, int dailyTill, long nowUnixSeconds) => timeZoneDbid != 5 || nowUnixSeconds >= At + (3 * 3_600);
    }

    private sealed class Even : IRecordRule
    {
        public string Name => "even";

        public RecordVerdict Check(CallRecord record, long nowUnixSeconds) => new(record.Id.Value % 2 == 0);
    }

    private sealed class Committed : IJournalListener
    {
        public void OnCommitted(GroupId group, long sequence)
        {
        }

        public void OnFault(StorageFault fault, string message)
        {
        }

        public void OnRecovered()
        {
        }
    }
}
