namespace DialerEngine.Core.Groups;

/// <summary>How far the engaging call of an agent is.</summary>
internal enum SeizureState : byte
{
    None,
    Engaging,
    Engaged,
}

/// <summary>An agent as one campaign group sees it.</summary>
internal sealed class AgentSeat(AgentDefinition definition, int slot)
{
    public AgentDefinition Definition { get; } = definition;

    public int Slot { get; } = slot;

    public AgentState State { get; set; }

    /// <summary>Version of the newest state heard; older ones are stale news.</summary>
    public long Version { get; set; } = -1;

    /// <summary>True while a nailed-up line stands; phones that ring per call need none.</summary>
    public bool LineUp { get; set; }

    /// <summary>Slot of the call that the agent has; -1 for none.</summary>
    public int Call { get; set; } = -1;

    /// <summary>True while this agent is in the idle queue, claimed for this group.</summary>
    public bool Idle { get; set; }

    /// <summary>True while the claim on the agent is ours (idle, or with a call of ours).</summary>
    public bool Claimed { get; set; }

    public int IdlePrevious { get; set; } = -1;

    public int IdleNext { get; set; } = -1;

    /// <summary>Record still on the desktop after its call (slot); -1 for none. The newest only: older ones finish when it is set.</summary>
    public int DesktopCall { get; set; } = -1;

    /// <summary>Slot of the personal callback that is being dialled for this agent; -1 for none.</summary>
    public int ReservedFor { get; set; } = -1;

    /// <summary>Slot of the callback that was offered to this agent; -1 for none.</summary>
    public int OfferedCall { get; set; } = -1;

    public long StateSince { get; set; }

    // Time in state, monotonic ticks, for the busy share.
    public long TalkTicks { get; set; }

    public long WrapTicks { get; set; }

    public long ReadyTicks { get; set; }

    public long NotReadyTicks { get; set; }

    // Seizing: the engaging call, see GroupMachine.Seizing.
    public SeizureState Seizure { get; set; }

    /// <summary>Number of the newest engaging call.</summary>
    public long Engagement { get; set; }

    public long SeizureSince { get; set; }

    /// <summary>True while a call that began as an engaging call stands, before the merge and after it.</summary>
    public bool HasEngagingCall { get; set; }

    /// <summary>True when an engaged agent is not ready any more, but a dial on its way was made for this agent.</summary>
    public bool Pledged { get; set; }

    /// <summary>Not engaged again before this moment, unless an answer needs it.</summary>
    public long RestUntil { get; set; }

    /// <summary>When another group turned out to have the agent.</summary>
    public long RefusedAt { get; set; } = -1;

    /// <summary>True while in the idle queue without being counted for new dials.</summary>
    public bool Uncounted { get; set; }

    /// <summary>Since when the agent could be engaged.</summary>
    public long ReadySince { get; set; }

    /// <summary>True once pacing was told that the agent is ready but not needed now.</summary>
    public bool ToldAway { get; set; }

    public long EngagedTicks { get; set; }

    /// <summary>True when the agent will log out soon: not counted for new dials.</summary>
    public bool LeavingSoon { get; set; }

    /// <summary>Unix ms of the agent's LogOut while its acknowledgement waits for calls made before it; 0 for none.</summary>
    public long LeavingSince { get; set; }

    /// <summary>Unix ms at which the agent may go whatever is under way.</summary>
    public long LeavesAt { get; set; }

    /// <summary>True once the agent was told that it may go: no call comes to it any more.</summary>
    public bool MayLeave { get; set; }

    /// <summary>True while the agent is assigned to another campaign group, or busy with an inbound call.</summary>
    public bool Away { get; set; }

    /// <summary>True while counted among those who leave soon or are away.</summary>
    public bool CountedLeaving { get; set; }

    /// <summary>True between PreviewDialingModeStart and PreviewDialingModeOver.</summary>
    public bool Previews { get; set; }

    /// <summary>True when the agent left because the connection was lost, not by logging out.</summary>
    public bool WasLost { get; set; }

    /// <summary>A port that failed is tried again at this moment; 0 for none.</summary>
    public long PortBackAt { get; set; }

    public bool CanTakeCalls => Call < 0 && State == AgentState.Ready && !MayLeave && !Away && (!Definition.Phone.NailedUp || LineUp);
}

/// <summary>
/// Makes sure that an agent who works for several campaign groups is promised to one at a time. Lock-free; called by group loops.
/// </summary>
public interface IAgentClaims
{
    /// <summary>Takes the agent for the group; true also when the group has it already.</summary>
    bool TryClaim(AgentId agent, GroupId group);

    /// <summary>Gives the agent back; nothing happens when the group does not have it.</summary>
    void Release(AgentId agent, GroupId group);

    /// <summary>True when another group was refused the agent since this one has it.</summary>
    bool WantedElsewhere(AgentId agent, GroupId group);
}
