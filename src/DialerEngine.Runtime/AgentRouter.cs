using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Telephony;

namespace DialerEngine.Runtime;

/// <summary>
/// The agents of the engine: who is logged in where, and the way of their words to every campaign group that they belong to. States carry a
/// version, so that a group never takes an older one for news.
/// </summary>
public sealed class AgentRouter : IAgentGateway, ICallOwners
{
    /// <summary>Assigned to no group: none may have the agent.</summary>
    private const int Nobody = -1;

    private readonly EngineRuntime _engine;
    private readonly Dictionary<int, Entry> _byId = [];
    private readonly Dictionary<string, Entry> _byLogin = new(StringComparer.Ordinal);
    private readonly HashSet<string> _places = new(StringComparer.Ordinal);
    private readonly Lock _logins = new();
    private readonly AgentPasswords _passwords = new();
    private ITelephony? _telephony;
    private OrdinaryCalls? _ordinary;

    internal AgentRouter(EngineRuntime engine, IReadOnlyList<CampaignGroupDefinition> groups, IReadOnlyList<AgentDefinition> agents)
    {
        _engine = engine;
        foreach (var agent in agents)
        {
            var entry = new Entry(agent, [.. groups.Where(g => g.AgentGroup.Agents.Contains(agent.Id)).Select(g => g.Id)]);
            _byId.Add(agent.Id.Value, entry);
            if (!agent.IsPort)
            {
                _byLogin.Add(agent.LoginId, entry);
            }
        }
    }

    public ValueTask<AgentPasswordCheck> CheckPasswordAsync(string loginId, string? password) => _byLogin.TryGetValue(loginId, out var entry)
        ? _passwords.CheckAsync(entry.Definition, password)
        : ValueTask.FromResult(AgentPasswordCheck.UnknownAgent);

    public AgentLogin TryLogin(string dn, string loginId, string? password, out AgentId agent)
    {
        agent = default;
        if (!_byLogin.TryGetValue(loginId, out var entry))
        {
            return AgentLogin.UnknownAgent;
        }

        if (_passwords.CheckNow(entry.Definition, password) == AgentPasswordCheck.Wrong)
        {
            return AgentLogin.WrongPassword;
        }

        lock (_logins)
        {
            if (entry.Dn is not null)
            {
                return AgentLogin.AlreadyLoggedIn;
            }

            if (!_places.Add(dn))
            {
                return AgentLogin.PlaceTaken;
            }

            entry.Dn = dn;
        }

        agent = entry.Definition.Id;
        if (entry.Definition.Phone.NailedUp)
        {
            _telephony?.OpenAgentLine(agent);
        }

        Publish(entry, AgentState.NotReady);
        return AgentLogin.Ok;
    }

    public void Logout(AgentId agent, bool lost = false)
    {
        if (!_byId.TryGetValue(agent.Value, out var entry))
        {
            return;
        }

        lock (_logins)
        {
            if (entry.Dn is null)
            {
                return;
            }

            _places.Remove(entry.Dn);
            entry.Dn = null;
        }

        _ordinary?.End(agent);
        SetInbound(agent, false);
        Publish(entry, AgentState.LoggedOut, lost);
        if (entry.Definition.Phone.NailedUp)
        {
            _telephony?.CloseAgentLine(agent);
        }
    }

    public void SetState(AgentId agent, AgentState state)
    {
        if (state != AgentState.LoggedOut && _byId.TryGetValue(agent.Value, out var entry) && entry.Dn is not null)
        {
            Publish(entry, state);
        }
    }

    public bool TryCallControl(AgentId agent, CallControl control, CallHandle call) => !call.IsNone && call.Group == OrdinaryCalls.Group
        ? _ordinary?.TryControl(agent, control, call) ?? false
        : TryPostToCall(agent, call, new GroupInput { Kind = InputKind.CallControl, Agent = agent, Call = call, Detail = (int)control });

    public bool TryUpdateUserData(AgentId agent, CallHandle call, UserData userData) => !call.IsNone && call.Group == OrdinaryCalls.Group
        ? _ordinary?.TryUpdate(agent, call, userData) ?? false
        : TryPostToCall(agent, call, new GroupInput { Kind = InputKind.UserDataUpdate, Agent = agent, Call = call, Reference = userData });

    public CampaignGroupDefinition? FindGroup(AgentId agent, string? campaignGroupName, string? campaignName)
    {
        CampaignGroupDefinition? best = null;
        foreach (var group in GroupsOf(agent))
        {
            if (campaignGroupName is not null ? group.Definition.Name != campaignGroupName : campaignName is not null && group.Definition.Campaign.Name != campaignName)
            {
                continue;
            }

            // A running group is meant before one that is only loaded.
            best = group.State == CampaignGroupState.Running ? group.Definition : best ?? group.Definition;
        }

        return best;
    }

