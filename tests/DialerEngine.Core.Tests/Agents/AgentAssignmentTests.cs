namespace DialerEngine.Core.Tests.Agents;

/// <summary>Who works where, when agents belong to several campaign groups.</summary>
public sealed class AgentAssignmentTests
{
    private static readonly GroupId First = new(1);
    private static readonly GroupId Second = new(2);
    private static readonly GroupId Third = new(3);

    [Fact]
    public void Agents_of_nobody_are_spread_evenly_over_groups_alike()
    {
        var agents = Agents(9);
        Decide([Group(First), Group(Second), Group(Third)], agents);
        Assert.Equal([3, 3, 3], Counts(agents));
    }

    [Fact]
    public void Minimums_are_filled_by_priority_and_what_is_left_goes_where_it_is_always_wanted()
    {
        var agents = Agents(5);
        Decide([Group(First, min: 4, priority: 1), Group(Second, min: 3, priority: 5), Group(Third, min: -1)], agents);
        Assert.Equal([2, 3, 0], Counts(agents));
        agents = Agents(12);
        Decide([Group(First, min: 4), Group(Second, min: 3), Group(Third)], agents);
        Assert.Equal([4, 3, 5], Counts(agents));
    }

    [Fact]
    public void A_group_gets_its_minimum_from_what_others_have_too_much_and_only_then_from_lower_priorities()
    {
        var agents = Agents(6, First);
        Decide([Group(First, min: 4, priority: 1), Group(Second, min: 2, priority: 1)], agents);
        Assert.Equal([4, 2, 0], Counts(agents));
        Decide([Group(First, min: 4, priority: 1), Group(Second, min: 5, priority: 1)], agents);
        Assert.Equal([4, 2, 0], Counts(agents));
        Decide([Group(First, min: 4, priority: 1), Group(Second, min: 5, priority: 2)], agents);
        Assert.Equal([1, 5, 0], Counts(agents));
    }

    [Fact]
    public void The_most_of_a_group_is_kept_also_where_it_had_more()
    {
        var agents = Agents(6, First);
        Decide([Group(First, max: 2), Group(Second, max: 3)], agents);
        Assert.Equal([2, 3, 0], Counts(agents));
        Assert.Single(agents, a => a.Group == default);
    }

    [Fact]
    public void A_group_that_waits_lets_its_agents_go_and_they_come_back_when_they_are_needed()
    {
        var agents = Agents(4, First);
        Decide([Group(First, min: 4, letsGo: true), Group(Second, min: 1)], agents);
        Assert.Equal([0, 4, 0], Counts(agents));
        Decide([Group(First, min: 4), Group(Second, min: 1)], agents);
        Assert.Equal([3, 1, 0], Counts(agents));
    }

    [Fact]
    public void Nobody_works_for_a_group_that_is_not_theirs_or_does_not_take_part()
    {
        List<AssignableAgent> agents = [new(new AgentId(1), [First], Second), new(new AgentId(2), [Second], First), new(new AgentId(3), [Third], default)];
        Decide([Group(First, min: 2), Group(Second, min: 2)], agents);
        Assert.Equal([First, Second, default], agents.Select(a => a.Group));
    }

    [Fact]
    public void For_any_groups_the_bounds_hold_and_a_second_look_moves_nobody()
    {
        for (var seed = 1; seed <= 2_000; seed++)
        {
            var draw = new Random(seed);
            List<AssignableGroup> groups = [.. Enumerable.Range(1, draw.Next(1, 6)).Select(id => Group(
                new GroupId(id), draw.Next(-1, 6), draw.Next(0, 3) == 0 ? draw.Next(1, 8) : 0, draw.Next(1, 4), draw.Next(6) == 0))];
            List<AssignableAgent> agents = [.. Enumerable.Range(1, draw.Next(0, 30)).Select(id => new AssignableAgent(
                new AgentId(id), [.. groups.Where(_ => draw.Next(3) > 0).Select(g => g.Group)], draw.Next(3) == 0 ? default : new GroupId(draw.Next(1, 7))))];
            AgentAssignment.Decide(groups, agents);
            var before = agents.Select(a => a.Group).ToList();
            foreach (var group in groups)
            {
                var count = agents.Count(a => a.Group == group.Group);
                Assert.True(count == 0 || !group.LetsGo, $"seed {seed}");
                Assert.True(group.Options.MaxAgents == 0 || count <= group.Options.MaxAgents, $"seed {seed}");

                // Nobody stands idle whom the group may have and has room for.
                Assert.True(
                    group.LetsGo || (group.Options.MaxAgents > 0 && count >= group.Options.MaxAgents)
                    || !agents.Exists(a => a.Group == default && a.Groups.Contains(group.Group)), $"seed {seed}");
            }

            Assert.All(agents, a => Assert.True(a.Group == default || a.Groups.Contains(a.Group)));
            AgentAssignment.Decide(groups, agents);
            Assert.Equal(before, agents.Select(a => a.Group));
        }
    }

    private static void Decide(List<AssignableGroup> groups, List<AssignableAgent> agents) => AgentAssignment.Decide(groups, agents);

    private static AssignableGroup Group(GroupId id, int min = 0, int max = 0, int priority = 1, bool letsGo = false) =>
        new(id, new AgentAssignmentOptions { Enabled = true, MinAgents = min, MaxAgents = max, Priority = priority }, letsGo);

    private static List<AssignableAgent> Agents(int count, GroupId at = default) =>
        [.. Enumerable.Range(1, count).Select(id => new AssignableAgent(new AgentId(id), [First, Second, Third], at))];

    private static int[] Counts(List<AssignableAgent> agents) => [.. new[] { First, Second, Third }.Select(g => agents.Count(a => a.Group == g))];
}
