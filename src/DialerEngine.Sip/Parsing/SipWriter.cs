using System.Buffers.Text;

namespace DialerEngine.Sip.Parsing;

/// <summary>
/// Writes one message into memory that the caller owns, without allocating. Faults do not throw: after one, nothing more is written and
/// <see cref="Succeeded"/> is false. Values that hold a carriage return, a line feed or a NUL are refused, so that nothing from outside can
/// add a header of its own.
/// </summary>
public ref struct SipWriter
{
    private static readonly System.Buffers.SearchValues<byte> Forbidden = System.Buffers.SearchValues.Create([0, (byte)'\r', (byte)'\n']);

    private readonly Span<byte> _destination;
    private int _written;

    public SipWriter(Span<byte> destination)
    {
        _destination = destination;
        _written = 0;
        Overflowed = false;
        Refused = false;
    }

    /// <summary>The destination was too short.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>A value held a line end or a NUL, or a name was no token.</summary>
    public bool Refused { get; private set; }

    public readonly bool Succeeded => !Overflowed && !Refused;

    public readonly int Length => _written;

    public readonly ReadOnlySpan<byte> Written => _destination[.._written];

    public void RequestLine(SipMethod method, scoped ReadOnlySpan<byte> uri) => RequestLine(SipMethods.Token(method), uri);

    public void RequestLine(scoped ReadOnlySpan<byte> method, scoped ReadOnlySpan<byte> uri)
    {
        Refused |= !SipText.IsToken(method) || uri.IsEmpty || uri.Contains((byte)' ');
        Text(method);
        Raw(" "u8);
        Text(uri);
        Raw(" SIP/2.0\r\n"u8);
    }

    /// <param name="code">100 to 699.</param>
    /// <param name="phrase">May be empty.</param>
    public void StatusLine(int code, scoped ReadOnlySpan<byte> phrase)
    {
        Refused |= code is < 100 or > 699;
        Raw("SIP/2.0 "u8);
        Number((ulong)code);
        Raw(" "u8);
        Text(phrase);
        Raw("\r\n"u8);
    }

    public void Header(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        BeginHeader(name);
        Text(value);
        EndHeader();
    }

    public void Header(scoped ReadOnlySpan<byte> name, ulong value)
    {
        BeginHeader(name);
        Number(value);
        EndHeader();
    }

    public void Header(SipHeaderKind kind, scoped ReadOnlySpan<byte> value) => Header(SipHeaderNames.Name(kind), value);

    /// <summary>Writes the name and the colon; then follow text, numbers and so on, and <see cref="EndHeader"/>.</summary>
    public void BeginHeader(scoped ReadOnlySpan<byte> name)
    {
        Refused |= !SipText.IsToken(name);
        Text(name);
        Raw(": "u8);
    }

    public void EndHeader() => Raw("\r\n"u8);

    public void CSeq(uint number, SipMethod method) => CSeq(number, SipMethods.Token(method));

    public void CSeq(uint number, scoped ReadOnlySpan<byte> method)
    {
        BeginHeader("CSeq"u8);
        Number(number);
        Raw(" "u8);
        Text(method);
        EndHeader();
    }

    /// <summary>Part of a value, checked for line ends.</summary>
    public void Text(scoped ReadOnlySpan<byte> text)
    {
        Refused |= text.ContainsAny(Forbidden);
        Raw(text);
    }

    /// <summary>Part of a value in characters, as UTF-8, checked for line ends.</summary>
    public void Text(scoped ReadOnlySpan<char> text)
    {
        if (!Succeeded)
        {
            return;
        }

        if (!System.Text.Encoding.UTF8.TryGetBytes(text, _destination[_written..], out var count))
        {
            Overflowed = true;
            return;
        }

        Refused |= _destination.Slice(_written, count).ContainsAny(Forbidden);
        _written += count;
    }

    public void Number(ulong value)
    {
        if (!Succeeded)
        {
            return;
        }

        if (!Utf8Formatter.TryFormat(value, _destination[_written..], out var count))
        {
            Overflowed = true;
            return;
        }

        _written += count;
    }

    /// <summary>A number in small hexadecimal digits, at least <paramref name="digits"/> of them (1 to 16): branches and tags.</summary>
    public void Hexadecimal(ulong value, int digits)
    {
        if (!Succeeded)
        {
            return;
        }

        if (!Utf8Formatter.TryFormat(value, _destination[_written..], out var count, new System.Buffers.StandardFormat('x', (byte)digits)))
        {
            Overflowed = true;
            return;
        }

        _written += count;
    }

    /// <summary>A quoted string: quotes around, quotes and backslashes escaped.</summary>
    public void Quoted(scoped ReadOnlySpan<byte> text)
    {
        Raw("\""u8);
        foreach (ref readonly var octet in text)
        {
            if (octet is (byte)'"' or (byte)'\\')
            {
                Raw("\\"u8);
            }

            Text(new ReadOnlySpan<byte>(in octet));
        }

        Raw("\""u8);
    }

    /// <summary>Copies the headers of a kind as they are: Via, Record-Route and the like into a response.</summary>
    public void CopyHeaders(SipMessage from, SipHeaderKind kind)
    {
        var name = SipHeaderNames.Name(kind);
        foreach (var value in from.Headers(kind))
        {
            Header(name, value);
        }
    }

    /// <summary>Ends a message without body: <c>Content-Length: 0</c> and the empty line.</summary>
    public void End() => Raw("Content-Length: 0\r\n\r\n"u8);

    /// <summary>Ends a message with a body. <paramref name="contentType"/> must not be empty where the body is not.</summary>
    public void End(scoped ReadOnlySpan<byte> contentType, scoped ReadOnlySpan<byte> body)
    {
        if (!contentType.IsEmpty)
        {
            Header("Content-Type"u8, contentType);
        }

        Refused |= contentType.IsEmpty && !body.IsEmpty;
        Header("Content-Length"u8, (ulong)body.Length);
        Raw("\r\n"u8);
        Raw(body);
    }

    /// <summary>Octets without a check: only for what this program itself has written.</summary>
    public void Raw(scoped ReadOnlySpan<byte> octets)
    {
        if (!Succeeded)
        {
            return;
        }

        if (!octets.TryCopyTo(_destination[_written..]))
        {
            Overflowed = true;
            return;
        }

        _written += octets.Length;
    }
}
