using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.Notifications.Attempts;
using DialerEngine.Notifications.Http;

namespace DialerEngine.Notifications.Tests.Attempts;

/// <summary>The table of answers to attempt records, row by row.</summary>
public sealed class AttemptAnswerTests
{
    private const long Now = 1_772_366_400_000;
    private const int Recovery = 60_000;
    private const long Day = 24 * 3_600_000L;

    [Fact]
    public void Only_200_is_saved()
    {
        for (var status = 100; status < 600; status++)
        {
            Assert.Equal(status == 200, Judge(HttpAnswer.Of(status)).Outcome == OutboxOutcome.Saved);
        }
    }

    [Theory]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(418)]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(302)]
    public void Not_saved_is_sent_again_after_the_recovery_timeout(int status)
    {
        var verdict = Judge(HttpAnswer.Of(status), tries: 7);
        Assert.Equal(OutboxOutcome.Queued, verdict.Outcome);
        Assert.Equal(Now + Recovery, verdict.DueAt);
        Assert.Equal(status, verdict.Status);
    }

    [Fact]
    public void No_answer_in_time_is_a_408_of_our_own()
    {
        Assert.Equal(AttemptAnswerKind.TimedOut, AttemptAnswers.KindOf(HttpAnswer.Of(HttpFault.Timeout, "")));
        Assert.Equal(AttemptAnswerKind.TimedOut, AttemptAnswers.KindOf(HttpAnswer.Of(408)));
        Assert.Equal(Now + Recovery, Judge(HttpAnswer.Of(HttpFault.Timeout, "")).DueAt);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(0)]
    public void Trouble_is_sent_again_later_each_time_and_spread(int status)
    {
        var answer = status == 0 ? HttpAnswer.Of(HttpFault.Unreachable, "refused") : HttpAnswer.Of(status);
        Assert.Equal(Now + 45_000, Judge(answer, tries: 0, jitter: 0).DueAt);
        Assert.Equal(Now + 75_000, Judge(answer, tries: 0, jitter: 1).DueAt);
        Assert.Equal(Now + 120_000, Judge(answer, tries: 1, jitter: 0.5).DueAt);
        Assert.Equal(Now + 480_000, Judge(answer, tries: 3, jitter: 0.5).DueAt);
        Assert.Equal(Now + 480_000, Judge(answer, tries: 900, jitter: 0.5).DueAt);
    }

    [Fact]
    public void Retry_After_is_obeyed() => Assert.Equal(Now + 300_000, Judge(HttpAnswer.Of(503, default, 300_000)).DueAt);

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(405)]
    [InlineData(410)]
    [InlineData(413)]
    [InlineData(422)]
    public void Another_4xx_is_set_aside_with_its_reason(int status)
    {
        var verdict = Judge(HttpAnswer.Of(status));
        Assert.Equal(OutboxOutcome.Dead, verdict.Outcome);
        Assert.Contains(status.ToString(System.Globalization.CultureInfo.InvariantCulture), verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_404_is_tried_for_a_day()
    {
        Assert.Equal(OutboxOutcome.Queued, Judge(HttpAnswer.Of(404)).Outcome);
        Assert.Equal(OutboxOutcome.Queued, Judge(HttpAnswer.Of(404), tries: 5, firstFailed: Now - Day + 1).Outcome);
        Assert.Equal(OutboxOutcome.Dead, Judge(HttpAnswer.Of(404), tries: 5, firstFailed: Now - Day).Outcome);
    }

    private static OutboxVerdict Judge(HttpAnswer answer, int tries = 0, long firstFailed = 0, double jitter = 0.5)
    {
        var record = new OutboxRecord
        {
            Id = 1,
            Group = new GroupId(1),
            Attempt = default,
            Sequence = 0,
            Phone = "",
            CreatedAt = Now - 1_000,
            DueAt = 0,
            Tries = tries,
            FirstFailedAt = firstFailed,
            Body = default,
        };
        return AttemptAnswers.Judge(record, answer, Now, Recovery, jitter);
    }
}
