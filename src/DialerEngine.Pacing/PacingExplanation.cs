using DialerEngine.Core.Pacing;

namespace DialerEngine.Pacing;

/// <summary>Says a decision in words, e.g. <c>3: 12 pending, expected answers in 4 s 2.1, expected free agents 3.4, budget 2.2% of 3%</c>.</summary>
public static class PacingExplanation
{
    /// <summary>One line for logs, traces and people; not for the hot path.</summary>
    public static string Text(in PacingDecision decision) => PacingWords.Text(decision);
}
