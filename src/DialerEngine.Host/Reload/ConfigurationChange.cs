using DialerEngine.Host.Configuration;
using ConfigurationSection = DialerEngine.Host.Configuration.ConfigurationSection;

namespace DialerEngine.Host.Reload;

/// <summary>One key whose value in the file is another than the one that the engine runs with.</summary>
internal sealed record ConfigurationChange
{
    /// <summary>Where, e.g. <c>tenants[Environment].campaignGroups[welcome@sales].options.number_of_channels</c>.</summary>
    public required string Path { get; init; }

    public required ConfigurationSection Section { get; init; }

    public required ConfigurationKey Key { get; init; }

    /// <summary>Name of the nearest named thing that it belongs to: a campaign group, a trunk, a tenant ...; empty for the engine's own.</summary>
    public required string Owner { get; init; }

    /// <summary>The value that the engine runs with, as a log may show it.</summary>
    public required string From { get; init; }

    /// <summary>The value in the file, as a log may show it.</summary>
    public required string To { get; init; }

    /// <summary>The value in the file.</summary>
    public object? Value { get; init; }

    /// <summary>Why it needs a restart where it is one of the keys that a reload applies; null else.</summary>
    public string? Reason { get; init; }
}

/// <summary>Whoever takes a new configuration while it runs.</summary>
internal interface IReloadTarget
{
    /// <summary>Why a change of a key that a reload applies cannot be applied all the same (a bound given at the start), in one sentence; null where it can.</summary>
    string? WhyRestart(ConfigurationChange change);

    /// <summary>
    /// Takes the configuration; what could not be taken, one sentence each (a group that has failed). Throws <see cref="Engine.EngineStartException"/>
    /// before anything is changed where something that the configuration names cannot be used.
    /// </summary>
    Task<IReadOnlyList<string>> ApplyAsync(EngineConfiguration next, CancellationToken cancel);
}
