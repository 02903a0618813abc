namespace DialerEngine.Cpd.Feedback;

/// <summary>A share that was measured, with the interval in which the true one lies with 95 % confidence (Wilson score interval).</summary>
/// <param name="Hits">What was counted.</param>
/// <param name="Of">Out of how many.</param>
public readonly record struct MeasuredShare(long Hits, long Of)
{
    // Quantile of the normal distribution for 95 %, both sides.
    private const double Z = 1.959964;

    /// <summary>0..1; 0 when nothing was counted.</summary>
    public double Share => Of == 0 ? 0 : Hits / (double)Of;

    /// <summary>Lower bound, 0..1.</summary>
    public double Low => Of == 0 ? 0 : Math.Max(0, Centre - Reach);

    /// <summary>Upper bound, 0..1; 1 when nothing was counted.</summary>
    public double High => Of == 0 ? 1 : Math.Min(1, Centre + Reach);

    private double Centre => (Share + (Z * Z / (2 * Of))) / (1 + (Z * Z / Of));

    private double Reach => Z / (1 + (Z * Z / Of)) * Math.Sqrt((Share * (1 - Share) / Of) + (Z * Z / (4.0 * Of * Of)));
}

/// <summary>Error rates of one calling list by its test calls.</summary>
/// <param name="ListId">The list.</param>
/// <param name="FalseMachines">Of the calls that the detector called a machine and an agent judged: those that were people.</param>
/// <param name="MissedMachines">Of the calls that it called a person and an agent judged: those that were machines.</param>
/// <param name="PeopleLost">Estimate over all calls: people called machines, out of all people.</param>
/// <param name="MachinesConnected">Estimate over all calls: machines called people, out of all machines.</param>
/// <param name="CalledPeople">Calls that the detector called a person.</param>
/// <param name="CalledMachines">Calls that it called a machine.</param>
public readonly record struct FeedbackReport(
    int ListId, MeasuredShare FalseMachines, MeasuredShare MissedMachines, double PeopleLost, double MachinesConnected, long CalledPeople, long CalledMachines);

/// <summary>
/// Test calls for false verdicts (<c>GSW_CALL_RESULT_FEEDBACK</c>): a share of the verdicts is checked by agents, so that such calls called machines go to
/// agents all the same; what the agents say is counted by list. Not thread-safe.
/// </summary>
public sealed class DetectionFeedback
{
    private readonly Dictionary<int, Counts> _lists = [];
    private readonly int _maxLists;
    private double _owedMachines;
    private double _owedPeople;

    /// <summary>Creates an empty count.</summary>
    /// <param name="testShare">Share of the verdicts that agents check, 0..1; 0 makes no test calls.</param>
    /// <param name="maxLists">Lists counted apart, at least 1; further ones are counted together as list 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public DetectionFeedback(double testShare, int maxLists = 1_024)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(testShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(testShare, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLists, 1);
        (TestShare, _maxLists) = (testShare, maxLists);
    }

    /// <summary>Share of the verdicts that agents check.</summary>
    public double TestShare { get; }

    /// <summary>
    /// Counts a verdict of the detector; true when an agent is to check it. Test calls come evenly: after n machines it was (n times the share) of
    /// them, and of n people likewise.
    /// </summary>
    public bool TakeVerdict(int listId, bool isMachine)
    {
        var counts = Of(listId);
        counts.CalledMachines += isMachine ? 1 : 0;
        counts.CalledPeople += isMachine ? 0 : 1;
        return IsOwed(ref isMachine ? ref _owedMachines : ref _owedPeople);
    }

    private bool IsOwed(ref double owed)
    {
        owed += TestShare;
        if (owed < 1 - 1e-9)
        {
            return false;
        }

        owed -= 1;
        return true;
    }

    /// <summary>Counts what an agent said of a call.</summary>
    /// <param name="listId">The list.</param>
    /// <param name="calledMachine">What the detector had said.</param>
    /// <param name="isMachine">What the agent says.</param>
    public void TakeFeedback(int listId, bool calledMachine, bool isMachine)
    {
        var counts = Of(listId);
        if (calledMachine)
        {
            counts.MachinesJudged++;
            counts.FalseMachines += isMachine ? 0 : 1;
        }
        else
        {
            counts.PeopleJudged++;
            counts.MissedMachines += isMachine ? 1 : 0;
        }
    }

    /// <summary>The rates of every list, by its number.</summary>
    public IReadOnlyList<FeedbackReport> Report() => [.. _lists.OrderBy(l => l.Key).Select(l => Report(l.Key, l.Value))];

    private static FeedbackReport Report(int listId, Counts counts)
    {
        var falseMachines = new MeasuredShare(counts.FalseMachines, counts.MachinesJudged);
        var missed = new MeasuredShare(counts.MissedMachines, counts.PeopleJudged);
        var peopleAmongMachines = falseMachines.Share * counts.CalledMachines;
        var machinesAmongPeople = missed.Share * counts.CalledPeople;
        var people = counts.CalledPeople - machinesAmongPeople + peopleAmongMachines;
        var machines = counts.CalledMachines - peopleAmongMachines + machinesAmongPeople;
        return new FeedbackReport(
            listId, falseMachines, missed, people <= 0 ? 0 : peopleAmongMachines / people, machines <= 0 ? 0 : machinesAmongPeople / machines,
            counts.CalledPeople, counts.CalledMachines);
    }

    private Counts Of(int listId)
    {
        if (_lists.TryGetValue(listId, out var counts))
        {
            return counts;
        }

        var key = _lists.Count < _maxLists ? listId : 0;
        if (!_lists.TryGetValue(key, out counts))
        {
            _lists[key] = counts = new Counts();
        }

        return counts;
    }

    private sealed class Counts
    {
        public long CalledPeople;
        public long CalledMachines;
        public long MachinesJudged;
        public long FalseMachines;
        public long PeopleJudged;
        public long MissedMachines;
    }
}
