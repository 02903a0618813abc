using System.Diagnostics.Metrics;
using System.Globalization;

namespace DialerEngine.Host.Admin;

/// <summary>All series of one instrument. Guarded by its collector's lock.</summary>
internal sealed class MetricFamily
{
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly MetricKind _kind;
    private readonly string? _help;
    private readonly double[] _bounds;
    private readonly Dictionary<int, Series> _byHash = [];

    public MetricFamily(string name, Instrument instrument)
    {
        Name = name;
        _kind = KindOf(instrument);
        _help = instrument.Description;
        _bounds = instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
            Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
            _ => DefaultBounds,
        };
    }

    private enum MetricKind
    {
        Sum,
        Total,
        Level,
        Value,
        Histogram,
    }

    public string Name { get; }

    /// <summary>The instrument's name in the text format: unit behind it, then <c>_total</c> for counters.</summary>
    public static string NameOf(Instrument instrument)
    {
        var name = PrometheusText.Name(instrument.Name);
        var unit = instrument.Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", "1" => "_ratio", _ => "" };
        if (unit.Length > 0 && !name.EndsWith(unit, StringComparison.Ordinal))
        {
            name += unit;
        }

        return KindOf(instrument) is MetricKind.Sum or MetricKind.Total ? name + "_total" : name;
    }

    /// <summary>Takes a measurement; false when it would need a new series and there may be none.</summary>
    public bool TryRecord(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, bool mayGrow, out bool grew)
    {
        var hash = Hash(tags);
        _byHash.TryGetValue(hash, out var first);
        var series = first;
        while (series is not null && !series.Matches(tags))
        {
            series = series.Next;
        }

        grew = series is null;
        if (series is null)
        {
            if (!mayGrow)
            {
                grew = false;
                return false;
            }

            series = new Series(tags, _kind == MetricKind.Histogram ? _bounds.Length + 1 : 0) { Next = first };
            _byHash[hash] = series;
        }

        Add(series, value);
        return true;
    }

    public void Write(PrometheusText text)
    {
        text.Family(Name, _kind switch { MetricKind.Sum or MetricKind.Total => "counter", MetricKind.Histogram => "histogram", _ => "gauge" }, _help);
        foreach (var head in _byHash.Values)
        {
            for (var series = head; series is not null; series = series.Next)
            {
                if (_kind == MetricKind.Histogram)
                {
                    WriteHistogram(text, series);
                }
                else
                {
                    text.Sample(Name, series.Labels, series.Value);
                }
            }
        }
    }

    private static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        var open = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return open == typeof(Counter<>) ? MetricKind.Sum
            : open == typeof(ObservableCounter<>) ? MetricKind.Total
            : open == typeof(UpDownCounter<>) ? MetricKind.Level
            : open == typeof(Histogram<>) ? MetricKind.Histogram
            : MetricKind.Value;
    }

    private static int Hash(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = default(HashCode);
        foreach (var (key, value) in tags)
        {
            hash.Add(key);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    private void Add(Series series, double value)
    {
        switch (_kind)
        {
            case MetricKind.Sum or MetricKind.Level:
                series.Value += value;
                break;
            case MetricKind.Total or MetricKind.Value:
                series.Value = value;
                break;
            default:
                series.Value += value;
                var bucket = 0;
                while (bucket < _bounds.Length && value > _bounds[bucket])
                {
                    bucket++;
                }

                series.Buckets[bucket]++;
                break;
        }
    }

    private void WriteHistogram(PrometheusText text, Series series)
    {
        long below = 0;
        for (var i = 0; i <= _bounds.Length; i++)
        {
            below += series.Buckets[i];
            var bound = i < _bounds.Length ? _bounds[i] : double.PositiveInfinity;
            text.Sample(Name + "_bucket", [.. series.Labels, new("le", PrometheusText.Number(bound))], below);
        }

        text.Sample(Name + "_sum", series.Labels, series.Value);
        text.Sample(Name + "_count", series.Labels, below);
    }

    /// <summary>One combination of tags.</summary>
    private sealed class Series
    {
        private readonly KeyValuePair<string, object?>[] _tags;

        public Series(ReadOnlySpan<KeyValuePair<string, object?>> tags, int buckets)
        {
            _tags = tags.ToArray();
            Labels = [.. _tags.Select(t => new KeyValuePair<string, string>(t.Key, Convert.ToString(t.Value, CultureInfo.InvariantCulture) ?? ""))];
            Buckets = new long[buckets];
        }

        public Series? Next { get; init; }

        public KeyValuePair<string, string>[] Labels { get; }

        public long[] Buckets { get; }

        public double Value { get; set; }

        public bool Matches(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Length != _tags.Length)
            {
                return false;
            }

            for (var i = 0; i < tags.Length; i++)
            {
                if (!string.Equals(tags[i].Key, _tags[i].Key, StringComparison.Ordinal) || !Equals(tags[i].Value, _tags[i].Value))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
