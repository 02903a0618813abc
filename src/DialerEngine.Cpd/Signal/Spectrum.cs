using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DialerEngine.Cpd.Signal;

/// <summary>
/// Power spectrum of 256 samples (32 ms) under a Hann window: a real transform as a complex one of half the length (Stockham, radix 4).
/// The powers are scaled so that the bins of a sine of amplitude A sum up to A*A/2, its mean square.
/// </summary>
internal static class Spectrum
{
    public const int WindowSamples = 256;
    public const int Bins = 128;

    /// <summary>Hz from one bin to the next.</summary>
    public const float BinHz = 31.25f;

    private const int Half = WindowSamples / 2;
    private const int Padded = Half + 8;
    private const float Scale = 16f / (3f * WindowSamples * WindowSamples);

    private static readonly float[] Window = Build(WindowSamples, i => 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / WindowSamples)));

    // Twiddles of the three radix-4 stages (lengths 128, 32, 8), six numbers a butterfly, and of the step to the real spectrum.
    private static readonly float[] Stage128 = BuildStage(128);
    private static readonly float[] Stage32 = BuildStage(32);
    private static readonly float[] Stage8 = BuildStage(8);
    private static readonly float[] SplitCos = Build(Half, k => Math.Cos(2 * Math.PI * k / WindowSamples));
    private static readonly float[] SplitSin = Build(Half, k => -Math.Sin(2 * Math.PI * k / WindowSamples));

    /// <summary>Powers of bins 0..127 of <paramref name="samples"/> (256 of them).</summary>
    [SkipLocalsInit]
    public static void Power(ReadOnlySpan<short> samples, Span<float> power)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            PowerScalar(samples, power);
            return;
        }

        Span<float> memory = stackalloc float[4 * Padded];
        var re = memory[..Padded];
        var im = memory.Slice(Padded, Padded);
        var re2 = memory.Slice(2 * Padded, Padded);
        var im2 = memory.Slice(3 * Padded, Padded);
        Load(samples, re, im);
        FirstStage(re, im, re2, im2);
        StageFour(re2, im2, re, im);
        StageSixteen(re, im, re2, im2);
        LastStage(re2, im2, re, im);
        re[Half] = re[0];
        im[Half] = im[0];
        Split(re, im, power);
    }

    /// <summary>The plain twin of <see cref="Power"/>.</summary>
    [SkipLocalsInit]
    internal static void PowerScalar(ReadOnlySpan<short> samples, Span<float> power)
    {
        Span<float> memory = stackalloc float[4 * Padded];
        var re = memory[..Padded];
        var im = memory.Slice(Padded, Padded);
        var re2 = memory.Slice(2 * Padded, Padded);
        var im2 = memory.Slice(3 * Padded, Padded);
        Load(samples, re, im);
        Radix4(Stage128, 128, 1, re, im, re2, im2);
        Radix4(Stage32, 32, 4, re2, im2, re, im);
        Radix4(Stage8, 8, 16, re, im, re2, im2);
        for (var q = 0; q < 64; q++)
        {
            (re[q], re[q + 64]) = (re2[q] + re2[q + 64], re2[q] - re2[q + 64]);
            (im[q], im[q + 64]) = (im2[q] + im2[q + 64], im2[q] - im2[q + 64]);
        }

        re[Half] = re[0];
        im[Half] = im[0];
        for (var k = 0; k < Half; k++)
        {
            float ar = re[k], ai = im[k], br = re[Half - k], bi = im[Half - k];
            float evenRe = (ar + br) * 0.5f, evenIm = (ai - bi) * 0.5f, oddRe = (ai + bi) * 0.5f, oddIm = (br - ar) * 0.5f;
            var x = evenRe + (SplitCos[k] * oddRe) - (SplitSin[k] * oddIm);
            var y = evenIm + (SplitCos[k] * oddIm) + (SplitSin[k] * oddRe);
            power[k] = ((x * x) + (y * y)) * Scale;
        }
    }

    private static void Load(ReadOnlySpan<short> samples, Span<float> re, Span<float> im)
    {
        for (var i = 0; i < Half; i++)
        {
            re[i] = samples[2 * i] * Window[2 * i];
            im[i] = samples[(2 * i) + 1] * Window[(2 * i) + 1];
        }
    }

    private static void FirstStage(ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm) =>
        Radix4(Stage128, 128, 1, re, im, toRe, toIm);

    private static void StageFour(ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm)
    {
        ref var r = ref MemoryMarshal.GetReference(re);
        ref var i = ref MemoryMarshal.GetReference(im);
        ref var tr = ref MemoryMarshal.GetReference(toRe);
        ref var ti = ref MemoryMarshal.GetReference(toIm);
        for (var p = 0; p < 8; p++)
        {
            var w = Stage32.AsSpan(p * 6, 6);
            nuint at = (nuint)(4 * p);
            var (ar, ai) = (Vector128.LoadUnsafe(ref r, at), Vector128.LoadUnsafe(ref i, at));
            var (br, bi) = (Vector128.LoadUnsafe(ref r, at + 32), Vector128.LoadUnsafe(ref i, at + 32));
            var (cr, ci) = (Vector128.LoadUnsafe(ref r, at + 64), Vector128.LoadUnsafe(ref i, at + 64));
            var (dr, di) = (Vector128.LoadUnsafe(ref r, at + 96), Vector128.LoadUnsafe(ref i, at + 96));
            var (sumR, sumI, difR, difI) = (ar + cr, ai + ci, ar - cr, ai - ci);
            var (bdR, bdI, jR, jI) = (br + dr, bi + di, di - bi, br - dr);
            nuint to = (nuint)(16 * p);
            (sumR + bdR).StoreUnsafe(ref tr, to);
            (sumI + bdI).StoreUnsafe(ref ti, to);
            Turn(difR - jR, difI - jI, w[0], w[1], ref tr, ref ti, to + 4);
            Turn(sumR - bdR, sumI - bdI, w[2], w[3], ref tr, ref ti, to + 8);
            Turn(difR + jR, difI + jI, w[4], w[5], ref tr, ref ti, to + 12);
        }
    }

    private static void StageSixteen(ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm)
    {
        ref var r = ref MemoryMarshal.GetReference(re);
        ref var i = ref MemoryMarshal.GetReference(im);
        ref var tr = ref MemoryMarshal.GetReference(toRe);
        ref var ti = ref MemoryMarshal.GetReference(toIm);
        for (var p = 0; p < 2; p++)
        {
            var w = Stage8.AsSpan(p * 6, 6);
            for (var q = 0; q < 16; q += 8)
            {
                var at = (nuint)(q + (16 * p));
                var (ar, ai) = (Vector256.LoadUnsafe(ref r, at), Vector256.LoadUnsafe(ref i, at));
                var (br, bi) = (Vector256.LoadUnsafe(ref r, at + 32), Vector256.LoadUnsafe(ref i, at + 32));
                var (cr, ci) = (Vector256.LoadUnsafe(ref r, at + 64), Vector256.LoadUnsafe(ref i, at + 64));
                var (dr, di) = (Vector256.LoadUnsafe(ref r, at + 96), Vector256.LoadUnsafe(ref i, at + 96));
                var (sumR, sumI, difR, difI) = (ar + cr, ai + ci, ar - cr, ai - ci);
                var (bdR, bdI, jR, jI) = (br + dr, bi + di, di - bi, br - dr);
                var to = (nuint)(q + (64 * p));
                (sumR + bdR).StoreUnsafe(ref tr, to);
                (sumI + bdI).StoreUnsafe(ref ti, to);
                Turn(difR - jR, difI - jI, w[0], w[1], ref tr, ref ti, to + 16);
                Turn(sumR - bdR, sumI - bdI, w[2], w[3], ref tr, ref ti, to + 32);
                Turn(difR + jR, difI + jI, w[4], w[5], ref tr, ref ti, to + 48);
            }
        }
    }

    private static void LastStage(ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm)
    {
        for (var q = 0; q < 64; q += 8)
        {
            var (ar, ai) = (Vector256.Create(re[q..]), Vector256.Create(im[q..]));
            var (br, bi) = (Vector256.Create(re[(q + 64)..]), Vector256.Create(im[(q + 64)..]));
            (ar + br).CopyTo(toRe[q..]);
            (ai + bi).CopyTo(toIm[q..]);
            (ar - br).CopyTo(toRe[(q + 64)..]);
            (ai - bi).CopyTo(toIm[(q + 64)..]);
        }
    }

    private static void Split(ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> power)
    {
        var reversed = Vector256.Create(7, 6, 5, 4, 3, 2, 1, 0);
        var half = Vector256.Create(0.5f);
        for (var k = 0; k < Half; k += 8)
        {
            var (ar, ai) = (Vector256.Create(re[k..]), Vector256.Create(im[k..]));
            var br = Vector256.Shuffle(Vector256.Create(re[(Half - k - 7)..]), reversed);
            var bi = Vector256.Shuffle(Vector256.Create(im[(Half - k - 7)..]), reversed);
            var (evenRe, evenIm, oddRe, oddIm) = ((ar + br) * half, (ai - bi) * half, (ai + bi) * half, (br - ar) * half);
            var (wr, wi) = (Vector256.Create(SplitCos.AsSpan(k)), Vector256.Create(SplitSin.AsSpan(k)));
            var x = evenRe + (wr * oddRe) - (wi * oddIm);
            var y = evenIm + (wr * oddIm) + (wi * oddRe);
            (((x * x) + (y * y)) * Scale).CopyTo(power[k..]);
        }
    }

    private static void Radix4(
        float[] twiddles, int length, int stride, ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> toRe, Span<float> toIm)
    {
        var quarter = length / 4 * stride;
        for (var p = 0; p < length / 4; p++)
        {
            var w = twiddles.AsSpan(p * 6, 6);
            for (var q = 0; q < stride; q++)
            {
                var at = q + (stride * p);
                float ar = re[at], ai = im[at], br = re[at + quarter], bi = im[at + quarter];
                float cr = re[at + (2 * quarter)], ci = im[at + (2 * quarter)], dr = re[at + (3 * quarter)], di = im[at + (3 * quarter)];
                float sumR = ar + cr, sumI = ai + ci, difR = ar - cr, difI = ai - ci;
                float bdR = br + dr, bdI = bi + di, jR = di - bi, jI = br - dr;
                var to = q + (stride * 4 * p);
                toRe[to] = sumR + bdR;
                toIm[to] = sumI + bdI;
                Turn(difR - jR, difI - jI, w[0], w[1], out toRe[to + stride], out toIm[to + stride]);
                Turn(sumR - bdR, sumI - bdI, w[2], w[3], out toRe[to + (2 * stride)], out toIm[to + (2 * stride)]);
                Turn(difR + jR, difI + jI, w[4], w[5], out toRe[to + (3 * stride)], out toIm[to + (3 * stride)]);
            }
        }
    }

    private static void Turn(float re, float im, float wr, float wi, out float toRe, out float toIm)
    {
        toRe = (re * wr) - (im * wi);
        toIm = (re * wi) + (im * wr);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(Vector128<float> re, Vector128<float> im, float wr, float wi, ref float toRe, ref float toIm, nuint at)
    {
        ((re * wr) - (im * wi)).StoreUnsafe(ref toRe, at);
        ((re * wi) + (im * wr)).StoreUnsafe(ref toIm, at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(Vector256<float> re, Vector256<float> im, float wr, float wi, ref float toRe, ref float toIm, nuint at)
    {
        ((re * wr) - (im * wi)).StoreUnsafe(ref toRe, at);
        ((re * wi) + (im * wr)).StoreUnsafe(ref toIm, at);
    }

    private static float[] Build(int count, Func<int, double> value)
    {
        var table = new float[count];
        for (var i = 0; i < count; i++)
        {
            table[i] = (float)value(i);
        }

        return table;
    }

    private static float[] BuildStage(int length)
    {
        var table = new float[length / 4 * 6];
        for (var i = 0; i < table.Length; i++)
        {
            var angle = -2 * Math.PI * (i / 6) * ((i % 6 / 2) + 1) / length;
            table[i] = (float)((i & 1) == 0 ? Math.Cos(angle) : Math.Sin(angle));
        }

        return table;
    }
}
