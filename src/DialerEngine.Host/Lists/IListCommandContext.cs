using DialerEngine.Core;

namespace DialerEngine.Host.Lists;

/// <summary>What the list verbs need of a configuration.</summary>
internal interface IListCommandContext
{
    /// <summary>The database file.</summary>
    string DatabasePath { get; }

    /// <summary>A list by its name; null where the configuration has none of it.</summary>
    CallingListDefinition? FindList(string name);

    /// <summary>Time zones that the list's tenant has numbers for.</summary>
    IReadOnlyDictionary<int, string> ZonesOf(CallingListDefinition list);
}
