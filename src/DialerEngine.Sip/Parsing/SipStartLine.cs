namespace DialerEngine.Sip.Parsing;

/// <summary>Request lines and status lines (RFC 3261 sections 7.1, 7.2).</summary>
internal static class SipStartLine
{
    public static void Read(SipMessage into, SipSlice line)
    {
        var text = line.Of(into.Octets);
        if (text.Length >= 4 && SipText.EqualsIgnoreCase(text[..4], "SIP/"u8))
        {
            ReadStatusLine(into, text, line.Start);
        }
        else
        {
            ReadRequestLine(into, text, line.Start);
        }
    }

    private static void ReadStatusLine(SipMessage into, ReadOnlySpan<byte> text, int start)
    {
        into.IsResponse = true;
        var space = text.IndexOf((byte)' ');
        if (space < 0 || !IsVersion(text[..space], out var supported))
        {
            into.Fault(SipParseError.BadStartLine, start);
            return;
        }

        if (!supported)
        {
            into.Fault(SipParseError.UnsupportedVersion, start);
        }

        var code = text[(space + 1)..];
        var second = code.IndexOf((byte)' ');
        var digits = second < 0 ? code : code[..second];
        if (digits.Length != 3 || !SipText.TryNumber(digits, 699, out var number) || number < 100)
        {
            into.Fault(SipParseError.BadStatusCode, start + space + 1);
            return;
        }

        into.StatusCode = (int)number;
        if (second < 0)
        {
            into.Fault(SipParseError.BadStartLine, start + text.Length);
            return;
        }

        into.ReasonSlice = new SipSlice(start + space + 5, text.Length - space - 5);
    }

    private static void ReadRequestLine(SipMessage into, ReadOnlySpan<byte> text, int start)
    {
        into.IsRequest = true;
        var first = text.IndexOf((byte)' ');
        var last = text.LastIndexOf((byte)' ');
        if (first <= 0 || !text[..first].ContainsAnyInRange((byte)'!', (byte)'~'))
        {
            into.IsRequest = false;
            into.Fault(SipParseError.BadStartLine, start);
            return;
        }

        if (!SipText.IsToken(text[..first]))
        {
            into.IsRequest = false;
            into.Fault(SipParseError.BadMethod, start);
            return;
        }

        into.MethodSlice = new SipSlice(start, first);
        into.Method = SipMethods.FromToken(text[..first]);
        if (last == first || !IsVersion(text[(last + 1)..], out var supported))
        {
            // Nothing behind the last blank, or no version there: RFC 4475 section 3.1.2.10 (blanks at the end of the line).
            into.Fault(SipParseError.BadStartLine, start + last);
            return;
        }

        if (!supported)
        {
            into.Fault(SipParseError.UnsupportedVersion, start + last + 1);
        }

        var uri = text[(first + 1)..last];
        into.RequestUriSlice = new SipSlice(start + first + 1, uri.Length);
        if (!SipUri.TryParse(uri, out var parsed) || !parsed.Headers.IsEmpty)
        {
            into.Fault(SipParseError.BadRequestUri, start + first + 1);
        }
    }

    /// <summary><c>"SIP" "/" 1*DIGIT "." 1*DIGIT</c>, in any case.</summary>
    private static bool IsVersion(ReadOnlySpan<byte> text, out bool supported)
    {
        supported = text.SequenceEqual("SIP/2.0"u8) || SipText.EqualsIgnoreCase(text, "SIP/2.0"u8);
        if (supported)
        {
            return true;
        }

        if (text.Length < 7 || !SipText.EqualsIgnoreCase(text[..4], "SIP/"u8))
        {
            return false;
        }

        var dot = text.IndexOf((byte)'.');
        return dot > 4 && SipText.AllDigits(text[4..dot]) && SipText.AllDigits(text[(dot + 1)..]);
    }
}
