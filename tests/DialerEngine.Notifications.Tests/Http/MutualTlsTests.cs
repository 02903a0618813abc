using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DialerEngine.Notifications.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Notifications.Tests.Http;

/// <summary>TLS with an authority made for the test: a receiver that asks for a client certificate, and whom a poster trusts.</summary>
public sealed class MutualTlsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private X509Certificate2 _authority = null!;
    private WebApplication _server = null!;
    private volatile string? _client;
    private int _requests;

    public async Task InitializeAsync()
    {
        var request = new CertificateRequest("CN=Test authority", _authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(From, Until);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = Issue("CN=receiver", "1.3.6.1.5.5.7.3.1", name => name.AddIpAddress(IPAddress.Loopback)),
            ClientCertificateMode = ClientCertificateMode.RequireCertificate,
            ClientCertificateValidation = (certificate, _, _) =>
            {
                _client = certificate.Subject;
                return certificate.Issuer == "CN=Test authority";
            },
        })));
        _server = builder.Build();
        _server.Run(context =>
        {
            Interlocked.Increment(ref _requests);
            return context.Response.WriteAsync("{}");
        });
        await _server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
        _authorityKey.Dispose();
    }

    [Fact]
    public async Task The_client_certificate_is_shown_to_a_receiver_that_asks_for_one()
    {
        var answer = await PostAsync(new HttpSecurity { AllowedHosts = ["127.0.0.1"], TrustedCertificates = [Public(_authority)], ClientCertificate = Client() });
        Assert.Equal((200, HttpFault.None), (answer.Status, answer.Fault));
        Assert.Equal("CN=dialer", _client);
    }

    [Fact]
    public async Task Without_it_the_receiver_hangs_up()
    {
        var answer = await PostAsync(new HttpSecurity { AllowedHosts = ["127.0.0.1"], TrustedCertificates = [Public(_authority)] });
        Assert.NotEqual(HttpFault.None, answer.Fault);
        Assert.Equal(0, _requests);
    }

    [Fact]
    public async Task A_receiver_whose_authority_is_not_trusted_gets_nothing()
    {
        var systems = await PostAsync(new HttpSecurity { AllowedHosts = ["127.0.0.1"], ClientCertificate = Client() });
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Another", otherKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var other = request.CreateSelfSigned(From, Until);
        var others = await PostAsync(new HttpSecurity { AllowedHosts = ["127.0.0.1"], ClientCertificate = Client(), TrustedCertificates = [Public(other)] });
        Assert.Equal((HttpFault.Tls, HttpFault.Tls), (systems.Fault, others.Fault));
        Assert.Equal(0, _requests);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_taken()
    {
        var address = new Uri(_server.Urls.First());
        using var poster = new HttpPoster(
            new HttpSecurity { AllowedHosts = ["localhost", "127.0.0.0/8", "::1"], TrustedCertificates = [Public(_authority)], ClientCertificate = Client() }, 1, TimeProvider.System);
        var answer = await poster.PostAsync(new Uri($"https://localhost:{address.Port}/attempts"), "{}"u8.ToArray(), 30_000, null, default);
        Assert.Equal(HttpFault.Tls, answer.Fault);
        Assert.Equal(0, _requests);
    }

    private async Task<HttpAnswer> PostAsync(HttpSecurity security)
    {
        using var poster = new HttpPoster(security, 1, TimeProvider.System);
        return await poster.PostAsync(new Uri(new Uri(_server.Urls.First()), "/attempts"), "{}"u8.ToArray(), 30_000, null, default);
    }

    private X509Certificate2 Client() => Issue("CN=dialer", "1.3.6.1.5.5.7.3.2", _ => { });

    /// <summary>As it comes from a PEM file, without the key.</summary>
    private static X509Certificate2 Public(X509Certificate2 certificate) => X509Certificate2.CreateFromPem(certificate.ExportCertificatePem());

    private X509Certificate2 Issue(string subject, string use, Action<SubjectAlternativeNameBuilder> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        var alternatives = new SubjectAlternativeNameBuilder();
        names(alternatives);
        if (use.EndsWith(".1", StringComparison.Ordinal))
        {
            request.CertificateExtensions.Add(alternatives.Build());
        }

        using var issued = request.Create(_authority, From, Until.AddYears(-1), RandomNumberGenerator.GetBytes(8));

        // The way of a configuration: certificate and key as PEM.
        return X509Certificate2.CreateFromPem(issued.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
