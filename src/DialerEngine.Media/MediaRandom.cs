namespace DialerEngine.Media;

/// <summary>Randomness as a port: RTP starting points and RTCP intervals must differ between streams (RFC 3550 section 5.1).</summary>
public interface IMediaRandom
{
    /// <summary>The next 32 uniformly distributed bits.</summary>
    uint NextUInt32();
}

/// <summary>A small seeded generator (SplitMix64): equal seeds give equal streams. Not for secrets, not thread-safe.</summary>
/// <param name="seed">Any value.</param>
public sealed class SeededMediaRandom(ulong seed) : IMediaRandom
{
    private ulong _state = seed;

    /// <inheritdoc/>
    public uint NextUInt32()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (uint)((z ^ (z >> 31)) >> 32);
    }
}
