using System.CommandLine;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Tests.Admin;
using DialerEngine.Host.Tests.Configuration;

namespace DialerEngine.Host.Tests.Cli;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Every_verb_has_help_and_a_description()
    {
        foreach (var path in Paths(CommandLine.Root(Program.Verbs())))
        {
            var (code, output, error) = await RunAsync([.. path, "--help"]);

            Assert.True(code == ExitCode.Done && error.Length == 0, $"{string.Join(' ', path)}: {code} {error}");
            Assert.Contains("Usage:", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("dialer: a verb is missing: one of")]
    [InlineData("dialer: there is no verb chek; did you mean check? (see dialer --help)", "chek")]
    [InlineData("dialer group: there is no verb strat; did you mean start? (see dialer group --help)", "group", "strat")]
    [InlineData("dialer check: name the configuration file: --config FILE", "check")]
    [InlineData("dialer check: Unrecognized command or argument '--confg'", "check", "--confg")]
    [InlineData("dialer group start: Required argument 'NAME' missing", "group", "start")]
    [InlineData("dialer group: no token; give the one printed", "group", "start", "a@b", "--token", "")]
    [InlineData("dialer group: nowhere is no address of an engine", "group", "start", "a@b", "--token", "x", "--url", "nowhere")]
    public async Task Wrong_use_is_one_sentence_and_exit_code_2(string said, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);

        Assert.Equal((ExitCode.Wrong, ""), (code, output));
        Assert.StartsWith(said, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task A_good_configuration_is_exit_code_0_and_a_bad_one_2()
    {
        using var folder = new TemporaryFolder();
        var good = Repository.PathOf("samples", "trunk.json");
        var bad = Path.Combine(ConfigurationCases.Folder("bad"), "unknown-key.json");

        var (goodCode, goodOutput, _) = await RunAsync("check", "--config", good);
        var (badCode, badOutput, badError) = await RunAsync("check", "--config", bad);

        Assert.Equal(ExitCode.Done, goodCode);
        Assert.Contains(": good (1 warning): campaign groups 1, calling lists 1, agents 2, trunks 1", goodOutput, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Wrong, ""), (badCode, badOutput));
        Assert.Contains("unknown-key.json:2:3: adnim: unknown key; did you mean admin?", badError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_is_printed_on_wish()
    {
        var (code, output, _) = await RunAsync("check", "--schema");

        Assert.Equal(ExitCode.Done, code);
        Assert.StartsWith("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unexpected_fault_is_one_sentence_and_its_stack_comes_on_wish_only()
    {
        var broken = new Command("broken", "Breaks.");
        broken.SetAction(int (_) => throw new InvalidOperationException("first line\nsecond line"));

        var (code, _, error) = await RunRootAsync(CommandLine.Root([broken]), "broken");
        var (_, _, traced) = await RunRootAsync(CommandLine.Root([broken]), "broken", "--trace");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal("dialer broken: first line second line; run it again with --trace for the details", error.TrimEnd());
        Assert.Contains("InvalidOperationException", traced, StringComparison.Ordinal);
        Assert.Contains("   at ", traced, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_is_driven_through_the_admin_api()
    {
        await using var api = await AdminServerFixture.StartAsync();
        string[] there = ["--url", api.Server.Address, "--token", AdminServerFixture.Token];

        var (loaded, output, _) = await RunAsync(["group", "load", "spring offer@sales", .. there]);
        var (refused, _, refusal) = await RunAsync(["group", "load", "spring offer@sales", .. there]);
        var (mode, _, _) = await RunAsync(["group", "mode", "spring offer@sales", "Predictive", .. there]);
        var (status, all, _) = await RunAsync(["group", "status", .. there]);
        var (unknown, _, nobody) = await RunAsync(["group", "status", "none@all", .. there]);
        var (json, document, _) = await RunAsync(["group", "status", "welcome@sales", "--json", .. there]);
        var (wrong, _, refusedToken) = await RunAsync("group", "status", "--url", api.Server.Address, "--token", "wrong");

        Assert.Equal((0, 1, 0, 0, 1, 0, 1), (loaded, refused, mode, status, unknown, json, wrong));
        Assert.StartsWith("spring offer@sales: Active, Progress; agents 10 logged in, 3 ready, 5 on calls; calls 4 on their way", output, StringComparison.Ordinal);
        Assert.Equal("dialer group: spring offer@sales is loaded already", refusal.TrimEnd());
        Assert.Equal(["welcome@sales: NotLoaded", "spring offer@sales: Active"], all.TrimEnd().Split('\n').Select(l => l[..l.IndexOf(',')]));
        Assert.Equal("dialer group: there is no campaign group named none@all", nobody.TrimEnd());
        Assert.StartsWith("{\"name\":\"welcome@sales\"", document, StringComparison.Ordinal);
        Assert.StartsWith("dialer group: the bearer token is missing or wrong", refusedToken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_one_sentence_and_exit_code_1()
    {
        // Port 1 of the loopback interface: nobody listens there.
        var (code, _, error) = await RunAsync("group", "status", "--url", "http://127.0.0.1:1", "--token", "x");

        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith("dialer group: no engine answers at http://127.0.0.1:1/", error, StringComparison.Ordinal);
    }

    private static IEnumerable<string[]> Paths(Command command, params string[] path)
    {
        Assert.False(string.IsNullOrWhiteSpace(command.Description), string.Join(' ', path));
        yield return path;
        foreach (var below in command.Subcommands.SelectMany(c => Paths(c, [.. path, c.Name])))
        {
            yield return below;
        }
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => RunRootAsync(CommandLine.Root(Program.Verbs()), arguments);

    private static async Task<(int Code, string Output, string Error)> RunRootAsync(RootCommand root, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(root, arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
