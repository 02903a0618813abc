using System.Net;

namespace TrunkSimulator;

/// <summary>How a <see cref="TrunkServer"/> is set up.</summary>
public sealed record TrunkServerOptions
{
    /// <summary>Where it listens over UDP; port 0 takes a free one. A definite address: it stands in Contact and in session descriptions.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Equal seeds and numbers give equal behaviour.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Divides ring and talk times, 0.1 to 1000. Sound and the clock keep their pace.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Shares, fixed numbers and times.</summary>
    public TrunkScript Script { get; init; } = new();

    /// <summary>Calls at once; above it INVITEs get 503. 1 to 100,000.</summary>
    public int MaxCalls { get; init; } = 4096;

    /// <summary>First RTP port; 0 for any.</summary>
    public int FirstRtpPort { get; init; }

    /// <summary>Last RTP port.</summary>
    public int LastRtpPort { get; init; }
}
