namespace DialerEngine.Media.Audio;

/// <summary>Silence without end: keeps a stream, a NAT binding and the far end's media timeout alive.</summary>
public sealed class SilenceSource : IAudioSource
{
    /// <summary>It has no state, so one serves all.</summary>
    public static SilenceSource Instance { get; } = new();

    private SilenceSource()
    {
    }

    /// <inheritdoc/>
    public int Read(Span<short> samples)
    {
        samples.Clear();
        return samples.Length;
    }
}
