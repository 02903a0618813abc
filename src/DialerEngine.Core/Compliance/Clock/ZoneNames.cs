namespace DialerEngine.Core.Compliance;

/// <summary>
/// Time zones by the names that lists, requests and attempt records call them: IANA names, and the three-letter ones of configuration servers, which are those
/// of the Java platform (seed Desktop Protocol: GSW_TZ_NAME, "usually a standard three-letter abbreviation").
/// </summary>
public static class ZoneNames
{
    private const int FirstNumber = 101;

    /// <summary>Three-letter names of the standard zones in the order of <see cref="ClockOptions.DefaultZones"/>.</summary>
    private static readonly string[] Abbreviations =
    [
        "GMT", "UTC", "ECT", "EET", "ART", "EAT", "MET", "NET", "PLT", "IST", "BST", "VST", "CTT", "JST", "ACT", "AET", "SST", "NST", "MIT", "HST", "AST", "PST",
        "PNT", "MST", "CST", "EST", "IET", "PRT", "CNT", "AGT", "BET", "CAT",
    ];

    private static readonly Dictionary<string, string> ByZone = ReadByZone();

    /// <summary>The three-letter name of a zone by its IANA name; null where the zone is none of the standard ones.</summary>
    public static string? AbbreviationOf(string zone) => ByZone.GetValueOrDefault(zone);

    /// <summary>The IANA name of a zone: what a three-letter name stands for, any other name as it is.</summary>
    public static string ToIana(string name) =>
        Array.IndexOf(Abbreviations, name.ToUpperInvariant()) is >= 0 and var index ? ClockOptions.DefaultZones[FirstNumber + index] : name;

    /// <summary>
    /// Numbers (<c>tz_dbid</c>) of all zones that have one, by name, capitals or not. A number that the site gave to a zone does not mean the engine's own
    /// zone of that number any more, also not by its three-letter name.
    /// </summary>
    /// <param name="own">The site's zones by number.</param>
    public static Dictionary<string, int> Numbers(IReadOnlyDictionary<int, string> own)
    {
        var numbers = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var (number, name) in ClockOptions.DefaultZones)
        {
            if (!own.ContainsKey(number))
            {
                numbers.TryAdd(name, number);
            }
        }

        foreach (var (number, name) in own)
        {
            numbers[name] = number;
        }

        for (var i = 0; i < Abbreviations.Length; i++)
        {
            if (!own.ContainsKey(FirstNumber + i))
            {
                numbers[Abbreviations[i]] = FirstNumber + i;
            }
            else if (numbers.TryGetValue(ClockOptions.DefaultZones[FirstNumber + i], out var number))
            {
                numbers[Abbreviations[i]] = number;
            }
        }

        return numbers;
    }

    private static Dictionary<string, string> ReadByZone()
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < Abbreviations.Length; i++)
        {
            // UTC stands twice; its first name would be that of a place.
            names[ClockOptions.DefaultZones[FirstNumber + i]] = Abbreviations[i];
        }

        return names;
    }
}
