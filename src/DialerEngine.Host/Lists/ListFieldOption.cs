using DialerEngine.Core;

namespace DialerEngine.Host.Lists;

/// <summary>The form <c>name:type[:send_attribute]</c> in which the command line defines a column.</summary>
internal static class ListFieldOption
{
    /// <summary>Reads one definition; on a fault gives the sentence to show.</summary>
    public static bool TryParse(string text, out UserFieldDefinition? field, out string? error)
    {
        field = null;
        var parts = text.Split(':');
        if (parts.Length is < 2 or > 3 || parts[0].Length == 0)
        {
            error = $"--field \"{text}\": write name:type or name:type:send_attribute";
            return false;
        }

        UserFieldType? type = parts[1].ToLowerInvariant() switch
        {
            "int" or "integer" => UserFieldType.Int,
            "float" or "real" => UserFieldType.Float,
            "char" => UserFieldType.Char,
            "varchar" or "text" => UserFieldType.Varchar,
            "datetime" => UserFieldType.DateTime,
            _ => null,
        };
        if (type is null)
        {
            error = $"--field \"{text}\": {parts[1]} is no type; types are int, float, char, varchar and datetime";
            return false;
        }

        if (parts.Length == 3 && parts[2].StartsWith("GSW_", StringComparison.OrdinalIgnoreCase))
        {
            error = $"--field \"{text}\": a send_attribute does not begin with GSW_, which the desktop protocol keeps for itself";
            return false;
        }

        field = new UserFieldDefinition(parts[0], type.Value, parts.Length == 3 ? parts[2] : null);
        error = null;
        return true;
    }
}
