using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CpdTrainer.Training;

/// <summary>Matrix products over sixteen calls at once: each number of a call stands in a lane of its own, a weight is the same for all lanes.</summary>
internal static class LaneMath
{
    /// <summary>Calls abreast.</summary>
    public const int Lanes = 16;

    /// <summary>Sums in registers at a time; columns have to be a multiple of it.</summary>
    public const int Tile = 12;

    // 64 hops of all rows stay in the second cache while their products are summed.
    private const int ChunkHops = 64;

    /// <summary>Adds to each of so many sums the values times their weights, which lie row after row.</summary>
    public static void Multiply(ReadOnlySpan<float> weights, int stride, ReadOnlySpan<float> values, int rows, Span<float> sums, int columns)
    {
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var x = ref MemoryMarshal.GetReference(values);
        ref var s = ref MemoryMarshal.GetReference(sums);
        for (var column = 0; column < columns; column += Tile)
        {
            Multiply(ref Unsafe.Add(ref w, column), stride, ref x, rows, ref Unsafe.Add(ref s, column * Lanes));
        }
    }

    private static void Multiply(ref float w, int stride, ref float x, int rows, ref float s)
    {
        var (a, b, c, d) = (Load(ref s, 0), Load(ref s, 1), Load(ref s, 2), Load(ref s, 3));
        var (e, f, g, h) = (Load(ref s, 4), Load(ref s, 5), Load(ref s, 6), Load(ref s, 7));
        var (i, j, k, l) = (Load(ref s, 8), Load(ref s, 9), Load(ref s, 10), Load(ref s, 11));
        for (var row = 0; row < rows; row++, w = ref Unsafe.Add(ref w, stride))
        {
            var v = Load(ref x, row);
            a = Fma(ref w, 0, v, a);
            b = Fma(ref w, 1, v, b);
            c = Fma(ref w, 2, v, c);
            d = Fma(ref w, 3, v, d);
            e = Fma(ref w, 4, v, e);
            f = Fma(ref w, 5, v, f);
            g = Fma(ref w, 6, v, g);
            h = Fma(ref w, 7, v, h);
            i = Fma(ref w, 8, v, i);
            j = Fma(ref w, 9, v, j);
            k = Fma(ref w, 10, v, k);
            l = Fma(ref w, 11, v, l);
        }

        (Store(ref s, 0), Store(ref s, 1), Store(ref s, 2), Store(ref s, 3)) = (a, b, c, d);
        (Store(ref s, 4), Store(ref s, 5), Store(ref s, 6), Store(ref s, 7)) = (e, f, g, h);
        (Store(ref s, 8), Store(ref s, 9), Store(ref s, 10), Store(ref s, 11)) = (i, j, k, l);
    }

    /// <summary>
    /// Adds to sums[row, column, lane] the products of values[hop, row, lane] and errors[hop, column, lane] over all hops. Rows and columns in
    /// fours.
    /// </summary>
    public static void Outer(ReadOnlySpan<float> values, int rows, ReadOnlySpan<float> errors, int errorStride, int columns, int hops, Span<float> sums, int sumStride)
    {
        ref var x = ref MemoryMarshal.GetReference(values);
        ref var e = ref MemoryMarshal.GetReference(errors);
        ref var s = ref MemoryMarshal.GetReference(sums);
        for (var from = 0; from < hops; from += ChunkHops)
        {
            var count = Math.Min(ChunkHops, hops - from);
            for (var column = 0; column < columns; column += 4)
            {
                for (var row = 0; row < rows; row += 4)
                {
                    Outer(
                        ref Unsafe.Add(ref x, ((from * rows) + row) * Lanes), rows * Lanes, ref Unsafe.Add(ref e, ((from * errorStride) + column) * Lanes), errorStride * Lanes, count,
                        ref Unsafe.Add(ref s, ((row * sumStride) + column) * Lanes), sumStride * Lanes);
                }
            }
        }
    }

