using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DialerEngine.Adapters.Sqlite.Lists;
using DialerEngine.Core;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Lists;

namespace DialerEngine.Adapters.Sqlite.Schema;

/// <summary>
/// The table of one calling list: the 23 mandatory columns in their order, then the list's own. Its SQL is put together here and
/// nowhere else. Every query is served by an index (a test reads the query plans).
/// </summary>
internal sealed class ListTable
{
    private const string OrderPrefix = "order-";
    private readonly Dictionary<string, ListColumn> _byName;

    public ListTable(long key, CallingListDefinition definition)
    {
        Key = key;
        Definition = definition;
        Columns = ListColumn.Of(definition);
        _byName = Columns.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        TableName = TableNameOf(definition.Name);
        Quoted = SqlName.Quote(TableName);
        ColumnList = string.Join(", ", Columns.Select(c => SqlName.Quote(c.Name)));
    }

    /// <summary>The list's number in this file; kept for ever. The configuration's <see cref="ListId"/> may change, this does not.</summary>
    public long Key { get; }

    public CallingListDefinition Definition { get; }

    public IReadOnlyList<ListColumn> Columns { get; }

    public string TableName { get; }

    /// <summary>The table's name, quoted.</summary>
    public string Quoted { get; }

    /// <summary>All columns, quoted, in table order.</summary>
    public string ColumnList { get; }

    /// <summary>A prefix keeps lists apart from our own tables and from names that SQLite reserves.</summary>
    public static string TableNameOf(string listName) => "list_" + listName;

    public bool TryFindColumn(string name, out ListColumn column) => _byName.TryGetValue(name, out column!);

    public string CreateTable()
    {
        var sql = new StringBuilder("CREATE TABLE ").Append(Quoted).Append(" (");
        for (var i = 0; i < Columns.Count; i++)
        {
            sql.Append(i == 0 ? "" : ", ").Append(ColumnDefinition(Columns[i]));
        }

        return sql.Append(')').ToString();
    }

    public string AddColumn(ListColumn column) => $"ALTER TABLE {Quoted} ADD COLUMN {ColumnDefinition(column)}";

    /// <summary>Records by status: counts, and what a crash left out. The record id is in every index anyway, as its last part.</summary>
    public string CreateReadyIndex() => CreateIndex("ready", "record_status, dial_sched_time", unique: false);

    /// <summary>The records of a person, and that each place in a chain is taken once.</summary>
    public string CreateChainIndex() => CreateIndex("chain", "chain_id, chain_n", unique: true);

    /// <summary>Finding a number: duplicates, do-not-call, cancelling.</summary>
    public string CreateContactIndex() => CreateIndex("contact", "contact_info", unique: false);

    public string DropReadyIndex() => $"DROP INDEX {IndexName("ready")}";

    public string DropChainIndex() => $"DROP INDEX {IndexName("chain")}";

    public string DropContactIndex() => $"DROP INDEX {IndexName("contact")}";

    /// <summary>Condition of scheduled records that are Ready; literally that of their partial index.</summary>
    public const string IsDue = "record_status = 1 AND dial_sched_time <> 0";

    /// <summary>Condition of unscheduled records that are Ready; literally that of their partial indexes.</summary>
    public const string IsFresh = "record_status = 1 AND dial_sched_time = 0";

    public string DueIndexName => IndexName("due");

    public string FreshIndexName => IndexName("fresh");

    /// <summary>Name of an order's index: the same order has the same name.</summary>
    public string OrderIndexName(RecordOrder order) => IndexName(OrderPrefix + Convert.ToHexString(
        SHA256.HashData(Encoding.UTF8.GetBytes(RecordSource.IndexColumns(order.Columns))).AsSpan(0, 6)));

    /// <summary>Beginning of the names of order indexes, without quotes.</summary>
    public string OrderIndexPrefix => $"{TableName}.{OrderPrefix}";

    /// <summary>Scheduled Ready records by type, zone, window and time.</summary>
    public string CreateDueIndex() => CreatePartial(DueIndexName, [new OrderColumn(new ColumnOperand(_byName["dial_sched_time"], 7), false)], IsDue);

    /// <summary>Unscheduled Ready records by type, zone, window and record id.</summary>
    public string CreateFreshIndex() => CreatePartial(FreshIndexName, [], IsFresh);

    /// <summary>Unscheduled Ready records by type, zone, window and an order.</summary>
    public string CreateOrderIndex(RecordOrder order) => CreatePartial(OrderIndexName(order), order.Columns, IsFresh);

    public string DropDueIndex() => $"DROP INDEX {DueIndexName}";

    public string DropFreshIndex() => $"DROP INDEX {FreshIndexName}";

    /// <summary>
    /// True where the record's chain holds it back: another record of it is out, or one before it is Ready. Speaks of the record as r.
    /// </summary>
    public string ChainHolds() => $"""
        EXISTS (SELECT 1 FROM {Quoted} AS c WHERE c.chain_id = r.chain_id
          AND (c.record_status = 2 OR (c.record_status = 1 AND c.chain_n < r.chain_n)))
        """;

