using DialerEngine.Core;
using DialerEngine.Core.Pacing;

namespace DialerEngine.Pacing.Tests;

public sealed class PacingRhythmTests
{
    private readonly Asked _asked = new();
    private readonly PacingRhythm _rhythm;

    public PacingRhythmTests() => _rhythm = new PacingRhythm(_asked);

    [Fact]
    public void A_decision_that_looked_ahead_stands_for_half_a_second_when_nothing_happens()
    {
        Decide(0);
        Dialled(0, 3);
        Assert.Equal(0, Decide(0.1).Dial);
        Decide(0.49);
        Assert.Equal(1, _asked.Times);
        Assert.Equal(3, Decide(0.5).Dial);
    }

    [Theory]
    [InlineData(PacingEventKind.AgentReady)]
    [InlineData(PacingEventKind.CallFailed)]
    [InlineData(PacingEventKind.CallPerson)]
    [InlineData(PacingEventKind.CallAbandoned)]
    public void What_may_call_for_a_dial_is_decided_at_once_in_a_small_group(PacingEventKind kind)
    {
        Decide(0);
        Dialled(0, 3);
        _rhythm.Observe(At(0.05), new PacingEvent(kind, 1));
        Assert.Equal(3, Decide(0.05).Dial);
    }

    [Fact]
    public void A_thousand_agents_are_decided_for_twice_a_second()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _rhythm.Observe(At(i / 100.0), new PacingEvent(PacingEventKind.CallFailed, i));
            Decide(i / 100.0, agents: 1_000);
        }

        Assert.InRange(_asked.Times, 19, 21);
    }

    [Fact]
    public void What_a_large_group_could_not_place_at_one_instant_stays_wanted_until_the_next_decision()
    {
        Decide(0, agents: 1_000);
        Dialled(0, 2);
        Assert.Equal(1, Decide(0.01, agents: 1_000).Dial);
        Dialled(0.01, 1);
        Assert.Equal(0, Decide(0.02, agents: 1_000).Dial);
        Assert.Equal(1, _asked.Times);
    }

    [Fact]
    public void Dials_that_could_not_be_placed_are_asked_for_again()
    {
        Decide(0);
        Dialled(0, 1);
        Assert.Equal(3, Decide(0.02).Dial);
    }

    [Fact]
    public void Rules_that_do_not_look_ahead_are_asked_every_time()
    {
        _asked.Reason = PacingReason.WarmUp;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(3, Decide(i / 1_000.0).Dial);
        }
    }

    private static Moment At(double seconds) => new((long)(seconds * TimeSpan.TicksPerSecond), DateTimeOffset.UnixEpoch.AddSeconds(seconds));

    private PacingDecision Decide(double at, int agents = 10) => _rhythm.Decide(new PacingSituation { Now = At(at), LoggedInAgents = agents, FreeLines = 100, AvailableRecords = 100 });

    private void Dialled(double at, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            _rhythm.Observe(At(at), new PacingEvent(PacingEventKind.CallDialing, i));
        }
    }

    private sealed class Asked : IPacer
    {
        public int Times { get; private set; }

        public PacingReason Reason { get; set; } = PacingReason.ExpectedAnswersMeetExpectedAgents;

        public void Observe(in Moment now, in PacingEvent happened)
        {
            // Only the questions are counted.
        }

        public PacingDecision Decide(in PacingSituation situation)
        {
            Times++;
            return new PacingDecision(3, Reason);
        }
    }
}
