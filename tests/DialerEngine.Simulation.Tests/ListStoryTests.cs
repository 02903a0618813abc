using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Simulation.Tests;

/// <summary>
/// Over any sequence of results, requests, clock moves and restarts, with two groups on one list: a record is in exactly one place, no chain is dialled in two
/// calls at once, attempts never exceed the plan, and nobody is dialled outside the window or while on the do-not-call list. A sequence that breaks a rule is
/// shrunk to the shortest that does.
/// </summary>
public sealed class ListStoryTests
{
    [Theory]
    [InlineData(1, 1UL)]
    [InlineData(2, 2UL)]
    [InlineData(3, 3UL)]
    [InlineData(6, 4UL)]
    public void Whatever_happens_every_rule_holds(int chainLength, ulong seed)
    {
        var steps = Gen.Choose(0, 419).ArrayOf(40).ToArbitrary();
        Prop.ForAll(steps, told => Holds(told, seed, chainLength)).Check(Config.QuickThrowOnFailure.WithMaxTest(12).WithReplay(seed, 7UL));
    }

    [Fact]
    public void The_stories_are_not_idle()
    {
        var (dialled, held) = (0, 0L);
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var story = new ListStory(seed, chainLength: 6);
            for (var i = 0; i < 60; i++)
            {
                story.Tell(i % 3 == 0 ? 4 : 14 * (i % 20));
            }

            story.End();
            Assert.Empty(story.Wrong);
            (dialled, held) = (dialled + story.Dialled, held + story.HeldForChain);
        }

        Assert.True(dialled > 30 && held > 0, $"{dialled} dialled, {held} held because their chain was in a call of another group or their own");
    }

    private static bool Holds(int[] steps, ulong seed, int chainLength)
    {
        var story = new ListStory(seed, chainLength);
        foreach (var step in steps)
        {
            story.Tell(step);
        }

        story.End();
        return story.Wrong.Count == 0 ? true : throw new InvalidOperationException(string.Join("; ", story.Wrong.Take(4)));
    }
}
