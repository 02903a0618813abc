using DialerEngine.Core;
using DialerEngine.Core.Campaigns;

namespace DialerEngine.Host.Configuration;

/// <summary>Makes lists, campaigns, agents and groups of all tenants, and holds that their references lead somewhere and their names are their own.</summary>
internal sealed class TenantBuilder(FaultList faults, int applicationId, IReadOnlyList<string> trunks)
{
    private readonly UniqueNames _tenantNames = new("tenant", "name", faults);
    private readonly UniqueNames _listIds = new("calling list", "id", faults);
    private readonly UniqueNames _listNames = new("calling list", "name", faults);
    private readonly UniqueNames _campaignIds = new("campaign", "id", faults);
    private readonly UniqueNames _campaignNames = new("campaign", "name", faults);
    private readonly UniqueNames _agentIds = new("agent", "id", faults);
    private readonly UniqueNames _loginIds = new("agent", "loginId", faults);
    private readonly UniqueNames _agentGroupNames = new("agent group", "name", faults);
    private readonly UniqueNames _groupIds = new("campaign group", "id", faults);
    private readonly UniqueNames _groupGuids = new("campaign group", "guid", faults);
    private readonly Dictionary<string, string> _groupNames = new(StringComparer.Ordinal);
    private readonly List<AgentGroupDefinition> _ivrGroups = [];
    private readonly IvrPorts _ports = new(faults);
    private readonly Dictionary<AgentId, CampaignGroupDefinition> _agentsOfAutomaticGroups = [];

    public List<TenantCompliance> Compliance { get; } = [];

    public List<CallingListDefinition> Lists { get; } = [];

    public List<AgentDefinition> Agents { get; } = [];

    public List<CampaignGroupDefinition> Groups { get; } = [];

    public void Add(SectionValues tenant)
    {
        _tenantNames.Take(tenant);
        var lists = new Dictionary<string, CallingListDefinition>(StringComparer.Ordinal);
        foreach (var values in tenant.Objects("callingLists"))
        {
            _listIds.Take(values);
            _listNames.Take(values);
            var list = ListBuilder.Build(values, faults);
            Lists.Add(list);
            lists.TryAdd(list.Name, list);
        }

        Compliance.Add(ComplianceBuilder.Build(tenant, [.. lists.Values], faults));
        var campaigns = new Dictionary<string, CampaignDefinition>(StringComparer.Ordinal);
        foreach (var values in tenant.Objects("campaigns"))
        {
            _campaignIds.Take(values);
            _campaignNames.Take(values);
            var campaign = BuildCampaign(values, lists);
            campaigns.TryAdd(campaign.Name, campaign);
        }

        var agents = new Dictionary<string, AgentDefinition>(StringComparer.Ordinal);
        foreach (var values in tenant.Objects("agents"))
        {
            _agentIds.Take(values);
            _loginIds.Take(values);
            var agent = BuildAgent(values);
            if (Agents.Exists(a => a.IsPort && a.Id == agent.Id))
            {
                faults.Error(values, "id", "is the number of an IVR group's port; ports have numbers from 65,535 downwards, take a smaller one");
            }

            Agents.Add(agent);
            agents.TryAdd(agent.LoginId, agent);
        }

        var agentGroups = new Dictionary<string, AgentGroupDefinition>(StringComparer.Ordinal);
        foreach (var values in tenant.Objects("agentGroups"))
        {
            _agentGroupNames.Take(values);
            var group = BuildAgentGroup(values, agents);
            agentGroups.TryAdd(group.Name, group);
            if (values.Has("ivr"))
            {
                _ivrGroups.Add(group);
            }
        }

        foreach (var values in tenant.Objects("campaignGroups"))
        {
            _groupIds.Take(values);
            _groupGuids.Take(values);
            AddGroup(tenant, values, campaigns, agentGroups);
        }
    }

    private AgentPasswordHash? BuildHash(SectionValues values)
    {
        if (values.TextOrNull("passwordHash") is not { } text)
        {
            return null;
        }

        // The hash is shown nowhere: it would help whoever guesses.
        var node = values.NodeOf("passwordHash")!;
        if (!AgentPasswordHash.TryParse(text, out var hash))
        {
            faults.Hidden(
                node.Line, node.Column, values.PathOf("passwordHash"),
                $"must be pbkdf2-sha512$ITERATIONS$SALT$HASH with {AgentPasswordHash.MinIterations:N0} to {AgentPasswordHash.MaxIterations:N0} iterations; dialer agent hash-password makes it");
        }
        else if (values.Has("password"))
        {
            faults.Hidden(node.Line, node.Column, values.PathOf("passwordHash"), "must not stand beside password; keep one of the two");
        }

        return hash;
    }

    private AgentDefinition BuildAgent(SectionValues values)
    {
        var phone = values.Object("phone");
        return new AgentDefinition
        {
            Id = new AgentId(values.Integer("id")),
            LoginId = values.Text("loginId"),
            Password = values.TextOrNull("password"),
            PasswordHash = BuildHash(values),
            Phone = new AgentPhone(phone.TextOrNull("uri"), phone.Flag("nailedUp"), phone.Flag("autoAnswer")),
        };
    }

