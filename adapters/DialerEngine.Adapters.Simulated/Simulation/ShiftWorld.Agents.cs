using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Pacing;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Adapters.Simulated.Simulation;

/// <summary>The agents' part: shifts, breaks, calls, after-call work.</summary>
public sealed partial class ShiftWorld
{
    // An agent whom the engine has set to not ready comes back after this long.
    private const double ComeBackSeconds = 20;
    private const double LineSeconds = 0.05;
    private const double MergeSeconds = 0.02;

    public void Deliver(CallHandle call, AgentId agent)
    {
        var who = AgentOf(agent);
        who.Delivery = call;
        Plan(_scenario.Teams[who.Team].Connect.Sample(_agentsRandom), HappeningKind.AgentConnects, call, subject: who.Number);
    }

    public void Engage(AgentId agent, in Engagement engagement)
    {
        var who = AgentOf(agent);
        who.Engagement = engagement;
        Plan(_scenario.Teams[who.Team].Connect.Sample(_agentsRandom), HappeningKind.AgentEngages, CallHandle.None, (int)engagement.Number, who.Number);
    }

    public void Disengage(AgentId agent, in Engagement engagement) => AgentOf(agent).Engagement = default;

    public void Merge(CallHandle call, AgentId agent, bool beep)
    {
        var who = AgentOf(agent);
        who.Engagement = default;
        who.Delivery = call;
        Plan(MergeSeconds, HappeningKind.AgentConnects, call, subject: who.Number);
    }

    public void AnswerAtAgent(CallHandle call, AgentId agent) => Plan(0, HappeningKind.AgentConnects, call, subject: agent.Value - 1);

    public void WithdrawDelivery(CallHandle call, AgentId agent) => AgentOf(agent).Delivery = CallHandle.None;

    public void OpenAgentLine(AgentId agent) => Plan(LineSeconds, HappeningKind.LineUp, CallHandle.None, subject: agent.Value - 1);

    public void CloseAgentLine(AgentId agent) => Plan(LineSeconds, HappeningKind.LineDown, CallHandle.None, subject: agent.Value - 1);

    public void CallEvent(AgentId agent, CallEventKind kind, CampaignGroupDefinition group, CallSession call)
    {
        var who = AgentOf(agent);
        who.Delivery = kind == CallEventKind.Ringing ? who.Delivery : CallHandle.None;
        if (kind == CallEventKind.Established)
        {
            ref var slot = ref SlotOf(call.Handle);
            if (slot.Call != call.Handle)
            {
                return;
            }

            slot.Connected = true;
            Occupy(who, Occupation.Talk, group.Id.Value - 1);
            var law = slot.Machine ? _scenario.Network.MachineTalk : _lists[slot.List].Talk ?? _teams[who.Team].Talk;
            Plan(law.Sample(_agentsRandom), HappeningKind.HangsUp, call.Handle);
        }
        else if (kind == CallEventKind.Released && who.Occupation == Occupation.Talk)
        {
            Occupy(who, Occupation.Wrap, who.Group);
        }
    }

    public void AgentStateChanged(AgentId agent, AgentState state)
    {
        var who = AgentOf(agent);
        switch (state)
        {
            case AgentState.AfterCallWork:
                Occupy(who, Occupation.Wrap, who.Group);
                var wrap = _teams[who.Team].Wrap.Sample(_agentsRandom);
                Plan(wrap, HappeningKind.WrapEnds, CallHandle.None, ++who.Lap, who.Number);
                AnnounceReadyTime(who, wrap);
                break;
            case AgentState.Ready:
                who.Lap++;
                Occupy(who, Occupation.Idle, who.Group);
                break;
            case AgentState.NotReady:
                Occupy(who, Occupation.Away, who.Group);
                Plan(ComeBackSeconds, HappeningKind.PauseEnds, CallHandle.None, ++who.Lap, who.Number);
                break;
        }

        foreach (var group in who.Groups)
        {
            if (group != who.Group)
            {
                SayState(group, who, state);
            }
        }
    }

    public void Notify(AgentId agent, CampaignNotification notification, CampaignGroupDefinition group, DialMode mode)
    {
        // Desktops need not act on what the campaign's state is.
    }

    public void Reply(DesktopRequest request, DesktopError error, CampaignGroupDefinition group, CallSession? call)
    {
        // Simulated agents ask for nothing.
    }

    private void AgentEngages(Agent agent, long number)
    {
        if (agent.Engagement.Number == number)
        {
            Say(agent.Engagement.Group.Value - 1, new GroupInput { Kind = InputKind.AgentEngaged, Agent = agent.Id, Number = number });
        }
    }

    private Agent AgentOf(AgentId agent) => _agents[agent.Value - 1];

    private void SayState(int group, Agent agent, AgentState state) =>
        Say(group, new GroupInput { Kind = InputKind.AgentState, Agent = agent.Id, Detail = (int)state, Number = ++agent.Version });

