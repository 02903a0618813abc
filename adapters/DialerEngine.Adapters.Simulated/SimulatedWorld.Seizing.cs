using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Adapters.Simulated;

/// <summary>Engaging calls of the simulated world: agents answer them after a while, hang up now and then, and are merged with customers.</summary>
public sealed partial class SimulatedWorld
{
    private const int EngagedAgentHangsUp = 5;
    private const int AgentAnswersEngagingCall = 6;

    /// <summary>Engaging calls that were made.</summary>
    public long EngagingCalls { get; private set; }

    /// <summary>Engaging calls that stand now.</summary>
    public int EngagedNow { get; private set; }

    /// <summary>Customers who were merged with engaged agents.</summary>
    public long Merges { get; private set; }

    /// <summary>Of them those whose agents heard a beep first; nothing else comes of it here.</summary>
    public long MergesWithBeep { get; private set; }

    public void Engage(AgentId agent, in Engagement engagement)
    {
        EngagingCalls++;
        var who = _agents[agent.Value];
        Invariant.That(who.Engaged == 0);
        if (_random.Chance(_behaviour.PhoneFaultShare))
        {
            Say(200, new GroupInput { Kind = InputKind.AgentDisengaged, Agent = agent, Number = engagement.Number });
            return;
        }

        who.Engaging = engagement.Number;
        Later(50 + _random.Exponential(_behaviour.EngageMeanMs), AgentAnswersEngagingCall, agent, engagement.Number);
    }

    public void Disengage(AgentId agent, in Engagement engagement)
    {
        var who = _agents[agent.Value];
        who.Engaging = who.Engaging == engagement.Number ? 0 : who.Engaging;
        if (who.Engaged == engagement.Number)
        {
            SetEngaged(who, 0);
        }
    }

    public void Merge(CallHandle call, AgentId agent, bool beep)
    {
        var who = _agents[agent.Value];
        var there = who.NailedUp || who.Engaged != 0;
        SetEngaged(who, 0);
        who.Engaging = 0;
        if (!there)
        {
            Say(1, new GroupInput { Kind = InputKind.AgentFailed, Call = call, Agent = agent });
            return;
        }

        Merges++;
        MergesWithBeep += beep ? 1 : 0;
        Say(1, new GroupInput { Kind = InputKind.AgentRinging, Call = call, Agent = agent });
        Say(2, new GroupInput { Kind = InputKind.AgentConnected, Call = call, Agent = agent });
    }

    private void HappenToEngaged(in GroupInput happening)
    {
        var who = _agents[happening.Agent.Value];
        if (happening.Detail == AgentAnswersEngagingCall && who.Engaging == happening.Number)
        {
            SetEngaged(who, happening.Number);
            Say(0, new GroupInput { Kind = InputKind.AgentEngaged, Agent = who.Id, Number = happening.Number });
            if (_random.Chance(_behaviour.EngagedLossShare))
            {
                Later(_random.NextDouble() * 60_000, EngagedAgentHangsUp, who.Id, happening.Number);
            }
        }
        else if (happening.Detail == EngagedAgentHangsUp && who.Engaged == happening.Number)
        {
            SetEngaged(who, 0);
            Say(0, new GroupInput { Kind = InputKind.AgentDisengaged, Agent = who.Id, Number = happening.Number });
        }
    }

    private void SetEngaged(Agent agent, long number)
    {
        EngagedNow += (number != 0 ? 1 : 0) - (agent.Engaged != 0 ? 1 : 0);
        agent.Engaged = number;
    }

    private void Later(double delayMs, int what, AgentId agent, long number) =>
        Say(delayMs, new GroupInput { Kind = InputKind.None, Detail = what, Agent = agent, Number = number });
}
