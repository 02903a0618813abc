using System.Buffers.Binary;
using DialerEngine.Media.G711;

namespace DialerEngine.Media.Wav;

/// <summary>Writes telephone audio, 8 kHz mono, as RIFF/WAVE. Non-PCM codings get the 'fact' chunk that the format asks for.</summary>
public static class WavWriter
{
    /// <summary>Writes head and samples to <paramref name="stream"/>; the whole file stays below 2 GiB.</summary>
    public static void Write(Stream stream, ReadOnlySpan<short> samples, WavCoding coding = WavCoding.Pcm16)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var octetsPerSample = coding == WavCoding.Pcm16 ? 2 : 1;
        Span<byte> head = stackalloc byte[60];
        var length = WriteHead(head, coding, samples.Length, octetsPerSample);
        stream.Write(head[..length]);

        Span<byte> chunk = stackalloc byte[1024];
        for (var done = 0; done < samples.Length; done += 512)
        {
            var part = samples.Slice(done, Math.Min(512, samples.Length - done));
            var octets = chunk[..(part.Length * octetsPerSample)];
            if (coding == WavCoding.Pcm16)
            {
                for (var i = 0; i < part.Length; i++)
                {
                    BinaryPrimitives.WriteInt16LittleEndian(octets[(i * 2)..], part[i]);
                }
            }
            else
            {
                G711Codec.Encode(coding == WavCoding.ALaw ? G711Law.ALaw : G711Law.MuLaw, part, octets);
            }

            stream.Write(octets);
        }

        if ((samples.Length * octetsPerSample & 1) != 0)
        {
            stream.WriteByte(0);
        }
    }

    private static int WriteHead(Span<byte> head, WavCoding coding, int samples, int octetsPerSample)
    {
        var dataLength = checked(samples * octetsPerSample);
        var formatLength = coding == WavCoding.Pcm16 ? 16 : 18;
        var factLength = coding == WavCoding.Pcm16 ? 0 : 12;
        var length = 12 + 8 + formatLength + factLength + 8;

        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], checked(length - 8 + dataLength + (dataLength & 1)));
        "WAVEfmt "u8.CopyTo(head[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], formatLength);
        BinaryPrimitives.WriteUInt16LittleEndian(head[20..], (ushort)coding);
        BinaryPrimitives.WriteUInt16LittleEndian(head[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], G711Codec.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], G711Codec.SampleRate * octetsPerSample);
        BinaryPrimitives.WriteUInt16LittleEndian(head[32..], (ushort)octetsPerSample);
        BinaryPrimitives.WriteUInt16LittleEndian(head[34..], (ushort)(octetsPerSample * 8));
        var rest = head[(20 + formatLength)..];
        if (factLength > 0)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(head[36..], 0);
            "fact"u8.CopyTo(rest);
            BinaryPrimitives.WriteInt32LittleEndian(rest[4..], 4);
            BinaryPrimitives.WriteInt32LittleEndian(rest[8..], samples);
            rest = rest[factLength..];
        }

        "data"u8.CopyTo(rest);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], dataLength);
        return length;
    }
}
