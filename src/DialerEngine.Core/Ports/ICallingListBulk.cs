using DialerEngine.Core.Lists;

namespace DialerEngine.Core.Ports;

/// <summary>Writes and reads whole calling lists, for import and export.</summary>
public interface ICallingListBulk
{
    /// <summary>Begins to write rows into a list that exists. All rows become visible with the commit, or none ever does.</summary>
    /// <param name="list">Name of the list.</param>
    /// <param name="columns">The columns that rows bring, by name; the others get their defaults.</param>
    /// <exception cref="StorageFaultException">The store cannot begin; Schema where there is no such list or column.</exception>
    IListBulkWriter BeginWrite(string list, IReadOnlyList<string> columns);

    /// <summary>Reads a list by record id, as it was at one moment.</summary>
    /// <param name="list">Name of the list.</param>
    /// <param name="status">Only records of this status; null for all.</param>
    /// <exception cref="StorageFaultException">Schema where there is no such list.</exception>
    IListBulkReader BeginRead(string list, RecordStatus? status);
}

/// <summary>One transaction of rows. Disposed without a commit it leaves nothing behind. Used by one thread at a time.</summary>
public interface IListBulkWriter : IDisposable
{
    /// <summary>True when the list already holds this contact, from before or from this transaction.</summary>
    bool Contains(ReadOnlySpan<byte> contactInfo);

    /// <summary>True while nothing was in the list before this transaction: then only the rows themselves can repeat a number.</summary>
    bool WasEmpty { get; }

    /// <summary>
    /// Writes a row. A row without a <c>record_id</c> gets the next one, a row without a <c>chain_id</c> a chain of its own.
    /// </summary>
    /// <param name="cells">One cell for each of the columns named at the beginning.</param>
    /// <param name="text">The octets that text cells point into.</param>
    /// <returns>None, or ChainPlaceTaken, RecordIdTaken or Refused; then the row was not written and the transaction goes on.</returns>
    ImportFault Write(ReadOnlySpan<ListCell> cells, ReadOnlySpan<byte> text);

    /// <summary>Makes all rows visible and durable.</summary>
    void Commit();
}

/// <summary>Reads rows one after the other. Disposing ends the reading.</summary>
public interface IListBulkReader : IDisposable
{
    /// <summary>Column names in table order.</summary>
    IReadOnlyList<string> Columns { get; }

    bool Read();

    /// <summary>The value as UTF-8 text, valid until the next read; empty for no value.</summary>
    ReadOnlySpan<byte> Text(int column);
}
