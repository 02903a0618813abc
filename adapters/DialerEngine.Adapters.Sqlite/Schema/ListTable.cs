using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DialerEngine.Adapters.Sqlite.Lists;
using DialerEngine.Core;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Treatments;

namespace DialerEngine.Adapters.Sqlite.Schema;

/// <summary>
/// The table of one calling list: the 23 mandatory columns in their order, then the list's own. Its SQL is put together here and
/// nowhere else. Every query is served by an index (a test reads the query plans).
/// </summary>
internal sealed partial class ListTable
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

    /// <summary>
    /// Records that are not Ready, by status: counts, and what a crash left out. Ready ones are in the due and the fresh index; an index of all records
    /// would be changed at two more places with every record that is fetched, each on a page of its own where the records lie scattered.
    /// </summary>
    public string CreateClosedIndex() => $"CREATE INDEX IF NOT EXISTS {IndexName("closed")} ON {Quoted} (record_status) WHERE {IsClosed}";

    /// <summary>The records of a person, and that each place in a chain is taken once.</summary>
    public string CreateChainIndex() => CreateIndex("chain", "chain_id, chain_n", unique: true);

    /// <summary>Finding a number: duplicates, do-not-call, cancelling.</summary>
    public string CreateContactIndex() => CreateIndex("contact", "contact_info", unique: false);

    /// <summary>Callbacks that wait for their time. Small, whatever the list's length.</summary>
    public string CreateCallbackIndex() =>
        $"CREATE INDEX IF NOT EXISTS {IndexName("callback")} ON {Quoted} (dial_sched_time) WHERE record_status = 1 AND record_type BETWEEN 4 AND 6";

    public string DropClosedIndex() => $"DROP INDEX {IndexName("closed")}";

    /// <summary>The index by status and time that files of earlier versions have in place of the closed one.</summary>
    public string DropReadyIndex() => $"DROP INDEX IF EXISTS {IndexName("ready")}";

    public string DropChainIndex() => $"DROP INDEX {IndexName("chain")}";

    public string DropContactIndex() => $"DROP INDEX {IndexName("contact")}";

    /// <summary>Condition of records that are not Ready; literally that of their partial index, which an equal status alone would not be matched with.</summary>
    private const string IsClosed = "record_status <> 1";

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
    /// Due callbacks by time: ?1 time, ?2 limit, ?3 campaign, ?4 group, ?5 1 where callbacks stay with their campaign, ?6 1 where they stay with their
    /// group. None whose chain has a record out.
    /// </summary>
    public string SelectCallbacks() => $"""
        SELECT {ColumnList} FROM {Quoted} AS r INDEXED BY {IndexName("callback")}
        WHERE r.record_status = 1 AND r.record_type BETWEEN 4 AND 6 AND r.dial_sched_time <= ?1
          AND (r.campaign_id IN (0, ?3) OR ?5 = 0) AND (r.group_id IN (0, ?4) OR ?6 = 0)
          AND NOT EXISTS (SELECT 1 FROM {Quoted} AS c WHERE c.chain_id = r.chain_id AND c.record_status = 2)
        ORDER BY r.dial_sched_time, r.record_id LIMIT ?2
        """;

    /// <summary>Other Ready records of a chain: ?1 chain, ?2 the record itself.</summary>
    public string CountChainRest() => $"SELECT count(*) FROM {Quoted} WHERE chain_id = ?1 AND record_status = 1 AND record_id <> ?2";

    /// <summary>Records of a chain for a desktop: ?1 chain, ?2 the record that is there already, ?3 limit.</summary>
    public string SelectChain() => $"""
        SELECT {ColumnList} FROM {Quoted} AS r INDEXED BY {IndexName("chain")}
        WHERE r.chain_id = ?1 AND r.record_id <> ?2 AND +r.record_status IN (1, 9) AND r.record_type <> 7
        ORDER BY r.chain_n LIMIT ?3
        """;

    /// <summary>Other records of a chain: ?1 chain, ?2 the record itself.</summary>
    public string CountMates() => $"SELECT count(*) FROM {Quoted} WHERE chain_id = ?1 AND record_id <> ?2";

    /// <summary>
    /// Marks a record of a chain Retrieved, as <see cref="MarkRetrieved"/>, where the record that was asked with (?5) is out with the same group: nobody
    /// else can have the chain.
    /// </summary>
    public string MarkMate() => $"""
        UPDATE {Quoted} AS r SET record_status = 2, campaign_id = ?2, group_id = ?3, app_id = ?4
        WHERE record_id = ?1 AND record_status IN (1, 9)
          AND EXISTS (SELECT 1 FROM {Quoted} AS c WHERE c.record_id = ?5 AND c.chain_id = r.chain_id AND c.record_status = 2 AND c.group_id = ?3 AND c.app_id = ?4)
        """;

    /// <summary>
    /// Marks a record Retrieved: ?1 record, ?2 campaign, ?3 group, ?4 application. Only where it still may be taken: another group may have been
    /// faster since it was read.
    /// </summary>
    public string MarkRetrieved() => $"""
        UPDATE {Quoted} AS r SET record_status = 2, campaign_id = ?2, group_id = ?3, app_id = ?4
        WHERE record_id = ?1 AND record_status = 1 AND NOT {ChainHolds()}
        """;

    /// <summary>Marks a callback Retrieved, as <see cref="MarkRetrieved"/>: it is taken also where a record before it in the chain is Ready.</summary>
    public string MarkCallback() => $"""
        UPDATE {Quoted} AS r SET record_status = 2, campaign_id = ?2, group_id = ?3, app_id = ?4
        WHERE record_id = ?1 AND record_status = 1
          AND NOT EXISTS (SELECT 1 FROM {Quoted} AS c WHERE c.chain_id = r.chain_id AND c.record_status = 2)
        """;

    /// <summary>Records by status, and how many of each are due at ?1. A status may have several rows.</summary>
    public string CountByStatus() => $"""
        SELECT record_status, count(*), 0 FROM {Quoted} INDEXED BY {IndexName("closed")} WHERE {IsClosed} GROUP BY record_status
        UNION ALL SELECT 1, count(*), count(*) FROM {Quoted} INDEXED BY {FreshIndexName} WHERE {IsFresh}
        UNION ALL SELECT 1, count(*), coalesce(sum(dial_sched_time <= ?1), 0) FROM {Quoted} INDEXED BY {DueIndexName} WHERE {IsDue}
        """;

    /// <summary>
    /// The record's state after an attempt: ?1 record, ?2 type, ?3 status, ?4 result, ?5 attempts, ?6 scheduled, ?7 call time, ?8 agent or
    /// null, ?9 treatments or null. A record that was cancelled in its list while it was out stays so. A record that is no longer out belongs to no application; a callback that waits still belongs to the campaign
    /// and the group that made it, any other record to none.
    /// </summary>
    public string UpdateState() => $"""
        UPDATE {Quoted} SET record_type = CASE WHEN record_status = 5 THEN record_type ELSE ?2 END,
          record_status = CASE WHEN record_status = 5 THEN 5 ELSE ?3 END,
          call_result = CASE WHEN record_status = 5 THEN call_result ELSE ?4 END, attempt = ?5,
          dial_sched_time = CASE WHEN record_status = 5 THEN 0 ELSE ?6 END, call_time = ?7,
          agent_id = coalesce(?8, agent_id), treatments = coalesce(?9, treatments),
          campaign_id = CASE WHEN ?3 = 2 OR (?3 = 1 AND ?2 BETWEEN 4 AND 6) THEN campaign_id ELSE 0 END,
          group_id = CASE WHEN ?3 = 2 OR (?3 = 1 AND ?2 BETWEEN 4 AND 6) THEN group_id ELSE 0 END,
          app_id = CASE WHEN ?3 = 2 THEN app_id ELSE 0 END
        WHERE record_id = ?1
        """;

    /// <summary>Puts an undialled record back: ?1 record, ?2 group, ?3 application. A record that is not out with them is left alone.</summary>
    public string ReturnRecord() => $"""
        UPDATE {Quoted} SET record_status = 1, app_id = 0, {KeepOwnersOfCallbacks}
        WHERE record_id = ?1 AND record_status = 2 AND group_id = ?2 AND app_id = ?3
        """;

    /// <summary>
    /// What becomes of the other Ready records of the record's (?1) chain. <see cref="ChainOperation.UpdateAll"/> has the result in ?2,
    /// <see cref="ChainOperation.Next"/> the time.
    /// </summary>
    public string ChangeChain(ChainOperation operation)
    {
        var rest = $"chain_id = (SELECT chain_id FROM {Quoted} WHERE record_id = ?1) AND record_id <> ?1 AND record_status = 1";
        return operation switch
        {
            ChainOperation.Complete => $"UPDATE {Quoted} SET record_status = 7 WHERE {rest}",
            ChainOperation.UpdateAll => $"UPDATE {Quoted} SET record_status = 3, call_result = ?2 WHERE {rest}",
            ChainOperation.Next => $"""
                UPDATE {Quoted} SET record_type = 3, dial_sched_time = ?2
                WHERE record_id = (SELECT record_id FROM {Quoted} WHERE {rest} ORDER BY chain_n LIMIT 1)
                """,
            ChainOperation.CancelAll => $"UPDATE {Quoted} SET record_status = 5, call_result = 52 WHERE {rest}",
            ChainOperation.DoNotCallAll => $"UPDATE {Quoted} SET record_type = 7, record_status = 5, call_result = 51 WHERE {rest}",
            ChainOperation.MakeReady => $"""
                UPDATE {Quoted} SET record_type = 2, record_status = 1, dial_sched_time = 0
                WHERE chain_id = (SELECT chain_id FROM {Quoted} WHERE record_id = ?1) AND record_id <> ?1 AND record_status IN (1, 9)
                """,
            _ => throw new InvariantBrokenException($"chain operation {(int)operation} changes nothing"),
        };
    }

    /// <summary>Sets one column: ?1 record, ?2 value.</summary>
    public string UpdateColumn(ListColumn column) => $"UPDATE {Quoted} SET {SqlName.Quote(column.Name)} = ?2 WHERE record_id = ?1";

    /// <summary>
    /// A record whose attempt a crash left open: ?1 record, ?2 application, ?3 status, ?4 result, ?5 call time, ?6 agent or null, ?7 start of the attempt. Only where it is still out.
    /// A callback is not lost: one that nobody talked about, and one that was promised during the call, is Ready again.
    /// </summary>
    public string FinishAfterCrash() => $"""
        UPDATE {Quoted} SET call_result = ?4, call_time = ?5, attempt = attempt + 1, agent_id = coalesce(?6, agent_id), app_id = 0,
          record_status = CASE WHEN {IsOpenCallback} THEN 1 ELSE ?3 END,
          campaign_id = CASE WHEN {IsOpenCallback} THEN campaign_id ELSE 0 END,
          group_id = CASE WHEN {IsOpenCallback} THEN group_id ELSE 0 END
        WHERE record_id = ?1 AND record_status = 2 AND app_id = ?2
        """;

    private const string IsOpenCallback = "record_type BETWEEN 4 AND 6 AND (?6 IS NULL OR dial_sched_time > ?7)";

    /// <summary>All records that an application (?1) had taken and not dialled are Ready again.</summary>
    public string ReturnAllAfterCrash() => $"""
        UPDATE {Quoted} SET record_status = 1, app_id = 0, {KeepOwnersOfCallbacks}
        WHERE {IsClosed} AND record_status = 2 AND app_id = ?1
        """;

    private const string KeepOwnersOfCallbacks =
        "campaign_id = CASE WHEN record_type BETWEEN 4 AND 6 THEN campaign_id ELSE 0 END, group_id = CASE WHEN record_type BETWEEN 4 AND 6 THEN group_id ELSE 0 END";

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
