using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Tests.Configuration;

/// <summary>Options of agents who are engaged before the customer: what is read, what is refused, and where <c>check</c> says that they change nothing.</summary>
public sealed class EngagingConfigurationTests
{
    private const string Nothing = "it is for agents who are engaged before the customer";

    private static ConfigurationResult Read(string mode, string options) => ConfigurationCases.ReadText($$"""
        {
          "storage": { "sqlite": "dialer.db" },
          "trunks": [{ "name": "carrier", "host": "192.0.2.1" }],
          "tenants": [{
            "name": "Environment",
            "callingLists": [{ "id": 1, "name": "customers", "fields": [{ "name": "vip" }] }],
            "campaigns": [{ "id": 1, "name": "welcome", "callingLists": [{ "list": "customers" }] }],
            "agents": [{ "id": 1, "loginId": "1001", "phone": { "uri": "sip:7001@192.0.2.21" } }],
            "agentGroups": [{ "name": "sales", "agents": ["1001"] }],
            "campaignGroups": [{
              "id": 1, "campaign": "welcome", "agentGroup": "sales", "trunks": ["carrier"], "dialMode": "{{mode}}", {{(mode.StartsWith("Predictive", StringComparison.Ordinal) ? "\"optimizeBy\": \"OverdialRate\", \"optimizeGoal\": 3," : "")}}
              "options": { {{options}} }
            }]
          }]
        }
        """);

    [Theory]
    [InlineData("\"beep-on-merge\": true", true)]
    [InlineData("\"beep-on-merge\": false", false)]
    [InlineData("\"number_of_channels\": 10", false)]
    public void The_beep_is_read_and_off_where_nothing_is_said(string options, bool beep)
    {
        var result = Read("Progressive with Seizing", options);
        Assert.True(result.Configuration is not null, string.Join('\n', result.Faults));
        Assert.Equal(beep, Assert.Single(result.Configuration.Groups).Options.BeepOnMerge);
    }

    [Theory]
    [InlineData("\"yes\"")]
    [InlineData("1")]
    public void Another_value_is_refused_with_its_place(string value)
    {
        var result = Read("Progressive with Seizing", $"\"beep-on-merge\": {value}");
        Assert.Null(result.Configuration);
        var fault = Assert.Single(result.Faults, f => f.Severity == FaultSeverity.Error);
        Assert.Equal("tenants[0].campaignGroups[0].options.beep-on-merge", fault.Path);
        Assert.Equal("must be true or false, without quotes", fault.Rule);
    }

    [Theory]
    [InlineData("Progressive with Seizing", "", null)]
    [InlineData("Predictive with Seizing", "", null)]
    [InlineData("Power with Seizing", "", null)]
    [InlineData("Predictive", ", \"assured-connect\": true", null)]
    [InlineData("Progressive", ", \"assured-connect-field\": \"vip\"", null)]
    [InlineData("Predictive", "", "changes nothing in Predictive dialling without assured-connect; " + Nothing)]
    [InlineData("Power", "", "changes nothing in Power dialling; " + Nothing)]
    [InlineData("Preview", "", "changes nothing in Preview dialling; " + Nothing)]
    public void Where_nobody_is_engaged_first_check_says_so(string mode, string more, string? words)
    {
        var result = Read(mode, "\"beep-on-merge\": true" + more);
        Assert.True(result.Configuration is not null, string.Join('\n', result.Faults));
        Assert.Equal(words, result.Faults.SingleOrDefault(f => f.Path.EndsWith("beep-on-merge", StringComparison.Ordinal))?.Rule);
    }
}
