using System.Buffers.Binary;
using System.Security.Cryptography;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Auth;

/// <summary>What a server finds about the credentials of a request.</summary>
public enum DigestVerdict : byte
{
    Accepted,

    /// <summary>No credentials for this realm: challenge with 401 or 407.</summary>
    NoCredentials,

    /// <summary>The password is right, the nonce is too old or unknown: challenge again with stale=true.</summary>
    Stale,

    /// <summary>Unknown user or wrong password: challenge again, or 403.</summary>
    WrongCredentials,

    /// <summary>A nonce count that was seen before: somebody repeats a request.</summary>
    Replayed,

    /// <summary>Fields missing or not fitting together: 400.</summary>
    Malformed,
}

/// <summary>Where a server finds the passwords of its users.</summary>
public interface IDigestUsers
{
    /// <summary>The password of a user; false where there is no such user.</summary>
    bool TryGetPassword(ReadOnlySpan<byte> userName, out ReadOnlySpan<byte> password);
}

/// <summary>
/// Challenges and checks requests (RFC 3261 section 22.4, RFC 7616, RFC 8760). Nonces carry their own time and a seal, so that none is stored;
/// only the last nonce count of the most recent <see cref="MaxTracked"/> nonces is, against replays. One instance serves one caller at a time.
/// </summary>
public sealed class DigestServer
{
    /// <summary>Nonces whose counts are remembered; a nonce that has dropped out is answered as stale.</summary>
    public const int MaxTracked = 4_096;

    private const int NonceHexLength = 64;
    private const int SealHexLength = NonceHexLength - 32;

    private readonly byte[] _realm;
    private readonly byte[] _secret;
    private readonly long _lifetimeMs;
    private readonly Dictionary<ulong, uint> _counts = new(MaxTracked);
    private readonly ulong[] _order = new ulong[MaxTracked];
    private int _next;
    private ulong _serial;

    /// <param name="realm">Shown to the user; neither quotes nor backslashes.</param>
    /// <param name="secret">At least 16 octets nobody can guess; seals the nonces.</param>
    /// <param name="lifetimeMs">How long a nonce serves.</param>
    public DigestServer(string realm, ReadOnlySpan<byte> secret, long lifetimeMs = 300_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(secret.Length, 16, nameof(secret));
        if (realm.AsSpan().ContainsAny("\"\\\r\n\0"))
        {
            throw new ArgumentException("A realm has no quotes, backslashes or line ends.", nameof(realm));
        }

        _realm = System.Text.Encoding.UTF8.GetBytes(realm);
        _secret = secret.ToArray();
        _lifetimeMs = lifetimeMs;
    }

    /// <summary>Writes a WWW-Authenticate (or Proxy-Authenticate) for each algorithm, the strongest first (RFC 8760 section 2.3).</summary>
    public void WriteChallenges(ref SipWriter writer, bool isProxy, long nowMs, bool stale)
    {
        Span<byte> nonce = stackalloc byte[NonceHexLength];
        MakeNonce(nowMs, ++_serial, nonce);
        WriteChallenge(ref writer, isProxy, DigestAlgorithm.Sha256, nonce, stale);
        WriteChallenge(ref writer, isProxy, DigestAlgorithm.Md5, nonce, stale);
    }

    /// <summary>Checks the credentials of a request.</summary>
    public DigestVerdict Verify(SipMessage request, IDigestUsers users, bool isProxy, long nowMs)
    {
        foreach (var value in request.Headers(isProxy ? SipHeaderKind.ProxyAuthorization : SipHeaderKind.Authorization))
        {
            if (!DigestFields.TryParse(value, out var fields))
            {
                if (value.Length >= 6 && SipText.EqualsIgnoreCase(value[..6], "Digest"u8))
                {
                    return DigestVerdict.Malformed;
                }

                continue;
            }

            if (fields.Realm.SequenceEqual(_realm))
            {
                return Verify(request, users, fields, nowMs);
            }
        }

        return DigestVerdict.NoCredentials;
    }

