using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DialerEngine.Cpd.Signal;

/// <summary>
/// Pitch of a voice by the normalised autocorrelation of 32 ms at 4 kHz: lags of 10 to 52 samples, 77 to 400 Hz. A background of many voices
/// leaves the maximum low; one voice near by lifts it towards 1.
/// </summary>
internal static class Pitch
{
    private const int Length = Spectrum.WindowSamples / 2;
    private const int ShortestLag = 10;
    private const int LongestLag = 52;
    private const int Terms = Length - LongestLag - 4;

    /// <summary>Strength of the periodicity, 0..1, and its frequency in Hz; 0 where there is none.</summary>
    [SkipLocalsInit]
    public static float Find(ReadOnlySpan<short> window, out float hz)
    {
        Span<float> x = stackalloc float[Length];
        Halve(window, x);
        var head = x[..Terms];
        var headPower = Product(head, head);
        Span<float> correlation = stackalloc float[LongestLag + 2];
        var tailPower = Product(x.Slice(ShortestLag - 1, Terms), x.Slice(ShortestLag - 1, Terms));
        var best = 0f;
        var at = 0;
        for (var lag = ShortestLag - 1; lag <= LongestLag + 1; lag++)
        {
            correlation[lag] = Product(head, x.Slice(lag, Terms)) / MathF.Sqrt((headPower * tailPower) + 1);
            tailPower += (x[lag + Terms] * x[lag + Terms]) - (x[lag] * x[lag]);

            // A longer lag must be clearly better than the period it is a multiple of.
            if (lag > ShortestLag && correlation[lag - 1] > best + 0.04f
                && correlation[lag - 1] >= correlation[lag] && correlation[lag - 1] >= correlation[lag - 2])
            {
                (best, at) = (correlation[lag - 1], lag - 1);
            }
        }

        hz = at == 0 ? 0 : 4_000f / at;
        return MathF.Min(best, 1);
    }

    private static void Halve(ReadOnlySpan<short> window, Span<float> x)
    {
        float sum = 0;
        for (var i = 0; i < Length; i++)
        {
            x[i] = window[2 * i] + window[(2 * i) + 1];
            sum += x[i];
        }

        var mean = sum / Length;
        foreach (ref var value in x)
        {
            value -= mean;
        }
    }

    private static float Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ref var left = ref MemoryMarshal.GetReference(a);
        ref var right = ref MemoryMarshal.GetReference(b);
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= Terms - Vector<float>.Count; i += Vector<float>.Count)
        {
            sum += Vector.LoadUnsafe(ref left, (nuint)i) * Vector.LoadUnsafe(ref right, (nuint)i);
        }

        var total = Vector.Sum(sum);
        for (; i < Terms; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }
}
