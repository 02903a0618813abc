using DialerEngine.Adapters.Sqlite.Interop;
using DialerEngine.Core.Filters;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>How far the reading of a bucket has come, from fetch to fetch.</summary>
internal sealed class BucketPosition
{
    /// <summary>Records that do not pass are read again with every fetch while they are no more than this.</summary>
    public const int CheapRejects = 500;

    /// <summary>A bucket that was read to its end is read again from its beginning after this, seconds.</summary>
    public const int RescanSeconds = 60;

    /// <summary>... and one that was not, after this.</summary>
    public const int LongRescanSeconds = 900;

    private SourceKey? _key;
    private long _rejected;
    private long _since;
    private bool _atEnd;

    /// <summary>Where to go on; null for the beginning. Records that come back behind it are found by the next pass.</summary>
    public SourceKey? Resume(long now)
    {
        var age = now - _since;
        if (_rejected <= CheapRejects || age < 0 || age >= (_atEnd ? RescanSeconds : LongRescanSeconds))
        {
            _key = null;
            _rejected = 0;
            _since = now;
        }

        _atEnd = false;
        return _key;
    }

    public void Passed(SourceKey key, bool rejected)
    {
        _key = key;
        _rejected += rejected ? 1 : 0;
    }

    public void Ended() => _atEnd = true;
}

/// <summary>Reads a bucket's records in order up to the next that passes. Its statements are reset when it is disposed.</summary>
internal sealed class BucketReader : IDisposable
{
    private readonly RecordSource _source;
    private readonly BucketPosition _position;
    private readonly StatementPool _pool;
    private readonly RecordFilter? _filter;
    private readonly long _now;
    private readonly int _columns;
    private readonly List<SourceStage> _stages;
    private int _stage;
    private int _budget;
    private string? _sql;
    private SqliteStatement? _rows;

    public BucketReader(RecordSource source, in Bucket bucket, BucketPosition position, StatementPool pool, RecordFilter? filter, long now, int columns, int budget)
    {
        _source = source;
        Bucket = bucket;
        _position = position;
        _pool = pool;
        _filter = filter;
        _now = now;
        _columns = columns;
        _budget = budget;
        _stages = source.StagesAfter(position.Resume(now));
        Advance();
    }

    public Bucket Bucket { get; }

    /// <summary>Key of the record that is on; null where there is none.</summary>
    public SourceKey? Head { get; private set; }

    /// <summary>True where the reading stopped for its budget.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The statement, on the row of the head.</summary>
    public SqliteStatement Row => _rows!;

    /// <summary>Leaves the head behind and looks for the next record that passes.</summary>
    public void Advance()
    {
        if (Head is { } taken)
        {
            _position.Passed(taken, rejected: false);
            Head = null;
        }

        while (true)
        {
            if (_budget <= 0)
            {
                IsCut = true;
                return;
            }

            if (_rows is null && !Open())
            {
                _position.Ended();
                return;
            }

            if (!_rows!.Step())
            {
                Close();
                continue;
            }

            _budget--;
            var key = Key();
            if (_rows.Integer(_columns) == 1)
            {
                Head = key;
                return;
            }

            _position.Passed(key, rejected: true);
        }
    }

    public void Dispose() => Close();

    private bool Open()
    {
        if (_stage >= _stages.Count)
        {
            return false;
        }

        var parameters = new SqlParameters();
        _sql = _source.Select(Bucket, _now, _filter, _stages[_stage++], parameters);
        _rows = _pool.Take(_sql);
        parameters.BindTo(_rows);
        return true;
    }

    private void Close()
    {
        if (_rows is not null)
        {
            _rows.Reset();
            _pool.Give(_sql!, _rows);
            _rows = null;
        }
    }

    private SourceKey Key()
    {
        var order = _source.Order;
        var values = order.Count == 0 ? [] : new object?[order.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = RecordReader.Value(_rows!, order[i].Column.Index);
        }

        return new SourceKey(values, _rows!.Integer(0));
    }
}

/// <summary>Prepared statements by their text. A connection's; emptied when it grows beyond its bound.</summary>
internal sealed class StatementPool(SqliteConnection connection)
{
    private readonly Dictionary<string, Stack<SqliteStatement>> _idle = [];

    public SqliteStatement Take(string sql) =>
        _idle.TryGetValue(sql, out var idle) && idle.TryPop(out var statement) ? statement : connection.Prepare(sql, "fetching records");

    public void Give(string sql, SqliteStatement statement)
    {
        if (!_idle.TryGetValue(sql, out var idle))
        {
            _idle.Add(sql, idle = new Stack<SqliteStatement>());
        }

        idle.Push(statement);
    }

    /// <summary>True where so many texts have been prepared that the connection should be opened anew.</summary>
    public bool IsFull => _idle.Count > 1_024;
}
