using System.Globalization;
using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using SQLitePCL;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>Requests about records on connections of their own: rare against dialling, so nothing is kept open for them.</summary>
internal sealed class SqliteRecordRequests(SqliteStorageOptions options, ListCatalog catalog, Lock writer) : IRecordRequests
{
    // As in imports: out of the way of chains that files bring along.
    private const long FirstOwnChain = 1 << 30;

    /// <summary>Columns that belong to whoever dials: a new record cannot bring them.</summary>
    private static readonly string[] Engines = ["record_id", "contact_info", "chain_id", "chain_n", "campaign_id", "group_id", "app_id", "treatments"];

    public DisposedRecords Dispose(RecordDisposal disposal)
    {
        const string Phase = "cancelling records";
        var gone = new List<RecordOut>();
        var found = 0;
        return Transact(Phase, connection =>
        {
            var history = new HistoryWriter(connection);
            foreach (var target in disposal.Targets)
            {
                found += Dispose(connection, disposal, target, IRecordRequests.MaxRecords - found, gone, history);
            }

            history.Complete();
            return new DisposedRecords(found - gone.Count, gone, found < IRecordRequests.MaxRecords);
        });
    }

    public IReadOnlyList<string> NumbersOfChain(ListId list, int chainId)
    {
        var table = catalog.Find(list);
        using var connection = SqliteConnection.Open(options.Path, SqliteAccess.Read, options.BusyTimeoutMs, fullSync: false);
        var select = connection.Prepare(table.SelectNumbersOfChain(), "reading a chain").Bind(1, chainId).Bind(2, IRecordRequests.MaxRecords);
        var numbers = new List<string>();
        while (select.Step())
        {
            numbers.Add(select.Text(0));
        }

        return numbers;
    }

    public AddedRecord Add(NewRecord record)
    {
        var table = catalog.Find(record.List);
        var values = new object?[table.Columns.Count];
        if (Fill(table, record, values) is { } refusal)
        {
            return refusal;
        }

        return Transact("adding a record", connection => Insert(connection, table, record, values));
    }

    public void EnsureCustomerIndex(ListId list, string column)
    {
        var table = catalog.Find(list);
        if (table.TryFindColumn(column, out var customer))
        {
            lock (writer)
            {
                using var connection = SqliteConnection.Open(options.Path, SqliteAccess.Write, options.BusyTimeoutMs, fullSync: false);
                connection.Execute(table.CreateCustomerIndex(customer), $"indexing the customers of calling list {table.Definition.Name}");
            }
        }
    }

    private int Dispose(SqliteConnection connection, RecordDisposal disposal, DisposalTarget target, int limit, List<RecordOut> gone, HistoryWriter history)
    {
        const string Phase = "cancelling records";
        var table = catalog.Find(target.List);
        ListColumn? customer = null;
        if (target.Phone is null && (disposal.CustomerField is not { } field || !table.TryFindColumn(field, out customer)))
        {
            return 0;
        }

        var select = connection.Prepare(table.SelectDisposable(customer, disposal.WholeChain), Phase).Bind(2, limit);
        if (customer?.Kind == ListColumnKind.Integer)
        {
            if (!long.TryParse(disposal.CustomerId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return 0;
            }

            select.Bind(1, number);
        }
        else
        {
            select.Bind(1, target.Phone ?? disposal.CustomerId);
        }

        // Read to the end before anything is changed: the changes move rows within the indexes that are read.
        var open = new List<(long Record, bool IsOut, int Group)>();
        while (select.Step())
        {
            open.Add((select.Integer(0), select.Int(1) == (int)RecordStatus.Retrieved, select.Int(2)));
        }

        var doNotCall = disposal.Kind == DisposalKind.DoNotCall;
        var result = doNotCall ? CallResult.DoNotCall : CallResult.CancelRecord;
        var update = connection.Prepare(table.DisposeRecord(), Phase);
        foreach (var (record, isOut, group) in open)
        {
            update.Bind(1, record).Bind(3, (int)result).Bind(4, disposal.At / 1_000);
            _ = doNotCall ? update.Bind(2, (int)RecordType.NoCall) : update.BindNull(2);
            update.Run();
            if (isOut)
            {
                gone.Add(new RecordOut(target.List, new RecordId(record), new GroupId(group)));
            }

            Note(history, table, record, disposal.Actor, doNotCall ? "do not call" : "cancelled", disposal.At, RecordStatus.Canceled, result);
        }

        return open.Count;
    }

    private static void Note(
        HistoryWriter history, ListTable table, long record, string actor, string reason, long at, RecordStatus status, CallResult result, long scheduled = 0)
    {
        var entry = new JournalEntry
        {
            Record = new RecordId(record),
            At = at,
            Reason = reason,
            Actor = actor,
            RecordStatus = status,
            RecordResult = result,
            DialScheduledTime = scheduled,
        };
        history.Write(table.Key, in entry, HistoryTable.Updated);
    }

    /// <summary>Judges the columns that the record brings and gives the others their defaults.</summary>
    private static AddedRecord? Fill(ListTable table, NewRecord record, object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = table.Columns[i].Default;
        }

        foreach (var (name, value) in record.Columns)
        {
            if (!table.TryFindColumn(name, out var column) || Engines.Contains(column.Name, StringComparer.OrdinalIgnoreCase))
            {
                return Refused(AddRecordOutcome.UnknownColumn, name);
            }

            if (!ListValue.TryFit(column, value, out var fitted) || !IsForNewRecord(column, fitted))
            {
                return Refused(AddRecordOutcome.InvalidValue, column.Name);
            }

            values[IndexOf(table, column.Name)] = fitted;
        }

        var contact = IndexOf(table, "contact_info");
        if (record.Phone.Length == 0 || record.Phone.Length > table.Columns[contact].MaxLength)
        {
            return Refused(AddRecordOutcome.InvalidValue, "contact_info");
        }

        values[contact] = record.Phone;
        return record.ChainId < 0 ? Refused(AddRecordOutcome.InvalidValue, "chain_id")
            : record.ChainN < 0 ? Refused(AddRecordOutcome.InvalidValue, "chain_n") : null;
    }

