using DialerEngine.Core.Lists;

namespace DialerEngine.Core.Filters;

/// <summary>Finds columns by name, and what may have been meant.</summary>
internal static class FilterNames
{
    public static ColumnOperand? Find(IReadOnlyList<ListColumn> columns, string name)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (string.Equals(columns[i].Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return new ColumnOperand(columns[i], i);
            }
        }

        return null;
    }

    public static string Unknown(IReadOnlyList<ListColumn> columns, string name)
    {
        var best = columns.Select(c => (c.Name, Distance: Distance(c.Name, name))).MinBy(c => c.Distance);
        return best.Name is not null && best.Distance <= Math.Max(1, name.Length / 3)
            ? $"the list has no column {name}; did you mean {best.Name}?"
            : $"the list has no column {name}";
    }

    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var changed = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
