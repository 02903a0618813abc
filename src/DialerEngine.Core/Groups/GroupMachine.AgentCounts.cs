using DialerEngine.Core.Pacing;

namespace DialerEngine.Core.Groups;

/// <summary>Which agents count for new dials, what pacing hears of them, and when all of them are claimed or let go.</summary>
public sealed partial class GroupMachine
{
    private int _uncountedIdle;
    private int _leaving;

    private void OnAgentLeaving(AgentId agent, bool leaving)
    {
        if (_seatByAgent.TryGetValue(agent.Value, out var slot) && _seats[slot].State != AgentState.LoggedOut)
        {
            SetLeaving(_seats[slot], leaving);
            TellPacer(_seats[slot]);
            _seizeDue = true;
        }
    }

    private void SetLeaving(AgentSeat seat, bool leaving)
    {
        seat.LeavingSoon = leaving;
        if (!leaving)
        {
            StopWaitingToLeave(seat);
            seat.MayLeave = false;
        }

        CountLeaving(seat);
    }

    /// <summary>Agents in the idle queue who leave soon, or are not ready any more, take calls that are on their way; new dials do not count on them.</summary>
    private void CountIdle(AgentSeat seat)
    {
        var uncounted = seat.Idle && (seat.LeavingSoon || seat.Pledged);
        _uncountedIdle += (uncounted ? 1 : 0) - (seat.Uncounted ? 1 : 0);
        seat.Uncounted = uncounted;
    }

    /// <summary>
    /// Tells pacing what the agent does now. In seizing modes a ready agent is an engaged one: the time until then counts as part of what came before,
    /// so that pacing knows when an agent really can be joined.
    /// </summary>
    private void TellPacer(AgentSeat seat)
    {
        if (Seizing && seat is { State: AgentState.Ready, Call: < 0, LeavingSoon: false, Seizure: not SeizureState.Engaged })
        {
            return;
        }

        if (seat is { ReservedFor: >= 0, State: AgentState.Ready, Call: < 0 })
        {
            // Kept free for one call: not ready for others.
            return;
        }

        _pacer.Observe(_now, new PacingEvent(
            seat.State switch
            {
                AgentState.LoggedOut => PacingEventKind.AgentLoggedOut,
                _ when seat.LeavingSoon || (seat.Away && seat.Call < 0) => PacingEventKind.AgentNotReady,
                _ when seat.Call >= 0 => PacingEventKind.AgentBusy,
                AgentState.Ready => PacingEventKind.AgentReady,
                AgentState.AfterCallWork => PacingEventKind.AgentAfterCallWork,
                _ => PacingEventKind.AgentNotReady,
            },
            seat.Definition.Id.Value));
    }

    private void ClaimReadyAgents()
    {
        _seizeDue = true;
        var seizing = Seizing;
        foreach (var seat in _seats)
        {
            // Most seats are where they belong already: this is asked at every tick.
            if (seat.ReservedFor >= 0 || seat.Idle != (seizing ? CanJoin(seat) : seat.CanTakeCalls) || !WantsAgents)
            {
                UpdateIdle(seat);
            }
        }
    }

    private void ReleaseIdleAgents()
    {
        foreach (var seat in _seats)
        {
            if (seat is { Seizure: not SeizureState.None, Call: < 0 })
            {
                Disengage(seat);
            }
            else if (seat.Idle)
            {
                LeaveIdleQueue(seat);
                Unclaim(seat);
            }
        }
    }
}
