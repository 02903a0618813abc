using System.Globalization;

namespace DialerEngine.Browser.Tests;

/// <summary>A fact that needs a browser and the built page; skipped, with the reason, where one of them is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Chromium.Missing!;
}

/// <summary>A fact that needs Node.js with the page's packages; skipped, with the reason, where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = Chromium.NodeMissing!;
}

/// <summary>The browser that the tests drive: the system's own Chromium, none is downloaded.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>The program; null where there is none. DIALER_CHROMIUM names another one.</summary>
    public static string? Program { get; } = Environment.GetEnvironmentVariable("DIALER_CHROMIUM") is { Length: > 0 } named ? named : Find(Names);

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Why no browser test can run; null when they can.</summary>
    public static string? Missing =>
        Program is null ? "there is no Chromium; on Debian, as root: apt-get install chromium"
        : !File.Exists(Path.Combine(Root, "tools", "desktop", "dist", "index.html")) ? "the desktop page is not built; it takes Node.js 20: tools/desktop/build.sh says what is wrong"
        : null;

    /// <summary>Why the page's own tests cannot run; null when they can.</summary>
    public static string? NodeMissing =>
        Find(["node"]) is null || Find(["npm"]) is null ? "there is no Node.js 20 with npm"
        : !Directory.Exists(Path.Combine(Root, "tools", "desktop", "node_modules", "typescript")) ? "the page's npm packages are not there: tools/desktop/build.sh fetches them"
        : null;

    /// <summary>Where screenshots are left for people to look at.</summary>
    public static string ScreenOf(string name)
    {
        var folder = Path.Combine(Root, "artifacts", "screens");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"desktop-{name}.png"));
    }

    private static string? Find(string[] names) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(folder => folder.Length > 0)
        .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "DialerEngine.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
