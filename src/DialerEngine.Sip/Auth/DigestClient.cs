using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Auth;

/// <summary>What to do after a 401 or 407.</summary>
public enum DigestOutcome : byte
{
    /// <summary>Send the request again with <see cref="DigestClient.WriteCredentials"/>: a new CSeq, the same Call-ID and From tag.</summary>
    Retry,

    /// <summary>The credentials were refused: the same realm asks again and its nonce was not merely stale.</summary>
    Rejected,

    /// <summary>No challenge with a scheme and an algorithm that are served here.</summary>
    NoUsableChallenge,

    /// <summary>More realms, or a longer challenge, than this client keeps.</summary>
    TooMuch,
}

/// <summary>
/// Credentials of one user towards one trunk, and the challenges that its servers have made (RFC 3261 section 22, RFC 7616, RFC 8760). Keeps
/// a challenge and raises its nonce count, so that later requests carry credentials at once. One instance serves one caller at a time.
/// </summary>
public sealed class DigestClient
{
    /// <summary>Realms kept at once: a proxy's and a server's, with room to spare.</summary>
    public const int MaxRealms = 4;

    private const int MaxChallengeBytes = 2_048;

    /// <summary>A server that calls every nonce stale must not keep a request going for ever.</summary>
    private const int MaxStaleInARow = 2;

    private readonly byte[] _userName;
    private readonly byte[] _password;
    private readonly Entry[] _entries = new Entry[MaxRealms];
    private readonly byte[] _scratch = new byte[24 + DigestAlgorithms.MaxHexLength];
    private readonly bool _preferStrongest;

    /// <param name="userName">The authentication user; neither quotes nor backslashes nor line ends.</param>
    /// <param name="password">Its password.</param>
    /// <param name="preferStrongest">
    /// False takes the topmost challenge of a realm that is served here, as RFC 8760 section 2.4 asks; true takes SHA-256 wherever it is offered.
    /// </param>
    public DigestClient(string userName, string password, bool preferStrongest = false)
    {
        if (userName.AsSpan().ContainsAny("\"\\\r\n\0"))
        {
            throw new ArgumentException("A digest user name has no quotes, backslashes or line ends.", nameof(userName));
        }

        _userName = System.Text.Encoding.UTF8.GetBytes(userName);
        _password = System.Text.Encoding.UTF8.GetBytes(password);
        _preferStrongest = preferStrongest;
    }

    private struct Entry
    {
        public byte[]? Challenge;
        public int Length;
        public bool IsProxy;
        public bool IsAnswered;
        public uint NonceCount;
        public int StaleInARow;
    }

