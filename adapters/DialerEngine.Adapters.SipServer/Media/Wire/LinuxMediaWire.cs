using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DialerEngine.Adapters.SipServer.Media.Wire;

/// <summary>
/// epoll(7) with recvfrom(2) and sendto(2): the one way on Linux to watch thousands of sockets from one thread without a callback
/// object per packet. Level-triggered, so a datagram costs exactly one receive call.
/// </summary>
internal sealed unsafe partial class LinuxMediaWire : IMediaWire
{
    private const int MaxEvents = 256;
    private const int WakeTag = -1;
    private const int DontWait = 0x40; // MSG_DONTWAIT
    private const uint Readable = 0x001; // EPOLLIN
    private const int ControlAdd = 1; // EPOLL_CTL_ADD
    private const int ControlRemove = 2; // EPOLL_CTL_DEL
    private const int CloseOnExec = 0x80000; // EPOLL_CLOEXEC, EFD_CLOEXEC
    private const int NonBlocking = 0x800; // EFD_NONBLOCK

    // struct epoll_event is packed on x86 and naturally aligned elsewhere.
    private static readonly bool Packed = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;
    private static readonly int EventSize = Packed ? 12 : 16;
    private static readonly int DataOffset = Packed ? 4 : 8;

    private readonly byte[] _events = GC.AllocateArray<byte>(MaxEvents * 16, pinned: true);
    private readonly int _poll;
    private readonly int _wake;
    private bool _closed;

    public LinuxMediaWire()
    {
        _poll = NativeEpollCreate(CloseOnExec);
        _wake = NativeEventFd(0, NonBlocking | CloseOnExec);
        if (_poll < 0 || _wake < 0)
        {
            throw new SocketException();
        }

        Control(ControlAdd, _wake, WakeTag);
    }

    public void Add(MediaSocket socket, int tag) => Control(ControlAdd, socket.Descriptor, tag);

    public void Remove(MediaSocket socket, int tag) => Control(ControlRemove, socket.Descriptor, tag);

    public int Wait(int timeoutMilliseconds, Span<int> ready)
    {
        int count;
        fixed (byte* events = _events)
        {
            count = NativeEpollWait(_poll, events, Math.Min(MaxEvents, ready.Length), timeoutMilliseconds);
        }

        var written = 0;
        for (var i = 0; i < count; i++)
        {
            var tag = BitConverter.ToInt32(_events, (i * EventSize) + DataOffset);
            if (tag == WakeTag)
            {
                ulong value;
                _ = NativeRead(_wake, &value, sizeof(ulong));
                continue;
            }

            ready[written++] = tag;
        }

        return written;
    }

    public int Receive(MediaSocket socket, Span<byte> buffer, SocketAddress from)
    {
        var address = from.Buffer.Span;
        var length = address.Length;
        fixed (byte* bytes = buffer)
        fixed (byte* name = address)
        {
            return (int)NativeReceiveFrom(socket.Descriptor, bytes, (nuint)buffer.Length, DontWait, name, &length);
        }
    }

    public bool Send(MediaSocket socket, ReadOnlySpan<byte> datagram, SocketAddress to)
    {
        var address = to.Buffer.Span;
        fixed (byte* bytes = datagram)
        fixed (byte* name = address)
        {
            return NativeSendTo(socket.Descriptor, bytes, (nuint)datagram.Length, DontWait, name, to.Size) == datagram.Length;
        }
    }

    public void Wake()
    {
        ulong one = 1;
        _ = NativeWrite(_wake, &one, sizeof(ulong));
    }

    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            _ = NativeClose(_wake);
            _ = NativeClose(_poll);
        }
    }

    private void Control(int operation, int descriptor, int tag)
    {
        Span<byte> one = stackalloc byte[16];
        one.Clear();
        BitConverter.TryWriteBytes(one, Readable);
        BitConverter.TryWriteBytes(one[DataOffset..], tag);
        fixed (byte* bytes = one)
        {
            if (NativeEpollControl(_poll, operation, descriptor, bytes) != 0 && operation == ControlAdd)
            {
                throw new SocketException();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int NativeEpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int NativeEpollControl(int poll, int operation, int descriptor, byte* data);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    private static partial int NativeEpollWait(int poll, byte* events, int maxEvents, int timeout);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int NativeEventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "recvfrom")]
    private static partial nint NativeReceiveFrom(int socket, byte* buffer, nuint length, int flags, byte* address, int* addressLength);

    [LibraryImport("libc", EntryPoint = "sendto")]
    private static partial nint NativeSendTo(int socket, byte* buffer, nuint length, int flags, byte* address, int addressLength);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint NativeRead(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint NativeWrite(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int NativeClose(int descriptor);
}
