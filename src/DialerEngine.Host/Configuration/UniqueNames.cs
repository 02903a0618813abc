namespace DialerEngine.Host.Configuration;

/// <summary>Holds that no two things of a kind have one value of a key.</summary>
internal sealed class UniqueNames(string kind, string key, FaultList faults)
{
    private readonly Dictionary<string, SectionValues> _taken = new(StringComparer.Ordinal);

    /// <summary>Takes the value of an object; a second taker is a fault. Objects whose value is missing or wrong are passed over.</summary>
    public void Take(SectionValues values)
    {
        if (values.Has(key) && values.NodeOf(key) is { } node && !_taken.TryAdd(node.Text, values))
        {
            faults.Error(values, key, $"{_taken[node.Text].Path} has this {key} already; every {kind} needs its own");
        }
    }
}
