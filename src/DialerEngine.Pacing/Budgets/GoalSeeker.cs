using DialerEngine.Core;
using DialerEngine.Pacing.Tracking;

namespace DialerEngine.Pacing.Budgets;

/// <summary>
/// Steers towards a busy factor or a mean time between an agent's calls, within the abandonment cap: an integrator over what
/// the group does. Its upper half sets how much of the cap may be used, its lower half how many agents are held back when
/// even progressive dialling would keep agents busier than wanted.
/// </summary>
internal sealed class GoalSeeker
{
    private const double Gain = 0.02;
    private const double MeasureSeconds = 120;
    private const double CapOctaves = 5;

    private readonly BudgetController _budget;
    private readonly bool _byTime;
    private readonly double _goal;
    private double _busy;
    private double _idle;
    private double _connects;
    private long _connectionsSeen;
    private double _last = double.NaN;
    private double _control;

    private GoalSeeker(BudgetController budget, bool byTime, double goal)
    {
        _budget = budget;
        _byTime = byTime;
        _goal = goal;
    }

    /// <summary>The seeker that the settings need, or null where the cap alone is the goal.</summary>
    public static GoalSeeker? For(PacingSettings settings, BudgetController budget) => settings.OptimizeBy switch
    {
        OptimizeBy.BusyFactor => new GoalSeeker(budget, byTime: false, settings.Goal / 100),
        OptimizeBy.WaitTime or OptimizeBy.DistributionTime => new GoalSeeker(budget, byTime: true, settings.Goal),
        _ => null,
    };

    /// <summary>Agents not to count as ready, so that the group is not busier than wanted.</summary>
    public int HeldBack(int loggedIn) => _control < 0 ? (int)Math.Round(-_control * loggedIn) : 0;

    /// <summary>Takes a look at the group and moves the control; once a second at most.</summary>
    public void Update(double now, GroupObserver group, int ready)
    {
        if (double.IsNaN(_last))
        {
            _last = now;
            return;
        }

        var step = now - _last;
        if (step < 1)
        {
            return;
        }

        _last = now;
        var keep = Math.Exp(-step / MeasureSeconds);
        _busy = (_busy * keep) + (group.Agents.BusyCount * step);
        _idle = (_idle * keep) + (Math.Max(0, ready) * step);
        _connects = (_connects * keep) + (group.Connections - _connectionsSeen);
        _connectionsSeen = group.Connections;
        if (_busy + _idle <= 0 || now < MeasureSeconds / 2)
        {
            return;
        }

        var missing = _byTime
            ? 0.2 * Math.Log(((_idle + 1) / (_connects + 1)) / _goal)
            : _goal - (_busy / (_busy + _idle));
        _control = Math.Clamp(_control + (Gain * Math.Clamp(missing, -0.5, 0.5) * Math.Min(step, 10)), -1, 1);
        _budget.Ceiling = 1.3 * _budget.Cap * Math.Pow(2, CapOctaves * (Math.Max(0, _control) - 1));
    }
}
