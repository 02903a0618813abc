using System.Globalization;

namespace DialerEngine.Core.Desktop;

/// <summary>
/// What attached data change in a record: the modifiable mandatory columns (table Modifiable Mandatory Genesys Fields, but the call result, which is the attempt's) and
/// user-defined fields by their <c>send_attribute</c>, typed as the column is.
/// </summary>
public static class RecordUpdates
{
    /// <summary>Key of the call result.</summary>
    public const string CallResultKey = "GSW_CALL_RESULT";

    private const string PhoneKey = "GSW_PHONE";
    private const int MostSecondsOfDay = 86_400;
    private const int MostPhoneType = (int)PhoneType.InstantMessaging;

    private static readonly (string Key, string Column, int Max)[] Numbers =
    [
        ("GSW_FROM", "daily_from", MostSecondsOfDay), ("GSW_UNTIL", "daily_till", MostSecondsOfDay), ("GSW_PHONE_TYPE", "contact_info_type", MostPhoneType),
    ];

    /// <summary>Reads every change. False where a user-defined field has a value that its column does not take; <paramref name="badKey"/> names it.</summary>
    /// <param name="data">The data. Mandatory keys are known to be in their ranges.</param>
    /// <param name="list">The record's list; null reads no user-defined field.</param>
    /// <param name="updates">Changed columns; null where there are none.</param>
    /// <param name="badKey">The key with a wrong value; empty where there is none.</param>
    public static bool TryRead(UserData data, CallingListDefinition? list, out IReadOnlyList<KeyValuePair<string, object?>>? updates, out string badKey)
    {
        ArgumentNullException.ThrowIfNull(data);
        badKey = "";
        var found = Mandatory(data);
        updates = null;
        foreach (var field in list?.UserFields ?? [])
        {
            if (field.SendAttribute is not { } key || IsReserved(key) || !data.Contains(key))
            {
                continue;
            }

            if (!TryReadField(data, key, field.Type, out var value))
            {
                badKey = key;
                return false;
            }

            (found ??= []).Add(new(field.Name, value));
        }

        updates = found;
        return true;
    }

    /// <summary>Reads the changes that are good and leaves out the others: for senders whom nobody can tell what was wrong.</summary>
    public static List<KeyValuePair<string, object?>> ReadGood(UserData data, CallingListDefinition list)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(list);
        var found = Mandatory(data) ?? [];
        foreach (var field in list.UserFields)
        {
            if (field.SendAttribute is { } key && !IsReserved(key) && data.Contains(key) && TryReadField(data, key, field.Type, out var value))
            {
                found.Add(new(field.Name, value));
            }
        }

        return found;
    }

    /// <summary>A user-defined field's new value; an empty string empties a field that is no text.</summary>
    public static bool TryReadField(UserData data, string key, UserFieldType type, out object? value)
    {
        ArgumentNullException.ThrowIfNull(data);
        value = null;
        if (!data.TryGetString(key, out var text))
        {
            return false;
        }

        switch (type)
        {
            case UserFieldType.Int:
                if (text.Length > 0 && data.TryGetInteger(key, out var number))
                {
                    value = number;
                }

                return text.Length == 0 || value is not null;
            case UserFieldType.Float:
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real))
                {
                    value = real;
                }

                return text.Length == 0 || value is not null;
            default:
                value = text;
                return true;
        }
    }

    /// <summary>True for a key that is the protocol's own (table Reserved Keys).</summary>
    public static bool IsReserved(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.StartsWith("GSW_", StringComparison.Ordinal) || key is "InteractionType" or "InteractionSubtype";
    }

    private static List<KeyValuePair<string, object?>>? Mandatory(UserData data)
    {
        List<KeyValuePair<string, object?>>? found = null;
        foreach (var (key, column, max) in Numbers)
        {
            if (data.TryGetInteger(key, out var number) && number >= 0 && number <= max)
            {
                (found ??= []).Add(new(column, number));
            }
        }

        if (data.TryGetString(PhoneKey, out var phone) && phone.Length > 0)
        {
            (found ??= []).Add(new("contact_info", phone));
        }

        return found;
    }
}
