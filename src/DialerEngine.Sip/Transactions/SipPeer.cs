using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Transactions;

/// <summary>
/// Where a message goes or came from: transport, IP address, port and, for streams, the connection. A value without references, so that
/// thousands of calls keep theirs for nothing. An IPv4 address is kept in its IPv4-mapped form.
/// </summary>
public readonly record struct SipPeer
{
    private readonly ulong _high;
    private readonly ulong _low;

    private SipPeer(ulong high, ulong low, ushort port, SipTransport transport, int connection, uint scopeId)
    {
        _high = high;
        _low = low;
        Port = port;
        Transport = transport;
        Connection = connection;
        ScopeId = scopeId;
    }

    /// <summary>Port, 0 if unknown.</summary>
    public ushort Port { get; }

    /// <summary>The transport.</summary>
    public SipTransport Transport { get; }

    /// <summary>The stream connection that brought the message, as its transport numbers it; 0: none, or UDP.</summary>
    public int Connection { get; }

    /// <summary>IPv6 zone of a link-local address, otherwise 0.</summary>
    public uint ScopeId { get; }

    /// <summary>True for IPv6 proper, false for IPv4.</summary>
    public bool IsIPv6 => _high != 0 || _low >> 32 != 0xFFFF;

    /// <summary>The IPv4 address in host order; meaningless for IPv6.</summary>
    public uint IPv4 => (uint)_low;

    /// <summary>True over TCP and TLS: nothing is retransmitted there.</summary>
    public bool IsReliable => Transport != SipTransport.Udp;

    /// <summary>False for the default value.</summary>
    public bool IsSet => Port != 0;

    /// <summary>An IPv4 peer; the address in host order.</summary>
    public static SipPeer FromIPv4(uint address, ushort port, SipTransport transport = SipTransport.Udp, int connection = 0) =>
        new(0, 0xFFFF_0000_0000UL | address, port, transport, connection, 0);

    /// <summary>An IPv6 (or IPv4-mapped) peer from its 16 bytes in network order.</summary>
    public static SipPeer FromIPv6(
        ReadOnlySpan<byte> address, ushort port, SipTransport transport = SipTransport.Udp, int connection = 0, uint scopeId = 0) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]), port, transport, connection, scopeId);

    /// <summary>A peer from the framework's types. Allocates nothing for IPv4 and IPv6.</summary>
    public static SipPeer From(IPAddress address, int port, SipTransport transport = SipTransport.Udp)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        return written == 4
            ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes), (ushort)port, transport)
            : FromIPv6(bytes, (ushort)port, transport, 0, address.AddressFamily == AddressFamily.InterNetworkV6 ? (uint)address.ScopeId : 0);
    }

    /// <summary>Reads an IP literal as it stands in a URI or Via: dotted IPv4, or IPv6 with or without brackets. Names are refused.</summary>
    public static bool TryParseHost(ReadOnlySpan<byte> host, ushort port, SipTransport transport, out SipPeer peer)
    {
        peer = default;
        if (host.Length is 0 or > 64)
        {
            return false;
        }

        if (host[0] == '[' && host[^1] == ']')
        {
            host = host[1..^1];
        }

        if (TryParseIPv4(host, out var v4))
        {
            peer = FromIPv4(v4, port, transport);
            return true;
        }

        if (host.IndexOf((byte)':') < 0)
        {
            return false;
        }

        // IPv6 literals are rare enough for the framework's parser, which allocates its result.
        Span<char> text = stackalloc char[host.Length];
        System.Text.Encoding.ASCII.GetChars(host, text);
        if (!IPAddress.TryParse(text, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        peer = From(address, port, transport);
        return true;
    }

    /// <summary>The same peer with another port.</summary>
    public SipPeer WithPort(ushort port) => new(_high, _low, port, Transport, Connection, ScopeId);

    /// <summary>The same peer over a connection of that number.</summary>
    public SipPeer WithConnection(int connection) => new(_high, _low, Port, Transport, connection, ScopeId);

    /// <summary>The same address on another transport without connection.</summary>
    public SipPeer WithTransport(SipTransport transport) => new(_high, _low, Port, transport, 0, ScopeId);

    /// <summary>Writes the 16 bytes of the address in network order (IPv4 in its mapped form).</summary>
    public void WriteAddress(Span<byte> into)
    {
        BinaryPrimitives.WriteUInt64BigEndian(into, _high);
        BinaryPrimitives.WriteUInt64BigEndian(into[8..], _low);
    }

    /// <summary>The framework's type; allocates.</summary>
    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteAddress(bytes);
        return new IPEndPoint(IsIPv6 ? new IPAddress(bytes, ScopeId) : new IPAddress(bytes[12..]), Port);
    }

    /// <summary>Writes the address as a URI host has it: dotted IPv4 or bracketed IPv6. At most 47 bytes.</summary>
    public int FormatHost(Span<byte> into)
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteAddress(bytes);
        if (!IsIPv6)
        {
            var written = 0;
            for (var i = 12; i < 16; i++)
            {
                System.Buffers.Text.Utf8Formatter.TryFormat(bytes[i], into[written..], out var digits);
                written += digits;
                if (i < 15)
                {
                    into[written++] = (byte)'.';
                }
            }

            return written;
        }

        into[0] = (byte)'[';
        new IPAddress(bytes).TryFormat(into[1..], out var length);
        into[length + 1] = (byte)']';
        return length + 2;
    }

    /// <inheritdoc />
    public override string ToString() => $"{Transport}:{ToEndPoint()}";

    private static bool TryParseIPv4(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        var octet = -1;
        var dots = 0;
        foreach (var c in text)
        {
            if (c is >= (byte)'0' and <= (byte)'9')
            {
                octet = (octet < 0 ? 0 : octet * 10) + (c - '0');
                if (octet > 255)
                {
                    return false;
                }
            }
            else if (c == '.' && octet >= 0 && dots < 3)
            {
                address = (address << 8) | (uint)octet;
                octet = -1;
                dots++;
            }
            else
            {
                return false;
            }
        }

        address = (address << 8) | (uint)Math.Max(octet, 0);
        return dots == 3 && octet >= 0;
    }
}
