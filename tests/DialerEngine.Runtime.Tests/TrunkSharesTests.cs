using DialerEngine.Core;

namespace DialerEngine.Runtime.Tests;

/// <summary>Fair shares of a trunk that several groups use: no idle line while someone wants it, nobody starved, shares by need and weight.</summary>
public sealed class TrunkSharesTests
{
    private static readonly int[] Trunk = [0];

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Lines_are_never_idle_while_someone_wants_them_and_shares_are_max_min_fair(int seed)
    {
        var random = new Random(seed);
        var lines = 1 + random.Next(40);
        var groups = 2 + random.Next(5);
        var gate = new TrunkGate([new TrunkLimits("a", lines, 1_000_000)]);
        var demand = Enumerable.Range(0, groups).Select(_ => 1 + random.Next(40)).ToArray();
        var held = new int[groups];

        // Everybody keeps asking for its whole demand; calls end at random, so that lines change hands.
        for (var ms = 0; ms < 20_000; ms += 20)
        {
            var now = At(ms);
            foreach (var g in Enumerable.Range(0, groups).OrderBy(_ => random.Next()))
            {
                if (held[g] > 0 && random.Next(10) == 0)
                {
                    gate.Release(new GroupId(g + 1), 0);
                    held[g]--;
                }

                var refused = false;
                while (held[g] < demand[g] && !refused)
                {
                    refused = gate.TryTake(new GroupId(g + 1), Trunk, now, out _) < 0;
                    held[g] += refused ? 0 : 1;
                }

                gate.Want(new GroupId(g + 1), Trunk, demand[g] - held[g], 0, now);
            }
        }

        var total = demand.Sum();
        var taken = held.Sum();
        Assert.True(taken >= Math.Min(lines, total) - groups, $"seed {seed}: {taken} of {lines} lines in use, {total} wanted");
        var level = FairLevel(demand, lines);
        for (var g = 0; g < groups; g++)
        {
            Assert.True(
                held[g] >= Math.Min(demand[g], level) - 2,
                $"seed {seed}: group {g} has {held[g]} of {demand[g]}, the fair level is {level}; {string.Join(' ', held)} of {lines}");
        }
    }

    [Fact]
    public void One_line_changes_hands_so_that_nobody_is_starved()
    {
        var gate = new TrunkGate([new TrunkLimits("a", 1, 1_000_000)]);
        var got = new int[3];
        int? holder = null;
        for (var ms = 0; ms < 60_000; ms += 20)
        {
            if (holder is { } busy && ms % 1_000 == 0)
            {
                gate.Release(new GroupId(busy + 1), 0);
                holder = null;
            }

            for (var g = 0; g < 3; g++)
            {
                if (gate.TryTake(new GroupId(g + 1), Trunk, At(ms), out _) == 0)
                {
                    got[g]++;
                    holder = g;
                }

                gate.Want(new GroupId(g + 1), Trunk, 1, 0, At(ms));
            }
        }

        Assert.All(got, n => Assert.InRange(n, 15, 25));
    }

    [Theory]
    [InlineData(0, 0, 1.0)]
    [InlineData(3, 0, 4.0)]
    [InlineData(9, 4, 2.0)]
    public void Starts_per_second_follow_the_agents_who_wait(int waitingA, int waitingB, double ratio)
    {
        var gate = new TrunkGate([new TrunkLimits("a", 100_000, 20)]);
        var got = new int[2];
        for (var ms = 0; ms < 60_000; ms += 20)
        {
            for (var g = 0; g < 2; g++)
            {
                while (gate.TryTake(new GroupId(g + 1), Trunk, At(ms), out _) == 0)
                {
                    got[g]++;
                }

                gate.Want(new GroupId(g + 1), Trunk, 50, g == 0 ? waitingA : waitingB, At(ms));
            }
        }

        // The rate is used up, and shared.
        Assert.InRange(got.Sum(), 1_190, 1_210);
        Assert.InRange((double)got[0] / got[1], ratio * 0.9, ratio * 1.1);
    }

    [Fact]
    public void A_group_that_asks_no_more_keeps_nothing_back()
    {
        var gate = new TrunkGate([new TrunkLimits("a", 10, 1_000_000)]);
        gate.Want(new GroupId(2), Trunk, 10, 0, At(0));
        var got = 0;
        while (gate.TryTake(new GroupId(1), Trunk, At(1), out _) == 0)
        {
            got++;
        }

        Assert.Equal(5, got);
        while (gate.TryTake(new GroupId(1), Trunk, At(400), out _) == 0)
        {
            got++;
        }

        Assert.Equal(10, got);
    }

    [Fact]
    public void Groups_with_a_common_agent_take_turns()
    {
        var agent = new AgentId(5);
        var claims = new AgentClaims([agent]);
        Assert.True(claims.TryClaim(agent, new GroupId(1)));
        Assert.False(claims.WantedElsewhere(agent, new GroupId(1)));
        Assert.False(claims.TryClaim(agent, new GroupId(2)));
        Assert.True(claims.WantedElsewhere(agent, new GroupId(1)));
        claims.Release(agent, new GroupId(1));
        Assert.False(claims.TryClaim(agent, new GroupId(1)));
        Assert.True(claims.TryClaim(agent, new GroupId(2)));
        claims.Release(agent, new GroupId(2));
        Assert.True(claims.TryClaim(agent, new GroupId(1)));
    }

    private static int FairLevel(int[] demand, int lines)
    {
        var level = 0;
        while (demand.Sum(d => Math.Min(d, level + 1)) <= lines && level < lines)
        {
            level++;
        }

        return level;
    }

    private static Moment At(int milliseconds) => new(milliseconds * Moment.TicksPerMillisecond, DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds));
}
