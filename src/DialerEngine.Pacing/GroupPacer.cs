using DialerEngine.Core;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Pacing;

/// <summary>
/// The pacer of a campaign group in every mode in which the engine decides when to dial. It learns in all of them, so a group
/// that changes from progressive to predictive dialling (and back) while it runs takes what it knows along.
/// <list type="table">
/// <item><term>Progress, ProgressAndSeize, ProgressGVP</term><description>one call for each ready agent (engaged agent, free port).</description></item>
/// <item><term>Predict, PredictAndSeize, PredictGVP</term><description>as <see cref="PredictivePacer"/>; with seizing a ready agent is an engaged one.</description></item>
/// <item><term>Power, PowerAndSeize</term><description>every free line dials while agents are logged in and the abandonment cap is kept; after
/// that one call for each ready agent until the window is in order again.</description></item>
/// <item><term>PowerGVP</term><description>every free line dials; ports take the people, agents play no part.</description></item>
/// </list>
/// </summary>
public sealed class GroupPacer : IPacer
{
    private readonly PredictivePacer _predictive;
    private ProgressivePacer _progressive;

    /// <param name="settings">Settings without faults.</param>
    /// <exception cref="ArgumentException">The settings make no sense; the message says why.</exception>
    public GroupPacer(PacingSettings settings)
    {
        _predictive = new PredictivePacer(settings);
        _progressive = new ProgressivePacer(settings.LinesPerAgent);
        Settings = settings;
    }

    /// <summary>The settings in force.</summary>
    public PacingSettings Settings { get; private set; }

    /// <summary>Changes mode, goal or limits; all that was learned stays.</summary>
    /// <exception cref="ArgumentException">The settings make no sense; the message says why, and the old ones stay in force.</exception>
    public void Configure(PacingSettings settings)
    {
        _predictive.Configure(settings);
        _progressive = new ProgressivePacer(settings.LinesPerAgent);
        Settings = settings;
    }

    /// <summary>Tells whom the group reached before, so that the rule's window goes on where it was; before the first event or decision.</summary>
    /// <param name="before">Oldest first.</param>
    public void Restore(IReadOnlyList<ReachedPeople> before) => _predictive.Restore(before);

    /// <inheritdoc/>
    public void Observe(in Moment now, in PacingEvent happened) => _predictive.Observe(in now, in happened);

    /// <inheritdoc/>
    public PacingDecision Decide(in PacingSituation situation)
    {
        if (Settings.IsPredictive)
        {
            return _predictive.Decide(in situation);
        }

        var decision = Settings.Mode is DialMode.Power or DialMode.PowerAndSeize or DialMode.PowerGVP
            ? Power(in situation)
            : Progressive(in situation);
        return _predictive.Explain(decision, in situation);
    }

    private PacingDecision Progressive(in PacingSituation situation)
    {
        var unreserved = situation;
        unreserved.ReadyAgents = Math.Max(0, Math.Max(0, situation.ReadyAgents) - Settings.ReservedAgents);
        return _progressive.Decide(in unreserved);
    }

    private PacingDecision Power(in PacingSituation situation)
    {
        if (Settings.Mode != DialMode.PowerGVP)
        {
            if (situation.LoggedInAgents <= 0)
            {
                return new PacingDecision(0, PacingReason.NoReadyAgent);
            }

            if (_predictive.MustRepay)
            {
                return Progressive(in situation) with { Reason = PacingReason.BudgetSpent };
            }
        }

        if (situation.FreeLines <= 0)
        {
            return new PacingDecision(0, PacingReason.NoFreeLine);
        }

        return situation.AvailableRecords <= 0
            ? new PacingDecision(0, PacingReason.NoRecords)
            : new PacingDecision(Math.Min(situation.FreeLines, situation.AvailableRecords), PacingReason.OneDialForEachFreeLine);
    }
}
