namespace DialerEngine.Cpd.Speech;

/// <summary>
/// What was heard so far, in one number: two <see cref="TreeModel"/>s whose weights are data in <see cref="AnswerModelWeights"/> and <see cref="SomebodyModelWeights"/>, written by the
/// training program.
/// </summary>
internal static class AnswerModel
{
    private static readonly TreeModel Machine =
        new(AnswerModelWeights.Features, AnswerModelWeights.Thresholds, AnswerModelWeights.Leaves, AnswerModelWeights.Bias);

    private static readonly TreeModel Somebody =
        new(SomebodyModelWeights.Features, SomebodyModelWeights.Thresholds, SomebodyModelWeights.Leaves, SomebodyModelWeights.Bias);

    /// <summary>Probability, 0..1, that the greeting comes from a machine.</summary>
    public static float MachineProbability(in SpeechFeatures features) => Machine.Probability(features);

    /// <summary>Probability, 0..1, that what was heard was somebody's words at all, and no music, noise or tone.</summary>
    public static float SomebodyProbability(in SpeechFeatures features) => Somebody.Probability(features);
}
