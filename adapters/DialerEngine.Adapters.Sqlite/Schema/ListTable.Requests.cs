using DialerEngine.Core.Lists;

namespace DialerEngine.Adapters.Sqlite.Schema;

/// <summary>SQL of requests by number, customer or chain.</summary>
internal sealed partial class ListTable
{
    // The sign keeps the index by status out of it: it is long where the list is.
    private const string IsOpen = "+r.record_status IN (1, 2, 9)";

    public string CreateCustomerIndex(ListColumn column) =>
        $"CREATE INDEX IF NOT EXISTS {CustomerIndexName(column)} ON {Quoted} ({SqlName.Quote(column.Name)})";

    public string CustomerIndexName(ListColumn column) => IndexName("customer-" + column.Name);

    /// <summary>
    /// Open records of a number, or of a customer where a column is given: ?1 number or customer, ?2 limit. With their whole chains where asked for, also
    /// where the record of the number itself is final.
    /// </summary>
    public string SelectDisposable(ListColumn? customer, bool wholeChain)
    {
        var column = customer is null ? "contact_info" : SqlName.Quote(customer.Name);
        return wholeChain
            ? $"""
              SELECT r.record_id, r.record_status, r.group_id FROM {Quoted} AS r INDEXED BY {IndexName("chain")}
              WHERE r.chain_id IN (SELECT m.chain_id FROM {Quoted} AS m WHERE m.{column} = ?1) AND {IsOpen} LIMIT ?2
              """
            : $"SELECT r.record_id, r.record_status, r.group_id FROM {Quoted} AS r WHERE r.{column} = ?1 AND {IsOpen} LIMIT ?2";
    }

    /// <summary>Makes a record final: ?1 record, ?2 type or null where it stays, ?3 result, ?4 Unix seconds.</summary>
    public string DisposeRecord() => $"""
        UPDATE {Quoted} SET record_type = coalesce(?2, record_type), record_status = 5, call_result = ?3, call_time = ?4, dial_sched_time = 0,
          campaign_id = 0, group_id = 0, app_id = 0
        WHERE record_id = ?1
        """;

    /// <summary>Numbers of a chain: ?1 chain, ?2 limit.</summary>
    public string SelectNumbersOfChain() => $"SELECT DISTINCT contact_info FROM {Quoted} INDEXED BY {IndexName("chain")} WHERE chain_id = ?1 LIMIT ?2";

    /// <summary>Highest chain of the list.</summary>
    public string LastChain() => $"SELECT max(chain_id) FROM {Quoted}";

    /// <summary>Last place of a chain (?1); null where there is no such chain.</summary>
    public string LastInChain() => $"SELECT max(chain_n) FROM {Quoted} WHERE chain_id = ?1";

    /// <summary>Type of a chain (?1): that of its first open record, else of its first.</summary>
    public string TypeOfChain() =>
        $"SELECT r.record_type FROM {Quoted} AS r WHERE r.chain_id = ?1 ORDER BY {IsOpen} DESC, r.chain_n LIMIT 1";

    public string InsertRecord() => $"INSERT INTO {Quoted} ({ColumnList}) VALUES ({string.Join(", ", Columns.Select((_, i) => $"?{i + 1}"))})";
}
