using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DialerEngine.Cpd.Speech;

/// <summary>Memory of <see cref="VoiceNet"/> for one channel, in 1/32,767: a unit lies between -1 and 1.</summary>
[InlineArray(VoiceNet.Units)]
internal struct VoiceState
{
    private short _first;
}

/// <summary>
/// A gated recurrent layer over the hops with two outputs. The first tells the voice that answers from what lies behind it: it makes a pause a
/// pause where people talk in the background, and music no speech. The second leans towards a machine or a person by the sound of the
/// greeting. Weights: <see cref="VoiceNetWeights"/>, written by the training program.
/// </summary>
internal static class VoiceNet
{
    public const int Units = 96;

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

    // Units computed at once: one vector of each gate. Their weights lie together, two rows at a time, so that memory is read in its order.
    private const int Block = 16;
    private const int InputRows = VoiceInputs.Count / 2;
    private const int UnitRows = Units / 2;
    private const int PairColumns = 3 * Block * 2;
    private const int BlockWeights = (InputRows + UnitRows) * PairColumns;
    private const float StateScale = 32_767;

    // Whole numbers of 16 bits are multiplied two at a time and summed in 32: half the memory and half the work of floats. Weights are
    // thousandths, inputs 1/1,024, units 1/4,096; a test keeps the largest possible sum within 32 bits.
    private const float WeightScale = 1_000;
    private const float InputScale = 1_024;
    private const float LargestInput = 8;
    private const int UnitShift = 3;
    private const float UnitScale = (StateScale + 1) / (1 << UnitShift);

    private static readonly short[] Weights = Expand(VoiceNetWeights.Values);
    private static readonly short[] Blocks = Arrange(Weights, new short[Units / Block * BlockWeights]);
    private static readonly float[] Rest = ArrangeRest(Weights, new float[(2 * Columns) + (2 * OutputCount)]);

    /// <summary>Dead air: no voice.</summary>
    public static void StepSilent(ref VoiceState state)
    {
        foreach (ref var unit in (Span<short>)state)
        {
            unit = (short)(unit * Fade);
        }
    }

