namespace DialerEngine.Sip.Auth;

/// <summary>All that goes into one response (RFC 7616 section 3.4.1).</summary>
internal readonly ref struct DigestInput
{
    public DigestAlgorithm Algorithm { get; init; }

    public DigestQop Qop { get; init; }

    public ReadOnlySpan<byte> UserName { get; init; }

    public ReadOnlySpan<byte> Realm { get; init; }

    public ReadOnlySpan<byte> Password { get; init; }

    public ReadOnlySpan<byte> Nonce { get; init; }

    /// <summary>Eight hexadecimal digits; unused without qop.</summary>
    public ReadOnlySpan<byte> NonceCount { get; init; }

    public ReadOnlySpan<byte> CNonce { get; init; }

    public ReadOnlySpan<byte> Method { get; init; }

    public ReadOnlySpan<byte> Uri { get; init; }

    /// <summary>Used with auth-int.</summary>
    public ReadOnlySpan<byte> Body { get; init; }
}

/// <summary>The calculation of digest responses, for the client and the server.</summary>
internal static class DigestMath
{
    /// <summary>Longest text that is hashed at once but for the body: names, nonces and URIs of real peers stay far below it.</summary>
    private const int WorkBytes = 4_096;

    /// <summary>
    /// Writes the response in hexadecimal digits into <paramref name="response"/> (<see cref="DigestAlgorithms.HexLength"/>). False where the
    /// parts together are longer than can be hashed.
    /// </summary>
    public static bool TryRespond(in DigestInput input, Span<byte> response)
    {
        Span<byte> work = stackalloc byte[WorkBytes];
        var digits = DigestAlgorithms.HexLength(input.Algorithm);
        Span<byte> first = stackalloc byte[DigestAlgorithms.MaxHexLength];
        Span<byte> second = stackalloc byte[DigestAlgorithms.MaxHexLength];
        first = first[..digits];
        second = second[..digits];
        if (!TryFirst(input, work, first) || !TrySecond(input, work, second))
        {
            return false;
        }

        var writer = new Joiner(work);
        writer.Add(first);
        writer.Add(input.Nonce);
        if (input.Qop != DigestQop.None)
        {
            writer.Add(input.NonceCount);
            writer.Add(input.CNonce);
            writer.Add(input.Qop == DigestQop.Auth ? "auth"u8 : "auth-int"u8);
        }

        writer.Add(second);
        return writer.TryHash(input.Algorithm, response);
    }

    private static bool TryFirst(in DigestInput input, Span<byte> work, Span<byte> hex)
    {
        var writer = new Joiner(work);
        writer.Add(input.UserName);
        writer.Add(input.Realm);
        writer.Add(input.Password);
        if (!writer.TryHash(input.Algorithm, hex))
        {
            return false;
        }

        if (!DigestAlgorithms.IsSession(input.Algorithm))
        {
            return true;
        }

        writer = new Joiner(work);
        writer.Add(hex);
        writer.Add(input.Nonce);
        writer.Add(input.CNonce);
        return writer.TryHash(input.Algorithm, hex);
    }

    private static bool TrySecond(in DigestInput input, Span<byte> work, Span<byte> hex)
    {
        var writer = new Joiner(work);
        writer.Add(input.Method);
        writer.Add(input.Uri);
        if (input.Qop == DigestQop.AuthInt)
        {
            DigestAlgorithms.HashHex(input.Algorithm, input.Body, hex);
            writer.Add(hex);
        }

        return writer.TryHash(input.Algorithm, hex);
    }

    /// <summary>Joins parts with colons.</summary>
    private ref struct Joiner(Span<byte> work)
    {
        private readonly Span<byte> _work = work;
        private int _length;
        private bool _overflowed;

        public void Add(scoped ReadOnlySpan<byte> part)
        {
            var colon = _length > 0 ? 1 : 0;
            if (_overflowed || _length + colon + part.Length > _work.Length)
            {
                _overflowed = true;
                return;
            }

            if (colon > 0)
            {
                _work[_length++] = (byte)':';
            }

            part.CopyTo(_work[_length..]);
            _length += part.Length;
        }

        public readonly bool TryHash(DigestAlgorithm algorithm, scoped Span<byte> hex)
        {
            if (_overflowed)
            {
                return false;
            }

            DigestAlgorithms.HashHex(algorithm, _work[.._length], hex);
            return true;
        }
    }
}
