using DialerEngine.Core;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Pacing;

/// <summary>
/// The engine's loop asks its pacer at every input; looking ahead is worth its price only when something has happened that may call for a dial. This
/// asks anew at once after a call has failed or reached a person or an agent has become ready (with large groups, where such things happen all the
/// time, at most every half millisecond for each agent), after dials that could not all be placed, and in any case after half a second; until then the
/// dials that are still owed stay wanted.
/// Decisions that look ahead at nothing pass through: they cost nothing. <c>pacing serve</c> asks its pacer directly: each tick has its own decision.
/// </summary>
/// <param name="pacer">The pacer that decides.</param>
public sealed class PacingRhythm(IPacer pacer) : IPacer
{
    /// <summary>Longest time without a new decision.</summary>
    private const long LongestTicks = TimeSpan.TicksPerSecond / 2;

    /// <summary>Shortest time between two, for each agent; at least for twenty.</summary>
    private const long TicksForEachAgent = TimeSpan.TicksPerMillisecond / 2;
    private const int FewestAgents = 20;
    private PacingDecision _last;
    private long _decided;
    private long _spacing;
    private int _owed;
    private bool _stirred;

    /// <inheritdoc/>
    public void Observe(in Moment now, in PacingEvent happened)
    {
        _owed -= happened.Kind == PacingEventKind.CallDialing ? 1 : 0;
        _stirred |= happened.Kind is PacingEventKind.AgentReady or PacingEventKind.CallFailed or PacingEventKind.CallPerson or PacingEventKind.CallAbandoned;
        pacer.Observe(now, happened);
    }

    /// <inheritdoc/>
    public PacingDecision Decide(in PacingSituation situation)
    {
        var since = situation.Now.Ticks - _decided;
        var wait = _stirred || _owed > 0 ? _spacing : LongestTicks;
        if (_last.Reason == PacingReason.ExpectedAnswersMeetExpectedAgents && since >= 0 && since < wait)
        {
            // What the last decision wanted and its group could not place at that instant (smoothing, rates) is still wanted.
            return _last with { Dial = Math.Max(0, Math.Min(_owed, Math.Min(situation.FreeLines, situation.AvailableRecords))) };
        }

        _last = pacer.Decide(situation);
        _decided = situation.Now.Ticks;
        _spacing = Math.Min(LongestTicks, TicksForEachAgent * Math.Max(FewestAgents, situation.LoggedInAgents));
        _owed = _last.Dial;
        _stirred = false;
        return _last;
    }
}
