using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DialerEngine.Core;

/// <summary>
/// An agent's password as it is kept in a configuration: PBKDF2 with HMAC-SHA-512 (RFC 8018), written <c>pbkdf2-sha512$ITERATIONS$SALT$HASH</c> with salt and
/// hash in base64. Immutable.
/// </summary>
public sealed class AgentPasswordHash
{
    /// <summary>Iterations where nothing else is said: what OWASP's password storage cheat sheet asks for with SHA-512.</summary>
    public const int DefaultIterations = 210_000;

    /// <summary>Fewest iterations that are taken: below, guessing is too cheap.</summary>
    public const int MinIterations = 10_000;

    /// <summary>Most iterations that are taken: above, a login costs seconds.</summary>
    public const int MaxIterations = 2_000_000;

    /// <summary>Octets of a new salt.</summary>
    public const int SaltOctets = 16;

    /// <summary>Characters of a password at most.</summary>
    public const int MaxPasswordLength = 256;

    private const string Scheme = "pbkdf2-sha512";
    private const int HashOctets = 32;
    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private AgentPasswordHash(int iterations, byte[] salt, byte[] hash)
    {
        Iterations = iterations;
        _salt = salt;
        _hash = hash;
    }

    /// <summary>Rounds of the function.</summary>
    public int Iterations { get; }

    /// <summary>Reads a hash; false for anything that is none, is too cheap or too dear.</summary>
    public static bool TryParse(string text, out AgentPasswordHash? hash)
    {
        hash = null;
        var parts = text.Split('$');
        if (parts.Length != 4 || parts[0] != Scheme
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < MinIterations or > MaxIterations)
        {
            return false;
        }

        Span<byte> salt = stackalloc byte[64];
        Span<byte> key = stackalloc byte[64];
        if (!Convert.TryFromBase64String(parts[2], salt, out var saltLength) || saltLength < 8
            || !Convert.TryFromBase64String(parts[3], key, out var keyLength) || keyLength is not (HashOctets or 64))
        {
            return false;
        }

        hash = new AgentPasswordHash(iterations, salt[..saltLength].ToArray(), key[..keyLength].ToArray());
        return true;
    }

    /// <summary>Hashes a password.</summary>
    /// <param name="password">1 to 256 characters.</param>
    /// <param name="salt">Random octets, new for each password.</param>
    /// <param name="iterations">Rounds.</param>
    public static AgentPasswordHash Create(string password, ReadOnlySpan<byte> salt, int iterations = DefaultIterations) =>
        new(iterations, salt.ToArray(), Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA512, HashOctets));

    /// <summary>True for the password, in a time that says nothing about it. Takes about a tenth of a second: not for a loop.</summary>
    public bool Accepts(string? password)
    {
        if (password is null or "" || password.Length > MaxPasswordLength)
        {
            return false;
        }

        Span<byte> given = stackalloc byte[64];
        given = given[.._hash.Length];
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), _salt, given, Iterations, HashAlgorithmName.SHA512);
        return CryptographicOperations.FixedTimeEquals(given, _hash);
    }

    /// <summary>As the configuration has it.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Scheme}${Iterations}${Convert.ToBase64String(_salt)}${Convert.ToBase64String(_hash)}");
}
