using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>Gathers the records of one transaction's fetches and writes a row for each fetch.</summary>
internal sealed class FetchLogWriter(SqliteConnection connection)
{
    /// <summary>Records of a row at most; a larger fetch gets several.</summary>
    private const int MostOfRow = 1_000;

    private const string Phase = "writing what was fetched";
    private readonly byte[] _records = new byte[MostOfRow * FetchLog.MaxOctets];
    private SqliteStatement? _insert;
    private SqliteStatement? _prune;
    private (long List, int Group, long At) _fetch;
    private int _count;
    private int _length;
    private long _last;
    private long _lowest;
    private long _highest;

    public void Add(long listKey, CallRecord record, long atUnixMs)
    {
        var fetch = (listKey, record.GroupId, atUnixMs);
        if (_count == MostOfRow || (_count > 0 && fetch != _fetch))
        {
            Insert();
        }

        var id = record.Id.Value;
        if (_count == 0)
        {
            _fetch = fetch;
            (_lowest, _highest) = (id, id);
        }

        _length += FetchLog.Append(_records.AsSpan(_length), _last, id);
        _last = id;
        _lowest = Math.Min(_lowest, id);
        _highest = Math.Max(_highest, id);
        _count++;
    }

    /// <summary>Writes what was gathered; within the transaction that took the records.</summary>
    public void Write()
    {
        if (_count > 0)
        {
            Insert();
        }
    }

    private void Insert()
    {
        _insert ??= connection.Prepare(FetchLog.InsertSql, Phase);
        _insert.Bind(1, _fetch.List).Bind(2, _fetch.At).Bind(3, _fetch.Group).Bind(4, _count).Bind(5, _lowest).Bind(6, _highest)
            .BindBlob(7, _records.AsSpan(0, _length)).Run();
        (_count, _length, _last) = (0, 0, 0);
        _prune ??= connection.Prepare(FetchLog.PruneSql, Phase);
        _prune.Bind(1, FetchLog.MaxRecords).Run();
    }
}
