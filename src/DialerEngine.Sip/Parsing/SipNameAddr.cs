namespace DialerEngine.Sip.Parsing;

/// <summary>Where the parts of a <c>name-addr</c> or <c>addr-spec</c> with parameters lie in a buffer.</summary>
internal struct NameAddrLayout
{
    public SipSlice Raw;
    public SipSlice Display;
    public SipSlice Uri;
    public SipSlice Parameters;
    public SipSlice Tag;
    public bool Quoted;
    public bool Bracketed;

    /// <summary>
    /// Scans one address from <paramref name="at"/>, stopping at <paramref name="end"/> or at a comma. The position where it stopped, or -1.
    /// RFC 3261 sections 20, 20.10 and 25.1: without brackets, all after the first semicolon belongs to the header, and the URI has
    /// neither comma nor question mark.
    /// </summary>
    public static int Scan(ReadOnlySpan<byte> text, int at, int end, out NameAddrLayout layout)
    {
        layout = default;
        at = SipText.SkipBlanks(text, at, end);
        var start = at;
        if (at >= end)
        {
            return -1;
        }

        at = text[at] == (byte)'"'
            ? ScanQuotedDisplay(text, at, end, ref layout)
            : ScanTokenDisplay(text, at, end, ref layout);
        if (at < 0)
        {
            return -1;
        }

        at = layout.Bracketed ? ScanBracketed(text, at, end, ref layout) : ScanBare(text, at, end, ref layout);
        if (at < 0)
        {
            return -1;
        }

        at = SipText.SkipBlanks(text, at, end);
        var parameters = at;
        while (at < end && text[at] == (byte)';')
        {
            at = SipParameters.ReadOne(text, at, end, out var name, out var value, out _, out _);
            if (at < 0)
            {
                return -1;
            }

            if (name.Length == 3 && layout.Tag.Length == 0 && SipText.EqualsIgnoreCase(name.Of(text), "tag"u8))
            {
                layout.Tag = value;
            }
        }

        layout.Parameters = new SipSlice(parameters, SipText.TrimBlanks(text, parameters, at) - parameters);
        layout.Raw = new SipSlice(start, SipText.TrimBlanks(text, start, at) - start);
        return at >= end || text[at] == (byte)',' ? at : -1;
    }

    private static int ScanQuotedDisplay(ReadOnlySpan<byte> text, int at, int end, ref NameAddrLayout layout)
    {
        var stop = SipText.QuotedEnd(text, at, end);
        if (stop < 0)
        {
            return -1;
        }

        layout.Display = new SipSlice(at + 1, stop - at - 2);
        layout.Quoted = true;
        layout.Bracketed = true;
        at = SipText.SkipBlanks(text, stop, end);
        return at < end && text[at] == (byte)'<' ? at : -1;
    }

    private static int ScanTokenDisplay(ReadOnlySpan<byte> text, int at, int end, ref NameAddrLayout layout)
    {
        var start = at;
        while (at < end)
        {
            if (text[at] == (byte)'<')
            {
                layout.Display = new SipSlice(start, SipText.TrimBlanks(text, start, at) - start);
                layout.Bracketed = true;
                return at;
            }

            var stop = SipText.TokenEnd(text, at, end);
            if (stop == at)
            {
                return start;
            }

            at = SipText.SkipBlanks(text, stop, end);
        }

        return start;
    }

    private static int ScanBracketed(ReadOnlySpan<byte> text, int at, int end, ref NameAddrLayout layout)
    {
        var close = text[at..end].IndexOf((byte)'>');
        if (close <= 1)
        {
            return -1;
        }

        layout.Uri = new SipSlice(at + 1, close - 1);
        return at + close + 1;
    }

    private static int ScanBare(ReadOnlySpan<byte> text, int at, int end, ref NameAddrLayout layout)
    {
        var length = text[at..end].IndexOfAny(Delimiters);
        var stop = length < 0 ? end : at + length;
        if (stop == at || (stop < end && text[stop] is (byte)'?' or (byte)'<' or (byte)'>' or (byte)'"'))
        {
            return -1;
        }

        layout.Uri = new SipSlice(at, stop - at);
        return stop;
    }

    private static readonly System.Buffers.SearchValues<byte> Delimiters = SipText.Set(";, \t?<>\"");
}

/// <summary>
/// A <c>name-addr</c> or <c>addr-spec</c> with its header parameters: From, To, Contact, Route, Refer-To, P-Asserted-Identity and the
/// like. A view; RFC 3261 section 25.1.
/// </summary>
public readonly ref struct SipNameAddr
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly NameAddrLayout _layout;

    internal SipNameAddr(ReadOnlySpan<byte> text, scoped in NameAddrLayout layout)
    {
        _text = text;
        _layout = layout;
    }

    /// <summary>The whole value without the blanks around it.</summary>
    public ReadOnlySpan<byte> Raw => _layout.Raw.Of(_text);

    /// <summary>Without quotes; escapes stay (see <see cref="SipQuoting.Unescape"/>). Empty where there is none.</summary>
    public ReadOnlySpan<byte> DisplayName => _layout.Display.Of(_text);

    public bool IsDisplayNameQuoted => _layout.Quoted;

    /// <summary>Without brackets.</summary>
    public ReadOnlySpan<byte> Uri => _layout.Uri.Of(_text);

    /// <summary>Whether the URI stood in angle brackets, as Route and Record-Route demand.</summary>
    public bool IsBracketed => _layout.Bracketed;

    /// <summary>Empty where there is none.</summary>
    public ReadOnlySpan<byte> Tag => _layout.Tag.Of(_text);

    public SipParameters Parameters => new(_layout.Parameters.Of(_text));

    public bool IsEmpty => _layout.Raw.Length == 0;

    /// <summary>Reads one address that fills <paramref name="value"/>. The URI in it is not checked: see <see cref="SipUri"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipNameAddr address)
    {
        var end = NameAddrLayout.Scan(value, 0, value.Length, out var layout);
        address = new SipNameAddr(value, layout);
        return end == value.Length;
    }
}
