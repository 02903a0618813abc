using System.Runtime.Intrinsics;
using DialerEngine.Media.G711;

namespace DialerEngine.Media.Audio;

/// <summary>Levels of audio. 0 dBm0 is 3.17 dB below the loudest sine of the 16-bit scale (ITU-T G.711 section 4).</summary>
public static class EnergyMeter
{
    /// <summary>What silence measures: the floor of <see cref="LevelDbm0(ReadOnlySpan{short})"/>.</summary>
    public const double FloorDbm0 = -96;

    // A full-scale sine has mean square 32767^2 / 2 and level +3.17 dBm0.
    private const double ReferenceMeanSquare = 32767.0 * 32767.0 / 2;

    private static readonly int[] MuLawSquares = Squares(G711Tables.MuLawToLinear);
    private static readonly int[] ALawSquares = Squares(G711Tables.ALawToLinear);

    /// <summary>Sum of the squares.</summary>
    public static long SumOfSquares(ReadOnlySpan<short> samples)
    {
        var i = 0;
        long sum = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            var total = Vector128<long>.Zero;
            for (; i <= samples.Length - 8; i += 8)
            {
                var (low, high) = Vector128.Widen(Vector128.Create(samples[i..]));
                var (a, b) = Vector128.Widen((low * low).AsUInt32());
                var (c, d) = Vector128.Widen((high * high).AsUInt32());
                total += (a + b + c + d).AsInt64();
            }

            sum = Vector128.Sum(total);
        }

        return sum + SumOfSquaresScalar(samples[i..]);
    }

    /// <summary>Mean level of the samples; <see cref="FloorDbm0"/> for silence or nothing.</summary>
    public static double LevelDbm0(ReadOnlySpan<short> samples) => ToDbm0(SumOfSquares(samples), samples.Length);

    /// <summary>Mean level of companded octets, without decoding them first.</summary>
    public static double LevelDbm0(G711Law law, ReadOnlySpan<byte> codes)
    {
        var squares = law == G711Law.ALaw ? ALawSquares : MuLawSquares;
        long sum = 0;
        foreach (var code in codes)
        {
            sum += squares[code];
        }

        return ToDbm0(sum, codes.Length);
    }

    /// <summary>The plain loop, twin of the vector path.</summary>
    internal static long SumOfSquaresScalar(ReadOnlySpan<short> samples)
    {
        long sum = 0;
        foreach (var sample in samples)
        {
            sum += sample * sample;
        }

        return sum;
    }

    private static double ToDbm0(long sum, int count) => sum == 0 || count == 0
        ? FloorDbm0
        : Math.Max(FloorDbm0, 3.17 + (10 * Math.Log10(sum / (double)count / ReferenceMeanSquare)));

    private static int[] Squares(short[] linear) => Array.ConvertAll(linear, s => s * s);
}
