using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace DialerEngine.Sip.Sdp;

/// <summary>What is wrong with a session description (RFC 8866).</summary>
public enum SdpParseError : byte
{
    None,
    Empty,

    /// <summary>Longer than <see cref="SdpSession.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>A line that is not a letter, an equals sign and a value, or holds a NUL or a stray carriage return.</summary>
    BadLine,

    /// <summary>The first line is not <c>v=0</c>.</summary>
    BadVersion,
    MissingOrigin,
    BadOrigin,
    MissingTiming,
    BadTiming,
    BadConnection,

    /// <summary>A stream that is not rejected has neither a connection line of its own nor one of the session.</summary>
    MissingConnection,
    BadMedia,
    TooManyMedia,
    TooManyFormats,
    BadAttribute,
}

/// <summary>Direction of a stream, as the one who wrote it sees it (RFC 8866 section 6.7). The bits are send = 1, receive = 2.</summary>
public enum SdpDirection : byte
{
    Inactive = 0,
    SendOnly = 1,
    RecvOnly = 2,
    SendRecv = 3,
}

/// <summary>Voice codecs of this engine, by their static payload types (RFC 3551 table 4).</summary>
public enum SdpCodec : byte
{
    Pcmu = 0,
    Pcma = 8,

    /// <summary>No codec.</summary>
    None = 255,
}

/// <summary>Kind of a media line.</summary>
public enum SdpMediaKind : byte
{
    Other,
    Audio,
    Video,
    Image,
    Text,
    Application,
    Message,
}

/// <summary>An address of a connection line: IPv4, IPv6, or a name that somebody else must look up.</summary>
public readonly struct SdpAddress : IEquatable<SdpAddress>
{
    private readonly UInt128 _bits;

    private SdpAddress(UInt128 bits, AddressFamily family)
    {
        _bits = bits;
        Family = family;
    }

    /// <summary>InterNetwork, InterNetworkV6, or Unspecified for a name.</summary>
    public AddressFamily Family { get; }

    /// <summary>0.0.0.0 or ::, which puts a stream on hold (RFC 3264 section 8.4).</summary>
    public bool IsUnspecified => Family != AddressFamily.Unspecified && _bits == 0;

    public bool IsName => Family == AddressFamily.Unspecified;

    public static SdpAddress From(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        octets.Clear();
        var four = address.AddressFamily == AddressFamily.InterNetwork;
        address.TryWriteBytes(four ? octets[12..] : octets, out _);
        return new SdpAddress(BinaryPrimitives.ReadUInt128BigEndian(octets), address.AddressFamily);
    }

    /// <summary>Allocates; null for a name.</summary>
    public IPAddress? ToIPAddress()
    {
        if (IsName)
        {
            return null;
        }

        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, _bits);
        return new IPAddress(Family == AddressFamily.InterNetwork ? octets[12..] : octets);
    }

    public bool Equals(SdpAddress other) => _bits == other._bits && Family == other.Family;

    public override bool Equals(object? obj) => obj is SdpAddress other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_bits, Family);

    public override string ToString() => ToIPAddress()?.ToString() ?? "name";

    public static bool operator ==(SdpAddress left, SdpAddress right) => left.Equals(right);

    public static bool operator !=(SdpAddress left, SdpAddress right) => !left.Equals(right);

    /// <summary>Reads <c>IN IP4 ...</c> addresses; a time-to-live behind a slash is dropped.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, bool six, out SdpAddress address)
    {
        address = default;
        var slash = text.IndexOf((byte)'/');
        text = slash < 0 ? text : text[..slash];
        if (text.IsEmpty)
        {
            return false;
        }

        if (!six && Parsing.SipHost.IsIPv4(text))
        {
            uint bits = 0;
            foreach (var part in text.Split((byte)'.'))
            {
                Parsing.SipText.TryNumber(text[part], 255, out var octet);
                bits = (bits << 8) | octet;
            }

            address = new SdpAddress(bits, AddressFamily.InterNetwork);
            return true;
        }

        if (six && Parsing.SipHost.IsIPv6(text))
        {
            return TryParseSix(text, out address);
        }

        return text[0] != (byte)'[' && Parsing.SipHost.End(text, 0, text.Length) == text.Length && Parsing.SipText.IsLetter(text[0]);
    }

    private static bool TryParseSix(ReadOnlySpan<byte> text, out SdpAddress address)
    {
        address = default;
        Span<char> characters = stackalloc char[64];
        if (text.Length > characters.Length)
        {
            return false;
        }

        System.Text.Encoding.ASCII.GetChars(text, characters);
        if (!IPAddress.TryParse(characters[..text.Length], out var parsed))
        {
            return false;
        }

        address = From(parsed);
        return true;
    }
}
