using DialerEngine.Core;
using DialerEngine.Core.Pacing;
using DialerEngine.Pacing.Budgets;
using DialerEngine.Pacing.Lookahead;
using DialerEngine.Pacing.Tracking;

namespace DialerEngine.Pacing;

/// <summary>
/// Predictive pacing: places calls ahead of the agents who will take them. It learns from events alone how dials end and how
/// long agents stay busy, looks 32 s ahead, and places a call as long as the chance that its person would find no agent in
/// time is below a limit; the limit is steered so that the abandoned calls in the rule's window stay below the cap.
/// The rule is the marginal one of <c>docs/pacing.md</c>. Deterministic: equal events and situations give equal decisions.
/// One pacer serves one group on one thread; once warm, events and decisions allocate nothing.
/// </summary>
public sealed class PredictivePacer : IPacer
{
    private const double WarmUpSeconds = 35;
    private const int WarmUpDials = 30;

    /// <summary>Share of the limit of risk that is left for the very last records.</summary>
    private const double LeastWindDown = 0.2;

    private PacingSettings _settings;
    private readonly BudgetController _budget;
    private readonly SwingReserve _swings = new(ExactLookahead.MaxAgents);
    private readonly GroupObserver _group;
    private readonly DialSearch _search;
    private GoalSeeker? _goal;

    /// <param name="settings">Validated settings of a predictive mode.</param>
    /// <exception cref="ArgumentException">The settings make no sense; the message says why.</exception>
    public PredictivePacer(PacingSettings settings)
    {
        settings.Require();
        _settings = settings;
        _budget = new BudgetController(settings.Cap, settings.WindowSeconds);
        _group = new GroupObserver(settings.WaitSeconds, _budget);
        _search = new DialSearch(_group);
        _goal = GoalSeeker.For(settings, _budget);
    }

    /// <summary>True when the window of the rule holds more abandoned calls than allowed.</summary>
    internal bool MustRepay => _budget.MustRepay;

    /// <summary>Tells whom the group reached before, so that the rule's window goes on where it was; before the first event or decision.</summary>
    /// <param name="before">Oldest first.</param>
    public void Restore(IReadOnlyList<ReachedPeople> before)
    {
        ArgumentNullException.ThrowIfNull(before);
        _group.Restore(before);
    }

    /// <summary>Changes goal, cap or limits; all that was learned stays.</summary>
    /// <exception cref="ArgumentException">The settings make no sense; the message says why.</exception>
    public void Configure(PacingSettings settings)
    {
        settings.Require();
        if (settings.OptimizeBy != _settings.OptimizeBy || settings.Goal != _settings.Goal || settings.MaxOverdialPercent != _settings.MaxOverdialPercent)
        {
            _budget.Change(settings.Cap, settings.WindowSeconds);
            _goal = GoalSeeker.For(settings, _budget);
        }

        _budget.Change(settings.Cap, settings.WindowSeconds);
        _group.AgentLaw.Wait = settings.WaitSeconds;
        _settings = settings;
    }

    /// <summary>Adds to another rule's decision what is known here.</summary>
    internal PacingDecision Explain(PacingDecision decision, in PacingSituation situation)
    {
        var now = _group.SecondsAt(situation.Now);
        _group.Advance(now);
        _group.RiskOfDials = 0;
        _budget.Update(now, Math.Max(0, situation.WaitingPersons), situation.PendingCalls);
        return Explained(decision, in situation, 0, searched: false);
    }

    /// <inheritdoc/>
    public void Observe(in Moment now, in PacingEvent happened) => _group.Observe(in now, in happened);

