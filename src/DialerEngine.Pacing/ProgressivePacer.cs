using DialerEngine.Core.Pacing;

namespace DialerEngine.Pacing;

/// <summary>
/// Progressive pacing (<c>DialMode.Progress</c>): a call is placed only for an agent who is ready and whom no other call or
/// person claims, so nobody is abandoned for want of an agent unless an agent leaves. With a number of lines for each agent
/// m other than 1 the field's formula holds: new = floor(m x (ready - waiting - ceiling(pending / m))).
/// It learns nothing, so equal situations always give equal decisions.
/// </summary>
public sealed class ProgressivePacer : IPacer
{
    private readonly double _linesPerAgent;

    /// <summary>A pacer that places one call for each ready agent.</summary>
    public ProgressivePacer()
        : this(1)
    {
    }

    /// <param name="linesPerAgent">Calls under way for one ready agent, 0.1 to 10; 1 is progressive in the strict sense.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number lies outside its range.</exception>
    public ProgressivePacer(double linesPerAgent)
    {
        if (!(linesPerAgent is >= 0.1 and <= 10))
        {
            throw new ArgumentOutOfRangeException(nameof(linesPerAgent), linesPerAgent, "Lines per agent lie between 0.1 and 10.");
        }

        _linesPerAgent = linesPerAgent;
    }

    /// <inheritdoc/>
    public void Observe(in Core.Moment now, in PacingEvent happened)
    {
        // The situation alone decides: a ready agent needs no history.
    }

    /// <inheritdoc/>
    public PacingDecision Decide(in PacingSituation situation)
    {
        long ready = Math.Max(0, situation.ReadyAgents);
        long pending = Math.Max(0, situation.PendingCalls);
        long waiting = Math.Max(0, situation.WaitingPersons);
        if (ready == 0)
        {
            return new PacingDecision(0, PacingReason.NoReadyAgent);
        }

        // The smallest amount keeps a product such as 0.7 x 10 from falling below the whole number it stands for.
        var claimed = waiting + (long)Math.Ceiling((pending / _linesPerAgent) - 1e-9);
        var wanted = (long)Math.Floor((_linesPerAgent * (ready - claimed)) + 1e-9);
        if (wanted <= 0)
        {
            return new PacingDecision(0, PacingReason.EveryReadyAgentHasADialUnderWay);
        }

        if (situation.FreeLines <= 0)
        {
            return new PacingDecision(0, PacingReason.NoFreeLine);
        }

        if (situation.AvailableRecords <= 0)
        {
            return new PacingDecision(0, PacingReason.NoRecords);
        }

        var dial = (int)Math.Min(wanted, Math.Min(situation.FreeLines, situation.AvailableRecords));
        return new PacingDecision(dial, PacingReason.OneDialForEachReadyAgent);
    }
}
