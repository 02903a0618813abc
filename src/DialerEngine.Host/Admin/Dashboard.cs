namespace DialerEngine.Host.Admin;

/// <summary>The dashboard: one page, its script and its style, from within the assembly. They hold no data and need no token; the script asks for it.</summary>
internal static class Dashboard
{
    /// <summary>Nothing but our own three files, and talk to nobody but this server.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly (string Path, string Resource, string MediaType)[] Files =
    [
        ("/", "dashboard.html", "text/html; charset=utf-8"),
        ("/dashboard.js", "dashboard.js", "text/javascript; charset=utf-8"),
        ("/dashboard.css", "dashboard.css", "text/css; charset=utf-8"),
    ];

    /// <summary>True for the addresses of the dashboard's files.</summary>
    public static bool IsFile(PathString path)
    {
        foreach (var file in Files)
        {
            if (string.Equals(path.Value, file.Path, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    public static void Map(WebApplication app)
    {
        foreach (var (path, resource, mediaType) in Files)
        {
            var octets = Read(resource);
            app.MapGet(path, () => Results.Bytes(octets, mediaType)).ExcludeFromDescription();
        }
    }

    private static byte[] Read(string resource)
    {
        using var stream = typeof(Dashboard).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"the assembly has no resource {resource}");
        using var octets = new MemoryStream();
        stream.CopyTo(octets);
        return octets.ToArray();
    }
}
