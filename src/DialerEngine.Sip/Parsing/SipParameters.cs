namespace DialerEngine.Sip.Parsing;

/// <summary>One <c>;name=value</c>. A value in quotes is given without them; escapes stay (see <see cref="SipQuoting"/>).</summary>
public readonly ref struct SipParameter
{
    internal SipParameter(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool hasValue, bool isQuoted)
    {
        Name = name;
        Value = value;
        HasValue = hasValue;
        IsQuoted = isQuoted;
    }

    public ReadOnlySpan<byte> Name { get; }

    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether there was an equals sign.</summary>
    public bool HasValue { get; }

    public bool IsQuoted { get; }
}

/// <summary>
/// Header parameters, <c>*( SEMI generic-param )</c> of RFC 3261 section 25.1. Enumerates leniently: ends at the first parameter that
/// does not follow the grammar, which the scanners have refused before.
/// </summary>
public readonly ref struct SipParameters
{
    private readonly ReadOnlySpan<byte> _text;

    /// <summary>Over text such as <c>;tag=1;lr</c>.</summary>
    public SipParameters(ReadOnlySpan<byte> text) => _text = text;

    public ReadOnlySpan<byte> Raw => _text;

    public bool IsEmpty => _text.IsEmpty;

    /// <summary>Finds a parameter by name, in any case; the first of several.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        foreach (var parameter in this)
        {
            if (SipText.EqualsIgnoreCase(parameter.Name, name))
            {
                value = parameter.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public bool Contains(ReadOnlySpan<byte> name) => TryGet(name, out _);

    public Enumerator GetEnumerator() => new(_text);

    /// <summary>Reads one <c>SEMI name [EQUAL value]</c> that starts at a semicolon; the position after it, or -1.</summary>
    internal static int ReadOne(
        ReadOnlySpan<byte> text, int at, int end, out SipSlice name, out SipSlice value, out bool quoted, out bool hasValue)
    {
        value = default;
        quoted = false;
        hasValue = false;
        var start = SipText.SkipBlanks(text, at + 1, end);
        var stop = SipText.TokenEnd(text, start, end);
        name = new SipSlice(start, stop - start);
        if (name.Length == 0)
        {
            return -1;
        }

        var next = SipText.SkipBlanks(text, stop, end);
        if (next >= end || text[next] != (byte)'=')
        {
            return next;
        }

        hasValue = true;
        start = SipText.SkipBlanks(text, next + 1, end);
        if (start < end && text[start] == (byte)'"')
        {
            quoted = true;
            stop = SipText.QuotedEnd(text, start, end);
            if (stop < 0)
            {
                return -1;
            }

            value = new SipSlice(start + 1, stop - start - 2);
        }
        else
        {
            stop = SipText.RunEnd(text, start, end, SipText.ParameterValue);
            if (stop == start)
            {
                return -1;
            }

            value = new SipSlice(start, stop - start);
        }

        return SipText.SkipBlanks(text, stop, end);
    }

    /// <summary>Walks the parameters.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _text;
        private int _at;
        private SipSlice _name;
        private SipSlice _value;
        private bool _quoted;
        private bool _hasValue;

        internal Enumerator(ReadOnlySpan<byte> text)
        {
            _text = text;
            _at = SipText.SkipBlanks(text, 0, text.Length);
        }

        public readonly SipParameter Current => new(_name.Of(_text), _value.Of(_text), _hasValue, _quoted);

        public bool MoveNext()
        {
            if (_at < 0 || _at >= _text.Length || _text[_at] != (byte)';')
            {
                return false;
            }

            _at = ReadOne(_text, _at, _text.Length, out _name, out _value, out _quoted, out _hasValue);
            return _at >= 0;
        }
    }
}

/// <summary>Quoted strings (RFC 3261 section 25.1, <c>quoted-string</c>).</summary>
public static class SipQuoting
{
    /// <summary>Takes the escapes out of the inside of a quoted string. -1 where the destination is too short.</summary>
    public static int Unescape(ReadOnlySpan<byte> inside, Span<byte> destination)
    {
        var written = 0;
        for (var i = 0; i < inside.Length; i++)
        {
            var octet = inside[i];
            if (octet == (byte)'\\' && i + 1 < inside.Length)
            {
                octet = inside[++i];
            }

            if (written >= destination.Length)
            {
                return -1;
            }

            destination[written++] = octet;
        }

        return written;
    }
}
