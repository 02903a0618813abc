using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DialerEngine.Adapters.CpdServer;
using DialerEngine.Core;
using DialerEngine.Core.Telephony;
using DialerEngine.Cpd.Profiles;
using DialerEngine.Host.Admin;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Engine;
using DialerEngine.Host.Verbs;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Host.Tests.Admin;

/// <summary>The addresses of detection and <c>cpd feedback</c> over a detector and a book of test calls in the test's hand.</summary>
public sealed class DetectionEndpointTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCallBook _book = new(new Dictionary<GroupId, double> { [new GroupId(1)] = 1 });
    private CallDetection _detection = null!;
    private AdminServer _server = null!;
    private HttpClient _http = null!;

    private string ConfigurationFile => _folder.File("engine.json");

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(ConfigurationFile, Text("line", 5));
        var configuration = ConfigurationReader.Read(ConfigurationFile).Configuration!;
        _detection = CallDetection.Create(configuration, new Nobody(), _book, NullLoggerFactory.Instance)!;
        _server = await AdminServer.StartAsync(new AdminServerSettings
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Token = AdminToken.Of(AdminServerFixture.Token),
            Control = new FakeControl("welcome@sales"),
            Detection = new DetectionControl(_detection, configuration),
            ConfigurationFile = ConfigurationFile,
            Time = TimeProvider.System,
            Loggers = NullLoggerFactory.Instance,
        });
        _http = new HttpClient { BaseAddress = new Uri(_server.Address + "/") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminServerFixture.Token);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await _detection.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_detector_says_what_it_did()
    {
        var server = _detection.Server;
        var ticket = server.Open(new CallAnalysisRequest { Call = new CallHandle(new GroupId(1), 1, 1) }, 0);
        server.Answered(ticket, 0);
        server.Hear(ticket, new CallAudioFrame(new byte[160], 0, 160, 0, 0));
        var (status, body) = await AskAsync(HttpMethod.Get, "api/v1/detection");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            ["active", "opened", "refused", "failed", "results", "corrections", "frames", "framesOverrun", "recordingsDropped", "recordingsFailed", "profiles"],
            body.EnumerateObject().Select(p => p.Name));
        for (var wait = 0; wait < 500 && server.Counters.Frames == 0; wait++)
        {
            await Task.Delay(10);
        }

        body = (await AskAsync(HttpMethod.Get, "api/v1/detection")).Body;
        Assert.Equal((1, 1, 1, 1), (Number(body, "active"), Number(body, "opened"), Number(body, "frames"), Number(body, "profiles")));
        server.Close(ticket, 20);
        Assert.Equal(0, Number((await AskAsync(HttpMethod.Get, "api/v1/detection")).Body, "active"));
    }

    [Fact]
    public async Task Profiles_in_force_are_shown_and_a_reload_changes_them_for_calls_to_come()
    {
        Assert.Equal(5.0, (await LineAsync()).GetProperty("initialSilence").GetDouble());
        await File.WriteAllTextAsync(ConfigurationFile, Text("line", 7));
        var (status, body) = await AskAsync(HttpMethod.Post, "api/v1/detection/profiles/reload");
        Assert.Equal((HttpStatusCode.OK, 1), (status, Number(body, "profiles")));
        var line = await LineAsync();
        Assert.Equal(("de", 7.0, "Busy"), (line.GetProperty("country").GetString(), line.GetProperty("initialSilence").GetDouble(), line.GetProperty("congestionResult").GetString()));
        Assert.Equal("positive_am_detection", line.GetProperty("callAnswerTypeRecognition").GetString());
        var point = line.GetProperty("operatingPoint");
        var preset = CpdPresets.PointOf(CpdPreset.PositiveAmDetection);
        Assert.Equal((preset.MinPauseMs, preset.MinTalkingMs), ((int)(point.GetProperty("minPause").GetDouble() * 1_000), (int)(point.GetProperty("minTalking").GetDouble() * 1_000)));
        var all = (await AskAsync(HttpMethod.Get, "api/v1/detection/profiles")).Body.GetProperty("profiles").EnumerateArray().Select(p => p.GetProperty("name").GetString()).ToArray();
        Assert.True(((string[])["default", "us", "uk", "line", "no_am_detection"]).All(n => all.Contains(n)), string.Join(' ', all));
        Assert.Equal(all.Order(StringComparer.OrdinalIgnoreCase), all);
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("\u0000\u0001\u0002", "not JSON")]
    [InlineData("\"initialSilence\": 5", "must be", "\"initialSilence\": 0.1")]
    [InlineData("\"country\": \"de\"", "two letters", "\"country\": \"germany\"")]
    [InlineData(null, "engine.json")]
    public async Task A_file_that_is_at_fault_changes_nothing_and_the_fault_is_named(string? what, string words, string? with = null)
    {
        if (what is null)
        {
            File.Delete(ConfigurationFile);
        }
        else
        {
            await File.WriteAllTextAsync(ConfigurationFile, with is null ? what : Text("line", 5).Replace(what, with, StringComparison.Ordinal));
        }

        var before = _detection.Server.Profiles;
        var (status, body) = await AskAsync(HttpMethod.Post, "api/v1/detection/profiles/reload");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains(words, body.GetProperty("detail").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.Same(before, _detection.Server.Profiles);
    }

    [Theory]
    [InlineData("GET", "api/v1/detection/profiles/reload", HttpStatusCode.NotFound)]
    [InlineData("POST", "api/v1/detection", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "api/v1/detection/feedback", HttpStatusCode.NotFound)]
    [InlineData("GET", "api/v1/detection/feedback/../../../etc/passwd", HttpStatusCode.NotFound)]
    [InlineData("GET", "api/v1/detection/%00", HttpStatusCode.BadRequest)]
    [InlineData("GET", "api/v1/detection/profiles/line", HttpStatusCode.NotFound)]
    [InlineData("GET", "api/v1/detection?x=%ff%fe&x[]=1", HttpStatusCode.OK)]
    public async Task Other_requests_are_refused_and_the_server_goes_on(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(HttpMethod.Get, "api/v1/detection")).Status);
    }

    [Theory]
    [InlineData("api/v1/detection")]
    [InlineData("api/v1/detection/feedback")]
    [InlineData("api/v1/detection/profiles")]
    public async Task Nothing_is_shown_without_the_token(string path)
    {
        using var stranger = new HttpClient { BaseAddress = _http.BaseAddress };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "x");
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Feedback_has_counts_and_intervals_by_list_and_the_verb_says_them()
    {
        Fill();
        var (status, body) = await AskAsync(HttpMethod.Get, "api/v1/detection/feedback");
        Assert.Equal(HttpStatusCode.OK, status);
        var list = Assert.Single(body.GetProperty("lists").EnumerateArray());
        Assert.Equal(("welcome@sales", "customers"), (list.GetProperty("group").GetString(), list.GetProperty("list").GetString()));
        Assert.Equal((148, 20, 1), (Number(list, "calledMachines"), Number(list, "calledPeople"), Number(list, "unanswered")));

        // R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3: 15 of 148, 0 of 20.
        var falseMachines = list.GetProperty("falseMachines");
        Assert.Equal((15, 148), (Number(falseMachines, "hits"), Number(falseMachines, "of")));
        Assert.Equal((0.0624, 0.1605), (Math.Round(falseMachines.GetProperty("low").GetDouble(), 4), Math.Round(falseMachines.GetProperty("high").GetDouble(), 4)));
        Assert.Equal(0.1611, list.GetProperty("missedMachines").GetProperty("high").GetDouble(), 4);
        Assert.Equal(15.0 / 35, list.GetProperty("peopleLost").GetProperty("share").GetDouble(), 6);
        Assert.InRange(list.GetProperty("peopleLost").GetProperty("low").GetDouble(), 0.2, 15.0 / 35);

        var (code, output, _) = await RunAsync("feedback");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("welcome@sales customers: 20 people and 148 machines by the detector; false machines 15 of 148 checked (10.14", output, StringComparison.Ordinal);
        Assert.Contains("; missed machines 0 of 20 checked (0.00", output, StringComparison.Ordinal);
        Assert.Contains("of all people 42.86", output, StringComparison.Ordinal);
        Assert.Contains("1 test calls of the group without an agent's word", output, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await RunAsync("feedback", "--json")).Output).RootElement;
        Assert.Equal(148, Number(json.GetProperty("lists")[0], "calledMachines"));
    }

    [Fact]
    public async Task Without_test_calls_the_verb_says_how_to_make_some_and_lists_without_checks_say_so()
    {
        Assert.Contains("cpd_test_calls", (await RunAsync("feedback")).Output, StringComparison.Ordinal);
        _book.TakeVerdict(new GroupId(1), new ListId(1), CallResult.Answer);
        var output = (await RunAsync("feedback")).Output;
        Assert.Contains("false machines none checked; missed machines none checked", output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verb_names_what_is_wrong_with_address_token_and_answer()
    {
        var away = await Assert.ThrowsAsync<CommandFailedException>(() => RunAsync(["feedback"], url: "http://127.0.0.1:1"));
        Assert.Contains("dialer cpd feedback: no engine answers at http://127.0.0.1:1/", away.Message, StringComparison.Ordinal);
        var wrong = await Assert.ThrowsAsync<CommandFailedException>(() => RunAsync(["feedback"], token: "wrong"));
        Assert.StartsWith("dialer cpd feedback: ", wrong.Message, StringComparison.Ordinal);
        var scheme = await Assert.ThrowsAsync<CommandFailedException>(() => RunAsync(["feedback"], url: "ftp://somewhere"));
        Assert.Contains("ftp://somewhere is no address of an engine", scheme.Message, StringComparison.Ordinal);
        var split = await Assert.ThrowsAsync<CommandFailedException>(() => RunAsync(["feedback"], token: "two\r\nlines"));
        Assert.Contains("no token", split.Message, StringComparison.Ordinal);
    }

    private void Fill()
    {
        var (group, list) = (new GroupId(1), new ListId(1));
        for (var i = 0; i < 148; i++)
        {
            _book.TakeVerdict(group, list, CallResult.AnsweringMachine);
            _book.TakeFeedback(group, list, CallResult.AnsweringMachine, i < 15 ? CallResult.Answer : CallResult.AnsweringMachine);
        }

        for (var i = 0; i < 20; i++)
        {
            _book.TakeVerdict(group, list, CallResult.Answer);
            _book.TakeFeedback(group, list, CallResult.Answer, CallResult.Answer);
        }

        _book.TakeFeedback(group, list, CallResult.AnsweringMachine, null);
    }

    private static string Text(string profile, int initialSilence) => $$"""
        {
          "storage": { "sqlite": "dialer.db" },
          "cpdProfiles": [{ "name": "{{profile}}", "country": "de", "initialSilence": {{initialSilence}}, "congestionResult": "Busy", "call_answer_type_recognition": "positive_am_detection" }],
          "trunks": [{ "name": "carrier", "host": "192.0.2.1" }],
          "tenants": [{
            "name": "Environment",
            "callingLists": [{ "id": 1, "name": "customers" }],
            "campaigns": [{ "id": 1, "name": "welcome", "callingLists": [{ "list": "customers" }] }],
            "agents": [{ "id": 1, "loginId": "1001", "phone": { "uri": "sip:7001@192.0.2.21" } }],
            "agentGroups": [{ "name": "sales", "agents": ["1001"] }],
            "campaignGroups": [{ "id": 1, "campaign": "welcome", "agentGroup": "sales", "trunks": ["carrier"], "options": { "number_of_channels": 10, "cpd_test_calls": 100 } }]
          }]
        }
        """;

    private static long Number(JsonElement body, string name) => body.GetProperty(name).GetInt64();

    private async Task<JsonElement> LineAsync() =>
        (await AskAsync(HttpMethod.Get, "api/v1/detection/profiles")).Body.GetProperty("profiles").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "line");

    private async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => RunAsync(args, null, null);

    private async Task<(int Code, string Output, string Error)> RunAsync(string[] args, string? url = null, string? token = null)
    {
        using var output = new StringWriter(new StringBuilder());
        using var error = new StringWriter(new StringBuilder());
        var parsed = CpdVerb.Create().Parse([.. args, "--url", url ?? _server.Address, "--token", token ?? AdminServerFixture.Token]);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (code, output.ToString(), error.ToString());
    }

    private sealed class Nobody : ICallAnalysisEvents
    {
        public void Found(CallHandle call, in CallFinding finding)
        {
        }
    }
}