    public CampaignGroupDefinition? FindGroup(AgentId agent, int recordHandle) =>
        _byId.TryGetValue(agent.Value, out var entry) && _engine.FindByHandle(recordHandle)?.Machine is { State: not CampaignGroupState.NotLoaded } machine
        && Array.IndexOf(entry.Groups, machine.Definition.Id) >= 0 ? machine.Definition : null;

    public bool TryMakeCall(MakeCallRequest request)
    {
        var group = request.RecordHandle > 0 ? FindGroup(request.Agent, request.RecordHandle)?.Id : GroupForCall(request.Agent);
        return group is { } id && (_engine.Find(id)?.TryPost(new GroupInput { Kind = InputKind.MakeCall, Agent = request.Agent, Reference = request }) ?? false);
    }

    public Task<RecordAtHand?>? TryLookUpAsync(GroupId group, AgentId agent, int recordHandle)
    {
        var lookup = new RecordLookup { Agent = agent, RecordHandle = recordHandle };
        return _engine.Find(group)?.TryPost(new GroupInput { Kind = InputKind.RecordLookup, Agent = agent, Reference = lookup }) == true ? lookup.Done : null;
    }

    public IReadOnlyList<LoadedGroup> GroupsOf(AgentId agent)
    {
        if (!_byId.TryGetValue(agent.Value, out var entry))
        {
            return [];
        }

        var loaded = new List<LoadedGroup>(entry.Groups.Length);
        var assigned = Volatile.Read(ref entry.Assigned);
        foreach (var id in entry.Groups)
        {
            if ((assigned == 0 || assigned == id.Value)
                && _engine.Find(id)?.Machine is { State: CampaignGroupState.Active or CampaignGroupState.Running } machine)
            {
                loaded.Add(new LoadedGroup(machine.Definition, machine.State, machine.DialMode, assigned != 0));
            }
        }

        return loaded;
    }

    public bool TryPost(GroupId group, DesktopRequest request) =>
        _engine.Find(group)?.TryPost(new GroupInput { Kind = InputKind.DesktopRequest, Agent = request.Agent, Reference = request }) ?? false;

    public void SetCall(AgentId agent, CallHandle call)
    {
        if (_byId.TryGetValue(agent.Value, out var entry))
        {
            Volatile.Write(ref entry.Call, call.Value);
        }
    }

    /// <summary>
    /// Assigns an agent of several campaign groups to one of them, or (null) to all again. The others let go of the agent as soon as their call and record
    /// are done. Lasts until it is changed. The refusal in one sentence, or null.
    /// </summary>
    public string? Assign(string loginId, string? group)
    {
        if (!_byLogin.TryGetValue(loginId, out var entry))
        {
            return $"there is no agent {loginId}";
        }

        var wanted = group is null ? 0 : _engine.Find(group)?.Machine.Definition.Id.Value ?? -1;
        if (wanted != 0 && Array.IndexOf(entry.Groups, new GroupId(wanted)) < 0)
        {
            return $"{group} is no campaign group of agent {loginId}: {string.Join(", ", GroupNames(entry))}";
        }

        entry.AssignedByHand = wanted != 0;
        Volatile.Write(ref entry.Assigned, wanted);
        Place(entry, GroupMachine.TellDesktop);
        return null;
    }

    /// <summary>
    /// Agents whom a plan may assign to one of the groups that take part: logged in, not assigned by hand, and all their running groups take part.
    /// </summary>
    internal List<AssignableAgent> Assignable(IReadOnlyList<GroupId> takingPart, IReadOnlySet<int> running)
    {
        var agents = new List<AssignableAgent>();
        foreach (var entry in _byId.Values)
        {
            if (entry.Definition.IsPort || entry.Dn is null || entry.AssignedByHand || !Array.Exists(entry.Groups, takingPart.Contains)
                || Array.Exists(entry.Groups, g => running.Contains(g.Value) && !takingPart.Contains(g)))
            {
                continue;
            }

            agents.Add(new AssignableAgent(
                entry.Definition.Id, Array.FindAll(entry.Groups, takingPart.Contains), new GroupId(Math.Max(0, Volatile.Read(ref entry.Assigned)))));
        }

        return agents;
    }

    /// <summary>Assigns an agent by plan; default: to no group. The desktop is told of a new group. True where it is one.</summary>
    internal bool AssignByPlan(AgentId agent, GroupId group)
    {
        var wanted = group == default ? Nobody : group.Value;
        if (!_byId.TryGetValue(agent.Value, out var entry) || entry.AssignedByHand || Volatile.Read(ref entry.Assigned) == wanted)
        {
            return false;
        }

        Volatile.Write(ref entry.Assigned, wanted);
        Place(entry, GroupMachine.TellDesktop);
        return true;
    }

