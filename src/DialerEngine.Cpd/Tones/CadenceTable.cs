namespace DialerEngine.Cpd.Tones;

/// <summary>What a cadence means.</summary>
internal enum CadenceMeaning : byte
{
    Busy,
    Congestion,
    NumberUnobtainable,
}

/// <summary>A tone of a network: lines, and milliseconds on and off in turn.</summary>
/// <param name="Country">ISO 3166 code in lower case.</param>
/// <param name="Meaning">What it says.</param>
/// <param name="Hz">Frequency, the mean of two.</param>
/// <param name="Alternates">Every second burst is 10 dB lower.</param>
/// <param name="Milliseconds">On and off in turn, one period.</param>
internal sealed record Cadence(string Country, CadenceMeaning Meaning, float Hz, bool Alternates, short[] Milliseconds)
{
    /// <summary>Intervals that must agree: two cycles of a plain cadence, one and a half of others, more where another tone begins alike.</summary>
    public int Needed { get; init; } = Milliseconds.Length == 2 ? 4 : Milliseconds.Length + 2;
}

/// <summary>
/// Busy, congestion and number-unobtainable tones by country: ITU-T E.180 supplement 2 and the tables of national networks.
/// </summary>
internal static class CadenceTable
{
    /// <summary>Every row; a country without a row of a kind has no such tone, or one equal to another.</summary>
    public static readonly Cadence[] World =
    [
        Busy("us", 550, 500, 500), Congestion("us", 550, 250, 250),
        Busy("gb", 400, 375, 375), Congestion("gb", 400, 400, 350, 225, 525),
        Busy("de", 425, 480, 480), Congestion("de", 425, 240, 240),
        Busy("fr", 440, 500, 500), Congestion("fr", 440, 250, 250),
        Busy("jp", 400, 500, 500),
        Busy("au", 425, 375, 375), new("au", CadenceMeaning.Congestion, 425, true, [375, 375]), Unobtainable("au", 425, 2500, 500),
        Busy("in", 400, 750, 750), Congestion("in", 400, 250, 250), Unobtainable("in", 400, 2500, 500),
        Busy("br", 425, 250, 250), Congestion("br", 425, 250, 250, 750, 250), Unobtainable("br", 425, 250, 250, 750, 250, 750, 250),
        Busy("es", 425, 200, 200) with { Needed = 6 }, Congestion("es", 425, 200, 200, 200, 200, 200, 600),
        Busy("it", 425, 500, 500), Congestion("it", 425, 200, 200),
        Busy("cn", 450, 350, 350), Congestion("cn", 450, 700, 700), Unobtainable("cn", 450, 100, 100, 100, 100, 100, 400),
        Busy("mx", 425, 250, 250),
        Busy("nz", 400, 500, 500), Congestion("nz", 400, 250, 250), Unobtainable("nz", 400, 75, 100, 75, 100, 75, 100, 75, 400),
    ];

    /// <summary>Countries with a row.</summary>
    public static IReadOnlyList<string> Countries { get; } = [.. World.Select(c => c.Country).Distinct().Append("ca")];

    /// <summary>The rows of a country; all of them for an empty name or an unknown one.</summary>
    public static Cadence[] Of(string country)
    {
        var key = country == "ca" ? "us" : country;
        var rows = Array.FindAll(World, c => c.Country == key);
        return rows.Length == 0 ? World : rows;
    }

    private static Cadence Busy(string country, float hz, params short[] ms) => new(country, CadenceMeaning.Busy, hz, false, ms);

    private static Cadence Congestion(string country, float hz, params short[] ms) => new(country, CadenceMeaning.Congestion, hz, false, ms);

    private static Cadence Unobtainable(string country, float hz, params short[] ms) =>
        new(country, CadenceMeaning.NumberUnobtainable, hz, false, ms);
}
