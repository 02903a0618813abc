using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DialerEngine.Media.G711;

/// <summary>
/// G.711 coding between 16-bit linear samples and companded octets, and directly between the laws.
/// Bit-exact with the reference of ITU-T G.191 (the 16-bit sample carries the 14-bit u-law or 13-bit A-law value left-justified;
/// negative magnitudes are taken as one's complement). Direct conversion follows tables 3 and 4 of ITU-T G.711.
/// Nothing here allocates; a destination that is too short throws <see cref="ArgumentException"/>, as a span copy does.
/// </summary>
public static class G711Codec
{
    /// <summary>Samples per second of G.711, and units of its RTP timestamp (RFC 3551 section 4.5.14).</summary>
    public const int SampleRate = 8000;

    /// <summary>Samples, and octets, of the usual packet of 20 ms.</summary>
    public const int FrameSamples = 160;

    // 33 of the 14-bit scale, so that every segment begins at a power of two (G.711 table 2, decision values).
    private const int MuLawBias = 0x84;

    // The largest magnitude that still codes: above it the biased value would leave the eighth segment.
    private const int MuLawClip = 0x7FFF - MuLawBias;

    // A float of m has (exponent + 127) above the mantissa; the top four mantissa bits are G.711's, segment 0 is exponent 7.
    private const int FloatCodeShift = 19;
    private const int FloatCodeBase = (127 + 7) << 4;

    /// <summary>The octet of a zero sample: 0xFF in u-law, 0xD5 in A-law.</summary>
    public static byte SilenceOf(G711Law law) => law == G711Law.ALaw ? (byte)0xD5 : (byte)0xFF;

    /// <summary>Codes one sample.</summary>
    public static byte Encode(G711Law law, short sample) => law == G711Law.ALaw ? EncodeALaw(sample) : EncodeMuLaw(sample);

    /// <summary>Decodes one octet.</summary>
    public static short Decode(G711Law law, byte code) =>
        law == G711Law.ALaw ? G711Tables.ALawToLinear[code] : G711Tables.MuLawToLinear[code];

    /// <summary>Codes <paramref name="samples"/> into as many octets.</summary>
    public static void Encode(G711Law law, ReadOnlySpan<short> samples, Span<byte> codes)
    {
        codes = codes[..samples.Length];
        var done = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            done = law == G711Law.ALaw ? EncodeALawVector(samples, codes) : EncodeMuLawVector(samples, codes);
        }

        EncodeScalar(law, samples[done..], codes[done..]);
    }

    /// <summary>Decodes <paramref name="codes"/> into as many samples.</summary>
    public static void Decode(G711Law law, ReadOnlySpan<byte> codes, Span<short> samples)
    {
        samples = samples[..codes.Length];
        var table = law == G711Law.ALaw ? G711Tables.ALawToLinear : G711Tables.MuLawToLinear;
        for (var i = 0; i < codes.Length; i++)
        {
            samples[i] = table[codes[i]];
        }
    }

    /// <summary>
    /// Converts octets of one law into the other by G.711 tables 3 and 4, or copies when the laws are equal. In place is allowed.
    /// </summary>
    public static void Transcode(G711Law from, ReadOnlySpan<byte> source, G711Law to, Span<byte> target)
    {
        target = target[..source.Length];
        if (from == to)
        {
            source.CopyTo(target);
            return;
        }

        var table = to == G711Law.ALaw ? G711Tables.MuLawToALaw : G711Tables.ALawToMuLaw;
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = table[source[i]];
        }
    }

    /// <summary>The plain loop, twin of the vector path; a test holds them equal for every sample.</summary>
    internal static void EncodeScalar(G711Law law, ReadOnlySpan<short> samples, Span<byte> codes)
    {
        if (law == G711Law.ALaw)
        {
            for (var i = 0; i < samples.Length; i++)
            {
                codes[i] = EncodeALaw(samples[i]);
            }

            return;
        }

        for (var i = 0; i < samples.Length; i++)
        {
            codes[i] = EncodeMuLaw(samples[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte EncodeMuLaw(short sample)
    {
        var sign = sample >> 15;
        var magnitude = Math.Min(sample ^ sign, MuLawClip) & ~3;
        var code = (BitConverter.SingleToInt32Bits((float)(magnitude + MuLawBias)) >> FloatCodeShift) - FloatCodeBase;
        return (byte)~(code | (sign & 0x80));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte EncodeALaw(short sample)
    {
        var sign = sample >> 15;
        var magnitude = sample ^ sign;
        var code = magnitude < 256
            ? magnitude >> 4
            : (BitConverter.SingleToInt32Bits((float)magnitude) >> FloatCodeShift) - FloatCodeBase;
        return (byte)((code | (~sign & 0x80)) ^ 0x55);
    }

    // Unoptimised code of vectors is slower than the plain loop: not even the first calls run it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int EncodeMuLawVector(ReadOnlySpan<short> samples, Span<byte> codes)
    {
        var i = 0;
        for (; i <= samples.Length - 16; i += 16)
        {
            var low = MuLawCodes(Vector128.Create(samples[i..]));
            var high = MuLawCodes(Vector128.Create(samples[(i + 8)..]));
            Vector128.Narrow(low.AsUInt16(), high.AsUInt16()).CopyTo(codes[i..]);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int EncodeALawVector(ReadOnlySpan<short> samples, Span<byte> codes)
    {
        var i = 0;
        for (; i <= samples.Length - 16; i += 16)
        {
            var low = ALawCodes(Vector128.Create(samples[i..]));
            var high = ALawCodes(Vector128.Create(samples[(i + 8)..]));
            Vector128.Narrow(low.AsUInt16(), high.AsUInt16()).CopyTo(codes[i..]);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> MuLawCodes(Vector128<short> samples)
    {
        var sign = Vector128.ShiftRightArithmetic(samples, 15);
        var magnitude = Vector128.Min(samples ^ sign, Vector128.Create((short)MuLawClip)) & Vector128.Create((short)~3);
        var code = FloatCodes(magnitude + Vector128.Create((short)MuLawBias));
        return ~(code | (sign & Vector128.Create((short)0x80))) & Vector128.Create((short)0xFF);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> ALawCodes(Vector128<short> samples)
    {
        var sign = Vector128.ShiftRightArithmetic(samples, 15);
        var magnitude = samples ^ sign;
        var small = Vector128.LessThan(magnitude, Vector128.Create((short)256));
        var code = Vector128.ConditionalSelect(small, Vector128.ShiftRightLogical(magnitude, 4), FloatCodes(magnitude));
        return ((code | (~sign & Vector128.Create((short)0x80))) ^ Vector128.Create((short)0x55)) & Vector128.Create((short)0xFF);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> FloatCodes(Vector128<short> magnitude)
    {
        var (low, high) = Vector128.Widen(magnitude);
        var floor = Vector128.Create(FloatCodeBase);
        low = Vector128.ShiftRightArithmetic(Vector128.ConvertToSingle(low).AsInt32(), FloatCodeShift) - floor;
        high = Vector128.ShiftRightArithmetic(Vector128.ConvertToSingle(high).AsInt32(), FloatCodeShift) - floor;
        return Vector128.Narrow(low, high);
    }
}
