namespace DialerEngine.Media.Tones;

/// <summary>The special information tones of North America (Bellcore / ANSI T1.401 coding).</summary>
public enum SitCode : byte
{
    /// <summary>IC: number changed or disconnected.</summary>
    Intercept,

    /// <summary>VC: number not in service.</summary>
    VacantCode,

    /// <summary>RO': reorder within the local area.</summary>
    ReorderLocal,

    /// <summary>RO": reorder between areas.</summary>
    ReorderInterLata,

    /// <summary>NC': no circuit, local.</summary>
    NoCircuitLocal,

    /// <summary>NC": no circuit, between areas.</summary>
    NoCircuitInterLata,

    /// <summary>IO: ineffective, other.</summary>
    IneffectiveOther,
}

/// <summary>
/// Tones of the network by country: ITU-T E.180 supplement 2, Bellcore GR-674 for SIT, ITU-T T.30 and V.25 for fax.
/// Countries are ISO 3166 codes in capitals.
/// </summary>
public static class ToneCatalog
{
    private const double Level = -18;

    /// <summary>
    /// The beep that an agent hears before a customer is on the line; not a tone of the network. 1,000 Hz is far above the ringing, busy and congestion tones
    /// below (400 to 620 Hz), so it is taken for none of them, and in the middle of what every telephone carries (300 to 3,400 Hz). 150 ms is about as long as the
    /// ear takes to hear a tone at its full loudness; a longer one would only cover more of the customer. -20 dBm0 is 2 dB less than those tones have here, so
    /// it startles nobody whose headset is set for them.
    /// </summary>
    public static TonePlan MergeBeep { get; } = new([new ToneSegment(150, -20, 1000)], Repeats: false);

    /// <summary>Ringing tone; the pattern of the USA for a country not in the table.</summary>
    public static TonePlan Ringback(string country) => country switch
    {
        "GB" => Cadence([400, 200, 400, 2000], 400, 450),
        "DE" or "BR" or "IT" => Cadence([1000, 4000], 425),
        "FR" => Cadence([1500, 3500], 440),
        "ES" => Cadence([1500, 3000], 425),
        "CN" => Cadence([1000, 4000], 450),
        "JP" => new TonePlan([new ToneSegment(1000, Level, 400, ModulationHz: 16, ModulationDepth: 0.85), ToneSegment.Pause(2000)], Repeats: true),
        "AU" => Cadence([400, 200, 400, 2000], 413, 438),
        "NZ" => Cadence([400, 200, 400, 2000], 400, 450),
        _ => Cadence([2000, 4000], 440, 480),
    };

    /// <summary>Busy tone; the pattern of the USA for a country not in the table.</summary>
    public static TonePlan Busy(string country) => country switch
    {
        "GB" => Cadence([375, 375], 400),
        "DE" => Cadence([480, 480], 425),
        "FR" => Cadence([500, 500], 440),
        "JP" or "NZ" => Cadence([500, 500], 400),
        "IT" => Cadence([500, 500], 425),
        "BR" => Cadence([250, 250], 425),
        "ES" => Cadence([200, 200], 425),
        "CN" => Cadence([350, 350], 450),
        "AU" => Cadence([375, 375], 425),
        _ => Cadence([500, 500], 480, 620),
    };

    /// <summary>Congestion (fast busy); the pattern of the USA for a country not in the table.</summary>
    public static TonePlan Congestion(string country) => country switch
    {
        "GB" => Cadence([400, 350, 225, 525], 400),
        "DE" => Cadence([240, 240], 425),
        "FR" => Cadence([250, 250], 440),
        "NZ" => Cadence([250, 250], 400),
        "IT" => Cadence([200, 200], 425),
        _ => Cadence([250, 250], 480, 620),
    };

    /// <summary>A special information tone, once: three segments, short 276 ms or long 380 ms.</summary>
    public static TonePlan Sit(SitCode code)
    {
        var (highFirst, longFirst, highSecond, longSecond) = code switch
        {
            SitCode.Intercept => (false, false, false, false),
            SitCode.VacantCode => (true, true, false, false),
            SitCode.ReorderLocal => (false, false, true, true),
            SitCode.ReorderInterLata => (true, false, false, true),
            SitCode.NoCircuitLocal => (true, true, true, true),
            SitCode.NoCircuitInterLata => (false, true, false, true),
            _ => (false, true, true, false),
        };
        return new TonePlan(
            [
                new ToneSegment(longFirst ? 380 : 276, -24, highFirst ? 985.2 : 913.8),
                new ToneSegment(longSecond ? 380 : 276, -24, highSecond ? 1428.5 : 1370.6),
                new ToneSegment(380, -24, 1776.7),
            ],
            Repeats: false);
    }

    /// <summary>The uncoded triple of ITU-T E.180: 950, 1400, 1800 Hz of 330 ms, then 1 s of pause, for ever.</summary>
    public static TonePlan SitTriple() => new(
        [new ToneSegment(330, -24, 950), new ToneSegment(330, -24, 1400), new ToneSegment(330, -24, 1800), ToneSegment.Pause(1000)],
        Repeats: true);

    /// <summary>A called fax machine's answer (ITU-T T.30): 2100 Hz for 3 s with phase reversals each 450 ms, once.</summary>
    public static TonePlan FaxCed() => new(
        [ToneSegment.Pause(500), new ToneSegment(3000, -12, 2100, ReversalMilliseconds: 450), ToneSegment.Pause(75)],
        Repeats: false);

    /// <summary>A calling fax machine (ITU-T T.30): 1100 Hz, 0.5 s on, 3 s off, for ever.</summary>
    public static TonePlan FaxCng() => Cadence([500, 3000], 1100);

    /// <summary>The record beep of an answering machine: once.</summary>
    public static TonePlan Beep(double hertz, int milliseconds) => new([new ToneSegment(milliseconds, -14, hertz)], Repeats: false);

    private static TonePlan Cadence(ReadOnlySpan<int> milliseconds, double frequency1, double frequency2 = 0)
    {
        var segments = new ToneSegment[milliseconds.Length];
        for (var i = 0; i < segments.Length; i++)
        {
            segments[i] = (i & 1) == 0 ? new ToneSegment(milliseconds[i], Level, frequency1, frequency2) : ToneSegment.Pause(milliseconds[i]);
        }

        return new TonePlan(segments, Repeats: true);
    }
}
