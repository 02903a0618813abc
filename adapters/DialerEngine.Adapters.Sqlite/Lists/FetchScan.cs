using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Ports;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>
/// Finds the next records of one list for one group. Ready records are kept by type, zone and window in the indexes; a fetch reads the open
/// ones side by side, merges them in order, and looks at a bounded number of records. Nothing is marked here.
/// </summary>
internal sealed class FetchScan
{
    /// <summary>Records that one fetch looks at, at most about this many.</summary>
    public const int RowBudget = 20_000;

    /// <summary>... and where the list has an order: its records lie scattered, and each that is looked at costs a page of its own.</summary>
    public const int ScatteredRowBudget = 5_000;

    /// <summary>Buckets of a list at most; those beyond it wait until others are empty.</summary>
    public const int MaxBuckets = 4_096;

    /// <summary>Buckets that one fetch reads side by side; more take turns.</summary>
    public const int MaxOpen = 256;

    private const int FewBuckets = 32;
    private const int BucketsKeptSeconds = 10;
    private readonly ListTable _table;
    private readonly SourceState _due;
    private readonly SourceState _fresh;

    public FetchScan(ListTable table, RecordFilter? filter, RecordOrder? order)
    {
        _table = table;
        FilterText = filter?.Text;
        OrderText = order?.Text;
        _due = new SourceState(RecordSource.Due(table), table.Columns.Count);
        _fresh = new SourceState(RecordSource.Fresh(table, order), table.Columns.Count);
    }

    public string? FilterText { get; }

    public string? OrderText { get; }

    /// <summary>Fills the tray with records that may be taken.</summary>
    public void Fill(StatementPool pool, in FetchRequest request, int limit, RecordBatch into)
    {
        using var due = Open(_due, pool, request);
        using var fresh = Open(_fresh, pool, request);
        var reserved = (int)((((long)limit * Math.Clamp(request.FreshPercent, 0, 100)) + 99) / 100);
        Take(due, request, Math.Max(into.Count, limit - reserved), into);
        Take(fresh, request, limit, into);
        Take(due, request, limit, into);
        into.IsUnfinished = into.Count < limit && (due.IsUnfinished || fresh.IsUnfinished);
        _due.WasShort = _fresh.WasShort = into.Count < limit;
    }

    private static MergedReaders Open(SourceState state, StatementPool pool, in FetchRequest request)
    {
        state.RefreshBuckets(pool, request.NowUnixSeconds);
        return new MergedReaders(state, pool, request);
    }

    private void Take(MergedReaders readers, in FetchRequest request, int limit, RecordBatch into)
    {
        while (into.Count < limit && readers.Best(request.Priorities) is { } best)
        {
            RecordReader.Fill(into[into.Count], best.Row, _table, request.List);
            into.Count++;
            best.Advance();
        }
    }

    private sealed class SourceState(RecordSource source, int columns)
    {
        private readonly Dictionary<Bucket, BucketPosition> _positions = [];
        private List<Bucket> _buckets = [];
        private long _readAt = long.MinValue;
        private int _turn;

        public RecordSource Source => source;

        /// <summary>Columns of the list.</summary>
        public int Columns => columns;

        /// <summary>True where the last fetch did not get what it asked for: there may be buckets that are new.</summary>
        public bool WasShort { get; set; } = true;

        public void RefreshBuckets(StatementPool pool, long now)
        {
            if (_buckets.Count > FewBuckets && !WasShort && now >= _readAt && now - _readAt < BucketsKeptSeconds)
            {
                return;
            }

            _readAt = now;
            var found = new List<Bucket>();
            Bucket? last = new Bucket(-1, 0, 0, 0);
            for (var same = 0; found.Count < MaxBuckets && (last = After(pool, last.Value, same)) is { } next; same = 3)
            {
                found.Add(next);
            }

            _buckets = found;
            if (_positions.Count > MaxBuckets)
            {
                _positions.Clear();
            }
        }

