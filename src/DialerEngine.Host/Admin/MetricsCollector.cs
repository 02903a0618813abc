using System.Diagnostics.Metrics;

namespace DialerEngine.Host.Admin;

/// <summary>
/// Adds up the measurements of all meters named <c>DialerEngine.*</c> in this process and writes them as Prometheus text. Once a series is there,
/// a measurement allocates nothing. At most <see cref="MaxSeries"/> series: measurements of further ones are counted and dropped.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    /// <summary>500 groups times some 20 results that occur, and room for trunks.</summary>
    public const int MaxSeries = 16_384;

    private const string MeterPrefix = "DialerEngine.";
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly List<MetricFamily> _families = [];
    private int _series;
    private long _dropped;

    public MetricsCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(MeterPrefix, StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument, FamilyOf(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => Record((double)value, tags, state));
        _listener.Start();
    }

    public void Write(PrometheusText text)
    {
        _listener.RecordObservableInstruments();
        lock (_gate)
        {
            foreach (var family in _families)
            {
                family.Write(text);
            }

            text.Family("dialer_metrics_dropped_total", "counter", "Measurements of series beyond the bound.");
            text.Sample("dialer_metrics_dropped_total", [], _dropped);
        }
    }

    public void Dispose() => _listener.Dispose();

    private MetricFamily FamilyOf(Instrument instrument)
    {
        lock (_gate)
        {
            // Two meters of one name (two engines in one test process) count into one family.
            var name = MetricFamily.NameOf(instrument);
            var family = _families.Find(f => f.Name == name);
            if (family is null)
            {
                family = new MetricFamily(name, instrument);
                _families.Add(family);
            }

            return family;
        }
    }

    private void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (state is not MetricFamily family)
        {
            return;
        }

        lock (_gate)
        {
            if (family.TryRecord(value, tags, mayGrow: _series < MaxSeries, out var grew))
            {
                _series += grew ? 1 : 0;
            }
            else
            {
                _dropped++;
            }
        }
    }
}
