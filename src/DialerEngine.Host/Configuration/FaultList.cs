namespace DialerEngine.Host.Configuration;

/// <summary>Collects what is found about one file. Keeps the first thousand findings and counts the others.</summary>
internal sealed class FaultList(string file)
{
    private const int Kept = 1_000;
    private readonly List<ConfigurationFault> _faults = [];

    /// <summary>Findings in the order of the file.</summary>
    public IReadOnlyList<ConfigurationFault> InOrder => [.. _faults.OrderBy(f => f.Line).ThenBy(f => f.Column).Distinct()];

    /// <summary>Findings that were not kept.</summary>
    public int Dropped { get; private set; }

    public bool HasErrors { get; private set; }

    public void Add(ConfigurationFault fault)
    {
        HasErrors |= fault.Severity == FaultSeverity.Error;
        if (_faults.Count < Kept)
        {
            _faults.Add(fault);
        }
        else
        {
            Dropped++;
        }
    }

    public void Error(ConfigurationNode at, string path, string rule) => Add(new ConfigurationFault(file, at.Line, at.Column, path, at.Shown, rule));

    /// <summary>An error at a key of an object; at the object itself where the key is not there.</summary>
    public void Error(SectionValues values, string key, string rule) => Add(Make(values, key, rule, FaultSeverity.Error));

    public void Warning(SectionValues values, string key, string rule) => Add(Make(values, key, rule, FaultSeverity.Warning));

    public void Error(in Placed<string> at, string rule) =>
        Add(new ConfigurationFault(file, at.Line, at.Column, at.Path, '"' + ConfigurationNode.Shorten(at.Value) + '"', rule));

    /// <summary>An error whose value nobody should see.</summary>
    public void Hidden(int line, int column, string path, string rule, FaultSeverity severity = FaultSeverity.Error) =>
        Add(new ConfigurationFault(file, line, column, path, null, rule, severity));

    private ConfigurationFault Make(SectionValues values, string key, string rule, FaultSeverity severity) => values.NodeOf(key) is { } node
        ? new ConfigurationFault(file, node.Line, node.Column, values.PathOf(key), node.Shown, rule, severity)
        : new ConfigurationFault(file, values.Line, values.Column, values.PathOf(key), null, rule, severity);
}
