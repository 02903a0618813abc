using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Lists;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Treatments;
using DialerEngine.StorageContract;

namespace DialerEngine.Adapters.Sqlite.Tests;

/// <summary>Every query of a list is served by an index, so that it takes as long with ten million records as with ten.</summary>
public sealed class QueryPlanTests
{
    public static TheoryData<string, string?> Fetches() => new()
    {
        { "balance >= 10 AND customer LIKE 'A%'", null },
        { "visits IN (1, 2, 3) OR customer IS NULL", "balance desc, customer" },
        { "attempt < 3", "customer, balance desc, visits" },
    };

    [Theory]
    [MemberData(nameof(Fetches))]
    public async Task Fetching_reads_one_range_of_an_index_in_order_and_sorts_nothing(string filterText, string? orderText)
    {
        var columns = ListColumn.Of(ContractRecords.List);
        Assert.True(RecordFilter.TryParse(filterText, columns, out var filter, out _));
        var order = orderText is null ? null : RecordOrder.TryParse(orderText, columns, out var parsed, out _) ? parsed : throw new InvalidOperationException(orderText);
        await using var harness = new SqliteHarness();
        harness.EnsureList(ContractRecords.List);
        harness.Opened.EnsureOrders(ContractRecords.List.Id, order is null ? [] : [order]);
        using var connection = harness.Connect();
        var table = ListCatalog.Read(connection, ContractRecords.List.Name)!;
        foreach (var source in new[] { RecordSource.Due(table), RecordSource.Fresh(table, order) })
        {
            var nothing = new object?[source.Order.Count];
            var something = source.Order.Select(o => o.Column.Column.Kind == ListColumnKind.Text ? (object?)"A" : 1L).ToArray();
            foreach (var key in new[] { null, new SourceKey(something, 5), source.IsDue ? null : new SourceKey(nothing, 5) })
            {
                foreach (var stage in source.StagesAfter(key))
                {
                    var plan = Explain(connection, source.Select(new Bucket(2, 0, 28_800, 64_800), 1_000, filter, stage, new SqlParameters()));
                    Assert.Contains(plan, step => step.StartsWith("SEARCH TABLE list_Contract list AS r USING INDEX", StringComparison.Ordinal)
                        && step.Contains("(record_type=? AND tz_dbid=? AND daily_from=? AND daily_till=?", StringComparison.Ordinal));
                    Assert.Contains(plan, step => step.Contains("AS c USING INDEX list_Contract list.chain (chain_id=?)", StringComparison.Ordinal));
                    Assert.True(
                        !plan.Exists(step => step.Contains("SCAN", StringComparison.Ordinal) || step.Contains("TEMP B-TREE", StringComparison.Ordinal)),
                        $"{source.IsDue} {stage.Condition}: {string.Join("; ", plan)}");
                    if (stage.Condition.Length > 0)
                    {
                        // Going on after a key is a seek, too: all that the stage says is in the index's range.
                        var terms = stage.Condition.Split(" AND ", StringSplitOptions.RemoveEmptyEntries).Length;
                        Assert.Contains(plan, step => step.StartsWith("SEARCH TABLE list_Contract list AS r", StringComparison.Ordinal)
                            && step.Count(c => c is '=' or '>' or '<') >= 4 + terms);
                    }
                }
            }

            foreach (var (same, range) in new[]
            {
                (0, "(record_type>?)"), (1, "(record_type=? AND tz_dbid>?)"), (2, "(record_type=? AND tz_dbid=? AND daily_from>?)"),
                (3, "(record_type=? AND tz_dbid=? AND daily_from=? AND daily_till>?)"),
            })
            {
                var step = Assert.Single(Explain(connection, source.NextBucket(same)));
                Assert.StartsWith("SEARCH TABLE list_Contract list AS r USING INDEX", step, StringComparison.Ordinal);
                Assert.EndsWith(range, step, StringComparison.Ordinal);
            }
        }
    }

