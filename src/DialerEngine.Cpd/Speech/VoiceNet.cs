using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DialerEngine.Cpd.Speech;

/// <summary>Memory of <see cref="VoiceNet"/> for one channel.</summary>
[InlineArray(VoiceNet.Units)]
internal struct VoiceState
{
    private float _first;
}

/// <summary>
/// A gated recurrent layer over the hops with two outputs. The first tells the voice that answers from what lies behind it: it makes a pause a
/// pause where people talk in the background, and music no speech. The second leans towards a machine or a person by the sound of the
/// greeting. Weights: <see cref="VoiceNetWeights"/>, written by the training program.
/// </summary>
internal static class VoiceNet
{
    public const int Units = 32;

    /// <summary>Columns of the weights: update gate, reset gate, candidate.</summary>
    public const int Columns = 3 * Units;

    /// <summary>Rows: inputs, units, bias of the inputs, bias of the units.</summary>
    public const int Rows = VoiceInputs.Count + Units + 2;

    /// <summary>Weights of an output, its bias the last.</summary>
    public const int OutputCount = Units + 1;

    /// <summary>Weights in all: rows by columns, then those of the outputs.</summary>
    public const int WeightCount = (Rows * Columns) + (2 * OutputCount);

    /// <summary>A hop without a spectrum is no voice; the memory fades by this factor.</summary>
    public const float Fade = 0.9f;

    private static readonly float[] Weights = Expand(VoiceNetWeights.Values);

    /// <summary>Dead air: no voice.</summary>
    public static void StepSilent(ref VoiceState state)
    {
        foreach (ref var unit in (Span<float>)state)
        {
            unit *= Fade;
        }
    }

    /// <summary>Takes a hop; the log-odds that the voice that answers sounds in it, and that it is a machine's.</summary>
    public static float Step(ref VoiceState state, in VoiceInputs inputs, out float machine) => Vector256.IsHardwareAccelerated
        ? StepVector(ref state, inputs, out machine)
        : StepScalar(Weights, state, inputs, out machine);

    /// <summary>The plain twin of <see cref="Step"/>, on given weights.</summary>
    [SkipLocalsInit]
    internal static float StepScalar(ReadOnlySpan<float> weights, Span<float> state, ReadOnlySpan<float> inputs, out float machine)
    {
        Span<float> x = stackalloc float[Columns];
        Span<float> h = stackalloc float[Columns];
        weights.Slice((Rows - 2) * Columns, Columns).CopyTo(x);
        weights.Slice((Rows - 1) * Columns, Columns).CopyTo(h);
        for (var row = 0; row < VoiceInputs.Count + Units; row++)
        {
            var to = row < VoiceInputs.Count ? x : h;
            var value = row < VoiceInputs.Count ? inputs[row] : state[row - VoiceInputs.Count];
            for (var column = 0; column < Columns; column++)
            {
                to[column] += value * weights[(row * Columns) + column];
            }
        }

        var voice = weights[(Rows * Columns) + Units];
        machine = weights[WeightCount - 1];
        for (var unit = 0; unit < Units; unit++)
        {
            var update = Sigmoid(x[unit] + h[unit]);
            var reset = Sigmoid(x[Units + unit] + h[Units + unit]);
            var candidate = Tanh(x[(2 * Units) + unit] + (reset * h[(2 * Units) + unit]));
            state[unit] = candidate + (update * (state[unit] - candidate));
            voice += state[unit] * weights[(Rows * Columns) + unit];
            machine += state[unit] * weights[(Rows * Columns) + OutputCount + unit];
        }

        return voice;
    }

    /// <summary>x (27 + x^2) / (27 + 9 x^2), 1 from 3 on: the function the weights were trained with.</summary>
    internal static float Tanh(float x)
    {
        x = Math.Clamp(x, -3, 3);
        return x * (27 + (x * x)) / (27 + (9 * x * x));
    }

    internal static float Sigmoid(float x) => 0.5f + (0.5f * Tanh(0.5f * x));

