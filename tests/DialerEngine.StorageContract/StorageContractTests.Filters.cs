using DialerEngine.Core;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using static DialerEngine.StorageContract.ContractRecords;

namespace DialerEngine.StorageContract;

/// <summary>Filters, orders, windows and shares of a fetch.</summary>
public abstract partial class StorageContractTests
{
    private static readonly IReadOnlyList<ListColumn> Columns = ListColumn.Of(List);

    [Fact]
    public async Task A_fetch_takes_only_what_its_filter_lets_through()
    {
        Storage.Add(List, Enumerable.Range(1, 20).Select(i => With(Ready(i), balance: i, visits: i % 3)));
        var batch = new RecordBatch(50);

        await Ask(batch, filter: "balance between 5 and 15 and visits in (0, 1) and not (customer like '%9')");

        Assert.Equal([6L, 7, 10, 12, 13, 15], Ids(batch));
        Assert.Equal(0, await Ask(batch, filter: "balance between 5 and 15 and visits in (0, 1) and not (customer like '%9')"));
        Assert.False(batch.IsUnfinished);
    }

    [Fact]
    public async Task Fresh_records_come_in_the_order_asked_for_and_equal_ones_by_record_id()
    {
        Storage.Add(List, [
            With(Ready(1), balance: 5), With(Ready(2), balance: null), With(Ready(3), balance: 7.5), With(Ready(4), balance: 7.5, visits: 9),
            With(Ready(5), balance: 7.5), With(Ready(6), balance: -1),
        ]);
        var batch = new RecordBatch(50);

        await Ask(batch, order: "balance desc, visits desc");

        Assert.Equal([4L, 3, 5, 1, 6, 2], Ids(batch));
    }

    [Fact]
    public async Task An_order_holds_over_zones_and_windows_and_over_fetches_with_many_records_that_do_not_pass()
    {
        // So many records that fail the filter that a fetch goes on where the last one stopped; values repeat and are missing.
        var random = new Random(7);
        var records = Enumerable.Range(1, 6_000).Select(i =>
        {
            var record = With(Ready(i), balance: i % 7 == 0 ? null : random.Next(40), visits: i % 10 == 0 ? 1 : 0, customer: i % 5 == 0 ? null : "C" + random.Next(5));
            record.TimeZoneDbid = i % 3;
            return record;
        }).ToList();
        Storage.Add(List, records);
        var filter = Filter("visits = 1");
        var expected = records.Where(filter.Matches)
            .OrderByDescending(r => r.UserFields[1], Comparer<object?>.Create(FilterValue.Compare))
            .ThenBy(r => r.UserFields[0], Comparer<object?>.Create(FilterValue.Compare)).ThenBy(r => r.Id.Value).Select(r => r.Id.Value).ToList();
        var batch = new RecordBatch(37);
        var found = new List<long>();
        while (await Ask(batch, filter: "visits = 1", order: "balance desc, customer", limit: 37) > 0)
        {
            found.AddRange(Ids(batch));
        }

        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task A_rare_match_is_found_in_bounded_steps_and_the_list_is_not_read_again_with_each_fetch()
    {
        const int count = 50_000;
        Storage.Add(List, Enumerable.Range(1, count).Select(i => With(Ready(i), visits: i == count - 1 ? 1 : 0)));
        var batch = new RecordBatch(10);
        var fetches = 0;
        int found;
        do
        {
            found = await Ask(batch, filter: "visits = 1", limit: 10);
            fetches++;
        }
        while (found == 0 && batch.IsUnfinished);

        Assert.Equal([count - 1L], Ids(batch));
        Assert.InRange(fetches, 2, 20);

        // A record that comes back behind the place that was reached is found by a later pass, not at once.
        Assert.Equal(0, await Ask(batch, filter: "visits = 1", now: 1));
        Storage.Add(List, [With(Ready(0), visits: 1)]);
        Assert.Equal(0, await Ask(batch, filter: "visits = 1", now: 2));
        Assert.Equal(1, await Ask(batch, filter: "visits = 1", now: 100));
    }

    [Fact]
    public async Task Records_whose_window_is_closed_stay_and_cost_no_reading()
    {
        Storage.Add(List, Enumerable.Range(1, 900).Select(i =>
        {
            var record = Ready(i, scheduled: i % 2 == 0 ? 5 : 0);
            record.TimeZoneDbid = i <= 800 ? 4 : 5;
            return record;
        }));
        var batch = new RecordBatch(1_000);

        Assert.Equal(100, await Ask(batch, now: 10, windows: new OpenZone(5)));
        Assert.False(batch.IsUnfinished);
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(5, batch[i].TimeZoneDbid));
        Assert.Equal(800, await Ask(batch, now: 11, windows: new OpenZone(4)));
    }

