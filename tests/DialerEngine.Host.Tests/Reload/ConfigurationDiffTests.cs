using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Reload;
using DialerEngine.Host.Tests.Configuration;

namespace DialerEngine.Host.Tests.Reload;

/// <summary>For every key of the table: a change of it is found, and either all of it is in the configuration to be applied, or none of it is.</summary>
public sealed class ConfigurationDiffTests
{
    /// <summary>Where the sections stand in the document below.</summary>
    private static readonly Dictionary<string, string> Places = new()
    {
        ["configuration"] = "",
        ["storage"] = "storage",
        ["admin"] = "admin",
        ["cti"] = "cti",
        ["sip"] = "sip",
        ["notifications"] = "notifications",
        ["trunk"] = "trunks[0]",
        ["tenant"] = "tenants[0]",
        ["compliance"] = "tenants[0].compliance",
        ["callingList"] = "tenants[0].callingLists[0]",
        ["campaign"] = "tenants[0].campaigns[0]",
        ["campaignList"] = "tenants[0].campaigns[0].callingLists[0]",
        ["agent"] = "tenants[0].agents[0]",
        ["agentGroup"] = "tenants[0].agentGroups[0]",
        ["campaignGroup"] = "tenants[0].campaignGroups[0]",
        ["options"] = "tenants[0].campaignGroups[0].options",
    };

    /// <summary>Names by which things are told apart: to change one is to remove the thing and to add another.</summary>
    private static readonly string[] Names =
        ["trunk.name", "tenant.name", "callingList.name", "campaign.name", "campaignList.list", "agent.loginId", "agentGroup.name", "campaignGroup.campaign", "campaignGroup.agentGroup"];

    /// <summary>Other values of keys for which none can be made up from the table.</summary>
    private static readonly Dictionary<string, string> Others = new()
    {
        ["configuration.$schema"] = "\"other\"",
        ["configuration.cpdProfiles"] = "[{\"name\":\"carrier\",\"country\":\"gb\"}]",
        ["storage.sqlite"] = "\"other.db\"",
        ["admin.listen"] = "\"127.0.0.1:9480\"",
        ["admin.tokenFile"] = "\"other\"",
        ["cti.listen"] = "\"127.0.0.1:9481\"",
        ["sip.listen"] = "\"127.0.0.1:5070\"",
        ["sip.mediaPortFirst"] = "21000",
        ["sip.mediaPortLast"] = "29001",
        ["sip.advertisedAddress"] = "\"203.0.113.8\"",
        ["notifications.campaigngroup-states-uri"] = "\"https://other.example.com/states\"",
        ["notifications.history-uri"] = "\"https://other.example.com/attempts\"",
        ["notifications.validation-uri"] = "\"https://other.example.com/validation\"",
        ["notifications.bearer-token"] = "\"another\"",
        ["notifications.allowed-hosts"] = "[\"crm.internal\"]",
        ["trunk.host"] = "\"192.0.2.9\"",
        ["trunk.user"] = "\"somebody\"",
        ["trunk.password"] = "\"another\"",
        ["trunk.callerId"] = "\"+12025550111\"",
        ["trunk.prefix"] = "\"8\"",
        ["trunk.results"] = "{\"480\":\"Busy\"}",
        ["tenant.ccid"] = "\"cc-2\"",
        ["tenant.callerIdSets"] = "[{\"name\":\"set\",\"numbers\":[{\"digits\":\"+12025550107\"}]}]",
        ["compliance.customer_id"] = "\"city\"",
        ["compliance.zone_field"] = "\"city\"",
        ["compliance.unknown_zone"] = "\"America/Chicago\"",
        ["compliance.timeZones"] = "[{\"dbid\":7,\"name\":\"Asia/Tokyo\"}]",
        ["compliance.holidays"] = "[{\"date\":\"2027-01-02\"}]",
        ["callingList.fields"] = "[{\"name\":\"city\"},{\"name\":\"town\"}]",
        ["callingList.timeFrom"] = "\"09:00\"",
        ["callingList.timeTo"] = "\"17:00\"",
        ["callingList.treatments"] = "[{\"name\":\"later\",\"callResult\":\"Busy\",\"recordAction\":\"RetryIn\",\"interval\":10}]",
        ["callingList.defaultCountry"] = "\"CA\"",
        ["callingList.callerId"] = "{\"digits\":\"+12025550106\"}",
        ["campaign.description"] = "\"other\"",
        ["campaign.templateName"] = "\"other\"",
        ["campaign.treatments"] = "[{\"name\":\"later\",\"callResult\":\"Busy\",\"recordAction\":\"RetryIn\",\"interval\":10}]",
        ["campaign.cpnDigits"] = "\"+12025550105\"",
        ["campaign.callerId"] = "{\"digits\":\"+12025550104\"}",
        ["campaign.dailyFrom"] = "\"09:00\"",
        ["campaign.dailyTill"] = "\"17:00\"",
        ["campaign.days"] = "[\"monday\"]",
        ["campaignList.filter"] = "\"city = 'Rome'\"",
        ["campaignList.order"] = "\"city\"",
        ["agent.password"] = "\"another\"",
        ["agent.phone"] = "{\"uri\":\"sip:7009@192.0.2.21\"}",
        ["agentGroup.agents"] = "[\"1001\"]",
        ["campaignGroup.guid"] = "\"6f1c1a4e-0d3b-4c55-9a0e-1f2d3c4b5a69\"",
        ["campaignGroup.description"] = "\"other\"",
        ["campaignGroup.dialMode"] = "\"Progressive\"",
        ["campaignGroup.optimizeBy"] = "\"BusyFactor\"",
        ["campaignGroup.optimizeGoal"] = "30",
        ["campaignGroup.trunks"] = "[\"spare\"]",
        ["campaignGroup.callerId"] = "{\"digits\":\"+12025550103\"}",
        ["options.min_record_buffer_size"] = "3",
        ["options.send-history"] = "false",
        ["options.pre-dial-validation"] = "false",
        ["notifications.send-campaigngroup-states"] = "false",
        ["notifications.send-history"] = "false",
        ["notifications.pre-dial-validation"] = "false",
        ["callingList.id"] = "9",
        ["options.assured-connect-field"] = "\"city\"",
        ["agent.id"] = "9",
    };