    private static void Outer(ref float x, int rowStride, ref float e, int errorStride, int hops, ref float s, int sumStride)
    {
        ref var s1 = ref Unsafe.Add(ref s, sumStride);
        ref var s2 = ref Unsafe.Add(ref s1, sumStride);
        ref var s3 = ref Unsafe.Add(ref s2, sumStride);
        var (a0, a1, a2, a3) = (Load(ref s, 0), Load(ref s, 1), Load(ref s, 2), Load(ref s, 3));
        var (b0, b1, b2, b3) = (Load(ref s1, 0), Load(ref s1, 1), Load(ref s1, 2), Load(ref s1, 3));
        var (c0, c1, c2, c3) = (Load(ref s2, 0), Load(ref s2, 1), Load(ref s2, 2), Load(ref s2, 3));
        var (d0, d1, d2, d3) = (Load(ref s3, 0), Load(ref s3, 1), Load(ref s3, 2), Load(ref s3, 3));
        for (var hop = 0; hop < hops; hop++, x = ref Unsafe.Add(ref x, rowStride), e = ref Unsafe.Add(ref e, errorStride))
        {
            var (e0, e1, e2, e3) = (Load(ref e, 0), Load(ref e, 1), Load(ref e, 2), Load(ref e, 3));
            var v = Load(ref x, 0);
            a0 = Vector512.FusedMultiplyAdd(v, e0, a0);
            a1 = Vector512.FusedMultiplyAdd(v, e1, a1);
            a2 = Vector512.FusedMultiplyAdd(v, e2, a2);
            a3 = Vector512.FusedMultiplyAdd(v, e3, a3);
            v = Load(ref x, 1);
            b0 = Vector512.FusedMultiplyAdd(v, e0, b0);
            b1 = Vector512.FusedMultiplyAdd(v, e1, b1);
            b2 = Vector512.FusedMultiplyAdd(v, e2, b2);
            b3 = Vector512.FusedMultiplyAdd(v, e3, b3);
            v = Load(ref x, 2);
            c0 = Vector512.FusedMultiplyAdd(v, e0, c0);
            c1 = Vector512.FusedMultiplyAdd(v, e1, c1);
            c2 = Vector512.FusedMultiplyAdd(v, e2, c2);
            c3 = Vector512.FusedMultiplyAdd(v, e3, c3);
            v = Load(ref x, 3);
            d0 = Vector512.FusedMultiplyAdd(v, e0, d0);
            d1 = Vector512.FusedMultiplyAdd(v, e1, d1);
            d2 = Vector512.FusedMultiplyAdd(v, e2, d2);
            d3 = Vector512.FusedMultiplyAdd(v, e3, d3);
        }

        (Store(ref s, 0), Store(ref s, 1), Store(ref s, 2), Store(ref s, 3)) = (a0, a1, a2, a3);
        (Store(ref s1, 0), Store(ref s1, 1), Store(ref s1, 2), Store(ref s1, 3)) = (b0, b1, b2, b3);
        (Store(ref s2, 0), Store(ref s2, 1), Store(ref s2, 2), Store(ref s2, 3)) = (c0, c1, c2, c3);
        (Store(ref s3, 0), Store(ref s3, 1), Store(ref s3, 2), Store(ref s3, 3)) = (d0, d1, d2, d3);
    }

    /// <summary>Derivative of <see cref="DialerEngine.Cpd.Speech.VoiceNet.Tanh(Vector512{float})"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Slope(Vector512<float> x)
    {
        var square = x * x;
        var root = (Vector512.Create(9f) - square) / (Vector512.Create(9f) + (Vector512.Create(3f) * square));
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(3f)), root * root, Vector512<float>.Zero);
    }

    /// <summary>The vector of that number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref float from, int number) => Vector512.LoadUnsafe(ref from, (nuint)(number * Lanes));

    /// <summary>The place of the vector of that number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref Vector512<float> Store(ref float to, int number) => ref Unsafe.As<float, Vector512<float>>(ref Unsafe.Add(ref to, number * Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Fma(ref float w, int column, Vector512<float> value, Vector512<float> sum) =>
        Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref w, column)), value, sum);
}
