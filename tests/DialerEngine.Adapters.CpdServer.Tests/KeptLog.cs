using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Adapters.CpdServer.Tests;

/// <summary>Keeps what is logged: level, event id, text, the fault's own words.</summary>
internal sealed class KeptLog : ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception?.Message}");
}
