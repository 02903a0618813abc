using DialerEngine.Core.Desktop;

namespace DialerEngine.Desktop.Protocol;

/// <summary>What is wrong with a request: the error and the key that it is about. <see cref="DesktopError.None"/>: nothing.</summary>
public readonly record struct RequestFault(DesktopError Error, DesktopKey? Key)
{
    /// <summary>True where nothing is wrong.</summary>
    public bool IsNone => Error == DesktopError.None;
}

/// <summary>
/// Checks a request against its row: every required key is there (102), the conditions hold (102), every value is of its type and range
/// (103). Integers may come as strings of digits and strings as integers, because desktops send either. An empty string counts as no
/// value: 103 for a required key, as if absent for any other.
/// </summary>
public static class RequestValidator
{
    /// <summary>The first fault in the order of the table: missing keys before wrong values.</summary>
    public static RequestFault Check(DesktopMessage message, UserData data)
    {
        foreach (var row in message.Keys)
        {
            if (row.Required && !data.Contains(row.Key.Name))
            {
                return new RequestFault(DesktopError.AttributeNotFound, row.Key);
            }
        }

        if (message.Condition is { } condition && MissingBy(condition, data) is { } missing)
        {
            return new RequestFault(DesktopError.AttributeNotFound, missing);
        }

        foreach (var row in message.Keys)
        {
            if (!IsValid(row, data))
            {
                return new RequestFault(DesktopError.InvalidAttributeValue, row.Key);
            }
        }

        return IsWindow(data) ? default : new RequestFault(DesktopError.InvalidAttributeValue, DesktopKeys.Until);
    }

    /// <summary>True where a key carries something: it is there and not an empty string.</summary>
    public static bool HasValue(UserData data, DesktopKey key) =>
        data.TryGet(key.Name, out var value) && value is not "";

    private static DesktopKey? MissingBy(MessageCondition condition, UserData data)
    {
        if (HasValue(data, condition.When))
        {
            foreach (var key in condition.Then)
            {
                if (!HasValue(data, key))
                {
                    return key;
                }
            }

            return null;
        }

        foreach (var key in condition.Else)
        {
            if (HasValue(data, key))
            {
                return null;
            }
        }

        return condition.Else[0];
    }

    private static bool IsValid(MessageKey row, UserData data)
    {
        if (!HasValue(data, row.Key))
        {
            return !row.Required;
        }

        if (row.Type == KeyType.String)
        {
            // Reserved Keys prints the treatments' names with a blank, the message tables without: either is taken.
            return data.TryGetString(row.Key.Name, out var text)
                && (row.Key.Values is not { } values || values.Contains(text) || values.Contains(text.Replace(" ", "", StringComparison.Ordinal)));
        }

        // A key that the row holds as a string elsewhere has no range here.
        var ranged = row.Key.Type != KeyType.String;
        return data.TryGetInteger(row.Key.Name, out var number) && (!ranged || (number >= row.Key.Min && number <= row.Key.Max));
    }

    /// <summary>Reserved Keys: GSW_UNTIL is above GSW_FROM.</summary>
    private static bool IsWindow(UserData data) =>
        !data.TryGetInteger(DesktopKeys.From.Name, out var from) || !data.TryGetInteger(DesktopKeys.Until.Name, out var until) || until > from;
}
