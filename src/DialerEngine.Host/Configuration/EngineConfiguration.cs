using System.Net;
using DialerEngine.Adapters.TServer;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Notifications;

namespace DialerEngine.Host.Configuration;

/// <summary>A whole engine as configured, valid and complete: the configuration reader makes nothing else.</summary>
internal sealed record EngineConfiguration
{
    /// <summary>This engine's application DBID, 101 to 32,767.</summary>
    public int ApplicationId { get; init; } = 101;

    /// <summary><c>db-stat-recalc-interval</c>: how often it is counted what holds records back, s. Default 300.</summary>
    public int ListCountIntervalSeconds { get; init; } = 300;

    /// <summary><c>log-level</c>: least level of log messages. Default Information.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Time that calls in progress get to finish when the engine is stopped, 0 to 3,600 s; then they are released.</summary>
    public int StopLimitSeconds { get; init; } = 30;

    public required StorageConfiguration Storage { get; init; }

    public AdminConfiguration Admin { get; init; } = new();

    public CtiConfiguration Cti { get; init; } = new();

    public SipConfiguration Sip { get; init; } = new();

    /// <summary>HTTP notifiers.</summary>
    public NotificationOptions Notifications { get; init; } = new();

    /// <summary>The detector of people, machines and tones.</summary>
    public CpdConfiguration Cpd { get; init; } = new();

    public required IReadOnlyList<TrunkConfiguration> Trunks { get; init; }

    /// <summary>Rules and caller ids by tenant; a tenant without dials by none.</summary>
    public IReadOnlyList<TenantCompliance> Compliance { get; init; } = [];

    public required IReadOnlyList<CallingListDefinition> Lists { get; init; }

    public required IReadOnlyList<AgentDefinition> Agents { get; init; }

    public required IReadOnlyList<CampaignGroupDefinition> Groups { get; init; }
}

/// <summary>Where the engine keeps lists and attempts.</summary>
/// <param name="SqlitePath">Database file; made on first use.</param>
internal sealed record StorageConfiguration(string SqlitePath);

/// <summary>Admin API and its dashboard.</summary>
internal sealed record AdminConfiguration
{
    /// <summary>Address; loopback unless said otherwise. Port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 8480);

    /// <summary>File that keeps the hash of the bearer token; made on first start, when the token itself is printed once.</summary>
    public string TokenFile { get; init; } = "admin.token";

    /// <summary>TLS; null for plain HTTP.</summary>
    public CertificateFiles? Certificate { get; init; }
}

/// <summary>The CTI WebSocket for desktops.</summary>
internal sealed record CtiConfiguration
{
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 8481);

    /// <summary>Certificate for TLS; null for plain connections.</summary>
    public CertificateFiles? Certificate { get; init; }

    /// <summary>Origins of web pages that may connect beside the engine's own.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>From where agents without a password may log in.</summary>
    public OpenLogins OpenLogins { get; init; } = OpenLogins.FromThisMachine;

    /// <summary>Time that an agent whose connection broke may come back, 0 to 300 s.</summary>
    public int ReconnectSeconds { get; init; } = 15;
}

/// <summary>Files of a certificate.</summary>
/// <param name="Certificate">PEM with its chain, or PKCS #12.</param>
/// <param name="Key">PEM of the private key; null where it stands in <paramref name="Certificate"/>.</param>
/// <param name="Password">Of the key or the PKCS #12 file; null for none.</param>
internal sealed record CertificateFiles(string Certificate, string? Key, string? Password)
{
    /// <summary>Not shown: a password must not reach a log.</summary>
    public override string ToString() => Certificate;
}

/// <summary>The engine's own SIP address and media ports.</summary>
internal sealed record SipConfiguration
{
    public IPEndPoint Listen { get; init; } = new(IPAddress.Any, 5060);

    /// <summary>First media port, even; 0 takes any free ports.</summary>
    public int MediaPortFirst { get; init; }

    /// <summary>Last media port; 0 with <see cref="MediaPortFirst"/> 0.</summary>
    public int MediaPortLast { get; init; }

    /// <summary>Address put into Contact and SDP where the engine stands behind a fixed translation; null takes the local one per destination.</summary>
    public IPAddress? AdvertisedAddress { get; init; }
}

/// <summary>A SIP trunk.</summary>
internal sealed record TrunkConfiguration
{
    public required string Name { get; init; }

    public required string Host { get; init; }

    public int Port { get; init; } = 5060;

    /// <summary>Calls in progress at most. Default 30.</summary>
    public int MaxCalls { get; init; } = 30;

    /// <summary>Call starts a second at most. Default 10.</summary>
    public double MaxCallsPerSecond { get; init; } = 10;

    /// <summary>Digest credentials; null where the trunk asks for none.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>User part of From where a campaign has no caller id of its own.</summary>
    public string CallerId { get; init; } = "anonymous";

    /// <summary>Put before every number, after the plus sign was taken off when <see cref="StripPlus"/> says so.</summary>
    public string Prefix { get; init; } = "";

    public bool StripPlus { get; init; }

    /// <summary>Seconds between OPTIONS requests that watch the trunk; 0 does not watch.</summary>
    public int OptionsSeconds { get; init; } = 30;

    /// <summary>Name of the detection profile; null takes <c>default</c>.</summary>
    public string? CpdProfile { get; init; }

    /// <summary>Deviations from the standard mapping of SIP answers: status (or "q850:cause") to call result.</summary>
    public IReadOnlyDictionary<string, CallResult> Results { get; init; } = new Dictionary<string, CallResult>();
}
