using DialerEngine.Core;

namespace DialerEngine.Adapters.CpdServer.Tests;

/// <summary>Test calls by group and list, and what agents' results say about verdicts.</summary>
public sealed class TestCallBookTests
{
    private static readonly GroupId Group = new(3);
    private static readonly ListId List = new(7);

    [Fact]
    public void Groups_have_shares_of_their_own_and_others_make_no_test_calls()
    {
        var book = new TestCallBook(new Dictionary<GroupId, double> { [Group] = 0.25, [new GroupId(4)] = 1 });
        Assert.Equal(25, Enumerable.Range(0, 100).Count(_ => book.TakeVerdict(Group, List, CallResult.AnsweringMachine)));
        Assert.Equal(25, Enumerable.Range(0, 100).Count(_ => book.TakeVerdict(Group, List, CallResult.Answer)));
        Assert.True(book.TakeVerdict(new GroupId(4), List, CallResult.Answer));
        Assert.False(book.TakeVerdict(new GroupId(5), List, CallResult.AnsweringMachine));
        Assert.Equal([(3, 100L, 100L), (4, 1L, 0L)], book.Report().Select(r => (r.Group.Value, r.Rates.CalledPeople, r.Rates.CalledMachines)));
    }

    [Theory]
    [InlineData(CallResult.AnsweringMachine, CallResult.Answer, 1, 1, 0, 0, 0)]
    [InlineData(CallResult.AnsweringMachine, CallResult.WrongParty, 1, 1, 0, 0, 0)]
    [InlineData(CallResult.AnsweringMachine, CallResult.AnsweringMachine, 0, 1, 0, 0, 0)]
    [InlineData(CallResult.Answer, CallResult.AnsweringMachine, 0, 0, 1, 1, 0)]
    [InlineData(CallResult.Answer, CallResult.DoNotCall, 0, 0, 0, 1, 0)]
    [InlineData(CallResult.Answer, CallResult.Fax, 0, 0, 0, 0, 1)]
    [InlineData(CallResult.AnsweringMachine, null, 0, 0, 0, 0, 1)]
    public void An_agents_result_says_machine_person_or_nothing(
        CallResult verdict, CallResult? agents, long falseMachines, long machinesJudged, long missed, long peopleJudged, long unanswered)
    {
        var book = new TestCallBook(new Dictionary<GroupId, double> { [Group] = 1 });
        book.TakeVerdict(Group, List, verdict);
        book.TakeFeedback(Group, List, verdict, agents);
        var report = Assert.Single(book.Report());
        Assert.Equal((falseMachines, machinesJudged), (report.Rates.FalseMachines.Hits, report.Rates.FalseMachines.Of));
        Assert.Equal((missed, peopleJudged, unanswered), (report.Rates.MissedMachines.Hits, report.Rates.MissedMachines.Of, report.Unanswered));
    }
}
