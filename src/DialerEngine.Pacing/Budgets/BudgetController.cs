namespace DialerEngine.Pacing.Budgets;

/// <summary>
/// Spends the allowance of abandoned calls of the rule's window. The rate aimed at follows the slack (allowance less what was
/// abandoned, in calls): with little slack less than the cap, with much of it a little more, so the count over the window stays
/// below the cap by a few calls, not by a share of all. The limit of risk that yields the rate is found by feedback: it grows
/// a little with each person served and falls with each one abandoned.
/// </summary>
internal sealed class BudgetController
{
    private const double LeastAllowance = 8;
    private const double LeastAllowanceAtFirst = 14;
    private const double MostAllowance = 20;
    private const double AllowanceScale = 0.5;
    private const double UsualBurst = 5;
    private const double BurstMemory = 4000;
    private const double MostBurstShare = 0.7;
    private const double GuardDeviations = 1.2;
    private const double LastDeviations = 2.3;

    /// <summary>Foreseen people that the usual truth is worth: simulations of groups of one size differ from it by a fifth.</summary>
    private const double Belief = 16;
    private const double TruthOfDialsToCome = 0.7;
    private const double CallsThatMatter = 3.6;
    private const double PendingSeconds = 120;
    private const double AbandonedToRemember = 80;
    private const double DialsToRemember = 300;
    private const double FirstDials = 20;
    private const double FirstShare = 0.6;
    private const double PeopleToLastSlack = 1950;
    private const double SavingShare = 0.35;
    private const double SecondsToCorrect = 120;

    /// <summary>A debt is corrected this many times as fast as a slack: what a jump of the hit ratio cost must be repaid in the hours that are left, and those may be few
    /// people in a small group. A group that keeps its slack is seldom in debt, so this costs it little.</summary>
    private const double DebtUrgency = 2.5;
    private const double FirstDispersion = 1.5;
    private const double DispersionBelief = 6;
    private const double DispersionMemory = 60;
    private const double DispersionSeconds = 60;
    private const double MostDispersion = 6;
    private const double LeastShare = 0.1;
    private const double MostShare = 1.3;
    private const double LeastTruth = 0.25;
    private const double MostTruth = 4;
    private const double LeastShareOfLimit = 0.5;
    private const double MaxRisk = 0.6;
    private const double DaySeconds = 86_400;
    private const int PeopleBeforeRepaying = 200;

    private AbandonmentWindow _window;
    private AbandonmentWindow? _day;
    private double _cap;
    private double _foreseen;
    private double _seen;
    private double _belief = Belief;
    private double _pending;
    private double _pendingAt = double.NaN;
    private double _shareOfLimit = FirstShare;
    private double _dials = FirstDials;
    private double _burst;
    private double _worstBurst;
    private double _spread = FirstDispersion * DispersionBelief;
    private double _spreadOver = DispersionBelief;
    private int _blockPeople;
    private int _blockAbandoned;
    private double _blockFrom;
    private double _peopleRate;
    private double _rateFrom;
    private int _people;

    /// <param name="cap">Cap of abandoned over reached, 0.001 to 0.5.</param>
    /// <param name="windowSeconds">Window of the rule, from a minute to 31 days; longer ones also keep each 24 hours below 1.3 caps.</param>
    public BudgetController(double cap, double windowSeconds)
    {
        _cap = cap;
        _window = new AbandonmentWindow(windowSeconds);
        _day = windowSeconds > DaySeconds * 1.01 ? new AbandonmentWindow(DaySeconds) : null;
        Ceiling = cap * MostShare;
    }

    /// <summary>Counts people reached before this controller was there; oldest first, before any other count.</summary>
    /// <param name="at">Seconds; negative for what was before the first moment.</param>
    /// <param name="reached">People.</param>
    /// <param name="abandoned">Those of them who were abandoned.</param>
    public void Restore(double at, long reached, long abandoned)
    {
        _window.Add(at, reached, abandoned);
        _day?.Add(at, reached, abandoned);
    }

