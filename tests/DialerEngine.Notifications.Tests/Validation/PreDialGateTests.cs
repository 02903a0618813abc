using System.Text;
using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.Notifications.Http;
using DialerEngine.Notifications.Tests.Support;
using DialerEngine.Notifications.Validation;
using DialerEngine.Testing;

namespace DialerEngine.Notifications.Tests.Validation;

/// <summary>Pre-dial validation: what each answer means, and that each question has exactly one.</summary>
public sealed class PreDialGateTests : IHttpPoster
{
    private readonly ManualTime _time = new();
    private readonly LogList _log = new();
    private readonly FakeOutbox _outbox = new();
    private readonly Lock _gate = new();
    private readonly List<(long Number, PreDialVerdict Verdict, PreDialRefusal? Refusal)> _answers = [];
    private readonly List<JsonElement> _posts = [];
    private Func<int, Task<HttpAnswer>> _server = _ => Task.FromResult(HttpAnswer.Of(200));

    [Fact]
    public async Task A_200_allows_whatever_its_body_says()
    {
        _server = _ => Task.FromResult(HttpAnswer.Of(200, "<<garbage"u8.ToArray()));
        Assert.Equal((1L, PreDialVerdict.Allowed, null), await AskAsync());
    }

    [Theory]
    [InlineData("""{"GSW_CALL_RESULT":51,"GSW_BLOCKING_RULE":"Night calls","GSW_BLOCKING_RULE_TYPE":4}""", CallResult.DoNotCall, "Night calls", 4L)]
    [InlineData("""{"x":{"GSW_CALL_RESULT":6},"GSW_BLOCKING_RULE_TYPE":"12"}""", CallResult.GeneralError, null, 12L)]
    [InlineData("""{"GSW_CALL_RESULT":1001}""", (CallResult)1001, null, null)]
    [InlineData("""{"GSW_CALL_RESULT":-1,"GSW_BLOCKING_RULE":7}""", CallResult.GeneralError, null, null)]
    [InlineData("""{"GSW_CALL_RESULT":52,"GSW_BLOCK""", CallResult.CancelRecord, null, null)]
    [InlineData("", CallResult.GeneralError, null, null)]
    [InlineData("[]", CallResult.GeneralError, null, null)]
    [InlineData("\0\u0001", CallResult.GeneralError, null, null)]
    public async Task A_409_refuses_with_result_and_rule_as_given(string body, CallResult result, string? rule, long? kind)
    {
        _server = _ => Task.FromResult(HttpAnswer.Of(409, Encoding.UTF8.GetBytes(body)));
        Assert.Equal((1L, PreDialVerdict.Refused, new PreDialRefusal(result, rule, kind)), await AskAsync());
    }

    [Theory]
    [InlineData(NoVerdict.DoNotDial, PreDialVerdict.Refused)]
    [InlineData(NoVerdict.Dial, PreDialVerdict.Allowed)]
    public async Task Anything_else_is_no_verdict_and_goes_by_the_option(NoVerdict option, PreDialVerdict verdict)
    {
        foreach (var answer in (HttpAnswer[])
            [HttpAnswer.Of(HttpFault.Timeout, ""), HttpAnswer.Of(HttpFault.Tls, ""), HttpAnswer.Of(500), HttpAnswer.Of(408), HttpAnswer.Of(418), HttpAnswer.Of(204), HttpAnswer.Of(302)])
        {
            _answers.Clear();
            _server = _ => Task.FromResult(answer);
            var heard = await AskAsync(new NotificationOptions { ValidationUri = Target, OnNoVerdict = option, ValidationTimeoutResult = CallResult.Busy });
            Assert.Equal(verdict, heard.Verdict);
            Assert.Equal(verdict == PreDialVerdict.Refused ? CallResult.Busy : null, heard.Refusal?.Result);
        }

        Assert.Equal(option == NoVerdict.Dial, _log.Messages.Any(m => m.Id == 8012));
    }

    [Fact]
    public async Task An_outage_uses_up_five_records_and_one_every_five_seconds_and_the_others_wait_for_its_end()
    {
        var isDown = true;
        _server = _ => Task.FromResult(isDown ? HttpAnswer.Of(HttpFault.Unreachable, "refused") : HttpAnswer.Of(200));
        await using var gate = Gate(new NotificationOptions { ValidationUri = Target, ConnectionPoolSize = 2 });
        for (var i = 1; i <= 60; i++)
        {
            Ask(gate, i, "+12025550123");
        }

        while (!_log.Messages.Any(m => m.Id == 8014))
        {
            await Task.Yield();
        }

        for (var second = 0; second < 60; second++)
        {
            await _time.AdvanceWhenTimersWaitAsync(TimeSpan.FromSeconds(1));
            await SettledAsync();
        }

        // Two questions were under way when the fifth failed.
        Assert.InRange(Answers.Count, 12, 19);
        Assert.All(Answers, a => Assert.Equal(PreDialVerdict.Refused, a.Verdict));
        isDown = false;
        var from = _time.Elapsed;
        while (Answers.Count < 60)
        {
            // The last questions may be answered while the clock is waited for.
            await _time.AdvanceWhenTimersWaitAsync(TimeSpan.FromMilliseconds(250), () => Answers.Count == 60);
            await SettledAsync();
            Assert.True(_time.Elapsed - from < TimeSpan.FromSeconds(10), $"{Answers.Count} answers only");
        }

        Assert.InRange(Answers.Count(a => a.Verdict == PreDialVerdict.Allowed), 41, 48);
        Assert.Equal("The validation server fails (refused): one record every 5 s is asked about until it works, the others wait", Assert.Single(_log.Messages, m => m.Id == 8014).Text);
        Assert.Single(_log.Messages, m => m.Id == 8015);
    }

