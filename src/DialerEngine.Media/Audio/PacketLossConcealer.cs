namespace DialerEngine.Media.Audio;

/// <summary>
/// Fills gaps by repeating the last good 20 ms, fading to silence over 60 ms, and fades back in over 5 ms after the gap
/// (the shape of ITU-T G.711 appendix I without its pitch search). One per decoded stream; no allocation after construction.
/// </summary>
public sealed class PacketLossConcealer
{
    private const int HistorySamples = 160;
    private const int FadeSamples = 480;
    private const int RecoverySamples = 40;

    private readonly short[] _history = new short[HistorySamples];
    private int _missing;

    /// <summary>Samples concealed since the last good one.</summary>
    public int MissingSamples => _missing;

    /// <summary>Takes good audio; after a gap its first 5 ms are blended with the repetition, in place.</summary>
    public void Good(Span<short> samples)
    {
        if (_missing > 0)
        {
            var count = Math.Min(RecoverySamples, samples.Length);
            for (var i = 0; i < count; i++)
            {
                var weight = (i + 1) / (double)(count + 1);
                samples[i] = (short)((samples[i] * weight) + (Repeated(_missing + i) * (1 - weight)));
            }

            _missing = 0;
        }

        if (samples.Length >= HistorySamples)
        {
            samples[^HistorySamples..].CopyTo(_history);
            return;
        }

        _history.AsSpan(samples.Length).CopyTo(_history);
        samples.CopyTo(_history.AsSpan(HistorySamples - samples.Length));
    }

    /// <summary>Writes a substitute for audio that is missing.</summary>
    public void Conceal(Span<short> samples)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = Repeated(_missing + i);
        }

        // Held at the end of the fade, so that a gap of any length neither overflows nor wakes up again.
        _missing = Math.Min(_missing + samples.Length, FadeSamples);
    }

    private short Repeated(int missing) => missing >= FadeSamples
        ? (short)0
        : (short)(_history[missing % HistorySamples] * (FadeSamples - missing) / FadeSamples);
}
