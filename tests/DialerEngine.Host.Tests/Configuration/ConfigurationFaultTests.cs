using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Tests.Configuration;

/// <summary>Every kind of fault has its file in configs/bad, and its lines beside it. DIALER_WRITE_EXPECTED=1 writes the lines anew.</summary>
public sealed class ConfigurationFaultTests
{
    public static TheoryData<string> Bad => [.. ConfigurationCases.Names("bad")];

    public static TheoryData<string> Good => [.. ConfigurationCases.Names("good")];

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_configuration_is_refused_with_these_lines(string name)
    {
        var (result, lines) = ConfigurationCases.Read("bad", name);

        Assert.Null(result.Configuration);
        Assert.Contains(result.Faults, f => f.Severity == FaultSeverity.Error);
        Compare("bad", name, lines);
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void A_good_configuration_is_taken_with_these_warnings(string name)
    {
        var (result, lines) = ConfigurationCases.Read("good", name);

        Assert.NotNull(result.Configuration);
        Assert.All(result.Faults, f => Assert.Equal(FaultSeverity.Warning, f.Severity));
        Compare("good", name, lines);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    [MemberData(nameof(Good))]
    public void No_line_shows_a_secret_or_breaks(string name)
    {
        var kind = ConfigurationCases.Names("bad").Contains(name) ? "bad" : "good";
        var (_, lines) = ConfigurationCases.Read(kind, name);

        Assert.All(lines, line =>
        {
            Assert.DoesNotContain('\n', line);
            Assert.DoesNotContain(ConfigurationCases.Secret, line, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
            Assert.DoesNotContain("12345", line, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_sample_for_ones_own_trunk_is_good()
    {
        var result = ConfigurationReader.Read(Repository.PathOf("samples", "trunk.json"), _ => null);

        Assert.NotNull(result.Configuration);
        Assert.Equal(["tenants[0].campaignGroups[0].options.safe_harbour_announcement"], result.Faults.Select(f => f.Path));
    }

    [Fact]
    public void A_file_that_is_not_there_is_one_fault()
    {
        var result = ConfigurationReader.Read("/there is/none.json", _ => null);

        Assert.Null(result.Configuration);
        Assert.Equal("/there is/none.json:1:1: there is no such file; name one with --config", Assert.Single(result.Faults).ToString());
    }

    [Fact]
    public void A_folder_is_one_fault()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("cannot be read", Assert.Single(ConfigurationReader.Read(folder.Path, _ => null).Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_endless_file_is_refused_at_the_bound()
    {
        if (!File.Exists("/dev/zero"))
        {
            return;
        }

        Assert.Contains("larger than 4 MiB", Assert.Single(ConfigurationReader.Read("/dev/zero", _ => null).Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_password_file_that_others_may_read_is_refused_until_it_is_the_owners()
    {
        using var folder = new TemporaryFolder();
        var secret = folder.Write("secret", ConfigurationCases.Secret + "\n");
        var file = folder.Write("config.json", """
            {
              "storage": { "sqlite": "x.db" },
              "trunks": [{ "name": "carrier", "host": "192.0.2.1", "user": "u", "password": "file:secret" }],
              "tenants": [{ "name": "T", "callingLists": [], "campaigns": [], "agents": [], "agentGroups": [], "campaignGroups": [] }]
            }
            """);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var refused = ConfigurationReader.Read(file, _ => null);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var taken = ConfigurationReader.Read(file, _ => null);

        Assert.Contains($"others than its owner may read or write {secret}; run chmod 600 on it", Assert.Single(refused.Faults).Rule, StringComparison.Ordinal);
        Assert.Empty(taken.Faults);
        Assert.Equal(ConfigurationCases.Secret, taken.Configuration!.Trunks[0].Password);
    }

    [Fact]
    public void A_thousand_faults_are_listed_and_the_others_counted()
    {
        var keys = string.Join(',', Enumerable.Range(0, 1_500).Select(i => $"\"colour{i}\":1"));

        var result = ConfigurationCases.ReadText("{" + keys + "}");

        Assert.Equal(1_000, result.Faults.Count);
        Assert.Equal(503, result.Unlisted);
    }

    private static void Compare(string kind, string name, IReadOnlyList<string> lines)
    {
        var expected = Path.Combine(ConfigurationCases.Folder(kind), name + ".expected");
        if (Repository.WriteExpected)
        {
            File.WriteAllText(expected, string.Concat(lines.Select(l => l + "\n")));
        }

        Assert.Equal(File.ReadAllLines(expected), lines);
    }
}
