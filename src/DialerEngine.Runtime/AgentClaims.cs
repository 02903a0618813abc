using DialerEngine.Core;
using DialerEngine.Core.Groups;

namespace DialerEngine.Runtime;

/// <summary>Promises agents to one group at a time: one number per agent, moved by compare-and-swap.</summary>
public sealed class AgentClaims : IAgentClaims
{
    private readonly Dictionary<int, int> _slots = [];
    private readonly int[] _owners;

    public AgentClaims(IEnumerable<AgentId> agents)
    {
        foreach (var agent in agents)
        {
            _slots.TryAdd(agent.Value, _slots.Count);
        }

        _owners = new int[_slots.Count];
    }

    public bool TryClaim(AgentId agent, GroupId group)
    {
        ref var owner = ref _owners[_slots[agent.Value]];
        var before = Interlocked.CompareExchange(ref owner, group.Value, 0);
        return before == 0 || before == group.Value;
    }

    public void Release(AgentId agent, GroupId group) =>
        Interlocked.CompareExchange(ref _owners[_slots[agent.Value]], 0, group.Value);
}
