using System.Collections.Concurrent;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;
using TrunkSimulator;

namespace DialerEngine.Host.Demo;

/// <summary>What was heard of an attempt.</summary>
/// <param name="Number">The number dialled.</param>
/// <param name="DialledAt">When, Unix ms.</param>
/// <param name="Heard">The detector's verdict; null where it gave none.</param>
/// <param name="Answered">True when the far end answered.</param>
internal sealed record AttemptVerdict(string Number, long DialledAt, CallResult? Heard, bool Answered);

/// <summary>Counts what the engine reports about attempts, apart from the engine's own counters.</summary>
internal sealed class AttemptReports : IGroupObserver
{
    private readonly ConcurrentQueue<AttemptVerdict> _verdicts = new();
    private long _started;
    private long _finished;

    /// <summary>What the engine made of each attempt, in the order of their ends.</summary>
    public IReadOnlyCollection<AttemptVerdict> Verdicts => _verdicts;

    public long Started => Interlocked.Read(ref _started);

    public long Finished => Interlocked.Read(ref _finished);

    public void StateChanged(CampaignGroupDefinition group, CampaignGroupState state, DialMode mode, GroupCommandKind by)
    {
        // States are shown from snapshots.
    }

    public void AttemptStarted(CampaignGroupDefinition group, CallSession session) => Interlocked.Increment(ref _started);

    public void AttemptFinished(CampaignGroupDefinition group, CallSession session)
    {
        Interlocked.Increment(ref _finished);
        _verdicts.Enqueue(new AttemptVerdict(session.Record!.ContactInfo, session.Times.Dialing, session.Verdict, session.Times.Answered > 0));
    }

    public void CallStuck(CampaignGroupDefinition group, CallSession session)
    {
        // A stuck call has its result like every other.
    }
}

/// <summary>The books of a demo, from four independent sources: the list, the journal, the reports and the far end's own log.</summary>
internal sealed record DemoBooks(ListCounts List, AttemptTotals Journal, AttemptReports Reports, IReadOnlyList<LedgerEntry> FarEnd, GroupSnapshot Group)
{
    /// <summary>Records that are final, whichever way and on whichever day; one that is out with a group is none.</summary>
    public long Finished => List.ByStatus.Sum() - Left - List.ByStatus[(int)RecordStatus.Retrieved];

    public long Left => List.ByStatus[(int)RecordStatus.Ready];

    /// <summary>What does not balance, one sentence each; empty when all does.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (List.Total != Finished + Left)
        {
            faults.Add($"{List.Total} records, but {Finished} finished and {Left} left");
        }

        if (Journal.Open > 0)
        {
            faults.Add($"{Journal.Open} attempts without a result in the journal");
        }

        if (Journal.Attempts != Reports.Started || Journal.Finished != Reports.Finished)
        {
            faults.Add($"{Journal.Attempts} attempts and {Journal.Finished} results in the journal, but {Reports.Started} and {Reports.Finished} reported");
        }

        if (Journal.Attempts != FarEnd.Count)
        {
            faults.Add($"{Journal.Attempts} attempts in the journal, but {FarEnd.Count} calls in the far end's own log");
        }

        return faults;
    }
}
