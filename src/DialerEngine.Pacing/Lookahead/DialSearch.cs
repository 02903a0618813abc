using DialerEngine.Core.Pacing;
using DialerEngine.Pacing.Laws;
using DialerEngine.Pacing.Tracking;

namespace DialerEngine.Pacing.Lookahead;

/// <summary>
/// Finds how many more dials keep the risk of each below a limit. The risk of a dial is the chance that, if a person answers
/// it, there is no agent in time: at each point of the horizon the chance that agents free by then (ready less spoken for,
/// and busy ones who come free within the time that a person may wait) are no more than the people who answered before.
/// </summary>
internal sealed class DialSearch
{
    /// <summary>How far the expectations of an explanation look ahead.</summary>
    public const double ExplainSeconds = 4;

    private static readonly int ExplainPoint = Horizon.PointAt(ExplainSeconds);

    private readonly GroupObserver _group;
    private readonly PendingHistogram _pending = new();
    private readonly Forecast _answers = new();
    private readonly Forecast _free = new();
    private readonly NormalLookahead _normal = new();
    private readonly ExactLookahead _exact = new();
    private readonly double[] _talk = new double[AgentLaw.Rows + 1];
    private readonly double[] _wrap = new double[AgentLaw.Rows + 1];
    private double _hit;
    private double _trust;
    private double _nextHit;
    private readonly double[] _row = new double[Horizon.Points];

    public DialSearch(GroupObserver group) => _group = group;

    /// <summary>Risk of the first dial not placed (or of the last one asked about).</summary>
    public double Risk { get; private set; }

    /// <summary>Mean risk of the dials found; 0 where there are none.</summary>
    public double MeanRisk { get; private set; }

    /// <summary>People expected to answer within <see cref="ExplainSeconds"/>.</summary>
    public double ExpectedAnswers { get; private set; }

    /// <summary>Agents expected to come free within <see cref="ExplainSeconds"/> (plus the time that a person may wait).</summary>
    public double ExpectedFree { get; private set; }

    /// <summary>Dials to place now.</summary>
    /// <param name="situation">The counts.</param>
    /// <param name="now">Seconds.</param>
    /// <param name="ready">Ready agents less those waited for or held back; may be negative.</param>
    /// <param name="riskLimit">Largest risk of a dial.</param>
    /// <param name="most">Most dials that anything else allows, at least 1.</param>
    public int Find(in PacingSituation situation, double now, int ready, double riskLimit, int most)
    {
        var unknown = Math.Max(0, situation.PendingCalls - _group.Calls.PendingCount);
        var agents = Math.Max(0, situation.ReadyAgents) + _group.Agents.BusyCount;
        var isExact = agents <= ExactLookahead.MaxAgents && unknown <= ExactLookahead.MaxAgents;
        _hit = isExact ? Math.Min(0.97, _group.HitLevel.Cautious) : _group.HitLevel.Level;
        _trust = isExact ? _group.Trust.Cautious : _group.Trust.Level;
        _nextHit = situation.NextAnswerChance is > 0 and <= 1
            ? Math.Clamp(situation.NextAnswerChance * _trust, 0.001, 0.97)
            : _hit;
        if (isExact)
        {
            return FindExact(in situation, now, ready, riskLimit, most, unknown);
        }

        ForecastAnswers(now, unknown);
        ForecastFree(now);
        ExpectedAnswers = _answers.Mean[ExplainPoint];
        ExpectedFree = _free.Mean[ExplainPoint];
        return FindNormal(in situation, ready, riskLimit, most);
    }

    private void ForecastAnswers(double now, int unknown)
    {
        var law = _group.AnswerLaw;
        _answers.Clear();
        _pending.Fill(_group.Calls, law, now, _hit, _trust);
        _pending.AddTo(_answers, law);
        var hit = _hit * law.Passes;
        if (unknown > 0)
        {
            _answers.Add(law.Fresh, unknown * hit, unknown * hit * hit, unknown * hit * hit * hit);
        }
    }

    private void ForecastFree(double now)
    {
        _free.Clear();
        Array.Clear(_talk);
        Array.Clear(_wrap);
        var law = _group.AgentLaw;
        foreach (var number in _group.Agents.Busy)
        {
            ref readonly var agent = ref _group.Agents[number];
            if (TellsReadyTime(in agent, now))
            {
                for (var k = 0; k < Horizon.Points; k++)
                {
                    _free.AddAt(k, law.AnnouncedAt(now - agent.ReadyAt, k));
                }

                continue;
            }

            var position = StayLaw.PositionOf(now - agent.Since);
            var row = (int)position;
            var fraction = position - row;
            var table = agent.Phase == AgentPhase.Talk ? _talk : _wrap;
            table[row] += 1 - fraction;
            table[row + 1] += fraction;
        }

        for (var row = 0; row <= AgentLaw.Rows; row++)
        {
            if (_talk[row] > 0)
            {
                _free.Add(law.TalkRow(row), _talk[row], _talk[row], _talk[row]);
            }

            if (_wrap[row] > 0)
            {
                _free.Add(law.WrapRow(row), _wrap[row], _wrap[row], _wrap[row]);
            }
        }
    }

