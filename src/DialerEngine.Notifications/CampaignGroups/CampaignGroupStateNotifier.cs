using System.Buffers;
using System.Collections.Frozen;
using System.Threading.Channels;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Notifications.Http;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Notifications.CampaignGroups;

/// <summary>What the notifier is made of.</summary>
public sealed record StateNotifierSettings
{
    public required NotificationOptions Options { get; init; }

    public required IReadOnlyList<CampaignGroupDefinition> Groups { get; init; }

    public required IHttpPoster Poster { get; init; }

    /// <summary>A look at a group by name; null where it cannot be had.</summary>
    public required Func<string, CancellationToken, Task<GroupSnapshot?>> SnapshotOf { get; init; }

    /// <summary>Counts of a list; null where they cannot be had.</summary>
    public required Func<ListId, CancellationToken, Task<ListCounts?>> CountsOf { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public NotificationMetrics? Metrics { get; init; }
}

/// <summary>
/// Posts a campaign group's changes of state and, at an interval, the state of active groups. Fire and forget: one try, a failure is counted and logged
/// and changes nothing. Posts of one group keep their order; a group whose receiver is slow loses its oldest waiting posts, never the loop's time.
/// </summary>
public sealed class CampaignGroupStateNotifier : IGroupObserver, IAsyncDisposable
{
    /// <summary>Posts of one group that may wait; beyond it the oldest is dropped and counted.</summary>
    private const int WaitingPosts = 16;

    /// <summary>List counts are asked for at most this often, ms: a long list takes a while to count.</summary>
    private const long CountEveryMs = 60_000;

    private readonly StateNotifierSettings _settings;
    private volatile NotificationOptions _options;
    private readonly FrozenDictionary<int, Lane> _lanes;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly Dictionary<ListId, (long At, long Ready)> _ready = [];
    private readonly Lock _readyGate = new();
    private ITimer? _timer;
    private volatile bool _stopping;
    private long _failed;
    private long _dropped;

    public CampaignGroupStateNotifier(StateNotifierSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _options = settings.Options;
        _lanes = settings.Groups.ToFrozenDictionary(g => g.Id.Value, g => new Lane(g, () => Interlocked.Increment(ref _dropped)));
    }

    /// <summary>Posts that were not answered with 2xx.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Posts dropped because too many of their group waited.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Start()
    {
        foreach (var lane in _lanes.Values)
        {
            _running.Add(Task.Run(() => RunAsync(lane)));
        }

        _timer = _settings.Time.CreateTimer(_ => PostPeriodic(), null, Interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Other options and definitions of the same groups from now on.</summary>
    public void Reconfigure(NotificationOptions options, IReadOnlyList<CampaignGroupDefinition> groups)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(groups);
        var before = _options;
        _options = options with { StatesUri = options.StatesUri ?? before.StatesUri };
        foreach (var group in groups)
        {
            if (_lanes.TryGetValue(group.Id.Value, out var lane))
            {
                lane.Group = group;
            }
        }

        if (before.StatesIntervalMs != options.StatesIntervalMs)
        {
            Arm();
        }
    }

    /// <summary>What happens from now on happens because the engine is being stopped.</summary>
    public void EngineStops() => _stopping = true;

    public void StateChanged(CampaignGroupDefinition group, CampaignGroupState state, DialMode mode, GroupCommandKind by)
    {
        if (!_lanes.TryGetValue(group.Id.Value, out var lane))
        {
            return;
        }

        lane.State = state;
        lane.Mode = mode;
        if (by == GroupCommandKind.Load)
        {
            lane.Counts.Clear();
        }

        // On its way to being unloaded a group is shown by the periodic posts; the change is reported when it is done.
        if (state is CampaignGroupState.Active or CampaignGroupState.Running or CampaignGroupState.NotLoaded)
        {
            lane.Posts.Writer.TryWrite(new Post(state, mode, CampaignGroupStateReport.MessageOf(by), _stopping ? CampaignActorType.Engine : CampaignActorType.Client, _settings.Time.GetUtcNow()));
        }
    }

    public void AttemptStarted(CampaignGroupDefinition group, CallSession session)
    {
        // Statistics are of complete attempts.
    }

    public void AttemptFinished(CampaignGroupDefinition group, CallSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (_lanes.TryGetValue(group.Id.Value, out var lane) && session.Record is { } record)
        {
            lane.Counts.Complete(
                record.List, session.Times.Answered > 0 && session.Result.IsLiveAnswer(), record.RecordStatus != RecordStatus.Ready, _settings.Time.GetUtcNow().ToUnixTimeMilliseconds());
        }
    }

    public void CallStuck(CampaignGroupDefinition group, CallSession session)
    {
        // No part of the group's state.
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
        }

        // What waits gets its one try, for at most a second: a stop must not hang on a receiver.
        foreach (var lane in _lanes.Values)
        {
            lane.Posts.Writer.TryComplete();
        }

        _stop.CancelAfter(TimeSpan.FromSeconds(1));
        await Task.WhenAll(_running).ConfigureAwait(false);
        _stop.Dispose();
    }

