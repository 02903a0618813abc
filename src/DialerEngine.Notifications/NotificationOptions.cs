using System.Security.Cryptography.X509Certificates;
using DialerEngine.Core;

namespace DialerEngine.Notifications;

/// <summary>What a group does with a record about which pre-dial validation gave no verdict (time-out, error, anything but 200 and 409).</summary>
public enum NoVerdict
{
    /// <summary>The record is not dialled and gets <c>validation-timeout-call-result</c>.</summary>
    DoNotDial,

    /// <summary>The record is dialled as if it were allowed: numbers that the receiver would have refused are dialled while it is away.</summary>
    Dial,
}

/// <summary>Options of the HTTP notifiers; names are those of the field (seeds: Campaign Group Status Reporting, Submitting Call Attempt Records).</summary>
public sealed record NotificationOptions
{
    /// <summary><c>campaigngroup-states-uri</c>; null where <c>send-campaigngroup-states</c> is false.</summary>
    public Uri? StatesUri { get; init; }

    /// <summary><c>campaigngroup-states-interval</c>: time between periodic posts about active groups, ms. Default 10,000; 0 posts changes only.</summary>
    public int StatesIntervalMs { get; init; } = 10_000;

    /// <summary><c>history-uri</c>; null where <c>send-history</c> is false.</summary>
    public Uri? HistoryUri { get; init; }

    /// <summary><c>history-http-response-timeout</c>, ms: after this long the engine makes a 408 itself. Default 30,000.</summary>
    public int HistoryResponseTimeoutMs { get; init; } = 30_000;

    /// <summary><c>history-wait-recovery-timeout</c>: a record that was not saved is sent again after this long, ms. Default 60,000.</summary>
    public int HistoryWaitRecoveryTimeoutMs { get; init; } = 60_000;

    /// <summary><c>history-wait-condition-threshold</c>: more records than this to be sent again suspend a group's dialling. Default 1,000.</summary>
    public int HistoryWaitConditionThreshold { get; init; } = 1_000;

    /// <summary><c>validation-uri</c>; null where <c>pre-dial-validation</c> is false.</summary>
    public Uri? ValidationUri { get; init; }

    /// <summary><c>validation-timeout-call-result</c>: result of a record without a verdict. Default General Error (3).</summary>
    public CallResult ValidationTimeoutResult { get; init; } = CallResult.GeneralError;

    /// <summary><c>validation-race-condition-call-result</c>: result of a record whose contact has an unsaved attempt record. Default General Error (3).</summary>
    public CallResult ValidationRaceResult { get; init; } = CallResult.GeneralError;

    /// <summary><c>on-no-verdict</c>. Default DoNotDial.</summary>
    public NoVerdict OnNoVerdict { get; init; }

    /// <summary><c>http-response-timeout</c> of validation and state posts, ms. Default 30,000.</summary>
    public int ResponseTimeoutMs { get; init; } = 30_000;

    /// <summary><c>http-connection-pool-size</c>: connections, and so posts in parallel, of each of the three kinds, 1 to 1,000. Default 10.</summary>
    public int ConnectionPoolSize { get; init; } = 10;

    public HttpSecurity Security { get; init; } = new();

    /// <summary>True where anything is sent.</summary>
    public bool IsUsed => StatesUri is not null || HistoryUri is not null || ValidationUri is not null;
}

/// <summary>How posts prove who sends them and whom they may reach. Secrets are never written anywhere: the type has no text form of its own.</summary>
public sealed class HttpSecurity
{
    /// <summary>Sent as <c>Authorization: Bearer</c>; null for none.</summary>
    public string? BearerToken { get; init; }

    /// <summary>Sent as <c>Authorization: Basic</c> with <see cref="Password"/>; null for none.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Certificate with private key for servers that ask for one (mutual TLS); null for none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Authorities that are trusted instead of the system's, for receivers with certificates of a private one; null for the system's.</summary>
    public X509Certificate2Collection? TrustedCertificates { get; init; }

    /// <summary>
    /// Hosts, addresses and networks (CIDR) that may be reached although they are private. Link-local addresses, which include the clouds' metadata
    /// service, must be named by address or network: a host name does not open them.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Compresses requests (Content-Encoding: gzip). Default false: not every receiver reads it.</summary>
    public bool Gzip { get; init; }
}
