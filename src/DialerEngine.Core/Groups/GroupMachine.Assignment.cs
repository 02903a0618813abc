using DialerEngine.Core.Desktop;

namespace DialerEngine.Core.Groups;

/// <summary>
/// Agents of several campaign groups, and agents who take inbound calls as well: one who is assigned to another group, or busy with an inbound call, is
/// away here. An agent who is away is promised to no call, is offered no record and does not count for new dials; the call and the records that they have
/// are theirs to the end.
/// </summary>
public sealed partial class GroupMachine
{
    /// <summary>Input <see cref="InputKind.AgentAssigned"/>: the agent works here.</summary>
    public const int AssignedHere = 1;

    /// <summary>Input <see cref="InputKind.AgentAssigned"/>: the desktop is told of the assignment (user event CampaignGroupAssigned).</summary>
    public const int TellDesktop = 2;

    private void OnAgentAssigned(AgentId agent, int how)
    {
        if (!_seatByAgent.TryGetValue(agent.Value, out var slot))
        {
            return;
        }

        var seat = _seats[slot];
        var away = (how & AssignedHere) == 0;
        if (seat.Away != away)
        {
            seat.Away = away;
            CountLeaving(seat);
            if (away && seat is { Seizure: not SeizureState.None, Call: < 0 })
            {
                NoteLoss(seat);
                Disengage(seat);
            }

            _seizeDue = true;
            UpdateIdle(seat);
            TellPacer(seat);
        }

        if ((how & TellDesktop) != 0 && !away && seat.State != AgentState.LoggedOut && _state is CampaignGroupState.Active or CampaignGroupState.Running)
        {
            NotifyOne(seat, CampaignNotification.GroupAssigned);
        }
    }

    /// <summary>Agents who leave soon or are away do not count among those for whom is dialled.</summary>
    private void CountLeaving(AgentSeat seat)
    {
        var counted = (seat.LeavingSoon || seat.Away) && seat.State != AgentState.LoggedOut;
        _leaving += (counted ? 1 : 0) - (seat.CountedLeaving ? 1 : 0);
        seat.CountedLeaving = counted;
        CountIdle(seat);
    }
}
