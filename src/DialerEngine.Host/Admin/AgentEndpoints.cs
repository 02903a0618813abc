using DialerEngine.Host.Configuration;
using DialerEngine.Runtime;

namespace DialerEngine.Host.Admin;

/// <summary>Which campaign group an agent works for.</summary>
/// <param name="Agent">Login id.</param>
/// <param name="CampaignGroup">The group that the agent is assigned to; absent where they work for all of theirs.</param>
/// <param name="CampaignGroups">The agent's campaign groups.</param>
internal sealed record AgentAssignmentView(string Agent, string? CampaignGroup, IReadOnlyList<string> CampaignGroups);

/// <summary>A wish for an assignment.</summary>
/// <param name="CampaignGroup">One of the agent's campaign groups; null or left out for all of them.</param>
internal sealed record AgentAssignmentRequest(string? CampaignGroup);

/// <summary>The address <c>/api/v1/agents/{loginId}/campaign-group</c>.</summary>
internal sealed class AgentEndpoints(AgentRouter agents)
{
    public static void Map(WebApplication app, AgentRouter agents)
    {
        var endpoints = new AgentEndpoints(agents);
        app.MapGet("/api/v1/agents/{loginId}/campaign-group", endpoints.Show).WithTags("Agents").WithName("getAgentAssignment")
            .WithSummary("The campaign groups of an agent, and the one that the agent is assigned to.")
            .Produces<AgentAssignmentView>().Produces<ProblemView>(404, Problems.MediaType);
        app.MapPut("/api/v1/agents/{loginId}/campaign-group", endpoints.AssignAsync).Accepts<AgentAssignmentRequest>("application/json").WithTags("Agents").WithName("assignAgent")
            .WithSummary("Assigns an agent of several campaign groups to one of them, or to all again. The desktop hears CampaignGroupAssigned.")
            .Produces<AgentAssignmentView>().Produces<ProblemView>(400, Problems.MediaType).Produces<ProblemView>(404, Problems.MediaType).Produces<ProblemView>(409, Problems.MediaType);
    }

    private IResult Show(string loginId) => agents.TryGetAssignment(loginId, out var group, out var groups)
        ? Results.Json(new AgentAssignmentView(loginId, group, groups), AdminJson.Default.AgentAssignmentView)
        : Problems.Result(StatusCodes.Status404NotFound, ProblemCode.NotFound, $"there is no agent {ConfigurationNode.Shorten(loginId)}");

    private async Task<IResult> AssignAsync(string loginId, HttpRequest http, CancellationToken cancel)
    {
        if (await TolerantBody.ReadAsync(http, cancel) is not { } body)
        {
            return TolerantBody.Unreadable();
        }

        var group = body.Text("campaignGroup", "GSW_CAMPAIGN_GROUP_NAME");
        foreach (var (key, value) in body.Others)
        {
            body.Refuse(key, value.ToString(), "is no field of an assignment");
        }

        if (body.Fault is { } fault)
        {
            return fault;
        }

        if (!agents.TryGetAssignment(loginId, out _, out _))
        {
            return Show(loginId);
        }

        return agents.Assign(loginId, group) is { } refusal ? Problems.Result(StatusCodes.Status409Conflict, ProblemCode.CommandRefused, refusal) : Show(loginId);
    }
}