    private CampaignDefinition BuildCampaign(SectionValues values, Dictionary<string, CallingListDefinition> lists)
    {
        var own = new List<CampaignList>();
        var seen = new UniqueNames("calling list of a campaign", "list", faults);
        foreach (var item in values.Objects("callingLists"))
        {
            seen.Take(item);
            if (Resolve(item, "list", lists, "calling list") is { } list)
            {
                own.Add(CampaignListBuilder.Build(item, list, faults));
            }
        }

        return new CampaignDefinition
        {
            Id = values.Integer("id"),
            Name = values.Text("name"),
            Description = values.Text("description"),
            ScriptId = values.Integer("scriptId"),
            TemplateName = values.TextOrNull("templateName"),
            Treatments = TreatmentBuilder.Build(values, faults),
            Lists = own,
            CpnDigits = values.TextOrNull("cpnDigits"),
        };
    }

    private AgentGroupDefinition BuildAgentGroup(SectionValues values, Dictionary<string, AgentDefinition> agents)
    {
        if (values.Has("ivr"))
        {
            return _ports.Build(values, Agents);
        }

        if (values.NodeOf("agents") is null && values.NodeOf("ivr") is null)
        {
            faults.Error(values, "agents", "is missing; name the group's agents, or give the group an ivr");
        }

        var members = new List<AgentId>();
        foreach (var login in values.Texts("agents"))
        {
            if (agents.TryGetValue(login.Value, out var agent))
            {
                members.Add(agent.Id);
            }
            else if (!agents.ContainsKey(""))
            {
                faults.Error(login, $"there is no agent with this loginId in the tenant{DidYouMean.Ask(login.Value, agents.Keys)}");
            }
        }

        if (values.NodeOf("agents") is { Kind: NodeKind.Array, Items.Count: 0 })
        {
            faults.Warning(values, "agents", "nobody is in this group: its campaign groups will not dial");
        }

        return new AgentGroupDefinition(values.Text("name"), members);
    }

    private void AddGroup(
        SectionValues tenant, SectionValues values, Dictionary<string, CampaignDefinition> campaigns, Dictionary<string, AgentGroupDefinition> agentGroups)
    {
        var campaign = Resolve(values, "campaign", campaigns, "campaign");
        var agentGroup = Resolve(values, "agentGroup", agentGroups, "agent group");
        var trunkNames = new List<string>();
        foreach (var trunk in values.Texts("trunks"))
        {
            if (trunks.Contains(trunk.Value))
            {
                trunkNames.Add(trunk.Value);
            }
            else if (trunks.Count > 0 && !trunks.Contains(""))
            {
                faults.Error(trunk, $"there is no trunk of this name{DidYouMean.Ask(trunk.Value, trunks)}");
            }
        }

        var pacing = GroupOptionsBuilder.BuildPacing(values, faults);
        var options = GroupOptionsBuilder.Build(values.Object("options"), faults);
        if (campaign is null || agentGroup is null)
        {
            return;
        }

        var group = new CampaignGroupDefinition
        {
            Id = new GroupId(values.Integer("id")),
            Guid = values.Has("guid") ? Guid.ParseExact(values.NodeOf("guid")!.Text, "D") : StableGuid.From(tenant.Text("name"), campaign.Name, agentGroup.Name),
            Campaign = campaign,
            AgentGroup = agentGroup,
            Description = values.Text("description"),
            TenantName = tenant.Text("name"),
            TenantCcid = tenant.Text("ccid"),
            ApplicationId = applicationId,
            ScriptId = values.Integer("scriptId"),
            SwitchDbid = values.Integer("switch_dbid"),
            DialMode = pacing.Mode,
            OptimizeBy = pacing.By,
            OptimizeGoal = pacing.Goal,
            Trunks = trunkNames,
            Options = options,
        };
        DetectionBuilder.CheckFields(values.Object("options"), campaign, faults);
        GroupOptionsBuilder.CheckEngaging(values.Object("options"), pacing.Mode, options, faults);
        IvrPorts.Check(values, group, _ivrGroups.Contains(agentGroup), faults);
        if (!_groupNames.TryAdd(group.Name, values.Path))
        {
            faults.Error(values, "agentGroup", $"{_groupNames[group.Name]} is {group.Name} already; a campaign and an agent group make one campaign group");
        }

        WarnOfSharedAgents(values, group);
        Groups.Add(group);
    }

    private void WarnOfSharedAgents(SectionValues values, CampaignGroupDefinition group)
    {
        if (!group.DialMode.IsAutomatic())
        {
            return;
        }

        var shared = group.AgentGroup.Agents
            .Where(a => _agentsOfAutomaticGroups.ContainsKey(a) && _agentsOfAutomaticGroups[a].AgentGroup != group.AgentGroup).ToList();
        if (shared.Count > 0)
        {
            var login = Agents.First(a => a.Id == shared[0]).LoginId;
            faults.Warning(
                values, "agentGroup",
                $"{(shared.Count > 1 ? $"agents {login} and {shared.Count - 1} more also work" : $"agent {login} also works")} for {_agentsOfAutomaticGroups[shared[0]].Name}, which dials automatically too: "
                + "each takes the agent as its own when it decides how much to dial");
        }

        foreach (var agent in group.AgentGroup.Agents)
        {
            _agentsOfAutomaticGroups.TryAdd(agent, group);
        }
    }

    private T? Resolve<T>(SectionValues values, string key, Dictionary<string, T> known, string kind)
        where T : class
    {
        if (values.TextOrNull(key) is not { } name)
        {
            return null;
        }

        if (known.TryGetValue(name, out var found))
        {
            return found;
        }

        // Where the name of one of them could not be read, this may be the one: one fault is enough.
        if (!known.ContainsKey(""))
        {
            faults.Error(values, key, $"there is no {kind} of this name in the tenant{DidYouMean.Ask(name, known.Keys)}");
        }

        return null;
    }
}