    /// <summary>
    /// Marks a record Retrieved: ?1 record, ?2 campaign, ?3 group, ?4 application. Only where it still may be taken: another group may have been
    /// faster since it was read.
    /// </summary>
    public string MarkRetrieved() => $"""
        UPDATE {Quoted} AS r SET record_status = 2, campaign_id = ?2, group_id = ?3, app_id = ?4
        WHERE record_id = ?1 AND record_status = 1 AND NOT {ChainHolds()}
        """;

    /// <summary>Records by status, and how many of each are due at ?1.</summary>
    public string CountByStatus() =>
        $"SELECT record_status, count(*), sum(dial_sched_time <= ?1) FROM {Quoted} GROUP BY record_status";

    /// <summary>
    /// The record's state after an attempt: ?1 record, ?2 type, ?3 status, ?4 result, ?5 attempts, ?6 scheduled, ?7 call time, ?8 agent or
    /// null. A record that is no longer out belongs to no campaign, group and application.
    /// </summary>
    public string UpdateState() => $"""
        UPDATE {Quoted} SET record_type = ?2, record_status = ?3, call_result = ?4, attempt = ?5, dial_sched_time = ?6, call_time = ?7,
          agent_id = coalesce(?8, agent_id),
          campaign_id = CASE WHEN ?3 = 2 THEN campaign_id ELSE 0 END,
          group_id = CASE WHEN ?3 = 2 THEN group_id ELSE 0 END,
          app_id = CASE WHEN ?3 = 2 THEN app_id ELSE 0 END
        WHERE record_id = ?1
        """;

    /// <summary>Puts an undialled record back: ?1 record, ?2 group, ?3 application. A record that is not out with them is left alone.</summary>
    public string ReturnRecord() => $"""
        UPDATE {Quoted} SET record_status = 1, campaign_id = 0, group_id = 0, app_id = 0
        WHERE record_id = ?1 AND record_status = 2 AND group_id = ?2 AND app_id = ?3
        """;

    /// <summary>The other Ready records of the record's (?1) chain become Chain Updated.</summary>
    public string CompleteChain() => $"""
        UPDATE {Quoted} SET record_status = 7
        WHERE chain_id = (SELECT chain_id FROM {Quoted} WHERE record_id = ?1) AND record_id <> ?1 AND record_status = 1
        """;

    /// <summary>Sets one column: ?1 record, ?2 value.</summary>
    public string UpdateColumn(ListColumn column) => $"UPDATE {Quoted} SET {SqlName.Quote(column.Name)} = ?2 WHERE record_id = ?1";

    /// <summary>
    /// A record whose attempt a crash left open: ?1 record, ?2 application, ?3 status, ?4 result, ?5 call time. Only where it is still out.
    /// </summary>
    public string FinishAfterCrash() => $"""
        UPDATE {Quoted} SET record_status = ?3, call_result = ?4, call_time = ?5, attempt = attempt + 1,
          agent_id = coalesce(?6, agent_id), campaign_id = 0, group_id = 0, app_id = 0
        WHERE record_id = ?1 AND record_status = 2 AND app_id = ?2
        """;

    /// <summary>All records that an application (?1) had taken and not dialled are Ready again.</summary>
    public string ReturnAllAfterCrash() => $"""
        UPDATE {Quoted} SET record_status = 1, campaign_id = 0, group_id = 0, app_id = 0
        WHERE record_status = 2 AND app_id = ?1
        """;

    private static string ColumnDefinition(ListColumn column)
    {
        var name = SqlName.Quote(column.Name);
        if (column.Name == "record_id")
        {
            return name + " INTEGER PRIMARY KEY";
        }

        var type = column.Kind switch
        {
            ListColumnKind.Integer => " INTEGER",
            ListColumnKind.Real => " REAL",
            _ => " TEXT",
        };
        var mandatory = ListColumn.Mandatory.Any(m => m.Name == column.Name) ? " NOT NULL" : "";
        return name + type + mandatory + (column.Default is null ? "" : " DEFAULT " + Literal(column.Default));
    }

    /// <summary>A default value as an SQL literal.</summary>
    public static string Literal(object? value) => value switch
    {
        null => "NULL",
        string s => $"'{s.Replace("'", "''", StringComparison.Ordinal)}'",
        IFormattable f => f.ToString(value is double ? "R" : null, CultureInfo.InvariantCulture),
        _ => throw new InvariantBrokenException($"no literal for {value.GetType()}"),
    };

    private string IndexName(string purpose) => SqlName.Quote($"{TableName}.{purpose}");

    private string CreatePartial(string name, IReadOnlyList<OrderColumn> order, string condition) =>
        $"CREATE INDEX IF NOT EXISTS {name} ON {Quoted} ({RecordSource.IndexColumns(order)}) WHERE {condition}";

    private string CreateIndex(string purpose, string columns, bool unique) =>
        $"CREATE {(unique ? "UNIQUE " : "")}INDEX {IndexName(purpose)} ON {Quoted} ({columns})";
}
