using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Ports;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>
/// Reads calling lists for dialing: looks on a connection of its own, which holds no writer up, then marks what it found in one short
/// transaction. Marks need no flush of their own: the write-ahead log keeps its order, so the journal's flush that makes a record's attempt
/// durable has made the record's mark durable first.
/// </summary>
internal sealed class SqliteCallingListStore(SqliteStorageOptions options, ListCatalog catalog, Lock writer, Checkpointer checkpointer) : ICallingListStore, IDisposable
{
    // The record's page and those of its indexes; neighbours share them.
    private const int PagesOfRecord = 2;

    private readonly Dictionary<(ListTable Table, GroupId Group), FetchScan> _scans = [];
    private readonly Dictionary<ListTable, MarkStatements> _marks = [];
    private readonly Lock _scanLock = new();
    private readonly Lock _countLock = new();
    private SqliteConnection? _reading;
    private StatementPool? _pool;
    private SqliteConnection? _marking;
    private HistoryWriter? _history;

    public ValueTask<int> FetchAsync(FetchRequest request, RecordBatch into, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        into.Count = 0;
        into.IsUnfinished = false;
        var limit = Math.Min(request.Limit, into.Capacity);
        if (limit <= 0)
        {
            return ValueTask.FromResult(0);
        }

        var table = catalog.Find(request.List);
        try
        {
            lock (_scanLock)
            {
                Scan(table, request, limit, into);
            }

            lock (writer)
            {
                Mark(table, request, into);
            }
        }
        catch
        {
            into.Count = 0;
            into.IsUnfinished = false;
            throw;
        }

        return ValueTask.FromResult(into.Count);
    }

    public ValueTask<TakenChain> TakeChainAsync(ChainRequest request, RecordBatch into, CancellationToken stop)
    {
        const string Phase = "taking a chain";
        stop.ThrowIfCancellationRequested();
        into.Count = 0;
        var table = catalog.Find(request.List);
        lock (writer)
        {
            // A connection of its own: agents ask for chains now and then, not with every dial.
            using var connection = SqliteConnection.Open(options.Path, SqliteAccess.Write, options.BusyTimeoutMs, fullSync: false);
            options.FaultPoint?.Invoke(StorageRole.Store, connection);
            connection.Begin(Phase);
            try
            {
                var others = connection.Prepare(table.CountMates(), Phase).Bind(1, request.ChainId).Bind(2, request.Record.Value);
                var count = others.Step() ? others.Int(0) : 0;
                others.Reset();
                TakeChain(connection, table, request, into, Phase);
                connection.Commit(Phase);
                return ValueTask.FromResult(new TakenChain(into.Count, count));
            }
            catch
            {
                into.Count = 0;
                connection.Rollback();
                throw;
            }
        }
    }

    private static void TakeChain(SqliteConnection connection, ListTable table, in ChainRequest request, RecordBatch into, string phase)
    {
        var found = 0;
        var rows = connection.Prepare(table.SelectChain(), phase).Bind(1, request.ChainId).Bind(2, request.Record.Value).Bind(3, into.Capacity);
        while (rows.Step())
        {
            RecordReader.Fill(into[found++], rows, table, request.List);
        }

        rows.Reset();
        var mark = connection.Prepare(table.MarkMate(), phase);
        var history = new HistoryWriter(connection);
        for (var i = 0; i < found; i++)
        {
            var record = into[i];
            mark.Bind(1, record.Id.Value).Bind(2, request.CampaignId).Bind(3, request.Group.Value).Bind(4, request.ApplicationId).Bind(5, request.Record.Value).Run();
            if (connection.Changes == 0)
            {
                continue;
            }

            record.RecordStatus = RecordStatus.Retrieved;
            record.CampaignId = request.CampaignId;
            record.GroupId = request.Group.Value;
            record.ApplicationId = request.ApplicationId;
            record.ChainRest = 0;
            history.Fetched(table.Key, record, request.NowUnixSeconds * 1_000);
            if (into.Count != i)
            {
                into.Exchange(i, into.Exchange(into.Count, record));
            }

            into.Count++;
        }

        history.Complete();
    }

    public ValueTask<ListCounts> CountAsync(ListId list, long nowUnixSeconds, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var table = catalog.Find(list);
        lock (_countLock)
        {
            // A connection of its own, so that counting a long list holds no fetch up.
            using var connection = SqliteConnection.Open(options.Path, SqliteAccess.Read, options.BusyTimeoutMs, fullSync: false);
            var byStatus = new long[10];
            long total = 0;
            long readyNow = 0;
            var rows = connection.Prepare(table.CountByStatus(), "counting records").Bind(1, nowUnixSeconds);
            while (rows.Step())
            {
                var status = rows.Integer(0);
                var count = rows.Integer(1);
                total += count;
                if (status is >= 0 and <= 9)
                {
                    byStatus[status] += count;
                }

                if (status == (long)RecordStatus.Ready)
                {
                    readyNow += rows.Integer(2);
                }
            }

            return ValueTask.FromResult(new ListCounts(total, byStatus, readyNow));
        }
    }

    public void Dispose()
    {
        lock (_scanLock)
        {
            CloseReading();
        }

        lock (writer)
        {
            CloseMarking();
        }
    }

