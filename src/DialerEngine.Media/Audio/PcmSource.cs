namespace DialerEngine.Media.Audio;

/// <summary>Plays linear samples from memory, once or for ever.</summary>
/// <param name="audio">The samples; not copied.</param>
/// <param name="repeats">Whether it begins again at its end. Empty audio ends at once all the same.</param>
public sealed class PcmSource(ReadOnlyMemory<short> audio, bool repeats = false) : IAudioSource
{
    private int _position;

    /// <inheritdoc/>
    public int Read(Span<short> samples)
    {
        var source = audio.Span;
        var written = 0;
        while (written < samples.Length)
        {
            if (_position == source.Length)
            {
                if (!repeats || source.IsEmpty)
                {
                    break;
                }

                _position = 0;
            }

            var count = Math.Min(samples.Length - written, source.Length - _position);
            source.Slice(_position, count).CopyTo(samples[written..]);
            written += count;
            _position += count;
        }

        return written;
    }
}
