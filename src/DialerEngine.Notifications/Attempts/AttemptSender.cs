using System.Collections.Concurrent;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Ports;
using DialerEngine.Notifications.Http;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Notifications.Attempts;

/// <summary>What a sender is made of.</summary>
public sealed record AttemptSenderSettings
{
    public required NotificationOptions Options { get; init; }

    public required IAttemptOutbox Outbox { get; init; }

    public required IHttpPoster Poster { get; init; }

    public required IReadOnlyList<CampaignGroupDefinition> Groups { get; init; }

    /// <summary>Suspends a group's dialling or lets it go on.</summary>
    public required Action<GroupId, bool> Suspend { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public NotificationMetrics? Metrics { get; init; }

    /// <summary>Seed of the jitter.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>
/// Sends what is in the outbox until it is confirmed. One loop decides, the posts run beside it: at most as many as the connection pool has places, with
/// a window of rows read ahead. Nothing of it ever waits in a group's loop: the journal writes rows, this reads them.
/// </summary>
/// <remarks>
/// At least once on the wire, once by identity: a record whose confirmation was lost is sent again under the same GUID and sequence number.
/// After five failures of the receiver as a whole in a row only one record every five seconds is tried; when one is answered, the number of
/// parallel posts grows from one again.
/// </remarks>
public sealed class AttemptSender : IAsyncDisposable
{
    private const int CircuitFailures = 5;
    private const int ProbeMs = 5_000;
    private const int IdleMs = 100;

    /// <summary>Outcomes are written, and an outbox with nothing due is asked again, at most this often: a transaction for each record would cost more than its post.</summary>
    private const int BatchMs = 20;

    /// <summary>Outcomes that are written without waiting for that.</summary>
    private const int BatchSize = 128;
    private const int FaultWaitMs = 1_000;
    private readonly AttemptSenderSettings _settings;
    private volatile NotificationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WaitCondition _wait;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly ConcurrentQueue<(OutboxRecord Record, HttpAnswer Answer, double Seconds)> _answers = new();
    private readonly Queue<OutboxRecord> _window = new();
    private readonly HashSet<long> _held = [];
    private readonly List<OutboxVerdict> _verdicts = [];
    private readonly int _windowSize;
    private Task _running = Task.CompletedTask;
    private ulong _random;
    private int _underWay;
    private int _failuresInARow;
    private int _parallel;
    private bool _isOpen;
    private long _probedAt;
    private long _settledAt;
    private long _takenAt;
    private bool _isDry;
    private bool _allCount;
    private long _saved;

    public AttemptSender(AttemptSenderSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _options = settings.Options;
        _time = settings.Time;
        _logger = settings.Logger;
        _random = settings.Seed;
        _parallel = _options.ConnectionPoolSize;
        _windowSize = Math.Max(64, 8 * _options.ConnectionPoolSize);
        _wait = new WaitCondition(settings.Groups, _options.HistoryWaitConditionThreshold, _logger, settings.Suspend);
        foreach (var count in settings.Outbox.Count())
        {
            _wait.Add(count.Group, count.Unsent, count.Failed);
        }
    }

    /// <summary>Records that are not confirmed.</summary>
    public int Unsent => _wait.Unsent;

    /// <summary>Records confirmed since the start.</summary>
    public long Saved => Interlocked.Read(ref _saved);

    /// <summary>True while the receiver as a whole does not work.</summary>
    public bool IsCircuitOpen => Volatile.Read(ref _isOpen);

    /// <summary>Groups whose dialling is suspended by a wait condition.</summary>
    public IReadOnlyList<GroupId> Suspended => _wait.Suspended;

    /// <summary>Other options from now on. The number of connections stays: it is given at the start.</summary>
    public void Reconfigure(NotificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options with { ConnectionPoolSize = _options.ConnectionPoolSize, HistoryUri = options.HistoryUri ?? _options.HistoryUri };
        _wait.SetThreshold(options.HistoryWaitConditionThreshold);
        Wake();
    }

    public void Start() => _running = Task.Run(() => RunAsync(_stop.Token));

    /// <summary>The journal has committed records of a group (or taken some back: negative).</summary>
    public void Changed(GroupId group, int records)
    {
        _wait.Add(group, records, 0);
        Wake();
    }

    /// <summary>Ends sending; what is not confirmed stays in the outbox.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
        _signal.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await TurnAsync(stop).ConfigureAwait(false);
            }

            // Answers that are here already are worth writing down; posts under way end as stopped and change nothing.
            while (Volatile.Read(ref _underWay) > 0)
            {
                await _signal.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            }

            Settle();
        }
#pragma warning disable CA1031 // Whatever stops the sender must be told; records stay in the outbox and the wait condition holds dialling.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            NotificationLog.Stopped(_logger, broken.Message, broken);
            Volatile.Write(ref _isOpen, true);
            _wait.SetAllCount(true);
        }
    }

    private async Task TurnAsync(CancellationToken stop)
    {
        var worked = false;
        try
        {
            // Posts first: settling writes to the disk meanwhile.
            worked = StartPosts();
            if (_answers.Count >= BatchSize || IsOver(_settledAt))
            {
                worked |= Settle();
            }

            if (!_isDry || IsOver(_takenAt))
            {
                worked |= Refill();
            }

            LookAtAge();
        }
        catch (StorageFaultException fault)
        {
            NotificationLog.OutboxFault(_logger, fault.Message);
            await WaitAsync(FaultWaitMs, stop).ConfigureAwait(false);
            return;
        }

        if (!worked || (_window.Count > 0 && !MayPost()))
        {
            await WaitAsync(_answers.IsEmpty && _verdicts.Count == 0 && !(_isDry && _wait.Unsent > _held.Count) ? IdleMs : BatchMs, stop).ConfigureAwait(false);
        }
    }

    private bool IsOver(long since) => _time.GetElapsedTime(since).TotalMilliseconds >= BatchMs;

    private async Task WaitAsync(int milliseconds, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(milliseconds), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            await _signal.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Time to look again, or to stop.
        }
    }

    private bool MayPost() => _isOpen ? _underWay == 0 && _time.GetElapsedTime(_probedAt).TotalMilliseconds >= ProbeMs : _underWay < _parallel;

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private bool StartPosts()
    {
        var started = false;
        while (_window.Count > 0 && MayPost())
        {
            Interlocked.Increment(ref _underWay);
            _probedAt = _time.GetTimestamp();
            _ = PostAsync(_window.Dequeue());
            started = true;
        }

        return started;
    }

    private async Task PostAsync(OutboxRecord record)
    {
        var begun = _time.GetTimestamp();
        var key = $"{record.Attempt}/{(record.Sequence == 0 ? "0" : "1")}";
        HttpAnswer answer;
        try
        {
            answer = await _settings.Poster.PostAsync(_options.HistoryUri!, record.Body, _options.HistoryResponseTimeoutMs, key, _stop.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A post that fails in a way nobody foresaw is one that was not saved.
        catch (Exception unforeseen)
#pragma warning restore CA1031
        {
            answer = HttpAnswer.Of(HttpFault.Broken, unforeseen.Message);
        }

        _answers.Enqueue((record, answer, _time.GetElapsedTime(begun).TotalSeconds));
        Interlocked.Decrement(ref _underWay);
        Wake();
    }

    private bool Refill()
    {
        if (_window.Count > _windowSize / 2 || _wait.Unsent <= _held.Count)
        {
            return false;
        }

        var wanted = _windowSize - _window.Count;
        var taken = _settings.Outbox.Take(wanted, NowMs, _held);
        _takenAt = _time.GetTimestamp();
        _isDry = taken.Count < wanted;
        foreach (var record in taken)
        {
            _window.Enqueue(record);
            _held.Add(record.Id);
        }

        return taken.Count > 0;
    }

    /// <summary>
    /// A receiver that does not work, or is so slow that records wait longer for their turn than for an answer, makes all unconfirmed records count, until
    /// the backlog is read to its end: so the wait condition does not flicker while it is worked off.
    /// </summary>
    private void LookAtAge()
    {
        _allCount = _isOpen || HasOld() || (_allCount && !_isDry);
        _wait.SetAllCount(_allCount);
    }

    private bool HasOld()
    {
        var now = NowMs;
        foreach (var record in _window)
        {
            if (record.Tries == 0 && now - record.DueAt > _options.HistoryResponseTimeoutMs)
            {
                return true;
            }
        }

        return false;
    }

    private bool Settle()
    {
        while (_verdicts.Count < 1_024 && _answers.TryDequeue(out var answered))
        {
            Judge(answered.Record, answered.Answer, answered.Seconds);
        }

        if (_verdicts.Count == 0)
        {
            return false;
        }

        // A fault keeps the verdicts for the next turn.
        _settings.Outbox.Settle(_verdicts);
        _settledAt = _time.GetTimestamp();
        foreach (var verdict in _verdicts)
        {
            _held.Remove(verdict.Record.Id);
            var wasFailed = verdict.Record.Tries > 0;
            var isGone = verdict.Outcome != OutboxOutcome.Queued;
            _wait.Add(verdict.Record.Group, isGone ? -1 : 0, isGone ? (wasFailed ? -1 : 0) : (wasFailed ? 0 : 1));
            Interlocked.Add(ref _saved, verdict.Outcome == OutboxOutcome.Saved ? 1 : 0);
        }

        _verdicts.Clear();
        return true;
    }

    private void Judge(OutboxRecord record, HttpAnswer answer, double seconds)
    {
        if (answer.Fault != HttpFault.None && _stop.IsCancellationRequested)
        {
            _held.Remove(record.Id);
            return;
        }

        Watch(answer);
        var verdict = AttemptAnswers.Judge(record, answer, NowMs, _options.HistoryWaitRecoveryTimeoutMs, NextJitter());
        _verdicts.Add(verdict);
        _settings.Metrics?.Attempt(verdict.Outcome.ToString(), seconds);
        switch (AttemptAnswers.KindOf(answer))
        {
            case AttemptAnswerKind.Saved when _logger.IsEnabled(LogLevel.Debug):
                NotificationLog.Saved(_logger, PhoneMask.Of(record.Phone));
                break;
            case AttemptAnswerKind.Saved:
                break;
            case AttemptAnswerKind.TimedOut when _logger.IsEnabled(LogLevel.Information):
                NotificationLog.TimedOut(_logger, PhoneMask.Of(record.Phone));
                break;
            default:
                LogFailure(verdict);
                break;
        }
    }

    private void LogFailure(OutboxVerdict verdict)
    {
        if (verdict.Outcome == OutboxOutcome.Dead)
        {
            NotificationLog.Dead(_logger, verdict.Record.Attempt.ToString(), verdict.Record.Sequence, verdict.Reason);
        }
        else if (_logger.IsEnabled(LogLevel.Information))
        {
            NotificationLog.NotSaved(_logger, PhoneMask.Of(verdict.Record.Phone));
        }
    }

    private void Watch(HttpAnswer answer)
    {
        if (!AttemptAnswers.IsTrouble(answer))
        {
            _failuresInARow = 0;
            if (_isOpen)
            {
                Volatile.Write(ref _isOpen, false);
                _parallel = 1;
                NotificationLog.CircuitClosed(_logger);
            }
            else
            {
                _parallel = Math.Min(_options.ConnectionPoolSize, _parallel + 1);
            }

            return;
        }

        if (++_failuresInARow == CircuitFailures)
        {
            Volatile.Write(ref _isOpen, true);
            NotificationLog.CircuitOpen(_logger, answer.Reason, ProbeMs / 1_000);
        }
    }

    /// <summary>SplitMix64: even jitter from a seed.</summary>
    private double NextJitter()
    {
        _random += 0x9E3779B97F4A7C15;
        var z = _random;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (z ^ (z >> 31)) / (double)ulong.MaxValue;
    }

    private void Wake()
    {
        try
        {
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
        catch (Exception ended) when (ended is SemaphoreFullException or ObjectDisposedException)
        {
            // Woken already, or nobody is there any more.
        }
    }
}
