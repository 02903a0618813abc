namespace DialerEngine.Sip.Parsing;

/// <summary>Cuts the head of a message into lines, joins folded ones, and notes control characters and stray line ends.</summary>
internal ref struct SipLineScanner
{
    private readonly SipMessage _message;
    private readonly Span<byte> _octets;
    private readonly int _end;
    private int _scanned;
    private bool _inQuotes;

    public SipLineScanner(SipMessage message, int start, int end)
    {
        _message = message;
        _octets = message.Writable;
        _end = end;
        At = start;
    }

    /// <summary>First octet of the next line.</summary>
    public int At { get; private set; }

    public readonly bool IsAtBlank => At < _end && SipText.IsBlank(_octets[At]);

    /// <summary>
    /// The next line without its line end. With <paramref name="fold"/>, lines that begin with a blank are joined to it (RFC 3261 section
    /// 7.3.1). False where the octets end first.
    /// </summary>
    public bool TryReadLine(bool fold, out SipSlice line)
    {
        var start = At;
        var at = At;
        _scanned = start;
        _inQuotes = false;
        line = default;
        while (true)
        {
            var next = _octets[at.._end].IndexOfAny(SipText.Control);
            if (next < 0)
            {
                return false;
            }

            at += next;
            var octet = _octets[at];
            if (octet == (byte)'\n')
            {
                _message.Fault(SipParseError.BareLineEnd, at);
            }
            else if (octet != (byte)'\r')
            {
                if (!IsQuotedPair(at))
                {
                    _message.Fault(SipParseError.ControlCharacter, at);
                }

                at++;
                continue;
            }
            else if (at + 1 >= _end)
            {
                return false;
            }
            else if (_octets[at + 1] != (byte)'\n')
            {
                _message.Fault(SipParseError.BareLineEnd, at);
                at++;
                continue;
            }

            var behind = at + (octet == (byte)'\r' ? 2 : 1);
            if (fold && at > start)
            {
                if (behind >= _end)
                {
                    return false;
                }

                if (SipText.IsBlank(_octets[behind]))
                {
                    _octets[at..behind].Fill((byte)' ');
                    at = behind;
                    continue;
                }
            }

            line = new SipSlice(start, at - start);
            At = behind;
            return true;
        }
    }

    /// <summary>
    /// Whether the octet stands behind a backslash within quotes. Goes on from where it last was in the line, so that a line full of control
    /// characters costs no more than its length.
    /// </summary>
    private bool IsQuotedPair(int at)
    {
        while (_scanned < at)
        {
            var octet = _octets[_scanned++];
            if (octet == (byte)'"')
            {
                _inQuotes = !_inQuotes;
            }
            else if (octet == (byte)'\\' && _inQuotes)
            {
                _scanned++;
            }
        }

        return _inQuotes && _scanned > at;
    }
}
