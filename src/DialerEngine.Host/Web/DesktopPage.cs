using System.Net;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace DialerEngine.Host.Web;

/// <summary>
/// The agents' desktop page at <c>/desktop</c> of the CTI address, so that page and link have one origin. Its files are built from <c>tools/desktop</c> and read
/// once, at the engine's start; where they are not there, the address says how to get them. They hold no data and need no login.
/// </summary>
internal sealed class DesktopPage
{
    /// <summary>Nothing but the page's own files, and talk to nobody but the server that it came from.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Address of the page.</summary>
    public const string Path = "/desktop";

    private const string Index = "index.html";
    private const int MaxFiles = 200;
    private const long MaxOctets = 16 * 1024 * 1024;

    private static readonly Dictionary<string, string> MediaTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".woff2"] = "font/woff2",
    };

    private readonly Dictionary<string, PageFile> _files;

    private DesktopPage(Dictionary<string, PageFile> files) => _files = files;

    /// <summary>True when the built page was found.</summary>
    public bool IsBuilt => _files.ContainsKey(Index);

    /// <summary>
    /// The page beside the program (folder <c>desktop</c>), or, in a working copy of the sources, the one built in <c>tools/desktop/dist</c>.
    /// </summary>
    public static DesktopPage Find()
    {
        var beside = System.IO.Path.Combine(AppContext.BaseDirectory, "desktop");
        if (File.Exists(System.IO.Path.Combine(beside, Index)))
        {
            return Load(beside);
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var built = System.IO.Path.Combine(folder.FullName, "tools", "desktop", "dist");
            if (File.Exists(System.IO.Path.Combine(built, Index)))
            {
                return Load(built);
            }
        }

        return new DesktopPage([]);
    }

    /// <summary>The page of a folder; files of other kinds than a page has are left out. A folder that cannot be read gives a page that is not built.</summary>
    public static DesktopPage Load(string folder)
    {
        var files = new Dictionary<string, PageFile>(StringComparer.Ordinal);
        var left = MaxOctets;
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Take(MaxFiles))
            {
                var length = new FileInfo(path).Length;
                if (MediaTypes.TryGetValue(System.IO.Path.GetExtension(path), out var mediaType) && length <= left)
                {
                    left -= length;
                    var octets = File.ReadAllBytes(path);
                    var name = System.IO.Path.GetRelativePath(folder, path).Replace('\\', '/');
                    files[name] = new PageFile(octets, mediaType, $"\"{Convert.ToHexStringLower(SHA256.HashData(octets).AsSpan(0, 12))}\"");
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new DesktopPage([]);
        }

        return new DesktopPage(files);
    }

    /// <summary>Where an agent's browser finds the page, seen from a request to another address of this engine.</summary>
    /// <param name="cti">Address of the CTI link, with the port that was bound.</param>
    /// <param name="host">Host name that the request came by.</param>
    public static Uri AddressOf(Uri cti, string host)
    {
        // A link that listens on every address is reached by the name that led here.
        var listens = IPAddress.TryParse(cti.Host.Trim('[', ']'), out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        return new UriBuilder(cti.Scheme == "wss" ? "https" : "http", !listens ? cti.Host : host.Length > 0 ? host : "localhost", cti.Port, Path).Uri;
    }

    /// <summary>Puts the page among an application's endpoints.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, context => ServeAsync(context, Index));
        endpoints.MapGet(Path + "/{**file}", context => ServeAsync(context, context.Request.RouteValues["file"] as string is { Length: > 0 } file ? file : Index));
    }

    private async Task ServeAsync(HttpContext context, string name)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.CacheControl = "no-cache";
        if (!IsBuilt)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.ContentType = MediaTypes[".html"];
            await context.Response.WriteAsync(NotBuilt);
            return;
        }

        if (!_files.TryGetValue(name, out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync("the desktop page has no such file\n");
            return;
        }

        if (name != Index)
        {
            // The build puts a hash of the content into the names of these files.
            headers.CacheControl = "public, max-age=31536000, immutable";
        }

        headers.ETag = file.Tag;
        if (context.Request.Headers.IfNoneMatch.ToString() == file.Tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = file.MediaType;
        context.Response.Headers[HeaderNames.ContentLength] = file.Octets.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await context.Response.Body.WriteAsync(file.Octets, context.RequestAborted);
    }

    private const string NotBuilt = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Agent desktop</title><link rel="icon" href="data:,"></head>
        <body>
        <h1>The agent desktop has not been built</h1>
        <p>The page is built with Node.js 20.19 or newer and npm. Where they are installed, <code>./dialer</code> builds it by itself:</p>
        <ol>
        <li>install Node.js 20 and npm,</li>
        <li>run <code>tools/desktop/build.sh</code> in the engine's folder; it says what is wrong where the page cannot be built,</li>
        <li>start the engine again.</li>
        </ol>
        <p>The engine works without the page: desktops connect to the CTI link (<code>/cti</code>) as ever.</p>
        </body>
        </html>
        """;

    private sealed record PageFile(byte[] Octets, string MediaType, string Tag);
}
