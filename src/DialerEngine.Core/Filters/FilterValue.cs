using System.Globalization;

namespace DialerEngine.Core.Filters;

/// <summary>The order of values: nothing, then numbers by size, then texts by code points.</summary>
public static class FilterValue
{
    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        (string a, string b) => CompareTexts(a, b),
        (string, _) => 1,
        (_, string) => -1,
        (long a, long b) => a.CompareTo(b),
        (double a, double b) => a.CompareTo(b),
        (long a, double b) => CompareMixed(a, b),
        (double a, long b) => -CompareMixed(b, a),
        _ => throw new InvariantBrokenException($"values of types {left.GetType().Name} and {right.GetType().Name}"),
    };

    internal static string AsText(object value) => value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    /// <summary>An integer against a real without loss: a long does not fit into the 53 bits of a double.</summary>
    private static int CompareMixed(long integer, double real)
    {
        if (real < -9_223_372_036_854_775_808.0)
        {
            return 1;
        }

        if (real >= 9_223_372_036_854_775_808.0)
        {
            return -1;
        }

        var whole = (long)real;
        return integer != whole ? integer.CompareTo(whole) : ((double)whole).CompareTo(real);
    }

    /// <summary>By code points, which is the order of UTF-8 octets; UTF-16 puts characters beyond U+FFFF before U+E000.</summary>
    private static int CompareTexts(string a, string b)
    {
        var common = Math.Min(a.Length, b.Length);
        for (var i = 0; i < common; i++)
        {
            if (a[i] != b[i])
            {
                return Weight(a[i]) - Weight(b[i]);
            }
        }

        return a.Length - b.Length;
    }

    private static int Weight(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}

/// <summary>Patterns of <c>like</c>.</summary>
internal static class FilterPattern
{
    /// <summary>Matches without recursion: a failed match goes back to the last <c>%</c> only, so the time is at most pattern times text.</summary>
    public static bool Matches(string pattern, string text)
    {
        int p = 0, t = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '%')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && pattern[p] == '_')
            {
                p++;
                t += Width(text, t);
            }
            else if (p < pattern.Length && Same(pattern[p], text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                mark += Width(text, mark);
                t = mark;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '%')
        {
            p++;
        }

        return p == pattern.Length;
    }

    private static int Width(string text, int at) => char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;

    private static bool Same(char a, char b) => a == b || (char.IsAsciiLetter(a) && char.IsAsciiLetter(b) && (a | 0x20) == (b | 0x20));
}
