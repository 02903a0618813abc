using System.Net;

namespace DialerEngine.Adapters.SipServer.Media;

/// <summary>Bounds and addresses of a <see cref="MediaEngine"/>.</summary>
public sealed record MediaEngineOptions
{
    /// <summary>Address that the sockets are bound to. Loopback by default, so that nothing listens outside unless it is configured.</summary>
    public IPAddress LocalAddress { get; init; } = IPAddress.Loopback;

    /// <summary>First port of the range, made even; 0 for any free pair of the system.</summary>
    public int FirstPort { get; init; }

    /// <summary>Last port of the range; an RTCP port may be this one.</summary>
    public int LastPort { get; init; }

    /// <summary>Streams open at once; above it opening is refused. Two sockets and about 4 kB each.</summary>
    public int MaxStreams { get; init; } = 4096;

    /// <summary>A stream whose far end sends nothing for this long is reported once; 0 switches it off. Comfort noise counts as life.</summary>
    public int RtpTimeoutMilliseconds { get; init; } = 30_000;

    /// <summary>Canonical name put into RTCP (RFC 3550 section 6.5.1). No user or machine name by default: it says nothing about the site.</summary>
    public string CanonicalName { get; init; } = "dialer@invalid";

    /// <summary>False uses the portable wire even where epoll exists.</summary>
    public bool UseEpoll { get; init; } = OperatingSystem.IsLinux();

    /// <summary>Socket buffers in octets, each way: 50 packets of 20 ms fit with the system's overhead.</summary>
    public int SocketBufferOctets { get; init; } = 64 * 1024;
}
