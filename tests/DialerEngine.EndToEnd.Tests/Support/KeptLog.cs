using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DialerEngine.EndToEnd.Tests.Support;

/// <summary>Keeps warnings and worse, for assertions and for the message of a failed test.</summary>
internal sealed class KeptLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _kept = new();

    public IReadOnlyList<string> Errors => [.. _kept.Where(k => k.Level >= LogLevel.Error).Select(k => k.Text)];

    public void AddProvider(ILoggerProvider provider)
    {
        // Everything is kept here.
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
        // Nothing is held.
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _kept.Enqueue((logLevel, $"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : " " + exception)}"));
        }
    }

    public override string ToString() => string.Join(Environment.NewLine, _kept.Select(k => k.Text));
}