    /// <summary>Agents whom a plan assigned and none does any more belong to all their groups again.</summary>
    internal void FreeFromPlan(IReadOnlySet<AgentId> planned)
    {
        foreach (var entry in _byId.Values)
        {
            if (!entry.AssignedByHand && Volatile.Read(ref entry.Assigned) != 0 && !planned.Contains(entry.Definition.Id))
            {
                Volatile.Write(ref entry.Assigned, 0);
                Place(entry, 0);
            }
        }
    }

    /// <summary>The campaign group that an agent is assigned to; null for all of them. False where there is no such agent.</summary>
    public bool TryGetAssignment(string loginId, out string? group, out IReadOnlyList<string> groups)
    {
        (group, groups) = (null, []);
        if (!_byLogin.TryGetValue(loginId, out var entry))
        {
            return false;
        }

        groups = [.. GroupNames(entry)];
        var assigned = Volatile.Read(ref entry.Assigned);
        group = assigned is 0 or Nobody ? null : _engine.Find(new GroupId(assigned))?.Machine.Definition.Name;
        return true;
    }

    public void SetInbound(AgentId agent, bool busy)
    {
        if (_byId.TryGetValue(agent.Value, out var entry) && Volatile.Read(ref entry.Inbound) != busy)
        {
            Volatile.Write(ref entry.Inbound, busy);
            Place(entry, 0);
        }
    }

    /// <summary>The agent makes an ordinary call, or has ended it: campaign groups leave them alone meanwhile, as with an inbound call.</summary>
    internal void SetOnOrdinaryCall(AgentId agent, bool busy)
    {
        if (_byId.TryGetValue(agent.Value, out var entry))
        {
            Volatile.Write(ref entry.OnOrdinaryCall, busy);
            Place(entry, 0);
        }
    }

    /// <summary>Agents logged in at this moment.</summary>
    public int LoggedIn
    {
        get
        {
            lock (_logins)
            {
                return _places.Count;
            }
        }
    }

    internal void Open(ITelephony telephony, OrdinaryCalls ordinary)
    {
        _telephony = telephony;
        _ordinary = ordinary;
    }

    internal void LineChanged(AgentId agent, bool up)
    {
        if (_byId.TryGetValue(agent.Value, out var entry))
        {
            foreach (var group in entry.Groups)
            {
                _engine.PostTo(group, new GroupInput { Kind = InputKind.AgentLine, Agent = agent, Detail = up ? 1 : 0 });
            }
        }
    }

    /// <summary>Tells every group whether it has the agent.</summary>
    private void Place(Entry entry, int how)
    {
        var assigned = Volatile.Read(ref entry.Assigned);
        var elsewhere = Volatile.Read(ref entry.Inbound) || Volatile.Read(ref entry.OnOrdinaryCall);
        foreach (var group in entry.Groups)
        {
            var here = !elsewhere && (assigned == 0 || assigned == group.Value);
            _engine.PostTo(group, new GroupInput { Kind = InputKind.AgentAssigned, Agent = entry.Definition.Id, Detail = here ? how | GroupMachine.AssignedHere : how });
        }
    }

    private IEnumerable<string> GroupNames(Entry entry) => entry.Groups.Select(g => _engine.Find(g)?.Machine.Definition.Name).OfType<string>();

    /// <summary>Where a call without a record handle belongs: to a group in which agents dial, else to any that runs, else (an ordinary call) to one that is loaded.</summary>
    private GroupId? GroupForCall(AgentId agent)
    {
        GroupId? best = null;
        var rank = -1;
        foreach (var group in GroupsOf(agent))
        {
            var own = group.State != CampaignGroupState.Running ? 0 : group.Mode.IsAutomatic() ? 1 : 2;
            if (own > rank)
            {
                (best, rank) = (group.Definition.Id, own);
            }
        }

        return best;
    }

    private bool TryPostToCall(AgentId agent, CallHandle call, in GroupInput input) =>
        _byId.TryGetValue(agent.Value, out var entry) && !call.IsNone && Volatile.Read(ref entry.Call) == call.Value
        && (_engine.Find(call.Group)?.TryPost(input) ?? false);

    private void Publish(Entry entry, AgentState state, bool lost = false)
    {
        var detail = (int)state | (lost ? GroupMachine.Lost : 0);
        var version = Interlocked.Increment(ref entry.Version);
        foreach (var group in entry.Groups)
        {
            _engine.PostTo(group, new GroupInput { Kind = InputKind.AgentState, Agent = entry.Definition.Id, Detail = detail, Number = version });
        }
    }

    private sealed class Entry(AgentDefinition definition, GroupId[] groups)
    {
        public AgentDefinition Definition { get; } = definition;

        public GroupId[] Groups { get; } = groups;

        public string? Dn { get; set; }

        /// <summary>Number of the group that the agent is assigned to; 0 for all, <see cref="Nobody"/> for none.</summary>
        public int Assigned;

        /// <summary>True where somebody said so: no plan changes it.</summary>
        public volatile bool AssignedByHand;

        public bool Inbound;
        public bool OnOrdinaryCall;
        public long Version;
        public ulong Call;
    }
}
