using DialerEngine.Core;
using DialerEngine.Notifications.Attempts;
using DialerEngine.Notifications.Http;
using DialerEngine.Notifications.Tests.Support;
using DialerEngine.Testing;

namespace DialerEngine.Notifications.Tests.Attempts;

/// <summary>The sender against receivers of every kind, in virtual time: nothing lost, order kept, the wait condition on and off where it belongs.</summary>
public sealed class AttemptSenderTests
{
    private readonly ManualTime _time = new();
    private readonly FakeOutbox _outbox = new();
    private readonly LogList _log = new();
    private readonly ScriptedReceiver _receiver;
    private readonly Lock _gate = new();
    private readonly List<(int Group, bool On)> _suspensions = [];
    private int _lastAttempt;

    public AttemptSenderTests() => _receiver = new ScriptedReceiver(_time);

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task Every_record_is_sent_once_and_0_is_confirmed_before_1_is_sent()
    {
        await using var sender = Start();
        Attempts(sender, 100);
        await UntilAsync(() => _outbox.Left == 0);
        Assert.Empty(_receiver.Faults);
        Assert.Equal(200, _receiver.Saved.Count);
        Assert.All(_receiver.Saved.Values, times => Assert.Equal(1, times));
        Assert.Equal(200, sender.Saved);
        Assert.Equal(0, sender.Unsent);
        Assert.InRange(_receiver.MostParallel, 1, 10);
    }

