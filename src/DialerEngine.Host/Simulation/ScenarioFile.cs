using DialerEngine.Adapters.Simulated.Simulation;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Simulation;

/// <summary>A scenario file read for a verb, and its variants under other settings.</summary>
internal sealed class ScenarioFile
{
    private readonly string _file;
    private readonly ConfigurationNode _root;

    private ScenarioFile(string file, ConfigurationNode root) => (_file, _root) = (file, root);

    /// <summary>Opens a file.</summary>
    /// <exception cref="CommandFailedException">It cannot be read, or is no JSON.</exception>
    public static ScenarioFile Open(string file) => new(file, Parse(file));

    /// <summary>The scenario as it is in the file.</summary>
    /// <exception cref="CommandFailedException">It has faults: all are named.</exception>
    public Scenario Read() => Built(_root);

    /// <summary>The scenario with "key=value;key=value" laid over it.</summary>
    /// <exception cref="CommandFailedException">The settings cannot be read, or what follows from them has faults.</exception>
    public Scenario ReadWith(string settings) =>
        Built(Overlay.TryApply(_root, settings, out var fault) ?? throw new CommandFailedException($"--set {fault}", ExitCode.Wrong));

    /// <summary>The scenario with a file of settings laid over it.</summary>
    /// <exception cref="CommandFailedException">As above.</exception>
    public Scenario ReadWithFile(string settings)
    {
        var laid = Parse(settings);
        if (laid.Kind != NodeKind.Object)
        {
            throw new CommandFailedException($"{settings}: must be an object {{ ... }}, not {laid.KindName}", ExitCode.Wrong);
        }

        return Built(Overlay.TryApply(_root, laid, out var fault) ?? throw new CommandFailedException($"{settings}: {fault}", ExitCode.Wrong));
    }

    private Scenario Built(ConfigurationNode root)
    {
        var result = ScenarioReader.Read(_file, root);
        return result.Scenario ?? throw new CommandFailedException(
            string.Join(Environment.NewLine, result.Faults.Where(f => f.Severity == FaultSeverity.Error)), ExitCode.Wrong);
    }

    private static ConfigurationNode Parse(string file)
    {
        byte[] octets;
        try
        {
            var length = new FileInfo(file).Length;
            octets = length <= ConfigurationDocument.MaxOctets
                ? File.ReadAllBytes(file)
                : throw new CommandFailedException($"{file}: is larger than 4 MiB: this is no scenario", ExitCode.Wrong);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var reason = fault is FileNotFoundException or DirectoryNotFoundException ? "there is no such file; samples/scenarios has some" : $"cannot be read: {fault.Message}";
            throw new CommandFailedException($"{file}: {reason}", ExitCode.Wrong);
        }

        return ConfigurationDocument.TryParse(file, octets, out var bad) ?? throw new CommandFailedException(bad!.ToString(), ExitCode.Wrong);
    }
}
