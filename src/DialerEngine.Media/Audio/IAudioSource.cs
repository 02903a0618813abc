namespace DialerEngine.Media.Audio;

/// <summary>Linear audio at 8 kHz, pulled a piece at a time. Implementations allocate nothing when read.</summary>
public interface IAudioSource
{
    /// <summary>Fills <paramref name="samples"/> from its start and returns how many were written; fewer than asked means the end.</summary>
    int Read(Span<short> samples);
}
