using System.Globalization;
using System.Text;
using DialerEngine.Adapters.Sqlite.Schema;
using DialerEngine.Core;
using DialerEngine.Core.Filters;

namespace DialerEngine.Adapters.Sqlite.Lists;

/// <summary>Turns a filter's tree into SQL. Values become parameters; names come from the list's own columns and are quoted.</summary>
internal static class FilterSql
{
    /// <summary>Writes the condition; its values are added to the parameters in the order of their numbers.</summary>
    public static void Append(StringBuilder sql, FilterNode node, SqlParameters parameters)
    {
        switch (node)
        {
            case AllOf all:
                Join(sql, all.Parts, " AND ", parameters);
                break;
            case AnyOf any:
                Join(sql, any.Parts, " OR ", parameters);
                break;
            case Not not:
                sql.Append("(NOT ");
                Append(sql, not.Part, parameters);
                sql.Append(')');
                break;
            case Compare compare:
                sql.Append('(');
                Append(sql, compare.Left, parameters);
                sql.Append(Operator(compare.Operator));
                Append(sql, compare.Right, parameters);
                sql.Append(')');
                break;
            case OneOf one:
                sql.Append('(').Append(Name(one.Column)).Append(" IN (");
                for (var i = 0; i < one.Values.Count; i++)
                {
                    sql.Append(i == 0 ? "" : ", ").Append(parameters.Add(one.Values[i]));
                }

                sql.Append("))");
                break;
            case Like like:
                sql.Append('(').Append(Name(like.Column)).Append(" LIKE ").Append(parameters.Add(like.Pattern)).Append(')');
                break;
            case IsNull isNull:
                sql.Append('(').Append(Name(isNull.Column)).Append(" IS NULL)");
                break;
            default:
                throw new InvariantBrokenException($"filter part {node.GetType().Name}");
        }
    }

    private static void Join(StringBuilder sql, IReadOnlyList<FilterNode> parts, string by, SqlParameters parameters)
    {
        sql.Append('(');
        for (var i = 0; i < parts.Count; i++)
        {
            sql.Append(i == 0 ? "" : by);
            Append(sql, parts[i], parameters);
        }

        sql.Append(')');
    }

    private static void Append(StringBuilder sql, FilterOperand operand, SqlParameters parameters) =>
        sql.Append(operand is ColumnOperand column ? Name(column) : parameters.Add(((ValueOperand)operand).Value));

    private static string Name(ColumnOperand column) => "r." + SqlName.Quote(column.Column.Name);

    private static string Operator(FilterComparison comparison) => comparison switch
    {
        FilterComparison.Equal => " = ",
        FilterComparison.NotEqual => " <> ",
        FilterComparison.Less => " < ",
        FilterComparison.LessOrEqual => " <= ",
        FilterComparison.Greater => " > ",
        _ => " >= ",
    };
}

/// <summary>The values of a statement's parameters, numbered from 1 as they are added.</summary>
internal sealed class SqlParameters
{
    private readonly List<object?> _values = [];

    /// <summary>Adds a value and gives its place in the SQL text.</summary>
    public string Add(object? value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"?{_values.Count}");
    }

    public void BindTo(Interop.SqliteStatement statement)
    {
        for (var i = 0; i < _values.Count; i++)
        {
            _ = _values[i] switch
            {
                null => statement.BindNull(i + 1),
                long integer => statement.Bind(i + 1, integer),
                double real => statement.Bind(i + 1, real),
                string text => statement.Bind(i + 1, text),
                var other => throw new InvariantBrokenException($"parameter of type {other.GetType().Name}"),
            };
        }
    }
}
