using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Ports;

namespace DialerEngine.Desktop.Tests;

/// <summary>Keeps what was sent.</summary>
internal sealed class RecordingChannel : IAgentChannel
{
    public List<(AgentId Agent, CtiEvent Event)> Sent { get; } = [];

    public UserData LastUserData => Sent[^1].Event.UserData!;

    public void Send(AgentId agent, CtiEvent message) => Sent.Add((agent, message));
}

/// <summary>An engine that remembers what it was asked.</summary>
internal sealed class FakeGateway : IAgentGateway
{
    public List<LoadedGroup> Groups { get; } = [];

    public List<(GroupId Group, DesktopRequest Request)> Posted { get; } = [];

    public bool Saturated { get; set; }

    public List<MakeCallRequest> Calls { get; } = [];

    /// <summary>Records on desktops, by handle; all of the first group.</summary>
    public Dictionary<int, RecordAtHand> AtHand { get; } = [];

    public CampaignGroupDefinition? FindGroup(AgentId agent, int recordHandle) => AtHand.ContainsKey(recordHandle) ? Groups[0].Definition : null;

    public bool TryMakeCall(MakeCallRequest request)
    {
        Calls.Add(request);
        return true;
    }

    public Task<RecordAtHand?>? TryLookUpAsync(GroupId group, AgentId agent, int recordHandle) => Task.FromResult(AtHand.GetValueOrDefault(recordHandle));

    public (string? GroupName, string? CampaignName)? Searched { get; private set; }

    public AgentLogin TryLogin(string dn, string loginId, string? password, out AgentId agent)
    {
        agent = default;
        return AgentLogin.UnknownAgent;
    }

    public void Logout(AgentId agent, bool lost = false)
    {
    }

    public void SetState(AgentId agent, AgentState state)
    {
    }

    public bool TryCallControl(AgentId agent, CallControl control, CallHandle call) => false;

    public bool TryUpdateUserData(AgentId agent, CallHandle call, UserData userData) => false;

    public CampaignGroupDefinition? FindGroup(AgentId agent, string? campaignGroupName, string? campaignName)
    {
        Searched = (campaignGroupName, campaignName);
        return Groups.Select(g => g.Definition)
            .FirstOrDefault(g => campaignGroupName is not null ? g.Name == campaignGroupName : campaignName is null || g.Campaign.Name == campaignName);
    }

    public IReadOnlyList<LoadedGroup> GroupsOf(AgentId agent) => Groups;

    public bool TryPost(GroupId group, DesktopRequest request)
    {
        if (Saturated)
        {
            return false;
        }

        Posted.Add((group, request));
        return true;
    }
}

/// <summary>Lists that remember what they were asked and answer as they are told.</summary>
internal sealed class FakeLists : IListRequests
{
    public List<ListDisposal> Disposals { get; } = [];

    public List<NewRecord> Added { get; } = [];

    public ListAnswer Next { get; set; }

    public Exception? Fault { get; set; }

    public Task<ListAnswer> DisposeAsync(ListDisposal request)
    {
        Disposals.Add(request);
        return Answer();
    }

    public Task<ListAnswer> AddAsync(NewRecord record)
    {
        Added.Add(record);
        return Answer();
    }

    public string? StoredNumber(CallingListDefinition list, string phone) => phone.Any(char.IsLetter) ? null : phone;

    public bool TryFindZone(CallingListDefinition list, string name, out KeyValuePair<string, object?> column, out TimeZoneInfo zone)
    {
        column = new("tz_dbid", 101L);
        zone = TimeZoneInfo.Utc;
        return name != "Mars";
    }

    private Task<ListAnswer> Answer() => Fault is null ? Task.FromResult(Next) : Task.FromException<ListAnswer>(Fault);
}

/// <summary>A desk with one campaign group.</summary>
internal sealed class Desk
{
    public const int ApplicationId = 101;

    public static readonly AgentId Agent = new(7);

    public static readonly CallingListDefinition List = new()
    {
        Id = new ListId(1),
        Name = "List 1",
        UserFields =
        [
            new("customer_name", UserFieldType.Varchar, "customer_name"), new("balance", UserFieldType.Float, "balance"),
            new("visits", UserFieldType.Int, "visits"), new("since", UserFieldType.DateTime, "since"), new("secret", UserFieldType.Varchar),
        ],
    };

    public static readonly CampaignGroupDefinition Group = NewGroup(1, "Spring", "Team A");

    public Desk()
    {
        Edge = new DesktopEdge(Channel, ApplicationId, agent => agent == Agent ? "1001" : null);
        Requests = new DesktopRequests(Gateway, Edge, Lists);
        Gateway.Groups.Add(new LoadedGroup(Group, CampaignGroupState.Running, DialMode.Progress));
    }

    public RecordingChannel Channel { get; } = new();

    public FakeGateway Gateway { get; } = new();

    public FakeLists Lists { get; } = new();

    public DesktopEdge Edge { get; }

    public DesktopRequests Requests { get; }

    public static CampaignGroupDefinition NewGroup(int id, string campaign, string group) => new()
    {
        Id = new GroupId(id),
        Guid = new Guid(id, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]),
        Campaign = new CampaignDefinition { Id = id, Name = campaign, Description = campaign + " offers", Lists = [new CampaignList(List)], CpnDigits = "+15550100" },
        AgentGroup = new AgentGroupDefinition(group, [Agent]),
        Description = group + " works " + campaign,
        TenantName = "Environment",
        TenantCcid = "12",
        ApplicationId = ApplicationId,
    };

    /// <summary>A call to a customer who talks with the agent.</summary>
    public static CallSession NewCall(int recordHandle = 42)
    {
        var call = new CallSession(3)
        {
            Handle = new CallHandle(Group.Id, 3, 9),
            State = CallState.Connected,
            RecordHandle = recordHandle,
            List = List,
            Attempt = new AttemptId(new Guid(5, 6, 7, [1, 2, 3, 4, 5, 6, 7, 8])),
            Agent = Agent,
            Result = CallResult.Answer,
            Record = new CallRecord
            {
                List = List.Id,
                Id = new RecordId(77),
                ContactInfo = "+15550123",
                PhoneType = PhoneType.Mobile,
                RecordType = RecordType.General,
                RecordStatus = RecordStatus.Retrieved,
                CallResult = CallResult.NoAnswer,
                Attempts = 2,
                CallTime = 1_700_000_000,
                DialScheduledTime = 1_700_100_000,
                DailyFrom = 28_800,
                DailyTill = 64_800,
                ChainId = 500,
                ChainN = 0,
                AgentLoginId = "1002",
                SwitchId = 101,
                UserFields = ["Zoë", 12.5, 3L, "2024-05-01 10:00:00", "not for desktops"],
            },
        };
        call.Times = new AttemptTimes { StartProcessing = 1_700_200_000_900, Dialing = 1_700_200_001_100, Answered = 1_700_200_009_000, CpdCompleted = 1_700_200_009_700, AgentAnswered = 1_700_200_010_400 };
        return call;
    }

    /// <summary>A request with every key that the specification requires.</summary>
    public static UserData RecordProcessed() => new UserData()
        .Set("GSW_AGENT_REQ_TYPE", "RecordProcessed")
        .Set("GSW_APPLICATION_ID", ApplicationId)
        .Set("GSW_CALLING_LIST", "List 1")
        .Set("GSW_CAMPAIGN_NAME", "Spring")
        .Set("GSW_RECORD_HANDLE", 42);

    public UserData Ask(UserData request, int? referenceId = null)
    {
        Requests.HandleUserEvent(Agent, request, referenceId);
        return Channel.LastUserData;
    }
}
