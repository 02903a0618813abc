using DialerEngine.Core;
using DialerEngine.Core.Groups;

namespace DialerEngine.Runtime;

/// <summary>
/// Promises agents to one group at a time: one number per agent, moved by compare-and-swap. A group that was refused is remembered: whoever
/// had the agent last then leaves it to that group once, so that groups with common agents take turns.
/// </summary>
public sealed class AgentClaims : IAgentClaims
{
    private readonly Dictionary<int, int> _slots = [];
    private readonly int[] _owners;
    private readonly int[] _lastOwners;
    private readonly int[] _refused;

    public AgentClaims(IEnumerable<AgentId> agents)
    {
        foreach (var agent in agents)
        {
            _slots.TryAdd(agent.Value, _slots.Count);
        }

        _owners = new int[_slots.Count];
        _lastOwners = new int[_slots.Count];
        _refused = new int[_slots.Count];
    }

    public bool TryClaim(AgentId agent, GroupId group)
    {
        var slot = _slots[agent.Value];
        var refused = Volatile.Read(ref _refused[slot]);
        if (refused != 0 && refused != group.Value && Volatile.Read(ref _lastOwners[slot]) == group.Value && Volatile.Read(ref _owners[slot]) == 0)
        {
            // One turn for the group that was refused; if it does not come by then, this one has the agent again.
            Interlocked.CompareExchange(ref _refused[slot], 0, refused);
            return false;
        }

        var before = Interlocked.CompareExchange(ref _owners[slot], group.Value, 0);
        if (before == 0)
        {
            Volatile.Write(ref _lastOwners[slot], group.Value);
            Interlocked.CompareExchange(ref _refused[slot], 0, group.Value);
            return true;
        }

        if (before != group.Value && group.Value > 0)
        {
            // Only groups take turns: an ordinary call that is refused does not come again by itself.
            Volatile.Write(ref _refused[slot], group.Value);
        }

        return before == group.Value;
    }

    public void Release(AgentId agent, GroupId group) =>
        Interlocked.CompareExchange(ref _owners[_slots[agent.Value]], 0, group.Value);

    public bool WantedElsewhere(AgentId agent, GroupId group) =>
        Volatile.Read(ref _refused[_slots[agent.Value]]) is var refused && refused != 0 && refused != group.Value;
}
