namespace DialerEngine.Core.Pacing;

/// <summary>People whom a group reached at some time, for the count of abandoned calls in a regulator's window.</summary>
/// <param name="UnixMs">When, Unix milliseconds.</param>
/// <param name="Reached">People given to an agent or abandoned.</param>
/// <param name="Abandoned">Those of them who found no agent in time.</param>
public readonly record struct ReachedPeople(long UnixMs, long Reached, long Abandoned);
