using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Host.Admin;
using DialerEngine.Host.Configuration;
using DialerEngine.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Host.Tests.Admin;

/// <summary>The addresses about records, over HTTP on a real storage.</summary>
public sealed class RecordEndpointTests : IAsyncLifetime, IDisposable
{
    private static readonly CallingListDefinition List = new()
    {
        Id = new ListId(1),
        Name = "spring",
        UserFields = [new UserFieldDefinition("customer", UserFieldType.Varchar, "CUSTOMER"), new UserFieldDefinition("visits", UserFieldType.Int)],
    };

    private readonly TemporaryFolder _folder = new();
    private SqliteStorage _storage = null!;
    private AdminServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _storage = SqliteStorage.Open(new SqliteStorageOptions { Path = _folder.File("x.db") }, [List]);
        var configuration = new EngineConfiguration
        {
            StopLimitSeconds = 0,
            Storage = new StorageConfiguration(_folder.File("x.db")),
            Admin = new AdminConfiguration { Listen = new IPEndPoint(IPAddress.Loopback, 0), TokenFile = _folder.File("token") },
            Trunks = [],
            Lists = [List],
            Agents = [],
            Groups = [],
            Compliance = [new TenantCompliance { Tenant = "Environment", TenantDbid = 1, Lists = [List] }],
        };
        _server = await AdminServer.StartAsync(new AdminServerSettings
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Token = AdminToken.Of(AdminServerFixture.Token),
            Control = new FakeControl("welcome@sales"),
            Records = new RecordAccess(new RecordRequests(() => [], _storage.RecordRequests, _ => "customer", TimeProvider.System), configuration),
            Time = TimeProvider.System,
            Loggers = NullLoggerFactory.Instance,
        });
        _http = new HttpClient { BaseAddress = new Uri(_server.Address + "/") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminServerFixture.Token);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _http.Dispose();
        _storage.Dispose();
        _folder.Dispose();
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), content);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    private CallRecord Stored(JsonElement added) => _storage.Survey.History(List.Id, new RecordId(added.GetProperty("recordId").GetInt64()), 10)!.Record;

    [Fact]
    public async Task A_record_is_added_in_our_words()
    {
        var (status, body) = await PostAsync("api/v1/records", """{"list":"spring","phone":"(202) 555-0123","customer":"Ann","visits":"3","tzName":"America/New_York"}""");

        Assert.Equal((HttpStatusCode.Created, "+12025550123", 0), (status, body.GetProperty("phone").GetString(), body.GetProperty("chainN").GetInt32()));
        var record = Stored(body);
        Assert.Equal((RecordType.General, RecordStatus.Ready, 28_800, 64_800, 126), (record.RecordType, record.RecordStatus, record.DailyFrom, record.DailyTill, record.TimeZoneDbid));
        Assert.Equal(["Ann", 3L], record.UserFields);
        var history = _storage.Survey.History(List.Id, record.Id, 10)!.Events;
        Assert.Contains(history, e => e is { Actor: "admin API", Rule: "added" });
    }

    [Fact]
    public async Task A_record_is_added_in_the_words_of_the_desktop_protocol_with_numbers_as_text()
    {
        var (status, body) = await PostAsync("api/v1/records", """
            {"GSW_CALLING_LIST":"spring","GSW_PHONE":"2025550124","GSW_PHONE_TYPE":"4","GSW_TZ_NAME":"EST","GSW_RECORD_TYPE":"6","GSW_DATE_TIME":"12/01/2026 18:00",
             "GSW_AGENT_ID":"1001","GSW_FROM":"36000","GSW_APPLICATION_ID":"101","GSW_REFERENCE_ID":"7","CUSTOMER":"Bo"}
            """);

        Assert.Equal((HttpStatusCode.Created, 7), (status, body.GetProperty("referenceId").GetInt32()));
        var record = Stored(body);
        Assert.Equal((PhoneType.Mobile, RecordType.CampaignCallBack, 36_000, "1001"), (record.PhoneType, record.RecordType, record.DailyFrom, record.AgentLoginId));
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 23, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), record.DialScheduledTime);
        Assert.Equal("Bo", record.UserFields[0]);
    }

    [Fact]
    public async Task A_place_in_a_chain_is_taken_once()
    {
        var (_, first) = await PostAsync("api/v1/records", """{"list":"spring","phone":"+12025550123"}""");
        var chain = first.GetProperty("chainId").GetInt32();
        var (_, next) = await PostAsync("api/v1/records", $$"""{"list":"spring","phone":"+12025550124","chainId":{{chain}}}""");
        var (status, taken) = await PostAsync("api/v1/records", $$"""{"list":"spring","phone":"+12025550125","chainId":"{{chain}}","chainN":"1"}""");

        Assert.Equal(1, next.GetProperty("chainN").GetInt32());
        Assert.Equal((HttpStatusCode.Conflict, "chain-place-taken"), (status, taken.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("records", """{"phone":"+12025550123"}""", 400, "list")]
    [InlineData("records", """{"list":"spring"}""", 400, "phone")]
    [InlineData("records", """{"list":"spring","phone":"12"}""", 400, "phone")]
    [InlineData("records", """{"list":"spring","phone":"+12025550123","recordType":7}""", 400, "recordType")]
    [InlineData("records", """{"list":"spring","phone":"+12025550123","attempts":"many"}""", 400, "attempts")]
    [InlineData("records", """{"list":"spring","phone":"+12025550123","tzName":"Nowhere"}""", 400, "tzName")]
    [InlineData("records", """{"list":"spring","phone":"+12025550123","dateTime":"soon"}""", 400, "dateTime")]
    [InlineData("records", """{"list":"spring","phone":"+12025550123","colour":"red"}""", 400, "colour")]
    [InlineData("records", """{"list":"spring","phone":"+12025550123","chainId":5}""", 400, "chainId")]
    [InlineData("records", """{"list":"autumn","phone":"+12025550123"}""", 404, null)]
    [InlineData("records", """{"list":"spring","phone":"+12025550123","campaignGroup":"a@b"}""", 409, null)]
    [InlineData("records", """[1]""", 400, null)]
    [InlineData("records", """{"list":""", 400, null)]
    [InlineData("record-cancel", """{}""", 400, "phone")]
    [InlineData("record-cancel", """{"phone":"+12025550123","chain":"Some"}""", 400, "chain")]
    [InlineData("record-cancel", """{"phone":"+12025550123","tenant":"Other"}""", 400, "tenant")]
    [InlineData("record-cancel", """{"phone":"+12025550123","colour":"red"}""", 400, "colour")]
    [InlineData("record-cancel", """{"GSW_PHONE":"+12025550123","GSW_CHAIN_ATTR":"RecordOnly"}""", 409, null)]
    public async Task What_cannot_be_is_refused_with_its_field(string address, string body, int expected, string? field)
    {
        var (status, answer) = await PostAsync("api/v1/" + address, body);

        Assert.Equal(expected, (int)status);
        Assert.Equal(field, answer.TryGetProperty("field", out var named) ? named.GetString() : null);
        Assert.Equal(field is not null, answer.TryGetProperty("rule", out _));
    }

    [Fact]
    public async Task The_document_names_the_addresses()
    {
        var document = JsonDocument.Parse(await _http.GetStringAsync(new Uri("openapi/v1.json", UriKind.Relative))).RootElement.GetProperty("paths");
        Assert.True(document.TryGetProperty("/api/v1/records", out _) && document.TryGetProperty("/api/v1/record-cancel", out _));
    }

    [Fact]
    public async Task The_verb_record_adds_in_the_same_way_and_says_what_is_wrong()
    {
        var (exit, output, _) = await RunVerbAsync("add", "spring", "(202) 555-0188", "--set", "customer=Ann", "--set", "visits=4");
        Assert.Equal(0, exit);
        Assert.StartsWith("spring:1 +12025550188: added, chain ", output, StringComparison.Ordinal);
        Assert.Equal<object?>(["Ann", 4L], _storage.Survey.History(List.Id, new RecordId(1), 10)!.Record.UserFields);

        (exit, _, var error) = await RunVerbAsync("add", "spring", "+12025550189", "--set", "nosuch=1");
        Assert.Equal(1, exit);
        Assert.Contains("nosuch", error, StringComparison.Ordinal);
        (exit, _, error) = await RunVerbAsync("add", "spring", "+12025550189", "--set", "customer");
        Assert.Equal((2, "dialer record add: --set \"customer\": write COLUMN=VALUE"), (exit, error.Trim()));
        (exit, _, error) = await RunVerbAsync("cancel");
        Assert.Equal((2, "dialer record cancel: give --phone or --customer-id, one of the two"), (exit, error.Trim()));
        (exit, _, error) = await RunVerbAsync("cancel", "--phone", "+12025550188");
        Assert.Equal(1, exit);
        Assert.Contains("no campaign that is meant is loaded", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_history_is_told_line_by_line()
    {
        const string Reply = """
            {"id":"spring:7","contactInfo":"+1202","recordType":"General","recordStatus":"Canceled","callResult":"DoNotCall","attempts":1,"chainId":5,"chainN":0,"events":[
              {"at":"2026-11-30T00:43:53+00:00","what":"Fetched","actor":"group 101"},
              {"at":"2026-11-30T00:44:25.651+00:00","what":"Updated","rule":"do not call","actor":"admin API","detail":"record Canceled"}]}
            """;
        Assert.Equal(
            ["spring:7 +1202: General, Canceled, DoNotCall, 1 attempts, chain 5/0", "  2026-11-30 00:43:53.000Z  Fetched        group 101", "  2026-11-30 00:44:25.651Z  Updated        admin API; do not call; record Canceled"],
            Verbs.RecordVerb.DescribeHistory(Reply).Split(Environment.NewLine));
    }

    private async Task<(int Exit, string Output, string Error)> RunVerbAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await Host.Cli.CommandLine.RunAsync(
            Host.Cli.CommandLine.Root(Program.Verbs()), ["record", .. args, "--url", _server.Address, "--token", AdminServerFixture.Token], output, error);
        return (exit, output.ToString(), error.ToString());
    }
}
