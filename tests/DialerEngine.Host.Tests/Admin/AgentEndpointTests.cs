using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using DialerEngine.Core;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Admin;
using DialerEngine.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Host.Tests.Admin;

/// <summary>The address of agents' assignments, before any group is built: what is refused, and how.</summary>
public sealed class AgentEndpointTests : IAsyncLifetime
{
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private EngineRuntime _runtime = null!;
    private AdminServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _runtime = new EngineRuntime(new EngineSettings
        {
            Groups = [],
            Agents = [new AgentDefinition { Id = new AgentId(1), LoginId = "1001", Phone = new AgentPhone("sip:1@localhost") }],
            Trunks = [],
            Store = new NoLists(),
            Time = TimeProvider.System,
            Loggers = NullLoggerFactory.Instance,
            Metrics = new EngineMetrics(_meters.GetRequiredService<IMeterFactory>()),
            PacerFor = (_, _) => null,
        });
        _server = await AdminServer.StartAsync(new AdminServerSettings
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Token = AdminToken.Of(AdminServerFixture.Token),
            Control = new FakeControl("welcome@sales"),
            Agents = _runtime.Agents,
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
        await _runtime.DisposeAsync();
        await _meters.DisposeAsync();
    }

    [Theory]
    [InlineData("1001", """{"campaignGroup":null}""", HttpStatusCode.OK, "campaignGroups")]
    [InlineData("1001", "{}", HttpStatusCode.OK, "1001")]
    [InlineData("1001", """{"campaignGroup":"other@group"}""", HttpStatusCode.Conflict, "other@group")]
    [InlineData("9", """{"campaignGroup":null}""", HttpStatusCode.NotFound, "9")]
    [InlineData("1001", """{"group":"other@group"}""", HttpStatusCode.BadRequest, "group")]
    [InlineData("1001", "[]", HttpStatusCode.BadRequest, "object")]
    public async Task An_assignment_is_done_or_refused_in_words(string agent, string body, HttpStatusCode status, string word)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.PutAsync(new Uri($"api/v1/agents/{agent}/campaign-group", UriKind.Relative), content);
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(word, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private sealed class NoLists : ICallingListStore
    {
        public ValueTask<int> FetchAsync(FetchRequest request, RecordBatch into, CancellationToken stop) => ValueTask.FromResult(0);

        public ValueTask<TakenChain> TakeChainAsync(ChainRequest request, RecordBatch into, CancellationToken stop) => ValueTask.FromResult(default(TakenChain));

        public ValueTask<ListCounts> CountAsync(ListId list, long nowUnixSeconds, CancellationToken stop) => ValueTask.FromResult(new ListCounts(0, new long[10], 0));
    }
}
