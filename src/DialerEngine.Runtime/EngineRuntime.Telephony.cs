using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Runtime;

/// <summary>The network's words on their way to the group that has the call, or to <see cref="OrdinaryCalls"/>.</summary>
public sealed partial class EngineRuntime
{
    public void Dialing(CallHandle call) => Post(InputKind.CallDialing, call, default);

    public void Ringing(CallHandle call) => Post(InputKind.CallRinging, call, default);

    public void Answered(CallHandle call)
    {
        if (call.Group == OrdinaryCalls.Group)
        {
            _ordinary?.Answered(call);
            return;
        }

        Post(InputKind.CallAnswered, call, default);
    }

    public void Ended(CallHandle call, in CallOutcome outcome)
    {
        if (call.Group == OrdinaryCalls.Group)
        {
            _ordinary?.Ended(call, outcome);
            return;
        }

        Find(call.Group)?.Post(new GroupInput { Kind = InputKind.CallEnded, Call = call, Outcome = outcome });
    }

    public void AgentRinging(CallHandle call, AgentId agent) => Post(InputKind.AgentRinging, call, agent);

    public void AgentConnected(CallHandle call, AgentId agent)
    {
        if (call.Group == OrdinaryCalls.Group)
        {
            _ordinary?.AgentConnected(call);
            return;
        }

        Post(InputKind.AgentConnected, call, agent);
    }

    public void AgentFailed(CallHandle call, AgentId agent) => AgentGone(InputKind.AgentFailed, call, agent);

    public void AgentReleased(CallHandle call, AgentId agent) => AgentGone(InputKind.AgentReleased, call, agent);

    public void AgentData(CallHandle call, AgentId agent, UserData data) =>
        PostTo(call.Group, new GroupInput { Kind = InputKind.UserDataUpdate, Agent = agent, Call = call, Reference = data });

    public void AnnouncementEnded(CallHandle call) => Post(InputKind.AnnouncementEnded, call, default);

    public void RouteFailed(CallHandle call) => Post(InputKind.RouteFailed, call, default);

    public void Transferred(CallHandle call) => Post(InputKind.Transferred, call, default);

    public void Classified(CallHandle call, CallResult result) =>
        Find(call.Group)?.Post(new GroupInput { Kind = InputKind.CallClassified, Call = call, Detail = (int)result });

    /// <summary>Hands what the detector found to the call's group. On the thread that brought the audio.</summary>
    public void Found(CallHandle call, in CallFinding finding)
    {
        var kind = finding.Kind switch
        {
            CallFindingKind.PreConnectResult => InputKind.ToneHeard,
            CallFindingKind.PostConnectResult => finding.IsAtEnd ? InputKind.CallHeardOut : InputKind.CallClassified,
            CallFindingKind.GreetingEnded => InputKind.GreetingEnded,
            CallFindingKind.BeepStarted => InputKind.BeepStarted,
            CallFindingKind.BeepEnded => InputKind.BeepEnded,
            CallFindingKind.Correction => InputKind.VerdictCorrected,
            _ => InputKind.None,
        };
        if (kind != InputKind.None)
        {
            PostTo(call.Group, new GroupInput { Kind = kind, Call = call, Detail = (int)finding.Result, Number = finding.KnownAtMs - finding.HappenedAtMs });
        }
    }

    public void AgentLine(AgentId agent, bool up) => Agents.LineChanged(agent, up);

    public void AgentEngaged(AgentId agent, in Engagement engagement)
    {
        if (engagement.Group == OrdinaryCalls.Group)
        {
            _ordinary?.AgentEngaged(agent, engagement);
            return;
        }

        PostTo(engagement.Group, new GroupInput { Kind = InputKind.AgentEngaged, Agent = agent, Number = engagement.Number });
    }

    public void AgentDisengaged(AgentId agent, in Engagement engagement)
    {
        if (engagement.Group == OrdinaryCalls.Group)
        {
            _ordinary?.AgentDisengaged(agent, engagement);
            return;
        }

        PostTo(engagement.Group, new GroupInput { Kind = InputKind.AgentDisengaged, Agent = agent, Number = engagement.Number });
    }

    private void AgentGone(InputKind how, CallHandle call, AgentId agent)
    {
        if (call.Group == OrdinaryCalls.Group)
        {
            _ordinary?.AgentGone(call);
            return;
        }

        Post(how, call, agent);
    }

    private void Post(InputKind kind, CallHandle call, AgentId agent) =>
        Find(call.Group)?.Post(new GroupInput { Kind = kind, Call = call, Agent = agent });
}
