namespace DialerEngine.Media.Tones;

/// <summary>A stretch of tone or pause.</summary>
/// <param name="Milliseconds">Length; must be above 0.</param>
/// <param name="LevelDbm0">Level of each frequency in dBm0; 3.17 is the loudest sine of G.711 (ITU-T G.711 section 4).</param>
/// <param name="Frequency1">Hz; 0 leaves the oscillator silent.</param>
/// <param name="Frequency2">Hz; 0 when not used.</param>
/// <param name="Frequency3">Hz; 0 when not used.</param>
/// <param name="ModulationHz">Amplitude modulation of the whole; 0 for none.</param>
/// <param name="ModulationDepth">0..1.</param>
/// <param name="ReversalMilliseconds">The phase turns by 180 degrees this often (echo canceller disabling, ITU-T G.165); 0 for never.</param>
public readonly record struct ToneSegment(
    int Milliseconds,
    double LevelDbm0,
    double Frequency1,
    double Frequency2 = 0,
    double Frequency3 = 0,
    double ModulationHz = 0,
    double ModulationDepth = 0,
    int ReversalMilliseconds = 0)
{
    /// <summary>A silent stretch.</summary>
    public static ToneSegment Pause(int milliseconds) => new(milliseconds, -96, 0);
}

/// <summary>A tone's cadence: segments in order, once or for ever.</summary>
/// <param name="Segments">At least one.</param>
/// <param name="Repeats">Whether it begins again at its end.</param>
public sealed record TonePlan(IReadOnlyList<ToneSegment> Segments, bool Repeats)
{
    /// <summary>Length of one pass in milliseconds.</summary>
    public int PassMilliseconds => Segments.Sum(s => s.Milliseconds);
}
