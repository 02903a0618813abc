namespace DialerEngine.Cpd.Feedback;

/// <summary>Error rates of one calling list by its test calls.</summary>
/// <param name="ListId">The list.</param>
/// <param name="FalseMachines">Of the calls that the detector called a machine and an agent judged: those that were people.</param>
/// <param name="MissedMachines">Of the calls that it called a person and an agent judged: those that were machines.</param>
/// <param name="PeopleLost">Estimate over all calls: people called machines, out of all people.</param>
/// <param name="MachinesConnected">Estimate over all calls: machines called people, out of all machines.</param>
/// <param name="CalledPeople">Calls that the detector called a person.</param>
/// <param name="CalledMachines">Calls that it called a machine.</param>
public readonly record struct FeedbackReport(
    int ListId, MeasuredShare FalseMachines, MeasuredShare MissedMachines, EstimatedShare PeopleLost, EstimatedShare MachinesConnected, long CalledPeople, long CalledMachines);

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
        return new FeedbackReport(
            listId, falseMachines, missed, Estimate(falseMachines, counts.CalledMachines, missed, counts.CalledPeople),
            Estimate(missed, counts.CalledPeople, falseMachines, counts.CalledMachines), counts.CalledPeople, counts.CalledMachines);
    }

    /// <summary>
    /// Of all calls of one kind those that were called the other kind: the wrong ones among <paramref name="calledOther"/>, out of these and the right ones among
    /// <paramref name="calledSo"/>. It grows with both shares, so that the bounds of the shares give the bounds of the rate.
    /// </summary>
    private static EstimatedShare Estimate(MeasuredShare wrongAmongOther, long calledOther, MeasuredShare wrongAmongSo, long calledSo)
    {
        var (low, lowSo) = (wrongAmongOther.OfTwo.Low, wrongAmongSo.OfTwo.Low);
        var (high, highSo) = (wrongAmongOther.OfTwo.High, wrongAmongSo.OfTwo.High);
        return new EstimatedShare(
            Rate(wrongAmongOther.Share, wrongAmongSo.Share, 0), Rate(low, lowSo, 0), wrongAmongOther.Of == 0 ? 1 : Rate(high, highSo, 1));

        double Rate(double wrong, double wrongSo, double unknown)
        {
            var all = (wrong * calledOther) + ((1 - wrongSo) * calledSo);
            return all <= 0 ? unknown : wrong * calledOther / all;
        }
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
