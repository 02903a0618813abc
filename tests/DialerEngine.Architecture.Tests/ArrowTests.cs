using System.Xml.Linq;

namespace DialerEngine.Architecture.Tests;

/// <summary>Holds the arrows between the projects: who may reference whom.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["DialerEngine.Core"] = [],
        ["DialerEngine.Pacing"] = ["DialerEngine.Core"],
        ["DialerEngine.Statistics"] = ["DialerEngine.Core"],
        ["DialerEngine.Desktop"] = ["DialerEngine.Core"],
        ["DialerEngine.Notifications"] = ["DialerEngine.Core"],
        ["DialerEngine.Runtime"] = ["DialerEngine.Core", "DialerEngine.Pacing"],
        ["DialerEngine.Sip"] = [],
        ["DialerEngine.Media"] = [],
        ["DialerEngine.Cpd"] = ["DialerEngine.Media"],
        ["DialerEngine.Adapters.SipServer"] = ["DialerEngine.Core", "DialerEngine.Sip", "DialerEngine.Media"],
        ["DialerEngine.Adapters.CpdServer"] = ["DialerEngine.Core", "DialerEngine.Cpd", "DialerEngine.Media"],
        ["DialerEngine.Adapters.TServer"] = ["DialerEngine.Core", "DialerEngine.Desktop"],
        ["DialerEngine.Adapters.Sqlite"] = ["DialerEngine.Core"],
        ["DialerEngine.Adapters.Postgres"] = ["DialerEngine.Core"],
        ["DialerEngine.Adapters.Simulated"] = ["DialerEngine.Core"],
    };

    public static TheoryData<string> ProductProjects()
    {
        var data = new TheoryData<string>();
        foreach (var file in ProjectFiles("src").Concat(ProjectFiles("adapters")))
        {
            data.Add(Path.GetFileNameWithoutExtension(file));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(ProductProjects))]
    public void A_project_references_only_what_its_place_allows(string project)
    {
        if (project == "DialerEngine.Host")
        {
            return;
        }

        Assert.True(Allowed.TryGetValue(project, out var allowed), $"{project} has no place in the house yet: give it one here");
        Assert.Empty(References(project).Except(allowed!));
    }

    [Fact]
    public void Nothing_of_the_product_references_the_host_and_no_adapter_another()
    {
        foreach (var file in ProjectFiles("src").Concat(ProjectFiles("adapters")))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            Assert.DoesNotContain("DialerEngine.Host", References(name));
            if (name.Contains(".Adapters.", StringComparison.Ordinal))
            {
                Assert.DoesNotContain(References(name), r => r.Contains(".Adapters.", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void Every_project_of_the_tree_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Root(), "DialerEngine.sln"));
        foreach (var file in new[] { "src", "adapters", "tests", "perf", "tools" }.SelectMany(ProjectFiles))
        {
            Assert.Contains(Path.GetFileName(file), solution, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> References(string project)
    {
        var file = ProjectFiles("src").Concat(ProjectFiles("adapters"))
            .Single(f => Path.GetFileNameWithoutExtension(f) == project);
        return XDocument.Load(file).Descendants("ProjectReference")
            .Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value.Replace('\\', '/')));
    }

    private static IEnumerable<string> ProjectFiles(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root(), folder), "*.csproj", SearchOption.AllDirectories);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "DialerEngine.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
