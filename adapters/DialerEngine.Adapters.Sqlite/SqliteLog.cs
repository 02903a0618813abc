using Microsoft.Extensions.Logging;

namespace DialerEngine.Adapters.Sqlite;

/// <summary>Log events of the embedded storage, 7000 to 7099.</summary>
internal static partial class SqliteLog
{
    [LoggerMessage(EventId = 7000, EventName = "StorageBackedUp", Level = LogLevel.Information, Message = "Storage {Path}: backed up to {Backup} before a migration")]
    public static partial void BackedUp(ILogger logger, string path, string backup);

    [LoggerMessage(EventId = 7001, EventName = "JournalFault", Level = LogLevel.Error, Message = "Journal cannot write, {Waiting} entries are kept and tried again: {Reason}")]
    public static partial void JournalFault(ILogger logger, int waiting, string reason);

    [LoggerMessage(EventId = 7002, EventName = "JournalRecovered", Level = LogLevel.Warning, Message = "Journal writes again after {Tries} failed tries")]
    public static partial void JournalRecovered(ILogger logger, int tries);

    [LoggerMessage(EventId = 7003, EventName = "ChangeRefused", Level = LogLevel.Error, Message = "List {List} record {Record}: a change was refused and noted in refused_change: {Reason}")]
    public static partial void ChangeRefused(ILogger logger, int list, long record, string reason);

    [LoggerMessage(
        EventId = 7004,
        EventName = "Recovered",
        Level = LogLevel.Information,
        Message = "Recovery for application {Application}: {Stale} attempts finished as Stale, {SystemError} as System Error, {Returned} records returned to Ready")]
    public static partial void Recovered(ILogger logger, int application, int stale, int systemError, int returned);

    // Next free event id: 7005
}
