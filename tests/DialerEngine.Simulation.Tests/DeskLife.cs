using DialerEngine.Adapters.Simulated;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;

namespace DialerEngine.Simulation.Tests;

/// <summary>
/// Agents who do whatever comes to their minds: any request about any record, theirs, another's or long gone, calls, chains, leaving in the middle.
/// Keeps the books of what was asked and answered, and of who sees which record.
/// </summary>
internal sealed class DeskLife : IDesktopEdge
{
    private static readonly DesktopRequestKind[] Kinds =
    [
        DesktopRequestKind.PreviewRecordRequest, DesktopRequestKind.PreviewRecordRequest, DesktopRequestKind.RecordProcessed, DesktopRequestKind.RecordProcessed,
        DesktopRequestKind.UpdateCallCompletionStats, DesktopRequestKind.RecordReject, DesktopRequestKind.RequestRecordCancel, DesktopRequestKind.DoNotCall,
        DesktopRequestKind.RecordReschedule, DesktopRequestKind.ScheduledRecordReschedule, DesktopRequestKind.ReadyTime, DesktopRequestKind.LogOut,
        DesktopRequestKind.PreviewDialingModeStart, DesktopRequestKind.PreviewDialingModeOver, DesktopRequestKind.ChainedRecordRequest, DesktopRequestKind.ChainedRecordRequest,
    ];

    private readonly SeededRandom _draw;
    private readonly SimulatedWorld _world;
    private readonly Dictionary<DesktopRequest, int> _answers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<MakeCallRequest, int> _callAnswers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, int> _lastHandle = [];
    private readonly List<int> _handles = [1, 77];
    private readonly Dictionary<int, long> _versions = [];

    public DeskLife(SeededRandom draw, SimulatedWorld world) => (_draw, _world) = (draw, world);

    /// <summary>What must not happen, in words.</summary>
    public List<string> Wrong { get; } = [];

    public int Established { get; private set; }

    public int Chained { get; private set; }

    public int Pushed { get; private set; }

    public int Refused { get; private set; }

    /// <summary>One thing that an agent does.</summary>
    public GroupInput Next(int agents)
    {
        var agent = new AgentId(1 + _draw.Next(agents));
        switch (_draw.Next(20))
        {
            case 0:
                return State(agent, AgentState.LoggedOut);
            case 1 or 2:
                return State(agent, AgentState.NotReady);
            case 3 or 4:
                return State(agent, AgentState.Ready);
            case 5 or 6 or 7 or 8:
                var call = new MakeCallRequest { Agent = agent, RecordHandle = _draw.Chance(0.3) ? 0 : Handle(agent) };
                _callAnswers.Add(call, 0);
                return new GroupInput { Kind = InputKind.MakeCall, Agent = agent, Reference = call };
            default:
                var request = new DesktopRequest
                {
                    Kind = Kinds[_draw.Next(Kinds.Length)],
                    Agent = agent,
                    RecordHandle = Handle(agent),
                    CallResult = _draw.Chance(0.3) ? CallResult.WrongParty : null,
                    Treatment = _draw.Chance(0.2) ? "RecordTreatCampaign" : null,
                    WholeChain = _draw.Chance(0.5),
                    CallbackType = _draw.Chance(0.5) ? RecordType.PersonalCallBack : RecordType.CampaignCallBack,
                    CallbackTime = _world.Moment.Wall.UtcDateTime.AddMinutes(_draw.Next(90) - 10),
                    ReadySeconds = _draw.Next(20),
                    UserData = new UserData(),
                };
                _answers.Add(request, 0);
                return new GroupInput { Kind = InputKind.DesktopRequest, Agent = agent, Reference = request };
        }
    }

    public GroupInput Release(GroupMachine machine)
    {
        for (var i = 0; i < machine.SessionCount; i++)
        {
            if (_draw.Chance(0.2) && machine.FindRecord(_handles[_draw.Next(_handles.Count)]) is { } session && session.Agent != default)
            {
                return new GroupInput { Kind = InputKind.CallControl, Agent = session.Agent, Call = session.Handle, Detail = (int)CallControl.Release };
            }
        }

        return new GroupInput { Kind = InputKind.Tick };
    }

    public void Check(string context)
    {
        Assert.True(Wrong.Count == 0, $"{string.Join("; ", Wrong.Take(5))}; {context}");
        foreach (var (request, answers) in _answers)
        {
            // A chain is asked for once: a further request is ignored.
            Assert.True(
                answers == 1 || (answers == 0 && request.Kind == DesktopRequestKind.ChainedRecordRequest),
                $"{request.Kind} of agent {request.Agent} about {request.RecordHandle} was answered {answers} times; {context}");
        }

        Assert.All(_callAnswers.Values, answers => Assert.True(answers <= 1, context));
    }

    public void CallEvent(AgentId agent, CallEventKind kind, CampaignGroupDefinition group, CallSession call)
    {
        Established += kind == CallEventKind.Established ? 1 : 0;
        if (kind is CallEventKind.Dialing or CallEventKind.Established)
        {
            See(agent, call);
        }

        _world.CallEvent(agent, kind, group, call);
    }

    public void AgentStateChanged(AgentId agent, AgentState state) => _world.AgentStateChanged(agent, state);

    public void Notify(AgentId agent, CampaignNotification notification, CampaignGroupDefinition group, DialMode mode) =>
        _world.Notify(agent, notification, group, mode);

    public void Reply(DesktopRequest request, DesktopError error, CampaignGroupDefinition group, CallSession? call)
    {
        // The simulated agents' own requests are not in the books of this test.
        if (_answers.TryGetValue(request, out var answers))
        {
            _answers[request] = answers + 1;
        }

        if (request.Kind == DesktopRequestKind.PreviewRecordRequest && error == DesktopError.None)
        {
            See(request.Agent, call!);
        }
    }

    public void PreviewPushed(AgentId agent, CampaignGroupDefinition group, CallSession call)
    {
        Pushed++;
        See(agent, call);
    }

    public void ScheduledCall(AgentId agent, CampaignGroupDefinition group, CallSession call) => See(agent, call);

    public void ChainedRecord(DesktopRequest request, CampaignGroupDefinition group, CallSession call)
    {
        Chained++;
        See(request.Agent, call);
    }

    public void ChainEnd(DesktopRequest request, CampaignGroupDefinition group, CallSession call) => _answers[request]++;

    public void CallRefused(MakeCallRequest request, MakeCallRefusal why, string? words)
    {
        Refused++;
        _callAnswers[request]++;
    }

    private GroupInput State(AgentId agent, AgentState state) => new()
    {
        Kind = InputKind.AgentState,
        Agent = agent,
        Detail = (int)state,

        // Ahead of the world's own words about the agent.
        Number = _versions[agent.Value] = _versions.GetValueOrDefault(agent.Value, 1_000_000) + 1,
    };

    private int Handle(AgentId agent) =>
        _draw.Chance(0.7) && _lastHandle.TryGetValue(agent.Value, out var own) ? own : _handles[_draw.Next(_handles.Count)];

    private void See(AgentId agent, CallSession call)
    {
        if (call.Agent != agent || call.Record is null)
        {
            Wrong.Add($"agent {agent} was shown a record that is agent {call.Agent}'s");
        }

        _lastHandle[agent.Value] = call.RecordHandle;
        if (_handles.Count < 500)
        {
            _handles.Add(call.RecordHandle);
        }
    }
}
