using DialerEngine.Desktop.Protocol;

namespace DialerEngine.Desktop.Tests.Specification;

/// <summary>Rows copied from the specification's tables, apart from the product's own table.</summary>
internal static class SpecificationFile
{
    /// <summary>Attached Data tables: per table its keys with type and whether they are required; * for custom fields.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<(string Key, KeyType? Type, bool Required)>> Messages { get; } =
        Read("messages.txt").ToDictionary(
            t => t.Title,
            t => (IReadOnlyList<(string, KeyType?, bool)>)[.. t.Rows.Select(r => (r[0], TypeOf(r[1]), r[2] == "Yes"))]);

    /// <summary>Tables Default Record Information and Reserved Keys.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, KeyType>> Keys { get; } =
        Read("keys.txt").ToDictionary(
            t => t.Title,
            t => (IReadOnlyDictionary<string, KeyType>)t.Rows.ToDictionary(r => r[0], r => TypeOf(r[1])!.Value));

    private static KeyType? TypeOf(string word) => word switch
    {
        "Int" or "Integer" => KeyType.Integer,
        "Int64" => KeyType.Int64,
        "String" => KeyType.String,
        "Any" => null,
        _ => throw new FormatException(word),
    };

    private static List<(string Title, List<string[]> Rows)> Read(string name)
    {
        using var stream = typeof(SpecificationFile).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        var tables = new List<(string Title, List<string[]> Rows)>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                tables[^1].Rows.Add(line.Trim().Split(' '));
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                tables.Add((line, []));
            }
        }

        return tables;
    }
}
