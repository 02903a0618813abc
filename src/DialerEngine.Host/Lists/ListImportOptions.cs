using DialerEngine.Core.Lists;

namespace DialerEngine.Host.Lists;

/// <summary>What to do when some rows have faults.</summary>
internal enum ImportMode
{
    /// <summary>All rows or none.</summary>
    All,

    /// <summary>The good rows; the others go to the reject file.</summary>
    Good,
}

/// <summary>How a file is imported.</summary>
internal sealed record ListImportOptions
{
    public ImportMode Mode { get; init; } = ImportMode.Good;

    /// <summary>Country of numbers without a country code; null takes the list's.</summary>
    public string? Country { get; init; }

    /// <summary>File column to list column; "-" leaves a column out.</summary>
    public IReadOnlyDictionary<string, string> Map { get; init; } = new Dictionary<string, string>();

    public CsvEncoding Encoding { get; init; } = CsvEncoding.Utf8;

    /// <summary>Null: the one that the header has most of.</summary>
    public char? Separator { get; init; }

    public DuplicateRule Duplicates { get; init; } = DuplicateRule.Skip;

    /// <summary>Where rows with faults go; null puts them beside the file as NAME.rejected.EXT.</summary>
    public string? RejectFile { get; init; }

    /// <summary>Time zones by number beside the engine's own, for files that name zones.</summary>
    public IReadOnlyDictionary<int, string> Zones { get; init; } = new Dictionary<int, string>();

    /// <summary>Does everything except keeping it.</summary>
    public bool DryRun { get; init; }
}

/// <summary>How far an import is.</summary>
internal readonly record struct ImportProgress(long Octets, long TotalOctets, long Rows);

/// <summary>A file that cannot be imported at all, with what to do about it.</summary>
internal sealed class ListImportException(string message) : Exception(message);
