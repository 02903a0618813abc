using System.Security.Cryptography;
using System.Text;

namespace DialerEngine.Host.Configuration;

/// <summary>Identities made from names (RFC 9562 section 5.8, version 8): the same names give the same identity at every start.</summary>
internal static class StableGuid
{
    public static Guid From(params ReadOnlySpan<string> names)
    {
        // The separator cannot stand in a name, so different names never run together into one.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("DialerEngine\0" + string.Join('\0', names)));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
