using System.Buffers;
using System.Text.Json;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Ports;
using DialerEngine.Notifications.Http;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Notifications.Validation;

/// <summary>What the gate is made of.</summary>
public sealed record PreDialGateSettings
{
    public required NotificationOptions Options { get; init; }

    public required IHttpPoster Poster { get; init; }

    /// <summary>Where unsaved attempt records are looked up; null where attempts are not reported (then there is no race).</summary>
    public IAttemptOutbox? Outbox { get; init; }

    /// <summary>Takes answers: group, number of the question, verdict, refusal.</summary>
    public required Action<GroupId, long, PreDialVerdict, PreDialRefusal?> Answer { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public NotificationMetrics? Metrics { get; init; }
}

/// <summary>
/// Pre-dial validation over HTTP: one POST for each record, at most as many at a time as the connection pool has places. Groups bound how many questions
/// they have open, so nothing here grows. A question is answered exactly once; what the server says later is not heard.
/// </summary>
/// <remarks>
/// After five questions in a row without a verdict one question every five seconds is asked until one has a verdict: an outage must not use a whole list
/// up with <c>validation-timeout-call-result</c>. The other questions wait; where <c>on-no-verdict</c> is Dial they are answered so at once.
/// </remarks>
public sealed class PreDialGate : IPreDialGate, IAsyncDisposable
{
    private const int CircuitFailures = 5;
    private const int ProbeMs = 5_000;
    private const int LookMs = 250;
    private readonly PreDialGateSettings _settings;
    private volatile NotificationOptions _options;
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _circuit = new();
    private int _failuresInARow;
    private bool _isOpen;
    private long _probedAt;

    public PreDialGate(PreDialGateSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _options = settings.Options;
        _places = new SemaphoreSlim(_options.ConnectionPoolSize);
        if (_options.OnNoVerdict == NoVerdict.Dial)
        {
            NotificationLog.FailsOpen(settings.Logger);
        }
    }

    /// <summary>Other options for questions from now on. The number of connections stays: it is given at the start.</summary>
    public void Reconfigure(NotificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var before = _options;
        _options = options with { ConnectionPoolSize = before.ConnectionPoolSize, ValidationUri = options.ValidationUri ?? before.ValidationUri };
        if (options.OnNoVerdict == NoVerdict.Dial && before.OnNoVerdict != NoVerdict.Dial)
        {
            NotificationLog.FailsOpen(_settings.Logger);
        }
    }

    public void Ask(CampaignGroupDefinition group, in PreDialQuestion question)
    {
        var body = new ArrayBufferWriter<byte>(1_024);
        WriteBody(body, group, in question);
        _ = AskAsync(group.Id, question.Number, question.Record.ContactInfo, body.WrittenMemory);
    }

    /// <summary>The body of a request: the properties that are attached to the call.</summary>
    public static void WriteBody(IBufferWriter<byte> body, CampaignGroupDefinition group, in PreDialQuestion question)
    {
        var record = question.Record;
        using var json = new Utf8JsonWriter(body, NotificationJson.Options);
        json.WriteStartObject();
        json.WriteString("GSW_CALL_ATTEMPT_GUID"u8, question.Attempt.Value);
        json.WriteNumber("GSW_START_PROCESSING"u8, question.AskedAt / 1_000);
        json.WriteNumber("GSW_APPLICATION_ID"u8, group.ApplicationId);
        json.WriteString("GSW_TENANT_NAME"u8, group.TenantName);
        json.WriteString("GSW_CAMPAIGN_NAME"u8, group.Campaign.Name);
        json.WriteNumber("GSW_CAMPAIGN_DBID"u8, group.Campaign.Id);
        json.WriteString("GSW_CAMPAIGN_GROUP_NAME"u8, group.Name);
        json.WriteString("GSW_CAMPAIGN_GROUP_GUID"u8, group.Guid);
        json.WriteString("GSW_GROUP_NAME"u8, group.AgentGroup.Name);
        json.WriteString("GSW_CALLING_LIST"u8, question.List.Name);
        json.WriteNumber("GSW_DIAL_MODE"u8, (int)question.DialMode);
        json.WriteString("GSW_PHONE"u8, record.ContactInfo);
        json.WriteNumber("GSW_PHONE_TYPE"u8, (int)record.PhoneType);
        json.WriteNumber("GSW_RECORD_TYPE"u8, (int)record.RecordType);
        json.WriteNumber("GSW_CALL_RESULT"u8, (int)record.CallResult);
        json.WriteNumber("GSW_ATTEMPTS"u8, record.Attempts);
        json.WriteNumber("GSW_CHAIN_ID"u8, record.ChainId);
        json.WriteNumber("GSW_CHAIN_N"u8, record.ChainN);
        json.WriteNumber("GSW_FROM"u8, record.DailyFrom);
        json.WriteNumber("GSW_UNTIL"u8, record.DailyTill);
        if (record.DialScheduledTime > 0)
        {
            json.WriteNumber("GSW_SCHEDULED_TIME"u8, record.DialScheduledTime);
        }

        if (record.CallTime > 0)
        {
            json.WriteNumber("GSW_CALL_TIME"u8, record.CallTime);
        }

        WriteUserFields(json, record, question.List);
        json.WriteEndObject();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);

