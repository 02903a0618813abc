using System.Diagnostics.Metrics;

namespace DialerEngine.Adapters.TServer;

/// <summary>Metrics of the CTI link, meter <see cref="MeterName"/>.</summary>
public sealed class CtiMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "DialerEngine.Adapters.TServer";

    private readonly UpDownCounter<long> _sessions;
    private readonly Counter<long> _received;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _undeliverable;
    private readonly Counter<long> _disconnects;
    private readonly UpDownCounter<long> _waiting;
    private readonly Counter<long> _reconnects;

    /// <summary>Creates the instruments.</summary>
    public CtiMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _sessions = meter.CreateUpDownCounter<long>("dialer.cti.sessions", "{session}", "Desktop connections.");
        _received = meter.CreateCounter<long>("dialer.cti.messages.received", "{message}", "Messages from desktops.");
        _sent = meter.CreateCounter<long>("dialer.cti.messages.sent", "{message}", "Messages to desktops.");
        _errors = meter.CreateCounter<long>("dialer.cti.errors", "{message}", "EventError sent, by code.");
        _undeliverable = meter.CreateCounter<long>("dialer.cti.undeliverable", "{message}", "Messages for agents without a connection.");
        _disconnects = meter.CreateCounter<long>("dialer.cti.disconnects", "{session}", "Ended connections, by reason.");
        _waiting = meter.CreateUpDownCounter<long>("dialer.cti.waiting", "{agent}", "Agents whose connection broke and who may come back.");
        _reconnects = meter.CreateCounter<long>("dialer.cti.reconnects", "{session}", "Agents who came back to their calls and records.");
    }

    internal void Opened() => _sessions.Add(1);

    internal void Closed(CtiDisconnectReason reason)
    {
        _sessions.Add(-1);
        _disconnects.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
    }

    internal void Received() => _received.Add(1);

    internal void Sent() => _sent.Add(1);

    internal void Refused(int code) => _errors.Add(1, new KeyValuePair<string, object?>("code", code));

    internal void Waiting(int by) => _waiting.Add(by);

    internal void Reconnected() => _reconnects.Add(1);

    internal void Undeliverable() => _undeliverable.Add(1);
}
