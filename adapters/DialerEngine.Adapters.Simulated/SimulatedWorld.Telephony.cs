using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Adapters.Simulated;

/// <summary>The network's and the people's part of the simulated world.</summary>
public sealed partial class SimulatedWorld
{
    private const int CustomerHangsUp = 1;
    private const int AgentHangsUp = 2;
    private const int AgentIsDone = 3;
    private const int AgentComesBack = 4;
    private readonly Stack<Customer> _pool = new(4_096);

    /// <summary>Calls that were placed.</summary>
    public long Placed { get; private set; }

    /// <summary>Raised for each placed call: number and attempt. For checkers; null in benchmarks.</summary>
    public Action<DialRequest>? OnPlaced { get; set; }

    public void Place(in DialRequest request)
    {
        Placed++;
        OnPlaced?.Invoke(request);
        var customer = _pool.Count > 0 ? _pool.Pop() : new Customer();
        customer.Call = request.Call;
        customer.Answered = false;
        customer.Over = false;
        customer.Lost = _random.Chance(_behaviour.LostEndShare);
        _customers.Add(request.Call.Value, customer);
        Say(1, new GroupInput { Kind = InputKind.CallDialing, Call = request.Call });
        var draw = _random.NextDouble();
        if ((draw -= _behaviour.PersonShare) < 0)
        {
            Say(100, new GroupInput { Kind = InputKind.CallRinging, Call = request.Call });
            var ring = Math.Min(200 + _random.Exponential(_behaviour.RingMeanMs), request.RingTimeoutMs - 1_000);
            Say(ring, new GroupInput { Kind = InputKind.CallAnswered, Call = request.Call });
            if (request.Listen)
            {
                Listen(request.Call, ring);
            }

            if (_random.Chance(_behaviour.ImpatientShare))
            {
                Later(ring + _random.Exponential(1_000), CustomerHangsUp, request.Call, default);
            }
        }
        else if ((draw -= _behaviour.BusyShare) < 0)
        {
            End(customer, 300, new CallOutcome { Result = CallResult.Busy, EndedBy = CallEndedBy.FarEnd, NetworkCode = 486, NetworkPhrase = "Busy Here" });
        }
        else if ((draw -= _behaviour.UnknownNumberShare) < 0)
        {
            End(customer, 200, new CallOutcome { Result = CallResult.SitVacant, EndedBy = CallEndedBy.Network, NetworkCode = 404, NetworkPhrase = "Not Found" });
        }
        else if ((draw - _behaviour.CongestionShare) < 0)
        {
            End(customer, 50, new CallOutcome { Result = CallResult.AllTrunksBusy, EndedBy = CallEndedBy.Network, TrunkFault = true, NetworkCode = 503, NetworkPhrase = "Service Unavailable" });
        }
        else
        {
            Say(100, new GroupInput { Kind = InputKind.CallRinging, Call = request.Call });
            End(customer, request.RingTimeoutMs, new CallOutcome { Result = CallResult.NoAnswer, EndedBy = CallEndedBy.Engine, NetworkCode = 487, NetworkPhrase = "Request Terminated" });
        }
    }

    public void Release(CallHandle call)
    {
        if (_customers.TryGetValue(call.Value, out var customer))
        {
            End(customer, 30, new CallOutcome { Result = CallResult.NoAnswer, EndedBy = CallEndedBy.Engine, NetworkCode = 200 });
        }
    }

    public void Deliver(CallHandle call, AgentId agent)
    {
        if (_random.Chance(_behaviour.PhoneFaultShare))
        {
            Say(200, new GroupInput { Kind = InputKind.AgentFailed, Call = call, Agent = agent });
            return;
        }

        Say(5, new GroupInput { Kind = InputKind.AgentRinging, Call = call, Agent = agent });
        Say(10, new GroupInput { Kind = InputKind.AgentConnected, Call = call, Agent = agent });
    }

    public void AnswerAtAgent(CallHandle call, AgentId agent) =>
        Say(1, new GroupInput { Kind = InputKind.AgentConnected, Call = call, Agent = agent });

    public void WithdrawDelivery(CallHandle call, AgentId agent)
    {
        // What is already on its way is stale news to the machine.
    }

    public void Announce(CallHandle call, string announcement) =>
        Say(3_000, new GroupInput { Kind = InputKind.AnnouncementEnded, Call = call });

    public void Transfer(in TransferRequest request)
    {
        if (_random.Chance(_behaviour.RouteFaultShare))
        {
            Say(200, new GroupInput { Kind = InputKind.RouteFailed, Call = request.Call });
            return;
        }

        var ends = 200;
        if (request.Kind == TransferKind.TwoStep)
        {
            Say(2_000, new GroupInput { Kind = InputKind.Transferred, Call = request.Call });
            ends = 20_000;
        }

        Later(ends, CustomerHangsUp, request.Call, default);
    }

