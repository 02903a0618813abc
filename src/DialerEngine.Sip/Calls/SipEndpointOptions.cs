using DialerEngine.Sip.Timers;

namespace DialerEngine.Sip.Calls;

/// <summary>Bounds and habits of an endpoint.</summary>
public sealed record SipEndpointOptions
{
    /// <summary>Timers of RFC 3261 section 17.</summary>
    public SipTimers Timers { get; init; } = SipTimers.Default;

    /// <summary>
    /// Most calls at a time, both directions. At the bound a place is refused and an incoming INVITE gets 503. Range 1 to 1,000,000.
    /// </summary>
    public int MaxCalls { get; init; } = 20_000;

    /// <summary>
    /// Most transactions at a time, finished ones in their waiting time (32 s) included. A placed call uses two: at 4,000 calls/s some
    /// 150,000. At the bound a place is refused and a new request gets 503. Range 16 to 2,000,000.
    /// </summary>
    public int MaxTransactions { get; init; } = 500_000;

    /// <summary>Most bytes for what calls and transactions remember. Range 1 MiB upwards. At the bound as for <see cref="MaxTransactions"/>.</summary>
    public long MaxMemoryBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>
    /// Longest time from INVITE to final answer if the call has no ring timeout of its own; then it is cancelled. Like a proxy's timer C
    /// (RFC 3261 section 16.6: more than 3 minutes). The same bound ends a call that comes in and is not answered (480), and a re-INVITE
    /// of either side. Milliseconds, 1,000 to 3,600,000.
    /// </summary>
    public int LongestSetupMs { get; init; } = 200_000;

    /// <summary>Value of User-Agent and Server; empty: neither header.</summary>
    public string UserAgent { get; init; } = "DialerEngine";

    /// <summary>User part of Contact where a call names none.</summary>
    public string ContactUser { get; init; } = "dialer";

    /// <summary>Offer reliable provisional responses (RFC 3262) in INVITEs: <c>Supported: 100rel</c>.</summary>
    public bool OfferReliableProvisionals { get; init; } = true;

    /// <summary>Seconds in Retry-After of a 503 that we send at a bound. Range 1 to 3,600.</summary>
    public int RetryAfterSeconds { get; init; } = 5;

    /// <summary>First half of the secret behind tags, branches and table hashes: from a good random source in production, a seed in tests.</summary>
    public required ulong Secret0 { get; init; }

    /// <summary>Second half of the secret.</summary>
    public required ulong Secret1 { get; init; }
}
