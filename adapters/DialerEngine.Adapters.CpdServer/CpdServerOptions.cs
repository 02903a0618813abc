namespace DialerEngine.Adapters.CpdServer;

/// <summary>Bounds of the detector.</summary>
public sealed record CpdServerOptions
{
    /// <summary>Most threads that analyse.</summary>
    public const int MostThreads = 64;

    /// <summary>Threads that analyse (0..64), over which the calls are spread; 0 analyses on the thread that brings the audio.</summary>
    public int Threads { get; init; }

    /// <summary>Calls analysed at a time (1..65,536); above it calls go on without analysis and are counted.</summary>
    public int MaxCalls { get; init; } = 4_096;

    /// <summary>A jump of the timestamp up to this is a gap that is bridged, ms (20..5,000); a greater one is a new stream that goes on at once.</summary>
    public int MaxGapMs { get; init; } = 1_000;
}

/// <summary>What the detector counted since it started.</summary>
/// <param name="Opened">Analyses begun.</param>
/// <param name="Refused">Calls that found every analyser in use.</param>
/// <param name="Active">Analyses under way.</param>
/// <param name="Frames">Frames heard.</param>
/// <param name="LateFrames">Frames dropped because their time had passed.</param>
/// <param name="GapFrames">Frames of 20 ms that never came.</param>
/// <param name="Results">Results given.</param>
/// <param name="Corrections">Beeps heard after a verdict of a person.</param>
/// <param name="Failed">Analyses given up because of a fault in them; such calls were taken for people.</param>
/// <param name="OverrunFrames">Frames that found 640 ms of their call's waiting for analysis and were left out; the analysis saw gaps.</param>
public readonly record struct CpdServerCounters(
    long Opened, long Refused, int Active, long Frames, long LateFrames, long GapFrames, long Results, long Corrections, long Failed,
    long OverrunFrames);
