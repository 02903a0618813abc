using DialerEngine.Pacing.Budgets;

namespace DialerEngine.Pacing.Tests;

public sealed class SwingReserveTests
{
    private readonly SwingReserve _reserve = new(mostAgents: 30);
    private double _now;

    [Fact]
    public void A_steady_hit_ratio_keeps_nothing_unspent()
    {
        Go(1, 0.2, isKnown: false);
        Go(120, 0.3);
        Go(120, 0.28);

        Assert.Equal(0, _reserve.People);
    }

    [Fact]
    public void What_a_return_would_cost_is_kept_after_a_fall_and_for_the_rest_of_the_day()
    {
        Go(60, 0.3);
        Go(60, 0.12);
        var low = _reserve.People;
        Go(60, 0.3);
        var returned = _reserve.People;
        Go(48 * 60, 0.3);

        // Half of the people too many until a rise is believed, give or take.
        Assert.InRange(low, 1.5, 2.5);
        Assert.InRange(returned, 1, low);
        Assert.Equal(0, _reserve.People);
    }

    [Fact]
    public void The_more_calls_are_under_way_the_more_a_return_costs()
    {
        Go(60, 0.3);
        Go(10, 0.12, pending: 5);
        var few = _reserve.People;
        Go(1, 0.12, pending: 100);

        Assert.True(_reserve.People > 2 * few);
    }

    [Fact]
    public void Guesses_of_the_first_dials_are_no_swing()
    {
        Go(10, 0.6, isKnown: false);
        Go(10, 0.2, isKnown: false);
        Go(10, 0.2);

        Assert.Equal(0, _reserve.People);
    }

    [Fact]
    public void A_large_group_keeps_none_and_begins_to_when_it_has_become_small()
    {
        Go(10, 0.3, agents: 31);
        Go(10, 0.12, agents: 31);
        Assert.Equal(0, _reserve.People);
        Go(1, 0.12, agents: 30);
        Assert.True(_reserve.People > 1);
    }

    private void Go(int minutes, double hitRatio, bool isKnown = true, int pending = 5, int agents = 5)
    {
        for (var i = 0; i < minutes; i++)
        {
            _now += 60;
            _reserve.Update(_now, hitRatio, isKnown, pending, agents);
        }
    }
}
