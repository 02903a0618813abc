using System.Globalization;
using System.Text;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Simulation;

namespace DialerEngine.Host.Tests.Simulation;

public sealed class ReplayTests
{
    [Fact]
    public async Task A_log_of_calls_is_driven_through_the_pacer_and_its_laws_are_found_again()
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("calls.csv", Csv(dials: 3_000));
        var (code, output, error) = await RunAsync("pacing", "replay", log, "--minutes", "30", "--to-scenario", folder.File("fitted.json"));

        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.Contains("pacer wants", output, StringComparison.Ordinal);
        var scenario = ScenarioReader.Read("fitted.json", File.ReadAllBytes(folder.File("fitted.json"))).Scenario!;
        Assert.InRange(scenario.Lists[0].Person, 0.27, 0.33);
        Assert.InRange(scenario.Teams[0].Talk.Mean, 55, 65);
        Assert.InRange(scenario.Teams[0].Wrap.Mean, 8.5, 11.5);
        Assert.InRange(scenario.Network.PersonAnswer.Mean, 6.5, 7.5);
        Assert.InRange(scenario.Network.PersonDetection.Mean, 0.95, 1.05);
        Assert.InRange(scenario.Network.Busy.Mean, 2.9, 3.1);
        Assert.Equal(20_000, scenario.Groups[0].Options.RingTimeoutMs);
        Assert.True(new ShiftRunner(scenario, 1).Run().All.Connected > 50);
    }

    [Fact]
    public async Task Lines_of_serve_are_replayed_with_their_own_ticks()
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("serve.jsonl", """
            {"t":0,"type":"configure","mode":"Progressive","agents":2}
            {"t":1,"type":"agent","id":"a","state":"Ready"}
            {"t":2,"type":"tick"}
            {"t":2,"type":"call","id":"1","state":"Dialing"}
            {"t":3,"type":"tick"}
            {"t":3,"type":"call","id":"2","state":"Dialing"}
            {"t":4,"type":"tick"}
            """);
        var (code, output, _) = await RunAsync("pacing", "replay", log, "--ticks");
        Assert.Equal(0, code);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("{\"t\":2,\"dialled\":1,\"dial\":1,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("{\"t\":3,\"dialled\":1,\"dial\":0,", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("start,result\n0,Answer\n", "has no column \"ring\"")]
    [InlineData("start,result,ring\nx,Answer,1\n", "line 2, start: \"x\" is neither a number of seconds nor a time")]
    [InlineData("start,result,ring\n0,Hello,1\n", "line 2, result: \"Hello\" is not a call result")]
    [InlineData("start,result,ring\n0,Busy,-1\n", "line 2, ring: \"-1\" is not a number of seconds")]
    [InlineData("start,result,ring\n", "has no call in it")]
    [InlineData("", "is empty")]
    public async Task A_log_that_cannot_be_read_is_refused_with_a_sentence(string text, string sentence)
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = await RunAsync("pacing", "replay", folder.Write("calls.csv", text));
        Assert.Equal(ExitCode.Wrong, code);
        Assert.Contains("calls.csv: " + sentence, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nope.json", "there is no such file")]
    [InlineData("--policy", "--policy: \"erlan\" is not one of progressive, ratio, adaptive, erlang or ratio:NUMBER; did you mean erlang?")]
    [InlineData("--set", "--set \"optimizeGoal\" is not key=value")]
    public async Task Wrong_use_of_simulate_is_one_sentence_and_exit_code_2(string what, string sentence)
    {
        var file = what == "nope.json" ? what : Repository.PathOf("samples", "scenarios", "base-5.json");
        string[] more = what switch { "--policy" => ["--policy", "erlan"], "--set" => ["--set", "optimizeGoal"], _ => [] };
        var (code, _, error) = await RunAsync(["pacing", "simulate", "--scenario", file, .. more]);
        Assert.Equal(ExitCode.Wrong, code);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_has_a_row_for_each_goal_and_one_for_a_mode_without_goals()
    {
        using var folder = new TemporaryFolder();
        var (code, output, error) = await RunAsync(
            "pacing", "sweep", "--scenario", Repository.PathOf("samples", "scenarios", "base-5.json"), "--set", "hours=0.3", "--goals", "1,5", "--modes", "Predictive,Progressive",
            "--csv", folder.File("s.csv"), "--plot", folder.File("s.svg"));
        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.Equal(5, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(4, File.ReadAllLines(folder.File("s.csv")).Length);
        System.Xml.Linq.XDocument.Load(folder.File("s.svg"));
    }

    [Fact]
    public async Task Policies_and_settings_stand_side_by_side()
    {
        var file = Repository.PathOf("samples", "scenarios", "base-5.json");
        var (code, output, _) = await RunAsync("pacing", "simulate", "--scenario", file, "--set", "hours=0.2", "--set", "hours=0.2;optimizeGoal=1", "--policy", "progressive", "--json");
        Assert.Equal(0, code);
        using var json = System.Text.Json.JsonDocument.Parse(output);
        Assert.Equal(4, json.RootElement.GetProperty("results").GetArrayLength());
        Assert.Equal("progressive", json.RootElement.GetProperty("results")[1].GetProperty("policy").GetString());
        Assert.True(json.RootElement.GetProperty("utilisation").GetDouble() > 0);
    }

    private static string Csv(int dials)
    {
        var random = new Adapters.Simulated.Pacing.SeededRandom(4);
        var text = new StringBuilder("start,result,ring,detection,wait,talk,wrap,agent\n");
        for (var i = 0; i < dials; i++)
        {
            var start = i * 2.5;
            var at = random.Uniform();
            var row = at < 0.3 ? $"Answer,{4 + (6 * random.Uniform()):F2},1,0.2,{random.Exponential(60):F2},{5 + (10 * random.Uniform()):F2},"
                : at < 0.5 ? "AnsweringMachine,12,3,,,,"
                : at < 0.6 ? "Busy,3,,,,,"
                : "No Answer,20,,,,,";
            text.Append(CultureInfo.InvariantCulture, $"{start},{row}\n");
        }

        return text.ToString();
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(CommandLine.Root(Program.Verbs()), arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
