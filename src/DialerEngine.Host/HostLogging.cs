using Microsoft.Extensions.Logging.Console;

namespace DialerEngine.Host;

/// <summary>Logging of the process: one line a message on standard error, UTC.</summary>
internal static class HostLogging
{
    public static ILoggerFactory Create(LogLevel level) => Create(new LogLevelSwitch(level));

    /// <summary>The same with a level that can be changed while messages are written.</summary>
    public static ILoggerFactory Create(LogLevelSwitch level) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddFilter((_, category, wanted) => level.Lets(category, wanted));
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fff'Z' ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}

/// <summary>The least level of log messages, changeable at any time. The framework's own messages begin at Warning.</summary>
internal sealed class LogLevelSwitch(LogLevel level)
{
    private volatile LogLevel _level = level;

    public LogLevel Level
    {
        get => _level;
        set => _level = value;
    }

    /// <summary>Whether a category's message of a level is written.</summary>
    public bool Lets(string? category, LogLevel wanted) =>
        wanted >= _level && (wanted >= LogLevel.Warning || category?.StartsWith("Microsoft", StringComparison.Ordinal) != true);
}
