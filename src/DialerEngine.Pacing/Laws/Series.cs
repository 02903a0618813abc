using System.Numerics;
using System.Runtime.InteropServices;

namespace DialerEngine.Pacing.Laws;

/// <summary>Plain arithmetic on rows of numbers, whole vectors at a time; each element gets what a loop over single elements would give it.</summary>
internal static class Series
{
    /// <summary>Multiplies values by a factor.</summary>
    public static void Scale(Span<double> values, double factor)
    {
        foreach (ref var some in MemoryMarshal.Cast<double, Vector<double>>(values))
        {
            some *= factor;
        }

        foreach (ref var value in values[WholeVectors(values.Length)..])
        {
            value *= factor;
        }
    }

    /// <summary>Adds a multiple of other values, as many as there are sums.</summary>
    public static void AddScaled(Span<double> sums, double factor, ReadOnlySpan<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, sums.Length);
        var whole = WholeVectors(sums.Length);
        ref var sum = ref MemoryMarshal.GetReference(sums);
        ref var value = ref MemoryMarshal.GetReference(values);
        for (nuint i = 0; i < (nuint)whole; i += (nuint)Vector<double>.Count)
        {
            (Vector.LoadUnsafe(ref sum, i) + (factor * Vector.LoadUnsafe(ref value, i))).StoreUnsafe(ref sum, i);
        }

        for (var i = whole; i < sums.Length; i++)
        {
            sums[i] += factor * values[i];
        }
    }

    /// <summary>Weighted sum of two rows of the horizon, at most 1.</summary>
    public static void Mix(double first, ReadOnlySpan<double> row, double second, ReadOnlySpan<double> next, Span<double> mixed)
    {
        ref var a = ref MemoryMarshal.GetReference(row[..Horizon.Points]);
        ref var b = ref MemoryMarshal.GetReference(next[..Horizon.Points]);
        ref var to = ref MemoryMarshal.GetReference(mixed[..Horizon.Points]);
        for (nuint k = 0; k < Horizon.Points; k += (nuint)Vector<double>.Count)
        {
            Vector.Min(Vector<double>.One, (first * Vector.LoadUnsafe(ref a, k)) + (second * Vector.LoadUnsafe(ref b, k))).StoreUnsafe(ref to, k);
        }
    }

    private static int WholeVectors(int length) => length / Vector<double>.Count * Vector<double>.Count;
}
