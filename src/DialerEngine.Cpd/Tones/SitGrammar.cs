namespace DialerEngine.Cpd.Tones;

/// <summary>
/// Special information tones: three segments in order, told apart by frequency and length of the first two (ITU-T E.180; Bellcore / ANSI
/// T1.401: low or high, short 276 ms or long 380 ms; the third is always low and long).
/// </summary>
internal static class SitGrammar
{
    private const float MaxGapMs = 70;

    // Halfway between the short segment 10 % long (304 ms) and the long one 10 % short (342 ms).
    private const float DurationSplitMs = 323;

    // Between 913.8 Hz, 950 Hz (ITU) and 985.2 Hz, each with a tolerance of 1.5 %.
    private const float LowestMiddleHz = 931.6f;
    private const float HighestMiddleHz = 967.3f;
    private const float SecondSplitHz = 1399.6f;

    /// <summary>Reads the three newest runs; the outcome is <see cref="CpdOutcome.None"/> when they are no special information tone.</summary>
    public static CpdOutcome Read(in RecentRuns runs, CpdOutcome plainTriple)
    {
        ref readonly var third = ref runs[0];
        ref readonly var second = ref runs[1];
        ref readonly var first = ref runs[2];
        if (!IsSegment(third, 1740, 1855) || !IsSegment(second, 1330, 1470) || !IsSegment(first, 880, 1020))
        {
            return CpdOutcome.None;
        }

        if (second.StartMs - first.EndMs > MaxGapMs || third.StartMs - second.EndMs > MaxGapMs)
        {
            return CpdOutcome.None;
        }

        if (first.Hz is > LowestMiddleHz and < HighestMiddleHz)
        {
            return plainTriple;
        }

        var isFirstHigh = first.Hz >= HighestMiddleHz;
        var isSecondHigh = second.Hz > SecondSplitHz;
        var isFirstLong = first.DurationMs > DurationSplitMs;
        var isSecondLong = second.DurationMs > DurationSplitMs;
        return (isFirstHigh, isFirstLong, isSecondHigh, isSecondLong) switch
        {
            (false, false, false, false) => CpdOutcome.SitIntercept,
            (true, true, false, false) => CpdOutcome.SitVacant,
            (false, false, true, true) or (true, false, false, true) => CpdOutcome.SitReorder,
            (true, true, true, true) or (false, true, false, true) => CpdOutcome.SitNoCircuit,
            _ => CpdOutcome.SitUnknown,
        };
    }

    private static bool IsSegment(in ToneRun run, float fromHz, float toHz) =>
        run.UpperHz == 0 && run.Hz >= fromHz && run.Hz <= toHz && run.DurationMs is > 180 and < 520;
}
