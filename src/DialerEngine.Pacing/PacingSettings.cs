using System.Globalization;
using DialerEngine.Core;

namespace DialerEngine.Pacing;

/// <summary>How a campaign group is paced. <see cref="Faults"/> says what makes no sense, in sentences.</summary>
public sealed record PacingSettings
{
    /// <summary>Dial mode (<c>GSW_DIAL_MODE</c>); must be one in which the engine decides when to dial.</summary>
    public DialMode Mode { get; init; } = DialMode.Predict;

    /// <summary>What predictive modes optimise (<c>GSW_OPTIMIZE_BY</c>). Other modes do not look at it.</summary>
    public OptimizeBy OptimizeBy { get; init; } = OptimizeBy.OverdialRate;

    /// <summary>
    /// The goal (<c>GSW_OPTIMIZE_GOAL</c>): percent for the overdial rate (0.1 to 50) and the busy factor (10 to 99), seconds between an
    /// agent's calls for the waiting and the distribution time (1 to 3,600), and for the maximum gain how many connected calls
    /// one over-dialled call costs (0.1 to 10,000).
    /// </summary>
    public double Goal { get; init; } = 3;

    /// <summary>Cap of the abandonment rate in percent for goals other than the overdial rate, 0.1 to 50 (<c>predictive_max_overdial_rate</c>). Default 3 (FTC, 16 CFR 310.4(b)(4)).</summary>
    public double MaxOverdialPercent { get; init; } = 3;

    /// <summary>Window over which the rate is counted, seconds, 60 to 31 days. FTC and FCC: 30 days; Ofcom until 2017: 24 h. Default 24 h.</summary>
    public double WindowSeconds { get; init; } = 86_400;

    /// <summary>How long a person may wait for an agent, seconds, 0 to 30. Default 2 (16 CFR 310.4(b)(4)(ii)).</summary>
    public double PatienceSeconds { get; init; } = 2;

    /// <summary>How much of the patience it takes to join the person and a ready agent, seconds, 0 to 30. Default 0.</summary>
    public double ConnectSeconds { get; init; }

    /// <summary>Ready agents kept for inbound calls (<c>progressive_blending_reserved_agents</c>), 0 to 5,000. Default 0.</summary>
    public int ReservedAgents { get; init; }

    /// <summary>Calls under way for one ready agent in progressive modes, 0.1 to 10. Default 1.</summary>
    public double LinesPerAgent { get; init; } = 1;

    /// <summary>How predictive modes decide when to dial (<c>predictive_algorithm</c>).</summary>
    public PredictiveAlgorithm Algorithm { get; init; }

    /// <summary>Most agents logged in for which <see cref="PredictiveAlgorithm.SmallGroup"/> dials in batches, 1 to 5,000 (<c>small_group_size</c>). Default 10.</summary>
    public int SmallGroupSize { get; init; } = 10;

    /// <summary>True for the modes that look ahead.</summary>
    public bool IsPredictive => Mode is DialMode.Predict or DialMode.PredictAndSeize or DialMode.PredictGVP;

    /// <summary>True when a group of so many agents is dialled for in batches.</summary>
    internal bool DialsInBatches(int agents) =>
        Algorithm == PredictiveAlgorithm.SmallGroup && OptimizeBy == OptimizeBy.OverdialRate && agents <= SmallGroupSize;

    /// <summary>The cap as a share.</summary>
    internal double Cap => (IsPredictive && OptimizeBy == OptimizeBy.OverdialRate ? Goal : MaxOverdialPercent) / 100;

    /// <summary>Risk at which a dial's gain and cost balance, for the maximum gain; null otherwise.</summary>
    internal double? RiskOfGain => OptimizeBy == OptimizeBy.MaximumGain ? 1 / (1 + Goal) : null;

    /// <summary>Time that a person may wait until an agent must be free.</summary>
    internal double WaitSeconds => Math.Max(0, PatienceSeconds - ConnectSeconds);

    /// <summary>What makes no sense, one sentence each; empty when all is well.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (!Mode.IsAutomatic())
        {
            faults.Add($"mode {Mode} is not paced: agents or the push decide when to dial.");
        }

        if (IsPredictive)
        {
            AddGoalFault(faults);
        }

        AddRange(faults, "max overdial rate", MaxOverdialPercent, 0.1, 50, "percent");
        AddRange(faults, "window", WindowSeconds, 60, 31 * 86_400, "seconds");
        AddRange(faults, "patience", PatienceSeconds, 0, 30, "seconds");
        AddRange(faults, "connect time", ConnectSeconds, 0, 30, "seconds");
        AddRange(faults, "reserved agents", ReservedAgents, 0, 5000, "agents");
        AddRange(faults, "small group size", SmallGroupSize, 1, 5000, "agents");
        if (!Enum.IsDefined(Algorithm))
        {
            faults.Add("predictive algorithm must be time_optimized_odr, classical, small_group or advanced_small_group.");
        }

        AddRange(faults, "lines per agent", LinesPerAgent, 0.1, 10, "lines");
        return faults;
    }

    /// <summary>Throws <see cref="ArgumentException"/> with all faults when there are any.</summary>
    internal void Require()
    {
        var faults = Faults();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", faults));
        }
    }

    private void AddGoalFault(List<string> faults)
    {
        switch (OptimizeBy)
        {
            case OptimizeBy.OverdialRate:
                AddRange(faults, "goal of OverdialRate", Goal, 0.1, 50, "percent of the people reached");
                break;
            case OptimizeBy.BusyFactor:
                AddRange(faults, "goal of BusyFactor", Goal, 10, 99, "percent of the agents' time");
                break;
            case OptimizeBy.WaitTime or OptimizeBy.DistributionTime:
                AddRange(faults, $"goal of {OptimizeBy}", Goal, 1, 3600, "seconds between an agent's calls");
                break;
            case OptimizeBy.MaximumGain:
                AddRange(faults, "goal of MaximumGain", Goal, 0.1, 10_000, "connected calls that one over-dialled call costs");
                break;
            default:
                faults.Add($"mode {Mode} needs a goal to optimise by: OverdialRate, BusyFactor, DistributionTime, WaitTime or MaximumGain.");
                break;
        }
    }

    private static void AddRange(List<string> faults, string what, double value, double least, double most, string unit)
    {
        if (!(value >= least && value <= most))
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{what} is {value}, and must lie between {least} and {most} {unit}."));
        }
    }
}
