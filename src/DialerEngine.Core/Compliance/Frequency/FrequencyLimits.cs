namespace DialerEngine.Core.Compliance;

/// <summary>How often a person may be tried, over all campaigns of a tenant. 0 is no limit. Days are spans of 24 hours that end now, not calendar days.</summary>
public sealed record FrequencyLimits
{
    /// <summary>Attempts within 24 hours.</summary>
    public int PerDay { get; init; }

    /// <summary>Attempts within 7 days.</summary>
    public int PerWeek { get; init; }

    /// <summary>Attempts within 30 days.</summary>
    public int PerMonth { get; init; }

    /// <summary>Seconds between two attempts, from start to start.</summary>
    public int MinimumGapSeconds { get; init; }

    /// <summary>Attempts on one record; then it is finished.</summary>
    public int PerRecord { get; init; }

    /// <summary>Seconds for which a person who was abandoned is left alone (Ofcom's policy: 72 hours without a live operator).</summary>
    public int AbandonedHoldSeconds { get; init; }

    /// <summary>How long an attempt matters at most, seconds.</summary>
    public long HorizonSeconds
    {
        get
        {
            const long Day = 86_400;
            var window = PerMonth > 0 ? 30 * Day : PerWeek > 0 ? 7 * Day : PerDay > 0 ? Day : 0;
            return Math.Max(window, Math.Max(MinimumGapSeconds, AbandonedHoldSeconds));
        }
    }
}