    private DigestVerdict Verify(SipMessage request, IDigestUsers users, in DigestFields fields, long nowMs)
    {
        // The URI may have been rewritten on its way (RFC 3261 section 22.4 item 5), so it is hashed as it is given and not compared.
        var qop = fields.HasAuth ? DigestQop.Auth : fields.HasAuthInt ? DigestQop.AuthInt : DigestQop.None;
        if (fields.UserName.IsEmpty || fields.Uri.IsEmpty || fields.Algorithm == DigestAlgorithm.Unknown
            || fields.Response.Length != DigestAlgorithms.HexLength(fields.Algorithm)
            || (fields.HasQop && qop == DigestQop.None)
            || (qop != DigestQop.None && (fields.CNonce.IsEmpty || !TryCount(fields.NonceCount, out _))))
        {
            return DigestVerdict.Malformed;
        }

        if (!users.TryGetPassword(fields.UserName, out var password))
        {
            return DigestVerdict.WrongCredentials;
        }

        Span<byte> expected = stackalloc byte[DigestAlgorithms.MaxHexLength];
        expected = expected[..fields.Response.Length];
        var input = new DigestInput
        {
            Algorithm = fields.Algorithm,
            Qop = qop,
            UserName = fields.UserName,
            Realm = fields.Realm,
            Password = password,
            Nonce = fields.Nonce,
            NonceCount = fields.NonceCount,
            CNonce = fields.CNonce,
            Method = request.MethodToken,
            Uri = fields.Uri,
            Body = request.Body,
        };
        Span<byte> given = stackalloc byte[DigestAlgorithms.MaxHexLength];
        System.Text.Ascii.ToLower(fields.Response, given, out var length);
        if (!DigestMath.TryRespond(input, expected) || !CryptographicOperations.FixedTimeEquals(expected, given[..length]))
        {
            return DigestVerdict.WrongCredentials;
        }

        return VerifyNonce(fields, qop, nowMs);
    }

    private DigestVerdict VerifyNonce(in DigestFields fields, DigestQop qop, long nowMs)
    {
        if (!TryReadNonce(fields.Nonce, out var madeMs, out var serial) || nowMs - madeMs > _lifetimeMs || madeMs > nowMs)
        {
            return DigestVerdict.Stale;
        }

        uint count = 1;
        if (qop != DigestQop.None)
        {
            TryCount(fields.NonceCount, out count);
        }

        if (_counts.TryGetValue(serial, out var last))
        {
            if (count <= last)
            {
                return DigestVerdict.Replayed;
            }

            _counts[serial] = count;
            return DigestVerdict.Accepted;
        }

        if (count > 1)
        {
            // Its counts have dropped out of the table, or were never seen by this instance.
            return DigestVerdict.Stale;
        }

        _counts.Remove(_order[_next]);
        _order[_next] = serial;
        _next = (_next + 1) % MaxTracked;
        _counts[serial] = count;
        return DigestVerdict.Accepted;
    }

    private void WriteChallenge(ref SipWriter writer, bool isProxy, DigestAlgorithm algorithm, scoped ReadOnlySpan<byte> nonce, bool stale)
    {
        writer.BeginHeader(isProxy ? "Proxy-Authenticate"u8 : "WWW-Authenticate"u8);
        writer.Raw("Digest realm=\""u8);
        writer.Text(_realm);
        writer.Raw("\", nonce=\""u8);
        writer.Raw(nonce);
        writer.Raw("\", algorithm="u8);
        writer.Raw(DigestAlgorithms.Token(algorithm));
        writer.Raw(stale ? ", qop=\"auth\", stale=true"u8 : ", qop=\"auth\""u8);
        writer.EndHeader();
    }

    /// <summary>Time and serial number in 32 hexadecimal digits, then the first half of their seal.</summary>
    private void MakeNonce(long nowMs, ulong serial, Span<byte> nonce)
    {
        Span<byte> head = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(head, nowMs);
        BinaryPrimitives.WriteUInt64BigEndian(head[8..], serial);
        Convert.TryToHexStringLower(head, nonce[..32], out _);
        Seal(head, nonce[32..]);
    }

    private void Seal(ReadOnlySpan<byte> head, Span<byte> hex)
    {
        Span<byte> seal = stackalloc byte[32];
        HMACSHA256.HashData(_secret, head, seal);
        Convert.TryToHexStringLower(seal[..(SealHexLength / 2)], hex, out _);
    }

    private bool TryReadNonce(ReadOnlySpan<byte> nonce, out long madeMs, out ulong serial)
    {
        madeMs = 0;
        serial = 0;
        Span<byte> head = stackalloc byte[16];
        Span<byte> seal = stackalloc byte[SealHexLength];
        if (nonce.Length != NonceHexLength || Convert.FromHexString(nonce[..32], head, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        madeMs = BinaryPrimitives.ReadInt64BigEndian(head);
        serial = BinaryPrimitives.ReadUInt64BigEndian(head[8..]);
        Seal(head, seal);
        return CryptographicOperations.FixedTimeEquals(seal, nonce[32..]);
    }

    private static bool TryCount(ReadOnlySpan<byte> text, out uint count)
    {
        count = 0;
        return text.Length == 8 && System.Buffers.Text.Utf8Parser.TryParse(text, out count, out var used, 'x') && used == 8;
    }
}
