namespace DialerEngine.Cpd.Speech;

/// <summary>Weights of <see cref="AnswerModel"/>. Written by tools/CpdTrainer; not edited by hand.</summary>
internal static class AnswerModelWeights
{
    /// <summary>Version of the weights.</summary>
    public const string Version = "untrained";

    /// <summary>Log-odds before any tree.</summary>
    public const float Bias = 0f;

    /// <summary>Feature asked at each level of each tree.</summary>
    public static ReadOnlySpan<byte> Features => [1, 1, 1, 1, 1];

    /// <summary>Threshold of each question; the bit is set above it.</summary>
    public static ReadOnlySpan<float> Thresholds => [100, 100, 100, 100, 100];

    /// <summary>Leaf values in thousandths, 32 a tree.</summary>
    public static ReadOnlySpan<short> Leaves => [-2000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2000];
}
