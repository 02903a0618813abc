using DialerEngine.Core.Treatments;

namespace DialerEngine.Core;

/// <summary>Data type of a user-defined column of a calling list (desktop protocol, Custom Data Formats).</summary>
public enum UserFieldType
{
    /// <summary>Sent to desktops as an integer; everything else is sent as a string.</summary>
    Int = 1,
    Float = 2,
    Char = 3,
    Varchar = 4,
    DateTime = 5,
}

/// <summary>A user-defined column of a calling list.</summary>
/// <param name="Name">Column name: a letter, then letters, digits or underscores, at most 63; not a mandatory column's name.</param>
/// <param name="Type">Data type.</param>
/// <param name="SendAttribute">Key under which the value is attached to events; null attaches nothing. Not beginning with GSW_.</param>
/// <param name="DefaultValue">Value given to a record that brings none; null leaves it empty.</param>
public sealed record UserFieldDefinition(string Name, UserFieldType Type, string? SendAttribute = null, string? DefaultValue = null);

/// <summary>A calling list as configured: its table's name and its own columns beside the mandatory ones.</summary>
public sealed record CallingListDefinition
{
    /// <summary>Number of the list in this configuration (its DBID), from 1.</summary>
    public required ListId Id { get; init; }

    /// <summary>Name of the list; unique in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary>The list's own columns in table order.</summary>
    public IReadOnlyList<UserFieldDefinition> UserFields { get; init; } = [];

    /// <summary>Seconds from midnight from which a record without its own window may be called. Default 28,800 (08:00, AddRecord's default).</summary>
    public int DailyFrom { get; init; } = 28_800;

    /// <summary>Seconds from midnight until which a record without its own window may be called. Default 64,800 (18:00, AddRecord's default).</summary>
    public int DailyTill { get; init; } = 64_800;

    /// <summary>The list's treatments. For a result that has any here, those of the campaign are not looked at.</summary>
    public IReadOnlyList<TreatmentDefinition> Treatments { get; init; } = [];

    /// <summary>Attempts after which no treatment dials a record again, 1 to 1,000; 0 for no limit. A callback that an agent made is not bound by it.</summary>
    public int MaxAttempts { get; init; }

    /// <summary>DBID of the script object attached as <c>GSW_SCRIPT_ID</c>; 0 takes the campaign's.</summary>
    public int ScriptId { get; init; }

    /// <summary><c>call_answer_type_recognition</c> of the list's calls; null takes the campaign group's.</summary>
    public AnswerTypeRecognition? Recognition { get; init; }

    /// <summary>Country that a number without country code belongs to, ISO 3166 two letters.</summary>
    public string DefaultCountry { get; init; } = "US";
}
