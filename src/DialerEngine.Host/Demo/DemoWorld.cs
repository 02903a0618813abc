using System.Globalization;
using System.Net;
using System.Text;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Configuration;
using TrunkSimulator;

namespace DialerEngine.Host.Demo;

/// <summary>What a demo is asked to be.</summary>
internal sealed record DemoOptions
{
    /// <summary>Records of the calling list, 1 to 100,000.</summary>
    public int Records { get; init; } = 200;

    /// <summary>Agents, 1 to 500.</summary>
    public int Agents { get; init; } = 10;

    /// <summary>Ends the demo after this long even if records are left; 0 runs until the list is done (at most 15 minutes).</summary>
    public int Seconds { get; init; }

    public DialMode Mode { get; init; } = DialMode.Progress;

    /// <summary>Talk and ring times are divided by this. The clock is not touched.</summary>
    public double Speed { get; init; } = 40;

    /// <summary>False: every answer is a person, as without call progress detection.</summary>
    public bool Listens { get; init; } = true;

    public ulong Seed { get; init; } = 2026;

    /// <summary>A list of the user's own, as its database has it; null makes one up.</summary>
    public CallingListDefinition? List { get; init; }

    /// <summary>The database of <see cref="List"/>; it stays. Null takes one in a temporary folder.</summary>
    public string? Database { get; init; }
}

/// <summary>The demo's campaign: one list, one agent group, one trunk to the simulator on loopback.</summary>
internal static class DemoWorld
{
    public const string GroupName = "Spring@Demo";

    /// <summary>Ring time in the demo: the callees are quick, so the legal floor of 15 s would only make the demo long.</summary>
    private const int RingTimeoutMs = 3_200;

    /// <summary>People, machines and everything else that a trunk brings.</summary>
    public static TrunkScript Script => new()
    {
        Mix = new Dictionary<CalleeScript, double>
        {
            [CalleeScript.Person] = 0.38,
            [CalleeScript.Machine] = 0.16,
            [CalleeScript.NoAnswer] = 0.11,
            [CalleeScript.Busy] = 0.05,
            [CalleeScript.NotFound] = 0.03,
            [CalleeScript.VacantEarlyMedia] = 0.03,
            [CalleeScript.BusyEarlyMedia] = 0.03,
            [CalleeScript.CongestionEarlyMedia] = 0.01,
            [CalleeScript.MusicRingBack] = 0.02,
            [CalleeScript.RingBackEarlyMedia] = 0.01,
            [CalleeScript.VacantAfterAnswer] = 0.01,
            [CalleeScript.Silent] = 0.01,
            [CalleeScript.Unavailable] = 0.02,
            [CalleeScript.UnavailableAfterRinging] = 0.02,
            [CalleeScript.ServiceUnavailable] = 0.01,
            [CalleeScript.Declined] = 0.02,
            [CalleeScript.ServerError] = 0.01,
            [CalleeScript.Fax] = 0.02,
            [CalleeScript.LateAnswer] = 0.01,
            [CalleeScript.EarlyHangUp] = 0.01,
            [CalleeScript.AnswersTwice] = 0.01,
            [CalleeScript.NeverTrying] = 0.01,
            [CalleeScript.FirstInviteLost] = 0.01,
        },
        RetryAfterSeconds = 1,
    };

    /// <summary>The same people, who give a listening caller the time to hear who they are.</summary>
    public static TrunkScript PatientScript => Script with { ListenSeconds = 4 };

