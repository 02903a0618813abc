using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DialerEngine.Adapters.TServer.Client;
using DialerEngine.Desktop;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace DialerEngine.Adapters.TServer.Tests;

/// <summary>The link over TLS.</summary>
public sealed class TlsTests
{
    [Fact]
    public async Task A_desktop_connects_over_TLS_and_a_certificate_that_nobody_trusts_is_refused()
    {
        await using var link = await Link.StartAsync();
        using var certificate = NewCertificate();
        await using var secure = await CtiServer.StartAsync(
            link.Endpoint, new IPEndPoint(IPAddress.Loopback, 0), https: new HttpsConnectionAdapterOptions { ServerCertificate = certificate });
        Assert.Equal("wss", secure.Uri.Scheme);

        await using (var trusting = await CtiClient.ConnectAsync(secure.Uri, new CtiClientOptions { CertificateValidation = (_, given, _, _) => given!.GetCertHashString() == certificate.GetCertHashString() }))
        {
            Assert.Equal(CtiEventKind.AgentLogin, (await trusting.LoginAsync("7001", "1001", "secret")).Kind);
        }

        await Assert.ThrowsAsync<CtiConnectionException>(() => CtiClient.ConnectAsync(secure.Uri));
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));

        // A key made in memory is not usable by every platform's TLS until it has been exported and read again.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
