using System.Globalization;

namespace DialerEngine.Core.Lists;

/// <summary>Which column of a list each column of a file goes to.</summary>
public sealed class ImportMapping
{
    /// <summary>Names that a reject file adds in front of the original columns; a re-import passes over them.</summary>
    public static readonly IReadOnlyList<string> RejectColumns = ["import_row", "import_error"];

    // What lists of numbers call the number. Compared after lower-casing and turning blanks and hyphens into underscores.
    private static readonly HashSet<string> NumberNames =
    [
        "phone", "phone_number", "phonenumber", "number", "tel", "telephone", "telephone_number", "mobile", "mobile_number", "cell", "msisdn", "contact",
    ];

    // What lists call the customer's time zone. Where the list has no column of the name, its number goes to tz_dbid.
    private static readonly HashSet<string> ZoneColumnNames = ["tz_name", "time_zone", "timezone", "tz"];

    private ImportMapping(IReadOnlyList<ListColumn> columns, int[] sources, int fileColumns, bool namesZones)
    {
        Columns = columns;
        Sources = sources;
        FileColumns = fileColumns;
        ContactInfo = IndexOf("contact_info");
        ContactType = IndexOf("contact_info_type");
        ZoneByName = namesZones ? IndexOf("tz_dbid") : -1;
    }

    /// <summary>The list's columns that the file brings.</summary>
    public IReadOnlyList<ListColumn> Columns { get; }

    /// <summary>For each of <see cref="Columns"/>, the file's column that it comes from.</summary>
    public IReadOnlyList<int> Sources { get; }

    /// <summary>How many columns each row of the file must have.</summary>
    public int FileColumns { get; }

    /// <summary>Which of <see cref="Columns"/> is the number.</summary>
    public int ContactInfo { get; }

    /// <summary>Which of <see cref="Columns"/> is <c>contact_info_type</c>; -1 where the file has none.</summary>
    public int ContactType { get; }

    /// <summary>Which of <see cref="Columns"/> is <c>tz_dbid</c> where the file has zones by name; -1 where it has none or their numbers.</summary>
    public int ZoneByName { get; }

    /// <summary>Maps a file's header to a list.</summary>
    /// <param name="list">The list.</param>
    /// <param name="header">The file's column names.</param>
    /// <param name="named">The user's own mapping, from file column to list column; "-" leaves a column out.</param>
    /// <param name="mapping">The mapping; null on an error.</param>
    /// <returns>All that is wrong, one sentence each, with what to do about it; empty when all is well.</returns>
    public static IReadOnlyList<string> TryMap(
        CallingListDefinition list, IReadOnlyList<string> header, IReadOnlyDictionary<string, string> named, out ImportMapping? mapping)
    {
        var columns = ListColumn.Of(list);
        var errors = new List<string>();
        var sourceOf = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var namesZones = false;
        foreach (var name in named.Keys.Where(k => !header.Contains(k, StringComparer.OrdinalIgnoreCase)))
        {
            errors.Add($"--map names column \"{name}\", which the file does not have (it has {Join(header)})");
        }

        for (var i = 0; i < header.Count; i++)
        {
            var target = TargetOf(header[i], named, columns, sourceOf);
            if (target == "-")
            {
                continue;
            }

            var column = columns.FirstOrDefault(c => string.Equals(c.Name, target, StringComparison.OrdinalIgnoreCase));
            if (column is null && ZoneColumnNames.Contains(target.ToLowerInvariant()) && !sourceOf.ContainsKey("tz_dbid"))
            {
                column = columns.First(c => c.Name == "tz_dbid");
                namesZones = true;
            }

            if (column is null)
            {
                errors.Add(Unknown(list, header[i], target, columns));
            }
            else if (!sourceOf.TryAdd(column.Name, i))
            {
                errors.Add($"columns \"{header[sourceOf[column.Name]]}\" and \"{header[i]}\" both go to {column.Name}; leave one out with --map \"{header[i]}=-\"");
            }
        }

        if (!sourceOf.ContainsKey("contact_info") && errors.Count == 0)
        {
            errors.Add($"no column has the number to dial (the file has {Join(header)}); name it with --map COLUMN=contact_info");
        }

        mapping = null;
        if (errors.Count == 0)
        {
            var used = columns.Where(c => sourceOf.ContainsKey(c.Name)).ToList();
            mapping = new ImportMapping(used, [.. used.Select(c => sourceOf[c.Name])], header.Count, namesZones);
        }

        return errors;
    }

    private static string TargetOf(
        string name, IReadOnlyDictionary<string, string> named, IReadOnlyList<ListColumn> columns, Dictionary<string, int> sourceOf)
    {
        foreach (var (from, to) in named)
        {
            if (string.Equals(from, name, StringComparison.OrdinalIgnoreCase))
            {
                return to;
            }
        }

        var plain = name.Trim().ToLowerInvariant().Replace(' ', '_').Replace('-', '_');
        if (columns.Any(c => string.Equals(c.Name, plain, StringComparison.OrdinalIgnoreCase)))
        {
            return plain;
        }

        if (RejectColumns.Contains(plain))
        {
            return "-";
        }

        return NumberNames.Contains(plain) && !sourceOf.ContainsKey("contact_info") ? "contact_info" : plain;
    }

    private static string Unknown(CallingListDefinition list, string name, string target, IReadOnlyList<ListColumn> columns)
    {
        var nearest = columns.Select(c => c.Name).MinBy(c => Distance(c, target));
        var hint = nearest is not null && Distance(nearest, target) <= 2 ? $"did you mean {nearest}? " : "";
        return $"list {list.Name} has no column \"{target}\"; {hint}name its column with --map \"{name}=COLUMN\" or leave it out with --map \"{name}=-\"";
    }

    private static string Join(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(12)) + (names.Count > 12 ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - 12} more") : "");

    /// <summary>Levenshtein distance of two short names.</summary>
    private static int Distance(string a, string b)
    {
        if (b.Length > 128)
        {
            return int.MaxValue;
        }

        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
            }

            previous = current;
        }

        return previous[b.Length];
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}
