using DialerEngine.Core;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Adapters.Simulated.Pacing.Policies;

/// <summary>For comparison: a fixed number of calls under way for each idle agent. Knows neither ages nor budgets.</summary>
/// <param name="ratio">Calls for each idle agent, above 0.</param>
public sealed class FixedRatioPacer(double ratio) : IPacer
{
    /// <inheritdoc/>
    public void Observe(in Moment now, in PacingEvent happened)
    {
        // The counts of the situation are all that this policy looks at.
    }

    /// <inheritdoc/>
    public PacingDecision Decide(in PacingSituation situation)
    {
        var wanted = (int)Math.Round(ratio * Math.Max(0, situation.ReadyAgents - situation.WaitingPersons)) - situation.PendingCalls;
        return Bounded.Decision(wanted, in situation);
    }
}

/// <summary>Keeps a policy's wish within lines and records.</summary>
internal static class Bounded
{
    public static PacingDecision Decision(int wanted, in PacingSituation situation) =>
        new(Math.Max(0, Math.Min(wanted, Math.Min(situation.FreeLines, situation.AvailableRecords))), PacingReason.None);
}
