namespace DialerEngine.Host.Cli;

/// <summary>Exit codes of the command.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Tried and failed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong use, or a configuration that cannot be used.</summary>
    public const int Wrong = 2;
}
