using System.Buffers;

namespace DialerEngine.Sip.Parsing;

/// <summary>Schemes a telephony element meets.</summary>
public enum SipUriScheme : byte
{
    /// <summary>Another one, carried whole (RFC 3261 section 8.2.2.1: answer 416 where it cannot be served).</summary>
    Other,
    Sip,
    Sips,
    Tel,
}

/// <summary>
/// A URI as RFC 3261 section 19.1 (sip, sips), RFC 3966 (tel) and RFC 3986 (all others, whole in <see cref="Opaque"/>) write it. A view.
/// </summary>
public readonly ref struct SipUri
{
    private static readonly SearchValues<byte> UserCharacters = SipText.Set(SipText.LettersAndDigits + "-_.!~*'()&=+$,;?/%");
    private static readonly SearchValues<byte> PasswordCharacters = SipText.Set(SipText.LettersAndDigits + "-_.!~*'()&=+$,%");
    private static readonly SearchValues<byte> ParameterCharacters = SipText.Set(SipText.LettersAndDigits + "-_.!~*'()[]/:&+$%");
    private static readonly SearchValues<byte> HeaderCharacters = SipText.Set(SipText.LettersAndDigits + "-_.!~*'()[]/?:+$%");
    private static readonly SearchValues<byte> SchemeCharacters = SipText.Set(SipText.LettersAndDigits + "+-.");
    private static readonly SearchValues<byte> OpaqueCharacters = SipText.Set(SipText.LettersAndDigits + "-_.!~*'();/?:@&=+$,%[]");
    private static readonly SearchValues<byte> UserEnd = SipText.Set("@<>\" ");

    private SipUri(SipUriScheme scheme, ReadOnlySpan<byte> text, int schemeLength)
    {
        Scheme = scheme;
        Raw = text;
        SchemeToken = text[..schemeLength];
        Opaque = text[(schemeLength + 1)..];
    }

    public SipUriScheme Scheme { get; }

    /// <summary>The whole URI.</summary>
    public ReadOnlySpan<byte> Raw { get; }

    public ReadOnlySpan<byte> SchemeToken { get; }

    /// <summary>All behind the scheme and its colon.</summary>
    public ReadOnlySpan<byte> Opaque { get; }

    /// <summary>The user as it is written, with escapes; for tel the number. Empty where there is none.</summary>
    public ReadOnlySpan<byte> User { get; private init; }

    public ReadOnlySpan<byte> Password { get; private init; }

    /// <summary>Name, IPv4 address, or IPv6 address in brackets; empty for tel and other schemes.</summary>
    public ReadOnlySpan<byte> Host { get; private init; }

    /// <summary>0 where there is none.</summary>
    public int Port { get; private init; }

    /// <summary>With the first semicolon; values of URI parameters may hold escapes.</summary>
    public ReadOnlySpan<byte> RawParameters { get; private init; }

    /// <summary>Behind the question mark; empty where there is none.</summary>
    public ReadOnlySpan<byte> Headers { get; private init; }

    public bool IsSipOrSips => Scheme is SipUriScheme.Sip or SipUriScheme.Sips;

    /// <summary>Reads a URI that fills <paramref name="text"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SipUri uri)
    {
        uri = default;
        var colon = text.IndexOf((byte)':');
        if (colon < 1 || !SipText.IsLetter(text[0]) || text[..colon].ContainsAnyExcept(SchemeCharacters))
        {
            return false;
        }

        var scheme = text[..colon];
        if (SipText.EqualsIgnoreCase(scheme, "sip"u8))
        {
            return TryParseSip(text, SipUriScheme.Sip, colon, out uri);
        }

        if (SipText.EqualsIgnoreCase(scheme, "sips"u8))
        {
            return TryParseSip(text, SipUriScheme.Sips, colon, out uri);
        }

        return SipText.EqualsIgnoreCase(scheme, "tel"u8) ? TryParseTel(text, colon, out uri) : TryParseOther(text, colon, out uri);
    }

    /// <summary>Finds a URI parameter by name, in any case; the value is as it is written.</summary>
    public bool TryGetParameter(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var rest = RawParameters;
        value = default;
        while (!rest.IsEmpty)
        {
            rest = rest[1..];
            var stop = rest.IndexOf((byte)';');
            var one = stop < 0 ? rest : rest[..stop];
            rest = stop < 0 ? default : rest[stop..];
            var equals = one.IndexOf((byte)'=');
            if (SipText.EqualsIgnoreCase(equals < 0 ? one : one[..equals], name))
            {
                value = equals < 0 ? default : one[(equals + 1)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes the escapes (RFC 3261 section 19.1.2) out of a part. -1 where the destination is too short.</summary>
    public static int Unescape(ReadOnlySpan<byte> part, Span<byte> destination)
    {
        var written = 0;
        for (var i = 0; i < part.Length; i++)
        {
            if (written >= destination.Length)
            {
                return -1;
            }

            var octet = part[i];
            if (octet == (byte)'%' && i + 2 < part.Length && SipText.IsHex(part[i + 1]) && SipText.IsHex(part[i + 2]))
            {
                octet = (byte)((HexValue(part[i + 1]) << 4) | HexValue(part[i + 2]));
                i += 2;
            }

            destination[written++] = octet;
        }

        return written;
    }

    private static bool TryParseSip(ReadOnlySpan<byte> text, SipUriScheme scheme, int colon, out SipUri uri)
    {
        uri = default;
        var at = colon + 1;
        var user = default(ReadOnlySpan<byte>);
        var password = default(ReadOnlySpan<byte>);
        var sign = text[at..].IndexOfAny(UserEnd);
        if (sign >= 0 && text[at + sign] == (byte)'@')
        {
            if (!TrySplitUser(text.Slice(at, sign), out user, out password))
            {
                return false;
            }

            at += sign + 1;
        }

        var hostStart = at;
        at = SipHost.End(text, at, text.Length);
        if (at < 0)
        {
            return false;
        }

        var host = text[hostStart..at];
        uint port = 0;
        if (at < text.Length && text[at] == (byte)':')
        {
            var start = ++at;
            while (at < text.Length && SipText.IsDigit(text[at]))
            {
                at++;
            }

            if (!SipText.TryNumber(text[start..at], 65535, out port))
            {
                return false;
            }
        }

        var question = text[at..].IndexOf((byte)'?');
        var parameters = question < 0 ? text[at..] : text.Slice(at, question);
        var headers = question < 0 ? default : text[(at + question + 1)..];
        if (!AreParameters(parameters) || (question >= 0 && !AreHeaders(headers)))
        {
            return false;
        }

        uri = new SipUri(scheme, text, colon)
        {
            User = user,
            Password = password,
            Host = host,
            Port = (int)port,
            RawParameters = parameters,
            Headers = headers,
        };
        return true;
    }

    private static bool TrySplitUser(ReadOnlySpan<byte> info, out ReadOnlySpan<byte> user, out ReadOnlySpan<byte> password)
    {
        var colon = info.IndexOf((byte)':');
        user = colon < 0 ? info : info[..colon];
        password = colon < 0 ? default : info[(colon + 1)..];

        return !user.IsEmpty && !user.ContainsAnyExcept(UserCharacters) && !password.ContainsAnyExcept(PasswordCharacters)
            && AreEscapesWhole(user) && AreEscapesWhole(password);
    }

    private static bool TryParseTel(ReadOnlySpan<byte> text, int colon, out SipUri uri)
    {
        uri = default;
        var rest = text[(colon + 1)..];
        var semicolon = rest.IndexOf((byte)';');
        var number = semicolon < 0 ? rest : rest[..semicolon];
        var parameters = semicolon < 0 ? default : rest[semicolon..];
        if (!IsTelephoneNumber(number) || !AreParameters(parameters))
        {
            return false;
        }

        uri = new SipUri(SipUriScheme.Tel, text, colon) { User = number, RawParameters = parameters };
        return true;
    }

    private static bool TryParseOther(ReadOnlySpan<byte> text, int colon, out SipUri uri)
    {
        uri = default;
        var rest = text[(colon + 1)..];
        if (rest.IsEmpty || rest.ContainsAnyExcept(OpaqueCharacters) || !AreEscapesWhole(rest))
        {
            return false;
        }

        uri = new SipUri(SipUriScheme.Other, text, colon);
        return true;
    }

    /// <summary>RFC 3966 section 3: a plus and digits, or digits with * and #, with visual separators; at least one digit.</summary>
    private static bool IsTelephoneNumber(ReadOnlySpan<byte> number)
    {
        var global = !number.IsEmpty && number[0] == (byte)'+';
        var digits = 0;
        foreach (var octet in global ? number[1..] : number)
        {
            if (octet is (byte)'-' or (byte)'.' or (byte)'(' or (byte)')')
            {
                continue;
            }

            if (!SipText.IsDigit(octet) && (global || (!SipText.IsHex(octet) && octet is not ((byte)'*' or (byte)'#'))))
            {
                return false;
            }

            digits++;
        }

        return digits > 0;
    }

    private static bool AreParameters(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            if (text[0] != (byte)';')
            {
                return false;
            }

            var next = text[1..].IndexOf((byte)';');
            var one = next < 0 ? text[1..] : text.Slice(1, next);
            text = next < 0 ? default : text[(next + 1)..];
            var equals = one.IndexOf((byte)'=');
            var name = equals < 0 ? one : one[..equals];
            var value = equals < 0 ? default : one[(equals + 1)..];
            if (name.IsEmpty || name.ContainsAnyExcept(ParameterCharacters) || (equals >= 0 && value.IsEmpty)
                || value.ContainsAnyExcept(ParameterCharacters) || !AreEscapesWhole(name) || !AreEscapesWhole(value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreHeaders(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var next = text.IndexOf((byte)'&');
            var one = next < 0 ? text : text[..next];
            var equals = one.IndexOf((byte)'=');
            if (equals < 1 || one[..equals].ContainsAnyExcept(HeaderCharacters) || one[(equals + 1)..].ContainsAnyExcept(HeaderCharacters)
                || !AreEscapesWhole(one))
            {
                return false;
            }

            if (next < 0)
            {
                return true;
            }

            text = text[(next + 1)..];
        }
    }

    private static bool AreEscapesWhole(ReadOnlySpan<byte> text)
    {
        int percent;
        while ((percent = text.IndexOf((byte)'%')) >= 0)
        {
            if (percent + 2 >= text.Length || !SipText.IsHex(text[percent + 1]) || !SipText.IsHex(text[percent + 2]))
            {
                return false;
            }

            text = text[(percent + 3)..];
        }

        return true;
    }

    private static int HexValue(byte octet) => SipText.IsDigit(octet) ? octet - '0' : (octet | 0x20) - 'a' + 10;
}
