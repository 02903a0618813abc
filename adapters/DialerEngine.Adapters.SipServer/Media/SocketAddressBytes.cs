using System.Net;
using System.Net.Sockets;

namespace DialerEngine.Adapters.SipServer.Media;

/// <summary>Reads and compares raw socket addresses without making objects: family, port, then the host's octets.</summary>
internal static class SocketAddressBytes
{
    /// <summary>Room for any sender's address.</summary>
    public static SocketAddress Room(AddressFamily family) => new(family);

    public static bool SameHost(SocketAddress a, SocketAddress b) => a.Family == b.Family && Host(a).SequenceEqual(Host(b));

    public static bool SamePort(SocketAddress a, SocketAddress b) => a.Buffer.Span.Slice(2, 2).SequenceEqual(b.Buffer.Span.Slice(2, 2));

    public static void CopyPort(SocketAddress from, SocketAddress to) => from.Buffer.Span.Slice(2, 2).CopyTo(to.Buffer.Span[2..]);

    private static ReadOnlySpan<byte> Host(SocketAddress address) => address.Family == AddressFamily.InterNetworkV6
        ? address.Buffer.Span.Slice(8, 16)
        : address.Buffer.Span.Slice(4, 4);
}
