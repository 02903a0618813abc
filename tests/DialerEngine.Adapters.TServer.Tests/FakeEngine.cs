using System.Collections.Concurrent;
using System.Threading.Channels;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;

namespace DialerEngine.Adapters.TServer.Tests;

/// <summary>An engine behind the CTI link: agents 1001, 1002 ... with password "secret" each, one running campaign group.</summary>
internal sealed class FakeEngine : IAgentGateway
{
    public const int ApplicationId = 101;

    public static readonly CampaignGroupDefinition Group = new()
    {
        Id = new GroupId(1),
        Guid = new Guid(1, 2, 3, [1, 2, 3, 4, 5, 6, 7, 8]),
        Campaign = new CampaignDefinition
        {
            Id = 1,
            Name = "Spring",
            Description = "Spring offers",
            Lists = [new CampaignList(new CallingListDefinition { Id = new ListId(1), Name = "List 1" })],
        },
        AgentGroup = new AgentGroupDefinition("Team A", []),
        ApplicationId = ApplicationId,
    };

    private readonly ConcurrentDictionary<AgentId, string> _loggedIn = new();

    private readonly Channel<string> _log = Channel.CreateUnbounded<string>();

    /// <summary>What the engine was asked, in order.</summary>
    public ChannelReader<string> Log => _log.Reader;

    /// <summary>Calls that the agents have.</summary>
    public ConcurrentDictionary<CallHandle, AgentId> Calls { get; } = new();

    /// <summary>What happens to a request for the group.</summary>
    public Action<DesktopRequest>? OnPost { get; set; }

    /// <summary>What happens to a request about a call that the agent has.</summary>
    public Action<AgentId, CallControl, CallHandle>? OnControl { get; set; }

    /// <summary>What happens to new attached data.</summary>
    public Action<AgentId, CallHandle, UserData>? OnUpdate { get; set; }

    public bool Broken { get; set; }

    /// <summary>Password of an agent; null for none.</summary>
    public Func<string, string?> PasswordOf { get; set; } = _ => "secret";

    public int LoggedInCount => _loggedIn.Count;

    public static AgentId AgentOf(string loginId) => new(int.Parse(loginId, System.Globalization.CultureInfo.InvariantCulture));

    public ValueTask<AgentPasswordCheck> CheckPasswordAsync(string loginId, string? password) => ValueTask.FromResult(
        !int.TryParse(loginId, out var number) || number < 1_001 ? AgentPasswordCheck.UnknownAgent
        : PasswordOf(loginId) is not { } wanted ? AgentPasswordCheck.NoPassword
        : password == wanted ? AgentPasswordCheck.Good : AgentPasswordCheck.Wrong);

    public AgentLogin TryLogin(string dn, string loginId, string? password, out AgentId agent)
    {
        agent = default;
        if (!int.TryParse(loginId, out var number) || number < 1_001)
        {
            return AgentLogin.UnknownAgent;
        }

        if (PasswordOf(loginId) is { } wanted && password != wanted)
        {
            return AgentLogin.WrongPassword;
        }

        agent = new AgentId(number);
        if (!_loggedIn.TryAdd(agent, dn))
        {
            return AgentLogin.AlreadyLoggedIn;
        }

        _log.Writer.TryWrite($"login {loginId} {dn}");
        return AgentLogin.Ok;
    }

    /// <summary>True for the last agent who was logged out because the connection was lost.</summary>
    public bool WasLost { get; private set; }

    public void Logout(AgentId agent, bool lost = false)
    {
        WasLost = lost;
        _loggedIn.TryRemove(agent, out _);
        _log.Writer.TryWrite($"logout {agent}");
    }

    public void SetState(AgentId agent, AgentState state)
    {
        if (Broken)
        {
            throw new InvalidOperationException("a fault of the engine");
        }

        _log.Writer.TryWrite($"state {agent} {state}");
    }

    public bool TryCallControl(AgentId agent, CallControl control, CallHandle call)
    {
        if (!Calls.TryGetValue(call, out var owner) || owner != agent)
        {
            return false;
        }

        OnControl?.Invoke(agent, control, call);
        return true;
    }

    public bool TryUpdateUserData(AgentId agent, CallHandle call, UserData userData)
    {
        if (!Calls.TryGetValue(call, out var owner) || owner != agent)
        {
            return false;
        }

        OnUpdate?.Invoke(agent, call, userData);
        return true;
    }

    public CampaignGroupDefinition? FindGroup(AgentId agent, string? campaignGroupName, string? campaignName) =>
        (campaignGroupName ?? Group.Name) == Group.Name && (campaignName ?? "Spring") == "Spring" ? Group : null;

    public IReadOnlyList<LoadedGroup> GroupsOf(AgentId agent) => [new LoadedGroup(Group, CampaignGroupState.Running, DialMode.Progress)];

    public bool TryPost(GroupId group, DesktopRequest request)
    {
        OnPost?.Invoke(request);
        return true;
    }
}
