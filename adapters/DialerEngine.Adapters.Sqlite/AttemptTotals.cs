namespace DialerEngine.Adapters.Sqlite;

/// <summary>The attempt journal in numbers.</summary>
/// <param name="Attempts">Attempts that left the engine or may have: finished and open ones.</param>
/// <param name="Finished">Those with a result.</param>
/// <param name="Open">Those without.</param>
/// <param name="Withdrawn">Attempts taken back before their INVITE left; counted nowhere else.</param>
public sealed record AttemptTotals(long Attempts, long Finished, long Open, long Withdrawn);
