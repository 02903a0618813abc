using System.Buffers.Binary;
using DialerEngine.Media.G711;

namespace DialerEngine.Host.Cpd;

/// <summary>Why a file cannot be analysed.</summary>
internal enum WavStreamError
{
    None,
    NotWave,
    MissingFormat,
    MissingData,
    UnsupportedCoding,
    UnsupportedSampleRate,
}

/// <summary>
/// Reads RIFF/WAVE piece by piece, however long it is, as 8 kHz mono: PCM of 8 to 32 bits, 32-bit float, u-law or A-law, 4 to 192 kHz
/// (resampled), several channels (the first is taken), also RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088), whose lengths exceed 4 GiB. A file that is cut
/// off ends where its samples end.
/// </summary>
internal sealed class WavAudioStream
{
    private const int BlockFrames = 4096;
    private const int MaxChunks = 1000;
    private const int MaxChannels = 64;

    // Writers to a pipe do not know the length: all ones, or the largest even or signed number (sox, ffmpeg).
    private const uint EndlessFrom = 0x7FFF_0000;

    private readonly Stream _stream;
    private readonly byte[] _block;
    private readonly short[] _mono = new short[BlockFrames];
    private readonly int _sampleOctets;
    private readonly int _bytesPerFrame;
    private readonly ushort _coding;
    private readonly Resampler? _resampler;
    private long _left;

    private WavAudioStream(Stream stream, ushort coding, int channels, int rate, int sampleOctets, long length)
    {
        (_stream, _coding, _sampleOctets, _left, Channels, SampleRate) = (stream, coding, sampleOctets, length, channels, rate);
        _bytesPerFrame = sampleOctets * channels;
        _block = new byte[BlockFrames * _bytesPerFrame];
        _resampler = rate == G711Codec.SampleRate ? null : new Resampler(rate, G711Codec.SampleRate);
    }

    /// <summary>Channels of the file; the first is read.</summary>
    public int Channels { get; }

    /// <summary>Samples a second of the file.</summary>
    public int SampleRate { get; }

    /// <summary>True when the head promises more samples than there were; known at the end.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>One sentence for a user.</summary>
    public static string Describe(WavStreamError error) => error switch
    {
        WavStreamError.NotWave => "not a RIFF/WAVE file; give a WAV file",
        WavStreamError.MissingFormat => "the WAV head has no complete 'fmt ' chunk; the file is damaged or cut off",
        WavStreamError.MissingData => "the WAV file has no 'data' chunk; it holds no audio",
        WavStreamError.UnsupportedCoding => "the coding is neither PCM of 8 to 32 bits, 32-bit float, u-law nor A-law; convert it to 16-bit PCM",
        WavStreamError.UnsupportedSampleRate => "the sample rate is not between 4,000 and 192,000 Hz; convert it to 8,000 Hz",
        _ => string.Empty,
    };

    /// <summary>Reads the head. I/O faults are exceptions of the stream.</summary>
    public static WavStreamError TryOpen(Stream stream, out WavAudioStream? audio)
    {
        audio = null;
        Span<byte> head = stackalloc byte[12];
        if (stream.ReadAtLeast(head, 12, throwOnEndOfStream: false) < 12 || !head[8..12].SequenceEqual("WAVE"u8)
            || !(head[..4].SequenceEqual("RIFF"u8) || head[..4].SequenceEqual("RF64"u8) || head[..4].SequenceEqual("BW64"u8)))
        {
            return WavStreamError.NotWave;
        }

        long whole = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        long passed = 4;
        long longData = -1;
        Span<byte> format = stackalloc byte[40];
        Span<byte> lengths = stackalloc byte[24];
        var formatLength = 0;
        for (var chunk = 0; chunk < MaxChunks; chunk++)
        {
            if (stream.ReadAtLeast(head[..8], 8, throwOnEndOfStream: false) < 8)
            {
                break;
            }

            long size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            passed += 8;
            if (head[..4].SequenceEqual("data"u8))
            {
                return formatLength < 16
                    ? WavStreamError.MissingFormat
                    : Open(stream, format[..formatLength], LengthOf(size, longData, hasMore: whole > passed && whole < EndlessFrom), out audio);
            }

            var padded = size + (size & 1);
            passed += padded;
            if (head[..4].SequenceEqual("fmt "u8))
            {
                formatLength = stream.ReadAtLeast(format[..(int)Math.Min(size, 40)], (int)Math.Min(size, 40), throwOnEndOfStream: false);
                padded -= formatLength;
            }
            else if (head[..4].SequenceEqual("ds64"u8) && size >= 24)
            {
                padded -= stream.ReadAtLeast(lengths, 24, throwOnEndOfStream: false);
                longData = BinaryPrimitives.ReadInt64LittleEndian(lengths[8..]);
            }

            if (!TrySkip(stream, padded))
            {
                break;
            }
        }

        return formatLength < 16 ? WavStreamError.MissingFormat : WavStreamError.MissingData;
    }