    private void Scan(ListTable table, in FetchRequest request, int limit, RecordBatch into)
    {
        try
        {
            if (_pool is { IsFull: true })
            {
                CloseReading();
            }

            if (_pool is null)
            {
                _reading = SqliteConnection.Open(options.Path, SqliteAccess.Read, options.BusyTimeoutMs, fullSync: false);
                _pool = new StatementPool(_reading);
            }

            if (request.Kind == FetchKind.Callbacks)
            {
                ScanCallbacks(_pool, table, request, limit, into);
                return;
            }

            if (!_scans.TryGetValue((table, request.Group), out var scan) || scan.FilterText != request.Filter?.Text || scan.OrderText != request.Order?.Text)
            {
                EnsureOrder(table, request.Order);
                scan = new FetchScan(table, request.Filter, request.Order);
                _scans[(table, request.Group)] = scan;
            }

            scan.Fill(_pool, request, limit, into);
        }
        catch
        {
            // Whatever went wrong, the next fetch begins with a connection that is in no doubtful state.
            CloseReading();
            throw;
        }
    }

    private static void ScanCallbacks(StatementPool pool, ListTable table, in FetchRequest request, int limit, RecordBatch into)
    {
        var sql = table.SelectCallbacks();
        var callbacks = pool.Take(sql).Bind(1, request.NowUnixSeconds).Bind(2, limit).Bind(3, request.CampaignId).Bind(4, request.Group.Value)
            .Bind(5, request.ObserveCampaign ? 1 : 0).Bind(6, request.ObserveGroup ? 1 : 0);
        while (callbacks.Step())
        {
            RecordReader.Fill(into[into.Count++], callbacks, table, request.List);
        }

        pool.Give(sql, callbacks);
        KeepOneOfEachChain(into);
    }

    /// <summary>Two callbacks of one chain may be due: the earlier one goes first.</summary>
    private static void KeepOneOfEachChain(RecordBatch into)
    {
        var kept = 0;
        for (var i = 0; i < into.Count; i++)
        {
            var isFirst = true;
            for (var j = 0; j < kept && isFirst; j++)
            {
                isFirst = into[j].ChainId != into[i].ChainId;
            }

            if (isFirst)
            {
                into.Exchange(i, into.Exchange(kept, into[i]));
                kept++;
            }
        }

        into.Count = kept;
    }

    /// <summary>An order whose index was not made before the engine started is made now.</summary>
    private void EnsureOrder(ListTable table, RecordOrder? order)
    {
        if (order is null)
        {
            return;
        }

        lock (writer)
        {
            using var connection = SqliteConnection.Open(options.Path, SqliteAccess.Write, options.BusyTimeoutMs, fullSync: false);
            connection.Execute(table.CreateOrderIndex(order), $"building the order of calling list {table.Definition.Name}");
        }
    }

    private void Mark(ListTable table, in FetchRequest request, RecordBatch into)
    {
        // What was found before stays found where there is nothing to mark; a test's fault point is met in any case.
        try
        {
            if (_marking is null)
            {
                _marking = SqliteConnection.Open(options.Path, SqliteAccess.Write, options.BusyTimeoutMs, fullSync: false);
                Checkpointer.Prepare(_marking);
            }

            options.FaultPoint?.Invoke(StorageRole.Store, _marking);
            if (into.Count == 0)
            {
                return;
            }

            _history ??= new HistoryWriter(_marking);
            if (!_marks.TryGetValue(table, out var statements))
            {
                _marks.Add(table, statements = new MarkStatements(_marking, table));
            }

            var mark = request.Kind == FetchKind.Callbacks ? statements.Callback : statements.Record;

            _marking.Begin("marking records");
            var marked = 0;
            for (var i = 0; i < into.Count; i++)
            {
                var record = into[i];
                mark.Bind(1, record.Id.Value).Bind(2, request.CampaignId).Bind(3, request.Group.Value).Bind(4, request.ApplicationId).Run();
                if (_marking.Changes == 0)
                {
                    // Another group was faster.
                    continue;
                }

                record.RecordStatus = RecordStatus.Retrieved;
                record.CampaignId = request.CampaignId;
                record.GroupId = request.Group.Value;
                record.ApplicationId = request.ApplicationId;
                var rest = statements.ChainRest.Bind(1, record.ChainId).Bind(2, record.Id.Value);
                record.ChainRest = rest.Step() ? rest.Int(0) : 0;
                rest.Reset();
                _history!.Fetched(table.Key, record, request.NowUnixSeconds * 1_000);
                if (marked != i)
                {
                    into.Exchange(i, into.Exchange(marked, record));
                }

                marked++;
            }

            _history!.Complete();
            _marking.Commit("marking records");
            checkpointer.Wrote(PagesOfRecord * marked);
            into.IsUnfinished |= marked < into.Count;
            into.Count = marked;
        }
        catch
        {
            CloseMarking();
            throw;
        }
    }

    private void CloseReading()
    {
        _pool = null;
        _reading?.Dispose();
        _reading = null;
    }

    private void CloseMarking()
    {
        _marking?.Rollback();
        _marks.Clear();
        _history = null;
        _marking?.Dispose();
        _marking = null;
    }

    private sealed class MarkStatements(SqliteConnection connection, ListTable table)
    {
        public SqliteStatement Record { get; } = connection.Prepare(table.MarkRetrieved(), "marking records");

        public SqliteStatement Callback { get; } = connection.Prepare(table.MarkCallback(), "marking callbacks");

        public SqliteStatement ChainRest { get; } = connection.Prepare(table.CountChainRest(), "counting a chain");
    }
}
