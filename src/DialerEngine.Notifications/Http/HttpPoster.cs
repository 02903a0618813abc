using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace DialerEngine.Notifications.Http;

/// <summary>
/// Posts over a bounded pool of connections. Redirects are not followed (a receiver could point them anywhere), proxies and cookies not used, an answer
/// longer than its limit is cut off.
/// </summary>
public sealed class HttpPoster : IHttpPoster, IDisposable
{
    private const int ConnectTimeoutMs = 10_000;
    private static readonly MediaTypeHeaderValue Json = new("application/json") { CharSet = "utf-8" };
    private readonly HttpClient _client;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly AddressGuard _guard;
    private readonly bool _gzip;
    private readonly TimeProvider _time;

    public HttpPoster(HttpSecurity security, int poolSize, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(security);
        _time = time;
        _gzip = security.Gzip;
        _guard = new AddressGuard(security.AllowedHosts);
        _authorization = security.BearerToken is { } token ? new AuthenticationHeaderValue("Bearer", token)
            : security.User is { } user ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{security.Password}")))
            : null;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxConnectionsPerServer = poolSize,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = HttpAnswer.MaxBody,
            ConnectTimeout = TimeSpan.FromMilliseconds(ConnectTimeoutMs),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificates = security.ClientCertificate is { } certificate ? [certificate] : null,
                CertificateChainPolicy = security.TrustedCertificates is { } authorities ? TrustOnly(authorities) : null,
            },
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public async ValueTask<HttpAnswer> PostAsync(Uri uri, ReadOnlyMemory<byte> body, int timeoutMs, string? idempotencyKey, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(timeoutMs), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            using var request = NewRequest(uri, body, idempotencyKey);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var answer = await ReadBodyAsync(response, either.Token).ConfigureAwait(false);
            return HttpAnswer.Of((int)response.StatusCode, answer, RetryAfterMs(response.Headers.RetryAfter));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return HttpAnswer.Of(HttpFault.Timeout, $"no answer within {timeoutMs} ms");
        }
        catch (OperationCanceledException)
        {
            return HttpAnswer.Of(HttpFault.Broken, "stopped");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException)
        {
            return HttpAnswer.Of(FaultOf(fault), fault.InnerException?.Message ?? fault.Message);
        }
    }

    public void Dispose() => _client.Dispose();

    private static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static HttpFault FaultOf(Exception fault) => fault switch
    {
        { InnerException: ForbiddenAddressException } => HttpFault.Forbidden,
        { InnerException: AuthenticationException } or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => HttpFault.Tls,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => HttpFault.Unreachable,
        _ => HttpFault.Broken,
    };

    private static async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentLength == 0)
        {
            return default;
        }

        var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var declared = response.Content.Headers.ContentLength ?? 1_024;
            var octets = new byte[(int)Math.Min(HttpAnswer.MaxBody, declared)];
            var length = 0;
            int taken;
            while (length < HttpAnswer.MaxBody && (taken = await stream.ReadAsync(octets.AsMemory(length), cancel).ConfigureAwait(false)) > 0)
            {
                length += taken;
                if (length == octets.Length && length < HttpAnswer.MaxBody)
                {
                    Array.Resize(ref octets, Math.Min(HttpAnswer.MaxBody, octets.Length * 2));
                }
            }

            return octets.AsMemory(0, length);
        }
    }

    private int RetryAfterMs(RetryConditionHeaderValue? value)
    {
        var wait = value?.Delta ?? (value?.Date is { } date ? date - _time.GetUtcNow() : TimeSpan.Zero);
        return (int)Math.Clamp(wait.TotalMilliseconds, 0, 3_600_000);
    }

    private HttpRequestMessage NewRequest(Uri uri, ReadOnlyMemory<byte> body, string? idempotencyKey)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = _gzip ? Compressed(body) : new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.Authorization = _authorization;
        if (idempotencyKey is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        }

        return request;
    }

    private static ByteArrayContent Compressed(ReadOnlyMemory<byte> body)
    {
        using var packed = new MemoryStream(body.Length);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body.Span);
        }

        var content = new ByteArrayContent(packed.GetBuffer(), 0, (int)packed.Length);
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancel).ConfigureAwait(false);
        var allowed = Array.FindAll(addresses, address => _guard.Allows(host, address));
        if (allowed.Length == 0)
        {
            throw addresses.Length == 0
                ? new SocketException((int)SocketError.HostNotFound)
                : new ForbiddenAddressException($"{host} is at a private or special address that allowed-hosts does not name");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class ForbiddenAddressException(string message) : IOException(message);
}
