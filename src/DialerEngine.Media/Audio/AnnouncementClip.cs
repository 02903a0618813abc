using DialerEngine.Media.G711;

namespace DialerEngine.Media.Audio;

/// <summary>
/// Audio coded once in both laws and shared by every stream that plays it: a safe-harbour message, hold music, a ring tone.
/// Immutable; costs two octets a sample, 16 kB a second.
/// </summary>
public sealed class AnnouncementClip
{
    private readonly byte[] _muLaw;
    private readonly byte[] _aLaw;

    /// <summary>Codes 8 kHz linear samples.</summary>
    public AnnouncementClip(ReadOnlySpan<short> samples)
    {
        _muLaw = new byte[samples.Length];
        _aLaw = new byte[samples.Length];
        G711Codec.Encode(G711Law.MuLaw, samples, _muLaw);
        G711Codec.Encode(G711Law.ALaw, samples, _aLaw);
    }

    /// <summary>Length in samples, 8,000 a second.</summary>
    public int Length => _muLaw.Length;

    /// <summary>Length in whole milliseconds.</summary>
    public int Milliseconds => (int)((long)Length * 1000 / G711Codec.SampleRate);

    /// <summary>The octets in the given law.</summary>
    public ReadOnlySpan<byte> Codes(G711Law law) => law == G711Law.ALaw ? _aLaw : _muLaw;

    /// <summary>Reads a source to its end, or to <paramref name="maxMilliseconds"/>, which bounds a source without end.</summary>
    public static AnnouncementClip FromSource(IAudioSource source, int maxMilliseconds)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(maxMilliseconds);
        var samples = new short[(long)maxMilliseconds * G711Codec.SampleRate / 1000];
        return new AnnouncementClip(samples.AsSpan(0, source.Read(samples)));
    }
}
