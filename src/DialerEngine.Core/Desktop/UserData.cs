using System.Diagnostics.CodeAnalysis;

namespace DialerEngine.Core.Desktop;

/// <summary>
/// A key-value list (TKVList): what travels as <c>userData</c>. Values are <see cref="string"/>, <see cref="long"/> (an integer on
/// the wire) or a nested <see cref="UserData"/>. Keys may come in any order and are compared exactly; a key set again takes the new value.
/// </summary>
public sealed class UserData
{
    /// <summary>Pairs at most in one list: more is refused by <see cref="TrySet"/>.</summary>
    public const int MaxPairs = 512;

    private readonly List<KeyValuePair<string, object>> _pairs = [];

    public int Count => _pairs.Count;

    public IReadOnlyList<KeyValuePair<string, object>> Pairs => _pairs;

    /// <summary>Sets a string.</summary>
    public UserData Set(string key, string value) => SetValue(key, value);

    /// <summary>Sets an integer.</summary>
    public UserData Set(string key, long value) => SetValue(key, value);

    /// <summary>Sets a nested list.</summary>
    public UserData Set(string key, UserData value) => SetValue(key, value);

    /// <summary>Sets a value of one of the three kinds; false when the list is full or the value is of another kind.</summary>
    public bool TrySet(string key, object value)
    {
        if (value is not (string or long or UserData) || (_pairs.Count >= MaxPairs && IndexOf(key) < 0))
        {
            return false;
        }

        SetValue(key, value);
        return true;
    }

    public bool Contains(string key) => IndexOf(key) >= 0;

    public bool TryGet(string key, [NotNullWhen(true)] out object? value)
    {
        var index = IndexOf(key);
        value = index < 0 ? null : _pairs[index].Value;
        return index >= 0;
    }

    /// <summary>Reads a string; an integer is read as its digits.</summary>
    public bool TryGetString(string key, [NotNullWhen(true)] out string? value)
    {
        value = TryGet(key, out var found)
            ? found switch
            {
                string text => text,
                long number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
                _ => null,
            }
            : null;
        return value is not null;
    }

    /// <summary>Reads an integer; a string of digits is read as its number, because desktops send either.</summary>
    public bool TryGetInteger(string key, out long value)
    {
        value = 0;
        return TryGet(key, out var found) && found switch
        {
            long number => (value = number) == number,
            string text => long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out value),
            _ => false,
        };
    }

    private UserData SetValue(string key, object value)
    {
        var index = IndexOf(key);
        if (index >= 0)
        {
            _pairs[index] = new(key, value);
        }
        else
        {
            _pairs.Add(new(key, value));
        }

        return this;
    }

    private int IndexOf(string key)
    {
        for (var i = 0; i < _pairs.Count; i++)
        {
            if (string.Equals(_pairs[i].Key, key, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }
}
