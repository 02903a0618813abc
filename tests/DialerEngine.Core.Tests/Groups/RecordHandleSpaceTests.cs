using DialerEngine.Core.Groups;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>Record handles: one record one handle over all groups, found again by group and place.</summary>
public sealed class RecordHandleSpaceTests
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(3, 100)]
    [InlineData(500, 10_008)]
    public void A_handle_names_its_group_and_place_and_none_is_given_twice(int groups, int sessions)
    {
        var slots = RecordHandleSpace.SlotsFor(sessions);
        var seen = new HashSet<int>();
        foreach (var group in new[] { 0, groups / 2, groups - 1 }.Distinct())
        {
            var space = new RecordHandleSpace(slots, groups, group);
            foreach (var index in new[] { 0, 1, sessions - 1 })
            {
                for (var generation = 1; generation <= 100; generation++)
                {
                    var handle = space.HandleOf(index, generation);
                    Assert.True(handle > 0);
                    Assert.Equal((index, group), (space.IndexOf(handle), space.GroupOf(handle)));
                    Assert.True(seen.Add(handle), $"group {group}, place {index}, generation {generation}");
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void What_is_no_handle_has_no_place(int handle) => Assert.Equal(-1, RecordHandleSpace.ForSessions(10).IndexOf(handle));

    [Fact]
    public void Generations_that_have_run_round_still_give_positive_handles_of_the_group()
    {
        var space = new RecordHandleSpace(16, 7, 6);
        foreach (var generation in new[] { CallHandle.MaxGeneration, CallHandle.MaxGeneration - 1, 1 << 20 })
        {
            var handle = space.HandleOf(14, generation);
            Assert.True(handle > 0);
            Assert.Equal((14, 6), (space.IndexOf(handle), space.GroupOf(handle)));
        }
    }
}
