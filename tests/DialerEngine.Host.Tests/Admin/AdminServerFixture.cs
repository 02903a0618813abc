using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DialerEngine.Host.Admin;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Host.Tests.Admin;

/// <summary>The admin API on a free port of the loopback interface over <see cref="FakeControl"/>.</summary>
public sealed class AdminServerFixture : IAsyncDisposable
{
    internal const string Token = "the-right-token";

    private AdminServerFixture(AdminServer server, FakeControl control)
    {
        Server = server;
        Control = control;
        Http = new HttpClient { BaseAddress = new Uri(server.Address + "/") };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    internal AdminServer Server { get; }

    internal FakeControl Control { get; }

    internal HttpClient Http { get; }

    internal static async Task<AdminServerFixture> StartAsync(TimeProvider? time = null)
    {
        var control = new FakeControl("welcome@sales", "spring offer@sales");
        var server = await AdminServer.StartAsync(new AdminServerSettings
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Token = AdminToken.Of(Token),
            Control = control,
            Time = time ?? TimeProvider.System,
            Loggers = NullLoggerFactory.Instance,
        });
        return new AdminServerFixture(server, control);
    }

    /// <summary>Status and JSON of an answer.</summary>
    internal async Task<(HttpStatusCode Status, JsonElement Body, string MediaType)> AskAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, JsonDocument.Parse(text).RootElement, response.Content.Headers.ContentType!.MediaType!);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }
}
