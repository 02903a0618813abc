namespace DialerEngine.Core.Groups;

/// <summary>
/// One call at a time to a chain, over all groups. A call of the engine keeps its chain until its result is durable; one that an agent dialled until it is
/// over, as the agent may go on with another number of the chain.
/// </summary>
public sealed partial class GroupMachine
{
    /// <summary>How long a record waits whose chain is in a call, seconds: as with the rule OpenAttempt.</summary>
    private const int ChainHoldSeconds = 60;

    private readonly ChainClaims _chains;

    /// <summary>Claims the session's chain for its call. False where a call to another record of it is in progress, in this group or another.</summary>
    private bool TryEnterChain(CallSession session)
    {
        var record = session.Record!;
        Invariant.That(session.ChainOf == CallHandle.None);
        if (record.ChainId == 0)
        {
            return true;
        }

        if (!_chains.TryClaim(record.List, record.ChainId, session.Handle))
        {
            return false;
        }

        session.ChainOf = session.Handle;
        return true;
    }

    private void LeaveChain(CallSession session)
    {
        if (session.ChainOf != CallHandle.None)
        {
            _chains.Release(session.Record!.List, session.Record.ChainId, session.ChainOf);
            session.ChainOf = CallHandle.None;
        }
    }

    /// <summary>
    /// Claims the chain for an agent's dial. The agent's own records of it keep it claimed where their calls, which are over, were the engine's: those give
    /// it up.
    /// </summary>
    private bool TryEnterAgentsChain(CallSession session)
    {
        LeaveChain(session);
        foreach (var mate in _sessions)
        {
            if (mate.ChainOf != CallHandle.None && mate.CallOver && IsMate(session, mate))
            {
                LeaveChain(mate);
            }
        }

        return TryEnterChain(session);
    }
}
