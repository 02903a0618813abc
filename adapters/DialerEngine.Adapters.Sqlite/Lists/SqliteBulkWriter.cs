using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using SQLitePCL;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>
/// One import: one transaction, one insert statement that binds only what rows bring; the other columns are constants in it. The
/// index of contacts, the only one that new rows do not extend at its end, is built after the rows where the list was empty.
/// </summary>
internal sealed class SqliteBulkWriter : IListBulkWriter
{
    private const string Phase = "importing records";

    // Chains that records get for themselves are numbered from here, out of the way of chains that files bring along.
    private const long FirstOwnChain = 1 << 30;

    private readonly SqliteConnection _connection;
    private readonly ListTable _table;
    private readonly ListColumn[] _columns;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _contains;
    private readonly int _recordIdCell;
    private readonly int _chainCell;
    private readonly int _ownChainParameter;
    private long _nextChain;

    public SqliteBulkWriter(SqliteConnection connection, ListTable table, IReadOnlyList<string> columns)
    {
        _connection = connection;
        _table = table;
        _columns = new ListColumn[columns.Count];
        for (var i = 0; i < columns.Count; i++)
        {
            if (!table.TryFindColumn(columns[i], out _columns[i]))
            {
                throw new StorageFaultException(
                    StorageFault.Schema, $"{connection.Path}: calling list {table.Definition.Name} has no column {columns[i]}.");
            }
        }

        _recordIdCell = Array.FindIndex(_columns, c => c.Name == "record_id");
        _chainCell = Array.FindIndex(_columns, c => c.Name == "chain_id");
        _ownChainParameter = _chainCell >= 0 ? _chainCell + 1 : _columns.Length + 1;

        // Pages of an import that are not written yet stay in memory, up to this, in KiB.
        connection.Execute("PRAGMA cache_size=-65536", Phase);
        connection.Begin(Phase);
        WasEmpty = connection.QueryInteger($"SELECT count(*) FROM (SELECT 1 FROM {table.Quoted} LIMIT 1)", Phase) == 0;
        _nextChain = Math.Max(FirstOwnChain, connection.QueryInteger($"SELECT max(chain_id) FROM {table.Quoted}", Phase) + 1);
        if (WasEmpty)
        {
            connection.Execute(table.DropContactIndex(), Phase);
        }

        _insert = connection.Prepare(InsertSql(), Phase);
        _contains = connection.Prepare($"SELECT 1 FROM {table.Quoted} WHERE contact_info = ?1", Phase);
    }

    public bool WasEmpty { get; }

    public bool Contains(ReadOnlySpan<byte> contactInfo)
    {
        var found = _contains.BindText(1, contactInfo).Step();
        _contains.Reset();
        return found;
    }

    public ImportFault Write(ReadOnlySpan<ListCell> cells, ReadOnlySpan<byte> text)
    {
        Invariant.That(cells.Length == _columns.Length);
        for (var i = 0; i < cells.Length; i++)
        {
            ref readonly var cell = ref cells[i];
            switch (cell.Kind)
            {
                case ListCellKind.Text:
                    _insert.BindText(i + 1, text.Slice(cell.Offset, cell.Length));
                    break;
                case ListCellKind.Integer:
                    _insert.Bind(i + 1, cell.Bits);
                    break;
                case ListCellKind.Real:
                    _insert.Bind(i + 1, cell.Real);
                    break;
                default:
                    BindDefault(i);
                    break;
            }
        }

        if (_chainCell < 0 || cells[_chainCell].Kind == ListCellKind.Default)
        {
            if (_nextChain > int.MaxValue)
            {
                return ImportFault.Refused;
            }

            _insert.Bind(_ownChainParameter, _nextChain);
            _nextChain++;
        }

        return _insert.TryRun() switch
        {
            raw.SQLITE_OK => ImportFault.None,
            raw.SQLITE_CONSTRAINT_PRIMARYKEY or raw.SQLITE_CONSTRAINT_ROWID => ImportFault.RecordIdTaken,
            raw.SQLITE_CONSTRAINT_UNIQUE => ImportFault.ChainPlaceTaken,
            _ => ImportFault.Refused,
        };
    }

    public void Commit()
    {
        if (WasEmpty)
        {
            _connection.Execute(_table.CreateContactIndex(), "building the index of contacts");
        }

        _connection.Commit("committing an import");
    }

    public void Dispose()
    {
        _connection.Rollback();
        _connection.Dispose();
    }

    private void BindDefault(int cell)
    {
        if (cell == _recordIdCell)
        {
            _insert.BindNull(cell + 1);
            return;
        }

        switch (_columns[cell].Default)
        {
            case long integer:
                _insert.Bind(cell + 1, integer);
                break;
            case double real:
                _insert.Bind(cell + 1, real);
                break;
            case string text:
                _insert.Bind(cell + 1, text);
                break;
            default:
                _insert.BindNull(cell + 1);
                break;
        }
    }

    private string InsertSql()
    {
        var values = _table.Columns.Select(column =>
        {
            var bound = Array.IndexOf(_columns, column);
            return column.Name switch
            {
                _ when bound >= 0 => $"?{bound + 1}",
                "record_id" => "NULL",
                "chain_id" => $"?{_ownChainParameter}",
                _ => ListTable.Literal(column.Default),
            };
        });
        return $"INSERT INTO {_table.Quoted} ({_table.ColumnList}) VALUES ({string.Join(", ", values)})";
    }
}
