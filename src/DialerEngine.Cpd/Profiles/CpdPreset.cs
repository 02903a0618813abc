namespace DialerEngine.Cpd.Profiles;

/// <summary>
/// How hard the engine listens after the answer: the values of option <c>call_answer_type_recognition</c>, each an operating point of the
/// classifier (see <see cref="CpdPresets"/>).
/// </summary>
public enum CpdPreset : byte
{
    /// <summary><c>telephony_preset</c>: what the profile of the line or the media server says.</summary>
    TelephonyPreset,

    /// <summary><c>no_progress_detection</c>: nothing is analysed, an answer is a person at once.</summary>
    NoProgressDetection,

    /// <summary><c>no_am_detection</c>: tones, fax and SIT only; an answer with speech is a person.</summary>
    NoAmDetection,

    /// <summary><c>positive_am_detection</c>: quick; a person when in doubt.</summary>
    PositiveAmDetection,

    /// <summary><c>full_positive_am_detection</c>: listens longer before it calls anyone a person.</summary>
    FullPositiveAmDetection,

    /// <summary><c>accurate_positive_am_detection</c>: the fewest errors, whatever time it takes up to the limit.</summary>
    AccuratePositiveAmDetection,
}

/// <summary>Where a preset settles the trade between people lost, machines connected and seconds spent.</summary>
/// <param name="PersonBelow">A person is called in a short pause when the probability of a machine is at most this.</param>
/// <param name="PersonBelowLong">The same after a pause of <see cref="LongPauseMs"/>; between the two the bar moves evenly.</param>
/// <param name="MachineAbove">A machine is called when the probability is at least this.</param>
/// <param name="MinPauseMs">Shortest pause in which a person is called.</param>
/// <param name="LongPauseMs">A pause in which those who were not sure at first are mostly machines that will go on, milliseconds.</param>
/// <param name="ForcedPauseMs">A pause in which a verdict is forced, milliseconds.</param>
/// <param name="MinMachineMs">A machine is not called sooner than this after the first word.</param>
/// <param name="LimitMs">A verdict is given at the latest this long after the first word.</param>
/// <param name="ForcedAbove">When a verdict is forced, a machine when the probability is at least this.</param>
/// <param name="SettledPauseMs">A pause as hardly any greeting has within it, milliseconds: whoever is silent for so long has said all there is.</param>
/// <param name="PersonBelowSettled">The bar for a person from <see cref="SettledPauseMs"/> on.</param>
/// <param name="MinTalkingMs">From so long after the first word on a person is called whether they pause or not: the agent hears the rest.</param>
/// <param name="PersonBelowTalking">The bar for that.</param>
public readonly record struct OperatingPoint(
    float PersonBelow, float PersonBelowLong, float MachineAbove, int MinPauseMs, int LongPauseMs, int ForcedPauseMs, int MinMachineMs, int LimitMs,
    float ForcedAbove, int SettledPauseMs = int.MaxValue, float PersonBelowSettled = 0, int MinTalkingMs = int.MaxValue, float PersonBelowTalking = 0);

/// <summary>Names and operating points of the presets.</summary>
public static class CpdPresets
{
    private static readonly (string Name, CpdPreset Preset)[] Names =
    [
        ("telephony_preset", CpdPreset.TelephonyPreset),
        ("no_progress_detection", CpdPreset.NoProgressDetection),
        ("no_am_detection", CpdPreset.NoAmDetection),
        ("positive_am_detection", CpdPreset.PositiveAmDetection),
        ("full_positive_am_detection", CpdPreset.FullPositiveAmDetection),
        ("accurate_positive_am_detection", CpdPreset.AccuratePositiveAmDetection),
        ("accurate_am_detection", CpdPreset.AccuratePositiveAmDetection),
    ];

    /// <summary>All names that <see cref="TryParse"/> takes.</summary>
    public static IEnumerable<string> AllNames => Names.Select(n => n.Name);

    /// <summary>Reads the option's value, whatever its case.</summary>
    public static bool TryParse(string? name, out CpdPreset preset)
    {
        foreach (var (known, value) in Names)
        {
            if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
            {
                preset = value;
                return true;
            }
        }

        preset = default;
        return false;
    }

    /// <summary>The option's value for a preset.</summary>
    public static string NameOf(CpdPreset preset) => Names.First(n => n.Preset == preset).Name;

    /// <summary>The operating point of a preset; <see cref="CpdPreset.TelephonyPreset"/> has that of full positive detection.</summary>
    public static OperatingPoint PointOf(CpdPreset preset) => preset switch
    {
        CpdPreset.PositiveAmDetection => new(0.14f, 0.02f, 0.991f, 340, 700, 1_740, 4_000, 9_000, 0.6f, 1_160, 0.25f, 2_400, 0.05f),
        CpdPreset.AccuratePositiveAmDetection => new(0.02f, 0.003f, 0.9937f, 560, 760, 1_860, 4_250, 9_000, 0.45f, 1_240, 0.03f, 2_800, 0.01f),
        _ => new(0.075f, 0.005f, 0.991f, 520, 720, 1_820, 4_000, 9_000, 0.5f, 1_200, 0.25f, 2_600, 0.045f),
    };
}