    /// <summary>Changes the rule. A window of another length begins with what the old one holds.</summary>
    public void Change(double cap, double windowSeconds)
    {
        _cap = cap;
        Ceiling = cap * MostShare;
        if (windowSeconds != _window.Seconds)
        {
            var old = _window;
            _window = new AbandonmentWindow(windowSeconds);
            _window.Take(old);
            if (windowSeconds <= DaySeconds * 1.01)
            {
                _day = null;
            }
            else if (_day is null)
            {
                _day = new AbandonmentWindow(DaySeconds);
                _day.Take(old);
            }
        }
    }

    /// <summary>Most that the rate aimed at may be: the cap's share, or less where another goal asks for less.</summary>
    public double Ceiling { get; set; }

    /// <summary>The counts of the rule's window.</summary>
    public AbandonmentWindow Window => _window;

    /// <summary>The cap.</summary>
    public double Cap => _cap;

    /// <summary>Rate aimed at now.</summary>
    public double RateAimed { get; private set; }

    /// <summary>Largest risk at which a dial is placed.</summary>
    public double RiskLimit { get; private set; }

    /// <summary>True when the window holds more abandoned calls than allowed: only dials for ready agents until repaid.</summary>
    public bool MustRepay { get; private set; }

    /// <summary>People kept unspent beside the usual reserve, for what the group may meet again (<see cref="SwingReserve"/>).</summary>
    public double Reserve { get; set; }

    /// <summary>Abandoned calls for each one that was foreseen: what the look-ahead does not know (later dials, events that come late).</summary>
    private double Truth => Math.Clamp(UsualTruth * (_seen + _belief) / (_foreseen + _belief), LeastTruth, MostTruth);

    /// <summary>
    /// What simulations have shown of groups of all sizes, hit ratios and caps: a dial's risk is forecast without the dials that will follow it, and they are the more, the more calls
    /// are under way at a time. So the factor changes at once with the hit ratio, where learning it from abandoned calls takes hours in a small group.
    /// </summary>
    private double UsualTruth => 1 + (TruthOfDialsToCome * (1 - Math.Exp(-_pending / CallsThatMatter)));

    /// <summary>
    /// Variance over mean of the abandoned calls of a minute: people are abandoned in clusters (when agents are short, everybody who answers in those
    /// seconds is lost), so their number scatters wider than independent chances would, the more so the more people answer while agents are short.
    /// </summary>
    public double Dispersion => Math.Clamp(_spread / _spreadOver, 1, MostDispersion);

    /// <summary>Allowed calls to be kept unspent now.</summary>
    public double SlackAimed { get; private set; }

    /// <summary>A dial was placed whose risk was forecast: the mean risk of dials lies below the limit, the more so the fewer agents there are.</summary>
    public void Dialled(double risk)
    {
        if (risk > 0 && RiskLimit > 0)
        {
            _dials = Math.Min(_dials + 1, DialsToRemember);
            _shareOfLimit += (Math.Min(1, risk / RiskLimit) - _shareOfLimit) / _dials;
        }
    }

    /// <summary>Counts a person who reached an agent, or did not.</summary>
    /// <param name="now">Seconds.</param>
    /// <param name="abandoned">True when no agent was there in time.</param>
    /// <param name="risk">Risk that was forecast when the call was dialled; 0 where it was dialled by another rule.</param>
    public void Count(double now, bool abandoned, double risk)
    {
        _window.Add(now, abandoned);
        _day?.Add(now, abandoned);
        _people++;
        _blockPeople++;
        _blockAbandoned += abandoned ? 1 : 0;
        // A burst: abandoned calls beyond what was aimed at, as they come together after a jump.
        _burst = Math.Max(0, _burst + (abandoned ? 1 : 0) - (2 * _cap));
        _worstBurst = Math.Max(_worstBurst * (1 - (1 / BurstMemory)), 1.3 * (_burst - UsualBurst));
        if (risk > 0)
        {
            var keep = 1 - (risk / AbandonedToRemember);
            _foreseen = (_foreseen * keep) + (UsualTruth * risk);
            _seen = (_seen * keep) + (abandoned ? 1 : 0);
            _belief *= keep;
        }
    }

