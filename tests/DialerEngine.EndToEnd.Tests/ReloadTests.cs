using System.Net;
using System.Text.Json;
using DialerEngine.EndToEnd.Tests.Support;
using DialerEngine.Host.Demo;
using TrunkSimulator;

namespace DialerEngine.EndToEnd.Tests;

/// <summary>An engine process whose configuration file is changed while a group runs.</summary>
[Trait("Category", "Process")]
public sealed class ReloadTests
{
    [Fact]
    public async Task A_running_engine_takes_what_it_can_says_what_it_cannot_and_keeps_dialling_by_the_old_where_the_new_is_at_fault()
    {
        using var phones = new SimulatedPhones(TimeProvider.System);
        using var trunk = new TrunkServer(new TrunkServerOptions { Seed = 1, Script = DemoWorld.Script });
        phones.Start();
        trunk.Start();
        using var site = new EngineSite(trunk.LocalEndPoint, phones.LocalEndPoint, agents: 1);
        using var engine = EngineProcess.Start(site.Configuration);
        await site.LearnTokenAsync(engine);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Assert.True(await site.LoadAndStartAsync(limit.Token), engine.Output);

        Edit(site, ("\"number_of_channels\": 30", "\"number_of_channels\": 20"), ("{ \"list\": \"Spring_list\" }", "{ \"list\": \"Spring_list\", \"weight\": 9 }"),
            ("\"maxCalls\": 30", "\"maxCalls\": 40"), ("\"optionsSeconds\": 0", "\"optionsSeconds\": 30"));
        var (status, body) = await site.AskAsync(HttpMethod.Post, "api/v1/configuration/reload");
        Assert.True(status == HttpStatusCode.OK, body);
        var done = JsonDocument.Parse(body).RootElement;
        Assert.Equal(2, done.GetProperty("version").GetInt32());
        Assert.Equal(
            ["tenants[Environment].campaignGroups[Spring@Demo].options.number_of_channels", "tenants[Environment].campaigns[Spring].callingLists[Spring_list].weight", "trunks[trunk].maxCalls"],
            Keys(done, "applied").Order());
        Assert.Equal(["trunks[trunk].optionsSeconds"], Keys(done, "needsRestart"));
        Assert.Empty(done.GetProperty("notTaken").EnumerateArray());
        var group = JsonDocument.Parse((await site.AskAsync(HttpMethod.Get, "api/v1/campaign-groups/Spring%40Demo")).Body).RootElement;
        Assert.Equal(9, group.GetProperty("lists")[0].GetProperty("weight").GetInt32());
        Assert.Equal("Running", group.GetProperty("state").GetString());

        Edit(site, ("\"number_of_channels\": 20", "\"number_of_channels\": 0"));
        (status, body) = await site.AskAsync(HttpMethod.Post, "api/v1/configuration/reload");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var fault = Assert.Single(JsonDocument.Parse(body).RootElement.GetProperty("faults").EnumerateArray(), f => f.GetString()!.Contains("number_of_channels", StringComparison.Ordinal));
        Assert.Contains(": 0: must be 1 to 10,000", fault.GetString(), StringComparison.Ordinal);
        Assert.Equal(2, (await ViewAsync(site)).GetProperty("version").GetInt32());

        Edit(site, ("\"number_of_channels\": 0", "\"number_of_channels\": 25"));
        await engine.SignalAsync("HUP");
        while ((await ViewAsync(site)).GetProperty("version").GetInt32() < 3)
        {
            Assert.False(limit.IsCancellationRequested || engine.HasExited, engine.Output);
            await Task.Delay(20, CancellationToken.None);
        }

        Assert.Equal(["trunks[trunk].optionsSeconds"], Keys(await ViewAsync(site), "needsRestart"));
        Assert.True(await engine.TerminateAsync(TimeSpan.FromSeconds(30)) == 0, engine.Output);

        // What a running engine has logged may still be under way to its reader.
        Assert.Contains("Configuration changed: tenants[Environment].campaignGroups[Spring@Demo].options.number_of_channels: 20 -> 25", engine.Output, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> ViewAsync(EngineSite site) => JsonDocument.Parse((await site.AskAsync(HttpMethod.Get, "api/v1/configuration")).Body).RootElement;

    private static IEnumerable<string?> Keys(JsonElement answer, string name) => answer.GetProperty(name).EnumerateArray().Select(c => c.GetProperty("key").GetString());

    private static void Edit(EngineSite site, params (string From, string To)[] changes)
    {
        var text = File.ReadAllText(site.Configuration);
        foreach (var (from, to) in changes)
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            text = text.Replace(from, to, StringComparison.Ordinal);
        }

        File.WriteAllText(site.Configuration, text);
    }
}