    private bool TellsReadyTime(in TrackedAgent agent, double now) =>
        !double.IsNaN(agent.ReadyAt) && _group.AgentLaw.ReadyTime.StillTells(now - agent.ReadyAt);

    private int FindNormal(in PacingSituation situation, int ready, double riskLimit, int most)
    {
        var law = _group.AnswerLaw;
        var next = situation.NextAnswerChances.Span;
        _answers.AddUncertainty(_group.HitLevel.RelativeVariance);
        _free.AddUncertainty(_group.AgentLaw.Talk.RelativeVariance);
        _normal.Begin(ready, _free, _answers);
        MeanRisk = 0;
        if (next.Length > 0)
        {
            var count = 0;
            while (count < most && (Risk = _normal.Risk(1, law.FreshMass)) <= riskLimit)
            {
                _normal.Accept(HitOf(next, count), law.Fresh);
                count++;
                MeanRisk += (Risk - MeanRisk) / count;
            }

            return count;
        }

        _normal.Accept(_nextHit * law.Passes, law.Fresh);
        var first = Risk = _normal.Risk(0, law.FreshMass);
        if (first > riskLimit)
        {
            return 0;
        }

        // The risk grows with each dial: double, then halve the gap.
        int allowed = 1, refused = 2;
        while (refused <= most && (Risk = _normal.Risk(refused - 1, law.FreshMass)) <= riskLimit)
        {
            allowed = refused;
            refused *= 2;
        }

        refused = Math.Min(refused, most + 1);
        while (refused - allowed > 1)
        {
            var middle = (allowed + refused) / 2;
            var risk = _normal.Risk(middle - 1, law.FreshMass);
            if (risk <= riskLimit)
            {
                allowed = middle;
            }
            else
            {
                refused = middle;
                Risk = risk;
            }
        }

        // The mean over the dials, by Simpson's rule.
        MeanRisk = allowed == 1 ? first
            : (first + (4 * _normal.Risk((allowed - 1) / 2.0, law.FreshMass)) + _normal.Risk(allowed - 1, law.FreshMass)) / 6;
        return allowed;
    }

    private int FindExact(in PacingSituation situation, double now, int ready, double riskLimit, int most, int unknown)
    {
        var law = _group.AnswerLaw;
        ExpectedAnswers = 0;
        ExpectedFree = 0;
        _exact.Begin(ready, _group.Agents.BusyCount, law.FreshMass);
        foreach (var number in _group.Agents.Busy)
        {
            RowOfAgent(in _group.Agents[number], now);
            _exact.AddAgent(_row);
            ExpectedFree += _row[ExplainPoint];
        }

        _exact.AgentsComplete();
        foreach (var number in _group.Calls.Pending)
        {
            PendingHistogram.RowOf(law, in _group.Calls[number], now, _hit, _trust, _row);
            _exact.AddCall(_row);
            ExpectedAnswers += _row[ExplainPoint];
        }

        for (var i = 0; i < unknown; i++)
        {
            AddFresh(_hit * law.Passes);
        }

        var next = situation.NextAnswerChances.Span;
        var count = 0;
        MeanRisk = 0;
        while (count < most && (Risk = _exact.Risk(law.FreshMass)) <= riskLimit)
        {
            AddFresh(HitOf(next, count));
            count++;
            MeanRisk += (Risk - MeanRisk) / count;
        }

        return count;
    }

    private void AddFresh(double hit)
    {
        var fresh = _group.AnswerLaw.Fresh;
        Series.Mix(hit, fresh, 0, fresh, _row);
        _exact.AddCall(_row);
    }

    private double HitOf(ReadOnlySpan<float> next, int index) =>
        _group.AnswerLaw.Passes * (index < next.Length && next[index] is > 0 and <= 1
            ? Math.Clamp(next[index] * _trust, 0.001, 0.97)
            : _nextHit);

    private void RowOfAgent(in TrackedAgent agent, double now)
    {
        var law = _group.AgentLaw;
        if (TellsReadyTime(in agent, now))
        {
            for (var k = 0; k < Horizon.Points; k++)
            {
                _row[k] = law.AnnouncedAt(now - agent.ReadyAt, k);
            }

            return;
        }

        var position = StayLaw.PositionOf(now - agent.Since);
        var r = (int)position;
        var fraction = position - r;
        var talk = agent.Phase == AgentPhase.Talk;
        var first = talk ? law.TalkRow(r) : law.WrapRow(r);
        var second = talk ? law.TalkRow(r + 1) : law.WrapRow(r + 1);
        Series.Mix(1 - fraction, first, fraction, second, _row);
    }
}
