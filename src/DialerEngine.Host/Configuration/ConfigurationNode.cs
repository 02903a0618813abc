namespace DialerEngine.Host.Configuration;

/// <summary>What a node of the document is.</summary>
internal enum NodeKind
{
    Object,
    Array,
    Text,
    Number,
    True,
    False,
    Null,
}

/// <summary>A value of the configuration file with the place where it stands.</summary>
internal sealed class ConfigurationNode
{
    public required NodeKind Kind { get; init; }

    public required int Line { get; init; }

    public required int Column { get; init; }

    /// <summary>The text of a string; the digits of a number as written.</summary>
    public string Text { get; init; } = "";

    /// <summary>Members of an object in the order of the file, duplicates included.</summary>
    public IReadOnlyList<ConfigurationMember> Members { get; init; } = [];

    /// <summary>Elements of an array.</summary>
    public IReadOnlyList<ConfigurationNode> Items { get; init; } = [];

    /// <summary>The value as a fault shows it: at most 60 characters, no control characters; null for objects and arrays.</summary>
    public string? Shown => Kind switch
    {
        NodeKind.Text => '"' + Shorten(Text) + '"',
        NodeKind.Number => Shorten(Text),
        NodeKind.True => "true",
        NodeKind.False => "false",
        NodeKind.Null => "null",
        _ => null,
    };

    /// <summary>The kind in words.</summary>
    public string KindName => Kind switch
    {
        NodeKind.Object => "an object",
        NodeKind.Array => "an array",
        NodeKind.Text => "a text",
        NodeKind.Number => "a number",
        NodeKind.Null => "null",
        _ => "true or false",
    };

    public static string Shorten(string text)
    {
        var shown = text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 57), "...");
        return string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c));
    }
}

/// <summary>A member of an object.</summary>
/// <param name="Name">The key.</param>
/// <param name="Line">Line of the key, from 1.</param>
/// <param name="Column">Column of the key, from 1.</param>
/// <param name="Value">The value.</param>
internal sealed record ConfigurationMember(string Name, int Line, int Column, ConfigurationNode Value);
