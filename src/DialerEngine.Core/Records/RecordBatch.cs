namespace DialerEngine.Core;

/// <summary>
/// A tray of pooled records: its group hands it out empty, a store fills it from the front, the group takes the records and puts
/// emptied ones back. One tray is under way at a time.
/// </summary>
public sealed class RecordBatch
{
    private readonly CallRecord[] _records;

    /// <param name="capacity">Records at most in one fetch, 1 to 10,000.</param>
    public RecordBatch(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 10_000);
        _records = new CallRecord[capacity];
        for (var i = 0; i < capacity; i++)
        {
            _records[i] = new CallRecord();
        }
    }

    public int Capacity => _records.Length;

    /// <summary>How many records a store has filled.</summary>
    public int Count { get; set; }

    /// <summary>True where the store stopped before it had looked at all records that might be taken: asking again at once may give more.</summary>
    public bool IsUnfinished { get; set; }

    /// <summary>A record of the tray, filled or empty.</summary>
    public CallRecord this[int index] => _records[index];

    /// <summary>Takes a filled record out and leaves an emptied one in its place.</summary>
    public CallRecord Exchange(int index, CallRecord emptied)
    {
        var taken = _records[index];
        _records[index] = emptied;
        return taken;
    }
}
