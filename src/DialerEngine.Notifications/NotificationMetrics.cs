using System.Diagnostics.Metrics;

namespace DialerEngine.Notifications;

/// <summary>Figures of the HTTP notifiers.</summary>
public sealed class NotificationMetrics
{
    public const string MeterName = "DialerEngine.Notifications";
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _states;
    private readonly Counter<long> _validations;
    private readonly Histogram<double> _latency;

    public NotificationMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        _attempts = meter.CreateCounter<long>("dialer.notify.attempts", "{record}", "Posts of call attempt records by outcome.");
        _states = meter.CreateCounter<long>("dialer.notify.states", "{post}", "Posts of campaign group states by outcome.");
        _validations = meter.CreateCounter<long>("dialer.notify.validations", "{question}", "Pre-dial validations by outcome.");
        _latency = meter.CreateHistogram("dialer.notify.attempt.duration", "s", "Time from the post of an attempt record to its answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30] });
    }

    internal void Attempt(string outcome, double seconds)
    {
        _attempts.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _latency.Record(seconds);
    }

    internal void State(string outcome) => _states.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void Validation(string outcome) => _validations.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
