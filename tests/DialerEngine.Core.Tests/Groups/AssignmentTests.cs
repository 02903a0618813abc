using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Core.Tests.Groups;

/// <summary>Agents who are assigned to another group, or busy with an inbound call: nothing new comes to them, what they have is theirs.</summary>
public sealed class AssignmentTests
{
    [Fact]
    public void An_agent_who_is_away_is_not_dialled_for()
    {
        var bench = new MachineBench(agents: 1);
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(4);
        bench.Command(GroupCommandKind.Start);
        Assign(bench, 0);
        bench.AgentState(1, AgentState.Ready);
        bench.Step(new GroupInput { Kind = InputKind.Tick });
        Assert.DoesNotContain(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
        Assign(bench, GroupMachine.AssignedHere);
        Assert.Contains(bench.Entries, e => e.Kind == JournalEntryKind.AttemptStarted);
    }

    [Fact]
    public void A_call_goes_on_and_its_record_is_finished_here()
    {
        var bench = new MachineBench(options: new CampaignGroupOptions { RecordProcessedRequired = true });
        var call = bench.Connected();
        var handle = bench.Machine.Find(call)!.RecordHandle;
        Assign(bench, 0);
        Assert.False(bench.HasCallEvent(CallEventKind.Released));
        bench.Call(InputKind.CallEnded, call, outcome: new CallOutcome { Answered = true });
        DesktopRecordTests.Ask(bench, DesktopRequestKind.RecordProcessed, handle);
        bench.Commit();
        Assert.Contains(bench.Effects, e => e.Kind == EffectKind.DesktopReply && e.Detail == 0);
    }

    [Theory]
    [InlineData(DialMode.Preview)]
    [InlineData(DialMode.PushPreview)]
    public void An_agent_who_is_away_is_offered_nothing(DialMode mode)
    {
        var bench = new MachineBench(agents: 1, mode: mode);
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(4);
        bench.Command(GroupCommandKind.Start);
        Assign(bench, 0);
        bench.AgentState(1, AgentState.Ready);
        Assert.False(bench.Has(EffectKind.PreviewPushed));
        if (mode == DialMode.Preview)
        {
            Assert.Equal(DesktopError.NoRecordsAvailable, DesktopRecordTests.Ask(bench, DesktopRequestKind.PreviewRecordRequest, 0));
        }

        Assign(bench, GroupMachine.AssignedHere);
        Assert.Equal(mode == DialMode.PushPreview, bench.Has(EffectKind.PreviewPushed));
    }

    [Fact]
    public void The_desktop_hears_of_an_assignment_to_a_group_that_is_loaded()
    {
        var bench = new MachineBench(agents: 1);
        bench.AgentState(1, AgentState.NotReady);
        Assign(bench, GroupMachine.AssignedHere | GroupMachine.TellDesktop);
        Assert.False(bench.Has(EffectKind.Notify));
        bench.Command(GroupCommandKind.Load);
        Assign(bench, GroupMachine.AssignedHere | GroupMachine.TellDesktop);
        Assert.Contains(bench.Effects, e => e.Kind == EffectKind.Notify && e.Detail == (int)CampaignNotification.GroupAssigned);
        Assign(bench, GroupMachine.TellDesktop);
        Assert.False(bench.Has(EffectKind.Notify));
    }

    [Fact]
    public void Prediction_does_not_count_who_is_away_however_often_they_come_and_go()
    {
        var bench = new MachineBench(agents: 2) { Wanted = _ => 0 };
        bench.Command(GroupCommandKind.Load);
        bench.Fetched(4);
        bench.Command(GroupCommandKind.Start);
        bench.AgentState(1, AgentState.Ready);
        bench.AgentState(2, AgentState.Ready);
        var seen = 0;
        bench.Wanted = s => (seen = s.LoggedInAgents) * 0;
        foreach (var (how, state, expected) in new[] { (0, AgentState.Ready, 1), (0, AgentState.LoggedOut, 1), (0, AgentState.NotReady, 1), (1, AgentState.Ready, 2), (0, AgentState.Ready, 1) })
        {
            Assign(bench, how);
            bench.AgentState(1, state);
            Assert.Equal(expected, seen);
        }
    }

    private static void Assign(MachineBench bench, int how) =>
        bench.Step(new GroupInput { Kind = InputKind.AgentAssigned, Agent = new AgentId(1), Detail = how });
}
