using System.Net;
using System.Net.Sockets;

namespace DialerEngine.Adapters.SipServer.Media.Wire;

/// <summary>One of the two sockets of a stream, as the wire knows it.</summary>
/// <param name="Socket">Bound, owned by the stream.</param>
/// <param name="Descriptor">The system's number of it.</param>
internal readonly record struct MediaSocket(Socket Socket, int Descriptor)
{
    public static MediaSocket Of(Socket socket) => new(socket, (int)socket.Handle);
}

/// <summary>
/// How the media thread waits for many sockets and moves datagrams without allocating. All members but <see cref="Wake"/> are
/// called with the engine's lock held or from the media thread alone.
/// </summary>
internal interface IMediaWire : IDisposable
{
    /// <summary>Begins to watch a socket; <paramref name="tag"/> names it in <see cref="Wait"/>.</summary>
    void Add(MediaSocket socket, int tag);

    /// <summary>Ends watching.</summary>
    void Remove(MediaSocket socket, int tag);

    /// <summary>Waits until a socket can be read, the time is over or <see cref="Wake"/> is called; returns how many tags were written.</summary>
    int Wait(int timeoutMilliseconds, Span<int> ready);

    /// <summary>Takes one datagram without waiting; its length, or -1 when there is none (or the system reported an error of an earlier send).</summary>
    int Receive(MediaSocket socket, Span<byte> buffer, SocketAddress from);

    /// <summary>Sends without waiting; false when the system did not take it.</summary>
    bool Send(MediaSocket socket, ReadOnlySpan<byte> datagram, SocketAddress to);

    /// <summary>Ends a wait early. Any thread.</summary>
    void Wake();
}
