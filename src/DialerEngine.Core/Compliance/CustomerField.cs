using System.Collections.Concurrent;
using System.Globalization;

namespace DialerEngine.Core.Compliance;

/// <summary>Finds the customer id of a record: the column of the configured name, in lists that have one.</summary>
/// <param name="name">Name of the column; null where customers are not told apart.</param>
public sealed class CustomerField(string? name)
{
    private readonly ConcurrentDictionary<CallingListDefinition, int> _index = new(ReferenceEqualityComparer.Instance);

    /// <summary>The customer id; null where the record has none. A number of the column is read as its digits.</summary>
    public string? Of(CallRecord record, CallingListDefinition list)
    {
        if (name is null)
        {
            return null;
        }

        if (!_index.TryGetValue(list, out var index))
        {
            index = _index.GetOrAdd(list, Find(list));
        }

        if (index < 0 || index >= record.UserFields.Length)
        {
            return null;
        }

        return record.UserFields[index] switch
        {
            string text => text,
            long number => number.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
    }

    private int Find(CallingListDefinition list)
    {
        for (var i = 0; i < list.UserFields.Count; i++)
        {
            if (string.Equals(list.UserFields[i].Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
