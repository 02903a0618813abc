namespace DialerEngine.Sip.Parsing;

/// <summary>Hosts: names, IPv4 and IPv6 addresses (RFC 3261 section 25.1 with the IPv6 grammar of RFC 5954).</summary>
internal static class SipHost
{
    private static readonly System.Buffers.SearchValues<byte> Name = SipText.Set(SipText.LettersAndDigits + "-._");

    private static readonly System.Buffers.SearchValues<byte> Reference = SipText.Set("0123456789abcdefABCDEF:.");

    /// <summary>The end of the host at <paramref name="at"/>, or -1. A name may hold underscores, which live networks use.</summary>
    public static int End(ReadOnlySpan<byte> text, int at, int end)
    {
        if (at >= end)
        {
            return -1;
        }

        if (text[at] == (byte)'[')
        {
            var close = SipText.RunEnd(text, at + 1, end, Reference);
            return close < end && text[close] == (byte)']' && IsIPv6(text[(at + 1)..close]) ? close + 1 : -1;
        }

        var stop = SipText.RunEnd(text, at, end, Name);
        return stop == at || !IsName(text[at..stop]) ? -1 : stop;
    }

    /// <summary>Whether the whole text is an IPv6 address without brackets (RFC 4291 section 2.2).</summary>
    public static bool IsIPv6(ReadOnlySpan<byte> text)
    {
        var groups = 0;
        var compressed = false;
        var at = 0;
        if (text.StartsWith("::"u8))
        {
            compressed = true;
            at = 2;
        }

        while (at < text.Length)
        {
            var stop = at;
            while (stop < text.Length && SipText.IsHex(text[stop]))
            {
                stop++;
            }

            if (stop < text.Length && text[stop] == (byte)'.')
            {
                groups += 2;
                return IsIPv4(text[at..]) && (compressed ? groups <= 7 : groups == 8);
            }

            if (stop == at || stop - at > 4)
            {
                return false;
            }

            groups++;
            at = stop;
            if (at == text.Length)
            {
                break;
            }

            if (text[at] != (byte)':' || ++at == text.Length)
            {
                return false;
            }

            if (text[at] == (byte)':')
            {
                if (compressed)
                {
                    return false;
                }

                compressed = true;
                at++;
            }
        }

        return compressed ? groups <= 7 : groups == 8;
    }

    /// <summary>Four decimal numbers of at most 255.</summary>
    public static bool IsIPv4(ReadOnlySpan<byte> text)
    {
        for (var part = 0; part < 4; part++)
        {
            var dot = part < 3 ? text.IndexOf((byte)'.') : text.Length;
            if (dot is < 1 or > 3 || !SipText.TryNumber(text[..dot], 255, out _))
            {
                return false;
            }

            text = part < 3 ? text[(dot + 1)..] : default;
        }

        return true;
    }

    /// <summary>
    /// <c>hostname = *( domainlabel "." ) toplabel [ "." ]</c>: no empty label, no label that begins or ends with a hyphen, and a last
    /// label that begins with a letter unless the whole is an IPv4 address.
    /// </summary>
    private static bool IsName(ReadOnlySpan<byte> text)
    {
        var last = default(ReadOnlySpan<byte>);
        var rest = text[^1] == (byte)'.' ? text[..^1] : text;
        while (true)
        {
            var dot = rest.IndexOf((byte)'.');
            last = dot < 0 ? rest : rest[..dot];
            if (last.IsEmpty || last[0] == (byte)'-' || last[^1] == (byte)'-')
            {
                return false;
            }

            if (dot < 0)
            {
                return SipText.IsLetter(last[0]) || last[0] == (byte)'_' || IsIPv4(text);
            }

            rest = rest[(dot + 1)..];
        }
    }
}
