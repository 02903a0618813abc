using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DialerEngine.Adapters.TServer;
using DialerEngine.Host.Admin;
using Microsoft.Extensions.Logging.Abstractions;

namespace DialerEngine.Host.Tests.Admin;

/// <summary>The admin API over TLS.</summary>
public sealed class AdminTlsTests
{
    [Fact]
    public async Task With_a_certificate_the_api_speaks_https_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        using var certificate = NewCertificate();
        var file = Path.Combine(folder.Path, "admin.pem");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem() + "\n" + certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var server = await AdminServer.StartAsync(new AdminServerSettings
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Certificate = LinkCertificate.Load(file, null, null, TimeProvider.System),
            Token = AdminToken.Of(AdminServerFixture.Token),
            Control = new FakeControl("welcome@sales"),
            Time = TimeProvider.System,
            Loggers = NullLoggerFactory.Instance,
        });
        Assert.StartsWith("https://127.0.0.1:", server.Address, StringComparison.Ordinal);

        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown!.Thumbprint == certificate.Thumbprint };
        using var trusting = new HttpClient(handler) { BaseAddress = new Uri(server.Address) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await trusting.GetAsync("/api/v1/campaign-groups")).StatusCode);
        trusting.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminServerFixture.Token);
        Assert.Equal(HttpStatusCode.OK, (await trusting.GetAsync("/api/v1/campaign-groups")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await trusting.GetAsync("/")).StatusCode);

        using var stranger = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(server.Address + "/health/live"));
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(server.Address.Replace("https", "http", StringComparison.Ordinal) + "/health/live"));
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2_048);
        var request = new CertificateRequest("CN=admin", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }
}