    public static EngineConfiguration Configure(DemoOptions options, string folder, IPEndPoint trunk, IPEndPoint phones)
    {
        var list = options.List ?? new CallingListDefinition
        {
            Id = DemoRun.ListNumber,
            Name = "Spring_list",
            DefaultCountry = "US",
            UserFields = [new UserFieldDefinition("customer_name", UserFieldType.Varchar, "customer_name"), new UserFieldDefinition("balance", UserFieldType.Int, "balance")],
        };
        var agents = Enumerable.Range(1, options.Agents).Select(i => new AgentDefinition
        {
            Id = new AgentId(i),
            LoginId = (1_000 + i).ToString(CultureInfo.InvariantCulture),

            // Lines are nailed up where agents are not called for each customer; with seizing the engaging call is the point of the show.
            Phone = options.Mode.IsForIvr() ? new AgentPhone($"sip:ivr@{phones}", NailedUp: false) : new AgentPhone($"sip:{7_000 + i}@{phones}", NailedUp: !options.Mode.Seizes()),
            IsPort = options.Mode.IsForIvr(),
        }).ToArray();
        var campaign = new CampaignDefinition
        {
            Id = 201,
            Name = "Spring",
            Description = "Demonstration campaign",
            Lists = [new CampaignList(list)],
            CpnDigits = "+12025550100",
        };
        var channels = Math.Max(4, options.Agents * 3);
        return new EngineConfiguration
        {
            Storage = new StorageConfiguration(options.Database ?? Path.Combine(folder, "demo.db")),
            Cti = new CtiConfiguration { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            Admin = new AdminConfiguration { Listen = new IPEndPoint(IPAddress.Loopback, 0), TokenFile = Path.Combine(folder, "token") },
            Sip = new SipConfiguration { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            Trunks =
            [
                new TrunkConfiguration
                {
                    Name = "simulator", Host = trunk.Address.ToString(), Port = trunk.Port, MaxCalls = channels, MaxCallsPerSecond = Math.Max(20, options.Agents * 3), OptionsSeconds = 5,
                    CpdProfile = "us",
                },
            ],
            Lists = [list],
            Agents = agents,
            Groups =
            [
                new CampaignGroupDefinition
                {
                    Id = new GroupId(301),
                    Guid = Guid.Parse("6f1b6b1e-9d3c-4b53-9a5e-2f6d4f0c7a11"),
                    Campaign = campaign,
                    AgentGroup = new AgentGroupDefinition("Demo", [.. agents.Select(a => a.Id)]),
                    Description = "Demonstration",
                    TenantName = "Demo",
                    DialMode = options.Mode,
                    OptimizeBy = IsPredictive(options.Mode) ? OptimizeBy.OverdialRate : OptimizeBy.NoOptimizationMethod,
                    OptimizeGoal = IsPredictive(options.Mode) ? 3 : 0,
                    Trunks = ["simulator"],
                    Options = new CampaignGroupOptions
                    {
                        NumberOfChannels = channels,
                        RingTimeoutMs = RingTimeoutMs,
                        MinimumRingTimeMs = RingTimeoutMs,
                        TrunkFaultRetryDelayMs = 1_000,
                        Detection = new DetectionOptions
                        {
                            // As a configuration file has it that says nothing.
                            Recognition = options.Listens ? AnswerTypeRecognition.TelephonyPreset : AnswerTypeRecognition.NoProgressDetection,
                        },
                    },
                },
            ],
        };
    }

    private static bool IsPredictive(DialMode mode) => mode is DialMode.Predict or DialMode.PredictAndSeize or DialMode.PredictGVP;

    /// <summary>Fills the list through the same bulk port as an import. Numbers are of the range kept for fiction (NANP 555-0100 to 0199), made longer.</summary>
    public static void FillList(ICallingListBulk bulk, DemoOptions options)
    {
        using var writer = bulk.BeginWrite("Spring_list", ["contact_info", "customer_name", "balance"]);
        Span<ListCell> cells = stackalloc ListCell[3];
        var text = new byte[128];
        for (var i = 0; i < options.Records; i++)
        {
            var phone = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"+1202555{i:D6}"), text);
            var name = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Customer {i + 1}"), text.AsSpan(phone));
            cells[0] = ListCell.OfText(0, phone);
            cells[1] = ListCell.OfText(phone, name);
            cells[2] = ListCell.OfInteger(i * 37 % 500);
            var fault = writer.Write(cells, text.AsSpan(0, phone + name));
            Invariant.That(fault == ImportFault.None);
        }

        writer.Commit();
    }
}
