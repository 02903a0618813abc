using DialerEngine.Core;
using DialerEngine.Host.Configuration;
using DialerEngine.Notifications;

namespace DialerEngine.Host.Tests.Configuration;

/// <summary>The section notifications: every key does something, and what cannot be meant is refused.</summary>
public sealed class NotificationConfigurationTests
{
    /// <summary>Options of a group that switch off what the section switches on; alone they do nothing.</summary>
    internal static readonly string[] OwnSwitches = ["send-history", "pre-dial-validation"];

    private const string All = """
        "send-campaigngroup-states": true, "campaigngroup-states-uri": "https://crm.example.com/states",
        "send-history": true, "history-uri": "https://crm.example.com/attempts",
        "pre-dial-validation": true, "validation-uri": "https://crm.example.com/validation"
        """;

    [Fact]
    public void Everything_has_the_fields_defaults()
    {
        var read = Read(All);
        var options = read.Configuration!.Notifications;
        Assert.Equal((10_000, 30_000, 30_000, 60_000, 1_000, 10), (
            options.StatesIntervalMs, options.ResponseTimeoutMs, options.HistoryResponseTimeoutMs, options.HistoryWaitRecoveryTimeoutMs, options.HistoryWaitConditionThreshold,
            options.ConnectionPoolSize));
        Assert.Equal((CallResult.GeneralError, CallResult.GeneralError, NoVerdict.DoNotDial), (options.ValidationTimeoutResult, options.ValidationRaceResult, options.OnNoVerdict));
        Assert.Equal("https://crm.example.com/attempts", options.HistoryUri!.ToString());
        var group = read.Configuration.Groups[0].Options;
        Assert.True(group.SendHistory && group.PreDialValidation);
        Assert.Equal(30_000, group.ValidationMaxAgeMs);
    }

    [Fact]
    public void Nothing_is_sent_where_nothing_is_said()
    {
        var configuration = Read("").Configuration!;
        Assert.False(configuration.Notifications.IsUsed);
        Assert.False(configuration.Groups[0].Options.SendHistory || configuration.Groups[0].Options.PreDialValidation);
    }

    [Theory]
    [InlineData("\"campaigngroup-states-interval\": 5")]
    [InlineData("\"history-http-response-timeout\": 5")]
    [InlineData("\"history-wait-recovery-timeout\": 5")]
    [InlineData("\"history-wait-condition-threshold\": 5")]
    [InlineData("\"validation-timeout-call-result\": 5")]
    [InlineData("\"validation-race-condition-call-result\": 5")]
    [InlineData("\"on-no-verdict\": \"Dial\"")]
    [InlineData("\"http-response-timeout\": 5")]
    [InlineData("\"http-connection-pool-size\": 5")]
    public void Every_key_changes_the_model(string key) => Assert.NotEqual(Plain(Read(All)), Plain(Read(All + ", " + key)));

    [Fact]
    public void Credentials_and_limits_of_reach_come_through_and_are_shown_nowhere()
    {
        var options = Read(All + """, "bearer-token": "env:DIALER_TEST_SECRET", "allowed-hosts": ["crm.internal", "10.1.0.0/16"], "compress-requests": true""").Configuration!.Notifications;
        Assert.Equal(ConfigurationCases.Secret, options.Security.BearerToken);
        Assert.Equal(["crm.internal", "10.1.0.0/16"], options.Security.AllowedHosts);
        Assert.True(options.Security.Gzip);
        Assert.DoesNotContain(ConfigurationCases.Secret, options.ToString(), StringComparison.Ordinal);
        var basic = Read(All + """, "user": "dialer", "password": "env:DIALER_TEST_SECRET" """).Configuration!.Notifications.Security;
        Assert.Equal(("dialer", ConfigurationCases.Secret), (basic.User, basic.Password));
    }

    [Theory]
    [InlineData("\"send-history\": true", "history-uri is missing")]
    [InlineData("\"send-campaigngroup-states\": true", "campaigngroup-states-uri is missing")]
    [InlineData("\"pre-dial-validation\": true", "validation-uri is missing")]
    [InlineData("\"send-history\": true, \"history-uri\": \"http://crm.example.com/\"", "is plain http")]
    [InlineData("\"send-history\": true, \"history-uri\": \"ftp://crm.example.com/\"", "must be an http or https address")]
    [InlineData("\"send-history\": true, \"history-uri\": \"https://user:pw@crm.example.com/\"", "must be an http or https address")]
    [InlineData("\"send-history\": true, \"history-uri\": \"https://169.254.169.254/latest\"", "private or special address")]
    [InlineData("\"send-history\": true, \"history-uri\": \"https://[::1]/\"", "private or special address")]
    [InlineData("\"send-history\": true, \"history-uri\": \"https://0x7f000001/\"", "private or special address")]
    [InlineData("\"allowed-hosts\": [\"https://x\"]", "must be a host name")]
    [InlineData("\"user\": \"dialer\"", "belong together")]
    [InlineData("\"user\": \"dialer\", \"password\": \"env:DIALER_TEST_SECRET\", \"bearer-token\": \"env:DIALER_TEST_SECRET\"", "one Authorization")]
    [InlineData("\"client-key\": \"env:DIALER_TEST_SECRET\"", "key of no certificate")]
    [InlineData("\"client-certificate\": \"none.pem\"", "private key")]
    public void What_cannot_be_meant_is_refused(string keys, string sentence)
    {
        var read = Read(keys);
        Assert.Null(read.Configuration);
        Assert.Contains(read.Faults, f => f.ToString().Contains(sentence, StringComparison.Ordinal));
        Assert.DoesNotContain(read.Faults, f => f.ToString().Contains(ConfigurationCases.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public void A_group_can_switch_off_what_the_section_switches_on_and_not_on_what_it_does_not()
    {
        var off = Read(All, """, "send-history": false, "pre-dial-validation": false""").Configuration!.Groups[0].Options;
        Assert.False(off.SendHistory || off.PreDialValidation);
        Assert.Null(Read("", """, "send-history": true""").Configuration);
        Assert.Null(Read("", """, "pre-dial-validation": true""").Configuration);
    }

    [Fact]
    public void Failing_open_and_plain_http_are_warned_of()
    {
        var read = Read("""
            "pre-dial-validation": true, "validation-uri": "http://127.0.0.1:8490/validation", "allow-plain-http": true, "allowed-hosts": ["127.0.0.1"], "on-no-verdict": "Dial"
            """);
        Assert.NotNull(read.Configuration);
        Assert.Contains(read.Faults, f => f.ToString().Contains("would have refused", StringComparison.Ordinal));
        Assert.Contains(read.Faults, f => f.ToString().Contains("plain http", StringComparison.Ordinal));
    }

    private static string Plain(ConfigurationResult result) => (result.Configuration!.Notifications with { Security = null! }).ToString();

    private static ConfigurationResult Read(string keys, string groupOptions = "")
    {
        var text = File.ReadAllText(Path.Combine(ConfigurationCases.Folder("good"), "minimal.json"));
        text = text.Replace("\"trunks\": [{ \"name\"", "\"notifications\": {" + keys + "}, \"trunks\": [{ \"name\"", StringComparison.Ordinal)
            .Replace("\"safe_harbour_announcement\": \"silence.wav\"", "\"max_call_duration\": 60" + groupOptions, StringComparison.Ordinal);
        return ConfigurationCases.ReadText(text);
    }
}
