using System.Collections.Concurrent;
using DialerEngine.Core;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Sessions;

/// <summary>
/// Who is connected: DNs and agents by session. The engine's way to the desktops. Thread-safe; never waits.
/// </summary>
/// <param name="metrics">Counts messages that found nobody.</param>
public sealed class CtiSessions(CtiMetrics metrics) : IAgentChannel
{
    private readonly ConcurrentDictionary<AgentId, IAgentMailbox> _byAgent = new();
    private readonly ConcurrentDictionary<string, CtiSession> _byDn = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, CtiSession> _all = new();
    private readonly ConcurrentDictionary<string, WaitingAgent> _waiting = new(StringComparer.Ordinal);
    private int _count;
    private volatile bool _stopping;
    private long _lastId;

    /// <summary>Connections now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>No session is waited for any more.</summary>
    internal bool IsStopping => _stopping;

    /// <summary>Agents whose connection broke and who are waited for.</summary>
    public int Waiting => _waiting.Count;

    /// <inheritdoc/>
    public void Send(AgentId agent, CtiEvent message)
    {
        if (_byAgent.TryGetValue(agent, out var mailbox))
        {
            mailbox.Send(message);
        }
        else
        {
            metrics.Undeliverable();
        }
    }

    internal long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Takes a place for a connection; false when all are taken.</summary>
    internal bool TryTakePlace(int max)
    {
        if (Interlocked.Increment(ref _count) <= max)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    internal void GiveBackPlace() => Interlocked.Decrement(ref _count);

    internal void Add(CtiSession session) => _all[session.Id] = session;

    internal void Remove(CtiSession session) => _all.TryRemove(session.Id, out _);

    /// <summary>One session a DN: false when another one has it.</summary>
    internal bool TryRegister(string dn, CtiSession session) => _byDn.GetOrAdd(dn, session) == session;

    /// <summary>The session that has a DN; null when none has.</summary>
    internal CtiSession? FindByDn(string dn) => _byDn.GetValueOrDefault(dn);

    internal void Unregister(string dn, CtiSession session) =>
        _byDn.TryRemove(new KeyValuePair<string, CtiSession>(dn, session));

    internal void Bind(AgentId agent, CtiSession session) => _byAgent[agent] = session;

    internal void Unbind(AgentId agent, CtiSession session) =>
        _byAgent.TryRemove(new KeyValuePair<AgentId, IAgentMailbox>(agent, session));

    /// <summary>The agent is on the way from one session to another: what comes for the agent meanwhile is kept.</summary>
    internal void Hold(WaitingAgent waiting) => _byAgent[waiting.Agent] = waiting;

    /// <summary>An agent's connection broke: what comes for the agent goes to who waits for them.</summary>
    internal void Wait(WaitingAgent waiting)
    {
        _waiting[waiting.LoginId] = waiting;
        _byAgent[waiting.Agent] = waiting;
        metrics.Waiting(1);
        waiting.Start();
        if (_stopping)
        {
            waiting.End();
        }
    }

    /// <summary>The agent of this login id who is waited for; null when none is.</summary>
    internal WaitingAgent? FindWaiting(string loginId) => _waiting.GetValueOrDefault(loginId);

    internal void Forget(WaitingAgent waiting)
    {
        if (_waiting.TryRemove(new KeyValuePair<string, WaitingAgent>(waiting.LoginId, waiting)))
        {
            metrics.Waiting(-1);
        }

        _byAgent.TryRemove(new KeyValuePair<AgentId, IAgentMailbox>(waiting.Agent, waiting));
    }

    /// <summary>Asks every session to end.</summary>
    internal void StopAll()
    {
        _stopping = true;
        foreach (var session in _all.Values)
        {
            session.Disconnect(CtiDisconnectReason.ServerStopping);
        }

        foreach (var waiting in _waiting.Values)
        {
            waiting.End();
        }
    }
}
