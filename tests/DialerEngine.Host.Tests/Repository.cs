namespace DialerEngine.Host.Tests;

/// <summary>Where this repository's files are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>True when files that are compared with generated ones are to be written anew: DIALER_WRITE_EXPECTED=1.</summary>
    public static bool WriteExpected { get; } = Environment.GetEnvironmentVariable("DIALER_WRITE_EXPECTED") == "1";

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "DialerEngine.sln")))
        {
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("the tests run outside their repository");
        }

        return at;
    }
}
