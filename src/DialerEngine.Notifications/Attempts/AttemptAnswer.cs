using DialerEngine.Core.Ports;
using DialerEngine.Notifications.Http;

namespace DialerEngine.Notifications.Attempts;

/// <summary>What an answer to an attempt record means. Not shared with validation, where 409 means something else.</summary>
internal enum AttemptAnswerKind
{
    /// <summary>200: saved.</summary>
    Saved,

    /// <summary>409, 418: not saved, send it again.</summary>
    NotSaved,

    /// <summary>408, or no answer in time, which is the same.</summary>
    TimedOut,

    /// <summary>429, 5xx, no connection: the receiver is in trouble; send it again, later each time.</summary>
    Trouble,

    /// <summary>404: perhaps not there yet; send it again for a day.</summary>
    NotFound,

    /// <summary>Other answers that are no refusal of the record itself (2xx without 200, 3xx): send it again.</summary>
    Unclear,

    /// <summary>Another 4xx: the receiver will not take it as it is.</summary>
    Refused,
}

/// <summary>The table of answers to attempt records.</summary>
internal static class AttemptAnswers
{
    /// <summary>404 is tried again for this long.</summary>
    public const long NotFoundMs = 24 * 3_600_000L;

    /// <summary>Longest wait between two tries of a receiver in trouble; a shorter <c>history-wait-recovery-timeout</c> is not made longer than eight times itself.</summary>
    private const long LongestBackOffMs = 600_000;

    public static AttemptAnswerKind KindOf(HttpAnswer answer) => answer switch
    {
        { Fault: HttpFault.Timeout } => AttemptAnswerKind.TimedOut,
        { Fault: not HttpFault.None } => AttemptAnswerKind.Trouble,
        { Status: 200 } => AttemptAnswerKind.Saved,
        { Status: 408 } => AttemptAnswerKind.TimedOut,
        { Status: 409 or 418 } => AttemptAnswerKind.NotSaved,
        { Status: 429 or >= 500 } => AttemptAnswerKind.Trouble,
        { Status: 404 } => AttemptAnswerKind.NotFound,
        { Status: >= 400 } => AttemptAnswerKind.Refused,
        _ => AttemptAnswerKind.Unclear,
    };

    /// <summary>True where the receiver as a whole is in trouble, not this record.</summary>
    public static bool IsTrouble(HttpAnswer answer) => answer.Fault != HttpFault.None || answer.Status is 429 or >= 500;

    /// <summary>The outcome of a try.</summary>
    /// <param name="record">What was sent.</param>
    /// <param name="answer">What came.</param>
    /// <param name="nowUnixMs">Now.</param>
    /// <param name="recoveryMs"><c>history-wait-recovery-timeout</c>.</param>
    /// <param name="jitter">0 to 1, spreads waits.</param>
    public static OutboxVerdict Judge(OutboxRecord record, HttpAnswer answer, long nowUnixMs, int recoveryMs, double jitter)
    {
        var kind = KindOf(answer);
        var isDead = kind == AttemptAnswerKind.Refused
            || (kind == AttemptAnswerKind.NotFound && record.FirstFailedAt > 0 && nowUnixMs - record.FirstFailedAt >= NotFoundMs);
        if (kind == AttemptAnswerKind.Saved || isDead)
        {
            return new OutboxVerdict(record, isDead ? OutboxOutcome.Dead : OutboxOutcome.Saved, nowUnixMs, 0, answer.Status, answer.Reason);
        }

        long wait = recoveryMs;
        if (kind == AttemptAnswerKind.Trouble)
        {
            wait = Math.Max(Math.Min(LongestBackOffMs, recoveryMs * (1L << Math.Min(3, record.Tries))), recoveryMs);
            wait = Math.Max(answer.RetryAfterMs, (long)(wait * (0.75 + (0.5 * jitter))));
        }

        return new OutboxVerdict(record, OutboxOutcome.Queued, nowUnixMs, nowUnixMs + wait, answer.Status, answer.Reason);
    }
}
