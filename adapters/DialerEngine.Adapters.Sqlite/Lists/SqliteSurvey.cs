using System.Runtime.InteropServices;
using System.Text;
using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Ports;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>Looks at lists on read-only connections of its own: nothing is marked, no writer waits.</summary>
internal sealed class SqliteSurvey(SqliteStorageOptions options, ListCatalog catalog) : ICallingListSurvey
{
    /// <summary>Kinds of records that are told apart at most; beyond, records count with the first kind of their zone.</summary>
    private const int MaxRows = 200_000;

    private const int StopEvery = 65_536;
    private const string Phase = "surveying records";

    public IReadOnlyList<SurveyRow> Survey(ListId list, RecordFilter? filter, long nowUnixSeconds, CancellationToken stop)
    {
        var table = catalog.Find(list);
        using var connection = Open();
        var counts = new Dictionary<SurveyRow, long>();
        var byStatus = connection.Prepare(table.CountByStatus(), Phase).Bind(1, nowUnixSeconds);
        while (byStatus.Step())
        {
            if (byStatus.Int(0) != (int)RecordStatus.Ready)
            {
                counts[new SurveyRow((RecordStatus)byStatus.Int(0), RecordType.NoRecordType, 0, 0, 0, 0, true, false, 0)] = byStatus.Integer(1);
            }
        }

        stop.ThrowIfCancellationRequested();
        var parameters = new SqlParameters();
        var sql = new StringBuilder("SELECT record_type, tz_dbid, daily_from, daily_till, dial_sched_time, ");
        if (filter is null)
        {
            sql.Append('1');
        }
        else
        {
            FilterSql.Append(sql, filter.Root, parameters);
        }

        // In the order of the table: the quickest way to read all of it.
        sql.Append(", ").Append(table.ChainHolds()).Append(" FROM ").Append(table.Quoted).Append(" AS r NOT INDEXED WHERE record_status = 1");
        var rows = connection.Prepare(sql.ToString(), Phase);
        parameters.BindTo(rows);
        var read = 0;
        while (rows.Step())
        {
            if (++read % StopEvery == 0)
            {
                stop.ThrowIfCancellationRequested();
            }

            var scheduled = rows.Integer(4);
            var row = new SurveyRow(
                RecordStatus.Ready, (RecordType)rows.Int(0), rows.Int(1), rows.Int(2), rows.Int(3),
                scheduled == 0 ? 0 : scheduled <= nowUnixSeconds ? nowUnixSeconds : scheduled - (scheduled % 3_600),
                rows.Integer(5) == 1, rows.Integer(6) == 1, 0);
            if (counts.Count >= MaxRows && !counts.ContainsKey(row))
            {
                row = row with { DailyFrom = table.Definition.DailyFrom, DailyTill = table.Definition.DailyTill, ScheduledFrom = Math.Min(row.ScheduledFrom, nowUnixSeconds) };
            }

            CollectionsMarshal.GetValueRefOrAddDefault(counts, row, out _)++;
        }

        return [.. counts.Select(c => c.Key with { Count = c.Value })];
    }

    public int Peek(in FetchRequest request, RecordBatch into, CancellationToken stop)
    {
        var table = catalog.Find(request.List);
        using var connection = Open();
        var order = request.Order is { } wanted && HasOrder(connection, table, wanted) ? wanted : null;
        var scan = new FetchScan(table, request.Filter, order);
        var pool = new StatementPool(connection);
        var limit = Math.Min(request.Limit, into.Capacity);
        into.Count = 0;
        do
        {
            stop.ThrowIfCancellationRequested();
            into.IsUnfinished = false;
            scan.Fill(pool, request, limit, into);
        }
        while (into.Count == 0 && into.IsUnfinished);
        return into.Count;
    }

    public void ReadReady(ListId list, Func<CallRecord, bool, bool> reader, CancellationToken stop)
    {
        var table = catalog.Find(list);
        using var connection = Open();
        var rows = connection.Prepare($"SELECT {table.ColumnList}, {table.ChainHolds()} FROM {table.Quoted} AS r NOT INDEXED WHERE record_status = 1", Phase);
        var record = new CallRecord();
        var read = 0;
        while (rows.Step())
        {
            if (++read % StopEvery == 0)
            {
                stop.ThrowIfCancellationRequested();
            }

            RecordReader.Fill(record, rows, table, list);
            if (!reader(record, rows.Integer(table.Columns.Count) != 0))
            {
                rows.Reset();
                return;
            }
        }
    }

    public RecordHistory? History(ListId list, RecordId record, int limit)
    {
        var table = catalog.Find(list);
        using var connection = Open();
        var row = connection.Prepare($"SELECT {table.ColumnList} FROM {table.Quoted} WHERE record_id = ?1", "reading a record").Bind(1, record.Value);
        if (!row.Step())
        {
            return null;
        }

        var found = new CallRecord();
        RecordReader.Fill(found, row, table, list);
        row.Reset();
        var events = new List<HistoryEvent>();
        HistoryReader.ReadAttempts(connection, table.Key, record.Value, limit, events);
        HistoryReader.ReadChanges(connection, table.Key, record.Value, limit, events);
        HistoryReader.ReadFetches(connection, table.Key, record.Value, events);
        events.Sort((a, b) => a.AtUnixMs.CompareTo(b.AtUnixMs));
        return new RecordHistory(found, events.Count <= limit ? events : events[^limit..]);
    }

    private static bool HasOrder(SqliteConnection connection, ListTable table, RecordOrder order)
    {
        var found = connection.Prepare("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?1", Phase).Bind(1, table.OrderIndexName(order).Trim('"'));
        var has = found.Step();
        found.Reset();
        return has;
    }

    private SqliteConnection Open() => SqliteConnection.Open(options.Path, SqliteAccess.Read, options.BusyTimeoutMs, fullSync: false);
}
