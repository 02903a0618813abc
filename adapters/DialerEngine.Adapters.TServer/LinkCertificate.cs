using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Adapters.TServer;

/// <summary>
/// The certificate of <c>wss</c>, from PEM files (certificate with its chain, and key) or a PKCS #12 file. Read again when its file has changed, so that a renewed one
/// is used without a restart; where the new one cannot be used, the old one is kept. TLS 1.2 and 1.3 only. Thread-safe.
/// </summary>
public sealed class LinkCertificate
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);
    private readonly string _file;
    private readonly string? _keyFile;
    private readonly string? _password;
    private readonly TimeProvider _time;
    private readonly ILogger? _logger;
    private readonly Lock _gate = new();
    private SslStreamCertificateContext _current;
    private DateTime _written;
    private long _looked;

    private LinkCertificate(string file, string? keyFile, string? password, TimeProvider time, ILogger? logger)
    {
        _file = file;
        _keyFile = keyFile;
        _password = password;
        _time = time;
        _logger = logger;
        _written = WrittenAt();
        _looked = time.GetTimestamp();
        _current = Read(file, keyFile, password);
    }

    /// <summary>Reads a certificate.</summary>
    /// <param name="file">PEM or PKCS #12.</param>
    /// <param name="keyFile">PEM of the private key; null where it stands in <paramref name="file"/>.</param>
    /// <param name="password">Of the private key or the PKCS #12 file; null for none.</param>
    /// <param name="time">Clock of the looks at the file.</param>
    /// <param name="logger">Log; null for none.</param>
    /// <exception cref="LinkCertificateException">It cannot be used; the message says why.</exception>
    public static LinkCertificate Load(string file, string? keyFile, string? password, TimeProvider time, ILogger? logger = null) =>
        new(file, keyFile, password, time, logger);

    /// <summary>When the certificate that is in use now ends.</summary>
    public DateTime NotAfter => _current.TargetCertificate.NotAfter.ToUniversalTime();

    /// <summary>What a handshake uses.</summary>
    public SslServerAuthenticationOptions Options()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_looked) >= LookEvery)
            {
                _looked = _time.GetTimestamp();
                Renew();
            }

            return new SslServerAuthenticationOptions
            {
                ServerCertificateContext = _current,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ApplicationProtocols = [SslApplicationProtocol.Http11],
            };
        }
    }

    private void Renew()
    {
        try
        {
            var written = WrittenAt();
            if (written != _written)
            {
                _written = written;
                _current = Read(_file, _keyFile, _password);
                if (_logger is not null)
                {
                    CtiLog.CertificateRenewed(_logger, _file, NotAfter);
                }
            }
        }
        catch (Exception fault) when (fault is LinkCertificateException or IOException or UnauthorizedAccessException)
        {
            if (_logger is not null)
            {
                CtiLog.CertificateUnusable(_logger, fault.Message);
            }
        }
    }

    private DateTime WrittenAt()
    {
        var file = File.GetLastWriteTimeUtc(_file);
        var key = _keyFile is null ? file : File.GetLastWriteTimeUtc(_keyFile);
        return file > key ? file : key;
    }

    private static SslStreamCertificateContext Read(string file, string? keyFile, string? password)
    {
        try
        {
            var octets = File.ReadAllBytes(file);
            var isPem = octets.AsSpan().IndexOf("-----BEGIN "u8) >= 0;
            var (leaf, chain) = isPem ? ReadPem(file, keyFile ?? file, password) : ReadPkcs12(octets, password);
            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new LinkCertificateException($"the certificate {file} cannot be used: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }

    private static (X509Certificate2 Leaf, X509Certificate2Collection Chain) ReadPem(string file, string keyFile, string? password)
    {
        using var pem = password is null ? X509Certificate2.CreateFromPemFile(file, keyFile) : X509Certificate2.CreateFromEncryptedPemFile(file, password, keyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(file);

        // A key read from PEM is not usable by every platform's TLS until it has been exported and read again.
        return (X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), chain);
    }

    private static (X509Certificate2 Leaf, X509Certificate2Collection Chain) ReadPkcs12(byte[] octets, string? password)
    {
        var all = X509CertificateLoader.LoadPkcs12Collection(octets, password);
        var leaf = all.FirstOrDefault(c => c.HasPrivateKey) ?? throw new CryptographicException("it holds no private key");
        return (leaf, all);
    }
}

/// <summary>A certificate cannot be used; the message says which and why.</summary>
public sealed class LinkCertificateException(string message, Exception? inner = null) : Exception(message, inner);