    [Fact]
    public async Task Due_records_go_by_priority_of_their_type_then_by_time_and_appointments_have_fetches_of_their_own()
    {
        Storage.Add(List, [
            Typed(1, RecordType.CampaignRescheduled, 100), Typed(2, RecordType.CampaignCallBack, 300), Typed(3, RecordType.PersonalRescheduled, 50),
            Typed(4, RecordType.PersonalCallBack, 200), Ready(5), Typed(6, RecordType.NoCall, 0), Typed(7, RecordType.General, 10),
        ]);
        var batch = new RecordBatch(50);

        await Ask(batch, now: 1_000, priorities: new RecordPriorities(1, 3, 2));

        Assert.Equal([1L, 7, 5], Ids(batch));
    }

    [Fact]
    public async Task Fresh_and_rescheduled_records_share_a_fetch()
    {
        Storage.Add(List, Enumerable.Range(1, 30).Select(i => Typed(i, RecordType.CampaignRescheduled, 100 + i)));
        Storage.Add(List, Enumerable.Range(101, 30).Select(i => Ready(i)));
        var batch = new RecordBatch(50);

        await Ask(batch, now: 1_000, limit: 10, freshPercent: 30);
        Assert.Equal([1L, 2, 3, 4, 5, 6, 7, 101, 102, 103], Ids(batch));

        // What one side cannot fill the other does.
        await Ask(batch, now: 1_000, limit: 50, freshPercent: 90);
        Assert.Equal(50, batch.Count);
        Assert.Equal(0, await Ask(batch, now: 1_000, limit: 50, freshPercent: 90));
    }

    [Fact]
    public async Task A_storage_and_the_filter_itself_agree_on_any_row()
    {
        var next = 1L;
        var seed = (ulong)Random.Shared.NextInt64();
        var generator = FilterGenerator();
        foreach (var (text, rows) in generator.Sample(120, new Rnd(seed), 20))
        {
            Assert.True(RecordFilter.TryParse(text, Columns, out var filter, out var error), $"{text}: {error}");
            var first = next;
            var records = rows.Select(row =>
            {
                var record = With(Ready(next++), row.Balance, row.Visits, row.Customer);
                record.Attempts = row.Attempts;
                record.AgentLoginId = row.Agent;
                return record;
            }).ToList();
            Storage.Add(List, records);
            var batch = new RecordBatch(100);
            await Ask(batch, filter: $"record_id >= {first} and ({text})");
            var expected = records.Where(filter!.Matches).Select(r => r.Id.Value).ToList();
            Assert.True(expected.SequenceEqual(Ids(batch)), $"seed {seed}: {text}: expected {string.Join(",", expected)}, found {string.Join(",", Ids(batch))}");
        }
    }

