using System.Globalization;

namespace DialerEngine.Core.Compliance;

/// <summary>Where a number may be.</summary>
/// <param name="region">ISO 3166 letters, with the state's after a hyphen where the prefix tells it.</param>
/// <param name="zoneNames">Every time zone that a number of this prefix may lie in.</param>
public sealed class NumberPlace(string region, IReadOnlyList<string> zoneNames)
{
    private ZoneClock[]? _zones;

    /// <summary>ISO 3166 letters, with the state's after a hyphen where the prefix tells it.</summary>
    public string Region => region;

    /// <summary>IANA names of the zones.</summary>
    public IReadOnlyList<string> ZoneNames => zoneNames;

    /// <summary>The zones; none where the machine's zone data lacks one of them, so that nobody is called by half a rule.</summary>
    public ReadOnlySpan<ZoneClock> Zones => Clocks;

    internal ZoneClock[] Clocks
    {
        get
        {
            if (_zones is { } known)
            {
                return known;
            }

            var zones = zoneNames.Select(ZoneClock.Find).OfType<ZoneClock>().ToArray();
            return _zones = zones.Length == zoneNames.Count ? zones : [];
        }
    }
}

/// <summary>
/// Places by number prefix. Sources: ITU-T E.164 assigned country codes; for country code 1 the area codes of the North American Numbering Plan
/// Administrator (NPA database) and the zones of 49 CFR part 71 for the United States; for Canada the provinces' time acts. The
/// zones of every prefix were compared with those of libphonenumber (data of 2025), and where the two differ the table has the zones of both, so that a
/// number is called only when it is time in each; area codes that came into service in 2025 are in no such data yet. A mobile or ported number can be elsewhere: a record's own zone goes before the prefix.
/// </summary>
public static partial class NumberPlaces
{
    private static readonly Dictionary<int, NumberPlace> ByPrefix = Read();

    /// <summary>Prefixes in the table.</summary>
    public static int Count => ByPrefix.Count;

    /// <summary>The place of a packed number by its longest known prefix; null where none is known.</summary>
    public static NumberPlace? Find(ulong number)
    {
        // Prefixes have 1 to 5 digits; a packed number has no leading zeros, so cutting digits from its end gives them.
        while (number > 99_999)
        {
            number /= 10;
        }

        for (var prefix = (int)number; prefix > 0; prefix /= 10)
        {
            if (ByPrefix.TryGetValue(prefix, out var place))
            {
                // No country code begins another (E.164), except that 1 and 7 are whole ones: the rest of code 1 must be in the table.
                return prefix == 1 ? null : place;
            }
        }

        return null;
    }

    private static Dictionary<int, NumberPlace> Read()
    {
        var places = new Dictionary<int, NumberPlace>();
        foreach (var line in (Nanp + "\n" + World).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var part = line.Split(' ');
            var place = new NumberPlace(part[0], [.. part[1].Split('&').Select(FullName)]);
            foreach (var prefix in part.Skip(2))
            {
                places[int.Parse(prefix, CultureInfo.InvariantCulture)] = place;
            }
        }

        return places;
    }
}
