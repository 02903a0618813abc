using System.Text;
using DialerEngine.Core;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Simulation;

namespace DialerEngine.Host.Tests.Simulation;

public sealed class ScenarioReaderTests
{
    private const string Team = """{ "name": "t", "agents": 5, "talk": 100, "wrap": 10 }""";

    public static TheoryData<string> Samples() => [.. Directory.GetFiles(Repository.PathOf("samples", "scenarios"), "*.json").Select(f => Path.GetFileName(f)).Order()];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_sample_can_be_read_and_is_named_as_its_file(string file)
    {
        var result = ScenarioReader.Read(file, File.ReadAllBytes(Repository.PathOf("samples", "scenarios", file)));
        Assert.Empty(result.Faults);
        Assert.Equal(Path.GetFileNameWithoutExtension(file), result.Scenario!.Name);
    }

    [Theory]
    [InlineData("\"agens\": 1", "agens: unknown key")]
    [InlineData("\"hour\": 1", "hour: unknown key; did you mean hours?")]
    [InlineData("\"hours\": \"8\"", "hours: \"8\": must be a number: write it without quotes")]
    [InlineData("\"hours\": 0", "hours: 0: must be 0.05 to 240 h (default 8)")]
    [InlineData("\"start\": \"9\"", "start: \"9\": must be a time of day")]
    [InlineData("\"warmUpMinutes\": 1440", "warmUpMinutes: 1440: must be less than the shift of 480 minutes")]
    [InlineData("\"groups\": [{ \"name\": \"g\", \"dialMode\": \"Predictiv\" }]", "groups[0].dialMode: \"Predictiv\": must be one of")]
    [InlineData("\"groups\": [{ \"name\": \"g\", \"teams\": [\"tt\"] }]", "groups[0].teams[0]: \"tt\": is not the name of one of the teams")]
    [InlineData("\"groups\": [{ \"name\": \"g\", \"optimizeGoal\": 60 }]", "groups[0].optimizeGoal: 60: goal of OverdialRate is 60, and must lie between 0.1 and 50")]
    [InlineData("\"groups\": [{ \"name\": \"g\", \"options\": { \"number_of_chanels\": 3 } }]", "groups[0].options.number_of_chanels: unknown key; did you mean number_of_channels?")]
    [InlineData("\"groups\": [{ \"name\": \"g\", \"options\": { \"min_record_buffer_size\": 9 } }]", "opt_record_buffer_size (6) must be more than min_record_buffer_size (9)")]
    [InlineData("\"lists\": [{ \"name\": \"a\" }, { \"name\": \"a\" }]", "lists[1].name: \"a\": is another's name already")]
    [InlineData("\"lists\": [{ \"name\": \"a\", \"answerChance\": 1.5 }]", "lists[0].answerChance: 1.5: must be 0")]
    [InlineData("\"lists\": [{ \"name\": \"a\", \"mix\": { \"machine\": 0, \"noAnswer\": 0, \"busy\": 0, \"sit\": 0 } }]", "lists[0].mix: must not have weight 0 in everything")]
    [InlineData("\"network\": { \"busy\": { \"law\": \"lognormal\", \"mean\": 4 } }", "network.busy.cv: is missing; a lognormal law needs mean and cv")]
    [InlineData("\"network\": { \"busy\": { \"law\": \"constant\", \"value\": 4, \"cv\": 1 } }", "network.busy.cv: 1: means nothing to a constant law")]
    [InlineData("\"network\": { \"busy\": { \"law\": \"normal\", \"mean\": 4 } }", "network.busy.law: \"normal\": must be one of")]
    [InlineData("\"network\": { \"busy\": { \"law\": \"histogram\", \"values\": [1, 2], \"weights\": [1, 1] } }", "network.busy.weights: has 2 weights for 2 edges")]
    [InlineData("\"network\": { \"busy\": { \"law\": \"uniform\", \"min\": 5, \"max\": 2 } }", "network.busy.max: 2: must not be less than min (5 s)")]
    [InlineData("\"network\": { \"busy\": { \"law\": \"exponential\", \"mean\": 5, \"plus\": 3, \"atMost\": 2 } }", "network.busy.atMost: 2: must be more than plus (3 s)")]
    [InlineData("\"network\": { \"busy\": { \"law\": \"csv\", \"file\": \"none.csv\", \"column\": \"talk\" } }", "none.csv\": there is no such file")]
    [InlineData("\"network\": { \"busy\": \"4\" }", "network.busy: \"4\": must be a number of seconds or an object")]
    [InlineData("\"changes\": [{ \"answerChance\": 0.2 }]", "changes[0].at: is missing; a change needs at (time of day) or atHours")]
    [InlineData("\"changes\": [{ \"atHours\": 9 }]", "changes[0].atHours: 9: is after the end of the shift")]
    [InlineData("\"changes\": [{ \"atHours\": 1, \"list\": \"lst\", \"open\": false }]", "changes[0].list: \"lst\": is not the name of a list; did you mean list?")]
    public void A_wrong_key_or_value_has_its_sentence_with_place_and_mend(string member, string sentence)
    {
        var result = Read($"{{\n \"teams\": [{Team}],\n {member}\n}}");
        Assert.Null(result.Scenario);
        Assert.Contains(result.Faults, f => f.ToString().Contains(sentence, StringComparison.Ordinal));
        Assert.All(result.Faults, f => Assert.StartsWith("shift.json:3:", f.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{\"teams\": []}")]
    [InlineData("{\"teams\": [{\"name\":\"t\",\"agents\":0,\"talk\":1,\"wrap\":1}]}")]
    public void What_is_no_scenario_is_refused_with_a_sentence(string text)
    {
        var result = Read(text);
        Assert.Null(result.Scenario);
        Assert.NotEmpty(result.Faults);
    }

    [Fact]
    public void Settings_are_read_under_their_configuration_names()
    {
        var scenario = Read($$"""
            { "start": "08:00", "hours": 10, "teams": [{{Team}}], "trunks": [{ "name": "a", "lines": 30 }, { "name": "b", "lines": 20 }],
              "groups": [{ "name": "g", "dialMode": "Progressive", "trunks": ["b"], "options": { "call_wait_in_queue_timeout": 1.5, "dialing_rate_limit": 4 } },
                         { "name": "h", "optimizeBy": "BusyFactor", "optimizeGoal": 85 }],
              "changes": [{ "at": "10:30", "agents": 3 }, { "atHours": 1, "answerChance": 0.1 }] }
            """).Scenario!;
        Assert.Equal(DialMode.Progress, scenario.Groups[0].Mode);
        Assert.Equal(1_500, scenario.Groups[0].Options.QueueTimeoutMs);
        Assert.Equal(4, scenario.Groups[0].Options.DialingRateLimit);
        Assert.Equal(20, scenario.Groups[0].Options.NumberOfChannels);
        Assert.Equal(50, scenario.Groups[1].Options.NumberOfChannels);
        Assert.Equal(28_000, scenario.Groups[1].Options.RingTimeoutMs);
        Assert.Equal(OptimizeBy.BusyFactor, scenario.Groups[1].OptimizeBy);
        Assert.Equal([3_600, 9_000], scenario.Changes.Select(c => c.At));
    }

    [Fact]
    public void A_law_may_come_from_a_column_of_a_log()
    {
        using var folder = new TemporaryFolder();
        folder.Write("calls.csv", "start,result,ring,talk\n0,Answer,5,60\n1,Busy,2,\n2,Answer,\"4\",80\n");
        var text = """{ "teams": [{ "name": "t", "agents": 1, "wrap": 5, "talk": { "law": "csv", "file": "calls.csv", "column": "Talk" } }] }""";
        var scenario = ScenarioReader.Read(folder.File("s.json"), Encoding.UTF8.GetBytes(text)).Scenario!;
        Assert.Equal(70, scenario.Teams[0].Talk.Mean);
    }

    [Fact]
    public void The_published_schema_and_the_manuals_tables_are_the_ones_that_the_table_gives()
    {
        const string begin = "<!-- keys: begin (made from the table of keys) -->\n";
        var schema = SchemaWriter.Write("DialerEngine scenario", ScenarioTable.Sections);
        var schemaFile = Repository.PathOf("docs", "scenario.schema.json");
        var manualFile = Repository.PathOf("docs", "simulate.md");
        var manual = File.ReadAllText(manualFile);
        var from = manual.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var until = manual.IndexOf("<!-- keys: end -->\n", StringComparison.Ordinal);
        var tables = ManualTables.Write([.. ScenarioTable.Sections.SkipLast(1)]);
        if (Repository.WriteExpected)
        {
            File.WriteAllText(schemaFile, schema);
            File.WriteAllText(manualFile, manual[..from] + tables + manual[until..]);
            return;
        }

        Assert.Equal(schema, File.ReadAllText(schemaFile));
        Assert.Equal(tables, manual[from..until]);
    }

    [Theory]
    [InlineData("optimizeGoal=1", 1, 5)]
    [InlineData("groups[*].optimizeGoal=2", 2, 5)]
    [InlineData("groups[g].optimizeGoal=2;teams[t].agents=7", 2, 7)]
    [InlineData("teams[0].agents=8", 3, 8)]
    public void Settings_laid_over_a_scenario_change_what_they_name(string settings, int goal, int agents)
    {
        var root = ConfigurationDocument.TryParse("s", Encoding.UTF8.GetBytes($$"""{ "teams": [{{Team}}], "groups": [{ "name": "g" }] }"""), out _)!;
        var scenario = ScenarioReader.Read("s", Overlay.TryApply(root, settings, out _)!).Scenario!;
        Assert.Equal(goal, scenario.Groups[0].Goal);
        Assert.Equal(agents, scenario.Teams[0].Agents);
    }

    [Theory]
    [InlineData("optimizeGoal", "is not key=value")]
    [InlineData("teams[9].agents=1", "there is no [9] among the 1 teams")]
    [InlineData("hours.x=1", "x is not within an object")]
    public void Settings_that_fit_nowhere_are_refused(string settings, string sentence)
    {
        var root = ConfigurationDocument.TryParse("s", Encoding.UTF8.GetBytes($$"""{ "hours": 1, "teams": [{{Team}}] }"""), out _)!;
        Assert.Null(Overlay.TryApply(root, settings, out var fault));
        Assert.Contains(sentence, fault, StringComparison.Ordinal);
    }

    private static ScenarioResult Read(string text) => ScenarioReader.Read("shift.json", Encoding.UTF8.GetBytes(text));
}
