using System.Text;
using System.Text.Json;
using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Lists;
using DialerEngine.Adapters.Sqlite.Outbox;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using DialerEngine.Core.Treatments;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace DialerEngine.Adapters.Sqlite.Journal;

/// <summary>
/// Writes batches of entries, each batch in one flushed transaction: the attempt's row and the record's new state together. An
/// entry that has been applied already changes nothing, so a batch may be written again after a doubtful commit.
/// </summary>
internal sealed class JournalTransaction : IDisposable
{
    private readonly SqliteStorageOptions _options;
    private readonly ListCatalog _catalog;
    private readonly ILogger _logger;
    private readonly SqliteConnection _connection;
    private readonly AttemptStatements _attempts;
    private readonly Dictionary<ListTable, ListStatements> _lists = [];
    private readonly SqliteStatement _refuse;
    private readonly OutboxWriter? _outbox;
    private readonly HistoryWriter _history;

    public JournalTransaction(SqliteStorageOptions options, ListCatalog catalog, ILogger logger)
    {
        _options = options;
        _catalog = catalog;
        _logger = logger;
        _connection = SqliteConnection.Open(options.Path, SqliteAccess.Write, options.BusyTimeoutMs, fullSync: true);
        try
        {
            Checkpointer.Prepare(_connection);
            _attempts = new AttemptStatements(_connection);
            _history = new HistoryWriter(_connection);
            _refuse = _connection.Prepare(
                "INSERT INTO refused_change (at, attempt_guid, list_id, record_id, column_name, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                "noting a refused change");
            _outbox = options.Outbox is { } hook ? new OutboxWriter(_connection, hook) : null;
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes all entries durable, or none.</summary>
    /// <exception cref="StorageFaultException">Nothing was written.</exception>
    public void Write(ReadOnlySpan<JournalEntry> entries)
    {
        _options.FaultPoint?.Invoke(StorageRole.Journal, _connection);
        _connection.Begin("beginning a journal commit");
        try
        {
            for (var i = 0; i < entries.Length; i++)
            {
                Apply(in entries[i]);
            }

            _history.Complete();
            _connection.Commit("committing the journal");
        }
        catch
        {
            _connection.Rollback();
            throw;
        }

        _outbox?.Announce();
    }

    public void Dispose() => _connection.Dispose();

    private void Apply(in JournalEntry entry)
    {
        var list = FindList(in entry);
        switch (entry.Kind)
        {
            case JournalEntryKind.AttemptStarted:
                if (_attempts.Start(in entry, list?.Table.Key))
                {
                    _outbox?.Add(in entry, 0);
                }

                break;
            case JournalEntryKind.AttemptConnected:
                _attempts.Connect(in entry);
                break;
            case JournalEntryKind.AttemptFinished:
                // False where the attempt has its result already: then the record has its state already, too.
                if (_attempts.Finish(in entry, list?.Table.Key, FieldsAsJson(entry.FieldUpdates)))
                {
                    _outbox?.Add(in entry, 1);
                    if (list is not null)
                    {
                        UpdateRecord(in entry, list);
                    }
                }

                break;
            case JournalEntryKind.AttemptWithdrawn:
                if (_attempts.Withdraw(in entry))
                {
                    _outbox?.Withdraw(in entry);
                    if ((entry.Rule != Core.Compliance.RuleReason.None || entry.RecordStatus == RecordStatus.Retrieved) && list is not null)
                    {
                        // A rule's word about the record, or a record that stays with the agent who dialled it.
                        UpdateRecord(in entry, list);
                    }
                    else
                    {
                        ReturnRecord(in entry, list);
                    }

                    Note(in entry, list, HistoryTable.Withdrawn);
                }

                break;
            case JournalEntryKind.RecordReturned:
                ReturnRecord(in entry, list);
                Note(in entry, list, HistoryTable.Returned);
                break;
            case JournalEntryKind.RecordUpdated:
                if (list is not null)
                {
                    UpdateRecord(in entry, list);
                    Note(in entry, list, HistoryTable.Updated);
                }

                // A dial that was refused has an identity and no dial: it is reported as complete.
                if (entry.Attempt != default)
                {
                    _outbox?.Add(in entry, 1);
                }

                break;
            default:
                throw new InvariantBrokenException($"journal entry of kind {(int)entry.Kind}");
        }
    }

    private void Note(in JournalEntry entry, ListStatements? list, int kind)
    {
        if (list is not null)
        {
            _history.Write(list.Table.Key, in entry, kind);
        }
    }

    private static void ReturnRecord(in JournalEntry entry, ListStatements? list) =>
        list?.Return.Bind(1, entry.Record.Value).Bind(2, entry.Group.Value).Bind(3, entry.ApplicationId).Run();

    private ListStatements? FindList(in JournalEntry entry)
    {
        if (!_catalog.TryFind(entry.List, out var table))
        {
            Refuse(in entry, null, $"there is no calling list number {entry.List}");
            return null;
        }

        if (!_lists.TryGetValue(table, out var statements))
        {
            statements = new ListStatements(_connection, table);
            _lists.Add(table, statements);
        }

        return statements;
    }

    private void UpdateRecord(in JournalEntry entry, ListStatements list)
    {
        var rc = list.Update
            .Bind(1, entry.Record.Value).Bind(2, (int)entry.RecordType).Bind(3, (int)entry.RecordStatus).Bind(4, (int)entry.RecordResult)
            .Bind(5, entry.Attempts).Bind(6, entry.DialScheduledTime).Bind(7, entry.CallTime).Bind(8, entry.CallbackAgent ?? entry.AgentLoginId)
            .Bind(9, entry.Treatments).TryRun();
        if (rc != raw.SQLITE_OK)
        {
            Refuse(in entry, null, $"the list's table refused the record's state (SQLite code {rc})");
        }
        else if (_connection.Changes == 0)
        {
            Refuse(in entry, null, "the list has no such record");
        }

        if (entry.FieldUpdates is { } updates)
        {
            for (var i = 0; i < updates.Count; i++)
            {
                UpdateField(in entry, list, updates[i].Key, updates[i].Value);
            }
        }

        if (entry.Chain != ChainOperation.None)
        {
            ChangeChain(in entry, list);
        }
    }

    private static void ChangeChain(in JournalEntry entry, ListStatements list)
    {
        var statement = list.ForChain(entry.Chain).Bind(1, entry.Record.Value);
        if (entry.Chain == ChainOperation.UpdateAll)
        {
            statement.Bind(2, (int)entry.RecordResult);
        }
        else if (entry.Chain == ChainOperation.Next)
        {
            statement.Bind(2, entry.ChainScheduledTime);
        }

        statement.Run();
    }

    private void UpdateField(in JournalEntry entry, ListStatements list, string name, object? value)
    {
        if (!list.Table.TryFindColumn(name, out var column) || !column.IsUpdatable)
        {
            Refuse(in entry, name, "the list has no column of this name that may be changed");
            return;
        }

        if (!ListValue.TryFit(column, value, out var fitted))
        {
            Refuse(in entry, name, $"the column ({column.Kind}) cannot hold the value");
            return;
        }

        var statement = list.ForColumn(column).Bind(1, entry.Record.Value);
        _ = fitted switch
        {
            long integer => statement.Bind(2, integer),
            double real => statement.Bind(2, real),
            _ => statement.Bind(2, (string?)fitted),
        };
        var rc = statement.TryRun();
        if (rc != raw.SQLITE_OK)
        {
            Refuse(in entry, name, $"the list's table refused the value (SQLite code {rc})");
        }
    }

    private void Refuse(in JournalEntry entry, string? column, string reason)
    {
        const int LongestName = 256;
        _refuse.Bind(1, entry.At).Bind(2, entry.Attempt.Value).Bind(3, entry.List.Value).Bind(4, entry.Record.Value)
            .Bind(5, column?.Length > LongestName ? column[..LongestName] : column).Bind(6, reason).Run();
        SqliteLog.ChangeRefused(_logger, entry.List.Value, entry.Record.Value, reason);
    }

    private static string? FieldsAsJson(IReadOnlyList<KeyValuePair<string, object?>>? fields)
    {
        if (fields is null || fields.Count == 0)
        {
            return null;
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in fields)
            {
                json.WritePropertyName(name);
                switch (value)
                {
                    case null:
                        json.WriteNullValue();
                        break;
                    case long integer:
                        json.WriteNumberValue(integer);
                        break;
                    case int integer:
                        json.WriteNumberValue(integer);
                        break;
                    case double real when double.IsFinite(real):
                        json.WriteNumberValue(real);
                        break;
                    default:
                        json.WriteStringValue(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture));
                        break;
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private sealed class ListStatements(SqliteConnection connection, ListTable table)
    {
        private const string Phase = "updating a record";
        private readonly Dictionary<ListColumn, SqliteStatement> _columns = [];

        public ListTable Table => table;

        public SqliteStatement Update { get; } = connection.Prepare(table.UpdateState(), Phase);

        public SqliteStatement Return { get; } = connection.Prepare(table.ReturnRecord(), "returning a record");

        private readonly Dictionary<ChainOperation, SqliteStatement> _chains = [];

        public SqliteStatement ForChain(ChainOperation operation)
        {
            if (!_chains.TryGetValue(operation, out var statement))
            {
                statement = connection.Prepare(table.ChangeChain(operation), "updating a chain");
                _chains.Add(operation, statement);
            }

            return statement;
        }

        public SqliteStatement ForColumn(ListColumn column)
        {
            if (!_columns.TryGetValue(column, out var statement))
            {
                statement = connection.Prepare(table.UpdateColumn(column), Phase);
                _columns.Add(column, statement);
            }

            return statement;
        }
    }
}
