using DialerEngine.Media.G711;

namespace DialerEngine.Media.Audio;

/// <summary>Cuts a clip into frames, one a call; a value type kept in the stream. The last frame is filled up with silence.</summary>
public struct AnnouncementPlayer
{
    private AnnouncementClip? _clip;
    private bool _repeats;
    private int _position;

    /// <summary>True while frames are left.</summary>
    public readonly bool IsPlaying => _clip is not null;

    /// <summary>Starts at the clip's first sample.</summary>
    public void Start(AnnouncementClip clip, bool repeats)
    {
        _clip = clip.Length == 0 ? null : clip;
        _repeats = repeats;
        _position = 0;
    }

    /// <summary>Forgets the clip.</summary>
    public void Stop() => _clip = null;

    /// <summary>Fills one frame of the given law; false, with nothing written, when the clip is over.</summary>
    public bool TryNextFrame(G711Law law, Span<byte> frame)
    {
        if (_clip is null)
        {
            return false;
        }

        var codes = _clip.Codes(law);
        var written = 0;
        while (written < frame.Length)
        {
            var count = Math.Min(frame.Length - written, codes.Length - _position);
            codes.Slice(_position, count).CopyTo(frame[written..]);
            written += count;
            _position += count;
            if (_position < codes.Length)
            {
                continue;
            }

            _position = 0;
            if (!_repeats)
            {
                frame[written..].Fill(G711Codec.SilenceOf(law));
                _clip = null;
                break;
            }
        }

        return true;
    }
}
