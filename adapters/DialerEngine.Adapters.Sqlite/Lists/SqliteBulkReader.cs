using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Ports;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>Reads a list by record id. One statement is one snapshot, so a running engine changes nothing under it.</summary>
internal sealed class SqliteBulkReader : IListBulkReader
{
    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _rows;

    public SqliteBulkReader(SqliteConnection connection, ListTable table, RecordStatus? status)
    {
        _connection = connection;
        Columns = [.. table.Columns.Select(c => c.Name)];
        _rows = connection.Prepare(
            $"SELECT {table.ColumnList} FROM {table.Quoted} {(status is null ? "" : "WHERE record_status = ?1 ")}ORDER BY record_id", "reading a list");
        if (status is { } wanted)
        {
            _rows.Bind(1, (int)wanted);
        }
    }

    public IReadOnlyList<string> Columns { get; }

    public bool Read() => _rows.Step();

    public ReadOnlySpan<byte> Text(int column) => _rows.AsText(column);

    public void Dispose() => _connection.Dispose();
}