    private void SayStateToAll(Agent agent, AgentState state)
    {
        agent.Lap++;
        foreach (var group in agent.Groups)
        {
            SayState(group, agent, state);
        }
    }

    private void Occupy(Agent agent, Occupation what, int group)
    {
        var before = agent.Occupation;
        if (before == what && agent.Group == group)
        {
            return;
        }

        All.Move(Now, before, what);
        for (var i = 0; _groups.Length > 1 && i < agent.Groups.Length; i++)
        {
            // Of an agent who works for several groups, the call belongs to one; to the others the agent is not there meanwhile.
            var member = agent.Groups[i];
            _groups[member].Meter.Move(Now, Seen(before, member == agent.Group), Seen(what, member == group));
        }

        agent.Occupation = what;
        agent.Group = group;
    }

    private static Occupation Seen(Occupation what, bool ours) =>
        ours || what is not (Occupation.Talk or Occupation.Wrap) ? what : Occupation.Away;

    private void AnnounceReadyTime(Agent agent, double wrap)
    {
        var team = _scenario.Teams[agent.Team];
        if (team.ReadyTimeShare <= 0 || _agentsRandom.Uniform() >= team.ReadyTimeShare)
        {
            return;
        }

        var said = team.ReadyTimeError > 0 ? wrap * _agentsRandom.LogNormal(1, team.ReadyTimeError) : wrap;
        _groups[agent.Group].Pacer?.Observe(Moment, new PacingEvent(PacingEventKind.AgentReadyTime, agent.Id.Value, (int)said, (float)said));
    }

    private void WrapEnds(Agent agent, int lap)
    {
        if (agent.Lap != lap || agent.Occupation != Occupation.Wrap)
        {
            return;
        }

        var team = _teams[agent.Team];
        if (team.LoggedIn > team.Wanted)
        {
            LogOut(agent, team);
        }
        else if (Now < agent.BreakUntil)
        {
            GoAway(agent, agent.BreakUntil - Now);
        }
        else if (team.Scenario.PauseShare > 0 && _agentsRandom.Uniform() < team.Scenario.PauseShare)
        {
            GoAway(agent, (long)(team.Scenario.Pause.Sample(_agentsRandom) * TimeSpan.TicksPerSecond));
        }
        else
        {
            GoReady(agent);
        }
    }

    private void PauseEnds(Agent agent, int lap)
    {
        if (agent.Lap != lap || agent.Occupation != Occupation.Away)
        {
            return;
        }

        var team = _teams[agent.Team];
        if (team.LoggedIn > team.Wanted)
        {
            LogOut(agent, team);
        }
        else
        {
            GoReady(agent);
        }
    }

    private void GoReady(Agent agent)
    {
        Occupy(agent, Occupation.Idle, agent.Group);
        SayStateToAll(agent, AgentState.Ready);
    }

    private void GoAway(Agent agent, long ticks)
    {
        Occupy(agent, Occupation.Away, agent.Group);
        SayStateToAll(agent, AgentState.NotReady);
        Plan(ticks / (double)TimeSpan.TicksPerSecond, HappeningKind.PauseEnds, CallHandle.None, agent.Lap, agent.Number);
    }

    private void LogOut(Agent agent, Team team)
    {
        team.LoggedIn--;
        Occupy(agent, Occupation.Out, agent.Group);
        SayStateToAll(agent, AgentState.LoggedOut);
    }

    /// <summary>Brings a team to a size: who is missing logs in now; of those too many the idle ones leave now, the others after their calls.</summary>
    private void Resize(Team team, int wanted)
    {
        team.Wanted = wanted;
        foreach (var agent in team.Members)
        {
            if (team.LoggedIn < wanted && agent.Occupation == Occupation.Out)
            {
                team.LoggedIn++;
                agent.BreakUntil = 0;
                foreach (var group in agent.Groups)
                {
                    Say(group, new GroupInput { Kind = InputKind.AgentLine, Agent = agent.Id, Detail = 1 });
                }

                GoReady(agent);
            }
            else if (team.LoggedIn > wanted && agent.Occupation is Occupation.Idle or Occupation.Away && agent.Delivery.IsNone)
            {
                LogOut(agent, team);
            }
        }
    }

    private void BreakBegins(Team team, ScenarioBreak pause)
    {
        var left = (int)Math.Round(pause.Share * team.LoggedIn);
        var until = Now + (long)(pause.Seconds * TimeSpan.TicksPerSecond);
        foreach (var agent in team.Members)
        {
            if (left == 0)
            {
                return;
            }

            if (agent.Occupation != Occupation.Out && agent.BreakUntil <= Now)
            {
                left--;
                agent.BreakUntil = until;
                if (agent.Occupation == Occupation.Idle && agent.Delivery.IsNone)
                {
                    GoAway(agent, until - Now);
                }
            }
        }
    }

    private void LineMoves(Agent agent, bool up)
    {
        foreach (var group in agent.Groups)
        {
            Say(group, new GroupInput { Kind = InputKind.AgentLine, Agent = agent.Id, Detail = up ? 1 : 0 });
        }
    }
}
