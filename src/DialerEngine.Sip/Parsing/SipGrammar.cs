namespace DialerEngine.Sip.Parsing;

/// <summary>The grammars of header values, as predicates over a whole value.</summary>
internal static class SipGrammar
{
    public static bool IsViaList(ReadOnlySpan<byte> value)
    {
        var at = -1;
        do
        {
            at = ViaLayout.Scan(value, at + 1, value.Length, out _);
            if (at < 0)
            {
                return false;
            }
        }
        while (at < value.Length);

        return true;
    }

    public static bool IsContactList(ReadOnlySpan<byte> value)
    {
        var at = -1;
        do
        {
            at = NameAddrLayout.Scan(value, at + 1, value.Length, out var layout);
            if (at < 0 || !SipUri.TryParse(layout.Uri.Of(value), out _) || !AreContactParameters(new SipParameters(layout.Parameters.Of(value))))
            {
                return false;
            }
        }
        while (at < value.Length);

        return true;
    }

    public static bool IsAddressList(ReadOnlySpan<byte> value, bool bracketed)
    {
        var at = -1;
        do
        {
            at = NameAddrLayout.Scan(value, at + 1, value.Length, out var layout);
            if (at < 0 || (bracketed && !layout.Bracketed) || !SipUri.TryParse(layout.Uri.Of(value), out _))
            {
                return false;
            }
        }
        while (at < value.Length);

        return true;
    }

    public static bool IsAddress(ReadOnlySpan<byte> value) =>
        SipNameAddr.TryParse(value, out var address) && SipUri.TryParse(address.Uri, out _);

    public static bool IsTokenList(ReadOnlySpan<byte> value)
    {
        while (true)
        {
            var comma = value.IndexOf((byte)',');
            if (!SipText.IsToken(SipText.Trim(comma < 0 ? value : value[..comma])))
            {
                return false;
            }

            if (comma < 0)
            {
                return true;
            }

            value = value[(comma + 1)..];
        }
    }

    public static bool IsTokenWithParameters(ReadOnlySpan<byte> value)
    {
        var end = SipText.TokenEnd(value, 0, value.Length);
        return end > 0 && AreParameters(value, end);
    }

    public static bool IsNumberWithParameters(ReadOnlySpan<byte> value)
    {
        var end = DigitsEnd(value, 0);
        return SipText.TryNumber(value[..end], uint.MaxValue, out _) && AreParameters(value, end);
    }

