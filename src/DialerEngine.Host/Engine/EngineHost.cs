using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using DialerEngine.Adapters.CpdServer;
using DialerEngine.Adapters.SipServer.Media;
using DialerEngine.Adapters.SipServer.Telephony;
using DialerEngine.Adapters.SipServer.Transport;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Adapters.Sqlite.Journal;
using DialerEngine.Adapters.TServer;
using DialerEngine.Adapters.TServer.Sessions;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using DialerEngine.Desktop;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Dnc;
using DialerEngine.Host.Notifications;
using DialerEngine.Host.Web;
using DialerEngine.Media.Audio;
using DialerEngine.Media.Wav;
using DialerEngine.Runtime;

namespace DialerEngine.Host.Engine;

/// <summary>What an engine is started with beside its configuration.</summary>
internal sealed record EngineHostOptions
{
    public required ILoggerFactory Loggers { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IMeterFactory? Meters { get; init; }

    public IReadOnlyList<IGroupObserver> Observers { get; init; } = [];

    /// <summary>Address that RTP sockets are bound to; null takes the SIP listener's.</summary>
    public IPAddress? MediaAddress { get; init; }
}

/// <summary>A whole engine on this machine: storage, recovery, loops, SIP and media, CTI link. Started in this order, stopped in the other.</summary>
internal sealed partial class EngineHost : IAsyncDisposable
{
    private readonly SqliteStorage _storage;
    private readonly SqliteAttemptJournal _journal;
    private readonly SipTelephony _telephony;
    private readonly CallDetection? _detection;
    private readonly CtiServer _cti;
    private readonly AgentsDoNotCalls _askedByAgents;
    private readonly Notifiers? _notifiers;
    private readonly ServiceProvider? _ownMeters;
    private readonly ConcurrentDictionary<string, AnnouncementClip> _announcements;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    private EngineHost(
        EngineConfiguration configuration, SqliteStorage storage, SqliteAttemptJournal journal, EngineRuntime runtime, SipTelephony telephony,
        CallDetection? detection, CtiServer cti, RecoveryReport recovered, Notifiers? notifiers, TenantRulesSet rules, AgentsDoNotCalls askedByAgents,
        RecordRequests records, ServiceProvider? ownMeters, ConcurrentDictionary<string, AnnouncementClip> announcements, EngineHostOptions options)
    {
        Configuration = configuration;
        _storage = storage;
        _journal = journal;
        Runtime = runtime;
        _telephony = telephony;
        _detection = detection;
        _cti = cti;
        Recovered = recovered;
        _notifiers = notifiers;
        Rules = rules;
        _askedByAgents = askedByAgents;
        _ownMeters = ownMeters;
        _announcements = announcements;
        _logger = options.Loggers.CreateLogger<EngineHost>();
        _time = options.Time;
        RecordRequests = records;
        ListControl = new ListControl(configuration, runtime, storage.Survey, rules, options.Time, _logger);
    }

    /// <summary>The configuration that runs now.</summary>
    public EngineConfiguration Configuration { get; private set; }

    public EngineRuntime Runtime { get; }

    /// <summary>The calling lists as the admin API sees them.</summary>
    public ListControl ListControl { get; }

    /// <summary>Requests about records by number, customer or chain.</summary>
    public RecordRequests RecordRequests { get; }

    /// <summary>What recovery found at this start.</summary>
    public RecoveryReport Recovered { get; }

    /// <summary>Do-not-call lists, clocks and limits of the tenants.</summary>
    public TenantRulesSet Rules { get; }

    /// <summary>Address of the CTI link, with the port that was bound.</summary>
    public Uri CtiUri => _cti.Uri;

    /// <summary>Address of the SIP listener, with the port that was bound.</summary>
    public IPEndPoint SipEndPoint => _telephony.LocalEndPoint;

    public ICallingListStore Lists => _storage.Lists;

    public ICallingListBulk Bulk => _storage.Bulk;

    /// <summary>The attempt journal in numbers.</summary>
    public AttemptTotals CountAttempts() => _storage.CountAttempts();

