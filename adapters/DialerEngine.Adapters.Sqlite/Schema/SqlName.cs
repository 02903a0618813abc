namespace DialerEngine.Adapters.Sqlite.Schema;

/// <summary>Names of lists and columns on their way into SQL text: checked first, then quoted, never pasted as they are.</summary>
internal static class SqlName
{
    /// <summary>Longest name of a list or a column.</summary>
    public const int MaxLength = 63;

    /// <summary>A list's name: 1 to 63 letters, digits, blanks or <c>_ - .</c>, beginning with a letter or digit.</summary>
    public static bool IsListName(string name) =>
        name.Length is > 0 and <= MaxLength && char.IsLetterOrDigit(name[0]) && name[^1] != ' '
        && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ' ');

    /// <summary>A column's name: an ASCII letter, then letters, digits or underscores, at most 63.</summary>
    public static bool IsColumnName(string name) =>
        name.Length is > 0 and <= MaxLength && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>The name as an SQL identifier (https://www.sqlite.org/lang_keywords.html).</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
