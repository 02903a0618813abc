using System.Net;
using DialerEngine.Sip.Calls;

namespace DialerEngine.Adapters.SipServer.Transport;

/// <summary>Sockets and bounds of a <see cref="SipStack"/>.</summary>
public sealed record SipStackOptions
{
    /// <summary>Addresses to bind over UDP, IPv4 and IPv6; port 0 takes a free one. At least one.</summary>
    public required IReadOnlyList<IPEndPoint> Udp { get; init; }

    /// <summary>Addresses to listen on over TCP; calls over TCP need one of the far end's address family, which Via and Contact name. Default: none.</summary>
    public IReadOnlyList<IPEndPoint> Tcp { get; init; } = [];

    /// <summary>Most TCP connections at a time, 1 to 10,000; each holds 64 KiB. At the bound the one that was silent longest is closed.</summary>
    public int MaxTcpConnections { get; init; } = 256;

    /// <summary>Host to name in Via and Contact instead of the local address: the outside of a static NAT. IPv6 in brackets. Null: the local address.</summary>
    public string? AdvertisedHost { get; init; }

    /// <summary>
    /// Kernel buffer of each socket in bytes, both directions: the bounded queue of what has arrived. When it is full the kernel drops the
    /// newest datagram and the far end repeats it. The kernel may grant less (net.core.rmem_max).
    /// </summary>
    public int SocketBufferBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Most commands that other threads may have waiting. At the bound a post is refused.</summary>
    public int CommandCapacity { get; init; } = 8192;

    /// <summary>Bounds and habits of the endpoint.</summary>
    public required SipEndpointOptions Endpoint { get; init; }

    /// <summary>Makes endpoint options with a fresh secret from the system's random source.</summary>
    public static SipEndpointOptions NewEndpointOptions()
    {
        Span<byte> secret = stackalloc byte[16];
        System.Security.Cryptography.RandomNumberGenerator.Fill(secret);
        return new SipEndpointOptions
        {
            Secret0 = BitConverter.ToUInt64(secret),
            Secret1 = BitConverter.ToUInt64(secret[8..]),
        };
    }
}