    public static bool IsReasonList(ReadOnlySpan<byte> value)
    {
        if (EndsWithComma(value))
        {
            return false;
        }

        while (!value.IsEmpty)
        {
            if (!IsTokenWithParameters(SipList.TakeFirst(ref value)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>callid *(SEMI param)</c> with to-tag and from-tag (RFC 3891 section 6.1).</summary>
    public static bool IsReplaces(ReadOnlySpan<byte> value)
    {
        var semicolon = value.IndexOf((byte)';');
        if (semicolon <= 0 || !AreParameters(value, semicolon))
        {
            return false;
        }

        var parameters = new SipParameters(value[semicolon..]);
        return parameters.Contains("to-tag"u8) && parameters.Contains("from-tag"u8);
    }

    public static bool IsMediaTypeList(ReadOnlySpan<byte> value)
    {
        if (EndsWithComma(value))
        {
            return false;
        }

        while (!value.IsEmpty)
        {
            if (!IsMediaType(SipList.TakeFirst(ref value)))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsMediaType(ReadOnlySpan<byte> value)
    {
        var end = SipText.TokenEnd(value, 0, value.Length);
        var slash = SipText.SkipBlanks(value, end, value.Length);
        if (end == 0 || slash >= value.Length || value[slash] != (byte)'/')
        {
            return false;
        }

        var start = SipText.SkipBlanks(value, slash + 1, value.Length);
        end = SipText.TokenEnd(value, start, value.Length);
        return end > start && AreParameters(value, end);
    }

    /// <summary><c>rfc1123-date</c>, in GMT only (RFC 3261 section 20.17).</summary>
    public static bool IsDate(ReadOnlySpan<byte> value)
    {
        if (value.Length != 29 || value[3] != (byte)',' || value[4] != (byte)' ' || value[7] != (byte)' ' || value[11] != (byte)' '
            || value[16] != (byte)' ' || value[19] != (byte)':' || value[22] != (byte)':' || !value[25..].SequenceEqual(" GMT"u8))
        {
            return false;
        }

        return "MonTueWedThuFriSatSun"u8.IndexOf(value[..3]) is >= 0 and var day && day % 3 == 0
            && "JanFebMarAprMayJunJulAugSepOctNovDec"u8.IndexOf(value[8..11]) is >= 0 and var month && month % 3 == 0
            && SipText.TryNumber(value[5..7], 31, out var date) && date > 0 && SipText.AllDigits(value[12..16])
            && SipText.TryNumber(value[17..19], 23, out _) && SipText.TryNumber(value[20..22], 59, out _)
            && SipText.TryNumber(value[23..25], 60, out _);
    }

    /// <summary><c>delta-seconds [comment] *(SEMI retry-param)</c>.</summary>
    public static bool IsRetryAfter(ReadOnlySpan<byte> value)
    {
        var at = DigitsEnd(value, 0);
        if (!SipText.TryNumber(value[..at], uint.MaxValue, out _))
        {
            return false;
        }

        at = SipText.SkipBlanks(value, at, value.Length);
        if (at < value.Length && value[at] == (byte)'(')
        {
            at = CommentEnd(value, at);
        }

        return at >= 0 && AreParameters(value, at);
    }

    /// <summary><c>3DIGIT SP host-or-token SP quoted-string</c>, a list.</summary>
    public static bool IsWarningList(ReadOnlySpan<byte> value)
    {
        if (EndsWithComma(value))
        {
            return false;
        }

        while (!value.IsEmpty)
        {
            var one = SipList.TakeFirst(ref value);
            if (one.Length < 8 || DigitsEnd(one, 0) != 3 || one[3] != (byte)' ')
            {
                return false;
            }

            var blank = one[4..].IndexOf((byte)' ');
            var quote = 5 + blank;
            if (blank < 1 || quote >= one.Length || one[quote] != (byte)'"' || SipText.QuotedEnd(one, quote, one.Length) != one.Length
                || one.Slice(4, blank).ContainsAnyExcept(SipText.ParameterValue))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsTimestamp(ReadOnlySpan<byte> value)
    {
        var blank = value.IndexOfAny((byte)' ', (byte)'\t');
        return IsDecimal(blank < 0 ? value : value[..blank], 1) && (blank < 0 || IsDecimal(SipText.Trim(value[blank..]), 0));
    }

    /// <summary><c>response-num LWS CSeq-num LWS Method</c> (RFC 3262 section 7.2).</summary>
    public static bool IsRAck(ReadOnlySpan<byte> value)
    {
        var first = DigitsEnd(value, 0);
        var second = SipText.SkipBlanks(value, first, value.Length);
        var secondEnd = DigitsEnd(value, second);
        var method = SipText.SkipBlanks(value, secondEnd, value.Length);
        return second > first && method > secondEnd && SipText.TryNumber(value[..first], uint.MaxValue, out _)
            && SipText.TryNumber(value[second..secondEnd], int.MaxValue, out _) && SipText.IsToken(value[method..]);
    }

    /// <summary><c>auth-scheme LWS auth-param *(COMMA auth-param)</c>.</summary>
    public static bool IsAuthentication(ReadOnlySpan<byte> value)
    {
        var end = SipText.TokenEnd(value, 0, value.Length);
        var at = SipText.SkipBlanks(value, end, value.Length);
        if (end == 0 || at == end || at == value.Length)
        {
            return false;
        }

        while (true)
        {
            // The same shape as a header parameter, with a comma in place of the semicolon and a value that must be there.
            at = SipParameters.ReadOne(value, at - 1, value.Length, out _, out _, out _, out var hasValue);
            if (at < 0 || !hasValue)
            {
                return false;
            }

            if (at == value.Length)
            {
                return true;
            }

            if (value[at] != (byte)',')
            {
                return false;
            }

            at++;
        }
    }

    /// <summary>An empty list, or an empty last element.</summary>
    private static bool EndsWithComma(ReadOnlySpan<byte> value) => value.IsEmpty || value[^1] == (byte)',';

    private static bool AreContactParameters(SipParameters parameters)
    {
        foreach (var parameter in parameters)
        {
            if (SipText.EqualsIgnoreCase(parameter.Name, "q"u8) && !IsQValue(parameter.Value))
            {
                return false;
            }

            if (SipText.EqualsIgnoreCase(parameter.Name, "expires"u8) && !SipText.TryNumber(parameter.Value, uint.MaxValue, out _))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )</c>.</summary>
    private static bool IsQValue(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value[0] is not ((byte)'0' or (byte)'1') || value.Length > 5)
        {
            return false;
        }

        if (value.Length == 1)
        {
            return true;
        }

        var digits = value[2..];
        return value[1] == (byte)'.' && (digits.IsEmpty || SipText.AllDigits(digits))
            && (value[0] == (byte)'0' || !digits.ContainsAnyExcept((byte)'0'));
    }

    private static bool IsDecimal(ReadOnlySpan<byte> value, int leastDigits)
    {
        var dot = value.IndexOf((byte)'.');
        var whole = dot < 0 ? value : value[..dot];
        var part = dot < 0 ? default : value[(dot + 1)..];
        return whole.Length >= leastDigits && (whole.IsEmpty || SipText.AllDigits(whole)) && (part.IsEmpty || SipText.AllDigits(part));
    }

    private static bool AreParameters(ReadOnlySpan<byte> value, int at)
    {
        at = SipText.SkipBlanks(value, at, value.Length);
        while (at < value.Length)
        {
            if (value[at] != (byte)';')
            {
                return false;
            }

            at = SipParameters.ReadOne(value, at, value.Length, out _, out _, out _, out _);
            if (at < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int CommentEnd(ReadOnlySpan<byte> value, int at)
    {
        var depth = 0;
        for (; at < value.Length; at++)
        {
            switch (value[at])
            {
                case (byte)'(':
                    depth++;
                    break;
                case (byte)')' when --depth == 0:
                    return at + 1;
                case (byte)'\\':
                    at++;
                    break;
                default:
                    break;
            }
        }

        return -1;
    }

    private static int DigitsEnd(ReadOnlySpan<byte> value, int at)
    {
        while (at < value.Length && SipText.IsDigit(value[at]))
        {
            at++;
        }

        return at;
    }
}
