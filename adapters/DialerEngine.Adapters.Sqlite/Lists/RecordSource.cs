using System.Text;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core.Filters;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>Records of one type, zone and calling window: they open and close together.</summary>
internal readonly record struct Bucket(long RecordType, long TimeZone, long DailyFrom, long DailyTill);

/// <summary>Where a reading stopped: the values of the order's columns and the record.</summary>
internal sealed record SourceKey(object?[] Values, long RecordId);

/// <summary>One range of an index to read: its condition after the bucket's, and which columns still order it.</summary>
internal readonly record struct SourceStage(string Condition, int OrderFrom, IReadOnlyList<object?> Values);

/// <summary>
/// A kind of Ready records with the partial index that serves it: the bucket's columns, then the order's, then the record id. Every query
/// names its index (INDEXED BY), so that SQLite refuses it rather than read the whole list.
/// </summary>
internal sealed class RecordSource
{
    private static readonly string[] BucketColumns = ["record_type", "tz_dbid", "daily_from", "daily_till"];
    private readonly ListTable _table;
    private readonly string _index;

    private RecordSource(ListTable table, bool isDue, IReadOnlyList<OrderColumn> order, string index)
    {
        _table = table;
        IsDue = isDue;
        Order = order;
        _index = index;
    }

    /// <summary>Scheduled records; else fresh ones.</summary>
    public bool IsDue { get; }

    public IReadOnlyList<OrderColumn> Order { get; }

    /// <summary>Scheduled records by time.</summary>
    public static RecordSource Due(ListTable table)
    {
        table.TryFindColumn("dial_sched_time", out var column);
        return new RecordSource(table, isDue: true, [new OrderColumn(new ColumnOperand(column, 7), Descending: false)], table.DueIndexName);
    }

    /// <summary>Unscheduled records by an order, or by record id.</summary>
    public static RecordSource Fresh(ListTable table, RecordOrder? order) =>
        new(table, isDue: false, order?.Columns ?? [], order is null ? table.FreshIndexName : table.OrderIndexName(order));

    /// <summary>
    /// The next bucket that has the first columns of another and is beyond it in the following: ?1 to ?4 as far as named. One seek each: a
    /// comparison of rows would seek to the bucket itself and then read all of it.
    /// </summary>
    /// <param name="same">Columns that are the same, 3 to 0.</param>
    public string NextBucket(int same)
    {
        var equal = string.Concat(Enumerable.Range(0, same).Select(i => $" AND {BucketColumns[i]} = ?{i + 1}"));
        return $"""
            SELECT record_type, tz_dbid, daily_from, daily_till FROM {_table.Quoted} AS r INDEXED BY {_index}
            WHERE {Kind}{equal} AND {BucketColumns[same]} > ?{same + 1}
            ORDER BY {string.Join(", ", BucketColumns.Skip(same))} LIMIT 1
            """;
    }

    /// <summary>
    /// Records of a bucket in order, one range of them. Columns: the list's, then 1 where the filter is true and the record's chain does not hold it
    /// back. That is a value and no condition, so that reading never goes on unseen over records that do not pass; the chain is looked up only
    /// where the filter is true, as that costs more than all else.
    /// </summary>
    public string Select(in Bucket bucket, long now, RecordFilter? filter, in SourceStage stage, SqlParameters parameters)
    {
        var sql = new StringBuilder("SELECT ").Append(_table.ColumnList).Append(", ");
        if (filter is not null)
        {
            sql.Append("CASE WHEN ");
            FilterSql.Append(sql, filter.Root, parameters);
            sql.Append(" THEN ");
        }

        sql.Append("NOT ").Append(_table.ChainHolds()).Append(filter is null ? "" : " ELSE 0 END").Append(" FROM ").Append(_table.Quoted).Append(" AS r INDEXED BY ").Append(_index)
            .Append(" WHERE ").Append(Kind);
        if (IsDue && stage.OrderFrom == 0)
        {
            // Where the time is that of the record before, it is due as that was; a second bound would lead the planner away from it.
            sql.Append(" AND dial_sched_time <= ").Append(parameters.Add(now));
        }

        sql.Append(" AND record_type = ").Append(parameters.Add(bucket.RecordType)).Append(" AND tz_dbid = ").Append(parameters.Add(bucket.TimeZone))
            .Append(" AND daily_from = ").Append(parameters.Add(bucket.DailyFrom)).Append(" AND daily_till = ").Append(parameters.Add(bucket.DailyTill));
        var parts = stage.Condition.Split('?');
        for (var i = 0; i < parts.Length; i++)
        {
            sql.Append(parts[i]);
            if (i < stage.Values.Count)
            {
                sql.Append(parameters.Add(stage.Values[i]));
            }
        }

        sql.Append(" ORDER BY ");
        for (var i = stage.OrderFrom; i < Order.Count; i++)
        {
            sql.Append(Name(i)).Append(Order[i].Descending ? " DESC, " : ", ");
        }

        return sql.Append("record_id").ToString();
    }

    /// <summary>
    /// The ranges that hold everything after a key, nearest first: the same values and a higher record id, then one column after the other
    /// from the last. Each is one range of the index.
    /// </summary>
    public List<SourceStage> StagesAfter(SourceKey? key)
    {
        if (key is null)
        {
            return [new SourceStage("", 0, [])];
        }

        var stages = new List<SourceStage>();
        for (var same = Order.Count; same >= 0; same--)
        {
            var prefix = string.Concat(Enumerable.Range(0, same).Select(i => key.Values[i] is null ? $" AND {Name(i)} IS NULL" : $" AND {Name(i)} = ?"));
            var values = key.Values.Take(same).Where(v => v is not null).ToList();
            if (same == Order.Count)
            {
                stages.Add(new SourceStage(prefix + " AND record_id > ?", same, [.. values, key.RecordId]));
                continue;
            }

            var value = key.Values[same];
            if (!Order[same].Descending)
            {
                stages.Add(value is null
                    ? new SourceStage($"{prefix} AND {Name(same)} IS NOT NULL", same, values)
                    : new SourceStage($"{prefix} AND {Name(same)} > ?", same, [.. values, value]));
            }
            else if (value is not null)
            {
                stages.Add(new SourceStage($"{prefix} AND {Name(same)} < ?", same, [.. values, value]));
                stages.Add(new SourceStage($"{prefix} AND {Name(same)} IS NULL", same + 1, values));
            }
        }

        return stages;
    }

    /// <summary>The columns of the index of this source.</summary>
    public static string IndexColumns(IReadOnlyList<OrderColumn> order) => string.Join(
        ", ", BucketColumns.Concat(order.Select(o => SqlName.Quote(o.Column.Column.Name) + (o.Descending ? " DESC" : ""))));

    private string Kind => IsDue ? ListTable.IsDue : ListTable.IsFresh;

    private string Name(int order) => SqlName.Quote(Order[order].Column.Column.Name);
}