    public void SetHold(CallHandle call, bool held)
    {
        // Silence has no consequence here.
    }

    public void OpenAgentLine(AgentId agent) => Say(50, new GroupInput { Kind = InputKind.AgentLine, Agent = agent, Detail = 1 });

    public void CloseAgentLine(AgentId agent) => Say(50, new GroupInput { Kind = InputKind.AgentLine, Agent = agent, Detail = 0 });

    public void CallEvent(AgentId agent, CallEventKind kind, CampaignGroupDefinition group, CallSession call)
    {
        var who = _agents[agent.Value];
        switch (kind)
        {
            case CallEventKind.Established:
                who.Call = call.Handle;
                who.RecordHandle = call.RecordHandle;
                OnAgentCall?.Invoke(call);
                var talk = _random.Exponential(_behaviour.TalkMeanMs);
                if (!who.IsPort && _random.Chance(_behaviour.LogoutInCallShare))
                {
                    Say(talk / 2, new GroupInput { Kind = InputKind.AgentState, Agent = agent, Detail = (int)AgentState.LoggedOut, Number = ++who.Version });
                    who.State = AgentState.LoggedOut;
                    Later((talk / 2) + 30_000, AgentComesBack, default, agent);
                }

                Later(talk, _random.Chance(0.5) ? CustomerHangsUp : AgentHangsUp, call.Handle, agent);
                break;
            case CallEventKind.Released when who.Call == call.Handle:
                who.Call = default;
                if (!who.IsPort && who.State != AgentState.LoggedOut)
                {
                    Later(_random.Exponential(_behaviour.WrapMeanMs), AgentIsDone, default, agent);
                }

                break;
        }
    }

    public void AgentStateChanged(AgentId agent, AgentState state)
    {
        var who = _agents[agent.Value];
        who.State = state;
        if (state == AgentState.NotReady)
        {
            Later(20_000, AgentComesBack, default, agent);
        }
    }

    public void Notify(AgentId agent, CampaignNotification notification, CampaignGroupDefinition group, DialMode mode) => Notifications++;

    /// <summary>Campaign notifications that desktops received.</summary>
    public long Notifications { get; private set; }

    public void Reply(DesktopRequest request, DesktopError error, CampaignGroupDefinition group, CallSession? call)
    {
        Replies++;
        RepliesBad += error == DesktopError.None ? 0 : 1;
    }

    /// <summary>Answers to desktop requests, and how many of them were errors.</summary>
    public long Replies { get; private set; }

    public long RepliesBad { get; private set; }

    private void Later(double delayMs, int what, CallHandle call, AgentId agent) =>
        Say(delayMs, new GroupInput { Kind = InputKind.None, Detail = what, Call = call, Agent = agent });

    private void End(Customer customer, double delayMs, in CallOutcome outcome)
    {
        if (customer.Over)
        {
            return;
        }

        customer.Over = true;
        if (!customer.Lost)
        {
            Say(delayMs, new GroupInput { Kind = InputKind.CallEnded, Call = customer.Call, Outcome = outcome });
        }
    }

    private void Happen(in GroupInput happening)
    {
        switch (happening.Detail)
        {
            case CustomerHangsUp:
                if (_customers.TryGetValue(happening.Call.Value, out var customer))
                {
                    End(customer, 0, new CallOutcome { Result = CallResult.Ok, EndedBy = CallEndedBy.FarEnd, Answered = true, NetworkCode = 200 });
                }

                break;
            case AgentHangsUp:
                Say(0, new GroupInput { Kind = InputKind.AgentReleased, Call = happening.Call, Agent = happening.Agent });
                break;
            case AgentIsDone:
                AgentDone(_agents[happening.Agent.Value]);
                break;
            case EngagedAgentHangsUp or AgentAnswersEngagingCall:
                HappenToEngaged(happening);
                break;
            case AgentComesBack:
                var agent = _agents[happening.Agent.Value];
                if (agent.State is AgentState.LoggedOut or AgentState.NotReady)
                {
                    SetState(agent, AgentState.NotReady, 0);
                    SetState(agent, AgentState.Ready, 10);
                }

                break;
        }
    }

    private void AgentDone(Agent agent)
    {
        if (agent.State != AgentState.AfterCallWork)
        {
            return;
        }

        if (_random.Chance(_behaviour.RecordProcessedShare))
        {
            Say(0, new GroupInput
            {
                Kind = InputKind.DesktopRequest,
                Agent = agent.Id,
                Reference = new DesktopRequest { Kind = DesktopRequestKind.RecordProcessed, Agent = agent.Id, RecordHandle = agent.RecordHandle, UserData = Empty },
            });
        }

        if (_random.Chance(_behaviour.BreakShare))
        {
            SetState(agent, AgentState.NotReady, 5);
            Later(30_000, AgentComesBack, default, agent.Id);
            return;
        }

        SetState(agent, AgentState.Ready, 5);
    }

    private static readonly UserData Empty = new();
}
