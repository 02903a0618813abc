namespace DialerEngine.Cpd.Speech;

/// <summary>
/// Boosted oblivious trees: every level of a tree asks one question, the answers are the bits of the leaf's number. The weights are data in
/// <see cref="AnswerModelWeights"/> and <see cref="SomebodyModelWeights"/>, written by the training program.
/// </summary>
internal static class AnswerModel
{
    public const int Depth = 5;
    public const int Leaves = 1 << Depth;

    /// <summary>Leaf values are stored in thousandths.</summary>
    public const float LeafScale = 0.001f;

    /// <summary>Probability, 0..1, that the greeting comes from a machine.</summary>
    public static float MachineProbability(in SpeechFeatures features) =>
        Probability(features, AnswerModelWeights.Features, AnswerModelWeights.Thresholds, AnswerModelWeights.Leaves, AnswerModelWeights.Bias);

    /// <summary>Probability, 0..1, that what was heard was somebody's words at all, and no music, noise or tone.</summary>
    public static float SomebodyProbability(in SpeechFeatures features) =>
        Probability(features, SomebodyModelWeights.Features, SomebodyModelWeights.Thresholds, SomebodyModelWeights.Leaves, SomebodyModelWeights.Bias);

    private static float Probability(in SpeechFeatures features, ReadOnlySpan<byte> questions, ReadOnlySpan<float> thresholds, ReadOnlySpan<short> leaves, float bias)
    {
        var sum = 0;
        var at = 0;
        for (var tree = 0; tree < leaves.Length; tree += Leaves)
        {
            var leaf = 0;
            for (var level = 0; level < Depth; level++, at++)
            {
                leaf |= features[questions[at]] > thresholds[at] ? 1 << level : 0;
            }

            sum += leaves[tree + leaf];
        }

        return 1 / (1 + MathF.Exp(-(bias + (sum * LeafScale))));
    }
}
