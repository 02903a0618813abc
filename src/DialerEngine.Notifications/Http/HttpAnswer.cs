namespace DialerEngine.Notifications.Http;

/// <summary>Why no usable answer came.</summary>
public enum HttpFault
{
    /// <summary>An answer came.</summary>
    None,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>The name has no address, or nobody listens there.</summary>
    Unreachable,

    /// <summary>The address is not allowed.</summary>
    Forbidden,

    /// <summary>The server's certificate does not convince, or TLS could not be agreed on.</summary>
    Tls,

    /// <summary>The connection broke before the answer was whole, or the answer is no HTTP.</summary>
    Broken,
}

/// <summary>The outcome of a post.</summary>
/// <param name="Status">HTTP status; 0 where none came.</param>
/// <param name="Fault">Why none came.</param>
/// <param name="Body">The first octets of the answer's body, at most <see cref="MaxBody"/>.</param>
/// <param name="RetryAfterMs">The answer's Retry-After in ms; 0 where there is none. At most one hour.</param>
/// <param name="Reason">In words, for the log.</param>
public sealed record HttpAnswer(int Status, HttpFault Fault, ReadOnlyMemory<byte> Body, int RetryAfterMs, string Reason)
{
    /// <summary>Longest body that is read, octets; the rest is not, and the connection is closed.</summary>
    public const int MaxBody = 64 * 1024;

    public static HttpAnswer Of(HttpFault fault, string reason) => new(0, fault, default, 0, reason);

    public static HttpAnswer Of(int status, ReadOnlyMemory<byte> body = default, int retryAfterMs = 0) => new(status, HttpFault.None, body, retryAfterMs, $"HTTP status {status}");
}

/// <summary>Posts JSON.</summary>
public interface IHttpPoster
{
    /// <summary>Posts a body and reads the answer. Does not throw for anything that the network or the server does.</summary>
    /// <param name="uri">Where to.</param>
    /// <param name="body">JSON, UTF-8.</param>
    /// <param name="timeoutMs">From the call to the end of the answer.</param>
    /// <param name="idempotencyKey">Sent as <c>Idempotency-Key</c>; null sends none.</param>
    /// <param name="stop">Ends the post; the answer is <see cref="HttpFault.Broken"/> then.</param>
    ValueTask<HttpAnswer> PostAsync(Uri uri, ReadOnlyMemory<byte> body, int timeoutMs, string? idempotencyKey, CancellationToken stop);
}
