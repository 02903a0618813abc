using System.Diagnostics.Metrics;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Adapters.Sqlite.Outbox;
using DialerEngine.Core;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Configuration;
using DialerEngine.Notifications;
using DialerEngine.Notifications.Attempts;
using DialerEngine.Notifications.CampaignGroups;
using DialerEngine.Notifications.Http;
using DialerEngine.Notifications.Validation;
using DialerEngine.Runtime;

namespace DialerEngine.Host.Notifications;

/// <summary>The HTTP notifiers of one engine, composed. Made before the storage, opened with it, started when the groups' loops run.</summary>
internal sealed class Notifiers : IAsyncDisposable
{
    private readonly EngineConfiguration _configuration;
    private NotificationOptions _options;
    private Dictionary<string, IReadOnlyDictionary<int, string>?> _zones = [];
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly NotificationMetrics _metrics;
    private readonly List<ReplaceablePoster> _posters = [];
    private readonly AttemptRecordFormat? _format;
    private SqliteAttemptOutbox? _outbox;
    private CampaignGroupStateNotifier? _states;
    private PreDialGate? _gate;
    private AttemptSender? _sender;
    private EngineRuntime? _runtime;

    private Notifiers(EngineConfiguration configuration, TimeProvider time, ILoggerFactory loggers, IMeterFactory meters)
    {
        _configuration = configuration;
        _options = configuration.Notifications;
        _time = time;
        _loggers = loggers;
        _metrics = new NotificationMetrics(meters);
        if (_options.HistoryUri is not null)
        {
            _zones = ZonesOf(configuration);
            _format = new AttemptRecordFormat(
                configuration.Groups,
                (group, dbid) => Volatile.Read(ref _zones).GetValueOrDefault(group.TenantName)?.GetValueOrDefault(dbid) ?? ClockOptions.DefaultZones.GetValueOrDefault(dbid));
            Hook = new OutboxHook(_format, time);
        }
    }

    /// <summary>Makes the journal write attempt records; null where there are none.</summary>
    public OutboxHook? Hook { get; }

    /// <summary>Asked before a record is dialled; null where nothing is validated.</summary>
    public IPreDialGate? Gate => _gate;

    public IReadOnlyList<IGroupObserver> Observers => _states is { } states ? [states] : [];

    /// <summary>The notifiers of a configuration; null where it has none.</summary>
    public static Notifiers? Create(EngineConfiguration configuration, TimeProvider time, ILoggerFactory loggers, IMeterFactory meters) =>
        configuration.Notifications.IsUsed ? new Notifiers(configuration, time, loggers, meters) : null;

    /// <summary>Opens what belongs to the storage. After recovery, before the groups' loops are made.</summary>
    public void Open(SqliteStorage storage)
    {
        _outbox = Hook is null ? null : storage.OpenOutbox();
        if (_options.StatesUri is not null)
        {
            _states = new CampaignGroupStateNotifier(new StateNotifierSettings
            {
                Options = _options,
                Groups = _configuration.Groups,
                Poster = NewPoster(),
                SnapshotOf = async (name, cancel) => _runtime is { } runtime ? await runtime.SnapshotAsync(name, cancel) : null,
                CountsOf = async (list, cancel) => await CountAsync(storage.Lists, list, cancel),
                Time = _time,
                Logger = _loggers.CreateLogger<CampaignGroupStateNotifier>(),
                Metrics = _metrics,
            });
        }

        if (_options.ValidationUri is not null)
        {
            _gate = new PreDialGate(new PreDialGateSettings
            {
                Options = _options,
                Poster = NewPoster(),
                Outbox = _outbox,
                Answer = (group, number, verdict, refusal) => _runtime?.Say(
                    group, new GroupInput { Kind = InputKind.Validated, Number = number, Detail = (int)verdict, Reference = refusal }),
                Time = _time,
                Logger = _loggers.CreateLogger<PreDialGate>(),
                Metrics = _metrics,
            });
        }
    }

    /// <summary>What groups do from now on they do because the engine stops.</summary>
    public void EngineStops() => _states?.EngineStops();

    /// <summary>
    /// Other options and definitions from now on: addresses, times, thresholds, credentials, whom may be reached. Which kinds are sent at all and how
    /// many connections each has is settled at the start.
    /// </summary>
    public void Reconfigure(EngineConfiguration next)
    {
        _options = next.Notifications;
        Volatile.Write(ref _zones, ZonesOf(next));
        _format?.Reconfigure(next.Groups);
        foreach (var poster in _posters)
        {
            poster.Replace(new HttpPoster(_options.Security, _options.ConnectionPoolSize, _time));
        }

        _states?.Reconfigure(_options, next.Groups);
        _gate?.Reconfigure(_options);
        _sender?.Reconfigure(_options);
    }

    /// <summary>Begins to send. The groups' loops run; none is loaded yet, so that one with too many unsaved records never dials.</summary>
    public void Start(EngineRuntime runtime)
    {
        _runtime = runtime;
        if (_outbox is { } outbox)
        {
            _sender = new AttemptSender(new AttemptSenderSettings
            {
                Options = _options,
                Outbox = outbox,
                Poster = NewPoster(),
                Groups = _configuration.Groups,
                Suspend = (group, on) => runtime.Say(group, new GroupInput { Kind = InputKind.DialingSuspended, Detail = on ? 1 : 0 }),
                Time = _time,
                Logger = _loggers.CreateLogger<AttemptSender>(),
                Metrics = _metrics,
                Seed = (ulong)_time.GetUtcNow().Ticks,
            });
            Hook!.Changed += _sender.Changed;
            _sender.Start();
        }

        _states?.Start();
    }

    public async ValueTask DisposeAsync()
    {
        if (_gate is not null)
        {
            await _gate.DisposeAsync();
        }

        if (_states is not null)
        {
            await _states.DisposeAsync();
        }

        if (_sender is not null)
        {
            Hook!.Changed -= _sender.Changed;
            await _sender.DisposeAsync();
        }

        _outbox?.Dispose();
        _posters.ForEach(p => p.Dispose());
        _format?.Dispose();
    }

    /// <summary>Connections of each kind's own: a slow receiver of attempt records must not keep validations waiting.</summary>
    private ReplaceablePoster NewPoster()
    {
        var poster = new ReplaceablePoster(new HttpPoster(_options.Security, _options.ConnectionPoolSize, _time));
        _posters.Add(poster);
        return poster;
    }

    private static Dictionary<string, IReadOnlyDictionary<int, string>?> ZonesOf(EngineConfiguration configuration) =>
        configuration.Compliance.ToDictionary(c => c.Tenant, c => c.Clock?.ZonesByDbid, StringComparer.Ordinal);

    private static async Task<ListCounts?> CountAsync(ICallingListStore lists, ListId list, CancellationToken cancel)
    {
        try
        {
            return await lists.CountAsync(list, 0, cancel);
        }
        catch (StorageFaultException)
        {
            // No figure rather than no post.
            return null;
        }
    }
}