    /// <summary>The shipped weights.</summary>
    internal static ReadOnlySpan<float> Shipped => Weights;

    /// <summary>Puts other weights in the place of the shipped ones, rounded as those are: the training program builds the trees on a new net.</summary>
    internal static void Replace(ReadOnlySpan<float> weights)
    {
        for (var i = 0; i < Weights.Length; i++)
        {
            Weights[i] = MathF.Round(weights[i] * 1000) * 0.001f;
        }
    }

    private static float[] Expand(ReadOnlySpan<short> thousandths)
    {
        var weights = new float[WeightCount];
        for (var i = 0; i < Math.Min(weights.Length, thousandths.Length); i++)
        {
            weights[i] = thousandths[i] * 0.001f;
        }

        return weights;
    }

    [SkipLocalsInit]
    private static float StepVector(ref VoiceState state, in VoiceInputs inputs, out float machine)
    {
        ref var w = ref MemoryMarshal.GetArrayDataReference(Weights);
        ref var x = ref Unsafe.As<VoiceInputs, float>(ref Unsafe.AsRef(in inputs));
        ref var h = ref Unsafe.As<VoiceState, float>(ref state);
        ref var last = ref Unsafe.Add(ref w, Rows * Columns);
        var (voice, lean) = (Vector256<float>.Zero, Vector256<float>.Zero);
        Span<float> next = stackalloc float[Units];
        for (nuint at = 0; at < Units; at += 8)
        {
            // Eight units at a time: their three gates from the inputs, then from the units.
            ref var column = ref Unsafe.Add(ref w, at);
            var (z, r, n) = Bias(ref Unsafe.Add(ref column, (Rows - 2) * Columns));
            var (z2, r2, q) = Bias(ref Unsafe.Add(ref column, (Rows - 1) * Columns));
            for (var row = 0; row < VoiceInputs.Count; row++, column = ref Unsafe.Add(ref column, Columns))
            {
                var value = Vector256.Create(Unsafe.Add(ref x, row));
                z = Fma(value, Load(ref column, 0), z);
                r = Fma(value, Load(ref column, Units), r);
                n = Fma(value, Load(ref column, 2 * Units), n);
            }

            for (var row = 0; row < Units; row++, column = ref Unsafe.Add(ref column, Columns))
            {
                var value = Vector256.Create(Unsafe.Add(ref h, row));
                z2 = Fma(value, Load(ref column, 0), z2);
                r2 = Fma(value, Load(ref column, Units), r2);
                q = Fma(value, Load(ref column, 2 * Units), q);
            }

            var candidate = Tanh(n + (Sigmoid(r + r2) * q));
            var made = candidate + (Sigmoid(z + z2) * (Load(ref h, at) - candidate));
            made.StoreUnsafe(ref MemoryMarshal.GetReference(next), at);
            voice = Fma(made, Load(ref last, at), voice);
            lean = Fma(made, Load(ref last, OutputCount + at), lean);
        }

        next.CopyTo(state);
        machine = Vector256.Sum(lean) + Unsafe.Add(ref last, OutputCount + Units);
        return Vector256.Sum(voice) + Unsafe.Add(ref last, Units);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Update, Vector256<float> Reset, Vector256<float> Candidate) Bias(ref float column) =>
        (Load(ref column, 0), Load(ref column, Units), Load(ref column, 2 * Units));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(ref float from, nuint at) => Vector256.LoadUnsafe(ref from, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        System.Runtime.Intrinsics.X86.Fma.IsSupported ? System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(a, b, c) : (a * b) + c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Tanh(Vector256<float> x)
    {
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(-3f)), Vector256.Create(3f));
        var square = x * x;
        return x * (Vector256.Create(27f) + square) / (Vector256.Create(27f) + (Vector256.Create(9f) * square));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Sigmoid(Vector256<float> x) =>
        Vector256.Create(0.5f) + (Vector256.Create(0.5f) * Tanh(Vector256.Create(0.5f) * x));
}
