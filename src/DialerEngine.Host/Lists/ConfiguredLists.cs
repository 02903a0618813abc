using DialerEngine.Core;
using DialerEngine.Host.Cli;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Verbs;

namespace DialerEngine.Host.Lists;

/// <summary>The calling lists of a configuration file.</summary>
internal sealed class ConfiguredLists(EngineConfiguration configuration) : IListCommandContext
{
    public string DatabasePath => configuration.Storage.SqlitePath;

    public CallingListDefinition? FindList(string name) => configuration.Lists.FirstOrDefault(l => l.Name == name);

    public IReadOnlyDictionary<int, string> ZonesOf(CallingListDefinition list) =>
        configuration.Compliance.FirstOrDefault(c => c.Lists.Any(l => l.Id == list.Id))?.Clock?.ZonesByDbid ?? new Dictionary<int, string>();

    /// <summary>Reads a configuration; its faults go to standard error.</summary>
    public static IListCommandContext Load(string file) =>
        CheckVerb.Load(file, Console.Error) is { } configuration
            ? new ConfiguredLists(configuration)
            : throw new CommandFailedException($"{file} cannot be used; see the faults above", ExitCode.Wrong);
}
