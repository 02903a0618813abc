using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Ports;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>Import and export of whole lists, each on a connection of its own.</summary>
internal sealed class SqliteBulk(SqliteStorageOptions options) : ICallingListBulk
{
    public IListBulkWriter BeginWrite(string list, IReadOnlyList<string> columns)
    {
        var connection = SqliteConnection.Open(options.Path, SqliteAccess.Write, options.BusyTimeoutMs, fullSync: true);
        try
        {
            options.FaultPoint?.Invoke(StorageRole.Import, connection);
            return new SqliteBulkWriter(connection, Find(connection, list), columns);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public IListBulkReader BeginRead(string list, RecordStatus? status)
    {
        var connection = SqliteConnection.Open(options.Path, SqliteAccess.Read, options.BusyTimeoutMs, fullSync: false);
        try
        {
            return new SqliteBulkReader(connection, Find(connection, list), status);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private ListTable Find(SqliteConnection connection, string list)
    {
        if (ListCatalog.Read(connection, list) is { } table)
        {
            return table;
        }

        var known = string.Join(", ", ListCatalog.ReadAll(connection).Take(20).Select(t => t.Definition.Name));
        throw new StorageFaultException(
            StorageFault.Schema, $"{options.Path}: there is no calling list \"{list}\"; {(known.Length == 0 ? "the file has none" : $"there are {known}")}.");
    }
}
