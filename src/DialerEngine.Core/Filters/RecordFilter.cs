using DialerEngine.Core.Lists;

namespace DialerEngine.Core.Filters;

/// <summary>Gives a record's values by the place of their columns: <see cref="long"/>, <see cref="double"/>, <see cref="string"/> or null.</summary>
public interface IRecordValues
{
    object? this[int column] { get; }
}

/// <summary>
/// A filter over the columns of a calling list, e.g. <c>state = 'CA' and attempt &lt; 3 and (name like 'A%' or vip = 1)</c>. Its tree is
/// checked against the list's columns when it is read; a storage turns it into a query with parameters, and it can say itself whether a
/// record matches. Both agree.
/// </summary>
public sealed class RecordFilter
{
    /// <summary>Longest text of a filter, characters.</summary>
    public const int MaxLength = 4_000;

    /// <summary>Brackets and nots within each other at most.</summary>
    public const int MaxDepth = 32;

    /// <summary>Comparisons at most.</summary>
    public const int MaxParts = 200;

    /// <summary>Values of one <c>in</c> at most.</summary>
    public const int MaxValues = 500;

    /// <summary>Longest pattern of a <c>like</c>, characters.</summary>
    public const int MaxPatternLength = 256;

    private RecordFilter(string text, FilterNode root)
    {
        Text = text;
        Root = root;
    }

    /// <summary>The filter as it was written.</summary>
    public string Text { get; }

    public FilterNode Root { get; }

    /// <summary>Reads a filter for a list with these columns. False with the place and the reason where it cannot be read.</summary>
    public static bool TryParse(string text, IReadOnlyList<ListColumn> columns, out RecordFilter? filter, out FilterError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(columns);
        filter = null;
        if (text.Length > MaxLength)
        {
            error = new FilterError(MaxLength + 1, $"the filter is longer than {MaxLength} characters");
            return false;
        }

        if (FilterLexer.Read(text, out error) is not { } tokens)
        {
            return false;
        }

        var parser = new FilterParser(tokens, columns);
        if (parser.Parse() is not { } root)
        {
            error = parser.Error;
            return false;
        }

        filter = new RecordFilter(text, root);
        return true;
    }

    /// <summary>True where the filter is true of the values; false where it is false or unknown.</summary>
    public bool Matches(IRecordValues values) => FilterEvaluation.Of(Root, values) is true;

    /// <summary>True where the filter is true of a record. User fields must be in the order of the list that the filter was read for.</summary>
    public bool Matches(CallRecord record) => Matches(new RecordValues(record));

    public override string ToString() => Text;
}
