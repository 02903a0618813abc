using System.Text;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
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
            ["no call 5", "filter 10", "chain 10", "schedule 10", "CallingWindow 20", "status Updated 5"],
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
        Assert.Equal(["2 +12025550001"], forecast.Held.Single(h => h.Rule == "MinimumGap").Examples);
        Assert.Equal((20L, 20L), (forecast.ReadyNow, forecast.Held.Single(h => h.Rule == "MinimumGap").Count));
        Assert.Equal((20L, 10L, 40L), (forecast.Hours[0], forecast.Hours[2], forecast.Hours[3]));
        Assert.Equal(100, forecast.ReadyNow + forecast.Held.Sum(h => h.Count));
    }

    [Fact]
    public void All_rules_of_the_dial_are_rehearsed_and_each_is_named()
    {
        var entries = new DoNotCallList("north");
        entries.AddNumber(12025550003, 0);
        entries.AddNumber(12025550004, At - 1);
        var history = new AttemptHistory(new FrequencyLimits { PerDay = 1, PerRecord = 1 }, capacity: 1_024);
        Assert.True(history.Load(12025550007, At - 3_600, abandoned: false));
        var window = new CallingWindow(new ClockOptions());
        var gate = new ComplianceGate(new DoNotCallRule(entries, null), window, new FrequencyRule(history, new CustomerField(null)));
        var forecast = Rehearse(new RehearsalRequest { At = At, Rules = gate.Rules, ShowNumbers = true });

        // 18:00 UTC is 13:00 in Washington, where all the numbers are.
        Assert.Equal(
            ["no call 5", "filter 10", "chain 10", "schedule 10", "DailyCap 1", "DoNotCall 1", "status Updated 5"], forecast.Held.Select(h => $"{h.Rule} {h.Count}"));
        Assert.Equal(["4 +12025550003"], forecast.Held.Single(h => h.Rule == "DoNotCall").Examples);
        Assert.Equal(["8 +12025550007"], forecast.Held.Single(h => h.Rule == "DailyCap").Examples);
        Assert.Equal((58L, 100L, 1L), (forecast.ReadyNow, forecast.ReadyNow + forecast.Held.Sum(h => h.Count), forecast.Hours[23] + forecast.Later));

        // 23:30 UTC is 18:30 there: the list's window is closed until 13:00 UTC.
        var evening = Rehearse(new RehearsalRequest { At = At + 19_800, Rules = gate.Rules });
        Assert.Equal((0L, 69L, 1L), (evening.ReadyNow, evening.Held.Single(h => h.Rule == "CallingWindow").Count, evening.Held.Single(h => h.Rule == "DoNotCall").Count));
        Assert.Equal(69, evening.Hours[14] + evening.Hours[18]);
    }

    [Fact]
    public async Task Records_of_a_closed_zone_are_not_fetched()
    {
        // Zone 5 of this site is Paris: 18:00 UTC is 19:00 there, after the list's window.
        var options = new ClockOptions { ZonesByDbid = new Dictionary<int, string> { [1] = "America/New_York", [5] = "Europe/Paris" } };
        var clock = new GroupClock(new CampaignDefinition { Id = 1, Name = "c", Lists = [new CampaignList(List)] }, new CallingWindow(options));
        var batch = new RecordBatch(200);
        await _storage.Lists.FetchAsync(
            new FetchRequest(new GroupId(1), 1, 101, List.Id, 200, At) { Windows = clock.WindowsOf(List.Id) }, batch, CancellationToken.None);
        Assert.Equal(50, batch.Count);
        Assert.DoesNotContain(Enumerable.Range(0, batch.Count), i => batch[i].TimeZoneDbid == 5);
        await _storage.Lists.FetchAsync(
            new FetchRequest(new GroupId(1), 1, 101, List.Id, 200, At + (14 * 3_600)) { Windows = clock.WindowsOf(List.Id) }, batch, CancellationToken.None);
        Assert.Equal(20, Enumerable.Range(0, batch.Count).Count(i => batch[i].TimeZoneDbid == 5));
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
            Kind = JournalEntryKind.AttemptStarted,
            Group = new GroupId(3),
            Sequence = 1,
            Attempt = new AttemptId(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)),
            List = List.Id,
            Record = batch[0].Id,
            CampaignId = 1,
            ApplicationId = 101,
            Phone = batch[0].ContactInfo,
            At = (At * 1_000) + 500,
            Trunk = "north",
        };
        Assert.True(journal.TryAppend(started));
        Assert.True(journal.TryAppend(started with
        {
            Kind = JournalEntryKind.AttemptFinished,
            Sequence = 2,
            At = (At * 1_000) + 9_000,
            Result = CallResult.Busy,
            NetworkCode = 486,
            NetworkPhrase = "Busy Here",
            RecordStatus = RecordStatus.Ready,
            RecordResult = CallResult.Busy,
            Attempts = 1,
            DialScheduledTime = At + 600,
            Reason = "treatment busy again",
        }));
        Assert.True(journal.TryAppend(started with
        {
            Kind = JournalEntryKind.RecordUpdated,
            Sequence = 3,
            At = (At * 1_000) + 10_000,
            RecordStatus = RecordStatus.Ready,
            RecordResult = CallResult.Busy,
            DialScheduledTime = At + 86_400,
            Rule = RuleReason.DailyCap,
        }));
        Assert.True(journal.TryAppend(started with
        {
            Kind = JournalEntryKind.RecordUpdated,
            Sequence = 4,
            At = (At * 1_000) + 11_000,
            RecordStatus = RecordStatus.Ready,
            RecordResult = CallResult.Busy,
            AgentLoginId = "1001",
            Reason = "callback",
        }));
        Assert.True(journal.TryAppend(started with
        {
            Kind = JournalEntryKind.RecordUpdated,
            Sequence = 5,
            At = (At * 1_000) + 20_000,
            RecordStatus = RecordStatus.Canceled,
            RecordResult = CallResult.Busy,
            Reason = "record-cancel",
            Actor = "admin API",
        }));
        await journal.StopAsync(TimeSpan.FromSeconds(30));
        await journal.DisposeAsync();

        var history = _storage.Survey.History(List.Id, batch[0].Id, 100)!;
        Assert.Equal(
            [
                "Fetched|group 3||", "AttemptStarted|group 3||trunk north",
                "Result|group 3|treatment busy again|Busy (SIP 486 Busy Here); record Ready, scheduled for 2026-11-20 18:10Z, attempt 1",
                "Updated|group 3|DailyCap|record Ready, Busy, scheduled for 2026-11-21 18:00Z", "Updated|agent 1001|callback|record Ready, Busy", "Updated|admin API|record-cancel|record Canceled, Busy",
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
            Id = new GroupId(1),
            Guid = Guid.Empty,
            Campaign = new CampaignDefinition { Id = 1, Name = "c", Lists = [list] },
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

        public RuleVerdict Check(CallRecord record, CallingListDefinition list, long unixSeconds) =>
            record.Id.Value % 2 == 0 && unixSeconds < At + 7_000 ? RuleVerdict.HoldUntil(RuleReason.MinimumGap, unixSeconds + 2_000) : RuleVerdict.Dial;
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
