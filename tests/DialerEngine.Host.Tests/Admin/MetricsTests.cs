using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using DialerEngine.Host.Admin;

namespace DialerEngine.Host.Tests.Admin;

/// <summary>Prometheus text format 0.0.4 (Exposition formats, Prometheus documentation).</summary>
public sealed partial class MetricsTests
{
    [Fact]
    public void Counters_histograms_and_gauges_come_out_in_the_text_format()
    {
        using var meter = new Meter("DialerEngine.Tests.Format");
        using var metrics = new MetricsCollector();
        var counter = meter.CreateCounter<long>("test.dials", "{attempt}", "Dials \\ made.\nAll of them.");
        var level = meter.CreateUpDownCounter<int>("test.calls");
        var histogram = meter.CreateHistogram("test.wait", "s", "Wait.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2] });
        meter.CreateObservableGauge("test.temperature", () => new Measurement<double>(36.6, new KeyValuePair<string, object?>("place", "a")));

        counter.Add(2, new KeyValuePair<string, object?>("group", "a \"b\" \\ c\nd"));
        counter.Add(3, new KeyValuePair<string, object?>("group", "a \"b\" \\ c\nd"));
        counter.Add(1, new("group", "x"), new("result", "NoAnswer"));
        level.Add(5);
        level.Add(-2);
        histogram.Record(0.5);
        histogram.Record(0.75);
        histogram.Record(9);
        var text = Write(metrics);

        Assert.Contains("# HELP test_dials_total Dials \\\\ made.\\nAll of them.\n# TYPE test_dials_total counter\n", text, StringComparison.Ordinal);
        Assert.Contains("test_dials_total{group=\"a \\\"b\\\" \\\\ c\\nd\"} 5\n", text, StringComparison.Ordinal);
        Assert.Contains("test_dials_total{group=\"x\",result=\"NoAnswer\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE test_calls gauge\ntest_calls 3\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "# TYPE test_wait_seconds histogram\ntest_wait_seconds_bucket{le=\"0.5\"} 1\ntest_wait_seconds_bucket{le=\"1\"} 2\n"
            + "test_wait_seconds_bucket{le=\"2\"} 2\ntest_wait_seconds_bucket{le=\"+Inf\"} 3\ntest_wait_seconds_sum 10.25\ntest_wait_seconds_count 3\n",
            text, StringComparison.Ordinal);
        Assert.Contains("test_temperature{place=\"a\"} 36.6\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_measurement_of_a_known_series_allocates_nothing()
    {
        using var meter = new Meter("DialerEngine.Tests.Allocation");
        using var metrics = new MetricsCollector();
        var counter = meter.CreateCounter<long>("test.allocation");
        var group = new KeyValuePair<string, object?>("group", "welcome@sales");
        var result = new KeyValuePair<string, object?>("result", "NoAnswer");
        for (var i = 0; i < 1_000; i++)
        {
            counter.Add(1, group, result);
        }

        // Collectors of tests that run beside this one hear the meter too: one that comes in the middle makes a series of its own. None comes into every round.
        var least = long.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                counter.Add(1, group, result);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Contains("test_allocation_total{group=\"welcome@sales\",result=\"NoAnswer\"} 11000\n", Write(metrics), StringComparison.Ordinal);
    }

    [Fact]
    public void Series_beyond_the_bound_are_dropped_and_counted()
    {
        using var meter = new Meter("DialerEngine.Tests.Bound");
        using var metrics = new MetricsCollector();
        var counter = meter.CreateCounter<int>("test.bound");
        for (var i = 0; i < MetricsCollector.MaxSeries + 100; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("number", i));
        }

        var dropped = Regex.Match(Write(metrics), "\ndialer_metrics_dropped_total ([0-9]+)\n");

        Assert.InRange(int.Parse(dropped.Groups[1].Value, CultureInfo.InvariantCulture), 100, 200);
    }

    [Fact]
    public void Meters_of_other_libraries_are_left_out()
    {
        using var meter = new Meter("Somebody.Else");
        using var metrics = new MetricsCollector();
        meter.CreateCounter<int>("else.things").Add(1);

        Assert.DoesNotContain("else_things", Write(metrics), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_metrics_answers_with_lines_of_the_format_only()
    {
        await using var api = await AdminServerFixture.StartAsync();

        using var response = await api.Http.GetAsync(new Uri("metrics", UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches(Line(), line));
        Assert.Contains("dialer_group_agents{group=\"welcome@sales\",state=\"ready\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("dialer_group_state{group=\"welcome@sales\",state=\"NotLoaded\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("dialer_group_busy_factor_ratio{group=\"welcome@sales\"} 0.62\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("dialer_group_overdial_ratio{", text, StringComparison.Ordinal);
    }

    [GeneratedRegex("""^(# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .+|[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*",?)+\})? (NaN|[+-]Inf|-?[0-9.]+(E[+-]?[0-9]+)?))$""")]
    private static partial Regex Line();

    private static string Write(MetricsCollector metrics)
    {
        var text = new PrometheusText();
        metrics.Write(text);
        return text.ToString();
    }
}
