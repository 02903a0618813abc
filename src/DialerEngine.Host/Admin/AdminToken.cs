using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using DialerEngine.Host.Cli;

namespace DialerEngine.Host.Admin;

/// <summary>
/// The bearer token of the admin API (RFC 6750). Kept as its SHA-256 in a file that only its owner may read: a token of 256 random bits needs no
/// slow hash, nobody can guess it.
/// </summary>
internal sealed class AdminToken
{
    private const int MaxTokenOctets = 256;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly byte[] _hash;

    private AdminToken(byte[] hash) => _hash = hash;

    /// <summary>The check for one given token.</summary>
    public static AdminToken Of(string token) => new(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>A fresh token: 256 random bits in base64url.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Reads the hash from its file, or makes a token and the file; <paramref name="created"/> is the token then, else null.</summary>
    /// <exception cref="CommandFailedException">The file cannot be used.</exception>
    public static AdminToken OpenOrCreate(string file, out string? created)
    {
        created = null;
        try
        {
            if (File.Exists(file))
            {
                return Open(file);
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            created = NewToken();
            var token = Of(created);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using var stream = new FileStream(file, options);
            stream.Write(Encoding.ASCII.GetBytes("sha256:" + Convert.ToHexStringLower(token._hash) + "\n"));
            stream.Flush(flushToDisk: true);
            return token;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{file}: the admin token's file cannot be used: {fault.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>True for the token, in a time that says nothing about it.</summary>
    public bool Accepts(ReadOnlySpan<char> token)
    {
        if (token.IsEmpty || token.Length > MaxTokenOctets)
        {
            return false;
        }

        Span<byte> octets = stackalloc byte[MaxTokenOctets * 3];
        var length = Encoding.UTF8.GetBytes(token, octets);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(octets[..length], hash);
        return CryptographicOperations.FixedTimeEquals(hash, _hash);
    }

    private static AdminToken Open(string file)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerOnly) != 0)
        {
            throw new CommandFailedException($"{file}: others than its owner may use the admin token's file; run chmod 600 on it");
        }

        using var stream = File.OpenRead(file);
        var octets = new byte[128];
        var length = stream.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
        var text = Encoding.ASCII.GetString(octets, 0, length).TrimEnd();
        var hash = new byte[SHA256.HashSizeInBytes];
        if (text.StartsWith("sha256:", StringComparison.Ordinal)
            && Convert.FromHexString(text.AsSpan(7), hash, out _, out var written) == System.Buffers.OperationStatus.Done && written == hash.Length)
        {
            return new AdminToken(hash);
        }

        throw new CommandFailedException($"{file}: this is no admin token's file; remove it and the next start makes a new token");
    }
}
