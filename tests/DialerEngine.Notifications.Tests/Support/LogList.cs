using Microsoft.Extensions.Logging;

namespace DialerEngine.Notifications.Tests.Support;

/// <summary>Keeps log messages.</summary>
internal sealed class LogList : ILogger
{
    private readonly Lock _gate = new();
    private readonly List<(int Id, string Text)> _messages = [];

    public IReadOnlyList<(int Id, string Text)> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            _messages.Add((eventId.Id, formatter(state, exception)));
        }
    }
}
