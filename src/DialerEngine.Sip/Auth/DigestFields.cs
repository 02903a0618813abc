using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Auth;

/// <summary>
/// The fields of a challenge or of credentials with the scheme Digest (RFC 7616 sections 3.3, 3.4; grammar in RFC 3261 section 25.1). A
/// view. Quoted values are given without quotes, escapes stay, as the calculation wants them.
/// </summary>
public readonly ref struct DigestFields
{
    public ReadOnlySpan<byte> Realm { get; private init; }

    public ReadOnlySpan<byte> Nonce { get; private init; }

    public ReadOnlySpan<byte> Opaque { get; private init; }

    public bool HasOpaque { get; private init; }

    public ReadOnlySpan<byte> UserName { get; private init; }

    public ReadOnlySpan<byte> Uri { get; private init; }

    public ReadOnlySpan<byte> Response { get; private init; }

    public ReadOnlySpan<byte> CNonce { get; private init; }

    /// <summary>Eight hexadecimal digits; empty where there is none.</summary>
    public ReadOnlySpan<byte> NonceCount { get; private init; }

    public DigestAlgorithm Algorithm { get; private init; }

    /// <summary>The challenge offers auth, or the credentials use it.</summary>
    public bool HasAuth { get; private init; }

    /// <summary>The challenge offers auth-int, or the credentials use it.</summary>
    public bool HasAuthInt { get; private init; }

    /// <summary>There is a qop field, whatever it says.</summary>
    public bool HasQop { get; private init; }

    /// <summary>The nonce is too old, the password was right.</summary>
    public bool IsStale { get; private init; }

    /// <summary>
    /// Reads the value of WWW-Authenticate, Proxy-Authenticate, Authorization or Proxy-Authorization. False for another scheme, for text that does
    /// not follow the grammar, for a field given twice, and where realm or nonce is missing.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out DigestFields fields)
    {
        fields = default;
        var schemeEnd = SipText.TokenEnd(value, 0, value.Length);
        if (!SipText.EqualsIgnoreCase(value[..schemeEnd], "Digest"u8) || schemeEnd == value.Length || !SipText.IsBlank(value[schemeEnd]))
        {
            return false;
        }

        var raw = new RawFields();
        if (!TryReadAll(value, schemeEnd, ref raw) || !raw.Has(Field.Realm) || !raw.Has(Field.Nonce))
        {
            return false;
        }

        ReadQop(raw[Field.Qop].Of(value), out var auth, out var authInt);
        fields = new DigestFields
        {
            Realm = raw[Field.Realm].Of(value),
            Nonce = raw[Field.Nonce].Of(value),
            Opaque = raw[Field.Opaque].Of(value),
            HasOpaque = raw.Has(Field.Opaque),
            UserName = raw[Field.UserName].Of(value),
            Uri = raw[Field.Uri].Of(value),
            Response = raw[Field.Response].Of(value),
            CNonce = raw[Field.CNonce].Of(value),
            NonceCount = raw[Field.NonceCount].Of(value),
            Algorithm = raw.Has(Field.Algorithm) ? DigestAlgorithms.FromToken(raw[Field.Algorithm].Of(value)) : DigestAlgorithm.Md5,
            HasQop = raw.Has(Field.Qop),
            HasAuth = auth,
            HasAuthInt = authInt,
            IsStale = SipText.EqualsIgnoreCase(raw[Field.Stale].Of(value), "true"u8),
        };
        return true;
    }

    private enum Field
    {
        Realm,
        Nonce,
        Opaque,
        UserName,
        Uri,
        Response,
        CNonce,
        NonceCount,
        Algorithm,
        Qop,
        Stale,
        Count,
        Other = -1,
    }

    [System.Runtime.CompilerServices.InlineArray((int)Field.Count)]
    private struct Slices
    {
        private SipSlice _first;
    }

    private struct RawFields
    {
        private Slices _slices;
        private int _present;

        public readonly SipSlice this[Field field] => _slices[(int)field];

        public readonly bool Has(Field field) => (_present & (1 << (int)field)) != 0;

        public bool TrySet(Field field, SipSlice slice)
        {
            if (field == Field.Other)
            {
                return true;
            }

            var isNew = !Has(field);
            _present |= 1 << (int)field;
            _slices[(int)field] = slice;
            return isNew;
        }
    }

    private static bool TryReadAll(ReadOnlySpan<byte> value, int at, ref RawFields raw)
    {
        while (true)
        {
            var start = SipText.SkipBlanks(value, at, value.Length);
            var stop = SipText.TokenEnd(value, start, value.Length);
            var equals = SipText.SkipBlanks(value, stop, value.Length);
            if (stop == start || equals >= value.Length || value[equals] != (byte)'=')
            {
                return false;
            }

            at = SipText.SkipBlanks(value, equals + 1, value.Length);
            SipSlice content;
            if (at < value.Length && value[at] == (byte)'"')
            {
                var end = SipText.QuotedEnd(value, at, value.Length);
                if (end < 0)
                {
                    return false;
                }

                content = new SipSlice(at + 1, end - at - 2);
                at = end;
            }
            else
            {
                var end = SipText.TokenEnd(value, at, value.Length);
                if (end == at)
                {
                    return false;
                }

                content = new SipSlice(at, end - at);
                at = end;
            }

            if (!raw.TrySet(Identify(value[start..stop]), content))
            {
                return false;
            }

            at = SipText.SkipBlanks(value, at, value.Length);
            if (at == value.Length)
            {
                return true;
            }

            if (value[at++] != (byte)',')
            {
                return false;
            }
        }
    }

    private static Field Identify(ReadOnlySpan<byte> name) =>
        Is(name, "realm"u8) ? Field.Realm
        : Is(name, "nonce"u8) ? Field.Nonce
        : Is(name, "opaque"u8) ? Field.Opaque
        : Is(name, "username"u8) ? Field.UserName
        : Is(name, "uri"u8) ? Field.Uri
        : Is(name, "response"u8) ? Field.Response
        : Is(name, "cnonce"u8) ? Field.CNonce
        : Is(name, "nc"u8) ? Field.NonceCount
        : Is(name, "algorithm"u8) ? Field.Algorithm
        : Is(name, "qop"u8) ? Field.Qop
        : Is(name, "stale"u8) ? Field.Stale : Field.Other;

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word) => SipText.EqualsIgnoreCase(name, word);

    private static void ReadQop(ReadOnlySpan<byte> list, out bool auth, out bool authInt)
    {
        auth = false;
        authInt = false;
        while (!list.IsEmpty)
        {
            var one = SipList.TakeFirst(ref list);
            auth |= Is(one, "auth"u8);
            authInt |= Is(one, "auth-int"u8);
        }
    }
}