    /// <summary>Sets rate and limit for a decision. People waiting now may all be lost, and are counted so by the guards.</summary>
    /// <param name="now">Seconds.</param>
    /// <param name="waiting">People waiting for an agent.</param>
    /// <param name="pending">Calls under way that have reached nobody yet.</param>
    public void Update(double now, int waiting, int pending)
    {
        Average(now, pending);
        _window.Roll(now);
        _day?.Roll(now);
        var slack = (_cap * _window.Reached) - _window.Abandoned;

        // Few allowed calls: correct soon, or the wanted slack would cost too large a share. Many: correct slowly, as each
        // swing of the rate costs utilisation.
        // It takes some hundred people to save a reserve: it is begun before it must be there.
        var judged = Math.Pow(Math.Min(1, (_window.Reached + (SavingShare * LeastAllowanceAtFirst / _cap)) / PeopleToLastSlack), 5);
        var least = LeastAllowanceAtFirst - ((LeastAllowanceAtFirst - LeastAllowance) * judged);
        var allowance = Math.Clamp(Math.Pow(AllowanceScale * _cap * _window.Reached, 2 / 3.0), least, MostAllowance);
        var correct = (allowance / _cap) + (SecondsToCorrect * _peopleRate);
        var deviation = Math.Sqrt(0.5 * _cap * correct * Dispersion);

        // Nothing is kept while a window is too small to be judged: debts are corrected faster than slack, and that alone leaves most of a call unspent.
        var slackAimed = deviation * LastDeviations * judged;

        // Where bursts have been, the next one must find its calls unspent; so must a hit ratio that comes back.
        slackAimed += Math.Min(Math.Max(_worstBurst, Reserve), MostBurstShare * _cap * correct);
        SlackAimed = slackAimed;

        // What agents gain grows with the logarithm of the rate: in proportion is the correction that costs least, and no debt turns dialling ahead off.
        var aimed = _cap * Math.Exp(((slack < 0 ? DebtUrgency * slack : slack) - slackAimed) / (_cap * correct));
        if (_day is not null)
        {
            var daySlack = (MostShare * _cap * _day.Reached) - _day.Abandoned;
            aimed = Math.Min(aimed, (MostShare * _cap) + ((daySlack - slackAimed) / correct));
        }

        RateAimed = Math.Clamp(aimed, _cap * LeastShare, _cap * MostShare);
        RateAimed = Math.Min(RateAimed, Ceiling);
        RiskLimit = Math.Min(MaxRisk, RateAimed / (Truth * Math.Max(LeastShareOfLimit, _shareOfLimit)));
        MustRepay = slack < -_cap * correct && _window.Reached >= PeopleBeforeRepaying;
        if (_window.Abandoned + waiting + 1 - (GuardDeviations * deviation) > _cap * (_window.Reached + 35 + waiting))
        {
            RiskLimit = Math.Min(RiskLimit, _cap / 3);
        }

        if (now - _rateFrom >= 10)
        {
            _peopleRate += Math.Min(1, (now - _rateFrom) / 120) * ((_people / (now - _rateFrom)) - _peopleRate);
            _people = 0;
            _rateFrom = now;
        }

        if (now - _blockFrom >= DispersionSeconds)
        {
            // Against what is usual, not what was aimed at: another goal may spend less.
            var expected = _blockPeople * _window.Rate;
            var keep = Math.Exp(-expected / DispersionMemory);
            _spread = (_spread * keep) + Square(_blockAbandoned - expected);
            _spreadOver = (_spreadOver * keep) + expected;
            _blockPeople = 0;
            _blockAbandoned = 0;
            _blockFrom = now;
        }
    }

    // Calls under way, the mean of the last minutes; from the first of them on.
    private void Average(double now, int pending)
    {
        if (!double.IsNaN(_pendingAt))
        {
            _pending += (1 - Math.Exp(-(now - _pendingAt) / PendingSeconds)) * (Math.Max(0, pending) - _pending);
            _pendingAt = now;
        }
        else if (pending > 0)
        {
            _pending = pending;
            _pendingAt = now;
        }
    }

    private static double Square(double x) => x * x;
}
