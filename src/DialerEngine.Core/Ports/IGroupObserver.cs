using DialerEngine.Core.Callbacks;
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

    /// <summary>Something happened to a record: a chain is done with, a callback was made, kept or missed.</summary>
    void RecordEvent(CampaignGroupDefinition group, in RecordEvent happened)
    {
    }

    /// <summary>The number of the session's record, or those of its whole chain, are not to be called again.</summary>
    void DoNotCallAsked(CampaignGroupDefinition group, CallSession session, bool wholeChain)
    {
    }

    /// <summary>A call whose end the network never told was given up.</summary>
    void CallStuck(CampaignGroupDefinition group, CallSession session);
}
