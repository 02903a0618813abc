using DialerEngine.Host.Configuration;
using DialerEngine.Host.Engine;
using DialerEngine.Host.Reload;
using DialerEngine.Host.Tests.Configuration;
using DialerEngine.Host.Verbs;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Host.Tests.Reload;

/// <summary>The whole of a reload over a file in the test's hand and an engine that only notes what it is given.</summary>
public sealed class ConfigurationReloadTests : IReloadTarget, ILogger
{
    private readonly ManualTime _time = new();
    private readonly List<EngineConfiguration> _taken = [];
    private readonly List<string> _log = [];
    private string _file = Text();
    private string? _unusable;
    private string? _refusal;

    [Fact]
    public async Task What_can_be_applied_is_and_the_rest_is_listed_again_each_time()
    {
        using var reload = Start();
        _file = Text(goal: 5, host: "192.0.2.9");
        var done = (await reload.RunAsync("test", false, default)).Done!;
        Assert.Equal(2, done.Version);
        Assert.Equal([new ConfigurationChangeView("tenants[Environment].campaignGroups[welcome@sales].optimizeGoal", "3", "5")], done.Applied);
        Assert.Equal([new ConfigurationChangeView("trunks[carrier].host", "\"192.0.2.1\"", "\"192.0.2.9\"")], done.NeedsRestart);
        Assert.Equal((5, "192.0.2.1"), (_taken[0].Groups[0].OptimizeGoal, _taken[0].Trunks[0].Host));
        Assert.Equal(["trunks[carrier].host"], reload.View.NeedsRestart.Select(c => c.Key));

        var again = (await reload.RunAsync("test", false, default)).Done!;
        Assert.Equal((2, 0, 1), (again.Version, again.Applied.Count, again.NeedsRestart.Count));
        Assert.Single(_taken);
        _file = Text(goal: 3);
        var back = (await reload.RunAsync("test", false, default)).Done!;
        Assert.Equal((3, 1, 0), (back.Version, back.Applied.Count, back.NeedsRestart.Count));
        Assert.Empty(reload.View.NeedsRestart);
        Assert.Contains("Configuration changed: tenants[Environment].campaignGroups[welcome@sales].optimizeGoal: 3 -> 5", _log);
        Assert.Contains("Configuration not changed without a restart: trunks[carrier].host: \"192.0.2.1\" -> \"192.0.2.9\" (it is read at the start only)", _log);
    }

    [Fact]
    public async Task A_file_with_a_fault_changes_nothing_and_says_what_check_says()
    {
        using var reload = Start();
        _file = Text(goal: 5).Replace("\"agentGroup\": \"sales\"", "\"agentGroup\": \"sails\"", StringComparison.Ordinal);
        var outcome = await reload.RunAsync("test", false, default);
        Assert.Null(outcome.Done);
        Assert.Equal(ConfigurationCases.ReadText(_file).Faults.Select(f => f.ToString()), outcome.Faults);
        Assert.DoesNotContain(_log, line => line.Contains("warning", StringComparison.Ordinal));
        Assert.Contains(outcome.Faults, f => f.Contains("did you mean sales?", StringComparison.Ordinal));
        Assert.Empty(_taken);
        Assert.Equal(1, reload.View.Version);
        _file = "{";
        Assert.Contains("not JSON", Assert.Single((await reload.RunAsync("test", false, default)).Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_warnings_that_are_new_are_given()
    {
        using var reload = Start();
        _file = Text(goal: 5);
        Assert.Contains("more than 3 percent", Assert.Single((await reload.RunAsync("test", false, default)).Done!.Warnings), StringComparison.Ordinal);
        _file = Text(goal: 6);
        Assert.Empty((await reload.RunAsync("test", false, default)).Done!.Warnings);
    }

    [Fact]
    public async Task A_dry_run_says_all_and_does_nothing()
    {
        using var reload = Start();
        _file = Text(goal: 5, host: "192.0.2.9");
        var done = (await reload.RunAsync("test", true, default)).Done!;
        Assert.Equal((1, 1, 1), (done.Version, done.Applied.Count, done.NeedsRestart.Count));
        Assert.Empty(_taken);
        Assert.Empty(reload.View.NeedsRestart);
        Assert.Empty(_log);
        Assert.Equal(
            """
            would be applied: tenants[Environment].campaignGroups[welcome@sales].optimizeGoal: 3 -> 5
            needs a restart: trunks[carrier].host: "192.0.2.1" -> "192.0.2.9"
            version 1: 1 to be applied, 1 need a restart
            """,
            ReloadVerb.Describe(done with { Warnings = [] }, isDry: true));
    }

    [Fact]
    public async Task What_makes_no_whole_without_the_restarts_part_is_left_alone()
    {
        using var reload = Start();
        _file = Text(options: "\"min_record_buffer_size\": 8, \"opt_record_buffer_size\": 12");
        var outcome = await reload.RunAsync("test", false, default);
        Assert.Null(outcome.Done);
        Assert.Contains(outcome.Faults, f => f.Contains("options.opt_record_buffer_size) the rest makes no whole", StringComparison.Ordinal));
        Assert.Empty(_taken);
    }

    [Fact]
    public async Task A_recording_that_cannot_be_read_changes_nothing_and_a_group_that_has_failed_is_named()
    {
        using var reload = Start();
        _file = Text(goal: 5);
        _unusable = "the announcement hello.wav cannot be read";
        Assert.Equal(["config.json: the announcement hello.wav cannot be read"], (await reload.RunAsync("test", false, default)).Faults);
        Assert.Equal(1, reload.View.Version);
        _unusable = null;
        _refusal = "welcome@sales: has failed; see the log";
        var done = (await reload.RunAsync("test", false, default)).Done!;
        Assert.Equal((2, _refusal), (done.Version, Assert.Single(done.NotTaken)));
        Assert.Contains("Configuration not taken: " + _refusal, _log);
    }

    string? IReloadTarget.WhyRestart(ConfigurationChange change) => null;

    Task<IReadOnlyList<string>> IReloadTarget.ApplyAsync(EngineConfiguration next, CancellationToken cancel)
    {
        if (_unusable is not null)
        {
            throw new EngineStartException(_unusable);
        }

        _taken.Add(next);
        return Task.FromResult<IReadOnlyList<string>>(_refusal is null ? [] : [_refusal]);
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _log.Add(formatter(state, exception));

    private ConfigurationReload Start() => new("config.json", ConfigurationCases.ReadText(_file), () => ConfigurationCases.ReadText(_file), this, _time, this);

    private static string Text(int goal = 3, string host = "192.0.2.1", string options = "") => $$"""
        {
          "storage": { "sqlite": "dialer.db" },
          "trunks": [{ "name": "carrier", "host": "{{host}}" }],
          "tenants": [{
            "name": "Environment",
            "callingLists": [{ "id": 1, "name": "customers" }],
            "campaigns": [{ "id": 1, "name": "welcome", "callingLists": [{ "list": "customers" }] }],
            "agents": [{ "id": 1, "loginId": "1001", "phone": { "uri": "sip:7001@192.0.2.21" } }],
            "agentGroups": [{ "name": "sales", "agents": ["1001"] }],
            "campaignGroups": [{
              "id": 1, "campaign": "welcome", "agentGroup": "sales", "trunks": ["carrier"], "dialMode": "Predictive", "optimizeBy": "OverdialRate", "optimizeGoal": {{goal}},
              "options": { {{options}} }
            }]
          }]
        }
        """;
}
