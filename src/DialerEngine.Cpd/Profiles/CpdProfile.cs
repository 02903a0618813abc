using DialerEngine.Cpd.Tones;

namespace DialerEngine.Cpd.Profiles;

/// <summary>
/// How the calls of a country, a trunk or a campaign are analysed. Immutable: a changed profile is a new one, used by the calls that start
/// after it.
/// </summary>
public sealed record CpdProfile
{
    private readonly string _country = string.Empty;
    private readonly Cadence[] _cadences = CadenceTable.World;

    /// <summary>The name in configuration and on the command line.</summary>
    public string Name { get; init; } = "default";

    /// <summary>ISO 3166 code in lower case; empty or one without tones of its own listens for the tones of every country.</summary>
    public string Country
    {
        get => _country;
        init
        {
            _country = value;
            _cadences = CadenceTable.Of(value);
        }
    }

    /// <summary>Option <c>call_answer_type_recognition</c>.</summary>
    public CpdPreset CallAnswerTypeRecognition { get; init; } = CpdPreset.TelephonyPreset;

    /// <summary>The operating point where it is to differ from the preset's.</summary>
    public OperatingPoint? Point { get; init; }

    /// <summary>Milliseconds after the answer without a word until the result is Silence (500..60,000).</summary>
    public int InitialSilenceMs { get; init; } = 5_000;

    /// <summary>Milliseconds after the answer at which a result is given whatever was heard (1,000..60,000).</summary>
    public int MaxAnalysisMs { get; init; } = 12_000;

    /// <summary>Milliseconds before the answer after which hearing nothing means NoProgress (1,000..600,000).</summary>
    public int MaxPreConnectMs { get; init; } = 60_000;

    /// <summary>Milliseconds after the answer until which a beep is listened for (1,000..600,000).</summary>
    public int MaxBeepWaitMs { get; init; } = 60_000;

    /// <summary>Result of a congestion tone.</summary>
    public CpdOutcome CongestionResult { get; init; } = CpdOutcome.AllTrunksBusy;

    /// <summary>Result of the plain triple of ITU-T E.180 (950, 1400, 1800 Hz, 330 ms each), which has no class.</summary>
    public CpdOutcome PlainTripleResult { get; init; } = CpdOutcome.SitDetected;

    /// <summary>The operating point in force.</summary>
    public OperatingPoint EffectivePoint => Point ?? CpdPresets.PointOf(CallAnswerTypeRecognition);

    internal Cadence[] Cadences => _cadences;
}

/// <summary>The profiles that come with the product: <c>default</c>, one a country, and one a preset.</summary>
public static class CpdProfiles
{
    /// <summary>Every tone of the world, full positive detection.</summary>
    public static CpdProfile Default { get; } = new();

    /// <summary>All profiles.</summary>
    public static IReadOnlyList<CpdProfile> All { get; } = Build();

    /// <summary>Finds a profile by name, whatever its case.</summary>
    public static bool TryFind(string name, out CpdProfile profile)
    {
        foreach (var candidate in All)
        {
            if (string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                profile = candidate;
                return true;
            }
        }

        profile = Default;
        return false;
    }

    private static List<CpdProfile> Build()
    {
        var all = new List<CpdProfile> { Default };
        foreach (var country in CadenceTable.Countries)
        {
            all.Add(new CpdProfile { Name = country, Country = country });
        }

        all.Add(new CpdProfile { Name = "uk", Country = "gb" });
        foreach (var name in CpdPresets.AllNames)
        {
            if (CpdPresets.TryParse(name, out var preset))
            {
                all.Add(new CpdProfile { Name = name, CallAnswerTypeRecognition = preset });
            }
        }

        return all;
    }
}