    /// <summary>Why the engine cannot work now, in one sentence; null when it can.</summary>
    public string? NotReadyReason => _telephony.Completion.IsCompleted ? "the SIP thread has stopped; see the log" : null;

    /// <summary>The detector; null where no group's calls are listened to.</summary>
    public CallDetection? Detection => _detection;

    /// <summary>Figures of the media engine.</summary>
    public MediaEngineStatistics Media => _telephony.MediaStatistics;

    /// <summary>Starts an engine. What was started is stopped again when a later part cannot be.</summary>
    /// <exception cref="StorageFaultException">The storage cannot be opened.</exception>
    /// <exception cref="EngineStartException">An address cannot be bound, a trunk's name not resolved, an announcement not read.</exception>
    public static async Task<EngineHost> StartAsync(EngineConfiguration configuration, EngineHostOptions options, CancellationToken cancel)
    {
        var undo = new Stack<Func<ValueTask>>();
        try
        {
            return await StartPartsAsync(configuration, options, undo, cancel);
        }
        catch
        {
            while (undo.TryPop(out var stop))
            {
                await stop();
            }

            throw;
        }
    }

    /// <summary>
    /// Ends the day in order: no new dials; calls in progress may finish until the limit, then they are released; buffered records go back to their
    /// lists.
    /// </summary>
    public async Task DrainAsync(TimeSpan limit, CancellationToken hurry)
    {
        Stopping();
        var loaded = Runtime.Groups.Where(g => g.Machine.State != CampaignGroupState.NotLoaded).Select(g => g.Machine.Definition.Name).ToArray();
        var unloading = loaded.Select(name => Runtime.CommandAsync(name, GroupCommandKind.Unload, DialMode.NoDialMode, CancellationToken.None)).ToArray();
        try
        {
            await Task.WhenAll(unloading).WaitAsync(limit, _time, hurry);
        }
        catch (Exception waited) when (waited is TimeoutException or OperationCanceledException)
        {
            HostEngineLog.Forcing(_logger, loaded.Length);
            var forced = loaded.Select(name => Runtime.CommandAsync(name, GroupCommandKind.ForceUnload, DialMode.NoDialMode, CancellationToken.None));
            await Task.WhenAny(Task.WhenAll(forced), Task.Delay(TimeSpan.FromSeconds(5), _time, CancellationToken.None));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ListControl.DisposeAsync();
        await _cti.DisposeAsync();
        _telephony.Dispose();
        if (_detection is not null)
        {
            await _detection.DisposeAsync();
        }

        await Runtime.DisposeAsync();
        await _journal.DisposeAsync();
        if (_notifiers is not null)
        {
            await _notifiers.DisposeAsync();
        }

        await _askedByAgents.DisposeAsync();
        Rules.Dispose();
        _storage.Dispose();
        if (_ownMeters is not null)
        {
            await _ownMeters.DisposeAsync();
        }
    }

    private static async Task<EngineHost> StartPartsAsync(
        EngineConfiguration configuration, EngineHostOptions options, Stack<Func<ValueTask>> undo, CancellationToken cancel)
    {
        var ownMeters = options.Meters is null ? new ServiceCollection().AddMetrics().BuildServiceProvider() : null;
        var meters = options.Meters ?? ownMeters!.GetRequiredService<IMeterFactory>();
        undo.Push(() => ownMeters?.DisposeAsync() ?? ValueTask.CompletedTask);

        var notifiers = Notifiers.Create(configuration, options.Time, options.Loggers, meters);
        undo.Push(() => notifiers?.DisposeAsync() ?? ValueTask.CompletedTask);
        var storage = SqliteStorage.Open(
            new SqliteStorageOptions { Path = configuration.Storage.SqlitePath, Outbox = notifiers?.Hook }, configuration.Lists, options.Loggers.CreateLogger<SqliteStorage>());
        undo.Push(() => { storage.Dispose(); return ValueTask.CompletedTask; });
        foreach (var list in configuration.Groups.SelectMany(g => g.Campaign.Lists).GroupBy(l => l.List.Id))
        {
            var built = storage.EnsureOrders(list.Key, [.. list.Select(l => l.Order).OfType<RecordOrder>()]);
            if (built > 0)
            {
                HostEngineLog.OrdersBuilt(options.Loggers.CreateLogger<EngineHost>(), built, list.First().List.Name);
            }
        }

        foreach (var tenant in configuration.Compliance)
        {
            foreach (var list in tenant.CustomerField is null ? [] : tenant.Lists)
            {
                storage.RecordRequests.EnsureCustomerIndex(list.Id, tenant.CustomerField!);
            }
        }

        var recovered = await storage.Recovery.RecoverAsync(configuration.ApplicationId, options.Time.GetUtcNow().ToUnixTimeMilliseconds(), cancel);

        notifiers?.Open(storage);

        var rules = TenantRulesSet.Load(configuration, storage, options.Time, options.Loggers, cancel);
        undo.Push(() => { rules.Dispose(); return ValueTask.CompletedTask; });
        var askedByAgents = new AgentsDoNotCalls(rules.KeeperOf, storage.RecordRequests, options.Time, options.Loggers.CreateLogger<AgentsDoNotCalls>());
        undo.Push(askedByAgents.DisposeAsync);
        var metrics = new EngineMetrics(meters);
        var testCalls = CallDetection.BookOf(configuration);
        var runtime = new EngineRuntime(new EngineSettings
        {
            Groups = configuration.Groups,
            Agents = configuration.Agents,
            Trunks = [.. configuration.Trunks.Select(t => new TrunkLimits(t.Name, t.MaxCalls, t.MaxCallsPerSecond))],
            Store = storage.Lists,
            Time = options.Time,
            Loggers = options.Loggers,
            Metrics = metrics,
            PacerFor = new GroupPacers(
                (group, windowSeconds) => storage.ReadReached(group, windowSeconds, options.Time.GetUtcNow().ToUnixTimeMilliseconds())).PacerFor,
            Observers = [.. options.Observers, askedByAgents, .. notifiers?.Observers ?? []],
            Gate = notifiers?.Gate,
            WindowsFor = rules.WindowsOf,
            CustomerClockFor = rules.ClockOf,
            DialGateFor = rules.GateOf,
            CallerIdsFor = rules.CallerIdsOf,
            DetectionFeedback = testCalls,
        });
        undo.Push(runtime.DisposeAsync);

        var ctiMetrics = new CtiMetrics(meters);
        var sessions = new CtiSessions(ctiMetrics);
        var loginIds = configuration.Agents.ToDictionary(a => a.Id, a => a.LoginId);
        var customers = configuration.Compliance.ToDictionary(c => c.Tenant, c => new CustomerField(c.CustomerField), StringComparer.Ordinal);
        var customerFields = configuration.Compliance.ToDictionary(c => c.Tenant, c => c.CustomerField, StringComparer.Ordinal);
        var desktop = new DesktopEdge(
            sessions, configuration.ApplicationId, agent => loginIds.GetValueOrDefault(agent),
            (group, call) => call is { Record: { } record, List: { } list } ? customers.GetValueOrDefault(group.TenantName)?.Of(record, list) : null);
        var records = new RecordRequests(() => runtime.Groups, storage.RecordRequests, tenant => customerFields.GetValueOrDefault(tenant), options.Time);
        var access = new Admin.RecordAccess(records, configuration);
        var listRequests = new DesktopListRequests(
            records, agent => loginIds.GetValueOrDefault(agent), (tenant, entry) => TryPutOnDoNotCall(rules, tenant, entry),
            access.TryFindZone, options.Time);
        var requests = new DesktopRequests(runtime.Agents, desktop, listRequests, options.Time);

        var announcements = new ConcurrentDictionary<string, AnnouncementClip>(StringComparer.Ordinal);
        LoadAnnouncements(configuration, announcements);
        var detection = CallDetection.Create(configuration, runtime, testCalls, options.Loggers);
        undo.Push(() => detection?.DisposeAsync() ?? ValueTask.CompletedTask);
        var telephony = await StartTelephonyAsync(configuration, options, runtime, announcements, detection?.Server, cancel);
        undo.Push(() => { telephony.Dispose(); return ValueTask.CompletedTask; });
        telephony.TrunkDown = runtime.Trunks.SetDown;
        var journal = storage.StartJournal(runtime, options.Time);
        undo.Push(journal.DisposeAsync);
        runtime.Start(telephony, journal, desktop);
        notifiers?.Start(runtime);
        telephony.Start();

        var endpoint = new CtiEndpoint(
            new CtiOptions
            {
                ApplicationId = configuration.ApplicationId,
                ReconnectGrace = TimeSpan.FromSeconds(configuration.Cti.ReconnectSeconds),
                OpenLogins = configuration.Cti.OpenLogins,
                AllowedOrigins = configuration.Cti.Origins,
            },
            sessions, runtime.Agents, requests, ctiMetrics,
            options.Loggers.CreateLogger<CtiEndpoint>(), options.Time);
        try
        {
            var certificate = configuration.Cti.Certificate is { } files
                ? LinkCertificate.Load(files.Certificate, files.Key, files.Password, options.Time, options.Loggers.CreateLogger<CtiEndpoint>())
                : null;
            var cti = await CtiServer.StartAsync(endpoint, configuration.Cti.Listen, options.Loggers, certificate, DesktopPage.Find().Map);
            var host = new EngineHost(
                configuration, storage, journal, runtime, telephony, detection, cti, recovered, notifiers, rules, askedByAgents, records, ownMeters, announcements,
                options);
            host.Reconfigured += access.Reconfigure;
            return host;
        }
        catch (LinkCertificateException unusable)
        {
            throw new EngineStartException($"the CTI link cannot be secured: {unusable.Message}", unusable);
        }
        catch (IOException inUse)
        {
            throw new EngineStartException($"the CTI link cannot listen on {configuration.Cti.Listen}: {inUse.Message}", inUse);
        }
    }

    private static bool TryPutOnDoNotCall(TenantRulesSet rules, string tenant, DoNotCallEntry entry)
    {
        if (rules.KeeperOf(tenant) is not { } keeper)
        {
            return false;
        }

        keeper.Add(entry);
        return true;
    }

    private static async Task<SipTelephony> StartTelephonyAsync(
        EngineConfiguration configuration, EngineHostOptions options, EngineRuntime runtime, ConcurrentDictionary<string, AnnouncementClip> announcements,
        CpdServer? detector, CancellationToken cancel)
    {
        var trunks = new List<SipTrunkOptions>();
        foreach (var trunk in configuration.Trunks)
        {
            trunks.Add(new SipTrunkOptions
            {
                Name = trunk.Name,
                Address = await ResolveAsync(trunk, cancel),
                Host = trunk.Port == 5060 ? trunk.Host : $"{trunk.Host}:{trunk.Port}",
                User = trunk.User,
                Password = trunk.Password,
                CallerId = trunk.CallerId,
                Prefix = trunk.Prefix,
                StripPlus = trunk.StripPlus,
                OptionsSeconds = trunk.OptionsSeconds,
                CpdProfile = trunk.CpdProfile,
                Outcomes = trunk.Results.Count > 0 ? SipOutcomeMap.With(trunk.Results) : SipOutcomeMap.Standard,
            });
        }

        var endpoint = SipStackOptions.NewEndpointOptions();
        try
        {
            return new SipTelephony(
                new SipTelephonyOptions
                {
                    Stack = new SipStackOptions
                    {
                        Udp = [configuration.Sip.Listen],
                        AdvertisedHost = configuration.Sip.AdvertisedAddress?.ToString(),
                        Endpoint = endpoint,
                    },
                    Media = new MediaEngineOptions
                    {
                        LocalAddress = options.MediaAddress ?? configuration.Sip.Listen.Address,
                        FirstPort = configuration.Sip.MediaPortFirst,
                        LastPort = configuration.Sip.MediaPortLast,
                    },
                    AdvertisedAddress = configuration.Sip.AdvertisedAddress,
                    Trunks = trunks,
                    Agents = configuration.Agents,
                    Announcements = announcements,
                    AudioTap = detector,
                },
                runtime, options.Time, options.Loggers);
        }
        catch (SocketException inUse)
        {
            throw new EngineStartException($"the SIP socket cannot be bound to {configuration.Sip.Listen}: {inUse.Message}", inUse);
        }
        catch (ArgumentException ports)
        {
            throw new EngineStartException($"the media ports {configuration.Sip.MediaPortFirst} to {configuration.Sip.MediaPortLast} cannot be used: {ports.Message}", ports);
        }
    }

    private static async Task<IPEndPoint> ResolveAsync(TrunkConfiguration trunk, CancellationToken cancel)
    {
        if (IPAddress.TryParse(trunk.Host, out var literal))
        {
            return new IPEndPoint(literal, trunk.Port);
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(trunk.Host, cancel);
            var best = addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses.FirstOrDefault();
            return best is not null
                ? new IPEndPoint(best, trunk.Port)
                : throw new EngineStartException($"trunk {trunk.Name}: {trunk.Host} has no address");
        }
        catch (SocketException unknown)
        {
            throw new EngineStartException($"trunk {trunk.Name}: {trunk.Host} cannot be resolved: {unknown.Message}", unknown);
        }
    }

    /// <summary>Every recording that a group may play: its safe-harbour announcement, its message for machines and its treatments'.</summary>
    private static IEnumerable<string> AnnouncementsOf(CampaignGroupDefinition group) =>
        group.Campaign.Lists.SelectMany(l => l.List.Treatments).Concat(group.Campaign.Treatments).Select(t => t.Announcement)
            .Append(group.Options.SafeHarbourAnnouncement).Append(group.Options.Detection.MachineAnnouncement).OfType<string>();

    /// <summary>Adds the recordings that a configuration names and that are not there yet: all of them, or none where one cannot be used.</summary>
    private static void LoadAnnouncements(EngineConfiguration configuration, ConcurrentDictionary<string, AnnouncementClip> announcements)
    {
        var added = configuration.Groups.SelectMany(AnnouncementsOf).Distinct().Where(path => !announcements.ContainsKey(path))
            .Select(path => (Path: path, Clip: LoadAnnouncement(path))).ToList();
        foreach (var (path, clip) in added)
        {
            announcements[path] = clip;
        }
    }

    private static AnnouncementClip LoadAnnouncement(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var error = WavReader.Load(file, out var samples);
            return error == WavError.None
                ? new AnnouncementClip(samples)
                : throw new EngineStartException($"the announcement {path} cannot be used: {error} (a WAV file of 8 kHz, mono, 16 bit, u-law or A-law is wanted)");
        }
        catch (IOException unreadable)
        {
            throw new EngineStartException($"the announcement {path} cannot be read: {unreadable.Message}", unreadable);
        }
    }
}

/// <summary>The engine cannot be started; the message says what to mend.</summary>
internal sealed class EngineStartException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Log messages of the engine's start and stop: event ids 9100 to 9199.</summary>
internal static partial class HostEngineLog
{
    [LoggerMessage(EventId = 9101, Level = LogLevel.Warning, Message = "Calls are still in progress in {Groups} campaign groups; they are released now")]
    public static partial void Forcing(ILogger logger, int groups);

    [LoggerMessage(EventId = 9102, Level = LogLevel.Information, Message = "{Orders} order indexes were built for calling list {List}")]
    public static partial void OrdersBuilt(ILogger logger, int orders, string list);

    [LoggerMessage(EventId = 9103, Level = LogLevel.Warning, Message = "What holds records of {Group} back could not be counted: {Reason}")]
    public static partial void CountFailed(ILogger logger, string group, string reason);

    // Next free event id: 9104.
}
