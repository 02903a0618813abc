namespace DialerEngine.Core.Groups;

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

    public bool CanTakeCalls => State == AgentState.Ready && Call < 0 && (!Definition.Phone.NailedUp || LineUp);
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
}
