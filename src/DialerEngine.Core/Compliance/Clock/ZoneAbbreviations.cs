namespace DialerEngine.Core.Compliance;

/// <summary>
/// Three-letter names of the standard time zones, in the order of <see cref="ClockOptions.DefaultZones"/>: those of the Java platform, which
/// configuration environments of the field use (seed Desktop Protocol: GSW_TZ_NAME, "usually a standard three-letter abbreviation").
/// </summary>
public static class ZoneAbbreviations
{
    /// <summary>DBID of the first standard zone.</summary>
    public const int FirstDbid = 101;

    private static readonly string[] Names =
    [
        "GMT", "UTC", "ECT", "EET", "ART", "EAT", "MET", "NET", "PLT", "IST", "BST", "VST", "CTT", "JST", "ACT", "AET", "SST", "NST", "MIT", "HST", "AST", "PST",
        "PNT", "MST", "CST", "EST", "IET", "PRT", "CNT", "AGT", "BET", "CAT",
    ];

    private static readonly Dictionary<string, string> ByZone = Read();

    /// <summary>DBID of the standard zone with this abbreviation, whatever its case; 0 where there is none.</summary>
    public static int DbidOf(string abbreviation)
    {
        ArgumentNullException.ThrowIfNull(abbreviation);
        var index = Array.IndexOf(Names, abbreviation.ToUpperInvariant());
        return index < 0 ? 0 : FirstDbid + index;
    }

    /// <summary>The abbreviation of a zone by its IANA name; null where the zone is none of the standard ones.</summary>
    public static string? Of(string zone) => ByZone.GetValueOrDefault(zone);

    private static Dictionary<string, string> Read()
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < Names.Length; i++)
        {
            // UTC stands twice; its first name would be that of a place.
            names[ClockOptions.DefaultZones[FirstDbid + i]] = Names[i];
        }

        return names;
    }
}
