using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace DialerEngine.Adapters.TServer;

/// <summary>
/// Which web pages may open a CTI connection. Browsers let any page open a WebSocket to anywhere and say in <c>Origin</c> (RFC 6455, section 10.2) which page
/// it is: without this rule a page from elsewhere could act as the agent in front of it.
/// </summary>
internal static class OriginRule
{
    /// <summary>
    /// True for requests without an origin, from the origins named, and from pages of the server that is connected to. The latter does not hold for a name of the
    /// world that leads to this machine's loopback: such a name is how a page from elsewhere would reach it (DNS rebinding).
    /// </summary>
    public static bool Allows(HttpRequest request, IPAddress? remote, IReadOnlyList<string> allowed)
    {
        var origins = request.Headers.Origin;
        if (StringValues.IsNullOrEmpty(origins))
        {
            return true;
        }

        if (origins.Count != 1 || !Uri.TryCreate(origins[0], UriKind.Absolute, out var origin) || origin.Scheme is not ("http" or "https"))
        {
            // "null" is the origin of sandboxed pages and files: none of ours.
            return allowed.Contains("*");
        }

        foreach (var one in allowed)
        {
            if (one == "*" || (Uri.TryCreate(one, UriKind.Absolute, out var named) && IsSame(named, origin)))
            {
                return true;
            }
        }

        if (!string.Equals(origin.Authority, Normal(request.Host, origin.Scheme), StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return IsOwnName(origin) || remote is null || !IPAddress.IsLoopback(remote);
    }

    private static bool IsSame(Uri named, Uri origin) =>
        named.Scheme == origin.Scheme && named.Port == origin.Port && string.Equals(named.Host, origin.Host, StringComparison.OrdinalIgnoreCase);

    private static bool IsOwnName(Uri origin) =>
        IPAddress.TryParse(origin.Host.Trim('[', ']'), out _) || origin.IsLoopback || origin.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>The Host header as <see cref="Uri.Authority"/> writes it: the scheme's own port is left out.</summary>
    private static string Normal(HostString host, string scheme) =>
        host.Port is { } port && port != (scheme == "https" ? 443 : 80) ? $"{host.Host}:{port}" : host.Host;
}
