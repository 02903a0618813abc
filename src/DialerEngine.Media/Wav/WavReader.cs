using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DialerEngine.Media.G711;

namespace DialerEngine.Media.Wav;

/// <summary>
/// Reads RIFF/WAVE of telephone audio: 16-bit PCM, u-law or A-law, mono, 8 kHz, also as WAVE_FORMAT_EXTENSIBLE
/// (Microsoft Multimedia Standards Update, rev. 3.0). Chunks may stand in any order with unknown ones between; sizes of 0 or 0xFFFFFFFF, as
/// streaming writers leave them, mean "to the end". Errors are values; no input makes it throw or read past the bytes given.
/// </summary>
public static class WavReader
{
    /// <summary>Largest file that <see cref="Load"/> takes unless told otherwise: 64 MiB, 70 minutes of 16-bit audio.</summary>
    public const int DefaultMaxOctets = 64 * 1024 * 1024;

    private const ushort ExtensibleTag = 0xFFFE;

    private static ReadOnlySpan<byte> MediaSubtypeTail => [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71];

    /// <summary>Finds format and samples in a file's bytes.</summary>
    public static WavError TryParse(ReadOnlySpan<byte> file, out WavLayout layout)
    {
        layout = default;
        if (file.Length < 12 || !file[..4].SequenceEqual("RIFF"u8) || !file[8..12].SequenceEqual("WAVE"u8))
        {
            return WavError.NotWave;
        }

        var isStreamed = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) is 0 or uint.MaxValue;
        var formatAt = -1;
        var formatLength = 0;
        var dataAt = -1;
        long dataLength = 0;
        long position = 12;
        while (position + 8 <= file.Length && (formatAt < 0 || dataAt < 0))
        {
            var head = file[(int)position..];
            long size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            position += 8;
            if (head[..4].SequenceEqual("fmt "u8) && formatAt < 0)
            {
                formatAt = (int)position;
                formatLength = (int)Math.Min(size, file.Length - position);
            }
            else if (head[..4].SequenceEqual("data"u8) && dataAt < 0)
            {
                dataAt = (int)position;

                // Streaming writers leave all ones, or 0 here and in the head; with a head that was filled in, 0 means no samples.
                dataLength = size == uint.MaxValue || (size == 0 && isStreamed) ? long.MaxValue : size;
                size = dataLength == long.MaxValue ? file.Length - position : size;
            }

            // Chunks are padded to even length (RIFF).
            position += size + (size & 1);
        }

        if (formatAt < 0)
        {
            return WavError.MissingFormat;
        }

        var error = ReadCoding(file.Slice(formatAt, formatLength), out var coding);
        if (error != WavError.None)
        {
            return error;
        }

        if (dataAt < 0)
        {
            return WavError.MissingData;
        }

        var there = file.Length - dataAt;
        var length = (int)Math.Min(dataLength, there);
        length -= coding == WavCoding.Pcm16 ? length & 1 : 0;
        layout = new WavLayout(coding, dataAt, length, dataLength != long.MaxValue && dataLength > there);
        return WavError.None;
    }

    /// <summary>Decodes the samples of a parsed file; <paramref name="samples"/> must hold <see cref="WavLayout.Samples"/>.</summary>
    public static void Decode(ReadOnlySpan<byte> file, in WavLayout layout, Span<short> samples)
    {
        var data = file.Slice(layout.DataOffset, layout.DataLength);
        if (layout.Coding != WavCoding.Pcm16)
        {
            G711Codec.Decode(layout.Coding == WavCoding.ALaw ? G711Law.ALaw : G711Law.MuLaw, data, samples);
            return;
        }

        if (BitConverter.IsLittleEndian)
        {
            data.CopyTo(MemoryMarshal.AsBytes(samples));
            return;
        }

        for (var i = 0; i < layout.Samples; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(data[(i * 2)..]);
        }
    }

    /// <summary>
    /// Reads a whole file. I/O errors of the stream are exceptions of the stream; what the bytes say wrong comes back as the value.
    /// </summary>
    public static WavError Load(Stream stream, out short[] samples, int maxOctets = DefaultMaxOctets)
    {
        ArgumentNullException.ThrowIfNull(stream);
        samples = [];
        using var bytes = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int read;
        while ((read = stream.Read(chunk)) > 0)
        {
            if (bytes.Length + read > maxOctets)
            {
                return WavError.TooLarge;
            }

            bytes.Write(chunk, 0, read);
        }

        var file = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        var error = TryParse(file, out var layout);
        if (error == WavError.None)
        {
            samples = new short[layout.Samples];
            Decode(file, layout, samples);
        }

        return error;
    }

    private static WavError ReadCoding(ReadOnlySpan<byte> format, out WavCoding coding)
    {
        coding = default;
        if (format.Length < 16)
        {
            return WavError.MissingFormat;
        }

        var tag = BinaryPrimitives.ReadUInt16LittleEndian(format);
        if (tag == ExtensibleTag)
        {
            if (format.Length < 40 || !format.Slice(26, 14).SequenceEqual(MediaSubtypeTail))
            {
                return format.Length < 40 ? WavError.BadFormat : WavError.UnsupportedCoding;
            }

            tag = BinaryPrimitives.ReadUInt16LittleEndian(format[24..]);
        }

        coding = (WavCoding)tag;
        var channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        if (coding is not (WavCoding.Pcm16 or WavCoding.ALaw or WavCoding.MuLaw))
        {
            return WavError.UnsupportedCoding;
        }

        if (coding == WavCoding.Pcm16 ? bits != 16 : bits != 8)
        {
            return bits is 0 ? WavError.BadFormat : WavError.UnsupportedCoding;
        }

        if (channels != 1)
        {
            return channels == 0 ? WavError.BadFormat : WavError.UnsupportedChannels;
        }

        return rate == G711Codec.SampleRate ? WavError.None : WavError.UnsupportedSampleRate;
    }
}
