using DialerEngine.Media.G711;

namespace DialerEngine.Media.Tests.G711;

public sealed class G711CodecTests
{
    private static readonly short[] AllSamples = [.. Enumerable.Range(short.MinValue, 65536).Select(i => (short)i)];

    [Fact]
    public void Mu_law_coding_equals_the_segment_search_of_the_recommendation_for_every_sample()
    {
        var codes = new byte[AllSamples.Length];
        G711Codec.Encode(G711Law.MuLaw, AllSamples, codes);
        for (var i = 0; i < codes.Length; i++)
        {
            Assert.Equal(ReferenceMuLaw(AllSamples[i]), codes[i]);
        }
    }

    [Fact]
    public void A_law_coding_equals_the_segment_search_of_the_recommendation_for_every_sample()
    {
        var codes = new byte[AllSamples.Length];
        G711Codec.Encode(G711Law.ALaw, AllSamples, codes);
        for (var i = 0; i < codes.Length; i++)
        {
            Assert.Equal(ReferenceALaw(AllSamples[i]), codes[i]);
        }
    }

    [Theory]
    [InlineData(G711Law.MuLaw)]
    [InlineData(G711Law.ALaw)]
    public void The_vector_path_equals_the_plain_loop_at_every_length(G711Law law)
    {
        for (var length = 0; length < 70; length++)
        {
            var samples = AllSamples.AsSpan(1234 * (length + 1) % 60000, length);
            var plain = new byte[length];
            var vector = new byte[length];
            G711Codec.EncodeScalar(law, samples, plain);
            G711Codec.Encode(law, samples, vector);
            Assert.Equal(plain, vector);
        }
    }

    [Theory]
    [InlineData(G711Law.MuLaw)]
    [InlineData(G711Law.ALaw)]
    public void Decoding_then_coding_gives_every_code_back(G711Law law)
    {
        for (var code = 0; code < 256; code++)
        {
            var back = G711Codec.Encode(law, G711Codec.Decode(law, (byte)code));

            // u-law has two zeros: the negative one decodes to 0 and codes as the positive one.
            Assert.Equal(law == G711Law.MuLaw && code == 0x7F ? 0xFF : code, back);
        }
    }

    // Decoder output values y of G.711 tables 1a and 2a, scaled from 13 and 14 to 16 bits.
    [Theory]
    [InlineData(G711Law.MuLaw, 0x80, 8031 * 4)]
    [InlineData(G711Law.MuLaw, 0x00, -8031 * 4)]
    [InlineData(G711Law.MuLaw, 0x8F, 4191 * 4)]
    [InlineData(G711Law.MuLaw, 0xFF, 0)]
    [InlineData(G711Law.MuLaw, 0xFE, 2 * 4)]
    [InlineData(G711Law.MuLaw, 0x7E, -2 * 4)]
    [InlineData(G711Law.ALaw, 0xAA, 4032 * 8)]
    [InlineData(G711Law.ALaw, 0x2A, -4032 * 8)]
    [InlineData(G711Law.ALaw, 0xD5, 1 * 8)]
    [InlineData(G711Law.ALaw, 0x55, -1 * 8)]
    [InlineData(G711Law.ALaw, 0xC5, 33 * 8)]
    public void Decoder_values_are_those_of_the_tables(G711Law law, byte code, int value)
    {
        Assert.Equal(value, G711Codec.Decode(law, code));
    }

    [Fact]
    public void Conversion_between_the_laws_keeps_sign_and_is_monotonic_and_near_the_linear_way()
    {
        foreach (var (from, to) in new[] { (G711Law.MuLaw, G711Law.ALaw), (G711Law.ALaw, G711Law.MuLaw) })
        {
            var codes = Enumerable.Range(0, 256).Select(i => (byte)i).OrderBy(c => G711Codec.Decode(from, c)).ToArray();
            var converted = new byte[256];
            G711Codec.Transcode(from, codes, to, converted);
            for (var i = 0; i < 256; i++)
            {
                int a = G711Codec.Decode(from, codes[i]);
                int b = G711Codec.Decode(to, converted[i]);
                Assert.True(Math.Abs(a - b) <= Math.Max(16, Math.Abs(a) / 16), $"{from} {codes[i]:X2}: {a} became {b}");
                Assert.True(i == 0 || b >= G711Codec.Decode(to, converted[i - 1]));
            }
        }
    }

    // G.711 section 3.4 and table 3/4: A-u-A keeps the character signal but for the pairs that u-law cannot tell apart.
    [Fact]
    public void A_law_through_mu_law_and_back_loses_only_the_pairs_of_the_tables()
    {
        var changed = 0;
        for (var code = 0; code < 256; code++)
        {
            Span<byte> one = [(byte)code];
            G711Codec.Transcode(G711Law.ALaw, one, G711Law.MuLaw, one);
            G711Codec.Transcode(G711Law.MuLaw, one, G711Law.ALaw, one);
            changed += one[0] == code ? 0 : 1;
            var step = Math.Abs(G711Codec.Decode(G711Law.ALaw, one[0]) - G711Codec.Decode(G711Law.ALaw, (byte)code));
            Assert.True(step <= Math.Max(16, Math.Abs((int)G711Codec.Decode(G711Law.ALaw, (byte)code)) / 16));
        }

        Assert.Equal(16, changed);
    }

    [Fact]
    public void Equal_laws_copy()
    {
        byte[] codes = [1, 2, 3];
        var copy = new byte[3];
        G711Codec.Transcode(G711Law.ALaw, codes, G711Law.ALaw, copy);
        Assert.Equal(codes, copy);
    }

    [Fact]
    public void Coding_decoding_and_converting_allocate_nothing()
    {
        var samples = new short[160];
        var codes = new byte[160];
        Assert.Equal(0, Allocation.Of(1000, () =>
        {
            G711Codec.Encode(G711Law.MuLaw, samples, codes);
            G711Codec.Transcode(G711Law.MuLaw, codes, G711Law.ALaw, codes);
            G711Codec.Decode(G711Law.ALaw, codes, samples);
        }));
    }

    private static byte ReferenceMuLaw(short sample)
    {
        // 14-bit magnitude (one's complement for negatives) plus 33, then the segment whose lower end it passes.
        var magnitude = Math.Min((sample < 0 ? ~sample : sample) / 4 + 33, 8191);
        var segment = 0;
        while (magnitude >= 64 << segment)
        {
            segment++;
        }

        var code = (segment << 4) | ((magnitude >> (segment + 1)) & 0xF);
        return (byte)~(code | (sample < 0 ? 0x80 : 0));
    }

    private static byte ReferenceALaw(short sample)
    {
        var magnitude = (sample < 0 ? ~sample : sample) / 16;
        var segment = 0;
        while (magnitude > 31)
        {
            magnitude /= 2;
            segment++;
        }

        var code = magnitude <= 15 ? magnitude : ((segment + 1) << 4) | (magnitude - 16);
        return (byte)((code | (sample < 0 ? 0 : 0x80)) ^ 0x55);
    }
}
