namespace DialerEngine.Media.Audio;

/// <summary>
/// Comfort noise of RFC 3389 (static payload type 13): the level is obeyed, the optional spectrum is not, which the RFC allows a receiver.
/// </summary>
/// <param name="random">Source of the noise.</param>
public sealed class ComfortNoise(IMediaRandom random) : IAudioSource
{
    /// <summary>RFC 3551 table 4.</summary>
    public const byte PayloadType = 13;

    private double _amplitude;

    /// <summary>Level of the noise in -dBov, 0 (loudest) to 127.</summary>
    public byte LevelBelowOverload { get; private set; } = 127;

    /// <summary>Reads a payload: its first octet is the level with the top bit zero (RFC 3389 section 3.1). False when it is empty.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out byte levelBelowOverload)
    {
        levelBelowOverload = payload.IsEmpty ? (byte)127 : (byte)(payload[0] & 0x7F);
        return !payload.IsEmpty;
    }

    /// <summary>Sets the level.</summary>
    public void SetLevel(byte levelBelowOverload)
    {
        LevelBelowOverload = Math.Min(levelBelowOverload, (byte)127);

        // dBov counts from a full-scale square wave; a uniform distribution of peak p has an RMS of p / sqrt(3).
        _amplitude = LevelBelowOverload == 127 ? 0 : 32767 * Math.Sqrt(3) * Math.Pow(10, -LevelBelowOverload / 20.0);
    }

    /// <inheritdoc/>
    public int Read(Span<short> samples)
    {
        var scale = _amplitude / 2147483648.0;
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (short)Math.Clamp((int)random.NextUInt32() * scale, -32768, 32767);
        }

        return samples.Length;
    }
}
