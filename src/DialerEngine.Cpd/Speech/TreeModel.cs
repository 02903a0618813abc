using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DialerEngine.Cpd.Speech;

/// <summary>
/// Boosted oblivious trees: every level of a tree asks one question, the answers are the bits of the leaf's number. Eight trees are asked at a time, without a branch: the answers of a
/// thousand of them cannot be foretold.
/// </summary>
internal sealed class TreeModel
{
    public const int Depth = 5;
    public const int Leaves = 1 << Depth;

    /// <summary>Leaf values are stored in thousandths.</summary>
    public const float LeafScale = 0.001f;

    private const int Lanes = 8;

    // Of each block of eight trees the first questions, the second ones and so on.
    private readonly int[] _questions;
    private readonly float[] _thresholds;
    private readonly short[] _leaves;
    private readonly float _bias;

    /// <param name="questions">Feature asked at each level of each tree.</param>
    /// <param name="thresholds">What it is compared with.</param>
    /// <param name="leaves">Values of the leaves of each tree.</param>
    /// <param name="bias">Log-odds before any tree.</param>
    public TreeModel(ReadOnlySpan<byte> questions, ReadOnlySpan<float> thresholds, ReadOnlySpan<short> leaves, float bias)
    {
        var blocks = ((leaves.Length / Leaves) + Lanes - 1) / Lanes;
        _questions = new int[blocks * Depth * Lanes];
        _thresholds = new float[_questions.Length];

        // Trees that only fill the last block say nothing. A leaf is read as the lower half of 32 bits.
        _leaves = new short[(blocks * Lanes * Leaves) + 1];
        _bias = bias;
        leaves.CopyTo(_leaves);
        for (var i = 0; i < questions.Length; i++)
        {
            var (tree, level) = (i / Depth, i % Depth);
            var place = (((tree / Lanes * Depth) + level) * Lanes) + (tree % Lanes);
            (_questions[place], _thresholds[place]) = (questions[i], thresholds[i]);
        }
    }

    /// <summary>Probability, 0..1.</summary>
    public float Probability(in SpeechFeatures features)
    {
        var sum = Avx2.IsSupported ? SumEight(features) : Sum(features);
        return 1 / (1 + MathF.Exp(-(_bias + (sum * LeafScale))));
    }

    private unsafe int SumEight(in SpeechFeatures features)
    {
        fixed (SpeechFeatures* all = &features)
        fixed (int* questions = _questions)
        fixed (float* thresholds = _thresholds)
        fixed (short* leaves = _leaves)
        {
            var values = (float*)all;
            var tree = Vector256.CreateSequence(0, Leaves);
            var sums = Vector256<int>.Zero;
            for (var at = 0; at < _questions.Length; at += Depth * Lanes)
            {
                var leaf = tree;
                leaf |= Answer(values, questions + at, thresholds + at) & Vector256.Create(1);
                leaf |= Answer(values, questions + at + Lanes, thresholds + at + Lanes) & Vector256.Create(2);
                leaf |= Answer(values, questions + at + (2 * Lanes), thresholds + at + (2 * Lanes)) & Vector256.Create(4);
                leaf |= Answer(values, questions + at + (3 * Lanes), thresholds + at + (3 * Lanes)) & Vector256.Create(8);
                leaf |= Answer(values, questions + at + (4 * Lanes), thresholds + at + (4 * Lanes)) & Vector256.Create(16);
                sums += Vector256.ShiftRightArithmetic(Vector256.ShiftLeft(Avx2.GatherVector256((int*)leaves, leaf, sizeof(short)), 16), 16);
                tree += Vector256.Create(Lanes * Leaves);
            }

            return Vector256.Sum(sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<int> Answer(float* values, int* questions, float* thresholds) =>
        Vector256.GreaterThan(Avx2.GatherVector256(values, Vector256.Load(questions), sizeof(float)), Vector256.Load(thresholds)).AsInt32();

    /// <summary>The plain twin, for processors that cannot look up eight values at once.</summary>
    internal int Sum(in SpeechFeatures features)
    {
        var sum = 0;
        for (var tree = 0; tree < _questions.Length / Depth; tree++)
        {
            var at = (tree / Lanes * Depth * Lanes) + (tree % Lanes);
            var leaf = 0;
            for (var level = 0; level < Depth; level++, at += Lanes)
            {
                leaf |= features[_questions[at]] > _thresholds[at] ? 1 << level : 0;
            }

            sum += _leaves[(tree * Leaves) + leaf];
        }

        return sum;
    }
}