    /// <summary>Keys that the document has no use for: they belong to others that exclude them, or to files that are not there.</summary>
    private static readonly string[] Unused =
    [
        "notifications.user", "notifications.password", "notifications.client-certificate", "notifications.client-key", "notifications.trusted-certificates",
        "options.safe_harbour_announcement", "agentGroup.ivr",
    ];

    private const string Document = """
        {
          "storage": { "sqlite": "dialer.db" },
          "sip": { "mediaPortFirst": 20000, "mediaPortLast": 29999 },
          "notifications": {
            "send-campaigngroup-states": true, "campaigngroup-states-uri": "https://crm.example.com/states", "send-history": true, "history-uri": "https://crm.example.com/attempts",
            "pre-dial-validation": true, "validation-uri": "https://crm.example.com/validation", "bearer-token": "env:DIALER_TEST_SECRET"
          },
          "trunks": [{ "name": "carrier", "host": "192.0.2.1", "user": "dialer", "password": "env:DIALER_TEST_SECRET" }, { "name": "spare", "host": "192.0.2.2" }],
          "tenants": [{
            "name": "Environment", "compliance": { "calling_window": true },
            "callingLists": [{ "id": 1, "name": "customers", "fields": [{ "name": "city" }] }, { "id": 2, "name": "others" }],
            "campaigns": [{ "id": 1, "name": "welcome", "callingLists": [{ "list": "customers" }, { "list": "others" }] }],
            "agents": [{ "id": 1, "loginId": "1001", "phone": { "uri": "sip:7001@192.0.2.21" } }, { "id": 2, "loginId": "1002", "phone": { "uri": "sip:7002@192.0.2.21" } }],
            "agentGroups": [{ "name": "sales", "agents": ["1001", "1002"] }],
            "campaignGroups": [{
              "id": 1, "campaign": "welcome", "agentGroup": "sales", "trunks": ["carrier"], "dialMode": "Predictive", "optimizeBy": "OverdialRate", "optimizeGoal": 20,
              "options": { "number_of_channels": 30 }
            }]
          }]
        }
        """;

    public static TheoryData<string> Keys() => [.. KeyNames()];

