using DialerEngine.Adapters.Simulated.Simulation;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Simulation;

/// <summary>What reading a scenario file gave.</summary>
/// <param name="Scenario">The scenario; null when there is an error among the faults.</param>
/// <param name="Faults">Errors and warnings in the order of the file.</param>
internal sealed record ScenarioResult(Scenario? Scenario, IReadOnlyList<ConfigurationFault> Faults);

/// <summary>Reads scenario files. Finds everything that is wrong at once.</summary>
internal static class ScenarioReader
{
    /// <summary>Reads a document as the file of this name; relative paths in it are relative to the file's folder.</summary>
    /// <param name="file">The file as the user named it.</param>
    /// <param name="root">The document, after any settings were laid over it.</param>
    public static ScenarioResult Read(string file, ConfigurationNode root)
    {
        var faults = new FaultList(file);
        if (root.Kind != NodeKind.Object)
        {
            faults.Error(root, "", $"must be an object {{ ... }}, not {root.KindName}");
            return new ScenarioResult(null, faults.InOrder);
        }

        var directory = Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/";
        var shape = new ShapeReader(new ValueReader(faults, new SecretReader(faults, directory, _ => null), directory), faults);
        var values = shape.Read(root, ScenarioTable.Root, "");

        // Options that are absent have defaults that depend on the whole; a broken shape would only bring faults that follow from it.
        var scenario = faults.HasErrors ? null : new ScenarioBuilder(faults, file).Build(values, Path.GetFileNameWithoutExtension(file));
        return new ScenarioResult(faults.HasErrors ? null : scenario, faults.InOrder);
    }

    /// <summary>Reads octets.</summary>
    public static ScenarioResult Read(string file, ReadOnlySpan<byte> octets)
    {
        var root = ConfigurationDocument.TryParse(file, octets, out var fault);
        return root is null ? new ScenarioResult(null, [fault!]) : Read(file, root);
    }
}