    public static TheoryData<string, string> Statements() => new()
    {
        { nameof(ListTable.MarkRetrieved), "INTEGER PRIMARY KEY (rowid=?)" },
        { nameof(ListTable.UpdateState), "INTEGER PRIMARY KEY (rowid=?)" },
        { nameof(ListTable.ReturnRecord), "INTEGER PRIMARY KEY (rowid=?)" },
        { nameof(ListTable.FinishAfterCrash), "INTEGER PRIMARY KEY (rowid=?)" },
        { nameof(ListTable.CountChainRest), "list_Contract list.chain (chain_id=?)" },
        { nameof(ListTable.ReturnAllAfterCrash), "list_Contract list.closed (record_status=?)" },
    };

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task A_statement_finds_its_records_by_an_index(string statement, string index)
    {
        var plan = await PlanAsync(t => (string)typeof(ListTable).GetMethod(statement)!.Invoke(t, null)!);
        Assert.Contains(plan, step => step.Contains(index, StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("SCAN TABLE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ChainOperation.Complete)]
    [InlineData(ChainOperation.UpdateAll)]
    [InlineData(ChainOperation.Next)]
    [InlineData(ChainOperation.CancelAll)]
    [InlineData(ChainOperation.DoNotCallAll)]
    [InlineData(ChainOperation.MakeReady)]
    public async Task A_chain_operation_finds_its_records_by_the_chain_index(ChainOperation operation)
    {
        var plan = await PlanAsync(t => t.ChangeChain(operation));
        Assert.Contains(plan, step => step.Contains("list_Contract list.chain (chain_id=?", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("SCAN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fetching_callbacks_reads_the_callback_index_in_order_and_sorts_nothing()
    {
        var plan = await PlanAsync(t => t.SelectCallbacks());
        Assert.Contains(plan, step => step.Contains("AS r USING INDEX list_Contract list.callback (dial_sched_time<?)", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("SCAN", StringComparison.Ordinal) || step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Counting_reads_only_indexes()
    {
        var plan = await PlanAsync(t => t.CountByStatus());
        Assert.Equal(
            ["closed", "fresh", "due"],
            plan.Where(step => step.Contains("TABLE", StringComparison.Ordinal)).Select(step => step[(step.LastIndexOf('.') + 1)..].Split(' ')[0]));

        // A partial index is not called covering, as its condition names columns that it lacks; but no column is read from the table itself.
        await using var harness = new SqliteHarness();
        harness.EnsureList(ContractRecords.List);
        using var connection = harness.Connect();
        var code = connection.Prepare("EXPLAIN " + ListCatalog.Read(connection, ContractRecords.List.Name)!.CountByStatus(), "explaining");
        var tables = new HashSet<long>();
        while (code.Step())
        {
            if (code.Text(1) == "OpenRead" && !code.Text(5).StartsWith("k(", StringComparison.Ordinal))
            {
                tables.Add(code.Integer(2));
            }

            Assert.False(code.Text(1) is "Column" or "SeekRowid" && tables.Contains(code.Integer(2)));
        }

        Assert.NotEmpty(tables);
    }

    [Fact]
    public async Task A_records_fetches_are_found_by_the_index_of_its_list()
    {
        var plan = await PlanAsync(_ => FetchLog.SelectSql);
        Assert.Contains("SEARCH TABLE record_fetch USING INDEX record_fetch_by_list (list_key=? AND first_record<?)", plan);
        foreach (var sql in new[] { FetchLog.InsertSql, FetchLog.PruneSql })
        {
            // Both look at the ends of the table only.
            Assert.DoesNotContain(await PlanAsync(_ => sql), step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Looking_for_a_number_reads_the_contact_index()
    {
        var plan = await PlanAsync(t => $"SELECT 1 FROM {t.Quoted} WHERE contact_info = ?1");
        Assert.Equal(["SEARCH TABLE list_Contract list USING COVERING INDEX list_Contract list.contact (contact_info=?)"], plan);
    }

    [Theory]
    [InlineData(false, false, "contact (contact_info=?)")]
    [InlineData(false, true, "contact (contact_info=?)")]
    [InlineData(true, false, "customer-customer (customer=?)")]
    [InlineData(true, true, "customer-customer (customer=?)")]
    public async Task Cancelling_by_number_or_customer_finds_its_records_by_their_index(bool byCustomer, bool wholeChain, string index)
    {
        await using var harness = new SqliteHarness();
        harness.EnsureList(ContractRecords.List);
        harness.Opened.RecordRequests.EnsureCustomerIndex(ContractRecords.List.Id, "customer");
        using var connection = harness.Connect();
        var table = ListCatalog.Read(connection, ContractRecords.List.Name)!;
        Assert.True(table.TryFindColumn("customer", out var customer));
        var plan = Explain(connection, table.SelectDisposable(byCustomer ? customer : null, wholeChain));
        Assert.Contains(plan, step => step.Contains("list_Contract list." + index, StringComparison.Ordinal));
        Assert.Equal(wholeChain, plan.Exists(step => step.Contains("list_Contract list.chain (chain_id=?)", StringComparison.Ordinal)));
        Assert.DoesNotContain(plan, step => step.Contains("SCAN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Adding_to_a_chain_reads_the_chain_index()
    {
        foreach (var sql in new Func<ListTable, string>[] { t => t.LastInChain(), t => t.TypeOfChain() })
        {
            var plan = await PlanAsync(sql);
            Assert.Contains(plan, step => step.Contains("list_Contract list.chain (chain_id=?)", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, step => step.Contains("SCAN", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Recovery_reads_only_open_attempts()
    {
        var plan = await PlanAsync(_ => "SELECT attempt_id FROM attempt WHERE state < 3 AND app_id = ?1 ORDER BY attempt_id");
        Assert.Equal(["SEARCH TABLE attempt USING INDEX attempt_open (app_id=?)"], plan);
    }

    private static async Task<List<string>> PlanAsync(Func<ListTable, string> sql)
    {
        await using var harness = new SqliteHarness();
        harness.EnsureList(ContractRecords.List);
        using var connection = harness.Connect();
        var table = ListCatalog.Read(connection, ContractRecords.List.Name)!;
        return Explain(connection, sql(table));
    }

    private static List<string> Explain(SqliteConnection connection, string sql)
    {
        var rows = connection.Prepare("EXPLAIN QUERY PLAN " + sql, "explaining");
        var plan = new List<string>();
        while (rows.Step())
        {
            plan.Add(rows.Text(3));
        }

        return plan;
    }
}
