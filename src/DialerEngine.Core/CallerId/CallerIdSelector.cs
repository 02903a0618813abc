namespace DialerEngine.Core.CallerId;

/// <summary>
/// Chooses caller ids for a campaign group. The record's own column goes first, then the list, the campaign and the group; each of presentation and
/// display name comes from the first level that says something about it.
/// </summary>
public sealed class CallerIdSelector : ICallerIds
{
    private const int LongestNumber = 32;
    private readonly CallerIdSettings _group;
    private readonly CallerIdSettings _campaign;
    private readonly IReadOnlyDictionary<ListId, CallerIdSettings> _lists;
    private readonly string? _field;
    private readonly Dictionary<CallerIdSet, CallerIdRotor> _rotors = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ListId, int> _fields = [];

    /// <param name="group">Settings of the campaign group.</param>
    /// <param name="campaign">Settings of the campaign.</param>
    /// <param name="lists">Settings of its lists, those that have some.</param>
    /// <param name="recordField">Column of a list that holds a record's own number; null for none.</param>
    /// <param name="rotors">The tenant's rotors, shared by its groups so that daily caps hold over all of them.</param>
    public CallerIdSelector(
        CallerIdSettings group, CallerIdSettings campaign, IReadOnlyDictionary<ListId, CallerIdSettings> lists, string? recordField,
        IEnumerable<CallerIdRotor> rotors)
    {
        _group = group;
        _campaign = campaign;
        _lists = lists;
        _field = recordField;
        foreach (var rotor in rotors)
        {
            _rotors.Add(rotor.Set, rotor);
        }
    }

    public CallerIdChoice Choose(CallRecord record, CallingListDefinition list, long unixSeconds)
    {
        var ofList = _lists.GetValueOrDefault(list.Id);
        var restricted = ofList?.Restricted ?? _campaign.Restricted ?? _group.Restricted ?? false;
        var name = ofList?.DisplayName ?? _campaign.DisplayName ?? _group.DisplayName;
        if (OwnDigits(record, list) is { } own)
        {
            return new CallerIdChoice(own, restricted, name);
        }

        foreach (var level in (ReadOnlySpan<CallerIdSettings?>)[ofList, _campaign, _group])
        {
            if (level?.Set is { } set && _rotors.TryGetValue(set, out var rotor) && rotor.Take(record, unixSeconds) is { } digits)
            {
                return new CallerIdChoice(digits, restricted, name, set.Name);
            }

            if (level?.Digits is { } fixedDigits)
            {
                return new CallerIdChoice(fixedDigits, restricted, name);
            }
        }

        return new CallerIdChoice(null, restricted, name);
    }

    private string? OwnDigits(CallRecord record, CallingListDefinition list)
    {
        if (_field is null)
        {
            return null;
        }

        if (!_fields.TryGetValue(list.Id, out var index))
        {
            index = -1;
            for (var i = 0; i < list.UserFields.Count; i++)
            {
                index = string.Equals(list.UserFields[i].Name, _field, StringComparison.OrdinalIgnoreCase) ? i : index;
            }

            _fields.Add(list.Id, index);
        }

        return index >= 0 && index < record.UserFields.Length && record.UserFields[index] is string text && IsNumber(text) ? text : null;
    }

    /// <summary>A calling list is outside input: only a plus sign and digits go into a From.</summary>
    private static bool IsNumber(string text)
    {
        var digits = text.StartsWith('+') ? text.AsSpan(1) : text;
        return digits.Length is > 0 and <= LongestNumber && digits.IndexOfAnyExceptInRange('0', '9') < 0;
    }
}

/// <summary>The moving part of a caller id set: whose turn it is, and how often each number was used today. Safe from several groups' loops.</summary>
/// <param name="set">The set.</param>
/// <param name="seed">Start of the chance in weighted rotation.</param>
public sealed class CallerIdRotor(CallerIdSet set, ulong seed)
{
    private const long Day = 86_400;
    private readonly Lock _gate = new();
    private readonly int[] _used = new int[set.Numbers.Count];
    private long _day = long.MinValue;
    private int _next;
    private ulong _state = seed | 1;

    public CallerIdSet Set => set;

    /// <summary>
    /// The rotor of the set as it is configured anew: numbers that stay keep what they were used for today, so that a change of configuration gives
    /// nobody a second day.
    /// </summary>
    public CallerIdRotor For(CallerIdSet next)
    {
        ArgumentNullException.ThrowIfNull(next);
        lock (_gate)
        {
            var rotor = new CallerIdRotor(next, _state) { _day = _day, _next = next.Numbers.Count > 0 ? _next % next.Numbers.Count : 0 };
            for (var i = 0; i < next.Numbers.Count; i++)
            {
                for (var j = 0; j < set.Numbers.Count; j++)
                {
                    rotor._used[i] += set.Numbers[j].Digits == next.Numbers[i].Digits ? _used[j] : 0;
                }
            }

            return rotor;
        }
    }

    /// <summary>The number for a dial; null where every number's daily cap is used up.</summary>
    public string? Take(CallRecord record, long unixSeconds)
    {
        lock (_gate)
        {
            var day = Math.DivRem(unixSeconds, Day, out _);
            if (day != _day)
            {
                // A wall clock that is set back within the day forgets nothing; another day begins anew.
                _day = day;
                Array.Clear(_used);
            }

            var chosen = set.Rotation switch
            {
                CallerIdRotation.NearestArea => Nearest(record.ContactInfo),
                CallerIdRotation.Weighted when !set.KeepOnRetry => ByChance(),
                _ => set.KeepOnRetry ? FirstFree((int)((ulong)record.Id.Value % (ulong)set.Numbers.Count)) : FirstFree(_next),
            };
            if (chosen < 0)
            {
                return null;
            }

            _next = (chosen + 1) % set.Numbers.Count;
            _used[chosen]++;
            return set.Numbers[chosen].Digits;
        }
    }

    private bool IsFree(int index) => set.Numbers[index].DailyCap == 0 || _used[index] < set.Numbers[index].DailyCap;

    private int FirstFree(int from)
    {
        for (var i = 0; i < set.Numbers.Count; i++)
        {
            var index = (from + i) % set.Numbers.Count;
            if (IsFree(index))
            {
                return index;
            }
        }

        return -1;
    }

    private int Nearest(string number)
    {
        var best = -1;
        var bestLength = -1;
        for (var i = 0; i < set.Numbers.Count; i++)
        {
            var index = (_next + i) % set.Numbers.Count;
            var common = number.AsSpan().CommonPrefixLength(set.Numbers[index].Digits);
            if (common > bestLength && IsFree(index))
            {
                (best, bestLength) = (index, common);
            }
        }

        return best;
    }

    private int ByChance()
    {
        var weights = 0;
        for (var i = 0; i < set.Numbers.Count; i++)
        {
            weights += IsFree(i) ? set.Numbers[i].Weight : 0;
        }

        if (weights == 0)
        {
            return -1;
        }

        // xorshift64* (Vigna, public domain): a seed is one sequence.
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        var ticket = (int)((_state * 0x2545F4914F6CDD1DUL) % (ulong)weights);
        for (var i = 0; i < set.Numbers.Count; i++)
        {
            ticket -= IsFree(i) ? set.Numbers[i].Weight : 0;
            if (ticket < 0)
            {
                return i;
            }
        }

        return -1;
    }
}