    private static Gen<(string Text, List<FilterRow> Rows)> FilterGenerator()
    {
        var texts = Gen.Elements("", "A", "a", "Al", "alice", "ALICE", "b%", "_", "Ünï", "😀", "\uFFFD", "O'Hara");
        var numbers = Gen.Elements<object>(-1L, 0L, 1L, 3L, 2.5, -0.5, 9_007_199_254_740_993L, 1e18);
        var row = from balance in Gen.Elements<double?>(null, -0.5, 0, 1, 2.5, 3, 9_007_199_254_740_992.0)
                  from visits in Gen.Elements<long?>(null, -1, 0, 1, 3, 9_007_199_254_740_993L)
                  from customer in Gen.OneOf(texts.Select(t => (string?)t), Gen.Constant((string?)null))
                  from attempts in Gen.Choose(0, 3)
                  from agent in texts
                  select new FilterRow(balance, visits, customer, attempts, agent);
        var number = Gen.Elements("balance", "visits", "attempt");
        var text = Gen.Elements("customer", "agent_id");
        var comparison = Gen.Elements("=", "<>", "<", "<=", ">", ">=", "!=");
        var not = Gen.Elements("", "not ");
        var leaf = Gen.OneOf(
            from c in number from o in comparison from v in numbers select $"{c} {o} {Literal(v)}",
            from c in text from o in comparison from v in texts select $"{c} {o} {Literal(v)}",
            from v in numbers from o in comparison from c in number select $"{Literal(v)} {o} {c}",
            from a in number from o in comparison from b in number select $"{a} {o} {b}",
            from c in text from n in not from v in Gen.Elements("a%", "%A%", "_", "%", "", "O'%", "%e", "__", "_%i%") select $"{c} {n}like {Literal(v)}",
            from c in Gen.OneOf(number, text) from n in not select $"{c} is {n}null",
            from c in number from n in not from vs in numbers.NonEmptyListOf() select $"{c} {n}in ({string.Join(", ", vs.Take(5).Select(Literal))})",
            from c in text from n in not from vs in texts.NonEmptyListOf() select $"{c} {n}in ({string.Join(", ", vs.Take(5).Select(Literal))})",
            from c in number from n in not from l in numbers from h in numbers select $"{c} {n}between {Literal(l)} and {Literal(h)}");
        Gen<string> Tree(int depth) => depth == 0 ? leaf : Gen.OneOf(
            leaf,
            from a in Tree(depth - 1) from b in Tree(depth - 1) from o in Gen.Elements("and", "or") select $"({a}) {o} ({b})",
            from a in Tree(depth - 1) select $"not ({a})");
        return from t in Tree(3) from rows in row.ListOf(12) select (t, rows.ToList());
    }

    private static string Literal(object value) => value is string text
        ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'"
        : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!;

    private static CallRecord With(CallRecord record, double? balance = 1, long? visits = 3, string? customer = "Customer")
    {
        record.UserFields = [customer == "Customer" ? $"Customer {record.Id.Value}" : customer, balance, visits];
        return record;
    }

    private static CallRecord Typed(long id, RecordType type, long scheduled)
    {
        var record = Ready(id, scheduled: scheduled);
        record.RecordType = type;
        return record;
    }

    private static RecordFilter Filter(string text) => RecordFilter.TryParse(text, Columns, out var filter, out var error)
        ? filter!
        : throw new ArgumentException(error!.ToString());

    private async Task<int> Ask(
        RecordBatch batch, string? filter = null, string? order = null, int limit = int.MaxValue, long now = 0, int freshPercent = 0,
        RecordPriorities priorities = default, IFetchWindows? windows = null)
    {
        RecordOrder? sorted = null;
        Assert.True(order is null || RecordOrder.TryParse(order, Columns, out sorted, out _));
        return await Storage.Lists.FetchAsync(
            new FetchRequest(Group, Campaign, Application, List.Id, limit, now)
            {
                Filter = filter is null ? null : Filter(filter),
                Order = sorted,
                FreshPercent = freshPercent,
                Priorities = priorities,
                Windows = windows,
            },
            batch, CancellationToken.None);
    }

    private sealed record FilterRow(double? Balance, long? Visits, string? Customer, int Attempts, string Agent);

    private sealed class OpenZone(int zone) : IFetchWindows
    {
        public bool IsOpen(int timeZoneDbid, int dailyFrom, int dailyTill, long nowUnixSeconds) => timeZoneDbid == zone;
    }
}
