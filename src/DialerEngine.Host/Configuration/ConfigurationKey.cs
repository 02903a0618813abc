namespace DialerEngine.Host.Configuration;

/// <summary>What a key's value is and how it is written.</summary>
internal enum KeyKind
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>One of the key's choices.</summary>
    Choice,

    /// <summary>ADDRESS:PORT, IPv6 addresses in brackets; port 0 takes a free one.</summary>
    EndPoint,

    /// <summary>An IP address.</summary>
    Address,

    /// <summary>A path, relative to the configuration file.</summary>
    Path,

    /// <summary><c>env:NAME</c>, <c>file:PATH</c> or the secret itself.</summary>
    Secret,

    /// <summary>HH:MM or HH:MM:SS, 00:00 to 24:00.</summary>
    TimeOfDay,

    /// <summary>A UUID in its usual form.</summary>
    Guid,

    /// <summary>An object with a section's keys.</summary>
    Object,

    /// <summary>An array of such objects.</summary>
    Objects,

    /// <summary>An array of texts.</summary>
    Texts,

    /// <summary>An object from SIP status (or <c>q850:CAUSE</c>) to a call result.</summary>
    Results,

    /// <summary>An array of numbers.</summary>
    Numbers,

    /// <summary>A law of durations: a number of seconds, or an object with a section's keys.</summary>
    Law,
}

/// <summary>
/// One key of the configuration file. To add one: add it to its section of <see cref="ConfigurationTable"/>, use it in the model builder,
/// regenerate the schema and the tables of the manual (the test that compares them says how).
/// </summary>
/// <param name="Name">The key as it stands in the file.</param>
/// <param name="Kind">How its value is written.</param>
/// <param name="Description">What it means, for the schema and the manual. Ends with a full stop.</param>
internal sealed record ConfigurationKey(string Name, KeyKind Kind, string Description)
{
    /// <summary>True when the key has no default and must be there.</summary>
    public bool Required { get; init; }

    /// <summary>Smallest value of a number.</summary>
    public double Min { get; init; } = double.MinValue;

    /// <summary>Largest value of a number.</summary>
    public double Max { get; init; } = double.MaxValue;

    /// <summary>Unit of a number.</summary>
    public string? Unit { get; init; }

    /// <summary>Value where the key is absent; null for none.</summary>
    public object? Default { get; init; }

    /// <summary>Why the default is what it is, or what stands for it where it depends on something.</summary>
    public string? DefaultNote { get; init; }

    /// <summary>The words of a <see cref="KeyKind.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The keys of an <see cref="KeyKind.Object"/> or of each of the <see cref="KeyKind.Objects"/>.</summary>
    public ConfigurationSection? Section { get; init; }

    /// <summary>Form of a text, a regular expression for the whole of it.</summary>
    public string? Pattern { get; init; }

    /// <summary>The form in words; completes "must be".</summary>
    public string? PatternWords { get; init; }

    /// <summary>Longest text, characters.</summary>
    public int MaxLength { get; init; } = 255;

    /// <summary>Fewest elements of an array.</summary>
    public int MinItems { get; init; }

    /// <summary>Most elements of an array.</summary>
    public int MaxItems { get; init; } = 1_000;

    /// <summary>Names under which other products know the key: a help for those who write them.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}

/// <summary>An object of the configuration file.</summary>
/// <param name="Name">Name in the schema and the manual.</param>
/// <param name="Description">What it is.</param>
/// <param name="Keys">Its keys.</param>
internal sealed record ConfigurationSection(string Name, string Description, IReadOnlyList<ConfigurationKey> Keys)
{
    public ConfigurationKey? Find(string name)
    {
        foreach (var key in Keys)
        {
            if (key.Name == name)
            {
                return key;
            }
        }

        return null;
    }
}
