using System.Security.Cryptography;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Auth;

/// <summary>Algorithms of digest authentication (RFC 7616 section 6.1; in SIP by RFC 8760).</summary>
public enum DigestAlgorithm : byte
{
    /// <summary>One that is not served here: its challenge is passed over.</summary>
    Unknown,

    /// <summary>Also where a challenge names none.</summary>
    Md5,
    Md5Sess,
    Sha256,
    Sha256Sess,
}

/// <summary>Quality of protection (RFC 7616 section 3.3).</summary>
public enum DigestQop : byte
{
    /// <summary>None asked for: the form of RFC 2069, without nc and cnonce.</summary>
    None,
    Auth,

    /// <summary>Protects the body too.</summary>
    AuthInt,
}

/// <summary>Names and lengths of the algorithms.</summary>
public static class DigestAlgorithms
{
    /// <summary>Hexadecimal digits of the longest hash here.</summary>
    public const int MaxHexLength = 64;

    public static DigestAlgorithm FromToken(ReadOnlySpan<byte> token)
    {
        for (var algorithm = DigestAlgorithm.Md5; algorithm <= DigestAlgorithm.Sha256Sess; algorithm++)
        {
            if (SipText.EqualsIgnoreCase(token, Token(algorithm)))
            {
                return algorithm;
            }
        }

        return DigestAlgorithm.Unknown;
    }

    public static ReadOnlySpan<byte> Token(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Md5 => "MD5"u8,
        DigestAlgorithm.Md5Sess => "MD5-sess"u8,
        DigestAlgorithm.Sha256 => "SHA-256"u8,
        DigestAlgorithm.Sha256Sess => "SHA-256-sess"u8,
        _ => default,
    };

    public static int HexLength(DigestAlgorithm algorithm) => algorithm >= DigestAlgorithm.Sha256 ? 64 : 32;

    internal static bool IsSession(DigestAlgorithm algorithm) => algorithm is DigestAlgorithm.Md5Sess or DigestAlgorithm.Sha256Sess;

    /// <summary>Hashes into small hexadecimal digits.</summary>
    internal static void HashHex(DigestAlgorithm algorithm, ReadOnlySpan<byte> data, Span<byte> hex)
    {
        Span<byte> hash = stackalloc byte[32];
        if (algorithm >= DigestAlgorithm.Sha256)
        {
            SHA256.HashData(data, hash);
        }
        else
        {
            hash = hash[..16];
#pragma warning disable CA5351 // RFC 3261 section 22 makes MD5 the one that every peer has; SHA-256 is taken where the peer offers it.
            MD5.HashData(data, hash);
#pragma warning restore CA5351
        }

        for (var i = 0; i < hash.Length; i++)
        {
            hex[i * 2] = "0123456789abcdef"u8[hash[i] >> 4];
            hex[(i * 2) + 1] = "0123456789abcdef"u8[hash[i] & 15];
        }
    }
}
