namespace DialerEngine.Sip.Parsing;

/// <summary>Transports of a Via (RFC 3261 section 20.42, RFC 4168 SCTP, RFC 7118 WebSocket).</summary>
public enum SipTransport : byte
{
    /// <summary>Another one: never an error by itself (RFC 4475 section 3.1.1.10).</summary>
    Unknown,
    Udp,
    Tcp,
    Tls,
    Sctp,
    TlsSctp,
    Ws,
    Wss,
}

/// <summary>Where the parts of one <c>via-parm</c> lie in a buffer.</summary>
internal struct ViaLayout
{
    public SipSlice Raw;
    public SipSlice TransportToken;
    public SipSlice Host;
    public SipSlice Branch;
    public SipSlice Received;
    public SipSlice Parameters;
    public int Port;
    public int RPort;
    public bool HasRPort;

    /// <summary>Scans one value, stopping at <paramref name="end"/> or a comma. The position where it stopped, or -1.</summary>
    public static int Scan(ReadOnlySpan<byte> text, int at, int end, out ViaLayout layout)
    {
        layout = default;
        at = SipText.SkipBlanks(text, at, end);
        var start = at;
        at = ReadProtocol(text, at, end, ref layout);
        if (at < 0)
        {
            return -1;
        }

        at = ReadSentBy(text, at, end, ref layout);
        if (at < 0)
        {
            return -1;
        }

        var parameters = at;
        while (at < end && text[at] == (byte)';')
        {
            at = SipParameters.ReadOne(text, at, end, out var name, out var value, out _, out var hasValue);
            if (at < 0 || !layout.Take(name.Of(text), value, hasValue, text))
            {
                return -1;
            }
        }

        layout.Parameters = new SipSlice(parameters, SipText.TrimBlanks(text, parameters, at) - parameters);
        layout.Raw = new SipSlice(start, SipText.TrimBlanks(text, start, at) - start);
        return at >= end || text[at] == (byte)',' ? at : -1;
    }

    private static int ReadProtocol(ReadOnlySpan<byte> text, int at, int end, ref ViaLayout layout)
    {
        if (end - at > 8 && text.Slice(at, 8).SequenceEqual("SIP/2.0/"u8))
        {
            at += 8;
        }
        else
        {
            at = ReadPart(text, at, end, "SIP"u8);
            at = at < 0 ? -1 : ReadPart(text, at, end, "2.0"u8);
            if (at < 0)
            {
                return -1;
            }

            at = SipText.SkipBlanks(text, at, end);
        }

        var stop = SipText.TokenEnd(text, at, end);
        layout.TransportToken = new SipSlice(at, stop - at);
        return stop == at || stop >= end || !SipText.IsBlank(text[stop]) ? -1 : SipText.SkipBlanks(text, stop, end);
    }

    private static int ReadPart(ReadOnlySpan<byte> text, int at, int end, ReadOnlySpan<byte> word)
    {
        at = SipText.SkipBlanks(text, at, end);
        if (end - at < word.Length || !SipText.EqualsIgnoreCase(text.Slice(at, word.Length), word))
        {
            return -1;
        }

        at = SipText.SkipBlanks(text, at + word.Length, end);
        return at < end && text[at] == (byte)'/' ? at + 1 : -1;
    }

    private static int ReadSentBy(ReadOnlySpan<byte> text, int at, int end, ref ViaLayout layout)
    {
        var stop = SipHost.End(text, at, end);
        if (stop < 0)
        {
            return -1;
        }

        layout.Host = new SipSlice(at, stop - at);
        at = SipText.SkipBlanks(text, stop, end);
        if (at < end && text[at] == (byte)':')
        {
            at = SipText.SkipBlanks(text, at + 1, end);
            stop = at;
            while (stop < end && SipText.IsDigit(text[stop]))
            {
                stop++;
            }

            if (!SipText.TryNumber(text[at..stop], 65535, out var port))
            {
                return -1;
            }

            layout.Port = (int)port;
            at = SipText.SkipBlanks(text, stop, end);
        }

        return at;
    }