        // Questions under way end at once now; each holds its place until it has ended.
        for (var i = 0; i < _options.ConnectionPoolSize; i++)
        {
            await _places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    /// <summary>Fields with a send_attribute, as on the call: integers as integers, all else as strings.</summary>
    private static void WriteUserFields(Utf8JsonWriter json, CallRecord record, CallingListDefinition list)
    {
        var count = Math.Min(list.UserFields.Count, record.UserFields.Length);
        for (var i = 0; i < count; i++)
        {
            if (list.UserFields[i].SendAttribute is not { } key || key.StartsWith("GSW_", StringComparison.Ordinal) || record.UserFields[i] is not { } value)
            {
                continue;
            }

            if (value is long number && list.UserFields[i].Type == UserFieldType.Int)
            {
                json.WriteNumber(key, number);
            }
            else
            {
                json.WriteString(key, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture));
            }
        }
    }

    private async Task AskAsync(GroupId group, long number, string phone, ReadOnlyMemory<byte> body)
    {
        // Leaves the loop's thread at once.
        await Task.Yield();
        var verdict = PreDialVerdict.Refused;
        PreDialRefusal? refusal = new(_options.ValidationTimeoutResult, null, null);
        try
        {
            await _places.WaitAsync(_stop.Token).ConfigureAwait(false);
            try
            {
                (verdict, refusal) = await JudgeAsync(phone, body).ConfigureAwait(false);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // The engine stops: the record goes back to its list with the group.
            return;
        }
#pragma warning disable CA1031 // A question that fails in a way nobody foresaw has no verdict, and every question must be answered.
        catch (Exception unforeseen)
#pragma warning restore CA1031
        {
            (verdict, refusal) = WithoutVerdict(phone, unforeseen.Message);
        }

        _settings.Answer(group, number, verdict, refusal);
    }

    private async ValueTask<(PreDialVerdict Verdict, PreDialRefusal? Refusal)> JudgeAsync(string phone, ReadOnlyMemory<byte> body)
    {
        if (_settings.Outbox is { } outbox && outbox.HasUnsaved(phone))
        {
            NotificationLog.Race(_settings.Logger, PhoneMask.Of(phone));
            _settings.Metrics?.Validation("race");
            return (PreDialVerdict.Refused, new PreDialRefusal(_options.ValidationRaceResult, null, null));
        }

        while (IsHeld())
        {
            if (_options.OnNoVerdict == NoVerdict.Dial)
            {
                return WithoutVerdict(phone, "the validation server fails");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(LookMs), _settings.Time, _stop.Token).ConfigureAwait(false);
        }

        var answer = await _settings.Poster.PostAsync(_options.ValidationUri!, body, _options.ResponseTimeoutMs, null, _stop.Token).ConfigureAwait(false);
        _stop.Token.ThrowIfCancellationRequested();
        if (ValidationAnswer.Read(answer, _options.ValidationTimeoutResult, out var refusal) is { } verdict)
        {
            _settings.Metrics?.Validation(verdict == PreDialVerdict.Allowed ? "allowed" : "refused");
            Works();
            return (verdict, refusal);
        }

        Fails(answer.Reason);
        return WithoutVerdict(phone, answer.Reason);
    }

    /// <summary>True while the server does not work and it is not time to try it; the question that finds it time is the try.</summary>
    private bool IsHeld()
    {
        lock (_circuit)
        {
            if (!_isOpen)
            {
                return false;
            }

            if (_settings.Time.GetElapsedTime(_probedAt).TotalMilliseconds < ProbeMs)
            {
                return true;
            }

            _probedAt = _settings.Time.GetTimestamp();
            return false;
        }
    }

    private void Works()
    {
        lock (_circuit)
        {
            _failuresInARow = 0;
            if (_isOpen)
            {
                _isOpen = false;
                NotificationLog.ValidationClosed(_settings.Logger);
            }
        }
    }

    private void Fails(string reason)
    {
        lock (_circuit)
        {
            if (++_failuresInARow == CircuitFailures)
            {
                _isOpen = true;
                _probedAt = _settings.Time.GetTimestamp();
                NotificationLog.ValidationOpen(
                    _settings.Logger, reason, ProbeMs / 1_000, _options.OnNoVerdict == NoVerdict.Dial ? "the others are dialled all the same" : "the others wait");
            }
        }
    }

    private (PreDialVerdict Verdict, PreDialRefusal? Refusal) WithoutVerdict(string phone, string reason)
    {
        _settings.Metrics?.Validation("none");
        var dials = _options.OnNoVerdict == NoVerdict.Dial;
        NotificationLog.NoVerdict(_settings.Logger, PhoneMask.Of(phone), reason, dials ? "it is dialled all the same (on-no-verdict)" : "it is not dialled");
        return dials ? (PreDialVerdict.Allowed, null) : (PreDialVerdict.Refused, new PreDialRefusal(_options.ValidationTimeoutResult, null, null));
    }
}
