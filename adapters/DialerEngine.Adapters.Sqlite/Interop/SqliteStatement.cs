using System.Text;
using SQLitePCL;

namespace DialerEngine.Adapters.Sqlite.Interop;

/// <summary>A prepared statement that is bound, stepped and reset over and over. Binding text allocates nothing once warm.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _handle;
    private readonly string _phase;
    private byte[] _text = new byte[256];

    internal SqliteStatement(SqliteConnection connection, sqlite3_stmt handle, string phase)
    {
        _connection = connection;
        _handle = handle;
        _phase = phase;
        Pointer = ((System.Runtime.InteropServices.SafeHandle)handle).DangerousGetHandle();
    }

    /// <summary>The library's own pointer, for <see cref="SqliteNative"/>; valid as long as the statement.</summary>
    internal nint Pointer { get; }

    public SqliteStatement Bind(int index, long value)
    {
        _connection.Check(raw.sqlite3_bind_int64(_handle, index, value), _phase);
        return this;
    }

    public SqliteStatement Bind(int index, double value)
    {
        _connection.Check(raw.sqlite3_bind_double(_handle, index, value), _phase);
        return this;
    }

    public SqliteStatement BindNull(int index)
    {
        _connection.Check(raw.sqlite3_bind_null(_handle, index), _phase);
        return this;
    }

    public SqliteStatement Bind(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (most > _text.Length)
        {
            _text = new byte[most];
        }

        return BindText(index, _text.AsSpan(0, Encoding.UTF8.GetBytes(value, _text)));
    }

    /// <summary>Binds text that is UTF-8 already; SQLite copies it.</summary>
    public SqliteStatement BindText(int index, ReadOnlySpan<byte> utf8)
    {
        _connection.Check(utf8.IsEmpty ? BindEmpty(index) : raw.sqlite3_bind_text(_handle, index, utf8), _phase);
        return this;
    }

    /// <summary>Binds octets as they are; SQLite copies them. Not empty.</summary>
    public SqliteStatement BindBlob(int index, ReadOnlySpan<byte> octets)
    {
        _connection.Check(raw.sqlite3_bind_blob(_handle, index, octets), _phase);
        return this;
    }

    /// <summary>Binds 16 bytes in network order, so that time-ordered identities stay in order in an index.</summary>
    public SqliteStatement Bind(int index, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        _connection.Check(raw.sqlite3_bind_blob(_handle, index, bytes), _phase);
        return this;
    }

    /// <summary>True when there is a row to read. After the last row, or a fault, the statement is reset and can be bound again.</summary>
    public bool Step()
    {
        var rc = raw.sqlite3_step(_handle);
        if (rc == raw.SQLITE_ROW)
        {
            return true;
        }

        Finish(rc, _phase);
        return false;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Run() => Run(_phase);

    public void Run(string phase)
    {
        int rc;
        do
        {
            rc = raw.sqlite3_step(_handle);
        }
        while (rc == raw.SQLITE_ROW);
        Finish(rc, phase);
    }

    /// <summary>Runs a statement and gives its return code instead of throwing where the database refuses the row (constraints).</summary>
    public int TryRun()
    {
        var rc = raw.sqlite3_step(_handle);
        if (SqliteStatus.FaultOf(rc) == Core.Ports.StorageFault.Refused)
        {
            _ = raw.sqlite3_reset(_handle);
            return rc;
        }

        Finish(rc, _phase);
        return raw.SQLITE_OK;
    }

    /// <summary>Ends reading before the last row.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public int TypeOf(int column) => raw.sqlite3_column_type(_handle, column);

    public long Integer(int column) => raw.sqlite3_column_int64(_handle, column);

    public int Int(int column)
    {
        var value = raw.sqlite3_column_int64(_handle, column);
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : 0;
    }

    public double Real(int column) => raw.sqlite3_column_double(_handle, column);

    /// <summary>The column's bytes (UTF-8 for text), valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_handle, column);

    /// <summary>The column's value as UTF-8 text, numbers converted, valid until the next step.</summary>
    public ReadOnlySpan<byte> AsText(int column)
    {
        // Asking for text converts the value in place; its octets are then read without building a string.
        _ = raw.sqlite3_column_text(_handle, column);
        return raw.sqlite3_column_blob(_handle, column);
    }

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public Guid Identity(int column) => new(Bytes(column), bigEndian: true);

    public void Dispose() => _handle.Dispose();

    private unsafe int BindEmpty(int index)
    {
        // The binding layer hands an empty span over as a null pointer, which SQLite takes for NULL. Minus one: SQLite copies (SQLITE_TRANSIENT).
        byte nothing = 0;
        return SqliteNative.BindText(Pointer, index, &nothing, 0, -1);
    }

    private void Finish(int rc, string phase)
    {
        if (rc == raw.SQLITE_DONE)
        {
            _ = raw.sqlite3_reset(_handle);
            return;
        }

        // The message is read before the reset, which may replace it.
        try
        {
            _connection.Check(rc, phase);
        }
        finally
        {
            _ = raw.sqlite3_reset(_handle);
        }
    }
}
