namespace DialerEngine.Core;

/// <summary>A campaign group that wants agents.</summary>
/// <param name="Group">The group.</param>
/// <param name="Options">How it takes part.</param>
/// <param name="LetsGo">True where it waits for ports or records and lets its agents go meanwhile.</param>
public readonly record struct AssignableGroup(GroupId Group, AgentAssignmentOptions Options, bool LetsGo);

/// <summary>An agent who can be assigned.</summary>
/// <param name="agent">The agent.</param>
/// <param name="groups">Groups that they may work for.</param>
/// <param name="current">The group that they are assigned to; default for none.</param>
public sealed class AssignableAgent(AgentId agent, IReadOnlyList<GroupId> groups, GroupId current)
{
    public AgentId Agent => agent;

    public IReadOnlyList<GroupId> Groups => groups;

    /// <summary>The group that they are to work for; default where no group may have them.</summary>
    public GroupId Group { get; internal set; } = current;
}

/// <summary>
/// Who works where, when agents belong to several running campaign groups. Groups are staffed to their minimum in the order of their priority; agents of nobody are
/// spread; groups that are always understaffed (minimum 0) then take what others have above their own minimum. An agent stays where they are unless somebody needs
/// them more: a minimum is filled with agents of nobody first, then with those whom another group has above its own minimum, then with those of a group of
/// lower priority. Pure: the same question has the same answer, and asked again after it the answer is that nobody moves.
/// </summary>
public static class AgentAssignment
{
    /// <summary>Decides; the answer is in <see cref="AssignableAgent.Group"/>.</summary>
    public static void Decide(IReadOnlyList<AssignableGroup> groups, IReadOnlyList<AssignableAgent> agents)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(agents);
        List<Staff> staff = [.. groups.Where(g => !g.LetsGo).OrderByDescending(g => g.Options.Priority).ThenBy(g => g.Group.Value).Select(g => new Staff(g.Group, g.Options))];
        var byGroup = staff.ToDictionary(s => s.Group);
        foreach (var agent in agents)
        {
            // What somebody had they may keep, up to the most of the group.
            agent.Group = byGroup.TryGetValue(agent.Group, out var own) && own.HasRoom && agent.Groups.Contains(own.Group) ? own.Add() : default;
        }

        // What one step gives may be what an earlier one lacked. Each round that changes something brings a group nearer to its minimum or an agent to work.
        for (var round = 0; round <= agents.Count && Round(staff, agents, byGroup); round++)
        {
        }
    }

    private static bool Round(List<Staff> staff, IReadOnlyList<AssignableAgent> agents, Dictionary<GroupId, Staff> byGroup)
    {
        var moved = false;
        foreach (var group in staff)
        {
            while (group.Count < group.Minimum && TryMove(group, agents, byGroup, RankForMinimum))
            {
                moved = true;
            }
        }

        foreach (var agent in agents)
        {
            moved |= agent.Group == default && Spread(agent, staff);
        }

        while (FeedHungry(staff, agents, byGroup))
        {
            moved = true;
        }

        return moved;
    }

    /// <summary>Moves the agent who is given most willingly; false where none is.</summary>
    private static bool TryMove(Staff to, IReadOnlyList<AssignableAgent> agents, Dictionary<GroupId, Staff> byGroup, Func<Staff?, Staff, int> rankOf)
    {
        AssignableAgent? best = null;
        var bestRank = 0;
        for (var i = 0; i < agents.Count; i++)
        {
            var agent = agents[i];
            if (agent.Group == to.Group || !agent.Groups.Contains(to.Group))
            {
                continue;
            }

            var rank = rankOf(byGroup.GetValueOrDefault(agent.Group), to);
            if (rank > bestRank)
            {
                (best, bestRank) = (agent, rank);
            }
        }

        if (best is null)
        {
            return false;
        }

        byGroup.GetValueOrDefault(best.Group)?.Remove();
        best.Group = to.Add();
        return true;
    }

    private static int RankForMinimum(Staff? has, Staff wants) =>
        has is null ? 3 : has.Count > has.Minimum ? 2 : has.Options.Priority < wants.Options.Priority ? 1 : 0;

    private static int RankForHungry(Staff? has, Staff wants) => has is null ? 0
        : has.IsHungry ? has.Options.Priority < wants.Options.Priority ? 1 : 0
        : has.Count > has.Minimum ? 2 : 0;

    /// <summary>Groups that are always understaffed first, then by priority, then where fewest are.</summary>
    private static bool Spread(AssignableAgent agent, List<Staff> staff)
    {
        Staff? best = null;
        foreach (var group in staff)
        {
            if (group.HasRoom && agent.Groups.Contains(group.Group)
                && (best is null || (group.IsHungry, group.Options.Priority, -group.Count).CompareTo((best.IsHungry, best.Options.Priority, -best.Count)) > 0))
            {
                best = group;
            }
        }

        if (best is null)
        {
            return false;
        }

        agent.Group = best.Add();
        return true;
    }

    /// <summary>One agent for the always understaffed group of the highest priority with the fewest agents; false where nobody is to be had.</summary>
    private static bool FeedHungry(List<Staff> staff, IReadOnlyList<AssignableAgent> agents, Dictionary<GroupId, Staff> byGroup)
    {
        foreach (var group in staff.Where(s => s.IsHungry && s.HasRoom).OrderByDescending(s => s.Options.Priority).ThenBy(s => s.Count))
        {
            if (TryMove(group, agents, byGroup, RankForHungry))
            {
                return true;
            }
        }

        return false;
    }

    private sealed class Staff(GroupId group, AgentAssignmentOptions options)
    {
        public GroupId Group => group;

        public AgentAssignmentOptions Options => options;

        public int Count { get; private set; }

        /// <summary>Always understaffed.</summary>
        public bool IsHungry => options.MinAgents == 0;

        public int Minimum => Math.Min(Math.Max(0, options.MinAgents), options.MaxAgents > 0 ? options.MaxAgents : int.MaxValue);

        public bool HasRoom => options.MaxAgents <= 0 || Count < options.MaxAgents;

        public GroupId Add()
        {
            Count++;
            return group;
        }

        public void Remove() => Count--;
    }
}