    [Theory]
    [InlineData(408, 8003, "Save operation for Call Attempt Record was aborted (timeout elapsed) and the record has been queued for reprocessing for phone +1")]
    [InlineData(409, 8002, "Call Attempt Record was not saved and has been queued for reprocessing for phone +1")]
    [InlineData(418, 8002, "Call Attempt Record was not saved and has been queued for reprocessing for phone +1")]
    public async Task A_record_that_was_not_saved_is_sent_again_after_the_recovery_timeout_with_the_fields_log_texts(int status, int id, string text)
    {
        _receiver.Script = (_, posts) => posts == 1 ? (0, false, HttpAnswer.Of(status)) : (0, true, HttpAnswer.Of(200));
        await using var sender = Start();
        Record(sender, NextAttempt(), 0);
        await UntilAsync(() => _receiver.Posts == 1);
        var tried = _time.Elapsed;
        await UntilAsync(() => _outbox.Left == 0);
        Assert.InRange((_time.Elapsed - tried).TotalSeconds, 59, 70);
        Assert.Contains(_log.Messages, m => m.Id == id && m.Text.StartsWith(text, StringComparison.Ordinal));
        Assert.Contains(_log.Messages, m => m.Text.StartsWith("Call Attempt Record has been saved for phone ", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Messages, m => m.Text.Contains("12025550123", StringComparison.Ordinal));
    }

    [Fact]
    public async Task More_failed_records_than_the_threshold_suspend_the_group_and_no_other_and_as_many_as_the_threshold_do_not()
    {
        var taken = false;
        _receiver.Script = (key, _) => taken || key.StartsWith("0000ffff", StringComparison.Ordinal) ? (0, true, HttpAnswer.Of(200)) : (0, false, HttpAnswer.Of(409));
        await using var sender = Start(threshold: 10);
        for (var i = 0; i < 10; i++)
        {
            Record(sender, NextAttempt(), 0);
        }

        Record(sender, new AttemptId(new Guid(0xffff, 0, 0, new byte[8])), 0, group: 4);
        await UntilAsync(() => _receiver.Posts >= 11 && _outbox.Count() is [{ Failed: 10 }]);
        Assert.Empty(Suspensions);
        Record(sender, NextAttempt(), 0);
        await UntilAsync(() => Suspensions.Count > 0);
        Assert.Equal([(3, true)], Suspensions);
        taken = true;
        await UntilAsync(() => _outbox.Left == 0);
        await UntilAsync(() => Suspensions.Count == 2);
        Assert.Equal([(3, true), (3, false)], Suspensions);
        Assert.Contains(_log.Messages, m => m.Text == "Wait condition has been activated for Campaign Group Spring@Agents3 (DBID 3)");
        Assert.Contains(_log.Messages, m => m.Text == "Wait condition has been cleared for Campaign Group Spring@Agents3 (DBID 3)");
    }

    [Fact]
    public async Task A_receiver_that_is_down_is_probed_every_five_seconds_and_all_waiting_records_count()
    {
        var isDown = true;
        _receiver.Script = (_, _) => isDown ? (0, false, HttpAnswer.Of(HttpFault.Unreachable, "refused")) : (0, true, HttpAnswer.Of(200));
        await using var sender = Start(threshold: 50);
        for (var i = 0; i < 400; i++)
        {
            Record(sender, NextAttempt(), 0);
        }

        await UntilAsync(() => sender.IsCircuitOpen && Suspensions.Count == 1);
        var posts = _receiver.Posts;
        var from = _time.Elapsed;
        await UntilAsync(() => _time.Elapsed - from > TimeSpan.FromMinutes(10));
        Assert.InRange(_receiver.Posts - posts, 60, 122);
        isDown = false;
        await UntilAsync(() => _outbox.Left == 0);
        Assert.False(sender.IsCircuitOpen);
        Assert.Equal(400, _receiver.Saved.Count);
        Assert.Equal([(3, true), (3, false)], Suspensions);
    }

    [Fact]
    public async Task A_receiver_that_is_too_slow_suspends_dialling_before_the_backlog_grows_for_ever()
    {
        _receiver.Script = (_, _) => (20_000, true, HttpAnswer.Of(200));
        await using var sender = Start(threshold: 100);
        for (var i = 0; i < 300; i++)
        {
            Record(sender, NextAttempt(), 0);
        }

        await UntilAsync(() => Suspensions.Count == 1, stepMs: 1_000);
        Assert.InRange(_time.Elapsed.TotalSeconds, 30, 150);
        await UntilAsync(() => _outbox.Left == 0, stepMs: 1_000);
        Assert.False(Suspensions[^1].On);
    }

    [Fact]
    public async Task Records_that_are_refused_for_good_are_set_aside_and_do_not_hold_back_their_attempts_end()
    {
        _receiver.Script = (key, _) => key.EndsWith("/0", StringComparison.Ordinal) ? (0, false, HttpAnswer.Of(400)) : (0, true, HttpAnswer.Of(200));
        await using var sender = Start();
        Attempts(sender, 3);
        await UntilAsync(() => _outbox.Left == 0);
        Assert.Equal(3, _outbox.Dead.Count);
        Assert.Equal(3, _receiver.Saved.Count);
        Assert.Equal(3, _log.Messages.Count(m => m.Id == 8006));
    }

    [Fact]
    public async Task An_outbox_that_fails_is_tried_again_and_loses_nothing()
    {
        await using var sender = Start();
        _outbox.IsBroken = true;
        Attempts(sender, 5);
        await UntilAsync(() => _log.Messages.Any(m => m.Id == 8009));
        _outbox.IsBroken = false;
        await UntilAsync(() => _outbox.Left == 0);
        Assert.Equal(10, _receiver.Saved.Count);
    }

    [Fact]
    public async Task A_sender_that_starts_again_takes_the_wait_condition_up_from_what_is_in_the_outbox()
    {
        _receiver.Script = (_, _) => (0, false, HttpAnswer.Of(409));
        await using (var first = Start(threshold: 5))
        {
            for (var i = 0; i < 6; i++)
            {
                Record(first, NextAttempt(), 0);
            }

            await UntilAsync(() => Suspensions.Count == 1);
        }

        _suspensions.Clear();
        _receiver.Script = (_, _) => (0, true, HttpAnswer.Of(200));
        await using var second = Start(threshold: 5);
        Assert.Equal([(3, true)], Suspensions);
        await UntilAsync(() => _outbox.Left == 0);
        Assert.Equal([(3, true), (3, false)], Suspensions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Hours_with_a_receiver_that_does_everything_wrong_lose_nothing_and_confuse_nothing(int seed)
    {
        var random = new Random(seed);
        var isOver = false;
        var away = 0;
        _receiver.Script = (_, posts) => isOver ? (0, true, HttpAnswer.Of(200)) : posts % 400 < (away = posts % 400 == 0 ? random.Next(0, 60) : away)
            ? (0, false, HttpAnswer.Of(HttpFault.Unreachable, "away"))
            : random.Next(12) switch
            {
                0 => (0, false, HttpAnswer.Of(409)),
                1 => (0, false, HttpAnswer.Of(408)),
                2 => (0, false, HttpAnswer.Of(418)),
                3 => (random.Next(40_000), random.Next(2) == 0, HttpAnswer.Of(500)),
                4 => (0, true, HttpAnswer.Of(HttpFault.Broken, "reset after saving")),
                5 => (0, false, HttpAnswer.Of(HttpFault.Broken, "reset before saving")),
                6 => (random.Next(60_000), true, HttpAnswer.Of(200, "<<garbage"u8.ToArray())),
                7 => (0, false, HttpAnswer.Of(503, default, random.Next(120_000))),
                8 => (0, false, HttpAnswer.Of(404)),
                _ => (random.Next(2_000), true, HttpAnswer.Of(200)),
            };
        var sender = Start(threshold: 20);
        var attempts = new List<AttemptId>();
        var open = new Queue<AttemptId>();
        var starts = 1;
        while (_time.Elapsed < TimeSpan.FromHours(3))
        {
            if (random.Next(300) == 0)
            {
                // The engine is stopped and started: its groups begin anew, not suspended.
                await sender.DisposeAsync();
                Forget();
                sender = Start(threshold: 20);
                starts++;
            }

            // A group that is suspended dials nothing; its calls in progress end all the same.
            if (attempts.Count < 500 && (Suspensions.Count == 0 || !Suspensions[^1].On) && random.Next(4) == 0)
            {
                var attempt = NextAttempt();
                attempts.Add(attempt);
                open.Enqueue(attempt);
                Record(sender, attempt, 0);
            }

            if (open.Count > 0 && random.Next(4) == 0)
            {
                Record(sender, open.Dequeue(), 1);
            }

            await StepAsync(random.Next(500, 6_000));
        }

        while (open.TryDequeue(out var attempt))
        {
            Record(sender, attempt, 1);
        }

        isOver = true;
        await UntilAsync(() => _outbox.Left == 0, stepMs: 1_000);
        await sender.DisposeAsync();
        Assert.True(starts > 1, $"seed {seed}: never started again");
        AssertWaitConditionLines();
        Assert.True(attempts.Count > 50, $"seed {seed}: only {attempts.Count} attempts");
        Assert.True(_receiver.Faults.Count == 0, $"seed {seed}: {string.Join("; ", _receiver.Faults.Take(5))}");
        Assert.Equal(attempts.SelectMany(a => new[] { $"{a}/0", $"{a}/1" }).Order(), _receiver.Saved.Keys.Order());
        Assert.Empty(_outbox.Dead);
        Assert.Equal(0, sender.Unsent);
        Assert.True(Suspensions.Count == 0 || !Suspensions[^1].On, $"seed {seed}: still suspended");
    }

    private IReadOnlyList<(int Group, bool On)> Suspensions
    {
        get
        {
            lock (_gate)
            {
                return [.. _suspensions];
            }
        }
    }

    /// <summary>The two lines come in turn for each group, word for word, activation first; a start begins anew.</summary>
    private void AssertWaitConditionLines()
    {
        var lines = _log.Messages.Select(m => m.Text).Where(t => t.StartsWith("Wait condition", StringComparison.Ordinal)).ToArray();
        Assert.All(lines, line => Assert.Matches(@"^Wait condition has been (activated|cleared) for Campaign Group Spring@Agents(\d) \(DBID \2\)$", line));
        Assert.True(lines.Length == 0 || lines[0].Contains("activated", StringComparison.Ordinal));
        Assert.True(lines.Count(l => l.Contains("activated", StringComparison.Ordinal)) >= lines.Count(l => l.Contains("cleared", StringComparison.Ordinal)));
    }

    private void Forget()
    {
        lock (_gate)
        {
            _suspensions.Clear();
        }
    }

    [Fact]
    public async Task A_receiver_that_is_away_for_two_days_loses_nothing_and_dialling_is_suspended_all_the_while()
    {
        var away = true;
        _receiver.Script = (_, _) => away ? (0, false, HttpAnswer.Of(HttpFault.Unreachable, "refused")) : (0, true, HttpAnswer.Of(200));
        await using var sender = Start(threshold: 100);
        var made = 0;
        while (Suspensions.Count == 0)
        {
            // The group dials while it may: the wait condition is what stops it.
            Assert.True(++made < 2_000, "nothing stops the group");
            Attempts(sender, 1);
            await StepAsync(500);
        }

        while (_time.Elapsed < TimeSpan.FromHours(48))
        {
            await StepAsync(60_000);
        }

        Assert.True(made > 50, $"stopped after {made} attempts");
        Assert.Equal([(3, true)], Suspensions);
        away = false;
        await UntilAsync(() => _outbox.Left == 0, stepMs: 1_000);
        Assert.Equal(2 * made, _receiver.Saved.Count);
        Assert.All(_receiver.Saved.Values, times => Assert.Equal(1, times));

        // One change each way, also while the backlog is worked off.
        Assert.Equal([(3, true), (3, false)], Suspensions);
        Assert.Equal(
            Suspensions.Select(s => $"Wait condition has been {(s.Item2 ? "activated" : "cleared")} for Campaign Group Spring@Agents3 (DBID 3)"),
            _log.Messages.Select(m => m.Text).Where(t => t.StartsWith("Wait condition", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_200_with_garbage_is_a_confirmation_and_a_200_that_comes_too_late_is_none()
    {
        _receiver.Script = (_, posts) => posts == 1 ? (31_000, true, HttpAnswer.Of(200)) : (0, true, HttpAnswer.Of(200, "\0<<<"u8.ToArray()));
        await using var sender = Start();
        Record(sender, NextAttempt(), 0);
        await UntilAsync(() => _outbox.Left == 0, stepMs: 1_000);

        // Saved twice under one identity: the receiver's own store makes one of it.
        Assert.Equal([2], _receiver.Saved.Values);
        Assert.Single(_log.Messages, m => m.Text.StartsWith("Save operation for Call Attempt Record was aborted (timeout elapsed)", StringComparison.Ordinal));
    }

    private AttemptSender Start(int threshold = 1_000)
    {
        var sender = new AttemptSender(new AttemptSenderSettings
        {
            Options = new NotificationOptions { HistoryUri = new Uri("https://example.com/attempts"), HistoryWaitConditionThreshold = threshold },
            Outbox = _outbox,
            Poster = _receiver,
            Groups = [Sample.Group(), Sample.Group(4)],
            Suspend = (group, on) =>
            {
                lock (_gate)
                {
                    _suspensions.Add((group.Value, on));
                }
            },
            Time = _time,
            Logger = _log,
        });
        sender.Start();
        return sender;
    }

    private AttemptId NextAttempt() => new(new Guid(++_lastAttempt, 0, 0, new byte[8]));

    private void Attempts(AttemptSender sender, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var attempt = NextAttempt();
            Record(sender, attempt, 0);
            Record(sender, attempt, 1);
        }
    }

    private void Record(AttemptSender sender, AttemptId attempt, int sequence, int group = 3)
    {
        _outbox.Add(new GroupId(group), attempt, sequence, "+12025550123", Now);
        sender.Changed(new GroupId(group), 1);
    }

    /// <summary>Moves the clock and lets the sender work.</summary>
    private async Task StepAsync(int milliseconds)
    {
        await _time.AdvanceWhenTimersWaitAsync(TimeSpan.FromMilliseconds(milliseconds));
        for (var i = 0; i < 20; i++)
        {
            await Task.Yield();
        }
    }

    private async Task UntilAsync(Func<bool> done, int stepMs = 100)
    {
        var limit = _time.Elapsed + TimeSpan.FromHours(48);
        while (!done())
        {
            Assert.True(_time.Elapsed < limit, "it did not come to pass in two days");
            await StepAsync(stepMs);
        }
    }
}
