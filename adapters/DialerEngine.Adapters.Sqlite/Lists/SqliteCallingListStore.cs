using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Ports;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>
/// Reads calling lists for dialing. Marks need no flush of their own: the write-ahead log keeps its order, so the journal's flush
/// that makes a record's attempt durable has made the record's mark durable first.
/// </summary>
internal sealed class SqliteCallingListStore(SqliteStorageOptions options, ListCatalog catalog, Lock writer) : ICallingListStore, IDisposable
{
    private readonly Dictionary<ListTable, FetchStatements> _statements = [];
    private readonly Lock _countLock = new();
    private SqliteConnection? _fetching;

    public ValueTask<int> FetchAsync(FetchRequest request, RecordBatch into, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        into.Count = 0;
        var limit = Math.Min(request.Limit, into.Capacity);
        if (limit <= 0)
        {
            return ValueTask.FromResult(0);
        }

        var table = catalog.Find(request.List);
        lock (writer)
        {
            _fetching ??= SqliteConnection.Open(options.Path, SqliteAccess.Write, options.BusyTimeoutMs, fullSync: false);
            options.FaultPoint?.Invoke(StorageRole.Store, _fetching);
            _fetching.Begin("fetching records");
            try
            {
                Fetch(table, request, limit, into);
                _fetching.Commit("fetching records");
            }
            catch
            {
                into.Count = 0;
                AfterFault();
                throw;
            }
        }

        return ValueTask.FromResult(into.Count);
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
                    byStatus[status] = count;
                }

                if (status == (long)RecordStatus.Ready)
                {
                    readyNow = rows.Integer(2);
                }
            }

            return ValueTask.FromResult(new ListCounts(total, byStatus, readyNow));
        }
    }

    public void Dispose()
    {
        lock (writer)
        {
            _statements.Clear();
            _fetching?.Dispose();
            _fetching = null;
        }
    }

    private void Fetch(ListTable table, FetchRequest request, int limit, RecordBatch into)
    {
        if (!_statements.TryGetValue(table, out var statements))
        {
            statements = new FetchStatements(_fetching!, table);
            _statements.Add(table, statements);
        }

        if (request.Kind == FetchKind.Callbacks)
        {
            var callbacks = statements.Callbacks.Bind(1, request.NowUnixSeconds).Bind(2, limit).Bind(3, request.CampaignId).Bind(4, request.Group.Value)
                .Bind(5, request.ObserveCampaign ? 1 : 0).Bind(6, request.ObserveGroup ? 1 : 0);
            while (callbacks.Step())
            {
                RecordReader.Fill(into[into.Count++], callbacks, table, request.List);
            }

            KeepOneOfEachChain(into);
            Mark(statements, request, into);
            return;
        }

        // Appointments whose time has come go first; a list of fresh records, however long, must not hold a callback up.
        Read(statements.Select, table, request.List, 1, request.NowUnixSeconds, limit, into);
        Read(statements.Select, table, request.List, 0, 0, limit, into);
        Mark(statements, request, into);
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

    private void Mark(FetchStatements statements, FetchRequest request, RecordBatch into)
    {
        for (var i = 0; i < into.Count; i++)
        {
            var record = into[i];
            statements.Mark.Bind(1, record.Id.Value).Bind(2, request.CampaignId).Bind(3, request.Group.Value).Bind(4, request.ApplicationId).Run();
            Invariant.That(_fetching!.Changes == 1);
            record.RecordStatus = RecordStatus.Retrieved;
            record.CampaignId = request.CampaignId;
            record.GroupId = request.Group.Value;
            record.ApplicationId = request.ApplicationId;
            var rest = statements.ChainRest.Bind(1, record.ChainId).Bind(2, record.Id.Value);
            record.ChainRest = rest.Step() ? rest.Int(0) : 0;
            rest.Reset();
        }
    }

    private static void Read(SqliteStatement select, ListTable table, ListId list, long from, long till, int limit, RecordBatch into)
    {
        if (into.Count >= limit || till < from)
        {
            return;
        }

        select.Bind(1, from).Bind(2, till).Bind(3, limit - into.Count);
        while (select.Step())
        {
            RecordReader.Fill(into[into.Count], select, table, list);
            into.Count++;
        }
    }

    private void AfterFault()
    {
        // Whatever went wrong, the next fetch begins with a connection that is in no doubtful state.
        _fetching!.Rollback();
        _statements.Clear();
        _fetching.Dispose();
        _fetching = null;
    }

    private sealed class FetchStatements(SqliteConnection connection, ListTable table)
    {
        public SqliteStatement Select { get; } = connection.Prepare(table.SelectReady(), "fetching records");

        public SqliteStatement Callbacks { get; } = connection.Prepare(table.SelectCallbacks(), "fetching callbacks");

        public SqliteStatement ChainRest { get; } = connection.Prepare(table.CountChainRest(), "counting a chain");

        public SqliteStatement Mark { get; } = connection.Prepare(table.MarkRetrieved(), "marking records");
    }
}