    /// <summary>Types of new records are those of the desktop protocol; none is out with a group that does not have it.</summary>
    private static bool IsForNewRecord(ListColumn column, object? value) => column.Name switch
    {
        "record_type" => value is >= (long)RecordType.General and <= (long)RecordType.CampaignCallBack,
        "record_status" => value is not (long)RecordStatus.Retrieved and not (long)RecordStatus.NoRecordStatus,
        _ => true,
    };

    private static AddedRecord Insert(SqliteConnection connection, ListTable table, NewRecord record, object?[] values)
    {
        const string Phase = "adding a record";
        var chain = (long)(record.ChainId ?? 0);
        var place = (long)(record.ChainN ?? 0);
        if (chain == 0)
        {
            chain = Math.Max(FirstOwnChain, connection.QueryInteger(table.LastChain(), Phase) + 1);
        }
        else
        {
            var last = connection.Prepare(table.LastInChain(), Phase).Bind(1, chain);
            var exists = last.Step() && !last.IsNull(0);
            var next = exists ? last.Integer(0) + 1 : 0;
            last.Reset();
            if (!exists && place == 0)
            {
                return Refused(AddRecordOutcome.NoSuchChain, "chain_id");
            }

            place = place == 0 ? next : place;
            if (exists)
            {
                var type = connection.Prepare(table.TypeOfChain(), Phase).Bind(1, chain);
                values[IndexOf(table, "record_type")] = type.Step() ? type.Integer(0) : (long)RecordType.General;
                type.Reset();
            }
        }

        if (chain > int.MaxValue || place > int.MaxValue)
        {
            return Refused(AddRecordOutcome.Full, chain > int.MaxValue ? "chain_id" : "chain_n");
        }

        values[IndexOf(table, "chain_id")] = chain;
        values[IndexOf(table, "chain_n")] = place;
        var insert = connection.Prepare(table.InsertRecord(), Phase);
        for (var i = 0; i < values.Length; i++)
        {
            _ = values[i] switch
            {
                long integer => insert.Bind(i + 1, integer),
                double real => insert.Bind(i + 1, real),
                var text => insert.Bind(i + 1, (string?)text),
            };
        }

        var rc = insert.TryRun();
        if (rc != raw.SQLITE_OK)
        {
            return Refused(rc == raw.SQLITE_CONSTRAINT_UNIQUE ? AddRecordOutcome.ChainPlaceTaken : AddRecordOutcome.InvalidValue, rc == raw.SQLITE_CONSTRAINT_UNIQUE ? "chain_n" : null);
        }

        var id = connection.QueryInteger("SELECT last_insert_rowid()", Phase);
        var history = new HistoryWriter(connection);
        Note(
            history, table, id, record.Actor, "added", record.At, (RecordStatus)(long)values[IndexOf(table, "record_status")]!, (CallResult)(long)values[IndexOf(table, "call_result")]!,
            (long)values[IndexOf(table, "dial_sched_time")]!);
        history.Complete();
        return new AddedRecord(AddRecordOutcome.Added, new RecordId(id), (int)chain, (int)place);
    }

    private static int IndexOf(ListTable table, string column)
    {
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (string.Equals(table.Columns[i].Name, column, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        throw new InvariantBrokenException($"calling list {table.Definition.Name} has no column {column}");
    }

    private static AddedRecord Refused(AddRecordOutcome outcome, string? column) => new(outcome, default, 0, 0, column);

    private T Transact<T>(string phase, Func<SqliteConnection, T> work)
    {
        lock (writer)
        {
            using var connection = SqliteConnection.Open(options.Path, SqliteAccess.Write, options.BusyTimeoutMs, fullSync: true);
            options.FaultPoint?.Invoke(StorageRole.Store, connection);
            connection.Begin(phase);
            try
            {
                var result = work(connection);
                connection.Commit(phase);
                return result;
            }
            catch
            {
                connection.Rollback();
                throw;
            }
        }
    }
}
