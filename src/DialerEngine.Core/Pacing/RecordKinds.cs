namespace DialerEngine.Core.Pacing;

/// <summary>
/// Kinds of records that people answer more or less often: by list, and by the attempts that were made before. Pacing learns the share of people of each kind from the
/// calls themselves.
/// </summary>
public static class RecordKinds
{
    /// <summary>Lists told apart; those beyond share the last place.</summary>
    public const int MostLists = 64;

    /// <summary>Attempts told apart: none, one, two or more before.</summary>
    public const int AttemptSteps = 3;

    /// <summary>Number of kinds, with 0 for a record of no kind.</summary>
    public const int Count = 1 + (MostLists * AttemptSteps);

    /// <summary>The kind of a record.</summary>
    /// <param name="list">Place of its list among the group's, from 0.</param>
    /// <param name="attempts">Attempts made before.</param>
    public static int Of(int list, int attempts) =>
        1 + (Math.Clamp(list, 0, MostLists - 1) * AttemptSteps) + Math.Clamp(attempts, 0, AttemptSteps - 1);
}