    private void PostPeriodic()
    {
        foreach (var lane in _lanes.Values)
        {
            // A group whose posts wait already needs no more of them.
            if (lane.State is not (CampaignGroupState.NotLoaded or CampaignGroupState.Unknown) && lane.Posts.Reader.Count == 0)
            {
                lane.Posts.Writer.TryWrite(new Post(lane.State, lane.Mode, CampaignMessageType.None, CampaignActorType.Unknown, _settings.Time.GetUtcNow()));
            }
        }

        Arm();
    }

    private TimeSpan Interval => _options.StatesIntervalMs > 0 ? TimeSpan.FromMilliseconds(_options.StatesIntervalMs) : Timeout.InfiniteTimeSpan;

    private void Arm()
    {
        try
        {
            _timer?.Change(Interval, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The notifier stops.
        }
    }

    private async Task RunAsync(Lane lane)
    {
        try
        {
            await foreach (var post in lane.Posts.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                await SendAsync(lane, post).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The engine stops.
        }
#pragma warning disable CA1031 // A notifier that cannot go on must be told; the engine does not depend on it.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            NotificationLog.Stopped(_settings.Logger, broken.Message, broken);
        }
    }

    private async Task SendAsync(Lane lane, Post post)
    {
        var report = await ReportAsync(lane, post).ConfigureAwait(false);
        var body = new ArrayBufferWriter<byte>(1_024);
        report.Write(body);
        var options = _options;
        var uri = options.StatesUri!;
        if (post.Action == CampaignMessageType.None)
        {
            NotificationLog.SendingPeriodicState(_settings.Logger, lane.Group.Name, LogText(uri));
        }
        else
        {
            NotificationLog.SendingState(_settings.Logger, lane.Group.Name, LogText(uri));
        }

        var answer = await _settings.Poster.PostAsync(uri, body.WrittenMemory, options.ResponseTimeoutMs, null, _stop.Token).ConfigureAwait(false);
        var isTaken = answer.Status is >= 200 and < 300;
        _settings.Metrics?.State(isTaken ? "taken" : "failed");
        if (!isTaken)
        {
            NotificationLog.StateFailed(_settings.Logger, lane.Group.Name, answer.Reason, Interlocked.Increment(ref _failed));
        }
    }

    /// <summary>The address as a log may show it: a query may hold a key.</summary>
    private static string LogText(Uri uri) => uri.Query.Length > 0 ? $"{uri.GetLeftPart(UriPartial.Path)}?..." : uri.ToString();

    private async Task<CampaignGroupStateReport> ReportAsync(Lane lane, Post post)
    {
        var seen = post.State == CampaignGroupState.NotLoaded ? null : await _settings.SnapshotOf(lane.Group.Name, _stop.Token).ConfigureAwait(false);
        var now = _settings.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var lists = new List<CampaignListStatistics>();
        long? slowest = null;
        foreach (var list in lane.Group.Campaign.Lists)
        {
            var ready = seen is null ? null : await ReadyOfAsync(list.List.Id, now).ConfigureAwait(false);
            var left = ready is { } records ? lane.Counts.SecondsToComplete(list.List.Id, records, now) : null;
            lists.Add(new CampaignListStatistics(list.List, lane.Counts.HitRatioOf(list.List.Id), left));

            // The group is done when its slowest list is; unknown for one is unknown for all.
            slowest = left is null ? null : lists.Count == 1 ? left : slowest is null ? null : Math.Max(slowest.Value, left.Value);
        }

        return new CampaignGroupStateReport
        {
            Group = lane.Group,
            State = post.State,
            DialMode = post.Mode,
            Action = post.Action,
            Actor = post.Actor,
            At = post.At,
            BusyFactor = seen?.BusyFactor,
            HitRatio = seen?.HitRatio,
            OverdialRate = seen?.OverdialRate,
            SecondsToComplete = slowest,
            Lists = lists,
        };
    }

    private async Task<long?> ReadyOfAsync(ListId list, long now)
    {
        lock (_readyGate)
        {
            if (_ready.TryGetValue(list, out var known) && now - known.At < CountEveryMs)
            {
                return known.Ready;
            }
        }

        if (await _settings.CountsOf(list, _stop.Token).ConfigureAwait(false) is not { } counts)
        {
            return null;
        }

        var ready = counts.ByStatus[(int)RecordStatus.Ready] + counts.ByStatus[(int)RecordStatus.Retrieved];
        lock (_readyGate)
        {
            _ready[list] = (now, ready);
        }

        return ready;
    }

    private readonly record struct Post(CampaignGroupState State, DialMode Mode, CampaignMessageType Action, CampaignActorType Actor, DateTimeOffset At);

    private sealed class Lane
    {
        private volatile CampaignGroupDefinition _group;

        public Lane(CampaignGroupDefinition group, Action dropped)
        {
            _group = group;
            Mode = group.DialMode;
            Counts = new CampaignGroupCounts(group);
            Posts = Channel.CreateBounded<Post>(
                new BoundedChannelOptions(WaitingPosts) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest }, _ => dropped());
        }

        public CampaignGroupDefinition Group
        {
            get => _group;
            set => _group = value;
        }

        public CampaignGroupCounts Counts { get; }

        public Channel<Post> Posts { get; }

        public CampaignGroupState State { get; set; }

        public DialMode Mode { get; set; }
    }
}
