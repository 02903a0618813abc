using System.Globalization;
using DialerEngine.Core.Lists;

namespace DialerEngine.Core.Filters;

/// <summary>Reads a filter's tokens into its tree: or, and, not, then comparisons. Depth, parts and values are bounded.</summary>
internal sealed class FilterParser(IReadOnlyList<FilterToken> tokens, IReadOnlyList<ListColumn> columns)
{
    private static readonly string[] Keywords = ["and", "or", "not", "in", "between", "like", "is", "null", "date"];

    private int _at;
    private int _depth;
    private int _parts;

    private FilterToken Now => tokens[_at];

    /// <summary>The first error; null while there is none.</summary>
    public FilterError? Error { get; private set; }

    public FilterNode? Parse()
    {
        var root = Any();
        if (root is not null && Now.Kind != FilterTokenKind.End)
        {
            return Fail(Now, Now.Is(")") ? "this bracket closes nothing" : $"\"{Now.Text}\" is not expected here; join comparisons with and, or");
        }

        return Error is null ? root : null;
    }

    private FilterNode? Any() => Joined("or", All, parts => new AnyOf(parts));

    private FilterNode? All() => Joined("and", Inverted, parts => new AllOf(parts));

    private FilterNode? Joined(string word, Func<FilterNode?> next, Func<List<FilterNode>, FilterNode> join)
    {
        if (next() is not { } first)
        {
            return null;
        }

        var parts = new List<FilterNode> { first };
        while (TryTake(word))
        {
            if (next() is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }

        return parts.Count == 1 ? first : join(parts);
    }

    private FilterNode? Inverted()
    {
        if (!Now.Is("not"))
        {
            return Primary();
        }

        if (!Enter())
        {
            return null;
        }

        _at++;
        var part = Inverted();
        _depth--;
        return part is null ? null : new Not(part);
    }

    private FilterNode? Primary()
    {
        if (!Now.Is("("))
        {
            return Comparison();
        }

        if (!Enter())
        {
            return null;
        }

        var opened = Now;
        _at++;
        var inner = Any();
        _depth--;
        if (inner is not null && !TryTake(")"))
        {
            return Fail(Now.Kind == FilterTokenKind.End ? opened : Now, "the bracket that is opened here is never closed");
        }

        return inner;
    }

    private bool Enter()
    {
        if (++_depth <= RecordFilter.MaxDepth)
        {
            return true;
        }

        Fail(Now, $"more than {RecordFilter.MaxDepth} brackets and nots within each other");
        return false;
    }

    private FilterNode? Comparison()
    {
        if (++_parts > RecordFilter.MaxParts)
        {
            return Fail(Now, $"more than {RecordFilter.MaxParts} comparisons");
        }

        var start = Now;
        if (Operand(null) is not { } left)
        {
            return null;
        }

        var inverted = TryTake("not");
        if (left is ColumnOperand column)
        {
            if (!inverted && Now.Is("is"))
            {
                _at++;
                var isNot = TryTake("not");
                return TryTake("null") ? Inverted(isNot, new IsNull(column)) : Fail(Now, "null is expected after is");
            }

            if (Now.Is("in"))
            {
                return In(column) is { } one ? Inverted(inverted, one) : null;
            }

            if (Now.Is("like"))
            {
                return Pattern(column) is { } like ? Inverted(inverted, like) : null;
            }

            if (Now.Is("between"))
            {
                return Between(column) is { } between ? Inverted(inverted, between) : null;
            }
        }

        if (inverted)
        {
            return Fail(Now, "in, like or between is expected after not");
        }

        if (OperatorOf(Now) is not { } comparison)
        {
            return Fail(Now, "a comparison is expected: = <> < <= > >= in, between, like, is null");
        }

        _at++;
        if (Operand(left) is not { } right)
        {
            return null;
        }

        if (left is ValueOperand && right is ValueOperand)
        {
            return Fail(start, "neither side is a column");
        }

        // A date before its column is understood when the column is known.
        return Fitted(start, left, right) is { } fitted ? new Compare(fitted, comparison, right) : null;
    }

    private static FilterNode Inverted(bool inverted, FilterNode node) => inverted ? new Not(node) : node;

    private FilterOperand? Fitted(FilterToken start, FilterOperand left, FilterOperand right) => left is ValueOperand value && right is ColumnOperand column
        ? Fit(start, value.Value, column)
        : left;

    private FilterNode? In(ColumnOperand column)
    {
        _at++;
        if (!TryTake("("))
        {
            return Fail(Now, "( is expected after in, e.g. state in ('CA', 'NY')");
        }

        var values = new List<object>();
        do
        {
            if (values.Count == RecordFilter.MaxValues)
            {
                return Fail(Now, $"more than {RecordFilter.MaxValues} values");
            }

            if (Constant(column) is not { } value)
            {
                return null;
            }

            values.Add(value.Value);
        }
        while (TryTake(","));
        return TryTake(")") ? new OneOf(column, values) : Fail(Now, ", or ) is expected");
    }

    private FilterNode? Pattern(ColumnOperand column)
    {
        var token = Now;
        _at++;
        if (column.Column.Kind != ListColumnKind.Text)
        {
            return Fail(token, $"{column.Column.Name} is a number; like is for texts");
        }

        if (Now.Kind != FilterTokenKind.Text)
        {
            return Fail(Now, "a pattern in single quotes is expected after like, e.g. name like 'A%'");
        }

        if (Now.Text.Length > RecordFilter.MaxPatternLength)
        {
            return Fail(Now, $"the pattern is longer than {RecordFilter.MaxPatternLength} characters");
        }

        return new Like(column, tokens[_at++].Text);
    }

    private FilterNode? Between(ColumnOperand column)
    {
        _at++;
        if (Operand(column) is not { } low)
        {
            return null;
        }

        if (!TryTake("and"))
        {
            return Fail(Now, "and is expected: between LOW and HIGH");
        }

        return Operand(column) is { } high
            ? new AllOf([new Compare(column, FilterComparison.GreaterOrEqual, low), new Compare(column, FilterComparison.LessOrEqual, high)])
            : null;
    }

    private ValueOperand? Constant(ColumnOperand column)
    {
        var token = Now;
        switch (Operand(column))
        {
            case ValueOperand value:
                return value;
            case ColumnOperand:
                Fail(token, "a value is expected here, not a column");
                return null;
            default:
                return null;
        }
    }

    /// <summary>A column or a value. <paramref name="other"/> is what it is compared with, where that is known.</summary>
    private FilterOperand? Operand(FilterOperand? other)
    {
        var token = Now;
        if (token.Kind is FilterTokenKind.Number or FilterTokenKind.Text)
        {
            _at++;
            return other is null ? new ValueOperand(token.Value ?? token.Text) : Fit(token, token.Value ?? token.Text, other);
        }

        if (token.Is("date"))
        {
            if (tokens[_at + 1].Kind != FilterTokenKind.Text)
            {
                Fail(tokens[_at + 1], "a day or moment in single quotes is expected after date, e.g. date '2026-11-20' or date '2026-11-20 18:00'");
                return null;
            }

            _at++;
            return Date(tokens[_at++], other);
        }

        if (token.Kind != FilterTokenKind.Word || Keywords.Contains(token.Text, StringComparer.OrdinalIgnoreCase))
        {
            Fail(token, token.Is("null") ? "nothing equals null; write is null or is not null" : "a column or a value is expected");
            return null;
        }

        if (FilterNames.Find(columns, token.Text) is not { } column)
        {
            Fail(token, FilterNames.Unknown(columns, token.Text));
            return null;
        }

        _at++;
        if (other is ColumnOperand left && (left.Column.Kind == ListColumnKind.Text) != (column.Column.Kind == ListColumnKind.Text))
        {
            Fail(token, $"{left.Column.Name} and {column.Column.Name} cannot be compared: one is a text, the other a number");
            return null;
        }

        return column;
    }

    private ValueOperand? Date(FilterToken token, FilterOperand? other)
    {
        if (!DateTime.TryParseExact(
            token.Text, ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment))
        {
            Fail(token, "a date is written 'YYYY-MM-DD', 'YYYY-MM-DD HH:MM' or 'YYYY-MM-DD HH:MM:SS', in UTC");
            return null;
        }

        // In a text column dates compare as texts, so the filter's own spelling counts; in a number column they are Unix seconds.
        return other is ColumnOperand { Column.Kind: ListColumnKind.Text }
            ? new ValueOperand(token.Text)
            : new ValueOperand(new DateTimeOffset(moment).ToUnixTimeSeconds());
    }

    private ValueOperand? Fit(FilterToken token, object value, FilterOperand other)
    {
        if (other is not ColumnOperand { Column: var column })
        {
            return new ValueOperand(value);
        }

        var isText = column.Kind == ListColumnKind.Text;
        if (isText != value is string)
        {
            Fail(token, isText
                ? $"{column.Name} is a text; write the value in single quotes: '{token.Text}'"
                : $"{column.Name} is a number; write the value without quotes (a moment as date '2026-11-20 18:00')");
            return null;
        }

        return new ValueOperand(value);
    }

    private static FilterComparison? OperatorOf(FilterToken token) => token.Kind != FilterTokenKind.Symbol ? null : token.Text switch
    {
        "=" => FilterComparison.Equal,
        "<>" or "!=" => FilterComparison.NotEqual,
        "<" => FilterComparison.Less,
        "<=" => FilterComparison.LessOrEqual,
        ">" => FilterComparison.Greater,
        ">=" => FilterComparison.GreaterOrEqual,
        _ => null,
    };

    private bool TryTake(string word)
    {
        if (!Now.Is(word))
        {
            return false;
        }

        _at++;
        return true;
    }

    private FilterNode? Fail(FilterToken token, string message)
    {
        Error ??= new FilterError(token.Position + 1, message);
        return null;
    }
}
