using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Groups;

namespace DialerEngine.Core.Ports;

/// <summary>
/// Edges that report what groups do (logs, statistics, notifiers). Called on a group's loop: implementations take what they need and return at
/// once; they keep no reference to the session.
/// </summary>
public interface IGroupObserver
{
    void StateChanged(CampaignGroupDefinition group, CampaignGroupState state, DialMode mode, GroupCommandKind by);

    /// <summary>The attempt is durable and its INVITE is about to leave.</summary>
    void AttemptStarted(CampaignGroupDefinition group, CallSession session);

    /// <summary>The attempt's result is durable.</summary>
    void AttemptFinished(CampaignGroupDefinition group, CallSession session);

    /// <summary>A call whose end the network never told was given up.</summary>
    void CallStuck(CampaignGroupDefinition group, CallSession session);
}
