using Microsoft.Extensions.Logging;

namespace DialerEngine.Notifications;

/// <summary>Log messages of the HTTP notifiers: event ids 8000 to 8099, and 81000 and 81001, which are the field's own. Texts in the seeds are kept.</summary>
internal static partial class NotificationLog
{
    [LoggerMessage(EventId = 81000, Level = LogLevel.Trace, Message = "Sending HTTP status notification CampaignGroupState for Campaign Group {Group} to {Uri}")]
    public static partial void SendingState(ILogger logger, string group, string uri);

    [LoggerMessage(EventId = 81001, Level = LogLevel.Trace, Message = "Sending periodic HTTP status notification CampaignGroupState for Campaign Group {Group} to {Uri}")]
    public static partial void SendingPeriodicState(ILogger logger, string group, string uri);

    [LoggerMessage(EventId = 8000, Level = LogLevel.Warning, Message = "HTTP status notification for Campaign Group {Group} was not taken: {Reason}; {Failed} so far")]
    public static partial void StateFailed(ILogger logger, string group, string reason, long failed);

    [LoggerMessage(EventId = 8001, Level = LogLevel.Debug, Message = "Call Attempt Record has been saved for phone {Phone}")]
    public static partial void Saved(ILogger logger, string phone);

    [LoggerMessage(EventId = 8002, Level = LogLevel.Information, Message = "Call Attempt Record was not saved and has been queued for reprocessing for phone {Phone}")]
    public static partial void NotSaved(ILogger logger, string phone);

    [LoggerMessage(
        EventId = 8003, Level = LogLevel.Information,
        Message = "Save operation for Call Attempt Record was aborted (timeout elapsed) and the record has been queued for reprocessing for phone {Phone}")]
    public static partial void TimedOut(ILogger logger, string phone);

    [LoggerMessage(EventId = 8004, Level = LogLevel.Warning, Message = "Wait condition has been activated for Campaign Group {Group} (DBID {Dbid})")]
    public static partial void WaitActivated(ILogger logger, string group, int dbid);

    [LoggerMessage(EventId = 8005, Level = LogLevel.Warning, Message = "Wait condition has been cleared for Campaign Group {Group} (DBID {Dbid})")]
    public static partial void WaitCleared(ILogger logger, string group, int dbid);

    [LoggerMessage(EventId = 8006, Level = LogLevel.Error, Message = "Call Attempt Record {Attempt}/{Sequence} is refused for good and set aside: {Reason}; see dialer notify requeue")]
    public static partial void Dead(ILogger logger, string attempt, int sequence, string reason);

    [LoggerMessage(EventId = 8007, Level = LogLevel.Error, Message = "The receiver of call attempt records fails ({Reason}): only one record every {Seconds} s is tried until it works")]
    public static partial void CircuitOpen(ILogger logger, string reason, int seconds);

    [LoggerMessage(EventId = 8008, Level = LogLevel.Warning, Message = "The receiver of call attempt records works again")]
    public static partial void CircuitClosed(ILogger logger);

    [LoggerMessage(EventId = 8009, Level = LogLevel.Error, Message = "The outbox of call attempt records cannot be used, it is tried again: {Reason}")]
    public static partial void OutboxFault(ILogger logger, string reason);

    [LoggerMessage(EventId = 8010, Level = LogLevel.Information, Message = "Predial check aborted due to race condition for phone {Phone}")]
    public static partial void Race(ILogger logger, string phone);

    [LoggerMessage(EventId = 8011, Level = LogLevel.Warning, Message = "Pre-dial validation gave no verdict for phone {Phone} ({Reason}): {Consequence}")]
    public static partial void NoVerdict(ILogger logger, string phone, string reason, string consequence);

    [LoggerMessage(EventId = 8012, Level = LogLevel.Warning, Message = "on-no-verdict is Dial: records are dialled without validation while the validation server gives no verdict")]
    public static partial void FailsOpen(ILogger logger);

    [LoggerMessage(EventId = 8013, Level = LogLevel.Error, Message = "A notifier has stopped: {Reason}")]
    public static partial void Stopped(ILogger logger, string reason, Exception fault);

    [LoggerMessage(EventId = 8014, Level = LogLevel.Error, Message = "The validation server fails ({Reason}): one record every {Seconds} s is asked about until it works, {Consequence}")]
    public static partial void ValidationOpen(ILogger logger, string reason, int seconds, string consequence);

    [LoggerMessage(EventId = 8015, Level = LogLevel.Warning, Message = "The validation server works again")]
    public static partial void ValidationClosed(ILogger logger);

    // Next free event id: 8016.
}
