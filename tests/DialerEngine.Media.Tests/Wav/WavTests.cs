using System.Buffers.Binary;
using DialerEngine.Media.G711;
using DialerEngine.Media.Wav;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Media.Tests.Wav;

public sealed class WavTests
{
    private static readonly short[] Samples = [0, 100, -100, 32767, -32768, 5000, 7];

    private static byte[] Written(WavCoding coding)
    {
        using var stream = new MemoryStream();
        WavWriter.Write(stream, Samples, coding);
        return stream.ToArray();
    }

    [Theory]
    [InlineData(WavCoding.Pcm16)]
    [InlineData(WavCoding.MuLaw)]
    [InlineData(WavCoding.ALaw)]
    public void What_is_written_is_read_back_to_the_precision_of_the_coding(WavCoding coding)
    {
        var bytes = Written(coding);
        Assert.Equal(bytes.Length - 8, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4)));
        Assert.Equal(0, bytes.Length & 1);
        Assert.Equal(WavError.None, WavReader.Load(new MemoryStream(bytes), out var samples));
        var law = coding == WavCoding.ALaw ? G711Law.ALaw : G711Law.MuLaw;
        Assert.Equal(coding == WavCoding.Pcm16 ? Samples : Samples.Select(s => G711Codec.Decode(law, G711Codec.Encode(law, s))), samples);
    }

    [Fact]
    public void Unknown_chunks_odd_sizes_and_data_before_format_are_read()
    {
        var good = Written(WavCoding.Pcm16);
        byte[] format = good[12..36];
        byte[] data = good[36..];
        byte[] odd = [.. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0];
        byte[][] files =
        [
            [.. good[..12], .. odd, .. format, .. odd, .. data],
            [.. good[..12], .. data, .. odd, .. format],
        ];
        foreach (var file in files)
        {
            Assert.Equal(WavError.None, WavReader.Load(new MemoryStream(file), out var samples));
            Assert.Equal(Samples, samples);
        }
    }

    [Fact]
    public void A_truncated_recording_gives_the_samples_that_are_there_and_says_so()
    {
        var bytes = Written(WavCoding.Pcm16)[..^5];
        Assert.Equal(WavError.None, WavReader.TryParse(bytes, out var layout));
        Assert.True(layout.IsTruncated);
        Assert.Equal(4, layout.Samples);
    }

    [Fact]
    public void Sizes_left_open_by_a_streaming_writer_mean_to_the_end()
    {
        foreach (var size in new[] { 0u, uint.MaxValue })
        {
            var bytes = Written(WavCoding.Pcm16);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), size);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), size);
            Assert.Equal(WavError.None, WavReader.TryParse(bytes, out var layout));
            Assert.Equal(Samples.Length, layout.Samples);
            Assert.False(layout.IsTruncated);
        }
    }

    [Fact]
    public void An_empty_recording_is_not_read_into_the_chunk_behind_it()
    {
        using var stream = new MemoryStream();
        WavWriter.Write(stream, []);
        byte[] bytes = [.. stream.ToArray(), .. "LIST"u8, 4, 0, 0, 0, 1, 2, 3, 4];
        Assert.Equal(WavError.None, WavReader.TryParse(bytes, out var layout));
        Assert.Equal(0, layout.Samples);
    }

    [Fact]
    public void The_extensible_form_is_read()
    {
        var plain = Written(WavCoding.MuLaw);
        byte[] extensible =
        [
            .. plain[..16], 40, 0, 0, 0, 0xFE, 0xFF, .. plain[22..36], 22, 0, 8, 0, 4, 0, 0, 0,
            7, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71, .. plain[38..],
        ];
        Assert.Equal(WavError.None, WavReader.TryParse(extensible, out var layout));
        Assert.Equal(WavCoding.MuLaw, layout.Coding);
        Assert.Equal(Samples.Length, layout.Samples);
        extensible[50] = 1;
        Assert.Equal(WavError.UnsupportedCoding, WavReader.TryParse(extensible, out _));
    }

    public static TheoryData<WavError, byte[]> Broken()
    {
        var good = Written(WavCoding.Pcm16);
        byte[] With(int at, params byte[] values)
        {
            byte[] copy = [.. good];
            values.CopyTo(copy, at);
            return copy;
        }

        return new()
        {
            { WavError.NotWave, [] },
            { WavError.NotWave, "RIFF\0\0\0\0AVI "u8.ToArray() },
            { WavError.MissingFormat, good[..12] },
            { WavError.MissingFormat, good[..30] },
            { WavError.MissingData, good[..36] },
            { WavError.MissingData, good[..40] },
            { WavError.UnsupportedCoding, With(20, 3) },
            { WavError.UnsupportedCoding, With(34, 24) },
            { WavError.BadFormat, With(34, 0) },
            { WavError.BadFormat, With(22, 0) },
            { WavError.UnsupportedChannels, With(22, 2) },
            { WavError.UnsupportedSampleRate, With(24, 0x44, 0xAC) },
        };
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_named_by_what_is_wrong(WavError error, byte[] bytes)
    {
        Assert.Equal(error, WavReader.TryParse(bytes, out _));
    }

    [Fact]
    public void A_chunk_of_four_gigabytes_ends_the_search()
    {
        var good = Written(WavCoding.Pcm16);
        byte[] bytes = [.. good[..12], .. "junk"u8, 0xFE, 0xFF, 0xFF, 0xFF, .. good[12..]];
        Assert.Equal(WavError.MissingFormat, WavReader.TryParse(bytes, out _));
    }

    [Fact]
    public void A_file_above_the_bound_is_refused()
    {
        Assert.Equal(WavError.TooLarge, WavReader.Load(new MemoryStream(Written(WavCoding.Pcm16)), out _, maxOctets: 50));
    }

    [Fact]
    public void Any_damage_to_the_head_is_survived()
    {
        Prop.ForAll<byte, byte, byte>((at, value, cut) =>
        {
            var bytes = Written(WavCoding.MuLaw);
            bytes[at % bytes.Length] = value;
            bytes = bytes[..(bytes.Length - (cut % bytes.Length))];
            WavReader.Load(new MemoryStream(bytes), out var samples);
            Assert.True(samples.Length <= bytes.Length);
        }).QuickCheckThrowOnFailure();
    }
}
