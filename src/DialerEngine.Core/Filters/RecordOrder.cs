using DialerEngine.Core.Lists;

namespace DialerEngine.Core.Filters;

/// <summary>A column to order by.</summary>
/// <param name="Column">The column.</param>
/// <param name="Descending">Largest first. Records without a value come first when ascending, last when descending.</param>
public readonly record struct OrderColumn(ColumnOperand Column, bool Descending);

/// <summary>The order in which a list's fresh records are taken, e.g. <c>balance desc, name</c>; records that are equal in it go by record id.</summary>
public sealed class RecordOrder
{
    /// <summary>Columns at most.</summary>
    public const int MaxColumns = 4;

    private RecordOrder(string text, IReadOnlyList<OrderColumn> columns)
    {
        Text = text;
        Columns = columns;
    }

    /// <summary>The order as it was written.</summary>
    public string Text { get; }

    public IReadOnlyList<OrderColumn> Columns { get; }

    /// <summary>Reads an order: columns with <c>asc</c> (as is without a word) or <c>desc</c>, separated by commas.</summary>
    public static bool TryParse(string text, IReadOnlyList<ListColumn> columns, out RecordOrder? order, out FilterError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(columns);
        order = null;
        if (text.Length > RecordFilter.MaxLength)
        {
            error = new FilterError(RecordFilter.MaxLength + 1, $"the order is longer than {RecordFilter.MaxLength} characters");
            return false;
        }

        if (FilterLexer.Read(text, out error) is not { } tokens)
        {
            return false;
        }

        var found = new List<OrderColumn>();
        var at = 0;
        do
        {
            error = Read(tokens, ref at, columns, found);
            if (error is not null)
            {
                return false;
            }
        }
        while (tokens[at].Is(",") && ++at > 0);
        if (tokens[at].Kind != FilterTokenKind.End)
        {
            error = new FilterError(tokens[at].Position + 1, "asc, desc or a comma is expected");
            return false;
        }

        order = new RecordOrder(text, found);
        return true;
    }

    private static FilterError? Read(List<FilterToken> tokens, ref int at, IReadOnlyList<ListColumn> columns, List<OrderColumn> found)
    {
        var token = tokens[at];
        if (token.Kind != FilterTokenKind.Word)
        {
            return new FilterError(token.Position + 1, "a column is expected");
        }

        if (FilterNames.Find(columns, token.Text) is not { } column)
        {
            return new FilterError(token.Position + 1, FilterNames.Unknown(columns, token.Text));
        }

        if (found.Count == MaxColumns)
        {
            return new FilterError(token.Position + 1, $"more than {MaxColumns} columns");
        }

        if (found.Any(o => o.Column.Index == column.Index))
        {
            return new FilterError(token.Position + 1, $"{column.Column.Name} is in the order already");
        }

        at++;
        var descending = tokens[at].Is("desc");
        if (descending || tokens[at].Is("asc"))
        {
            at++;
        }

        found.Add(new OrderColumn(column, descending));
        return null;
    }

    public override string ToString() => Text;
}
