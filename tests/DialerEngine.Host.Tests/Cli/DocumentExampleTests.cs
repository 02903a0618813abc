using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DialerEngine.Core.Compliance;
using DialerEngine.Host.Cli;

namespace DialerEngine.Host.Tests.Cli;

/// <summary>
/// The examples of the pages about calling lists run as they stand there: commands that need no engine are carried out in their order, those of a running
/// engine are read as the command line reads them, and pieces of configuration pass <c>check</c>.
/// </summary>
public sealed partial class DocumentExampleTests : IDisposable
{
    private static readonly string[] OfAnEngine = ["group", "record", "reload", "serve", "demo", "test"];
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Pages() => ["calling-lists.md", "treatments.md", "compliance.md", "import.md"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Commands_of_a_page_run(string page)
    {
        var configuration = Configuration(null, null);
        Assert.Equal((ExitCode.Done, ""), await RunAsync("check", "--config", configuration));
        File.WriteAllText(_folder.File("register.csv"), "phone,duration\n+12025550199,3600\n");
        Assert.Equal((ExitCode.Done, ""), await RunAsync("list", "import", "--config", configuration, "--list", "customers", Repository.PathOf("samples", "lists", "demo.csv")));
        foreach (var command in CommandsOf(page))
        {
            var words = Words(command);
            if (OfAnEngine.Contains(words[0]))
            {
                var errors = CommandLine.Root(Program.Verbs()).Parse(words).Errors;
                Assert.True(errors.Count == 0, $"{page}: {command}: {string.Join("; ", errors.Select(e => e.Message))}");
                continue;
            }

            // A number that must not be called is an answer, not a fault.
            var (code, error) = await RunAsync(words);
            Assert.True(code == ExitCode.Done || (code == ExitCode.Failed && words[1] == "check"), $"{page}: {command}: exit code {code}, {error}");
        }
    }

    [Theory]
    [InlineData("calling-lists.md", "campaigns")]
    [InlineData("compliance.md", "compliance")]
    [InlineData("compliance.md", "callerIdSets")]
    [InlineData("treatments.md", "treatments")]
    public async Task Pieces_of_configuration_are_good(string page, string key)
    {
        var pieces = PiecesOf(page).Where(p => key == "treatments" ? p.StartsWith('{') : p.StartsWith($"\"{key}\"", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(pieces);
        foreach (var piece in pieces)
        {
            var configuration = Configuration(key, piece);
            Assert.Equal((ExitCode.Done, ""), await RunAsync("check", "--config", configuration));
        }
    }

    [Fact]
    public void The_page_about_calling_hours_lists_every_rule_with_its_source()
    {
        var lines = File.ReadAllLines(Repository.PathOf("docs", "compliance.md"));
        foreach (var rule in CallingRules.All)
        {
            var line = Assert.Single(lines, l => l.StartsWith($"| {rule.Region} | ", StringComparison.Ordinal));
            Assert.EndsWith(FormattableString.Invariant($" | {rule.Effective:yyyy-MM-dd} | {rule.Source} | {rule.Confirmation} |"), line, StringComparison.Ordinal);
            Assert.Equal(rule.ClosedOnHolidays, line.Split('|')[2].TrimEnd().EndsWith(" H", StringComparison.Ordinal));
        }
    }

    /// <summary>The sample configuration with the lists that the pages speak of, and a page's piece in its place.</summary>
    private string Configuration(string? key, string? piece)
    {
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        var root = JsonNode.Parse(File.ReadAllText(Repository.PathOf("samples", "trunk.json")), documentOptions: options)!.AsObject();
        root.Remove("$schema");
        var tenant = root["tenants"]![0]!.AsObject();
        tenant["campaigns"]![0]!["name"] = "spring";
        tenant["campaignGroups"]![0]!["campaign"] = "spring";
        tenant["compliance"] = new JsonObject { ["customer_id"] = "customer_id" };
        var lists = tenant["callingLists"]!.AsArray();
        Own(lists[0]!.AsObject());
        foreach (var (name, id) in new[] { ("prospects", 102), ("winback", 103), ("Spring_list", 104) })
        {
            var list = new JsonObject { ["id"] = id, ["name"] = name, ["fields"] = new JsonArray() };
            Own(list);
            lists.Add(list);
        }

        if (key == "treatments")
        {
            lists[0]!["treatments"] = JsonNode.Parse("[" + piece!.TrimEnd(',') + "]", documentOptions: options);
        }
        else if (piece is not null)
        {
            foreach (var (name, value) in JsonNode.Parse("{" + piece + "}", documentOptions: options)!.AsObject())
            {
                tenant[name] = value!.DeepClone();
            }

            tenant["campaignGroups"]![0]!["campaign"] = tenant["campaigns"]![0]!["name"]!.GetValue<string>();
        }

        var file = _folder.File("dialer.json");
        File.WriteAllText(file, root.ToJsonString());
        return file;
    }

    /// <summary>Columns that the examples filter and order by.</summary>
    private static void Own(JsonObject list)
    {
        var fields = list["fields"]!.AsArray();
        foreach (var (name, type) in new[] { ("state", "varchar"), ("name", "varchar"), ("vip", "int"), ("max_tries", "int"), ("customer_id", "varchar"), ("balance", "float") })
        {
            if (!fields.Any(f => f!["name"]!.GetValue<string>() == name))
            {
                fields.Add(new JsonObject { ["name"] = name, ["type"] = type });
            }
        }
    }

    private static IEnumerable<string> CommandsOf(string page)
    {
        var text = File.ReadAllText(Repository.PathOf("docs", page)).Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith("    ./dialer ", StringComparison.Ordinal))
            {
                yield return Comment().Replace(line["    ./dialer ".Length..], "").Trim();
            }
        }
    }

    /// <summary>Indented blocks that are pieces of JSON.</summary>
    private static IEnumerable<string> PiecesOf(string page)
    {
        var block = new List<string>();
        foreach (var line in File.ReadAllLines(Repository.PathOf("docs", page)).Append(""))
        {
            if (line.StartsWith("    ", StringComparison.Ordinal))
            {
                block.Add(line[4..]);
            }
            else if (block.Count > 0)
            {
                var text = string.Join('\n', block).Trim();
                block.Clear();
                if (text.StartsWith('"') || text.StartsWith('{'))
                {
                    yield return text;
                }
            }
        }
    }

    /// <summary>A command's words as a shell would give them; files of the example lie in the test's folder.</summary>
    private string[] Words(string command) =>
    [
        .. Word().Matches(command).Select(m => m.Value).Select(w => w.Length > 1 && w[0] == '"' ? w[1..^1] : w)
            .Select(w => w.StartsWith("samples/", StringComparison.Ordinal) ? Repository.PathOf(w.Split('/')) : w is "dialer.json" or "storage.db" or "register.csv" or "list.csv" or "spring.csv" ? _folder.File(w) : w),
    ];

    private static async Task<(int Code, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(CommandLine.Root(Program.Verbs()), arguments, output, error);
        var faults = string.Join('\n', error.ToString().Split('\n').Where(l => !l.Contains(": warning: ", StringComparison.Ordinal))).Trim();
        return (code, code == ExitCode.Done ? "" : faults);
    }

    [GeneratedRegex("""\s+#.*$""")]
    private static partial Regex Comment();

    [GeneratedRegex("""
        "[^"]*"|\S+
        """)]
    private static partial Regex Word();
}
