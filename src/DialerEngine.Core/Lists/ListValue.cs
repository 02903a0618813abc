using System.Globalization;

namespace DialerEngine.Core.Lists;

/// <summary>Values on their way into a column: only what the column can hold gets through.</summary>
public static class ListValue
{
    /// <summary>Reads a configured default; null where there is none or it is not of the kind.</summary>
    public static object? FromText(string? text, ListColumnKind kind) => text is null ? null : kind switch
    {
        ListColumnKind.Integer => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? integer : null,
        ListColumnKind.Real => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : null,
        _ => text,
    };

    /// <summary>
    /// Makes a value fit a column: an integer or its decimal text for an integer column, any number for a real one, the invariant
    /// text of anything for a text one. Null fits user-defined columns only. False where the column cannot hold the value.
    /// </summary>
    public static bool TryFit(ListColumn column, object? value, out object? fitted)
    {
        fitted = null;
        if (value is null)
        {
            return column.Default is null;
        }

        switch (column.Kind)
        {
            case ListColumnKind.Integer:
                if (!TryInteger(value, out var integer) || integer < column.Min || integer > column.Max)
                {
                    return false;
                }

                fitted = integer;
                return true;
            case ListColumnKind.Real:
                if (!TryReal(value, out var real))
                {
                    return false;
                }

                fitted = real;
                return true;
            default:
                var text = value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture);
                if (text is null || text.Length > column.MaxLength)
                {
                    return false;
                }

                fitted = text;
                return true;
        }
    }

    private static bool TryInteger(object value, out long integer)
    {
        switch (value)
        {
            case long l:
                integer = l;
                return true;
            case int i:
                integer = i;
                return true;
            case bool b:
                integer = b ? 1 : 0;
                return true;
            case string s:
                return long.TryParse(s, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out integer);
            default:
                integer = 0;
                return false;
        }
    }

    private static bool TryReal(object value, out double real)
    {
        switch (value)
        {
            case double d:
                real = d;
                break;
            case float f:
                real = f;
                break;
            case long l:
                real = l;
                break;
            case int i:
                real = i;
                break;
            case string s:
                return double.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out real) && double.IsFinite(real);
            default:
                real = 0;
                return false;
        }

        return double.IsFinite(real);
    }
}
