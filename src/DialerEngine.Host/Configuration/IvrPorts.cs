using System.Globalization;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;

namespace DialerEngine.Host.Configuration;

/// <summary>Makes the virtual agents of IVR groups, and holds that modes and agents' sides suit each other.</summary>
internal sealed class IvrPorts(FaultList faults)
{
    /// <summary>Ports are numbered from here downwards: pacing follows agents with numbers up to this.</summary>
    private const int HighestId = 65_535;

    private int _groups;

    /// <summary>The agent group of an IVR: one virtual agent for each port, with numbers that no agent has.</summary>
    public AgentGroupDefinition Build(SectionValues values, List<AgentDefinition> agents)
    {
        if (values.Has("agents"))
        {
            faults.Error(values, "agents", "a group with ivr has ports, not agents; take one of the two out");
        }

        var ivr = values.Object("ivr");
        var taken = agents.Select(a => a.Id.Value).ToHashSet();
        var members = new List<AgentId>();
        _groups++;
        for (int port = 1, id = HighestId; port <= ivr.Integer("ports") && id > 0; id--)
        {
            if (taken.Contains(id))
            {
                continue;
            }

            // Agents' login ids hold no blank, so no desktop can log in as a port.
            agents.Add(new AgentDefinition
            {
                Id = new AgentId(id),
                LoginId = string.Create(CultureInfo.InvariantCulture, $"ivr {_groups}.{port}"),
                Phone = new AgentPhone(ivr.Text("uri"), NailedUp: false),
                IsPort = true,
            });
            members.Add(new AgentId(id));
            port++;
        }

        return new AgentGroupDefinition(values.Text("name"), members);
    }

    /// <summary>A seizing mode needs people, an IVR mode ports.</summary>
    public static void Check(SectionValues values, CampaignGroupDefinition group, bool isIvr, FaultList faults)
    {
        if (isIvr && (group.DialMode.Seizes() || !group.DialMode.IsAutomatic()))
        {
            faults.Error(values, "dialMode", $"{group.DialMode.DesktopName()} is not possible with the IVR group {group.AgentGroup.Name}: ports of an IVR are not engaged beforehand and ask for nothing");
        }
        else if (!isIvr && group.DialMode.IsForIvr())
        {
            faults.Error(values, "dialMode", $"{group.DialMode.DesktopName()} needs an IVR: give the agent group {group.AgentGroup.Name} an \"ivr\" with uri and ports");
        }
    }
}