    /// <inheritdoc/>
    public PacingDecision Decide(in PacingSituation situation)
    {
        var now = _group.SecondsAt(situation.Now);
        _group.Advance(now);
        var waiting = Math.Max(0, situation.WaitingPersons);
        _goal?.Update(now, _group, situation.ReadyAgents);
        _swings.Update(now, _group.HitLevel.Level, _group.KnowsHitRatio, situation.PendingCalls, situation.LoggedInAgents);
        _budget.Reserve = _swings.People;
        _budget.Update(now, waiting, situation.PendingCalls);

        var ready = Math.Max(0, situation.ReadyAgents);
        if (situation.LoggedInAgents <= 0 || ready + _group.Agents.BusyCount == 0)
        {
            return Explained(new PacingDecision(0, PacingReason.NoReadyAgent), in situation, 0, searched: false);
        }

        if (situation.FreeLines <= 0)
        {
            return Explained(new PacingDecision(0, PacingReason.NoFreeLine), in situation, 0, searched: false);
        }

        if (situation.AvailableRecords <= 0)
        {
            return Explained(new PacingDecision(0, PacingReason.NoRecords), in situation, 0, searched: false);
        }

        var reserved = _settings.ReservedAgents + (_goal?.HeldBack(situation.LoggedInAgents) ?? 0);
        var unclaimed = ready - waiting - reserved;
        var most = Math.Min(situation.FreeLines, situation.AvailableRecords);
        if (IsWarmingUp(in situation, now))
        {
            return Progressive(in situation, unclaimed, most, PacingReason.WarmUp);
        }

        if (_budget.MustRepay)
        {
            return Progressive(in situation, unclaimed, most, PacingReason.BudgetSpent);
        }

        if (situation.PendingCalls > 0 && _settings.DialsInBatches(situation.LoggedInAgents))
        {
            return Explained(new PacingDecision(0, PacingReason.BatchUnderWay), in situation, _budget.RiskLimit, searched: false);
        }

        most = Math.Min(most, Math.Max(8, situation.LoggedInAgents));
        if (situation.LoggedInAgents <= 2)
        {
            most = Math.Min(most, 1 + (int)(1 / _group.HitLevel.Level) - situation.PendingCalls);
        }

        var limit = _settings.RiskOfGain is { } gain ? Math.Min(gain, _budget.RiskLimit) : _budget.RiskLimit;
        limit *= WindDown(in situation) * FillingUp(in situation, unclaimed);
        var dial = _search.Find(in situation, now, unclaimed, limit, Math.Max(1, most));
        dial = Math.Clamp(dial, 0, Math.Max(0, most));
        _group.RiskOfDials = _search.MeanRisk;
        return Explained(new PacingDecision(dial, PacingReason.ExpectedAnswersMeetExpectedAgents), in situation, limit, searched: true);
    }

    /// <summary>
    /// A large group sees a whole cohort with its time-outs before it looks ahead. A small one need not wait: its look-ahead is exact and takes a hit ratio that rests on
    /// nobody for two thirds higher than the belief, so it dials a few calls more than it has agents, and whatever the hit ratio is few are lost.
    /// </summary>
    private bool IsWarmingUp(in PacingSituation situation, double now) =>
        situation.LoggedInAgents > ExactLookahead.MaxAgents && (now < _group.FirstDial + WarmUpSeconds || _group.AnswerLaw.Resolved < WarmUpDials);

    /// <summary>
    /// The last records give each agent at most one more call: dialling ahead cannot keep anybody busy any more, it only loses people. So the limit falls
    /// with the people whom the records at hand still promise, once they are fewer than the agents.
    /// </summary>
    private double WindDown(in PacingSituation situation) => situation.AreLastRecords
        ? Math.Clamp(situation.AvailableRecords * _group.HitLevel.Level / situation.LoggedInAgents, LeastWindDown, 1)
        : 1;

    /// <summary>
    /// Where many agents are idle at once (a start, the end of a break), one cohort of dials is to fill them, and an error of the hit ratio is common to all of it: it loses not a
    /// person, but one after the other. As long as the hit ratio rests on few people for so many agents, part of the cohort waits; the first answers tell more within seconds.
    /// Small groups take a cautious hit ratio instead.
    /// </summary>
    private double FillingUp(in PacingSituation situation, int unclaimed)
    {
        if (situation.LoggedInAgents <= ExactLookahead.MaxAgents)
        {
            return 1;
        }

        // The variance that the common error adds to the answers that are to fill them, over that of independent answers.
        var common = 1 + (_group.HitLevel.RelativeVariance * Math.Max(0, unclaimed));
        return 1 / (common * common);
    }

    private PacingDecision Progressive(in PacingSituation situation, int unclaimed, int most, PacingReason reason)
    {
        _group.RiskOfDials = 0;
        var dial = Math.Clamp((long)unclaimed - Math.Max(0, situation.PendingCalls), 0, most);
        return Explained(new PacingDecision((int)dial, reason), in situation, 0, searched: false);
    }

    private PacingDecision Explained(PacingDecision decision, in PacingSituation situation, double limit, bool searched)
    {
        var unclaimed = situation.ReadyAgents - situation.WaitingPersons;
        return decision with
        {
            Inputs = new PacingInputs
            {
                Pending = situation.PendingCalls,
                HorizonSeconds = searched ? (float)DialSearch.ExplainSeconds : 0,
                ExpectedAnswers = searched ? (float)_search.ExpectedAnswers : 0,
                ExpectedFreeAgents = searched ? (float)(unclaimed + _search.ExpectedFree) : unclaimed,
                HitRatio = (float)_group.HitLevel.Level,
                Risk = searched ? (float)_search.Risk : 0,
                RiskLimit = (float)limit,
                LastRecords = searched && WindDown(in situation) < 1,
                AbandonRate = (float)_budget.Window.Rate,
                AbandonCap = (float)_budget.Cap,
            },
        };
    }
}