    private static List<string> KeyNames()
    {
        var names = new List<string>();
        foreach (var section in ConfigurationTable.Sections.Where(s => Places.ContainsKey(s.Name)))
        {
            foreach (var key in section.Keys)
            {
                var name = $"{section.Name}.{key.Name}";
                var isMadeUp = key.Kind is KeyKind.Flag or KeyKind.Choice or KeyKind.Integer or KeyKind.Number;
                if (!Names.Contains(name) && !Unused.Contains(name) && (isMadeUp || Others.ContainsKey(name)))
                {
                    names.Add(name);
                }
            }
        }

        return names;
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_changed_key_is_applied_whole_or_not_at_all(string name)
    {
        var section = ConfigurationTable.Sections.First(s => s.Name == name[..name.IndexOf('.')]);
        var key = section.Find(name[(name.IndexOf('.') + 1)..])!;
        var isLive = ReloadTable.IsLive(section, key);
        var running = Read(Document);
        var wanted = ConfigurationCases.ReadText(With(Places[section.Name], key.Name, Others.GetValueOrDefault(name) ?? OtherOf(key)));
        if (wanted.Configuration is null && !isLive && !Others.ContainsKey(name))
        {
            // A value was made up that does not go with the rest; such a key waits for the restart in any case.
            return;
        }

        Assert.True(wanted.Configuration is not null, string.Join('\n', wanted.Faults));
        var diff = ConfigurationDiff.Of(running.Values!, wanted.Values!, _ => null);
        var merged = ConfigurationReader.Rebuild("config.json", diff.Merged);
        Assert.True(merged.Configuration is not null, string.Join('\n', merged.Faults));
        var change = Assert.Single(isLive ? diff.Applied : diff.NeedRestart);
        Assert.Empty(isLive ? diff.NeedRestart : diff.Applied);
        Assert.Same(key, change.Key);
        Assert.NotEqual(change.From, key.Kind == KeyKind.Secret ? "" : change.To);

        // The text form of all that the engine is configured by: applied keys are in it, the others are not.
        Assert.Equal(Dump(isLive ? wanted.Configuration : running.Configuration), Dump(merged.Configuration));
        if (isLive && name != "configuration.$schema" && name != "notifications.allow-plain-http")
        {
            Assert.NotEqual(Dump(running.Configuration), Dump(wanted.Configuration));
        }
    }

    [Fact]
    public void Every_key_that_a_reload_applies_exists_and_has_its_case()
    {
        var cases = KeyNames().ToHashSet();
        foreach (var (section, keys) in ReloadTable.Sections)
        {
            Assert.All(keys, key => Assert.True(section.Find(key) is not null, $"{section.Name} has no key {key}"));
            Assert.All(keys.Select(k => $"{section.Name}.{k}"), name => Assert.True(cases.Contains(name) || Unused.Contains(name), $"{name} has no case"));
        }
    }

    [Fact]
    public void Nothing_has_changed_in_a_file_that_says_the_same_in_another_way()
    {
        var other = Document.Replace("\"sip\":", "\"stopLimitSeconds\": 30, /* the default */ \"sip\":", StringComparison.Ordinal)
            .Replace("\"calling_window\": true", "", StringComparison.Ordinal).Replace("env:DIALER_TEST_SECRET", ConfigurationCases.Secret, StringComparison.Ordinal);
        var diff = ConfigurationDiff.Of(Read(Document).Values!, Read(other).Values!, _ => null);
        Assert.Empty(diff.Applied);
        Assert.Empty(diff.NeedRestart);
    }

    [Theory]
    [InlineData("tenants[0].agents", "{\"id\":3,\"loginId\":\"1003\",\"phone\":{\"uri\":\"sip:7003@192.0.2.21\"}}", "tenants[Environment].agents[1003]")]
    [InlineData("tenants[0].callingLists", "{\"id\":3,\"name\":\"third\"}", "tenants[Environment].callingLists[third]")]
    [InlineData("trunks", "{\"name\":\"third\",\"host\":\"192.0.2.3\"}", "trunks[third]")]
    public void What_comes_waits_for_the_restart(string array, string element, string path)
    {
        var document = JsonNode.Parse(Document)!;
        Find(document, array).AsArray().Add(JsonNode.Parse(element));
        Both(document.ToJsonString(), "not there", "added", path);
    }

    [Fact]
    public void What_goes_stays_until_the_restart()
    {
        var document = JsonNode.Parse(Document)!;
        Find(document, "tenants[0].campaigns[0].callingLists").AsArray().RemoveAt(1);
        Both(document.ToJsonString(), "there", "removed", "tenants[Environment].campaigns[welcome].callingLists[others]");
    }

    [Fact]
    public void The_order_of_named_things_says_nothing()
    {
        var document = JsonNode.Parse(Document)!;
        var trunks = Find(document, "trunks").AsArray();
        var first = trunks[0]!;
        trunks.RemoveAt(0);
        trunks.Add(first);
        var diff = ConfigurationDiff.Of(Read(Document).Values!, Read(document.ToJsonString()).Values!, _ => null);
        Assert.Empty(diff.Applied);
        Assert.Empty(diff.NeedRestart);
        Assert.Equal(["carrier", "spare"], ConfigurationReader.Rebuild("config.json", diff.Merged).Configuration!.Trunks.Select(t => t.Name));
    }

    [Fact]
    public void Secrets_are_compared_and_not_shown()
    {
        var diff = ConfigurationDiff.Of(Read(Document).Values!, Read(With("notifications", "bearer-token", "\"another\"")).Values!, _ => null);
        var change = Assert.Single(diff.Applied);
        Assert.Equal(("(a secret)", "(a secret)"), (change.From, change.To));
    }

    [Fact]
    public void The_engine_may_say_that_a_value_is_beyond_what_it_made_room_for()
    {
        var wanted = Read(With("tenants[0].campaignGroups[0].options", "number_of_channels", "9000"));
        var diff = ConfigurationDiff.Of(
            Read(Document).Values!, wanted.Values!, c => c.Owner == "welcome@sales" && Convert.ToInt32(c.Value, CultureInfo.InvariantCulture) > 100 ? "room for 100" : null);
        Assert.Empty(diff.Applied);
        var change = Assert.Single(diff.NeedRestart);
        Assert.Equal(("tenants[Environment].campaignGroups[welcome@sales].options.number_of_channels", "30", "9000", "room for 100"), (change.Path, change.From, change.To, change.Reason));
    }

    [Fact]
    public void The_manual_says_which_keys_a_reload_applies()
    {
        const string Begin = "<!-- reload: begin (made from the table of keys) -->\n";
        const string End = "<!-- reload: end -->\n";
        var file = Repository.PathOf("docs", "configuration.md");
        var text = File.ReadAllText(file);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (Repository.WriteExpected)
        {
            text = text[..begin] + ReloadTable.WriteManual() + text[end..];
            File.WriteAllText(file, text);
            end = text.IndexOf(End, StringComparison.Ordinal);
        }

        Assert.Equal(ReloadTable.WriteManual(), text[begin..end]);
    }

    private static void Both(string file, string from, string to, string path)
    {
        var running = Read(Document);
        var diff = ConfigurationDiff.Of(running.Values!, Read(file).Values!, _ => null);
        Assert.Contains(diff.NeedRestart, c => (c.Path, c.From, c.To) == (path, from, to));
        Assert.Equal(Dump(running.Configuration), Dump(ConfigurationReader.Rebuild("config.json", diff.Merged).Configuration));
    }

    private static ConfigurationResult Read(string text)
    {
        var result = ConfigurationCases.ReadText(text);
        Assert.True(result.Configuration is not null, string.Join('\n', result.Faults));
        return result;
    }

    private static string With(string place, string key, string value)
    {
        var document = JsonNode.Parse(Document)!;
        Find(document, place)[key] = JsonNode.Parse(value);
        return document.ToJsonString();
    }

    /// <summary>The node at a place; objects on the way are made where they are not there.</summary>
    private static JsonNode Find(JsonNode document, string place)
    {
        var at = document;
        foreach (var step in place.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var bracket = step.IndexOf('[');
            var name = bracket < 0 ? step : step[..bracket];
            at[name] ??= new JsonObject();
            at = bracket < 0 ? at[name]! : at[name]![int.Parse(step[(bracket + 1)..^1], CultureInfo.InvariantCulture)]!;
        }

        return at;
    }

    private static string OtherOf(ConfigurationKey key) => key.Kind switch
    {
        KeyKind.Flag => key.Default is true ? "false" : "true",
        KeyKind.Choice => $"\"{key.Choices.First(c => !c.Equals(key.Default))}\"",
        KeyKind.Integer or KeyKind.Number => ((key.Default is { } value ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : key.Min) + 1).ToString(CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"{key.Name} needs a case of its own"),
    };

    /// <summary>Every public property of the model, all the way down.</summary>
    private static string Dump(object? value)
    {
        var text = new StringBuilder();
        Dump(value, text, 0);
        return text.ToString();
    }

    private static void Dump(object? value, StringBuilder text, int depth)
    {
        Assert.True(depth < 24, "the model has a ring");
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string or ValueType or Uri or System.Net.IPEndPoint or System.Net.IPAddress:
                text.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            case Core.Filters.RecordFilter filter:
                text.Append(filter.Text);
                break;
            case Core.Filters.RecordOrder order:
                text.Append(order.Text);
                break;
            case IEnumerable many:
                foreach (var one in many)
                {
                    text.Append('[');
                    Dump(one, text, depth + 1);
                    text.Append(']');
                }

                break;
            default:
                foreach (var property in value.GetType().GetProperties(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public).Where(p => p.GetIndexParameters().Length == 0 && p.Name != "EqualityContract"))
                {
                    text.Append(property.Name).Append('=');
                    Dump(property.GetValue(value), text, depth + 1);
                    text.Append(';');
                }

                break;
        }
    }
}
