using System.Net;
using System.Net.Http.Headers;
using System.Text;
using DialerEngine.Core;
using DialerEngine.Core.Groups;

namespace DialerEngine.Host.Tests.Admin;

public sealed class AdminApiTests : IAsyncLifetime
{
    private const string Groups = "api/v1/campaign-groups";
    private AdminServerFixture _api = null!;

    public async Task InitializeAsync() => _api = await AdminServerFixture.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Theory]
    [InlineData("GET", "api/v1/campaign-groups")]
    [InlineData("GET", "api/v1/campaign-groups/welcome@sales")]
    [InlineData("POST", "api/v1/campaign-groups/welcome@sales/load")]
    [InlineData("POST", "api/v1/campaign-groups/welcome@sales/force-unload")]
    [InlineData("PUT", "api/v1/campaign-groups/welcome@sales/dial-mode")]
    [InlineData("GET", "metrics")]
    [InlineData("GET", "version")]
    [InlineData("GET", "openapi/v1.json")]
    [InlineData("GET", "nothing/here")]
    public async Task Without_the_token_every_address_is_refused(string method, string path)
    {
        foreach (var authorization in new[] { null, "Bearer wrong", "Bearer", "Basic dGhlLXJpZ2h0LXRva2Vu", "Bearer the-right-toke", "Bearer " + new string('x', 5_000) })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(new Uri(_api.Server.Address), path));
            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            using var http = new HttpClient();
            using var response = await http.SendAsync(request);

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.Contains("\"code\":\"unauthorized\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(_api.Control.Commands);
    }

    [Fact]
    public async Task Health_needs_no_token_and_says_why_the_engine_is_not_ready()
    {
        _api.Http.DefaultRequestHeaders.Authorization = null;

        Assert.Equal(HttpStatusCode.OK, (await _api.AskAsync(HttpMethod.Get, "health/live")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _api.AskAsync(HttpMethod.Get, "health/ready")).Status);
        _api.Control.NotReadyReason = "trunk carrier is down";
        var (status, body, _) = await _api.AskAsync(HttpMethod.Get, "health/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(("not ready", "trunk carrier is down"), (body.GetProperty("status").GetString(), body.GetProperty("reason").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await _api.AskAsync(HttpMethod.Get, "health/live")).Status);
    }

    [Fact]
    public async Task All_groups_are_listed_and_failed_ones_named()
    {
        _api.Control.FailedGroups.Add("spring offer@sales");

        var (status, body, _) = await _api.AskAsync(HttpMethod.Get, Groups);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("welcome@sales", Assert.Single(body.GetProperty("groups").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal("spring offer@sales", Assert.Single(body.GetProperty("failed").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task A_group_says_its_state_its_counts_and_why_it_does_not_dial()
    {
        var (_, body, _) = await _api.AskAsync(HttpMethod.Get, Groups + "/welcome@sales");

        Assert.Equal(41, body.GetProperty("id").GetInt32());
        Assert.Equal(("NotLoaded", "Progress"), (body.GetProperty("state").GetString(), body.GetProperty("dialMode").GetString()));
        Assert.Equal(["NoRecords", "TrunkRate"], body.GetProperty("holdBack").EnumerateArray().Select(h => h.GetString()!));
        Assert.Equal("No records: every record of the list is finished.", body.GetProperty("explanation").GetString());
        Assert.Equal(50, body.GetProperty("byResult").GetProperty("NoAnswer").GetInt64());
        Assert.False(body.TryGetProperty("overdialRate", out _));
        Assert.Equal("NoRecords", body.GetProperty("pacingReason").GetString());
    }

    [Theory]
    [InlineData("load", GroupCommandKind.Load)]
    [InlineData("start", GroupCommandKind.Start)]
    [InlineData("unload", GroupCommandKind.Unload)]
    [InlineData("force-unload", GroupCommandKind.ForceUnload)]
    public async Task A_command_reaches_its_group_and_returns_what_became_of_it(string verb, object kind)
    {
        var (status, body, _) = await _api.AskAsync(HttpMethod.Post, $"{Groups}/spring%20offer@sales/{verb}");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("spring offer@sales", body.GetProperty("name").GetString());
        Assert.Equal(("spring offer@sales", (GroupCommandKind)kind, DialMode.NoDialMode), Assert.Single(_api.Control.Commands));
    }

    [Fact]
    public async Task A_refused_command_says_why_in_one_sentence()
    {
        _api.Control.Set("welcome@sales", CampaignGroupState.Active);

        var (status, body, mediaType) = await _api.AskAsync(HttpMethod.Post, Groups + "/welcome@sales/load");

        Assert.Equal((HttpStatusCode.Conflict, "application/problem+json"), (status, mediaType));
        Assert.Equal("command-refused", body.GetProperty("code").GetString());
        Assert.Equal("urn:dialer-engine:problem:command-refused", body.GetProperty("type").GetString());
        Assert.Equal("welcome@sales is loaded already", body.GetProperty("detail").GetString());
        Assert.Equal(409, body.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task An_unknown_group_and_an_unknown_address_are_not_found()
    {
        Assert.Equal("group-not-found", (await _api.AskAsync(HttpMethod.Get, Groups + "/none@all")).Body.GetProperty("code").GetString());
        Assert.Equal("group-not-found", (await _api.AskAsync(HttpMethod.Post, Groups + "/none@all/start")).Body.GetProperty("code").GetString());
        var (status, body, _) = await _api.AskAsync(HttpMethod.Post, Groups + "/welcome@sales/explode");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("not-found", body.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_failed_group_takes_no_commands()
    {
        _api.Control.FailedGroups.Add("welcome@sales");

        foreach (var (method, path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Post, "/start") })
        {
            var (status, body, _) = await _api.AskAsync(method, Groups + "/welcome@sales" + path);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.Equal("group-failed", body.GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task The_dial_mode_is_set_by_the_name_that_configurations_use()
    {
        var (status, _, _) = await _api.AskAsync(HttpMethod.Put, Groups + "/welcome@sales/dial-mode", """{"dialMode":"Predictive"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("welcome@sales", GroupCommandKind.SetDialMode, DialMode.Predict), Assert.Single(_api.Control.Commands));
    }

    [Theory]
    [InlineData("""{"dialMode":"Predictve"}""", "did you mean Predictive?")]
    [InlineData("""{}""", "dialMode must be one of Progressive, Predictive")]
    [InlineData("""{"dialMode":3}""", "the request cannot be read")]
    [InlineData("""{"dialMode":""", "the request cannot be read")]
    [InlineData("", "the request cannot be read")]
    public async Task A_wrong_dial_mode_is_a_bad_request(string sent, string said)
    {
        var (status, body, mediaType) = await _api.AskAsync(HttpMethod.Put, Groups + "/welcome@sales/dial-mode", sent);

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (status, mediaType));
        Assert.Contains(said, body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(_api.Control.Commands);
    }

    [Fact]
    public async Task A_body_beyond_the_bound_is_refused()
    {
        using var content = new StringContent("{\"dialMode\":\"" + new string('x', 100_000) + "\"}", Encoding.UTF8, "application/json");
        using var response = await _api.Http.PutAsync(new Uri(Groups + "/welcome@sales/dial-mode", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("body-too-large", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unload_that_waits_for_calls_is_accepted_and_goes_on()
    {
        var time = new ManualTime();
        await using var api = await AdminServerFixture.StartAsync(time);
        api.Control.CallsStayUp = true;
        api.Control.Set("welcome@sales", CampaignGroupState.Running);

        var asked = api.AskAsync(HttpMethod.Post, Groups + "/welcome@sales/unload");
        await time.AdvanceWhenTimersWaitAsync(TimeSpan.FromSeconds(6));
        var (status, body, _) = await asked;

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("WaitingUnload", body.GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_openapi_document_names_every_address_and_the_token()
    {
        var (_, body, _) = await _api.AskAsync(HttpMethod.Get, "openapi/v1.json");
        var paths = body.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();

        foreach (var verb in new[] { "load", "start", "stop", "unload", "force-unload", "dial-mode" })
        {
            Assert.Contains($"/api/v1/campaign-groups/{{name}}/{verb}", paths);
        }

        Assert.Contains("/metrics", paths);
        Assert.Equal("bearer", body.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty("scheme").GetString());
    }

    [Fact]
    public async Task The_version_says_what_runs()
    {
        var (_, body, _) = await _api.AskAsync(HttpMethod.Get, "version");

        Assert.Equal("DialerEngine", body.GetProperty("name").GetString());
        Assert.StartsWith(".NET 10", body.GetProperty("runtime").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "text/html")]
    [InlineData("dashboard.js", "text/javascript")]
    [InlineData("dashboard.css", "text/css")]
    public async Task The_dashboards_files_need_no_token_and_load_nothing_from_elsewhere(string path, string mediaType)
    {
        _api.Http.DefaultRequestHeaders.Authorization = null;

        using var response = await _api.Http.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(MediaTypeHeaderValue.Parse(mediaType).MediaType, response.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("http://", text, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
        Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
        var policy = string.Join(' ', response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_one_sentence()
    {
        var taken = IPEndPoint.Parse(_api.Server.Address["http://".Length..]);

        var failed = await Assert.ThrowsAsync<Host.Cli.CommandFailedException>(() => Host.Admin.AdminServer.StartAsync(new Host.Admin.AdminServerSettings
        {
            Listen = taken,
            Token = Host.Admin.AdminToken.Of("x"),
            Control = _api.Control,
            Time = TimeProvider.System,
            Loggers = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
        }));

        Assert.StartsWith($"admin.listen: {taken} cannot be had", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failed.Message);
    }
}