    /// <summary>
    /// Octets of the data chunk; the largest number where its writer did not know. A size of 0 is that of a recorder that never came to its end, unless the
    /// file itself says that something follows the chunk.
    /// </summary>
    private static long LengthOf(long size, long longData, bool hasMore) => size switch
    {
        uint.MaxValue when longData >= 0 => longData,
        >= EndlessFrom => long.MaxValue,
        0 when !hasMore => long.MaxValue,
        _ => size,
    };

    /// <summary>Fills with 8 kHz samples; 0 at the end.</summary>
    public int Read(Span<short> samples)
    {
        while (true)
        {
            if (_resampler is { } ready && ready.TryRead(samples, out var written))
            {
                return written;
            }

            var wanted = _resampler is null ? Math.Min(samples.Length, BlockFrames) : BlockFrames;
            var frames = ReadFrames(wanted);
            if (frames == 0)
            {
                return _resampler?.Flush(samples) ?? 0;
            }

            if (_resampler is null)
            {
                _mono.AsSpan(0, frames).CopyTo(samples);
                return frames;
            }

            _resampler.Write(_mono.AsSpan(0, frames));
        }
    }

    private static WavStreamError Open(Stream stream, ReadOnlySpan<byte> format, long length, out WavAudioStream? audio)
    {
        audio = null;
        var coding = BinaryPrimitives.ReadUInt16LittleEndian(format);
        if (coding == 0xFFFE && format.Length >= 26)
        {
            coding = BinaryPrimitives.ReadUInt16LittleEndian(format[24..]);
        }

        var channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        var frameOctets = BinaryPrimitives.ReadUInt16LittleEndian(format[12..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        var isKnown = (coding == 1 && bits is >= 8 and <= 32) || (coding is 6 or 7 && bits == 8) || (coding == 3 && bits == 32);
        if (!isKnown || channels is 0 or > MaxChannels)
        {
            return WavStreamError.UnsupportedCoding;
        }

        if (rate is < 4_000 or > 192_000)
        {
            return WavStreamError.UnsupportedSampleRate;
        }

        // Samples may lie in more octets than their bits need, at the upper end of them (24 bits in four octets); a frame length that cannot be is not believed.
        var octets = (bits + 7) / 8;
        if (coding == 1 && frameOctets % channels == 0 && frameOctets / channels is var room && room > octets && room <= 4)
        {
            octets = room;
        }

        audio = new WavAudioStream(stream, coding, channels, (int)rate, octets, length);
        return WavStreamError.None;
    }

    private int ReadFrames(int wanted)
    {
        var bytes = (int)Math.Min((long)wanted * _bytesPerFrame, _left);
        var read = bytes == 0 ? 0 : _stream.ReadAtLeast(_block.AsSpan(0, bytes), bytes, throwOnEndOfStream: false);
        IsTruncated |= read < bytes && _left != long.MaxValue;
        _left = read < bytes ? 0 : _left - (_left == long.MaxValue ? 0 : read);
        var frames = read / _bytesPerFrame;
        for (var i = 0; i < frames; i++)
        {
            _mono[i] = Sample(_block.AsSpan(i * _bytesPerFrame));
        }

        return frames;
    }

    private short Sample(ReadOnlySpan<byte> at) => (_coding, _sampleOctets) switch
    {
        (6, _) => G711Codec.Decode(G711Law.ALaw, at[0]),
        (7, _) => G711Codec.Decode(G711Law.MuLaw, at[0]),
        (3, _) => FromFloat(BinaryPrimitives.ReadSingleLittleEndian(at)),
        (_, 1) => (short)((at[0] - 128) << 8),
        (_, 2) => BinaryPrimitives.ReadInt16LittleEndian(at),
        (_, 3) => BinaryPrimitives.ReadInt16LittleEndian(at[1..]),
        _ => BinaryPrimitives.ReadInt16LittleEndian(at[2..]),
    };

    /// <summary>Full scale is 1; what is no number is silence.</summary>
    private static short FromFloat(float value) => float.IsNaN(value) ? (short)0 : (short)Math.Clamp(value * 32_767, short.MinValue, short.MaxValue);

    private static bool TrySkip(Stream stream, long count)
    {
        if (stream.CanSeek)
        {
            stream.Seek(Math.Min(count, stream.Length - stream.Position), SeekOrigin.Current);
            return true;
        }

        var waste = new byte[8192];
        while (count > 0)
        {
            var read = stream.Read(waste, 0, (int)Math.Min(count, waste.Length));
            if (read == 0)
            {
                return false;
            }

            count -= read;
        }

        return true;
    }
}
