using System.Security.Cryptography;
using DialerEngine.Core;

namespace DialerEngine.Runtime;

/// <summary>Attempt identities: version 4 UUIDs from the system's random source (RFC 9562 5.4), made in blocks.</summary>
public sealed class GuidIdSource : IIdSource
{
    private readonly byte[] _random = new byte[16 * 64];
    private int _used = 16 * 64;

    public AttemptId NextAttempt()
    {
        if (_used == _random.Length)
        {
            RandomNumberGenerator.Fill(_random);
            _used = 0;
        }

        var bytes = _random.AsSpan(_used, 16);
        _used += 16;
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new AttemptId(new Guid(bytes, bigEndian: true));
    }
}
