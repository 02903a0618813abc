namespace DialerEngine.Host;

/// <summary>Log messages of the host: event ids 9000 to 9099.</summary>
internal static partial class HostLog
{
    [LoggerMessage(EventId = 9001, Level = LogLevel.Information, Message = "Admin API and dashboard at {Address}")]
    public static partial void AdminListening(ILogger logger, string address);

    [LoggerMessage(EventId = 9002, Level = LogLevel.Information, Message = "{Signal}: no new dials; calls in progress get {Seconds} s to finish (a second signal releases them now)")]
    public static partial void Stopping(ILogger logger, string signal, int seconds);

    [LoggerMessage(EventId = 9003, Level = LogLevel.Warning, Message = "{Signal} again: calls in progress are released now")]
    public static partial void Hurried(ILogger logger, string signal);

    [LoggerMessage(EventId = 9004, Level = LogLevel.Warning, Message = "The time for calls in progress is over: {Groups} campaign groups are unloaded by force")]
    public static partial void StopLimitReached(ILogger logger, int groups);

    [LoggerMessage(EventId = 9005, Level = LogLevel.Error, Message = "{Group} could not be unloaded: {Reason}. Recovery returns its records at the next start")]
    public static partial void NotUnloaded(ILogger logger, string group, string reason);

    [LoggerMessage(EventId = 9006, Level = LogLevel.Information, Message = "All campaign groups are unloaded, their records are returned")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(EventId = 9007, Level = LogLevel.Warning, Message = "Admin API: {Method} {Path} failed: {Reason}")]
    public static partial void RequestFailed(ILogger logger, string method, string path, string reason, Exception fault);

    [LoggerMessage(EventId = 9008, Level = LogLevel.Information, Message = "{Command} of {Group}: {Outcome}")]
    public static partial void Commanded(ILogger logger, string command, string group, string outcome);

    // Next free event id: 9009.
}
