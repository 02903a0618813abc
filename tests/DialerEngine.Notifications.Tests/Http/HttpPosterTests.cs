using System.Net;
using System.Net.Sockets;
using System.Text;
using DialerEngine.Notifications.Http;
using NotificationReceiver;

namespace DialerEngine.Notifications.Tests.Http;

/// <summary>Posts over real connections on loopback.</summary>
public sealed class HttpPosterTests : IAsyncLifetime
{
    private ReceiverServer _receiver = null!;

    public async Task InitializeAsync() => _receiver = await ReceiverServer.StartAsync(new ReceiverOptions());

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Theory]
    [InlineData("good", 200, HttpFault.None)]
    [InlineData("409", 409, HttpFault.None)]
    [InlineData("418", 418, HttpFault.None)]
    [InlineData("garbage", 200, HttpFault.None)]
    [InlineData("reset", 0, HttpFault.Broken)]
    [InlineData("lose", 0, HttpFault.Broken)]
    [InlineData("slow:60000", 0, HttpFault.Timeout)]
    public async Task Whatever_the_receiver_does_is_an_answer_and_no_exception(string mode, int status, HttpFault fault)
    {
        Assert.True(ReceiverMode.TryParse(mode, out var parsed));
        _receiver.SetMode(parsed);
        using var poster = Poster();
        var answer = await Post(poster, timeoutMs: mode.StartsWith("slow", StringComparison.Ordinal) ? 200 : 30_000);
        Assert.Equal((status, fault), (answer.Status, answer.Fault));
    }

    [Fact]
    public async Task An_address_that_is_not_allowed_is_not_connected_to()
    {
        using var poster = new HttpPoster(new HttpSecurity(), 2, TimeProvider.System);
        var answer = await Post(poster);
        Assert.Equal(HttpFault.Forbidden, answer.Fault);
        Assert.Equal(0, _receiver.Requests);
        Assert.Equal(HttpFault.Forbidden, (await poster.PostAsync(new Uri($"http://localhost:{_receiver.Uri.Port}/attempts"), "{}"u8.ToArray(), 30_000, null, default)).Fault);
    }

    [Fact]
    public async Task Nobody_listening_is_unreachable()
    {
        var port = _receiver.Uri.Port;
        await _receiver.DisposeAsync();
        using var poster = Poster();
        Assert.Equal(HttpFault.Unreachable, (await poster.PostAsync(new Uri($"http://127.0.0.1:{port}/"), default, 30_000, null, default)).Fault);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_a_long_answer_is_cut()
    {
        using var raw = new RawServer("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n");
        using var poster = Poster();
        Assert.Equal(302, (await poster.PostAsync(raw.Uri, "{}"u8.ToArray(), 30_000, null, default)).Status);
        using var endless = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + new string('x', 200_000));
        var answer = await poster.PostAsync(endless.Uri, "{}"u8.ToArray(), 30_000, null, default);
        Assert.Equal((200, HttpAnswer.MaxBody), (answer.Status, answer.Body.Length));
    }

    [Theory]
    [InlineData("\0\u0001\u0002\r\n\r\n")]
    [InlineData("HTTP/1.1 9999 What\r\n\r\n")]
    [InlineData("")]
    public async Task An_answer_that_is_no_HTTP_is_broken(string text)
    {
        using var raw = new RawServer(text);
        using var poster = Poster();
        Assert.Equal(HttpFault.Broken, (await poster.PostAsync(raw.Uri, "{}"u8.ToArray(), 30_000, null, default)).Fault);
    }

    [Fact]
    public async Task A_server_that_does_not_speak_TLS_is_a_TLS_fault()
    {
        using var raw = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var poster = Poster();
        var answer = await poster.PostAsync(new Uri(raw.Uri.ToString().Replace("http:", "https:", StringComparison.Ordinal)), "{}"u8.ToArray(), 30_000, null, default);
        Assert.Equal(HttpFault.Tls, answer.Fault);
    }

    [Fact]
    public async Task Credentials_idempotency_key_and_content_type_are_sent()
    {
        using var raw = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var bearer = new HttpPoster(new HttpSecurity { BearerToken = "t0ken", AllowedHosts = ["127.0.0.1"] }, 1, TimeProvider.System);
        await bearer.PostAsync(raw.Uri, "{}"u8.ToArray(), 30_000, "guid/1", default);
        Assert.Contains("Authorization: Bearer t0ken\r\n", raw.Request, StringComparison.Ordinal);
        Assert.Contains("Idempotency-Key: guid/1\r\n", raw.Request, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json; charset=utf-8\r\n", raw.Request, StringComparison.Ordinal);
        using var basic = new HttpPoster(new HttpSecurity { User = "user", Password = "p:w", AllowedHosts = ["127.0.0.1"] }, 1, TimeProvider.System);
        await basic.PostAsync(raw.Uri, "{}"u8.ToArray(), 30_000, null, default);
        Assert.Contains("Authorization: Basic " + Convert.ToBase64String("user:p:w"u8) + "\r\n", raw.Request, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", new HttpSecurity { BearerToken = "t0ken" }.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", new NotificationOptions { Security = new HttpSecurity { BearerToken = "t0ken" } }.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_request_is_read_as_what_it_was()
    {
        using var poster = new HttpPoster(new HttpSecurity { AllowedHosts = ["127.0.0.1"], Gzip = true }, 2, TimeProvider.System);
        var answer = await poster.PostAsync(new Uri(_receiver.Uri, "/states"), "{\"a\":1}"u8.ToArray(), 30_000, null, default);
        Assert.Equal(200, answer.Status);
        Assert.Equal("{\"a\":1}", Assert.Single(_receiver.Bodies));
    }

    private static HttpPoster Poster() => new(new HttpSecurity { AllowedHosts = ["127.0.0.1"] }, 2, TimeProvider.System);

    private ValueTask<HttpAnswer> Post(HttpPoster poster, int timeoutMs = 30_000) => poster.PostAsync(
        new Uri(_receiver.Uri, "/attempts"), Encoding.UTF8.GetBytes("""{"GSW_CALL_ATTEMPT_GUID":"0f8fad5b-d9cb-469f-a165-70867728950e","GSW_HIST_SEQUENCE_NUM":0}"""), timeoutMs, null, default);

    /// <summary>Answers every connection with the same octets.</summary>
    private sealed class RawServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly byte[] _answer;

        public RawServer(string answer)
        {
            _answer = Encoding.Latin1.GetBytes(answer);
            _listener.Start();
            _ = RunAsync();
        }

        public Uri Uri => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

        public string Request { get; private set; } = "";

        public void Dispose() => _listener.Dispose();

        private async Task RunAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    var request = new byte[8_192];
                    var length = await client.GetStream().ReadAsync(request);
                    Request = Encoding.Latin1.GetString(request, 0, length);
                    await client.GetStream().WriteAsync(_answer);
                }
            }
            catch (Exception over) when (over is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The test is over, or the client has hung up.
            }
        }
    }
}
