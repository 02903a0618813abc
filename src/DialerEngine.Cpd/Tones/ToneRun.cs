using System.Runtime.CompilerServices;

namespace DialerEngine.Cpd.Tones;

/// <summary>A finished stretch of one or two steady lines. Times are milliseconds from the phase's start, finer than a hop.</summary>
internal struct ToneRun
{
    public float StartMs;
    public float EndMs;

    /// <summary>Mean frequency of the line, of the lower one of two.</summary>
    public float Hz;

    /// <summary>Mean frequency of the upper line; 0 for a single one.</summary>
    public float UpperHz;

    public readonly float DurationMs => EndMs - StartMs;
}

/// <summary>The last finished runs, the newest first.</summary>
[InlineArray(Count)]
internal struct RecentRuns
{
    public const int Count = 4;

    private ToneRun _first;

    /// <summary>Takes one more and forgets the oldest.</summary>
    public void Push(in ToneRun run)
    {
        for (var i = Count - 1; i > 0; i--)
        {
            this[i] = this[i - 1];
        }

        this[0] = run;
    }
}
