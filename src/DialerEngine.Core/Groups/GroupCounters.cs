using DialerEngine.Core.Compliance;

namespace DialerEngine.Core.Groups;

/// <summary>Counts of a campaign group since it was loaded. Written by its loop only.</summary>
public sealed class GroupCounters
{
    /// <summary>Attempts whose INVITE left or was asked to leave.</summary>
    public long Dials { get; internal set; }

    /// <summary>Attempts with a durable result.</summary>
    public long Results { get; internal set; }

    /// <summary>Attempts taken back before anything left the engine.</summary>
    public long Withdrawn { get; internal set; }

    /// <summary>Calls that a person answered.</summary>
    public long LiveAnswers { get; internal set; }

    /// <summary>Calls connected to an agent: people, and what else a treatment or a test sends there.</summary>
    public long Connected { get; internal set; }

    /// <summary>People who found no agent in time: hung up on, or hung up themselves after waiting.</summary>
    public long Abandoned { get; internal set; }

    /// <summary>Records taken from the lists.</summary>
    public long RecordsTaken { get; internal set; }

    /// <summary>Records finished.</summary>
    public long RecordsFinished { get; internal set; }

    /// <summary>Records put back to their lists.</summary>
    public long RecordsReturned { get; internal set; }

    /// <summary>Chains that are done with: each counts once.</summary>
    public long LeadsProcessed { get; internal set; }

    /// <summary>Callbacks made by agents.</summary>
    public long CallbacksScheduled { get; internal set; }

    /// <summary>Callbacks that reached customer and agent.</summary>
    public long CallbacksCompleted { get; internal set; }

    /// <summary>Callbacks that found no agent in time.</summary>
    public long CallbacksMissed { get; internal set; }

    /// <summary>Callbacks that were moved into the customer's daily window.</summary>
    public long CallbacksMoved { get; internal set; }

    /// <summary>Records that ended with status Agent Error.</summary>
    public long AgentErrors { get; internal set; }

    /// <summary>Appointments made by treatments.</summary>
    public long RecordsScheduled { get; internal set; }

    /// <summary>Records offered in Push Preview mode of which no agent took notice in time.</summary>
    public long PreviewsNotAccepted { get; internal set; }

    /// <summary>Calls that a watchdog had to end.</summary>
    public long StuckCalls { get; internal set; }

    /// <summary>Engaging calls made to agents' phones, or seizures of nailed-up lines.</summary>
    public long Engagements { get; internal set; }

    /// <summary>Engaging calls that no agent answered.</summary>
    public long EngagementsFailed { get; internal set; }

    /// <summary>Engaged agents who were lost while a call on its way needed them: hung up, logged out, line down.</summary>
    public long EngagedLost { get; internal set; }

    /// <summary>People who answered and found no engaged agent (seizing modes).</summary>
    public long Overdialled { get; internal set; }

    /// <summary>Verdicts of the detector about answered calls.</summary>
    public long Verdicts { get; internal set; }

    /// <summary>Answered calls about which the detector said nothing in time: taken for people.</summary>
    public long VerdictsMissed { get; internal set; }

    /// <summary>Verdicts of a person that a beep showed to be wrong.</summary>
    public long VerdictsCorrected { get; internal set; }

    /// <summary>Calls ended before the answer by what was heard: busy, special information tones, fax ...</summary>
    public long ToneResults { get; internal set; }

    /// <summary>Calls that agents are to verify (<c>GSW_CALL_RESULT_FEEDBACK</c>).</summary>
    public long TestCalls { get; internal set; }

    /// <summary>Messages played to answering machines.</summary>
    public long MessagesPlayed { get; internal set; }

    internal readonly long[] ByRule = new long[Enum.GetValues<RuleReason>().Length];

    internal void CountRefused(RuleReason rule) => ByRule[(int)rule]++;

    internal Dictionary<string, long> RefusedByName()
    {
        var refused = new Dictionary<string, long>();
        for (var i = 1; i < ByRule.Length; i++)
        {
            if (ByRule[i] > 0)
            {
                refused.Add(((RuleReason)i).ToString(), ByRule[i]);
            }
        }

        return refused;
    }

    internal readonly long[] ByResult = new long[CallResults.StandardCount + 1];

    internal readonly DurationHistogram AnswerToAgent = new();

    internal readonly DurationHistogram PersonWait = new();

    internal readonly DurationHistogram AnswerToVerdict = new();

    internal void Count(CallResult result) =>
        ByResult[(uint)result < CallResults.StandardCount ? (int)result : CallResults.StandardCount]++;
}

/// <summary>Durations in 1 ms steps up to 10 s; longer ones count in the last step. Fixed memory, no allocation.</summary>
public sealed class DurationHistogram
{
    private const int Steps = 10_000;
    private readonly int[] _counts = new int[Steps + 1];

    public long Count { get; private set; }

    public void Add(long milliseconds)
    {
        _counts[(int)Math.Clamp(milliseconds, 0, Steps)]++;
        Count++;
    }

    /// <summary>The smallest duration (ms) that the given share of all does not exceed; 0 where there are none.</summary>
    public int Percentile(double share)
    {
        if (Count == 0)
        {
            return 0;
        }

        var wanted = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (var i = 0; i <= Steps; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
            {
                return i;
            }
        }

        return Steps;
    }

    /// <summary>Durations longer than this many ms.</summary>
    public long CountAbove(int milliseconds)
    {
        long above = 0;
        for (var i = Math.Min(milliseconds, Steps) + 1; i <= Steps; i++)
        {
            above += _counts[i];
        }

        return above;
    }
}
