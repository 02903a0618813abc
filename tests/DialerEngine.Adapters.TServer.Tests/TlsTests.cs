using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DialerEngine.Adapters.TServer.Client;
using DialerEngine.Desktop;

namespace DialerEngine.Adapters.TServer.Tests;

/// <summary>The link over TLS.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cti-tls-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("pem", null)]
    [InlineData("pem", "of the key")]
    [InlineData("pem in one", null)]
    [InlineData("pkcs12", null)]
    [InlineData("pkcs12", "of the file")]
    public async Task A_desktop_connects_over_TLS_and_a_certificate_that_nobody_trusts_is_refused(string form, string? password)
    {
        await using var link = await Link.StartAsync();
        using var certificate = NewCertificate("one");
        var loaded = Load(Write(certificate, form, password), form, password, TimeProvider.System);
        await using var secure = await CtiServer.StartAsync(link.Endpoint, new IPEndPoint(IPAddress.Loopback, 0), certificate: loaded);
        Assert.Equal("wss", secure.Uri.Scheme);

        await using (var trusting = await CtiClient.ConnectAsync(secure.Uri, Trusting(certificate)))
        {
            Assert.Equal(CtiEventKind.AgentLogin, (await trusting.LoginAsync("7001", "1001", "secret")).Kind);
        }

        await Assert.ThrowsAsync<CtiConnectionException>(() => CtiClient.ConnectAsync(secure.Uri));
    }

    [Fact]
    public async Task A_renewed_certificate_is_used_without_a_restart_and_a_broken_one_is_not()
    {
        await using var link = await Link.StartAsync();
        using var first = NewCertificate("first");
        using var second = NewCertificate("second");
        var time = new ManualTime();
        var files = Write(first, "pem", null);
        var loaded = Load(files, "pem", null, time);
        await using var secure = await CtiServer.StartAsync(link.Endpoint, new IPEndPoint(IPAddress.Loopback, 0), certificate: loaded);
        Assert.Equal("CN=first", await SubjectAsync(secure.Uri));

        Write(second, "pem", null);
        File.SetLastWriteTimeUtc(files.Certificate, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal("CN=first", await SubjectAsync(secure.Uri));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=second", await SubjectAsync(secure.Uri));

        await File.WriteAllTextAsync(files.Certificate, "-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n");
        File.SetLastWriteTimeUtc(files.Certificate, new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=second", await SubjectAsync(secure.Uri));
    }

    [Fact]
    public async Task Older_TLS_than_1_2_is_refused()
    {
        await using var link = await Link.StartAsync();
        using var certificate = NewCertificate("one");
        await using var secure = await CtiServer.StartAsync(
            link.Endpoint, new IPEndPoint(IPAddress.Loopback, 0), certificate: Load(Write(certificate, "pem", null), "pem", null, TimeProvider.System));
        using var socket = new TcpClient();
        await socket.ConnectAsync(secure.Uri.Host, secure.Uri.Port);
        await using var stream = new SslStream(socket.GetStream(), false, (_, given, _, _) => given is not null);
#pragma warning disable SYSLIB0039, CA5397 // That it is outdated is what is tested.
        await Assert.ThrowsAnyAsync<Exception>(() => stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = SslProtocols.Tls11 }));
#pragma warning restore SYSLIB0039, CA5397
    }

    [Fact]
    public void What_is_no_certificate_or_has_no_key_is_refused_with_the_file_in_the_words()
    {
        var file = Path.Combine(_folder, "x.pem");
        Assert.Contains(file, Refusal(file), StringComparison.Ordinal);
        File.WriteAllText(file, "hello");
        Assert.Contains(file, Refusal(file), StringComparison.Ordinal);
        using var certificate = NewCertificate("one");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        Assert.Contains(file, Refusal(file), StringComparison.Ordinal);
        File.WriteAllBytes(file, certificate.Export(X509ContentType.Pfx, "right"));
        Assert.Contains(file, Assert.Throws<LinkCertificateException>(() => LinkCertificate.Load(file, null, "wrong", TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    private static string Refusal(string file) =>
        Assert.Throws<LinkCertificateException>(() => LinkCertificate.Load(file, null, null, TimeProvider.System)).Message;

    private static CtiClientOptions Trusting(X509Certificate2 certificate) =>
        new() { CertificateValidation = (_, given, _, _) => given!.GetCertHashString() == certificate.GetCertHashString() };

    private static async Task<string> SubjectAsync(Uri uri)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(uri.Host, uri.Port);
        await using var stream = new SslStream(socket.GetStream(), false, (_, given, _, _) => given is not null);
        await stream.AuthenticateAsClientAsync("localhost");
        return stream.RemoteCertificate!.Subject;
    }

    private static LinkCertificate Load((string Certificate, string Key) files, string form, string? password, TimeProvider time) =>
        LinkCertificate.Load(files.Certificate, form == "pem" ? files.Key : null, password, time);

    private (string Certificate, string Key) Write(X509Certificate2 certificate, string form, string? password)
    {
        var file = Path.Combine(_folder, "link.crt");
        var keyFile = Path.Combine(_folder, "link.key");
        using var key = certificate.GetECDsaPrivateKey()!;
        var pem = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2_000));
        switch (form)
        {
            case "pem":
                File.WriteAllText(file, certificate.ExportCertificatePem());
                File.WriteAllText(keyFile, pem);
                break;
            case "pem in one":
                File.WriteAllText(file, certificate.ExportCertificatePem() + "\n" + pem);
                break;
            default:
                File.WriteAllBytes(file, certificate.Export(X509ContentType.Pfx, password));
                break;
        }

        return (file, keyFile);
    }

    private static X509Certificate2 NewCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }
}
