using System.Globalization;
using System.Net;
using System.Text;
using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Tests.Configuration;

public sealed class ConfigurationModelTests
{
    [Fact]
    public void The_full_example_comes_out_as_written()
    {
        var c = ConfigurationCases.Read("good", "full").Result.Configuration!;

        Assert.Equal((202, 5), (c.ApplicationId, c.StopLimitSeconds));
        Assert.EndsWith("/data/dialer.db", c.Storage.SqlitePath, StringComparison.Ordinal);
        Assert.EndsWith("/data/token", c.Admin.TokenFile, StringComparison.Ordinal);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 0), c.Admin.Listen);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 0), c.Cti.Listen);
        Assert.Equal(IPEndPoint.Parse("192.0.2.5:5070"), c.Sip.Listen);
        Assert.Equal((20_000, 29_999, IPAddress.Parse("203.0.113.7")), (c.Sip.MediaPortFirst, c.Sip.MediaPortLast, c.Sip.AdvertisedAddress));

        var trunk = c.Trunks[0];
        Assert.Equal(("carrier one", "sip.example.net", 5080, 100, 12.5), (trunk.Name, trunk.Host, trunk.Port, trunk.MaxCalls, trunk.MaxCallsPerSecond));
        Assert.Equal(("dialer", ConfigurationCases.Secret, "+12025550100"), (trunk.User, trunk.Password, trunk.CallerId));
        Assert.Equal(("9", true, 0), (trunk.Prefix, trunk.StripPlus, trunk.OptionsSeconds));
        Assert.Equal(new Dictionary<string, CallResult> { ["480"] = CallResult.NoAnswer, ["q850:1"] = CallResult.SitVacant }, trunk.Results);
        Assert.Equal(("spare", "[2001:db8::1]"), (c.Trunks[1].Name, c.Trunks[1].Host));

        var list = c.Lists[0];
        Assert.Equal((11, "leads", 34_200, 86_400, "ES"), (list.Id.Value, list.Name, list.DailyFrom, list.DailyTill, list.DefaultCountry));
        Assert.Equal(
            [new("city", UserFieldType.Varchar, "place", "Madrid"), new("balance", UserFieldType.Int, null, "-1"), new UserFieldDefinition("born", UserFieldType.DateTime)],
            list.UserFields);
        Assert.Equal(new AgentPhone("sip:7001@192.0.2.21:5062", NailedUp: true, AutoAnswer: false), c.Agents[0].Phone);
        Assert.Equal((31, "1001", ConfigurationCases.Secret), (c.Agents[0].Id.Value, c.Agents[0].LoginId, c.Agents[0].Password));
        Assert.False(c.Agents[1].Phone.NailedUp);
    }

    /// <summary>What a file says about detection that says nothing: the built-in profile gives up after 12 + 5 s, and a margin.</summary>
    private static readonly DetectionOptions Listening = new() { Recognition = AnswerTypeRecognition.TelephonyPreset, LimitMs = 19_000 };

    [Fact]
    public void The_full_examples_campaign_group_comes_out_as_written()
    {
        var group = Assert.Single(ConfigurationCases.Read("good", "full").Result.Configuration!.Groups);

        Assert.Equal("spring@sales", group.Name);
        Assert.Equal((41, "Spring, sales", "North", "cc-1", 202), (group.Id.Value, group.Description, group.TenantName, group.TenantCcid, group.ApplicationId));
        Assert.Equal(Guid.Parse("6f1c1a4e-0d3b-4c55-9a0e-1f2d3c4b5a69"), group.Guid);
        Assert.Equal((DialMode.Predict, OptimizeBy.BusyFactor, 85), (group.DialMode, group.OptimizeBy, group.OptimizeGoal));
        Assert.Equal(["spare", "carrier one"], group.Trunks);
        Assert.Equal([32, 31], group.AgentGroup.Agents.Select(a => a.Value));
        Assert.Equal((21, "The spring offer", 7, "+34910000000"), (group.Campaign.Id, group.Campaign.Description, group.Campaign.ScriptId, group.Campaign.CpnDigits));
        Assert.Equal([("leads", 10), ("callbacks", 1)], group.Campaign.Lists.Select(l => (l.List.Name, l.Weight)));
        Assert.Equal("silence.wav", Path.GetFileName(group.Options.SafeHarbourAnnouncement));
        Assert.Equal(
            new CampaignGroupOptions
            {
                NumberOfChannels = 60,
                MinRecordBufferSize = 5,
                OptRecordBufferSize = 9,
                RingTimeoutMs = 22_500,
                MinimumRingTimeMs = 16_000,
                QueueTimeoutMs = 1_500,
                AgentAnswerTimeoutMs = 10_000,
                SafeHarbourAnnouncement = group.Options.SafeHarbourAnnouncement,
                RecordProcessedRequired = true,
                StaleCleanTimeoutMs = 3_600_000,
                OutboundReleaseAction = AgentState.Ready,
                MaxCallDurationMs = 5_400_000,
                DialingRateLimit = 2.5,
                TrunkFaultRetryDelayMs = 45_000,
                TrunkFaultMaxAttempts = 5,
                Detection = Listening,
            },
            group.Options);
    }

    [Theory]
    [InlineData("time_optimized_odr", PredictiveAlgorithm.TimeOptimizedOdr)]
    [InlineData("classical", PredictiveAlgorithm.Classical)]
    [InlineData("small_group", PredictiveAlgorithm.SmallGroup)]
    [InlineData("advanced_small_group", PredictiveAlgorithm.AdvancedSmallGroup)]
    public void The_predictive_algorithm_reaches_the_groups_pacer(string name, PredictiveAlgorithm algorithm)
    {
        var text = File.ReadAllText(Path.Combine(ConfigurationCases.Folder("good"), "full.json"));
        var changed = text.Replace("\"number_of_channels\": 60", $"\"predictive_algorithm\": \"{name}\", \"small_group_size\": 4, \"number_of_channels\": 60", StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        using var folder = new TemporaryFolder();
        var file = folder.File("full.json");
        File.WriteAllText(file, changed);
        ConfigurationCases.WriteSilence(folder.File("silence.wav"));
        var group = Assert.Single(ConfigurationReader.Read(file, ConfigurationCases.Environment).Configuration!.Groups);
        var settings = Engine.GroupPacers.SettingsOf(group, DialMode.Predict);
        Assert.Equal((algorithm, 4), (settings.Algorithm, settings.SmallGroupSize));
    }

    [Fact]
    public void Keys_left_out_give_the_defaults_of_the_model()
    {
        var c = ConfigurationCases.Read("good", "no-announcement").Result.Configuration!;
        var group = Assert.Single(c.Groups);

        Assert.Equal(new CampaignGroupOptions { Detection = Listening }, group.Options);
        Assert.Equal((DialMode.Progress, OptimizeBy.NoOptimizationMethod, 101), (group.DialMode, group.OptimizeBy, group.ApplicationId));
        Assert.Equal((new SipConfiguration(), new CtiConfiguration().Listen, new AdminConfiguration().Listen), (c.Sip, c.Cti.Listen, c.Admin.Listen));
        var trunk = Assert.Single(c.Trunks);
        Assert.Equal(new TrunkConfiguration { Name = "carrier", Host = "192.0.2.1", Results = trunk.Results }, trunk);
        var list = Assert.Single(c.Lists);
        Assert.Equal(new CallingListDefinition { Id = new ListId(1), Name = "customers", UserFields = list.UserFields }, list);
    }

    [Fact]
    public void Every_option_of_the_table_changes_the_model()
    {
        var plain = File.ReadAllText(Path.Combine(ConfigurationCases.Folder("good"), "minimal.json"))
            .Replace("\"safe_harbour_announcement\": \"silence.wav\"", "\"number_of_channels\": 10", StringComparison.Ordinal);
        var unchanged = ConfigurationCases.ReadText(plain).Configuration!.Groups[0].Options;

        // Names of fields are held against the lists: DetectionConfigurationTests.
        foreach (var key in OptionTable.Options.Keys.Where(k => k.Kind is not (KeyKind.Path or KeyKind.Text) && !NotificationConfigurationTests.OwnSwitches.Contains(k.Name)))
        {
            var other = key.Kind switch
            {
                KeyKind.Flag => key.Default is true ? "false" : "true",
                KeyKind.Choice => $"\"{key.Choices.First(c => !c.Equals(key.Default))}\"",
                _ => (Convert.ToDouble(key.Default, CultureInfo.InvariantCulture) is var number && key.Name == "min_record_buffer_size" ? number - 1 : number + 1)
                    .ToString(CultureInfo.InvariantCulture),
            };
            var text = File.ReadAllText(Path.Combine(ConfigurationCases.Folder("good"), "minimal.json"))
                .Replace("\"safe_harbour_announcement\": \"silence.wav\"", $"\"{key.Name}\": {other}", StringComparison.Ordinal);

            var result = ConfigurationCases.ReadText(text);

            Assert.True(result.Configuration is not null, $"{key.Name}: {other}: {string.Join('\n', result.Faults)}");
            Assert.True(unchanged != result.Configuration.Groups[0].Options, $"{key.Name} is read and ignored");
        }
    }

    [Fact]
    public void A_campaign_groups_identity_is_the_same_at_every_start_and_its_own()
    {
        var first = StableGuid.From("T", "c", "g");

        Assert.Equal(first, StableGuid.From("T", "c", "g"));
        Assert.NotEqual(first, StableGuid.From("T", "cg", ""));
        Assert.Equal('8', first.ToString("D")[14]);
    }

    [Fact]
    public void Any_octets_give_a_result_and_no_exception()
    {
        var good = File.ReadAllBytes(Path.Combine(ConfigurationCases.Folder("good"), "full.json"));
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var octets = good.AsSpan(0, random.Next(good.Length + 1)).ToArray();
            for (var i = random.Next(8); i > 0 && octets.Length > 0; i--)
            {
                octets[random.Next(octets.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : "{}[]\",:\\0un \n"u8[random.Next(12)]);
            }

            try
            {
                var result = ConfigurationReader.Read("config.json", octets, ConfigurationCases.Environment);
                Assert.True(result.Configuration is null == result.Faults.Any(f => f.Severity == FaultSeverity.Error));
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}: {fault}\n{Encoding.Latin1.GetString(octets)}");
            }
        }
    }

    [Fact]
    public void One_long_line_is_read_in_linear_time()
    {
        // Counting columns from the line's start for each of these keys would take hours.
        var text = "{" + string.Concat(Enumerable.Repeat("\"a\":1,", 600_000)) + "\"b\":2}";

        Assert.Equal(1_000, ConfigurationCases.ReadText(text).Faults.Count);
    }
}