        /// <summary>The bucket that follows one: nearest first, beginning with those that have its first columns.</summary>
        private Bucket? After(StatementPool pool, in Bucket last, int same)
        {
            for (; same >= 0; same--)
            {
                var sql = source.NextBucket(same);
                var next = pool.Take(sql);
                ReadOnlySpan<long> values = [last.RecordType, last.TimeZone, last.DailyFrom, last.DailyTill];
                for (var i = 0; i <= same; i++)
                {
                    next.Bind(i + 1, values[i]);
                }

                var found = next.Step() ? new Bucket(next.Integer(0), next.Integer(1), next.Integer(2), next.Integer(3)) : (Bucket?)null;
                next.Reset();
                pool.Give(sql, next);
                if (found is not null)
                {
                    return found;
                }
            }

            return null;
        }

        /// <summary>Buckets that may be read now, beginning with those whose turn it is. The second value is true where some must wait.</summary>
        public (List<Bucket> Open, bool More) OpenBuckets(in FetchRequest request)
        {
            var open = new List<Bucket>();
            var start = _buckets.Count == 0 ? 0 : _turn % _buckets.Count;
            for (var i = 0; i < _buckets.Count; i++)
            {
                var bucket = _buckets[(start + i) % _buckets.Count];
                // Callbacks have fetches of their own.
                if (bucket.RecordType is >= (long)RecordType.PersonalRescheduled and <= (long)RecordType.NoCall
                    || (request.Windows is { } windows
                        && !windows.IsOpen((int)bucket.TimeZone, (int)bucket.DailyFrom, (int)bucket.DailyTill, request.NowUnixSeconds)))
                {
                    continue;
                }

                if (open.Count == MaxOpen)
                {
                    // Once round, whoever asks may rest: no bucket has been left out.
                    _turn = start + i;
                    return (open, _turn < _buckets.Count);
                }

                open.Add(bucket);
            }

            _turn = 0;
            return (open, false);
        }

        public BucketPosition PositionOf(in Bucket bucket)
        {
            if (!_positions.TryGetValue(bucket, out var position))
            {
                _positions.Add(bucket, position = new BucketPosition());
            }

            return position;
        }
    }

    private sealed class MergedReaders : IDisposable
    {
        private readonly List<BucketReader> _readers = [];
        private readonly IReadOnlyList<OrderColumn> _order;
        private readonly bool _more;

        public MergedReaders(SourceState state, StatementPool pool, in FetchRequest request)
        {
            _order = state.Source.Order;
            (var open, _more) = state.OpenBuckets(request);
            var columns = state.Columns;
            var budget = !state.Source.IsDue && _order.Count > 0 ? ScatteredRowBudget : RowBudget;
            try
            {
                foreach (var bucket in open)
                {
                    _readers.Add(new BucketReader(
                        state.Source, bucket, state.PositionOf(bucket), pool, request.Filter, request.NowUnixSeconds, columns,
                        Math.Max(BucketPosition.CheapRejects * 2, budget / open.Count)));
                }
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public bool IsUnfinished => _more || _readers.Exists(r => r.IsCut);

        /// <summary>The reader whose head comes next.</summary>
        public BucketReader? Best(in RecordPriorities priorities)
        {
            BucketReader? best = null;
            foreach (var reader in _readers)
            {
                if (reader.Head is null)
                {
                    continue;
                }

                if (best is null || IsBefore(reader, best, priorities))
                {
                    best = reader;
                }
            }

            return best;
        }

        public void Dispose() => _readers.ForEach(r => r.Dispose());

        private bool IsBefore(BucketReader one, BucketReader other, in RecordPriorities priorities)
        {
            var rank = priorities.Of((RecordType)one.Bucket.RecordType) - priorities.Of((RecordType)other.Bucket.RecordType);
            if (rank != 0)
            {
                return rank > 0;
            }

            for (var i = 0; i < _order.Count; i++)
            {
                var order = FilterValue.Compare(one.Head!.Values[i], other.Head!.Values[i]);
                if (order != 0)
                {
                    return _order[i].Descending ? order > 0 : order < 0;
                }
            }

            return one.Head!.RecordId < other.Head!.RecordId;
        }
    }
}
