using DialerEngine.Core.Lists;

namespace DialerEngine.Core.Filters;

/// <summary>A part of a filter that is true, false, or unknown where a value is missing (the logic of SQL).</summary>
public abstract record FilterNode;

/// <summary>True when all parts are; two parts or more.</summary>
public sealed record AllOf(IReadOnlyList<FilterNode> Parts) : FilterNode;

/// <summary>True when one part is; two parts or more.</summary>
public sealed record AnyOf(IReadOnlyList<FilterNode> Parts) : FilterNode;

/// <summary>The opposite; unknown stays unknown.</summary>
public sealed record Not(FilterNode Part) : FilterNode;

/// <summary>How two values are compared.</summary>
public enum FilterComparison : byte
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>Compares two values of the same kind: two numbers, or two texts by their code points, capitals before small letters.</summary>
public sealed record Compare(FilterOperand Left, FilterComparison Operator, FilterOperand Right) : FilterNode;

/// <summary>True when the column has one of the values (<see cref="long"/>, <see cref="double"/> or <see cref="string"/>).</summary>
public sealed record OneOf(ColumnOperand Column, IReadOnlyList<object> Values) : FilterNode;

/// <summary>True when a text matches a pattern: <c>%</c> any run of characters, <c>_</c> any one; A to Z and a to z are the same.</summary>
public sealed record Like(ColumnOperand Column, string Pattern) : FilterNode;

/// <summary>True when the column has no value. Never unknown.</summary>
public sealed record IsNull(ColumnOperand Column) : FilterNode;

/// <summary>What is compared.</summary>
public abstract record FilterOperand;

/// <summary>The value of a column.</summary>
/// <param name="Column">The column.</param>
/// <param name="Index">Its place in the list's table, from 0.</param>
public sealed record ColumnOperand(ListColumn Column, int Index) : FilterOperand;

/// <summary>A constant: <see cref="long"/>, <see cref="double"/> or <see cref="string"/>.</summary>
public sealed record ValueOperand(object Value) : FilterOperand;

/// <summary>Why a filter or an order cannot be read.</summary>
/// <param name="Position">Place of the first character that is wrong, from 1.</param>
/// <param name="Message">What is wrong and what would be right; no full stop.</param>
public sealed record FilterError(int Position, string Message)
{
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"character {Position}: {Message}");
}