    [Fact]
    public async Task An_outage_with_on_no_verdict_Dial_keeps_nobody_waiting()
    {
        _server = _ => Task.FromResult(HttpAnswer.Of(503));
        await using var gate = Gate(new NotificationOptions { ValidationUri = Target, OnNoVerdict = NoVerdict.Dial, ConnectionPoolSize = 1 });
        for (var i = 1; i <= 40; i++)
        {
            Ask(gate, i, "+12025550123");
        }

        while (Answers.Count < 40)
        {
            await Task.Yield();
        }

        Assert.Equal(5, _posts.Count);
        Assert.All(Answers, a => Assert.Equal(PreDialVerdict.Allowed, a.Verdict));
    }

    /// <summary>Lets what the clock has woken run.</summary>
    private static async Task SettledAsync()
    {
        for (var i = 0; i < 50; i++)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_contact_whose_attempt_record_is_not_saved_is_not_asked_about_and_not_dialled()
    {
        _outbox.Add(new GroupId(3), new AttemptId(Guid.Empty), 1, "+12025550123", 0);
        var heard = await AskAsync(new NotificationOptions { ValidationUri = Target, ValidationRaceResult = CallResult.Held });
        Assert.Equal((1L, PreDialVerdict.Refused, new PreDialRefusal(CallResult.Held, null, null)), heard);
        Assert.Empty(_posts);
        Assert.Contains(_log.Messages, m => m.Text.StartsWith("Predial check aborted due to race condition for phone +1", StringComparison.Ordinal));
        Assert.Equal(PreDialVerdict.Allowed, (await AskAsync(phone: "+12025550199")).Verdict);
    }

    [Fact]
    public async Task The_request_has_the_properties_of_the_call_and_the_time_it_was_sent()
    {
        await AskAsync();
        var body = Assert.Single(_posts);
        Assert.Equal("+12025550123", body.GetProperty("GSW_PHONE").GetString());
        Assert.Equal(1_772_366_400, body.GetProperty("GSW_START_PROCESSING").GetInt64());
        Assert.Equal("Spring_list", body.GetProperty("GSW_CALLING_LIST").GetString());
        Assert.Equal("Spring@Agents3", body.GetProperty("GSW_CAMPAIGN_GROUP_NAME").GetString());
        Assert.Equal("Ann", body.GetProperty("customer_name").GetString());
        Assert.Equal(12, body.GetProperty("balance").GetInt64());
    }

    [Fact]
    public async Task No_more_questions_than_connections_are_under_way_and_each_is_answered_once()
    {
        var now = 0;
        var most = 0;
        _server = async number =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
            return number % 3 == 0 ? throw new InvalidOperationException("unforeseen") : HttpAnswer.Of(number % 2 == 0 ? 200 : 409);
        };
        var gate = Gate(new NotificationOptions { ValidationUri = Target, ConnectionPoolSize = 4 });
        for (var i = 1; i <= 200; i++)
        {
            Ask(gate, i, "+12025550123");
        }

        while (Answers.Count < 200)
        {
            await Task.Yield();
        }

        await gate.DisposeAsync();
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), Answers.Select(a => a.Number).Order());
        Assert.InRange(most, 1, 4);
    }

    private static Uri Target => new("https://example.com/validation");

    private IReadOnlyList<(long Number, PreDialVerdict Verdict, PreDialRefusal? Refusal)> Answers
    {
        get
        {
            lock (_gate)
            {
                return [.. _answers];
            }
        }
    }

    public async ValueTask<HttpAnswer> PostAsync(Uri uri, ReadOnlyMemory<byte> body, int timeoutMs, string? idempotencyKey, CancellationToken stop)
    {
        int number;
        lock (_gate)
        {
            _posts.Add(JsonDocument.Parse(body).RootElement.Clone());
            number = _posts.Count;
        }

        return await _server(number);
    }

    private async Task<(long Number, PreDialVerdict Verdict, PreDialRefusal? Refusal)> AskAsync(NotificationOptions? options = null, string phone = "+12025550123")
    {
        _answers.Clear();
        await using var gate = Gate(options ?? new NotificationOptions { ValidationUri = Target });
        Ask(gate, 1, phone);
        while (Answers.Count == 0)
        {
            await Task.Yield();
        }

        return Assert.Single(Answers);
    }

    private static void Ask(PreDialGate gate, long number, string phone) => gate.Ask(Sample.Group(), new PreDialQuestion
    {
        Number = number,
        Record = new CallRecord { ContactInfo = phone, UserFields = ["Ann", 12L] },
        List = Sample.List,
        Attempt = new AttemptId(Guid.Empty),
        DialMode = DialMode.Progress,
        AskedAt = 1_772_366_400_900,
    });

    private PreDialGate Gate(NotificationOptions options) => new(new PreDialGateSettings
    {
        Options = options,
        Poster = this,
        Outbox = _outbox,
        Answer = (_, number, verdict, refusal) =>
        {
            lock (_gate)
            {
                _answers.Add((number, verdict, refusal));
            }
        },
        Time = _time,
        Logger = _log,
    });
}