    /// <summary>Takes a hop; the log-odds that the voice that answers sounds in it, and that it is a machine's.</summary>
    [SkipLocalsInit]
    public static float Step(ref VoiceState state, in VoiceInputs inputs, out float machine)
    {
        Span<short> values = stackalloc short[VoiceInputs.Count + Units];
        Quantize(state, inputs, values);
        ref var x = ref Unsafe.As<short, int>(ref MemoryMarshal.GetReference(values));
        ref var stored = ref Unsafe.As<VoiceState, short>(ref state);
        ref var bias = ref MemoryMarshal.GetArrayDataReference(Rest);
        ref var last = ref Unsafe.Add(ref bias, 2 * Columns);
        var (voice, lean) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (nuint at = 0; at < Units; at += Block)
        {
            ref var row = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Blocks), at / Block * BlockWeights);
            var made = Gates(ref row, ref x, ref Unsafe.Add(ref bias, at), Floats(ref Unsafe.Add(ref stored, at)) * Vector512.Create(1 / StateScale));
            voice = Vector512.FusedMultiplyAdd(made, Vector512.LoadUnsafe(ref last, at), voice);
            lean = Vector512.FusedMultiplyAdd(made, Vector512.LoadUnsafe(ref last, OutputCount + at), lean);
            var whole = Vector512.ConvertToInt32(Vector512.Round(made * Vector512.Create(StateScale)));
            Vector256.Narrow(whole.GetLower(), whole.GetUpper()).StoreUnsafe(ref stored, at);
        }

        machine = Vector512.Sum(lean) + Unsafe.Add(ref last, OutputCount + Units);
        return Vector512.Sum(voice) + Unsafe.Add(ref last, Units);
    }

    /// <summary>The plain twin of <see cref="Step"/>.</summary>
    [SkipLocalsInit]
    internal static float StepScalar(Span<short> state, ReadOnlySpan<float> inputs, out float machine)
    {
        Span<float> x = stackalloc float[Columns];
        Span<float> h = stackalloc float[Columns];
        for (var column = 0; column < Columns; column++)
        {
            var (fromInputs, fromUnits) = (0, 0);
            for (var row = 0; row < VoiceInputs.Count; row++)
            {
                fromInputs += (int)MathF.Round(Math.Clamp(inputs[row], -LargestInput, LargestInput) * InputScale) * Weights[(row * Columns) + column];
            }

            for (var unit = 0; unit < Units; unit++)
            {
                fromUnits += (state[unit] >> UnitShift) * Weights[((VoiceInputs.Count + unit) * Columns) + column];
            }

            x[column] = (fromInputs * (1 / (InputScale * WeightScale))) + (Weights[((Rows - 2) * Columns) + column] / WeightScale);
            h[column] = (fromUnits * (1 / (UnitScale * WeightScale))) + (Weights[((Rows - 1) * Columns) + column] / WeightScale);
        }

        var voice = Weights[(Rows * Columns) + Units] / WeightScale;
        machine = Weights[WeightCount - 1] / WeightScale;
        for (var unit = 0; unit < Units; unit++)
        {
            var update = Sigmoid(x[unit] + h[unit]);
            var reset = Sigmoid(x[Units + unit] + h[Units + unit]);
            var candidate = Tanh(x[(2 * Units) + unit] + (reset * h[(2 * Units) + unit]));
            var made = candidate + (update * ((state[unit] * (1 / StateScale)) - candidate));
            state[unit] = (short)MathF.Round(made * StateScale);
            voice += made * Weights[(Rows * Columns) + unit] / WeightScale;
            machine += made * Weights[(Rows * Columns) + OutputCount + unit] / WeightScale;
        }

        return voice;
    }

    /// <summary>The largest sum of products that any column can come to, whatever the inputs and the memory are.</summary>
    internal static long LargestSum()
    {
        long largest = 0;
        for (var column = 0; column < Columns; column++)
        {
            long inputs = 0, units = 0;
            for (var row = 0; row < VoiceInputs.Count + Units; row++)
            {
                var weight = Math.Abs((int)Weights[(row * Columns) + column]);
                (inputs, units) = row < VoiceInputs.Count ? (inputs + (weight * (long)(LargestInput * InputScale)), units) : (inputs, units + (weight * (long)UnitScale));
            }

            largest = Math.Max(largest, Math.Max(inputs, units));
        }

        return largest;
    }

    /// <summary>x (27 + x^2) / (27 + 9 x^2), 1 from 3 on: the function the weights were trained with.</summary>
    internal static float Tanh(float x)
    {
        x = Math.Clamp(x, -3, 3);
        return x * (27 + (x * x)) / (27 + (9 * x * x));
    }

    internal static float Sigmoid(float x) => 0.5f + (0.5f * Tanh(0.5f * x));

    /// <summary>Puts other weights in the place of the shipped ones, rounded as those are: the training program builds the trees on a new net.</summary>
    internal static void Replace(ReadOnlySpan<float> weights)
    {
        for (var i = 0; i < Weights.Length; i++)
        {
            Weights[i] = (short)Math.Clamp(MathF.Round(weights[i] * WeightScale), short.MinValue, short.MaxValue);
        }

        Arrange(Weights, Blocks);
        ArrangeRest(Weights, Rest);
    }

    private static short[] Expand(ReadOnlySpan<short> thousandths)
    {
        var weights = new short[WeightCount];
        thousandths[..Math.Min(weights.Length, thousandths.Length)].CopyTo(weights);
        return weights;
    }

    /// <summary>Block after block: of each pair of rows the three gates, each weight beside that of the pair's other row.</summary>
    private static short[] Arrange(short[] weights, short[] blocks)
    {
        for (var row = 0; row < Rows - 2; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                var (gate, unit) = (column / Units, column % Units);
                blocks[(unit / Block * BlockWeights) + (row / 2 * PairColumns) + (((gate * Block) + (unit % Block)) * 2) + (row % 2)] = weights[(row * Columns) + column];
            }
        }

        return blocks;
    }

    /// <summary>Biases of the inputs, of the units, then the outputs, as floats.</summary>
    private static float[] ArrangeRest(short[] weights, float[] rest)
    {
        for (var i = 0; i < rest.Length; i++)
        {
            rest[i] = weights[((Rows - 2) * Columns) + i] / WeightScale;
        }

        return rest;
    }

    /// <summary>Inputs and units as whole numbers, in this order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quantize(in VoiceState state, in VoiceInputs inputs, Span<short> values)
    {
        ref var from = ref Unsafe.As<VoiceInputs, float>(ref Unsafe.AsRef(in inputs));
        ref var memory = ref Unsafe.As<VoiceState, short>(ref Unsafe.AsRef(in state));
        ref var to = ref MemoryMarshal.GetReference(values);
        for (nuint at = 0; at < VoiceInputs.Count; at += Block)
        {
            var value = Vector512.Min(Vector512.Max(Vector512.LoadUnsafe(ref from, at), Vector512.Create(-LargestInput)), Vector512.Create(LargestInput));
            var whole = Vector512.ConvertToInt32(Vector512.Round(value * Vector512.Create(InputScale)));
            Vector256.Narrow(whole.GetLower(), whole.GetUpper()).StoreUnsafe(ref to, at);
        }

        for (nuint at = 0; at < Units; at += Block)
        {
            (Vector256.LoadUnsafe(ref memory, at) >> UnitShift).StoreUnsafe(ref to, VoiceInputs.Count + at);
        }
    }

    /// <summary>Sixteen units: their gates from the inputs and from all units, both at a time so that no sum waits for the one before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Gates(ref short row, ref int x, ref float bias, Vector512<float> before)
    {
        var (z, r, n) = (Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero);
        for (var at = 0; at < InputRows; at++, row = ref Unsafe.Add(ref row, PairColumns))
        {
            var pair = Vector512.Create(Unsafe.Add(ref x, at)).AsInt16();
            z += Dot(pair, ref row, 0);
            r += Dot(pair, ref row, 1);
            n += Dot(pair, ref row, 2);
        }

        var (z2, r2, q) = (Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero);
        for (var at = InputRows; at < InputRows + UnitRows; at++, row = ref Unsafe.Add(ref row, PairColumns))
        {
            var pair = Vector512.Create(Unsafe.Add(ref x, at)).AsInt16();
            z2 += Dot(pair, ref row, 0);
            r2 += Dot(pair, ref row, 1);
            q += Dot(pair, ref row, 2);
        }

        var candidate = Tanh(FromInputs(n, ref bias, 2) + (Sigmoid(FromInputs(r, ref bias, 1) + FromUnits(r2, ref bias, 1)) * FromUnits(q, ref bias, 2)));
        return candidate + (Sigmoid(FromInputs(z, ref bias, 0) + FromUnits(z2, ref bias, 0)) * (before - candidate));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> FromInputs(Vector512<int> sum, ref float bias, int gate) =>
        (Vector512.ConvertToSingle(sum) * Vector512.Create(1 / (InputScale * WeightScale))) + Vector512.LoadUnsafe(ref bias, (nuint)(gate * Units));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> FromUnits(Vector512<int> sum, ref float bias, int gate) =>
        (Vector512.ConvertToSingle(sum) * Vector512.Create(1 / (UnitScale * WeightScale))) + Vector512.LoadUnsafe(ref bias, (nuint)(Columns + (gate * Units)));

    /// <summary>Of each pair of a gate's weights the products with the pair of values, summed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Dot(Vector512<short> pair, ref short row, int gate)
    {
        var weights = Vector512.LoadUnsafe(ref row, (nuint)(gate * 2 * Block));
        return Avx512BW.IsSupported ? Avx512BW.MultiplyAddAdjacent(pair, weights) : Vector512.Create(Dot(pair.GetLower(), weights.GetLower()), Dot(pair.GetUpper(), weights.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Dot(Vector256<short> a, Vector256<short> b) => Avx2.IsSupported
        ? Avx2.MultiplyAddAdjacent(a, b)
        : ((a.AsInt32() << 16 >> 16) * (b.AsInt32() << 16 >> 16)) + ((a.AsInt32() >> 16) * (b.AsInt32() >> 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Floats(ref short from)
    {
        var (lower, upper) = Vector256.Widen(Vector256.LoadUnsafe(ref from));
        return Vector512.ConvertToSingle(Vector512.Create(lower, upper));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Tanh(Vector512<float> x)
    {
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(-3f)), Vector512.Create(3f));
        var square = x * x;
        return x * (Vector512.Create(27f) + square) / (Vector512.Create(27f) + (Vector512.Create(9f) * square));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Sigmoid(Vector512<float> x) =>
        Vector512.Create(0.5f) + (Vector512.Create(0.5f) * Tanh(Vector512.Create(0.5f) * x));
}
