using DialerEngine.Core;
using DialerEngine.Core.Pacing;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Pacing.Tests;

public sealed class ProgressivePacerTests
{
    [Theory]
    [InlineData(3, 0, 0, 100, 100, 3, PacingReason.OneDialForEachReadyAgent)]
    [InlineData(3, 1, 1, 100, 100, 1, PacingReason.OneDialForEachReadyAgent)]
    [InlineData(3, 2, 1, 100, 100, 0, PacingReason.EveryReadyAgentHasADialUnderWay)]
    [InlineData(3, 9, 9, 100, 100, 0, PacingReason.EveryReadyAgentHasADialUnderWay)]
    [InlineData(0, 0, 0, 100, 100, 0, PacingReason.NoReadyAgent)]
    [InlineData(5, 0, 0, 2, 100, 2, PacingReason.OneDialForEachReadyAgent)]
    [InlineData(5, 0, 0, 100, 1, 1, PacingReason.OneDialForEachReadyAgent)]
    [InlineData(5, 0, 0, 0, 100, 0, PacingReason.NoFreeLine)]
    [InlineData(5, 0, 0, 100, 0, 0, PacingReason.NoRecords)]
    [InlineData(-1, -1, -1, -1, -1, 0, PacingReason.NoReadyAgent)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, 0, PacingReason.EveryReadyAgentHasADialUnderWay)]
    public void One_call_is_placed_for_each_ready_agent_whom_nothing_claims(
        int ready, int pending, int waiting, int lines, int records, int dial, PacingReason reason)
    {
        var decision = new ProgressivePacer().Decide(Situation(ready, pending, waiting, lines, records));
        Assert.Equal(new PacingDecision(dial, reason), decision);
    }

    [Theory]
    [InlineData(0.7, 4, 0, 1, 1)] // the field's own example: M = 0.7, ready 4, queued 0, dialled 1 gives 1
    [InlineData(2, 4, 1, 2, 4)]
    [InlineData(0.7, 10, 0, 0, 7)]
    public void Lines_per_agent_follow_the_formula_of_the_field(double lines, int ready, int waiting, int pending, int dial)
    {
        Assert.Equal(dial, new ProgressivePacer(lines).Decide(Situation(ready, pending, waiting, 100, 100)).Dial);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(11)]
    [InlineData(double.NaN)]
    public void Lines_per_agent_outside_their_range_are_refused(double lines)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProgressivePacer(lines));
    }

    [Fact]
    public void Never_more_than_lines_records_or_unclaimed_agents_and_never_negative()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<int>().Generator.ArrayOf(5).ToArbitrary(), c =>
        {
            var (ready, pending, waiting, lines, records) = (c[0], c[1], c[2], c[3], c[4]);
            var situation = Situation(ready, pending, waiting, lines, records);
            var first = new ProgressivePacer().Decide(situation);
            var more = new ProgressivePacer().Decide(situation with { ReadyAgents = Math.Min(ready, int.MaxValue - 1) + 1 });
            var free = Math.Max(0L, ready) - Math.Max(0L, pending) - Math.Max(0L, waiting);
            return first.Dial >= 0
                && first.Dial <= Math.Max(0, lines) && first.Dial <= Math.Max(0, records) && first.Dial <= Math.Max(0, free)
                && more.Dial >= first.Dial
                && first.Reason != PacingReason.None;
        }).QuickCheckThrowOnFailure();
    }

    private static PacingSituation Situation(int ready, int pending, int waiting, int lines, int records) => new()
    {
        Now = new Moment(0, DateTimeOffset.UnixEpoch),
        ReadyAgents = ready,
        LoggedInAgents = ready,
        PendingCalls = pending,
        WaitingPersons = waiting,
        FreeLines = lines,
        AvailableRecords = records,
    };
}