    private bool Take(ReadOnlySpan<byte> name, SipSlice value, bool hasValue, ReadOnlySpan<byte> text)
    {
        switch (name.Length)
        {
            case 6 when Branch.Length == 0 && SipText.EqualsIgnoreCase(name, "branch"u8):
                Branch = value;
                return hasValue && SipText.IsToken(value.Of(text));
            case 8 when Received.Length == 0 && SipText.EqualsIgnoreCase(name, "received"u8):
                Received = value;
                return hasValue;
            case 5 when SipText.EqualsIgnoreCase(name, "rport"u8):
                HasRPort = true;
                if (!hasValue)
                {
                    return true;
                }

                var valid = SipText.TryNumber(value.Of(text), 65535, out var port);
                RPort = (int)port;
                return valid;
            default:
                return true;
        }
    }
}

/// <summary>
/// One value of a Via header: a view. RFC 3261 section 20.42, RFC 3581 (rport), RFC 5118 section 4.5 (received, with or without brackets).
/// </summary>
public readonly ref struct SipVia
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly ViaLayout _layout;

    internal SipVia(ReadOnlySpan<byte> text, scoped in ViaLayout layout)
    {
        _text = text;
        _layout = layout;
    }

    public ReadOnlySpan<byte> Raw => _layout.Raw.Of(_text);

    public ReadOnlySpan<byte> TransportToken => _layout.TransportToken.Of(_text);

    public SipTransport Transport => SipTransports.FromToken(TransportToken);

    /// <summary>Name, IPv4 address, or IPv6 address in brackets.</summary>
    public ReadOnlySpan<byte> Host => _layout.Host.Of(_text);

    /// <summary>0 where there is none.</summary>
    public int Port => _layout.Port;

    /// <summary>Empty where there is none (RFC 2543).</summary>
    public ReadOnlySpan<byte> Branch => _layout.Branch.Of(_text);

    /// <summary>Whether the branch was made after RFC 3261 section 8.1.1.7: the magic cookie and something behind it.</summary>
    public bool HasMagicCookie => Branch.Length > 7 && SipText.EqualsIgnoreCase(Branch[..7], "z9hG4bK"u8);

    /// <summary>Empty where there is none.</summary>
    public ReadOnlySpan<byte> Received => _layout.Received.Of(_text);

    /// <summary>0 where the parameter has no value.</summary>
    public int RPort => _layout.RPort;

    public bool HasRPort => _layout.HasRPort;

    public SipParameters Parameters => new(_layout.Parameters.Of(_text));

    /// <summary>Reads one value that fills <paramref name="value"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipVia via)
    {
        var end = ViaLayout.Scan(value, 0, value.Length, out var layout);
        via = new SipVia(value, layout);
        return end == value.Length;
    }
}

/// <summary>Transports and their tokens; tokens are not case-sensitive.</summary>
public static class SipTransports
{
    public static SipTransport FromToken(ReadOnlySpan<byte> token)
    {
        for (var transport = SipTransport.Udp; transport <= SipTransport.Wss; transport++)
        {
            if (SipText.EqualsIgnoreCase(token, Token(transport)))
            {
                return transport;
            }
        }

        return SipTransport.Unknown;
    }

    /// <summary>The token as a Via carries it; empty for <see cref="SipTransport.Unknown"/>.</summary>
    public static ReadOnlySpan<byte> Token(SipTransport transport) => transport switch
    {
        SipTransport.Udp => "UDP"u8,
        SipTransport.Tcp => "TCP"u8,
        SipTransport.Tls => "TLS"u8,
        SipTransport.Sctp => "SCTP"u8,
        SipTransport.TlsSctp => "TLS-SCTP"u8,
        SipTransport.Ws => "WS"u8,
        SipTransport.Wss => "WSS"u8,
        _ => default,
    };
}