    /// <summary>Whether a request can carry credentials without being asked.</summary>
    public bool HasChallenge
    {
        get
        {
            foreach (ref readonly var entry in _entries.AsSpan())
            {
                if (entry.Length > 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Takes the challenges of a 401 or 407 and says whether to send the request again.</summary>
    /// <param name="response">The 401 or 407.</param>
    /// <param name="hadCredentials">Whether the refused request carried what <see cref="WriteCredentials"/> wrote.</param>
    public DigestOutcome Take(SipMessage response, bool hadCredentials)
    {
        var www = TakeKind(response, SipHeaderKind.WwwAuthenticate, isProxy: false, hadCredentials);
        var proxy = TakeKind(response, SipHeaderKind.ProxyAuthenticate, isProxy: true, hadCredentials);
        if (www == DigestOutcome.Rejected || proxy == DigestOutcome.Rejected)
        {
            return DigestOutcome.Rejected;
        }

        return www == DigestOutcome.Retry || proxy == DigestOutcome.Retry ? DigestOutcome.Retry
            : www == DigestOutcome.TooMuch || proxy == DigestOutcome.TooMuch ? DigestOutcome.TooMuch : DigestOutcome.NoUsableChallenge;
    }

    /// <summary>Forgets all challenges.</summary>
    public void Clear() => Array.Clear(_entries);

    /// <summary>Writes one Authorization or Proxy-Authorization for every challenge that is kept, and raises their nonce counts.</summary>
    /// <param name="writer">A message whose start line is written.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="uri">The Request-URI as it is sent.</param>
    /// <param name="body">The body, for qop=auth-int.</param>
    /// <param name="random">A number nobody can guess; it becomes the cnonce.</param>
    public void WriteCredentials(ref SipWriter writer, ReadOnlySpan<byte> method, ReadOnlySpan<byte> uri, ReadOnlySpan<byte> body, ulong random)
    {
        foreach (ref var entry in _entries.AsSpan())
        {
            if (entry.Length > 0)
            {
                WriteOne(ref writer, ref entry, method, uri, body, random);
            }
        }
    }

    private DigestOutcome TakeKind(SipMessage response, SipHeaderKind kind, bool isProxy, bool hadCredentials)
    {
        var outcome = DigestOutcome.NoUsableChallenge;
        Span<bool> renewed = stackalloc bool[MaxRealms];
        renewed.Clear();
        foreach (var value in response.Headers(kind))
        {
            if (!DigestFields.TryParse(value, out var fields) || fields.Algorithm == DigestAlgorithm.Unknown
                || (fields.HasQop && !fields.HasAuth && !fields.HasAuthInt))
            {
                continue;
            }

            var index = Find(fields.Realm, isProxy);
            if (index < 0 || value.Length > MaxChallengeBytes)
            {
                outcome = outcome == DigestOutcome.Retry ? outcome : DigestOutcome.TooMuch;
                continue;
            }

            ref var entry = ref _entries[index];
            if (renewed[index] && !IsStronger(fields.Algorithm, entry))
            {
                continue;
            }

            // A nonce that served several requests and then grew old is no sign of a server that cannot be satisfied.
            entry.StaleInARow = entry.NonceCount > 1 ? 0 : entry.StaleInARow;
            if (!renewed[index] && entry.Length > 0 && entry.IsAnswered && hadCredentials
                && (!fields.IsStale || ++entry.StaleInARow > MaxStaleInARow))
            {
                entry = default;
                return DigestOutcome.Rejected;
            }

            Keep(ref entry, value, isProxy);
            renewed[index] = true;
            outcome = DigestOutcome.Retry;
        }

        return outcome;
    }

    private bool IsStronger(DigestAlgorithm algorithm, in Entry entry) =>
        _preferStrongest && DigestFields.TryParse(entry.Challenge.AsSpan(0, entry.Length), out var kept)
        && DigestAlgorithms.HexLength(algorithm) > DigestAlgorithms.HexLength(kept.Algorithm);

    /// <summary>The entry of a realm, else a free one, else -1.</summary>
    private int Find(ReadOnlySpan<byte> realm, bool isProxy)
    {
        var free = -1;
        for (var i = 0; i < _entries.Length; i++)
        {
            ref var entry = ref _entries[i];
            if (entry.Length == 0)
            {
                free = free < 0 ? i : free;
            }
            else if (entry.IsProxy == isProxy && DigestFields.TryParse(entry.Challenge.AsSpan(0, entry.Length), out var kept)
                && kept.Realm.SequenceEqual(realm))
            {
                return i;
            }
        }

        return free;
    }

    private static void Keep(ref Entry entry, ReadOnlySpan<byte> value, bool isProxy)
    {
        if (entry.Challenge is null || entry.Challenge.Length < value.Length)
        {
            entry.Challenge = new byte[Math.Max(256, value.Length)];
        }

        value.CopyTo(entry.Challenge);
        entry.Length = value.Length;
        entry.IsProxy = isProxy;
        entry.IsAnswered = false;
        entry.NonceCount = 0;
    }

    private void WriteOne(
        ref SipWriter writer, ref Entry entry, ReadOnlySpan<byte> method, ReadOnlySpan<byte> uri, ReadOnlySpan<byte> body, ulong random)
    {
        if (!DigestFields.TryParse(entry.Challenge.AsSpan(0, entry.Length), out var challenge))
        {
            return;
        }

        entry.IsAnswered = true;
        entry.NonceCount++;
        var count = _scratch.AsSpan(0, 8);
        var cnonce = _scratch.AsSpan(8, 16);
        System.Buffers.Text.Utf8Formatter.TryFormat(entry.NonceCount, count, out _, new System.Buffers.StandardFormat('x', 8));
        System.Buffers.Text.Utf8Formatter.TryFormat(random, cnonce, out _, new System.Buffers.StandardFormat('x', 16));
        var input = new DigestInput
        {
            Algorithm = challenge.Algorithm,
            Qop = challenge.HasAuth ? DigestQop.Auth : challenge.HasAuthInt ? DigestQop.AuthInt : DigestQop.None,
            UserName = _userName,
            Realm = challenge.Realm,
            Password = _password,
            Nonce = challenge.Nonce,
            NonceCount = count,
            CNonce = cnonce,
            Method = method,
            Uri = uri,
            Body = body,
        };
        var response = _scratch.AsSpan(24, DigestAlgorithms.HexLength(challenge.Algorithm));
        if (!DigestMath.TryRespond(input, response))
        {
            return;
        }

        WriteHeader(ref writer, entry.IsProxy, input, response, challenge);
    }

    private static void WriteHeader(
        ref SipWriter writer, bool isProxy, scoped in DigestInput input, scoped ReadOnlySpan<byte> response, in DigestFields challenge)
    {
        writer.BeginHeader(isProxy ? "Proxy-Authorization"u8 : "Authorization"u8);
        Field(ref writer, "Digest username=\""u8, input.UserName);
        Field(ref writer, "\", realm=\""u8, input.Realm);
        Field(ref writer, "\", nonce=\""u8, input.Nonce);
        Field(ref writer, "\", uri=\""u8, input.Uri);
        Field(ref writer, "\", response=\""u8, response);
        Field(ref writer, "\", algorithm="u8, DigestAlgorithms.Token(input.Algorithm));
        var isSession = DigestAlgorithms.IsSession(input.Algorithm);
        if (input.Qop != DigestQop.None || isSession)
        {
            Field(ref writer, ", cnonce=\""u8, input.CNonce);
            writer.Raw("\""u8);
        }

        if (input.Qop != DigestQop.None)
        {
            Field(ref writer, input.Qop == DigestQop.Auth ? ", qop=auth, nc="u8 : ", qop=auth-int, nc="u8, input.NonceCount);
        }

        if (challenge.HasOpaque)
        {
            Field(ref writer, ", opaque=\""u8, challenge.Opaque);
            writer.Raw("\""u8);
        }

        writer.EndHeader();
    }

    private static void Field(ref SipWriter writer, ReadOnlySpan<byte> before, scoped ReadOnlySpan<byte> value)
    {
        writer.Raw(before);
        writer.Text(value);
    }
}
