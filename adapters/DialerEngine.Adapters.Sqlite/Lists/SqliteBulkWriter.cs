using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using SQLitePCL;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>
/// One import: one transaction, one insert statement that binds only what rows bring; the other columns are constants in it. Where
/// the list was empty its indexes are built after the rows: sorting once costs a third of keeping them in order row by row.
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

        // Pages of an import that are not written yet stay in memory, up to this, in KiB; what is beyond is written twice.
        connection.Execute("PRAGMA cache_size=-262144", Phase);
        connection.Begin(Phase);
        connection.Execute(table.CreateDueIndex(), Phase);
        connection.Execute(table.CreateFreshIndex(), Phase);
        connection.Execute(table.CreateClosedIndex(), Phase);
        connection.Execute(table.DropReadyIndex(), Phase);
        WasEmpty = connection.QueryInteger($"SELECT count(*) FROM (SELECT 1 FROM {table.Quoted} LIMIT 1)", Phase) == 0;
        _nextChain = Math.Max(FirstOwnChain, connection.QueryInteger($"SELECT max(chain_id) FROM {table.Quoted}", Phase) + 1);
        if (WasEmpty)
        {
            connection.Execute(table.DropClosedIndex(), Phase);
            connection.Execute(table.DropDueIndex(), Phase);
            connection.Execute(table.DropFreshIndex(), Phase);
            connection.Execute(table.DropContactIndex(), Phase);
            if (_chainCell < 0)
            {
                connection.Execute(table.DropChainIndex(), Phase);
            }
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

    public unsafe ImportFault Write(ReadOnlySpan<ListCell> cells, ReadOnlySpan<byte> text)
    {
        Invariant.That(cells.Length == _columns.Length);
        var statement = _insert.Pointer;
        var rc = 0;
        fixed (byte* start = text)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                ref readonly var cell = ref cells[i];
                Invariant.That(cell.Kind != ListCellKind.Text || (uint)cell.Offset + (uint)cell.Length <= (uint)text.Length);
                rc |= cell.Kind switch
                {
                    ListCellKind.Text => SqliteNative.BindText(statement, i + 1, start + cell.Offset, cell.Length, 0),
                    ListCellKind.Integer => SqliteNative.BindInteger(statement, i + 1, cell.Bits),
                    ListCellKind.Real => SqliteNative.BindReal(statement, i + 1, cell.Real),
                    _ => BindDefault(i),
                };
            }

            if (_chainCell < 0 || cells[_chainCell].Kind == ListCellKind.Default)
            {
                if (_nextChain > int.MaxValue)
                {
                    return ImportFault.Refused;
                }

                rc |= SqliteNative.BindInteger(statement, _ownChainParameter, _nextChain);
                _nextChain++;
            }

            _connection.Check(rc, Phase);
            rc = SqliteNative.Step(statement);
            if (rc == raw.SQLITE_DONE)
            {
                _ = SqliteNative.Reset(statement);
                return ImportFault.None;
            }
        }

        return Refused(rc);
    }

    public void Commit()
    {
        if (WasEmpty)
        {
            const string Building = "building the indexes of an imported list";
            _connection.Execute(_table.CreateClosedIndex(), Building);
            _connection.Execute(_table.CreateDueIndex(), Building);
            _connection.Execute(_table.CreateFreshIndex(), Building);
            _connection.Execute(_table.CreateContactIndex(), Building);

            // Chains that a file brings are checked row by row, so their index is there already.
            if (_chainCell < 0)
            {
                _connection.Execute(_table.CreateChainIndex(), Building);
            }
        }

        _connection.Commit("committing an import");
    }

    public void Dispose()
    {
        _connection.Rollback();
        _connection.Dispose();
    }

    private ImportFault Refused(int rc)
    {
        try
        {
            if (SqliteStatus.FaultOf(rc) != StorageFault.Refused)
            {
                _connection.Check(rc, Phase);
            }
        }
        finally
        {
            _insert.Reset();
        }

        return rc switch
        {
            raw.SQLITE_CONSTRAINT_PRIMARYKEY or raw.SQLITE_CONSTRAINT_ROWID => ImportFault.RecordIdTaken,
            raw.SQLITE_CONSTRAINT_UNIQUE => ImportFault.ChainPlaceTaken,
            _ => ImportFault.Refused,
        };
    }

    private int BindDefault(int cell)
    {
        if (cell == _recordIdCell)
        {
            _insert.BindNull(cell + 1);
            return 0;
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

        return 0;
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
