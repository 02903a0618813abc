namespace DialerEngine.Core.Filters;

/// <summary>Says whether a filter is true of a record: the logic of SQL with its unknown, and its order of values.</summary>
internal static class FilterEvaluation
{
    public static bool? Of(FilterNode node, IRecordValues values) => node switch
    {
        AllOf all => All(all.Parts, values, stop: false),
        AnyOf any => All(any.Parts, values, stop: true),
        Not not => !Of(not.Part, values),
        Compare compare => Of(compare, values),
        OneOf one => Of(one, values),
        Like like => values[like.Column.Index] is { } text ? FilterPattern.Matches(like.Pattern, FilterValue.AsText(text)) : null,
        IsNull isNull => values[isNull.Column.Index] is null,
        _ => throw new InvariantBrokenException($"filter part {node.GetType().Name}"),
    };

    private static bool? All(IReadOnlyList<FilterNode> parts, IRecordValues values, bool stop)
    {
        bool? all = !stop;
        for (var i = 0; i < parts.Count; i++)
        {
            var part = Of(parts[i], values);
            if (part == stop)
            {
                return stop;
            }

            all = part is null ? null : all;
        }

        return all;
    }

    private static bool? Of(Compare compare, IRecordValues values)
    {
        if (ValueOf(compare.Left, values) is not { } left || ValueOf(compare.Right, values) is not { } right)
        {
            return null;
        }

        var order = FilterValue.Compare(left, right);
        return compare.Operator switch
        {
            FilterComparison.Equal => order == 0,
            FilterComparison.NotEqual => order != 0,
            FilterComparison.Less => order < 0,
            FilterComparison.LessOrEqual => order <= 0,
            FilterComparison.Greater => order > 0,
            _ => order >= 0,
        };
    }

    private static bool? Of(OneOf one, IRecordValues values)
    {
        if (values[one.Column.Index] is not { } value)
        {
            return null;
        }

        for (var i = 0; i < one.Values.Count; i++)
        {
            if (FilterValue.Compare(value, one.Values[i]) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static object? ValueOf(FilterOperand operand, IRecordValues values) => operand switch
    {
        ColumnOperand column => values[column.Index],
        ValueOperand value => value.Value,
        _ => null,
    };
}
