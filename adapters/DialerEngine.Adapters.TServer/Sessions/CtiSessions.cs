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
    private readonly ConcurrentDictionary<AgentId, CtiSession> _byAgent = new();
    private readonly ConcurrentDictionary<string, CtiSession> _byDn = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, CtiSession> _all = new();
    private int _count;
    private long _lastId;

    /// <summary>Connections now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public void Send(AgentId agent, CtiEvent message)
    {
        if (_byAgent.TryGetValue(agent, out var session))
        {
            session.Send(message);
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

    internal void Unregister(string dn, CtiSession session) =>
        _byDn.TryRemove(new KeyValuePair<string, CtiSession>(dn, session));

    internal void Bind(AgentId agent, CtiSession session) => _byAgent[agent] = session;

    internal void Unbind(AgentId agent, CtiSession session) =>
        _byAgent.TryRemove(new KeyValuePair<AgentId, CtiSession>(agent, session));

    /// <summary>Asks every session to end.</summary>
    internal void StopAll()
    {
        foreach (var session in _all.Values)
        {
            session.Disconnect(CtiDisconnectReason.ServerStopping);
        }
    }
}
